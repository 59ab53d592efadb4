// SPDX-License-Identifier: GPL-2.0
/*
 * The counted strings of the run-time library. A string's length is in bytes and never more than its
 * room; bytes are Latin-1, and what has no byte becomes a question mark. Any context, but for what
 * allocates.
 */
#include <cstdint>

#include <ntddk.h>

#include "system.h"

using namespace vp;

namespace {

constexpr unsigned int most_bytes = UINT16_MAX;

WCHAR upper(WCHAR c)
{
	if (c >= 'a' && c <= 'z')
		return static_cast<WCHAR>(c - 'a' + 'A');
	/* Latin-1: letters but the division sign; their capitals stand 32 before. */
	if (c >= 0xe0 && c <= 0xfe && c != 0xf7)
		return static_cast<WCHAR>(c - 0x20);
	return c == 0xff ? 0x178 : c;
}

WCHAR character(char c)
{
	return static_cast<unsigned char>(c);
}
WCHAR character(WCHAR c)
{
	return c;
}

template <class String> unsigned int count(const String *string)
{
	return string->Length / sizeof(*string->Buffer);
}

template <class String> LONG compare(const String *one, const String *other, bool any_case)
{
	unsigned int both = count(one) < count(other) ? count(one) : count(other);

	for (unsigned int i = 0; i < both; i++) {
		WCHAR a = character(one->Buffer[i]), b = character(other->Buffer[i]);

		if (any_case) {
			a = upper(a);
			b = upper(b);
		}
		if (a != b)
			return a - b;
	}
	return static_cast<LONG>(count(one)) - static_cast<LONG>(count(other));
}

template <class String> void copy(String *to, const String *from)
{
	constexpr unsigned int unit = sizeof(*to->Buffer);
	unsigned int bytes = from ? from->Length : 0;

	if (bytes > to->MaximumLength)
		bytes = to->MaximumLength / unit * unit;
	if (bytes)
		__builtin_memmove(to->Buffer, from->Buffer, bytes);
	to->Length = static_cast<USHORT>(bytes);
	if (bytes + unit <= to->MaximumLength)
		to->Buffer[bytes / unit] = 0;
}

/* Characters of @text that a counted string can have, with a terminator behind them. */
template <class Char> unsigned int length_of(const Char *text)
{
	constexpr unsigned int most = most_bytes / sizeof(Char) - 1;
	unsigned int length = 0;

	while (text && length < most && text[length])
		length++;
	return length;
}

NTSTATUS append(UNICODE_STRING *to, const WCHAR *from, unsigned int bytes)
{
	unsigned int length = to->Length;

	if (bytes > to->MaximumLength || length > to->MaximumLength - bytes)
		return STATUS_BUFFER_TOO_SMALL;
	if (bytes)
		__builtin_memmove(&to->Buffer[length / sizeof(WCHAR)], from, bytes);
	length += bytes;
	to->Length = static_cast<USHORT>(length);
	if (length + sizeof(WCHAR) <= to->MaximumLength)
		to->Buffer[length / sizeof(WCHAR)] = 0;
	return STATUS_SUCCESS;
}

/* As the documentation has it for both directions: cut, with a terminator, if there is no room. */
template <class To, class From>
NTSTATUS convert(const char *call, To *to, const From *from, bool allocate, const void *code)
{
	constexpr unsigned int unit = sizeof(*to->Buffer);
	const unsigned int characters = count(from);
	unsigned int copied = characters;
	NTSTATUS status = STATUS_SUCCESS;

	if ((characters + 1) * unit > most_bytes)
		return STATUS_INVALID_PARAMETER_2;
	if (allocate) {
		auto *buffer = static_cast<decltype(to->Buffer)>(
			System::get().allocate(call, size_t{characters + 1} * unit, code));

		if (!buffer)
			return STATUS_NO_MEMORY;
		to->Buffer = buffer;
		to->MaximumLength = static_cast<USHORT>((characters + 1) * unit);
	} else if (to->MaximumLength < (characters + 1) * unit) {
		if (to->MaximumLength < unit)
			return STATUS_BUFFER_OVERFLOW;
		copied = to->MaximumLength / unit - 1;
		status = STATUS_BUFFER_OVERFLOW;
	}
	for (unsigned int i = 0; i < copied; i++) {
		WCHAR c = character(from->Buffer[i]);

		to->Buffer[i] = static_cast<std::remove_reference_t<decltype(*to->Buffer)>>(
			unit == 1 && c > 0xff ? '?' : c);
	}
	to->Buffer[copied] = 0;
	to->Length = static_cast<USHORT>(copied * unit);
	return status;
}

} // namespace

