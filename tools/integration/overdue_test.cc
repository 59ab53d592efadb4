// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that never complete, and requests that never end: they are reported, once, and stay as
 * they are.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <algorithm>
#include <utility>

#include "child.hpp"
#include "kmsg.hpp"
#include "module_control.hpp"
#include "parameter.hpp"

using namespace integration;
using videoport::page_size;
using videoport::Region;

namespace {

constexpr unsigned int limit_ms = 200;

class OverdueTest : public Nt4Test {
protected:
	uint64_t overdue() const { return live(probe.device(), "overdue"); }
	/// Wait for a report, and for the line that says so.
	void expect_report(uint64_t before, const std::vector<std::string> &words,
			   const char *counter = "overdue")
	{
		EXPECT_TRUE(
			eventually([&] { return live(probe.device(), counter) == before + 1; }));
		std::string line;
		const bool found = eventually([&] {
			while (auto next = log_.next()) {
				line = *next;
				if (line.find(" runs for ") != std::string::npos)
					return true;
			}
			return false;
		});
		EXPECT_TRUE(found) << "no line in the log";
		for (const auto &word : words)
			EXPECT_NE(line.find(word), std::string::npos) << word << ": " << line;
	}

	const Parameter limit_{"overdue_ms", limit_ms};
	videoport::KernelLog log_;
};

std::string hex(uint64_t value)
{
	char text[32];
	snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
	return text;
}

} // namespace

TEST_F(OverdueTest, ATransferThatIsNeverCompletedIsReportedWithHandleSizeOwnerAndAge)
{
	const Region region = Region::make(7 * page_size());
	const Handle mdl = probe.lock_buffer(region);
	const uint64_t before = overdue();
	const Started started = probe.start_dma(adapter(), mdl, 0, 5000, false);
	ASSERT_EQ(started.status, unsigned{NO_ERROR});
	expect_report(before, {hex(mdl), "5000 bytes", "(process " + std::to_string(getpid()) + ")",
			       "stays locked"});
	EXPECT_EQ(pins_held(), 7);
	EXPECT_EQ(live(probe.device(), "mappings"), 1U);
	EXPECT_EQ(probe.complete_dma(adapter(), started.list, false), unsigned{NO_ERROR});
	EXPECT_EQ(overdue(), before + 1);
	probe.unlock_buffer(mdl);
}

TEST_F(OverdueTest, APacketDmaOfAKilledClientIsReportedAndStaysPinnedUntilRemoval)
{
	const uint64_t before = overdue();
	Child child([&](const Child::Inside &inside) {
		const Region region = Region::make(3 * page_size());
		const Probe client(place());
		client.choose_start_dma(DmaAsyncReturn);
		const auto locked = client.lock_pages(region);
		if (!locked.locked || client.do_dma(locked.handle) != locked.handle)
			return 1;
		inside.ready();
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	child.kill();
	expect_report(before, {"12288 bytes"});
	EXPECT_EQ(pins_held(), 3);
	EXPECT_EQ(live(probe.device(), "transfers"), 1U);
	ASSERT_EQ(unbind("vp_probe_nt4", place()), 0);
	EXPECT_EQ(pins_held(), 0);
	ASSERT_EQ(bind("vp_probe_nt4", place()), 0);
	probe = Probe(place());
}

TEST_F(OverdueTest, ARequestThatDoesNotEndIsReported)
{
	const uint64_t before = live(probe.device(), "overdue_requests");
	const Handle event = probe.create_event(NOTIFICATION_EVENT);
	Child child([&](const Child::Inside &inside) {
		inside.ready();
		probe.wait(event, std::nullopt);
		return 0;
	});
	ASSERT_TRUE(child.wait_ready());
	child.go_on();
	expect_report(before, {"request " + hex(IOCTL_PROBE_CALL), "other clients wait"},
		      "overdue_requests");
	child.kill();
	EXPECT_EQ(probe.delete_event(event), unsigned{NO_ERROR}) << "the next request is served";
}

TEST_F(OverdueTest, WhatEndsInTimeIsNotReported)
{
	const Region region = Region::make(page_size());
	const Handle mdl = probe.lock_buffer(region);
	const Handle by = adapter();
	const uint64_t before = overdue();
	limit_.set(1000);
	const auto start = std::chrono::steady_clock::now();
	std::chrono::milliseconds longest(0);
	const std::chrono::milliseconds enough(1200), too_long(900);
	for (auto now = start; now < start + enough;) {
		const Started started = probe.start_dma(by, mdl, 0, 4096, false);
		ASSERT_EQ(probe.complete_dma(by, started.list, false), unsigned{NO_ERROR});
		const auto begun = std::exchange(now, std::chrono::steady_clock::now());
		longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(
						    now - begun));
	}
	if (longest > too_long) {
		probe.unlock_buffer(mdl);
		GTEST_SKIP() << "this machine takes " << longest.count() << " ms for a transfer";
	}
	EXPECT_EQ(overdue(), before);
	probe.unlock_buffer(mdl);
}
