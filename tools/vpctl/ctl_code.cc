// SPDX-License-Identifier: GPL-2.0
/*
 * Parsing and naming IOCTL codes. See ctl_code.hpp.
 */
#include "ctl_code.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include <ntddvdeo.h>

namespace vpctl {

struct Named {
	std::string_view name;
	uint32_t code;
};

static constexpr Named names[] = {
#include "ioctls.inc"
};

static std::optional<uint32_t> number(std::string_view text)
{
	int base = 10;
	uint32_t value = 0;

	while (!text.empty() && text.front() == ' ')
		text.remove_prefix(1);
	while (!text.empty() && text.back() == ' ')
		text.remove_suffix(1);
	if (text.starts_with("0x") || text.starts_with("0X")) {
		base = 16;
		text.remove_prefix(2);
	}
	const auto [end, error] =
		std::from_chars(text.data(), text.data() + text.size(), value, base);
	if (text.empty() || error != std::errc{} || end != text.data() + text.size())
		return std::nullopt;
	return value;
}

/* "a,b,c,d)" after the parenthesis. */
static std::optional<uint32_t> parts(std::string_view text)
{
	static constexpr uint32_t most[] = {0xffff, 0xfff, 3,
					    3}; /* type, function, method, access */
	uint32_t part[4];

	if (text.empty() || text.back() != ')')
		return std::nullopt;
	text.remove_suffix(1);
	for (int i = 0; i < 4; i++) {
		const size_t comma = text.find(',');
		if ((i < 3) != (comma != std::string_view::npos))
			return std::nullopt;
		const auto value = number(text.substr(0, comma));
		if (!value || *value > most[i])
			return std::nullopt;
		part[i] = *value;
		text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
	}
	return CTL_CODE(part[0], part[1], part[2], part[3]);
}

std::optional<uint32_t> parse_code(std::string_view text)
{
	static constexpr std::string_view macro = "CTL_CODE(";

	if (text.starts_with(macro))
		return parts(text.substr(macro.size()));
	for (const Named &each : names)
		if (text == each.name || text == each.name.substr(sizeof("IOCTL_") - 1))
			return each.code;
	return number(text);
}

std::string code_name(uint32_t code)
{
	for (const Named &each : names)
		if (code == each.code)
			return std::string(each.name);
	return fmt::format("CTL_CODE(0x{:x}, 0x{:x}, {}, {})", code >> 16, code >> 2 & 0xfff,
			   code & 3, code >> 14 & 3);
}

} // namespace vpctl
