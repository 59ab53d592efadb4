// SPDX-License-Identifier: GPL-2.0
/*
 * What the C run-time library of legacy source does otherwise than the kernel's: formats, and wide
 * strings. Its headers (videoport/crt.h) turn the names that source uses into these. Any context;
 * as there, nobody but the caller knows whether there is room.
 */
#include <cstdarg>
#include <cstdint>

#include <videoport/crt.h>

#include "format.h"
#include "platform.h"

using namespace vp;

namespace {

/* A room that no text is larger than, where the caller has told none. */
constexpr size_t unlimited = INT32_MAX;

/* As _snprintf: -1 if it does not fit; a terminator only where there is room for it. */
template <class Char> int print(Char *out, size_t room, const Char *text, va_list arguments)
{
	if (!text || (!out && room))
		return -1;

	size_t length = format(out, room, text, arguments);

	if (length < room)
		out[length] = 0;
	return length > room ? -1 : static_cast<int>(length);
}

WCHAR upper(WCHAR c)
{
	return RtlUpcaseUnicodeChar(c);
}

} // namespace

extern "C" {

/** VideoPortLinuxVsnprintf() - _vsnprintf. Return: characters, or -1 if they did not fit. */
int VideoPortLinuxVsnprintf(char *Out, size_t Room, const char *Format, va_list Arguments)
{
	return print(Out, Room, Format, Arguments);
}

/** VideoPortLinuxSnprintf() - _snprintf. Return: characters, or -1 if they did not fit. */
int VideoPortLinuxSnprintf(char *Out, size_t Room, const char *Format, ...)
{
	va_list arguments;

	va_start(arguments, Format);
	int length = print(Out, Room, Format, arguments);
	va_end(arguments);
	return length;
}

/** VideoPortLinuxVsprintf() - vsprintf. Return: characters. */
int VideoPortLinuxVsprintf(char *Out, const char *Format, va_list Arguments)
{
	return print(Out, unlimited, Format, Arguments);
}

/** VideoPortLinuxSprintf() - sprintf. Return: characters. */
int VideoPortLinuxSprintf(char *Out, const char *Format, ...)
{
	va_list arguments;

	va_start(arguments, Format);
	int length = print(Out, unlimited, Format, arguments);
	va_end(arguments);
	return length;
}

/** VideoPortLinuxVsnwprintf() - _vsnwprintf. Return: characters, or -1 if they did not fit. */
int VideoPortLinuxVsnwprintf(WCHAR *Out, size_t Room, const WCHAR *Format, va_list Arguments)
{
	return print(Out, Room, Format, Arguments);
}

/** VideoPortLinuxSnwprintf() - _snwprintf. Return: characters, or -1 if they did not fit. */
int VideoPortLinuxSnwprintf(WCHAR *Out, size_t Room, const WCHAR *Format, ...)
{
	va_list arguments;

	va_start(arguments, Format);
	int length = print(Out, Room, Format, arguments);
	va_end(arguments);
	return length;
}

/** VideoPortLinuxSwprintf() - swprintf, which knows of no room. Return: characters. */
int VideoPortLinuxSwprintf(WCHAR *Out, const WCHAR *Format, ...)
{
	va_list arguments;

	va_start(arguments, Format);
	int length = print(Out, unlimited, Format, arguments);
	va_end(arguments);
	return length;
}

/* ---- Wide strings ---- */

/** VideoPortLinuxWcslen() - Return: characters before the terminator. */
size_t VideoPortLinuxWcslen(const WCHAR *Text)
{
	size_t length = 0;

	while (Text[length])
		length++;
	return length;
}

/** VideoPortLinuxWcsncmp() - compare up to @Count characters. Return: less than, 0, more than 0. */
int VideoPortLinuxWcsncmp(const WCHAR *One, const WCHAR *Other, size_t Count)
{
	for (; Count--; One++, Other++)
		if (*One != *Other || !*One)
			return *One - *Other;
	return 0;
}

int VideoPortLinuxWcscmp(const WCHAR *One, const WCHAR *Other)
{
	return VideoPortLinuxWcsncmp(One, Other, SIZE_MAX);
}

/** VideoPortLinuxWcsnicmp() - the same without regard to case. */
int VideoPortLinuxWcsnicmp(const WCHAR *One, const WCHAR *Other, size_t Count)
{
	for (; Count--; One++, Other++)
		if (upper(*One) != upper(*Other) || !*One)
			return upper(*One) - upper(*Other);
	return 0;
}

int VideoPortLinuxWcsicmp(const WCHAR *One, const WCHAR *Other)
{
	return VideoPortLinuxWcsnicmp(One, Other, SIZE_MAX);
}

/** VideoPortLinuxWcsncpy() - copy up to @Count characters; the rest of them is zeroed. */
WCHAR *VideoPortLinuxWcsncpy(WCHAR *To, const WCHAR *From, size_t Count)
{
	size_t i = 0;

	for (; i < Count && From[i]; i++)
		To[i] = From[i];
	for (; i < Count; i++)
		To[i] = 0;
	return To;
}

WCHAR *VideoPortLinuxWcscpy(WCHAR *To, const WCHAR *From)
{
	return VideoPortLinuxWcsncpy(To, From, VideoPortLinuxWcslen(From) + 1);
}

/** VideoPortLinuxWcsncat() - append up to @Count characters, and a terminator. */
WCHAR *VideoPortLinuxWcsncat(WCHAR *To, const WCHAR *From, size_t Count)
{
	WCHAR *end = To + VideoPortLinuxWcslen(To);

	while (Count-- && *From)
		*end++ = *From++;
	*end = 0;
	return To;
}

WCHAR *VideoPortLinuxWcscat(WCHAR *To, const WCHAR *From)
{
	return VideoPortLinuxWcsncat(To, From, SIZE_MAX);
}

/** VideoPortLinuxWcschr() - Return: where the character is first, or NULL. */
WCHAR *VideoPortLinuxWcschr(const WCHAR *Text, WCHAR Wanted)
{
	for (; *Text != Wanted; Text++)
		if (!*Text)
			return nullptr;
	return const_cast<WCHAR *>(Text);
}

/** VideoPortLinuxWcsrchr() - Return: where it is last, or NULL. */
WCHAR *VideoPortLinuxWcsrchr(const WCHAR *Text, WCHAR Wanted)
{
	const WCHAR *found = nullptr;

	do {
		if (*Text == Wanted)
			found = Text;
	} while (*Text++);
	return const_cast<WCHAR *>(found);
}

/** VideoPortLinuxWcsstr() - Return: where @Wanted begins in @Text, or NULL. */
WCHAR *VideoPortLinuxWcsstr(const WCHAR *Text, const WCHAR *Wanted)
{
	size_t length = VideoPortLinuxWcslen(Wanted);

	for (;; Text++) {
		if (!VideoPortLinuxWcsncmp(Text, Wanted, length))
			return const_cast<WCHAR *>(Text);
		if (!*Text)
			return nullptr;
	}
}

} // extern "C"

/* ---- For the platform ---- */

size_t vp_core_format(char *out, size_t room, const char *text, va_list arguments)
{
	size_t length;

	if (!room)
		return 0;
	length = vp::format(out, room - 1, text, arguments);
	if (length > room - 1)
		length = room - 1;
	out[length] = '\0';
	return length;
}
