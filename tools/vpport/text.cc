// SPDX-License-Identifier: GPL-2.0
/*
 * Text as old Windows files hold it. See text.hpp.
 */
#include "text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

namespace vpport {

namespace {

constexpr char32_t end_of_file = 0x1a; // Ctrl-Z
constexpr char32_t not_a_character = 0xffffffff;

/// 0x80 to 0x9f of windows-1252; the five that it leaves free stay what they are.
constexpr std::array<char16_t, 32> windows_1252 = {
	0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

/// Gives characters, one after another; not_a_character for bytes that are none.
class Decoder {
public:
	Decoder(std::string_view bytes, Encoding encoding) : bytes_(bytes), encoding_(encoding) {}

	bool done() const { return at_ >= bytes_.size(); }

	char32_t next()
	{
		switch (encoding_) {
		case Encoding::Utf8:
			return next_utf8();
		case Encoding::Windows1252:
			return next_windows_1252();
		case Encoding::Utf16Le:
		case Encoding::Utf16Be:
			break;
		}
		return next_utf16();
	}

private:
	uint8_t byte(size_t place) const { return static_cast<uint8_t>(bytes_[place]); }

	char32_t next_windows_1252()
	{
		const uint8_t value = byte(at_++);
		return value >= 0x80 && value < 0xa0 ? windows_1252[value - 0x80] : value;
	}

	char32_t unit()
	{
		if (bytes_.size() - at_ < 2) {
			at_ = bytes_.size();
			return not_a_character;
		}
		const uint8_t first = byte(at_), second = byte(at_ + 1);
		at_ += 2;
		return encoding_ == Encoding::Utf16Le ? first | second << 8 : first << 8 | second;
	}

	char32_t next_utf16()
	{
		const char32_t high = unit();
		if (high < 0xd800 || high > 0xdfff)
			return high;
		if (high > 0xdbff)
			return not_a_character;
		const size_t behind = at_;
		const char32_t low = unit();
		if (low < 0xdc00 || low > 0xdfff) {
			at_ = behind;
			return not_a_character;
		}
		return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	}

	char32_t next_utf8()
	{
		const uint8_t first = byte(at_++);
		if (first < 0x80)
			return first;
		const size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
		if (!more || first > 0xf4)
			return not_a_character;
		char32_t value = first & (0x3f >> more);
		for (size_t count = 0; count < more; count++) {
			if (done() || (byte(at_) & 0xc0) != 0x80)
				return not_a_character;
			value = value << 6 | (byte(at_++) & 0x3f);
		}
		constexpr std::array<char32_t, 4> least = {0, 0x80, 0x800, 0x10000};
		if (value < least[more] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
			return not_a_character;
		return value;
	}

	std::string_view bytes_;
	Encoding encoding_;
	size_t at_ = 0;
};

bool is_utf8(std::string_view bytes)
{
	Decoder decoder(bytes, Encoding::Utf8);
	while (!decoder.done()) {
		if (decoder.next() == not_a_character)
			return false;
	}
	return true;
}

/// What the file says that it is, by its mark, or looks like; takes the mark away.
Encoding detect(std::string_view &bytes)
{
	const auto marked = [&bytes](std::string_view mark) {
		if (!bytes.starts_with(mark))
			return false;
		bytes.remove_prefix(mark.size());
		return true;
	};
	if (marked("\xef\xbb\xbf"))
		return Encoding::Utf8;
	if (marked("\xff\xfe"))
		return Encoding::Utf16Le;
	if (marked("\xfe\xff"))
		return Encoding::Utf16Be;
	// No text of one byte a character begins with a character and a zero.
	if (bytes.size() >= 2 && bytes[0] && !bytes[1])
		return Encoding::Utf16Le;
	if (bytes.size() >= 2 && !bytes[0] && bytes[1])
		return Encoding::Utf16Be;
	return is_utf8(bytes) ? Encoding::Utf8 : Encoding::Windows1252;
}

std::string hexadecimal(char32_t value)
{
	std::ostringstream text;
	text << "0x" << std::hex << static_cast<uint32_t>(value);
	return text.str();
}

bool is_control(char32_t character)
{
	return (character < 0x20 && character != U'\t' && character != U'\f' &&
		character != U'\v') ||
	       character == 0x7f;
}

} // namespace

const char *name(Encoding encoding)
{
	switch (encoding) {
	case Encoding::Utf8:
		return "UTF-8";
	case Encoding::Utf16Le:
		return "UTF-16LE";
	case Encoding::Utf16Be:
		return "UTF-16BE";
	case Encoding::Windows1252:
		break;
	}
	return "windows-1252";
}

Text decode(std::string file, std::string_view bytes, Diagnostics &diagnostics)
{
	constexpr size_t enough = 20; // of bad characters: it is no text at all

	Text text;
	text.file = std::move(file);
	text.encoding = detect(bytes);
	text.lines.emplace_back();

	Decoder decoder(bytes, text.encoding);
	size_t bad = 0;
	bool after_return = false;
	while (!decoder.done() && bad < enough) {
		const char32_t character = decoder.next();
		if (character == end_of_file)
			break;
		if (character == U'\r' || (character == U'\n' && !after_return))
			text.lines.emplace_back();
		const bool ends_line = character == U'\r' || character == U'\n';
		after_return = character == U'\r';
		if (ends_line)
			continue;

		std::u32string &line = text.lines.back();
		const Position at = {text.lines.size(), line.size() + 1};
		if (character == not_a_character) {
			diagnostics.error(text.file, at,
					  std::string("no character of ") + name(text.encoding) +
						  ": the file is damaged, or no text");
			bad++;
			line += U'?';
		} else if (is_control(character)) {
			diagnostics.error(text.file, at,
					  "control character " + hexadecimal(character) +
						  ": the file is damaged, or no text");
			bad++;
			line += U'?';
		} else {
			line += character == U'\f' || character == U'\v' ? U' ' : character;
		}
	}
	return text;
}

std::optional<std::string> read_file(const std::string &path, Diagnostics &diagnostics)
{
	const auto refuse = [&](const std::string &why) {
		diagnostics.error(path, {}, why);
		return std::nullopt;
	};
	std::ifstream file(path, std::ios::binary);
	if (!file)
		return refuse(std::string("cannot be read: ") + std::strerror(errno));
	std::string bytes;
	std::array<char, 65536> part = {};
	errno = 0;
	while (file.read(part.data(), part.size()) || file.gcount() > 0) {
		bytes.append(part.data(), static_cast<size_t>(file.gcount()));
		if (bytes.size() > largest_file)
			return refuse("is larger than 16 MiB: this is no text of a driver");
	}
	if (file.bad() || (errno && bytes.empty()))
		return refuse(std::string("cannot be read: ") + std::strerror(errno));
	return bytes;
}

std::string utf8(std::u32string_view characters)
{
	std::string bytes;
	bytes.reserve(characters.size());
	for (const char32_t character : characters) {
		const auto tail = [&](int shift) {
			bytes += static_cast<char>(0x80 | (character >> shift & 0x3f));
		};
		if (character < 0x80) {
			bytes += static_cast<char>(character);
		} else if (character < 0x800) {
			bytes += static_cast<char>(0xc0 | character >> 6);
			tail(0);
		} else if (character < 0x10000) {
			bytes += static_cast<char>(0xe0 | character >> 12);
			tail(6), tail(0);
		} else {
			bytes += static_cast<char>(0xf0 | character >> 18);
			tail(12), tail(6), tail(0);
		}
	}
	return bytes;
}

std::string_view trimmed(std::string_view text)
{
	const auto first = text.find_first_not_of(" \t");
	if (first == text.npos)
		return {};
	return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string_view text)
{
	std::string result(text);
	for (char &character : result) {
		if (character >= 'A' && character <= 'Z')
			character = static_cast<char>(character - 'A' + 'a');
	}
	return result;
}

bool equal_names(std::string_view one, std::string_view other)
{
	return one.size() == other.size() && lower(one) == lower(other);
}

bool begins_with_name(std::string_view text, std::string_view beginning)
{
	return text.size() >= beginning.size() &&
	       equal_names(text.substr(0, beginning.size()), beginning);
}

std::string cited(std::string_view text)
{
	constexpr size_t most = 60;

	std::string result = "\"";
	size_t place = 0;
	for (; place < text.size() && result.size() < most; place++)
		result += static_cast<unsigned char>(text[place]) < 0x20 ? '?' : text[place];
	// never in the middle of a character
	while (place < text.size() && (static_cast<unsigned char>(text[place]) & 0xc0) == 0x80)
		result += text[place++];
	return result + (place < text.size() ? "...\"" : "\"");
}

} // namespace vpport
