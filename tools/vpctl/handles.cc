// SPDX-License-Identifier: GPL-2.0
/*
 * Parsing the file of handles. See handles.hpp.
 */
#include "handles.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "terms.hpp"

namespace vpctl {

/* The last column may have blanks in it. */
static std::vector<std::string> words(const std::string &line, size_t most)
{
	std::istringstream text(line);
	std::vector<std::string> found;
	std::string word;

	while (found.size() + 1 < most && text >> word)
		found.push_back(word);
	text >> std::ws;
	if (std::getline(text, word))
		found.push_back(word);
	return found;
}

std::vector<Handle> parse_handles(std::istream &text)
{
	std::string line;

	if (!std::getline(text, line))
		return {};
	const std::vector<std::string> heading = words(line, SIZE_MAX);
	std::vector<Handle> found;

	while (std::getline(text, line)) {
		const std::vector<std::string> row = words(line, heading.size());
		auto field = [&](std::string_view name) -> std::string {
			const auto at =
				std::find(heading.begin(), heading.end(), name) - heading.begin();
			return static_cast<size_t>(at) < row.size() ? row[at] : std::string();
		};
		auto number = [&](std::string_view name) {
			const auto value = videoport::parse_number(field(name));
			if (!value)
				throw Failure(fmt::format("handles: no {} in \"{}\"", name, line),
					      "is the module of another version than vpctl?");
			return *value;
		};
		Handle handle;
		handle.token = field("handle");
		handle.kind = field("kind");
		handle.access = field("access");
		handle.bytes = number("bytes");
		handle.pages = number("pages");
		handle.segments = number("segments");
		handle.in_flight = number("in_flight");
		handle.age_ms = number("age_ms");
		handle.client = number("client");
		handle.uid = number("uid");
		handle.pid = number("pid");
		handle.command = field("command");
		found.push_back(handle);
	}
	return found;
}

} // namespace vpctl
