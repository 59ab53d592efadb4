// SPDX-License-Identifier: GPL-2.0
/*
 * vpctl stat: the counters of adapters, once or again and again with their rates. Reads sysfs alone.
 */
#include <chrono>
#include <csignal>
#include <ctime>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "counters.hpp"

namespace vpctl {

using Clock = std::chrono::steady_clock;

static void print_adapter(const Common &common, const StatOptions &options,
			  const videoport::Adapter &adapter, const Counters &counters,
			  const std::map<std::string, double> &rate)
{
	static constexpr std::pair<Kind, const char *> groups[] = {{Kind::Now, "there is now"},
								   {Kind::Done, "was done"},
								   {Kind::Refused, "was refused"}};

	fmt::print("{}\n", painted(common.color, bold,
				   fmt::format("{} ({}, {})", adapter.name, adapter.driver,
					       adapter.pci_address)));
	for (const auto &[kind, title] : groups) {
		bool any = false;
		for (const auto &[name, value] : counters) {
			const auto its = rate.find(name);
			if (kind_of(name) != kind || (!value && !options.all))
				continue;
			if (!any)
				fmt::print("  {}\n", painted(common.color, dim, title));
			any = true;
			const bool grave = kind == Kind::Refused && value;
			fmt::print("    {:<24}{}{}\n", name,
				   painted(common.color && grave, yellow,
					   fmt::format("{:>14}", value)),
				   its == rate.end() ? ""
						     : fmt::format("  {:>12.1f} /s", its->second));
		}
	}
}

/// Sleep until then; a signal ends the program, as without us.
static void sleep_until(Clock::time_point when)
{
	const auto at =
		std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch());
	timespec until = {at.count() / 1'000'000'000, at.count() % 1'000'000'000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR)
		;
}

int stat(const Common &common, const StatOptions &options)
{
	std::map<std::string, Counters> before;
	auto last = Clock::now();

	for (unsigned int look = 1;; look++) {
		const auto found = to_show(common, options.adapters);
		const auto now = Clock::now();
		const double seconds = std::chrono::duration<double>(now - last).count();
		nlohmann::json line;

		for (const auto &adapter : found) {
			const Counters counters = adapter.counters();
			const auto rate = look == 1
						  ? std::map<std::string, double>{}
						  : rates(before[adapter.name], counters, seconds);
			if (common.json) {
				line[adapter.name]["counters"] = counters;
				if (look > 1)
					line[adapter.name]["per_second"] = rate;
			} else {
				print_adapter(common, options, adapter, counters, rate);
			}
			before[adapter.name] = counters;
		}
		if (common.json)
			fmt::print("{}\n",
				   line.is_null() ? "{}" : line.dump(options.watch ? -1 : 2));
		fflush(stdout);
		if (!options.watch || look == options.count)
			return Ok;
		last = now;
		sleep_until(now + std::chrono::duration_cast<Clock::duration>(
					  std::chrono::duration<double>(options.watch)));
		if (!common.json)
			fmt::print("\n");
	}
}

} // namespace vpctl
