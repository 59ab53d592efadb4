// SPDX-License-Identifier: GPL-2.0
/*
 * A /sys of a test's own, made by fake-sys and removed with this; and what a function prints.
 */
#ifndef VPCTL_TESTS_FAKE_HPP
#define VPCTL_TESTS_FAKE_HPP

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "../commands.hpp"

namespace vpctl {

class FakeTest : public testing::Test {
protected:
	void SetUp() override
	{
		char name[] = "/tmp/vpctl-test-XXXXXX";
		ASSERT_NE(mkdtemp(name), nullptr);
		common.root = name;
		const auto script = std::filesystem::path(__FILE__).parent_path() / "fake-sys";
		ASSERT_EQ(system((std::filesystem::absolute(script).string() + " " + name).c_str()),
			  0);
	}
	void TearDown() override { std::filesystem::remove_all(common.root); }

	/// What is printed, and the exit status or the failure that it ends with.
	std::string printed(const std::function<int()> &command)
	{
		testing::internal::CaptureStdout();
		try {
			status = command();
		} catch (const Failure &failure) {
			status = failure.status();
			why = failure.what();
			hint = failure.hint();
		}
		fflush(stdout);
		return testing::internal::GetCapturedStdout();
	}

	Common common;
	int status = -1;
	std::string why, hint;
};

} // namespace vpctl

#endif // VPCTL_TESTS_FAKE_HPP
