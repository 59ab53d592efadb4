// SPDX-License-Identifier: GPL-2.0
/*
 * Taking a trace line apart, and saying what it means. See trace_line.hpp.
 */
#include "trace_line.hpp"

#include <charconv>
#include <cstdlib>

#include <fmt/format.h>
#include <libvideoport/status.hpp>
#include <libvideoport/sysfs.hpp>

#include "terms.hpp"

namespace vpctl {

std::string_view TraceLine::field(std::string_view name) const
{
	const auto found = fields.find(name);

	return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

uint64_t TraceLine::number(std::string_view name) const
{
	return videoport::parse_number(field(name)).value_or(0);
}

/* "key=value key=value text=all the rest" */
static void parse_fields(std::string_view text, TraceLine &line)
{
	while (!text.empty()) {
		const size_t equals = text.find('=');
		if (equals == std::string_view::npos)
			return;
		const std::string key(text.substr(0, equals));
		const size_t end = key == "text" ? text.size() : text.find(' ', equals);
		line.fields[key] = text.substr(equals + 1, std::min(end, text.size()) - equals - 1);
		text.remove_prefix(std::min(end, text.size()));
		while (text.starts_with(' '))
			text.remove_prefix(1);
	}
}

/* "          client-123     [001] d..1.   12.345678: vp_lock: adapter=..." */
std::optional<TraceLine> parse_trace_line(std::string_view text)
{
	TraceLine line;
	const size_t event = text.find(": vp_");
	if (event == std::string_view::npos)
		return std::nullopt;
	const size_t colon = text.find(':', event + 1);
	const size_t cpu = text.rfind(" [", event);
	if (colon == std::string_view::npos || cpu == std::string_view::npos)
		return std::nullopt;

	const std::string_view head = text.substr(0, cpu);
	const size_t dash = head.rfind('-'), first = head.find_first_not_of(' ');
	const size_t bracket = text.find(']', cpu), clock = text.rfind(' ', event);
	if (dash == std::string_view::npos || first == std::string_view::npos || first >= dash ||
	    bracket == std::string_view::npos || bracket > event)
		return std::nullopt;
	line.task = head.substr(first, dash - first);
	line.pid = head.substr(dash + 1);
	line.pid.erase(line.pid.find_last_not_of(' ') + 1);
	line.cpu = text.substr(cpu + 2, bracket - cpu - 2);
	line.seconds = std::strtod(std::string(text.substr(clock + 1, event - clock - 1)).c_str(),
				   nullptr);
	line.event = text.substr(event + 5, colon - event - 5);
	parse_fields(text.substr(std::min(colon + 2, text.size())), line);
	return line;
}

static std::string count(uint64_t number, std::string_view what)
{
	return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

static std::string direction(const TraceLine &line)
{
	const std::string_view way = line.field("direction");

	if (way == "to-device")
		return "device reads";
	return way == "from-device" ? "device writes" : "device may read and write";
}

static std::string failed(const TraceLine &line)
{
	const std::string_view text = line.field("result");
	int result = 0;

	std::from_chars(text.data(), text.data() + text.size(), result);
	return result ? fmt::format("  FAILED: {}", videoport::errno_name(std::abs(result))) : "";
}

static std::string owner(const TraceLine &line)
{
	const uint64_t client = line.number("client");

	return client ? fmt::format("client {}", client) : "miniport";
}

static std::string range(const TraceLine &line)
{
	return line.number("offset") ? fmt::format("{} at {}", size_text(line.number("bytes")),
						   line.number("offset"))
				     : size_text(line.number("bytes"));
}

std::string say(const TraceLine &line)
{
	const std::string bytes = size_text(line.number("bytes"));
	const std::string took = ns_text(line.number("ns"));
	const std::string segments = count(line.number("segments"), "segment");

	if (line.event == "lock")
		return fmt::format("{}  {} {}, {} in {}, {}, took {}{}", line.field("handle"),
				   line.field("call"), bytes, count(line.number("pages"), "page"),
				   line.number("segments") ? std::string_view(segments)
							   : "no segment yet",
				   owner(line), took, failed(line));
	if (line.event == "unlock")
		return fmt::format("{}  {} {}, {}, {}, took {}", line.field("handle"),
				   line.field("call"), bytes,
				   line.field("released") == "1"
					   ? "pages released"
					   : "released when its last user ends",
				   owner(line), took);
	if (line.event == "map")
		return fmt::format("{} in {}, {}, took {}{}", bytes, segments, direction(line),
				   took, failed(line));
	if (line.event == "unmap")
		return fmt::format("{} in {}, took {}", bytes, segments, took);
	if (line.event == "start")
		return fmt::format("{}  {} {} in {}, {}, took {}{}", line.field("handle"),
				   line.field("call"), range(line), segments, direction(line), took,
				   failed(line));
	if (line.event == "complete")
		return fmt::format("{}  {} {}, {}{}", line.field("handle"), line.field("call"),
				   range(line), direction(line),
				   line.number("ns") ? ", device had it for " + took
						     : std::string());
	if (line.event == "event")
		return fmt::format("{}  miniport {} {}, was {}", line.field("handle"),
				   line.field("action") == "set" ? "sets" : "clears",
				   line.number("client") ? "the event of " + owner(line)
							 : "its event",
				   line.field("was_set") == "1" ? "set" : "clear");
	if (line.event == "violation")
		return fmt::format("{}: {}", line.field("cause"), line.field("text"));

	std::string all;
	for (const auto &[name, value] : line.fields)
		all += fmt::format("{}{}={}", all.empty() ? "" : " ", name, value);
	return all;
}

} // namespace vpctl
