// SPDX-License-Identifier: GPL-2.0
/*
 * vpctl locks: what is locked, by whom, since when, and whether a device is at it. Reads debugfs, for
 * which it needs root.
 */
#include <cerrno>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "handles.hpp"

namespace vpctl {

static std::vector<Handle> handles_of(const Common &common, const videoport::Adapter &adapter)
{
	const auto path = common.debugfs() / adapter.name / "handles";
	std::ifstream file(path);

	if (!file)
		throw cannot_open(path, errno);
	return parse_handles(file);
}

static std::string owner(const Handle &handle)
{
	return handle.client ? fmt::format("{} [{}]", handle.command, handle.pid) : "(miniport)";
}

int locks(const Common &common, const LocksOptions &options)
{
	auto all = nlohmann::json::array();
	Table table({"ADAPTER", "HANDLE", "KIND", "OWNER", "SIZE", "PAGES", "SEGMENTS", "AGE",
		     "IN FLIGHT", "DEVICE MAY"});
	size_t shown = 0;

	for (size_t column = 4; column <= 8; column++)
		table.right(column);
	const auto found = to_show(common, options.adapters);
	for (const auto &adapter : found) {
		for (const Handle &each : handles_of(common, adapter)) {
			const bool buffer = each.kind == "buffer";
			if (!buffer && !options.all)
				continue;
			shown++;
			all.push_back({{"adapter", adapter.name},
				       {"handle", each.token},
				       {"kind", each.kind},
				       {"client", each.client},
				       {"uid", each.uid},
				       {"pid", each.pid},
				       {"command", each.command},
				       {"bytes", each.bytes},
				       {"pages", each.pages},
				       {"segments", each.segments},
				       {"age_ms", each.age_ms},
				       {"in_flight", each.in_flight},
				       {"device_writes", each.access == "write"}});
			auto of_buffer = [&](std::string text) { return buffer ? text : "-"; };
			table.add({adapter.name, each.token, each.kind, owner(each),
				   of_buffer(size_text(each.bytes)),
				   of_buffer(fmt::to_string(each.pages)),
				   of_buffer(each.segments ? fmt::to_string(each.segments) : "-"),
				   of_buffer(age_text(each.age_ms)), fmt::to_string(each.in_flight),
				   of_buffer(each.access)});
		}
	}
	if (common.json)
		fmt::print("{}\n", all.dump(2));
	else if (shown)
		fmt::print("{}", table.text(common.color));
	else if (!found.empty())
		fmt::print("nothing is locked\n");
	return Ok;
}

} // namespace vpctl
