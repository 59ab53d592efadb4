// SPDX-License-Identifier: GPL-2.0
/*
 * UTF-16 and UTF-8. See wide.h.
 */
#include "wide.h"

namespace vp {

/* What a byte that is no UTF-8, or half a unit, becomes: a surrogate that nothing pairs. */
static constexpr WCHAR not_text = 0xdcff;

size_t wide_length(const WCHAR *text, size_t most)
{
	size_t length = 0;

	while (length < most && text[length])
		length++;
	return length;
}

/* ---- Names without case ---- */

static bool in(uint32_t unit, uint32_t first, uint32_t last)
{
	return unit >= first && unit <= last;
}

/* The upper case of the letters that Windows has in its 8-bit code pages of Europe. */
static uint32_t upper(uint32_t unit)
{
	if (unit < 0x80)
		return in(unit, 'a', 'z') ? unit - 0x20 : unit;
	if (in(unit, 0xe0, 0xfe))
		return unit == 0xf7 ? unit : unit - 0x20; /* Latin-1, but for the division sign */
	if (unit == 0xff)
		return 0x178;
	/* pairs of upper and lower case side by side */
	if ((in(unit, 0x100, 0x12f) || in(unit, 0x132, 0x137) || in(unit, 0x14a, 0x177)) &&
	    unit & 1)
		return unit - 1;
	if ((in(unit, 0x139, 0x148) || in(unit, 0x179, 0x17e)) && !(unit & 1))
		return unit - 1;
	if (in(unit, 0x3b1, 0x3cb) && unit != 0x3c2)
		return unit - 0x20; /* Greek */
	if (in(unit, 0x430, 0x44f))
		return unit - 0x20; /* Cyrillic */
	if (in(unit, 0x450, 0x45f))
		return unit - 0x50;
	return unit;
}

bool same_name(WideText a, WideText b)
{
	if (a.length != b.length)
		return false;
	for (size_t i = 0; i < a.length; i++)
		if (upper(a.units[i]) != upper(b.units[i]))
			return false;
	return true;
}

uint32_t name_hash(WideText name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < name.length; i++)
		hash = (hash ^ upper(name.units[i])) * 16777619u;
	return hash;
}

/* ---- UTF-8 ---- */

uint32_t next_code_point(WideText text, size_t &at)
{
	uint32_t unit = text.units[at++];

	if (in(unit, 0xd800, 0xdbff) && at < text.length && in(text.units[at], 0xdc00, 0xdfff))
		return 0x10000 + ((unit - 0xd800) << 10) + (text.units[at++] - 0xdc00u);
	return unit;
}

size_t put_utf8(uint32_t code_point, char out[4])
{
	auto tail = [&](unsigned int shift) {
		return static_cast<char>(0x80 | (code_point >> shift & 0x3f));
	};

	if (is_surrogate(code_point))
		code_point = 0xfffd;
	if (code_point < 0x80) {
		out[0] = static_cast<char>(code_point);
		return 1;
	}
	if (code_point < 0x800) {
		out[0] = static_cast<char>(0xc0 | code_point >> 6);
		out[1] = tail(0);
		return 2;
	}
	if (code_point < 0x10000) {
		out[0] = static_cast<char>(0xe0 | code_point >> 12);
		out[1] = tail(6);
		out[2] = tail(0);
		return 3;
	}
	out[0] = static_cast<char>(0xf0 | code_point >> 18);
	out[1] = tail(12);
	out[2] = tail(6);
	out[3] = tail(0);
	return 4;
}

NameForLog::NameForLog(WideText name)
{
	static constexpr char more[] = "...";
	size_t used = 0;

	for (size_t at = 0; at < name.length;) {
		if (used + 4 + sizeof(more) > sizeof(text_)) {
			__builtin_memcpy(text_ + used, more, sizeof(more));
			return;
		}

		uint32_t code_point = next_code_point(name, at);

		used += put_utf8(code_point < 0x20 || in(code_point, 0x7f, 0x9f) ? '?' : code_point,
				 text_ + used);
	}
	text_[used] = '\0';
}

/* ---- Decoding ---- */

/* One code point of UTF-8, as the standard has it: the shortest form, no surrogate, no more. */
static uint32_t decode_one(const uint8_t *bytes, size_t length, size_t &at)
{
	uint8_t first = bytes[at++];
	unsigned int more = first < 0x80	    ? 0
			    : in(first, 0xc2, 0xdf) ? 1
			    : in(first, 0xe0, 0xef) ? 2
			    : in(first, 0xf0, 0xf4) ? 3
						    : 4;
	static constexpr uint32_t least[] = {0, 0x80, 0x800, 0x10000};

	if (!more)
		return first;
	if (more == 4 || length - at < more)
		return not_text;

	uint32_t code_point = first & (0x3f >> more);

	for (unsigned int i = 0; i < more; i++) {
		if ((bytes[at + i] & 0xc0) != 0x80)
			return not_text;
		code_point = code_point << 6 | (bytes[at + i] & 0x3f);
	}
	if (code_point < least[more] || code_point > 0x10ffff || is_surrogate(code_point))
		return not_text;
	at += more;
	return code_point;
}

static size_t decode_utf8(const uint8_t *bytes, size_t length, WCHAR *units)
{
	size_t used = 0;

	for (size_t at = 0; at < length;) {
		uint32_t code_point = decode_one(bytes, length, at);

		if (code_point >= 0x10000) {
			units[used++] = static_cast<WCHAR>(0xd800 + ((code_point - 0x10000) >> 10));
			code_point = 0xdc00 + (code_point & 0x3ff);
		}
		units[used++] = static_cast<WCHAR>(code_point);
	}
	return used;
}

static size_t decode_utf16(const uint8_t *bytes, size_t length, WCHAR *units)
{
	size_t used = 0;

	for (size_t at = 0; at + 1 < length; at += 2)
		units[used++] = static_cast<WCHAR>(bytes[at] | bytes[at + 1] << 8);
	if (length & 1)
		units[used++] = not_text;
	return used;
}

int decode_text(const void *from, size_t length, Buffer &memory, WideText &text)
{
	const auto *bytes = static_cast<const uint8_t *>(from);

	/* No byte becomes more than one unit. */
	memory = Buffer((length + 1) * sizeof(WCHAR));
	if (!memory)
		return -VP_ENOMEM;

	auto *units = memory.as<WCHAR>();
	bool utf16 = length >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe;
	bool marked = length >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf;
	size_t mark = utf16 ? 2 : marked ? 3 : 0;

	text.units = units;
	text.length = (utf16 ? decode_utf16 : decode_utf8)(bytes + mark, length - mark, units);
	return 0;
}

} // namespace vp
