// SPDX-License-Identifier: GPL-2.0
/*
 * vpport api: the list of calls, for people, for a document, for machines.
 */
#include "commands.hpp"

#include "api_list.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <iostream>

namespace vpport {

namespace {

std::string remark(const Call &call)
{
	if (call.standing != Standing::Fails)
		return call.note;
	return "returns " + call.result + (call.note.empty() ? "" : ": " + call.note);
}

void print_text()
{
	std::string group;
	std::array<size_t, 4> counts = {};
	for (const Call &call : api()) {
		if (call.group != group)
			printf("%s%s\n", group.empty() ? "" : "\n", call.group.c_str());
		group = call.group;
		counts[static_cast<size_t>(call.standing)]++;
		const std::string note = remark(call);
		printf("  %-6s %s%s%s\n", name(call.standing), call.name.c_str(),
		       note.empty() ? "" : ": ", note.c_str());
	}
	printf("\n%zu calls: %zu work, %zu by a header alone, %zu return their documented failure\n",
	       api().size(), counts[0], counts[1], counts[2]);
}

void print_markdown()
{
	std::string group;
	for (const Call &call : api()) {
		if (call.group != group)
			printf("%s### %s\n\n| call | state | note |\n| --- | --- | --- |\n",
			       group.empty() ? "" : "\n", call.group.c_str());
		group = call.group;
		std::string note = remark(call);
		for (size_t place = 0; (place = note.find('|', place)) != note.npos; place += 2)
			note.insert(place, "\\");
		printf("| `%s` | %s | %s |\n", call.name.c_str(), name(call.standing),
		       note.c_str());
	}
}

void print_json()
{
	nlohmann::ordered_json list = nlohmann::ordered_json::array();
	for (const Call &call : api())
		list.push_back({{"name", call.name},
				{"group", call.group},
				{"standing", name(call.standing)},
				{"source", call.source},
				{"result", call.result},
				{"note", call.note}});
	std::cout << list.dump(2) << '\n';
}

} // namespace

int command_api(const ApiOptions &options)
{
	if (options.json)
		print_json();
	else if (options.markdown)
		print_markdown();
	else
		print_text();
	return status_good;
}

} // namespace vpport
