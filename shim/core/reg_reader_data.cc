// SPDX-License-Identifier: GPL-2.0
/*
 * Reading .reg text: the data of a value, behind its equals sign. See reg_text.h.
 */
#include <videoport/registry_value.h>

#include "reg_text.h"

namespace vp {

static int digit(int unit)
{
	if (unit >= '0' && unit <= '9')
		return unit - '0';
	if (unit >= 'a' && unit <= 'f')
		return unit - 'a' + 10;
	if (unit >= 'A' && unit <= 'F')
		return unit - 'A' + 10;
	return -1;
}

bool RegReader::put_byte(unsigned int byte)
{
	if (length_ == max_value_bytes)
		return wrong("the value is too long: 65536 bytes are the most");
	data_[length_++] = static_cast<uint8_t>(byte);
	return true;
}

bool RegReader::put_unit(WCHAR unit)
{
	return put_byte(unit & 0xff) && put_byte(unit >> 8);
}

/* One character between quotes. */
bool RegReader::escaped(WCHAR &unit)
{
	if (peek() == '\\') {
		int meant = at(pos_ + 1);

		if (meant != '\\' && meant != '"')
			return wrong(
				"a backslash between quotes stands before \\ or \" only: write \\\\");
		pos_++;
	} else if (peek() < 0x20 && peek() != '\t') {
		return wrong("a control character between quotes: write the value as hex(1):");
	}
	unit = static_cast<WCHAR>(peek());
	pos_++;
	return true;
}

bool RegReader::quoted_text()
{
	pos_++;
	while (peek() != '"') {
		WCHAR unit = 0;

		if (ends_item(peek()) && peek() != ';')
			return wrong("the text has no closing quote");
		if (!escaped(unit) || !put_unit(unit))
			return false;
	}
	pos_++;
	return put_unit(0);
}

/* In a parameter: up to the semicolon. */
bool RegReader::plain_text()
{
	size_t stop = pos_;

	for (size_t pos = pos_; !ends_item(at(pos)); pos++)
		if (at(pos) != ' ' && at(pos) != '\t')
			stop = pos + 1;
	while (pos_ < stop) {
		if (!put_unit(static_cast<WCHAR>(peek())))
			return false;
		pos_++;
	}
	return put_unit(0);
}

/* Return: how many digits there were. One that is too many stays. */
int RegReader::hex_digits(unsigned int most, uint32_t &number)
{
	unsigned int count = 0;

	number = 0;
	while (count < most && digit(peek()) >= 0) {
		number = number << 4 | static_cast<uint32_t>(digit(peek()));
		pos_++;
		count++;
	}
	return static_cast<int>(count);
}

bool RegReader::dword()
{
	uint32_t number;

	if (!hex_digits(8, number))
		return wrong("want one to eight hexadecimal digits");
	if (digit(peek()) >= 0)
		return wrong("more than eight hexadecimal digits");
	type_ = VIDEOPORT_REG_TYPE_DWORD;
	for (int shift = 0; shift < 32; shift += 8)
		if (!put_byte(number >> shift & 0xff))
			return false;
	return true;
}

/* hex: or hex(7):, the word is behind us. */
bool RegReader::hex_type()
{
	type_ = VIDEOPORT_REG_TYPE_BINARY;
	if (peek() == '(') {
		pos_++;
		if (!hex_digits(8, type_) || peek() != ')')
			return wrong("want hex(TYPE): with up to eight hexadecimal digits");
		pos_++;
	}
	if (peek() != ':')
		return wrong("want : after hex");

	bool text = type_ == VIDEOPORT_REG_TYPE_SZ || type_ == VIDEOPORT_REG_TYPE_EXPAND_SZ ||
		    type_ == VIDEOPORT_REG_TYPE_MULTI_SZ;

	if (narrow_ && text)
		return wrong(
			"text in hex() has 8 bits in a REGEDIT4 file: export it as version 5.00");
	pos_++;
	return true;
}

/* A backslash at the end of the line: go on in the next one. */
bool RegReader::next_hex_line()
{
	pos_++;
	blanks();
	if (style_ == Style::Parameter || peek() != '\n')
		return wrong("a backslash that ties lines together stands at the end of a line");
	pos_++;
	line_++;
	line_start_ = pos_;
	blanks();
	return true;
}

bool RegReader::hex()
{
	if (!hex_type())
		return false;
	blanks();
	while (peek() == '\\')
		if (!next_hex_line())
			return false;
	if (ends_item(peek()) || peek() == ';')
		return true; /* no bytes */
	for (;;) {
		uint32_t byte;

		if (!hex_digits(2, byte))
			return wrong("want bytes of two hexadecimal digits, with commas between");
		if (!put_byte(byte))
			return false;
		blanks();
		if (peek() != ',')
			return true;
		pos_++;
		blanks();
		while (peek() == '\\')
			if (!next_hex_line())
				return false;
	}
}

bool RegReader::data_of_value()
{
	type_ = VIDEOPORT_REG_TYPE_SZ;
	if (peek() == '"')
		return quoted_text();
	if (skip("dword:"))
		return dword();
	if (peek() == '-' && (ends_item(at(pos_ + 1)) || style_ == Style::File)) {
		pos_++;
		removal_ = true;
		return true;
	}
	if (skip("hex")) {
		if (peek() == ':' || peek() == '(')
			return hex();
		pos_ -= 3; /* plain text that begins so */
	}
	if (style_ == Style::Parameter)
		return plain_text();
	return wrong("want \"text\", dword:, hex:, hex(TYPE):, or - to remove the value");
}

} // namespace vp
