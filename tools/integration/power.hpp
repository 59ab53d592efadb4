// SPDX-License-Identifier: GPL-2.0
/*
 * Letting the machine sleep, and making an image of it, as a test that ends by itself: processes and
 * all devices go through every phase of it, the processors stay awake.
 */
#ifndef INTEGRATION_POWER_HPP
#define INTEGRATION_POWER_HPP

#include <cstdint>

#include "module_control.hpp"

namespace integration {

namespace power {

inline constexpr const char *test_level = "/sys/power/pm_test";
inline constexpr const char *test_seconds = "/sys/module/suspend/parameters/pm_test_delay";
inline constexpr const char *hibernate_seconds = "/sys/module/hibernate/parameters/pm_test_delay";
inline constexpr const char *successes = "/sys/power/suspend_stats/success";

inline uint64_t number_in(const char *path)
{
	return videoport::parse_number(videoport::read_line(path).value_or("")).value_or(0);
}

/// Go into @p state as far as @p level, for a second. Return: 0 or an errno value.
inline int go(const char *state, const char *level)
{
	EXPECT_EQ(write_sysfs(test_level, level), 0);
	write_sysfs(test_seconds, "1");
	write_sysfs(hibernate_seconds, "1"); // where it is another one
	const int result = write_sysfs("/sys/power/state", state);
	EXPECT_EQ(write_sysfs(test_level, "none"), 0);
	return result;
}

} // namespace power

/// The kernel can do that.
inline bool can_try_suspend()
{
	return access(power::test_level, W_OK) == 0 && access(power::test_seconds, W_OK) == 0;
}

/// Try to sleep (suspend to idle) for a second. Return: 0 or an errno value.
inline int try_to_sleep()
{
	return power::go("freeze", "platform");
}

/// The same; it must work.
inline void sleep_and_wake()
{
	const uint64_t before = power::number_in(power::successes);
	ASSERT_EQ(try_to_sleep(), 0);
	EXPECT_EQ(power::number_in(power::successes), before + 1);
}

/// Do all that goes before and after the image of a hibernation. Return: 0 or an errno value.
inline int try_to_hibernate()
{
	return power::go("disk", "devices");
}

} // namespace integration

#endif // INTEGRATION_POWER_HPP