extern "C" {

/** RtlUpcaseUnicodeChar() - the capital of a letter of Latin-1; others stay. */
WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter)
{
	return upper(SourceCharacter);
}

/** RtlInitAnsiString() - a counted string of a text that ends with a zero, or of nothing. */
VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString)
{
	unsigned int length = length_of(SourceString);

	DestinationString->Buffer = const_cast<PCHAR>(SourceString);
	DestinationString->Length = static_cast<USHORT>(length);
	DestinationString->MaximumLength = static_cast<USHORT>(SourceString ? length + 1 : 0);
}

/** RtlInitUnicodeString() - the same of a wide text. */
VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
	unsigned int bytes = length_of(SourceString) * sizeof(WCHAR);

	DestinationString->Buffer = const_cast<PWSTR>(SourceString);
	DestinationString->Length = static_cast<USHORT>(bytes);
	DestinationString->MaximumLength =
		static_cast<USHORT>(SourceString ? bytes + sizeof(WCHAR) : 0);
}

/** RtlCompareString() - Return: less than, 0, more than 0. */
LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
	return compare(String1, String2, CaseInSensitive);
}

/** RtlCompareUnicodeString() - Return: less than, 0, more than 0. */
LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			     BOOLEAN CaseInSensitive)
{
	return compare(String1, String2, CaseInSensitive);
}

/** RtlEqualString() - Return: they are equal. */
BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
	return String1->Length == String2->Length && !compare(String1, String2, CaseInSensitive);
}

/** RtlEqualUnicodeString() - Return: they are equal. */
BOOLEAN RtlEqualUnicodeString(const UNICODE_STRING *String1, const UNICODE_STRING *String2,
			      BOOLEAN CaseInSensitive)
{
	return String1->Length == String2->Length && !compare(String1, String2, CaseInSensitive);
}

/** RtlCopyString() - copy as much as there is room for; nothing of NULL. */
VOID RtlCopyString(PSTRING DestinationString, const STRING *SourceString)
{
	unsigned int room = DestinationString->MaximumLength;
	unsigned int bytes = SourceString ? SourceString->Length : 0;

	/* Documented: no terminator, unlike its wide sister. */
	bytes = bytes < room ? bytes : room;
	if (bytes)
		__builtin_memmove(DestinationString->Buffer, SourceString->Buffer, bytes);
	DestinationString->Length = static_cast<USHORT>(bytes);
}

/** RtlCopyUnicodeString() - copy as much as there is room for, and a terminator if there is. */
VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString)
{
	copy(DestinationString, SourceString);
}

/** RtlAppendUnicodeToString() - Return: STATUS_BUFFER_TOO_SMALL, and nothing is done, or success. */
NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source)
{
	return append(Destination, Source, length_of(Source) * sizeof(WCHAR));
}

/** RtlAppendUnicodeStringToString() - the same of a counted string. */
NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source)
{
	return append(Destination, Source->Buffer, Source->Length);
}

