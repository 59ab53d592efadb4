// SPDX-License-Identifier: GPL-2.0
/*
 * Hexadecimal text. See hex.hpp.
 */
#include "hex.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace vpctl {

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::vector<std::byte>> parse_hex(std::string_view text)
{
	std::vector<std::byte> bytes;

	while (!text.empty()) {
		if (text.front() == ' ' || text.front() == ':' || text.front() == '\n' ||
		    text.front() == '\t') {
			text.remove_prefix(1);
			continue;
		}
		if (text.starts_with("0x") || text.starts_with("0X"))
			text.remove_prefix(2);
		if (text.size() < 2 || digit(text[0]) < 0 || digit(text[1]) < 0)
			return std::nullopt;
		bytes.push_back(std::byte(digit(text[0]) << 4 | digit(text[1])));
		text.remove_prefix(2);
	}
	return bytes;
}

std::string hex_text(std::span<const std::byte> bytes)
{
	std::string text;

	for (const std::byte byte : bytes)
		text += fmt::format("{:02x}", static_cast<unsigned>(byte));
	return text;
}

std::string hex_dump(std::span<const std::byte> bytes)
{
	constexpr size_t width = 16;
	std::string text;

	for (size_t at = 0; at < bytes.size(); at += width) {
		const auto line = bytes.subspan(at, std::min(width, bytes.size() - at));
		std::string digits, letters;
		for (size_t i = 0; i < line.size(); i++) {
			const auto value = static_cast<unsigned>(line[i]);
			digits += fmt::format("{:02x}{}", value, i == width / 2 - 1 ? "  " : " ");
			letters += value >= 0x20 && value < 0x7f ? static_cast<char>(value) : '.';
		}
		text += fmt::format("{:08x}  {:<49} |{}|\n", at, digits, letters);
	}
	return text;
}

} // namespace vpctl
