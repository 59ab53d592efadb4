// SPDX-License-Identifier: GPL-2.0
/*
 * Text as old Windows files hold it: UTF-16 of both byte orders, UTF-8 with and without a mark, and
 * windows-1252; any line ends; a Ctrl-Z for an end. Decoded into lines of characters, because
 * places are counted in characters; what comes out again is UTF-8.
 */
#ifndef VPPORT_TEXT_HPP
#define VPPORT_TEXT_HPP

#include "diagnostics.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vpport {

enum class Encoding { Utf8, Utf16Le, Utf16Be, Windows1252 };

const char *name(Encoding encoding);

struct Text {
	std::string file; ///< its name, for diagnostics
	Encoding encoding = Encoding::Utf8;
	std::vector<std::u32string> lines;
};

/// Larger files than this are no text of a driver.
constexpr size_t largest_file = 16u << 20;

/**
 * decode() - the characters of a file
 * @file: its name, for diagnostics.
 * @bytes: what is in it.
 *
 * Errors are said in @diagnostics, with the place: bytes that are no character of the encoding that
 * the file has, and control characters, which no text has.
 */
Text decode(std::string file, std::string_view bytes, Diagnostics &diagnostics);

/// The bytes of a file, or nothing and an error in @diagnostics.
std::optional<std::string> read_file(const std::string &path, Diagnostics &diagnostics);

/// UTF-8 of characters.
std::string utf8(std::u32string_view characters);

/// Without the blanks at both ends.
std::string_view trimmed(std::string_view text);

/// Lower case of the letters A to Z; names in INF files and on old file systems do not differ by it.
std::string lower(std::string_view text);

bool equal_names(std::string_view one, std::string_view other);
bool begins_with_name(std::string_view text, std::string_view beginning);

inline bool is_blank(char32_t character)
{
	return character == U' ' || character == U'\t';
}

/// The text in quotes, shortened if it is long, and printable: for messages.
std::string cited(std::string_view text);

} // namespace vpport

#endif /* VPPORT_TEXT_HPP */
