// SPDX-License-Identifier: GPL-2.0
/*
 * vpctl selftest: tries what a client may expect of an adapter, and looks that nothing is left of it.
 */
#include <cerrno>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checks.hpp"
#include "commands.hpp"

namespace vpctl {

/* What another client, or the release of an earlier one, still holds may go meanwhile; it must not grow. */
static std::string left_behind(const videoport::Adapter &adapter,
			       const std::map<std::string, uint64_t> &before)
{
	using clock = std::chrono::steady_clock;
	const auto deadline = clock::now() + std::chrono::seconds(5);

	for (;;) {
		const auto now = adapter.counters();
		std::string left;
		for (const char *name : {"clients", "locked_buffers", "pinned_pages", "mappings",
					 "transfers", "events", "views"}) {
			const auto was = before.find(name), is = now.find(name);
			if (was == before.end() || is == now.end())
				return fmt::format("no counter {}", name);
			if (is->second > was->second)
				left += fmt::format("{}{}: {}, was {}", left.empty() ? "" : "; ",
						    name, is->second, was->second);
		}
		if (left.empty() || clock::now() > deadline)
			return left;
		std::this_thread::sleep_for(std::chrono::milliseconds(10));
	}
}

int selftest(const Common &common, const SelftestOptions &options)
{
	const auto adapter = one(common, options.adapter);
	const auto before = adapter.counters();
	auto results = nlohmann::json::array();
	size_t failed = 0;

	if (!common.json)
		fmt::print("{} ({}, {})\n", adapter.name, adapter.driver, adapter.pci_address);
	auto tell = [&](const std::string &name, const std::string &claim,
			const std::string &wrong) {
		failed += !wrong.empty();
		results.push_back(
			{{"check", name}, {"claim", claim}, {"ok", wrong.empty()}, {"why", wrong}});
		if (common.json)
			return;
		fmt::print("{}  {}\n",
			   wrong.empty() ? painted(common.color, green, "ok  ")
					 : painted(common.color, red, "FAIL"),
			   claim);
		if (!wrong.empty())
			fmt::print("        {}\n", wrong);
		fflush(stdout);
	};
	{
		const auto device = videoport::Device::open(adapter);
		if (!device)
			throw cannot_open(adapter.node, device.error());
		for (const Check &check : checks_of(common, device))
			tell(check.name, check.claim, check.finding());
	}
	tell("nothing-left", "nothing of this client is left: no lock, no pinned page, no event",
	     left_behind(adapter, before));
	if (common.json)
		fmt::print("{}\n", nlohmann::json({{"adapter", adapter.name},
						   {"passed", results.size() - failed},
						   {"failed", failed},
						   {"checks", results}})
					   .dump(2));
	else
		fmt::print("{} of {} checks passed\n", results.size() - failed, results.size());
	return failed ? Failed : Ok;
}

} // namespace vpctl
