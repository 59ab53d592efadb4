// SPDX-License-Identifier: GPL-2.0
/*
 * The legacy printf. See format.h.
 */
#include <cstdint>

#include <ntdef.h>

#include "format.h"
#include "platform.h"

namespace vp {

namespace {

/* What no string of a message is longer than; and no field is wider. */
constexpr int longest = 1 << 14;

/* No string is there: as likely a small number that was cast. */
bool is_address(const void *pointer)
{
	return reinterpret_cast<uintptr_t>(pointer) >= 4096;
}

struct Arguments {
	explicit Arguments(va_list from) { va_copy(list, from); }
	Arguments(const Arguments &) = delete;
	Arguments &operator=(const Arguments &) = delete;
	~Arguments() { va_end(list); }

	va_list list;
};

/** One conversion, as far as it is read. */
struct Field {
	bool left = false, plus = false, space = false, prefix = false, zeros = false;
	int width = 0;
	int precision = -1; /* none */
	enum { Int, Short, Char, Quad } size = Int;
	bool narrow = false, wide = false;
};

template <class Char> class Printer {
public:
	Printer(Char *out, size_t room) : out_(out), room_(room) {}

	size_t print(const Char *text, Arguments &arguments)
	{
		while (*text) {
			const Char *start = text;

			if (*text++ != '%')
				put(*start);
			else if (!conversion(text, arguments))
				for (; start < text; start++)
					put(*start);
		}
		return length_;
	}

private:
	void put(WCHAR c)
	{
		if (length_ < room_)
			out_[length_] = sizeof(Char) == 1 && c > 0xff ? '?' : static_cast<Char>(c);
		length_++;
	}
	void repeat(WCHAR c, int times)
	{
		while (times-- > 0)
			put(c);
	}

	static int number(const Char *&text, Arguments &arguments)
	{
		int value = 0;

		if (*text == '*') {
			text++;
			value = va_arg(arguments.list, int);
			return value < -longest ? -longest : value > longest ? longest : value;
		}
		for (; *text >= '0' && *text <= '9'; text++)
			if (value < longest)
				value = value * 10 + (*text - '0');
		return value > longest ? longest : value;
	}

	static void flags(const Char *&text, Field &field)
	{
		for (;; text++) {
			switch (*text) {
			case '-':
				field.left = true;
				break;
			case '+':
				field.plus = true;
				break;
			case ' ':
				field.space = true;
				break;
			case '#':
				field.prefix = true;
				break;
			case '0':
				field.zeros = true;
				break;
			default:
				return;
			}
		}
	}

	static void size(const Char *&text, Field &field)
	{
		for (;; text++) {
			switch (*text) {
			case 'h':
				field.size =
					field.size == Field::Short ? Field::Char : Field::Short;
				field.narrow = true;
				break;
			case 'l':
				if (text[1] == 'l') {
					field.size = Field::Quad;
					text++;
				}
				field.wide = true;
				break;
			case 'w':
				field.wide = true;
				break;
			case 'I':
				if (text[1] == '3' && text[2] == '2') {
					text += 2;
				} else {
					field.size = Field::Quad;
					if (text[1] == '6' && text[2] == '4')
						text += 2;
				}
				break;
			default:
				return;
			}
		}
	}

	/* @text: behind the percent sign; afterwards behind the conversion. */
	bool conversion(const Char *&text, Arguments &arguments)
	{
		Field field;

		flags(text, field);
		field.width = number(text, arguments);
		if (field.width < 0) {
			field.left = true;
			field.width = -field.width;
		}
		if (*text == '.') {
			text++;
			field.precision = number(text, arguments);
		}
		size(text, field);
		if (!*text)
			return false;

		/* as the function, but for a capital letter or a size that says otherwise */
		constexpr bool wide = sizeof(Char) != 1;
		const bool here = field.wide || (wide && !field.narrow);
		const bool there = field.wide || (!wide && !field.narrow);

		switch (*text++) {
		case '%':
			put('%');
			return true;
		case 'd':
		case 'i':
			signed_number(field, arguments);
			return true;
		case 'u':
			unsigned_number(field, 10, false, arguments);
			return true;
		case 'o':
			unsigned_number(field, 8, false, arguments);
			return true;
		case 'x':
			unsigned_number(field, 16, false, arguments);
			return true;
		case 'X':
			unsigned_number(field, 16, true, arguments);
			return true;
		case 'c':
			character(field, here, arguments);
			return true;
		case 'C':
			character(field, there, arguments);
			return true;
		case 's':
			text_of(field, here, va_arg(arguments.list, const void *));
			return true;
		case 'S':
			text_of(field, there, va_arg(arguments.list, const void *));
			return true;
		case 'Z':
			counted(field, field.wide, va_arg(arguments.list, const void *));
			return true;
		case 'p':
			pointer(field, va_arg(arguments.list, const void *));
			return true;
		case 'n':
			(void)va_arg(arguments.list, void *);
			return true;
		default:
			return false;
		}
	}

	void signed_number(const Field &field, Arguments &arguments)
	{
		int64_t value;

		if (field.size == Field::Quad)
			value = va_arg(arguments.list, int64_t);
		else if (int plain = va_arg(arguments.list, int); field.size == Field::Int)
			value = plain;
		else if (field.size == Field::Short)
			value = static_cast<int16_t>(plain);
		else
			value = ((plain & 0xff) ^ 0x80) - 0x80; /* the sign of eight bits */

		uint64_t magnitude = static_cast<uint64_t>(value);
		const char *sign = value < 0 ? "-" : field.plus ? "+" : field.space ? " " : "";

		digits(field, sign, value < 0 ? 0 - magnitude : magnitude, 10, false);
	}

	void unsigned_number(const Field &field, unsigned int base, bool capital,
			     Arguments &arguments)
	{
		uint64_t value;

		if (field.size == Field::Quad)
			value = va_arg(arguments.list, uint64_t);
		else if (unsigned int plain = va_arg(arguments.list, unsigned int);
			 field.size == Field::Int)
			value = plain;
		else if (field.size == Field::Short)
			value = static_cast<uint16_t>(plain);
		else
			value = static_cast<uint8_t>(plain);

		const char *sign = "";

		if (field.prefix && value && base != 10)
			sign = base == 8 ? "0" : capital ? "0X" : "0x";
		digits(field, sign, value, base, capital);
	}

	void digits(const Field &field, const char *sign, uint64_t value, unsigned int base,
		    bool capital)
	{
		char reversed[22];
		int count = 0, signs = 0;

		for (; value; value /= base) {
			const auto digit = static_cast<unsigned int>(value % base);

			reversed[count++] = static_cast<char>(
				digit < 10 ? '0' + digit : (capital ? 'A' : 'a') + digit - 10);
		}
		while (sign[signs])
			signs++;

		int least = field.precision >= 0 ? field.precision : 1;
		int zeros = least > count ? least - count : 0;
		int blanks = field.width - signs - zeros - count;

		if (field.zeros && !field.left && field.precision < 0 && blanks > 0) {
			zeros += blanks;
			blanks = 0;
		}
		if (!field.left)
			repeat(' ', blanks);
		for (int i = 0; i < signs; i++)
			put(sign[i]);
		repeat('0', zeros);
		while (count)
			put(reversed[--count]);
		if (field.left)
			repeat(' ', blanks);
	}

	template <class From> void padded(const Field &field, const From *text, int length)
	{
		int blanks = field.width - length;

		if (!field.left)
			repeat(' ', blanks);
		for (int i = 0; i < length; i++)
			put(sizeof(From) == 1 ? static_cast<unsigned char>(text[i])
					      : static_cast<WCHAR>(text[i]));
		if (field.left)
			repeat(' ', blanks);
	}

	void character(const Field &field, bool wide, Arguments &arguments)
	{
		int value = va_arg(arguments.list, int);
		auto c = wide ? static_cast<WCHAR>(value)
			      : static_cast<WCHAR>(static_cast<unsigned char>(value));

		padded(field, &c, 1);
	}

	static int most(const Field &field)
	{
		return field.precision >= 0 ? field.precision : longest;
	}

	template <class From> void ended(const Field &field, const From *text)
	{
		int length = 0;

		while (length < most(field) && text[length])
			length++;
		padded(field, text, length);
	}

	void text_of(const Field &field, bool wide, const void *text)
	{
		if (!is_address(text))
			ended(field, "(null)");
		else if (wide)
			ended(field, static_cast<const WCHAR *>(text));
		else
			ended(field, static_cast<const char *>(text));
	}

	void counted(const Field &field, bool wide, const void *string)
	{
		auto *narrow_string = static_cast<const STRING *>(string);
		auto *wide_string = static_cast<const UNICODE_STRING *>(string);
		int length;

		if (!is_address(string) || !is_address(narrow_string->Buffer)) {
			ended(field, "(null)");
			return;
		}
		length = narrow_string->Length / static_cast<int>(wide ? sizeof(WCHAR) : 1);
		length = length < most(field) ? length : most(field);
		if (wide)
			padded(field, wide_string->Buffer, length);
		else
			padded(field, narrow_string->Buffer, length);
	}

	/* An address of the kernel must not come to whoever reads the text. */
	void pointer(const Field &field, const void *value)
	{
		char text[VP_POINTER_TEXT];

		vp_pointer_text(value, text);
		ended(field, text);
	}

	Char *out_;
	const size_t room_;
	size_t length_ = 0;
};

template <class Char> size_t format_as(Char *out, size_t room, const Char *text, va_list from)
{
	Arguments arguments(from);

	return Printer<Char>(out, room).print(text, arguments);
}

} // namespace

size_t format(char *out, size_t room, const char *text, va_list arguments)
{
	return format_as(out, room, text, arguments);
}

size_t format(WCHAR *out, size_t room, const WCHAR *text, va_list arguments)
{
	return format_as(out, room, text, arguments);
}

} // namespace vp
