// SPDX-License-Identifier: GPL-2.0
/*
 * Writing registry values as .reg text: version 5.00, in UTF-8. See reg_text.h. What quotes cannot
 * carry is written as hex(), and what a section's brackets cannot, as a path in the name's quotes.
 */
#include <videoport/registry_value.h>

#include "reg_text.h"

namespace vp {

namespace {

/* Counts all of the text, and writes what there is room for. */
class Output {
public:
	Output(char *out, size_t room) : out_(out), room_(room) {}

	void put(char c)
	{
		if (length_ < room_)
			out_[length_] = c;
		length_++;
		column_ = c == '\n' ? 0 : column_ + 1;
	}
	void put(const char *text)
	{
		while (*text)
			put(*text++);
	}
	void put_hex(uint32_t number, int digits)
	{
		while (digits--)
			put("0123456789abcdef"[number >> 4 * digits & 0xf]);
	}
	void put_text(WideText text, bool between_quotes)
	{
		for (size_t at = 0; at < text.length;) {
			uint32_t code_point = next_code_point(text, at);
			char bytes[4];
			size_t count = put_utf8(code_point, bytes);

			if (between_quotes && (code_point == '"' || code_point == '\\'))
				put('\\');
			for (size_t i = 0; i < count; i++)
				put(bytes[i]);
		}
	}
	size_t length() const { return length_; }
	size_t column() const { return column_; }

private:
	char *const out_;
	const size_t room_;
	size_t length_ = 0;
	size_t column_ = 0;
};

/* The path before the value's own name, without its last backslash. */
WideText section_of(WideText name)
{
	for (size_t i = name.length; i--;)
		if (name.units[i] == '\\')
			return name.part(0, i);
	return {};
}

/* Can the path stand between brackets? Not what would be read as something else. */
bool is_plain(WideText section)
{
	static constexpr WCHAR root[] = {'H', 'K', 'E', 'Y', '_'};
	constexpr size_t root_length = sizeof(root) / sizeof(*root);

	if (!section.length || section.units[0] == '-')
		return false;
	if (section.length >= root_length &&
	    same_name(section.part(0, root_length), {root, root_length}))
		return false;
	for (size_t i = 0; i < section.length; i++)
		if (section.units[i] == ']')
			return false;
	return true;
}

/* Is the data one string that can be quoted, and comes back the same? */
bool is_quotable(const Value &value, WideText &text)
{
	size_t length = value.length() / sizeof(WCHAR);

	text = {reinterpret_cast<const WCHAR *>(value.data()), length};
	if (value.type() != VIDEOPORT_REG_TYPE_SZ || value.length() % sizeof(WCHAR) || !length ||
	    text.units[length - 1])
		return false;
	text.length = length - 1;
	for (size_t at = 0; at < text.length;) {
		uint32_t code_point = next_code_point(text, at);

		if (is_surrogate(code_point) || (code_point < 0x20 && code_point != '\t'))
			return false;
	}
	return true;
}

void write_hex(Output &out, const Value &value)
{
	out.put("hex");
	if (value.type() != VIDEOPORT_REG_TYPE_BINARY) {
		int digits = 1;

		while (digits < 8 && value.type() >> 4 * digits)
			digits++;
		out.put('(');
		out.put_hex(value.type(), digits);
		out.put(')');
	}
	out.put(':');
	for (size_t i = 0; i < value.length(); i++) {
		if (i)
			out.put(',');
		if (i && out.column() > 75)
			out.put("\\\n  ");
		out.put_hex(value.data()[i], 2);
	}
}

void write_value(Output &out, WideText name, const Value &value)
{
	WideText text;

	out.put('"');
	out.put_text(name, true);
	out.put("\"=");
	if (is_quotable(value, text)) {
		out.put('"');
		out.put_text(text, true);
		out.put('"');
	} else if (value.type() == VIDEOPORT_REG_TYPE_DWORD && value.length() == 4) {
		uint32_t number = 0;

		for (int i = 3; i >= 0; i--)
			number = number << 8 | value.data()[i];
		out.put("dword:");
		out.put_hex(number, 8);
	} else {
		write_hex(out, value);
	}
	out.put('\n');
}

} // namespace

size_t write_reg_text(ValueStore &store, char *to, size_t room)
{
	Output out(to, room);
	WideText last; /* of a value that stays as long as this goes through them */

	out.put("Windows Registry Editor Version 5.00\n\n");
	/* Those without a section first: there is no way back to there. */
	store.each([&](const Value &value) {
		if (!is_plain(section_of(value.name())))
			write_value(out, value.name(), value);
	});
	store.each([&](const Value &value) {
		WideText name = value.name(), section = section_of(name);

		if (!is_plain(section))
			return;
		if (!same_name(section, last)) {
			last = section;
			out.put("\n[");
			out.put_text(section, false);
			out.put("]\n");
		}
		write_value(out, name.part(section.length + 1, name.length - section.length - 1),
			    value);
	});
	return out.length();
}

} // namespace vp
