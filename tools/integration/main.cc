// SPDX-License-Identifier: GPL-2.0
/*
 * The test program: runs the tests, or plays the part that a test's client has after its exec.
 */
#include <gtest/gtest.h>

#include "part.hpp"

int main(int count, char **words)
{
	testing::InitGoogleTest(&count, words);
	if (const auto status = integration::Part::play(count, words))
		return *status;
	return RUN_ALL_TESTS();
}