/**
 * RtlUnicodeStringToAnsiString() - wide to bytes
 * @DestinationString: receives the text and a terminator.
 * @SourceString: the text.
 * @AllocateDestinationString: into memory that RtlFreeAnsiString() frees.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW (cut), STATUS_NO_MEMORY,
 *	STATUS_INVALID_PARAMETER_2 (too long for any string).
 */
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString, PCUNICODE_STRING SourceString,
				      BOOLEAN AllocateDestinationString)
{
	return convert(__func__, DestinationString, SourceString, AllocateDestinationString,
		       __builtin_return_address(0));
}

/** RtlAnsiStringToUnicodeString() - bytes to wide; as RtlUnicodeStringToAnsiString(). */
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString, PANSI_STRING SourceString,
				      BOOLEAN AllocateDestinationString)
{
	return convert(__func__, DestinationString, SourceString, AllocateDestinationString,
		       __builtin_return_address(0));
}

/** RtlFreeAnsiString() - free what a conversion has allocated. PASSIVE or DISPATCH. */
VOID RtlFreeAnsiString(PANSI_STRING AnsiString)
{
	System::get().release(__func__, AnsiString->Buffer, __builtin_return_address(0));
	*AnsiString = {};
}

/** RtlFreeUnicodeString() - free what a conversion has allocated. PASSIVE or DISPATCH. */
VOID RtlFreeUnicodeString(PUNICODE_STRING UnicodeString)
{
	System::get().release(__func__, UnicodeString->Buffer, __builtin_return_address(0));
	*UnicodeString = {};
}

/**
 * RtlIntegerToUnicodeString() - a number as text
 * @Value: the number.
 * @Base: 2, 8, 10 or 16; 0 is 10.
 * @String: receives the text, and a terminator if there is room.
 *
 * Return: STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER.
 */
NTSTATUS RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String)
{
	WCHAR digits[32];
	unsigned int first = 32;

	if (!Base)
		Base = 10;
	if (Base != 2 && Base != 8 && Base != 10 && Base != 16)
		return STATUS_INVALID_PARAMETER;
	do {
		digits[--first] = static_cast<WCHAR>("0123456789ABCDEF"[Value % Base]);
		Value /= Base;
	} while (Value);
	if ((32 - first) * sizeof(WCHAR) > String->MaximumLength)
		return STATUS_BUFFER_OVERFLOW;
	String->Length = 0;
	return append(String, digits + first, (32 - first) * sizeof(WCHAR));
}

/**
 * RtlUnicodeStringToInteger() - the number that a text begins with
 * @String: blanks, a sign, 0x, 0o or 0b where @Base is 0, digits; what follows is not looked at.
 * @Base: 2, 8, 10 or 16; 0: as the text says, else 10.
 * @Value: receives it; 0 where there is no digit. What does not fit is cut.
 *
 * Return: STATUS_SUCCESS or STATUS_INVALID_PARAMETER.
 */
NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value)
{
	const WCHAR *text = String->Buffer;
	const WCHAR *end = text + count(String);
	bool negative = false;
	ULONG value = 0;

	if (Base && Base != 2 && Base != 8 && Base != 10 && Base != 16)
		return STATUS_INVALID_PARAMETER;
	while (text < end && *text && *text <= ' ')
		text++;
	if (text < end && (*text == '-' || *text == '+'))
		negative = *text++ == '-';
	if (!Base) {
		Base = 10;
		if (end - text >= 2 && *text == '0') {
			Base = text[1] == 'x' ? 16 : text[1] == 'o' ? 8 : text[1] == 'b' ? 2 : 10;
			text += Base == 10 ? 0 : 2;
		}
	}
	for (; text < end; text++) {
		WCHAR c = upper(*text);
		ULONG digit = c >= '0' && c <= '9'   ? c - '0'
			      : c >= 'A' && c <= 'F' ? c - 'A' + 10
						     : 99;

		if (digit >= Base)
			break;
		value = value * Base + digit;
	}
	*Value = negative ? 0 - value : value;
	return STATUS_SUCCESS;
}

} // extern "C"
