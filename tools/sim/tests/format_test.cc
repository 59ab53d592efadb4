// SPDX-License-Identifier: GPL-2.0
/*
 * Legacy printf formats, wide strings, and counted strings: what they make of their arguments, and
 * that nothing is written beyond the room.
 */
#include <cstring>
#include <string>

#include <ntddk.h>
#include <videoport/crt.h>

#include "bench.hpp"

using namespace sim;

namespace {

std::u16string wide(const char *text)
{
	return {text, text + strlen(text)};
}

/// A wide string that lives as long as the statement.
struct Wide {
	explicit Wide(const char *text) : text_(wide(text)) {}
	WCHAR *get() { return reinterpret_cast<WCHAR *>(text_.data()); }

private:
	std::u16string text_;
};

std::string text_of(const WCHAR *text)
{
	return {text, text + VideoPortLinuxWcslen(text)};
}

/// Without anything that limits the room but its caller.
size_t format_into(char *out, size_t room, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);

	size_t length = vp_core_format(out, room, format, arguments);

	va_end(arguments);
	return length;
}

template <class... Arguments> std::string print(const char *format, Arguments... arguments)
{
	char out[256];
	int length = VideoPortLinuxSprintf(out, format, arguments...);

	EXPECT_EQ(static_cast<size_t>(length), strlen(out));
	return out;
}

template <class... Arguments> std::string print_wide(const char *format, Arguments... arguments)
{
	WCHAR out[256];
	int length = VideoPortLinuxSwprintf(out, Wide(format).get(), arguments...);

	EXPECT_EQ(static_cast<size_t>(length), VideoPortLinuxWcslen(out));
	return text_of(out);
}

TEST(Format, LongIs32BitsAndTheOtherWidthsAreTheirs)
{
	EXPECT_EQ(print("%ld %lx %lu", -1, 0xffffffffu, 4000000000u), "-1 ffffffff 4000000000");
	EXPECT_EQ(print("%I64x %lld %I32d %Ix", 0x123456789abcdefull, -5ll, -7, 0x1ffffffffull),
		  "123456789abcdef -5 -7 1ffffffff");
	EXPECT_EQ(print("%hd %hx %hhx", 0x18000, 0x12345, 0x1ff), "-32768 2345 ff");
	EXPECT_EQ(print("%d|%lu|%s", 1, 2u, "three"), "1|2|three") << "the next ones are in place";
}

TEST(Format, FlagsWidthAndPrecisionAreAsInC)
{
	for (const char *format : {"%d",    "%5d",     "%-5d|", "%05d",	  "%+d", "% d",	  "%.4d",
				   "%8.3d", "%-8.3d|", "%#x",	"%#010x", "%#o", "%X",	  "%x",
				   "%o",    "%+.0d",   "%u",	"%.0d",	  "%#X", "%012u", "%3d"})
		for (int value : {0, 1, -1, 42, 123456, INT32_MIN, INT32_MAX}) {
			char expected[64];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(expected, sizeof(expected), format, value);
#pragma GCC diagnostic pop
			EXPECT_EQ(print(format, value), expected) << format << " of " << value;
		}
	EXPECT_EQ(print("%*d|%-*d|%.*s", 4, 7, 3, 8, 2, "abc"), "   7|8  |ab");
	EXPECT_EQ(print("%*d|", -4, 7), "7   |");
}

TEST(Format, StringsAreNarrowWideOrCounted)
{
	Wide wide_text("wide");
	STRING counted = {3, 8, const_cast<char *>("countless")};
	UNICODE_STRING wide_counted = {4, 8, wide_text.get()};

	EXPECT_EQ(print("%s %hs %S %ws %ls", "a", "b", wide_text.get(), wide_text.get(),
			wide_text.get()),
		  "a b wide wide wide");
	EXPECT_EQ(print_wide("%s %ws %S %hs", wide_text.get(), wide_text.get(), "a", "b"),
		  "wide wide a b");
	EXPECT_EQ(print("%Z %wZ", &counted, &wide_counted), "cou wi");
	EXPECT_EQ(print("%c%C%hc", 'x', u'y', 'z'), "xyz");
	EXPECT_EQ(print("%6s|%-6s|%.2s|%.3ws", "ab", "ab", "abc", wide_text.get()),
		  "    ab|ab    |ab|wid");
	EXPECT_EQ(print("%s %ws %wZ", nullptr, nullptr, nullptr), "(null) (null) (null)");
}

TEST(Format, WhatHasNoByteIsAQuestionMark)
{
	const char16_t text[] = {u'a', 0xe4, 0x20ac, 0};

	EXPECT_EQ(print("%ws", reinterpret_cast<const WCHAR *>(text)), "a\xe4?");
}

TEST(Format, NobodyLearnsAnAddressOrHasOneWritten)
{
	int written = 7;

	EXPECT_EQ(print("<%p>", &written), "<(pointer)>");
	EXPECT_EQ(print("a%nb%d", &written, 3), "ab3");
	EXPECT_EQ(written, 7);
}

TEST(Format, WhatIsNotKnownIsPrintedAsItStands)
{
	EXPECT_EQ(print("100%"), "100%");
	EXPECT_EQ(print("%5.2f and %d", 3), "%5.2f and 3");
	EXPECT_EQ(print("%%%y"), "%%y");
}

TEST(Format, NothingIsWrittenBeyondTheRoom)
{
	for (size_t room = 0; room < 12; room++) {
		char out[16];

		memset(out, 'x', sizeof(out));
		int length = VideoPortLinuxSnprintf(out, room, "%s", "12345678");

		EXPECT_EQ(length, room < 8 ? -1 : 8) << room;
		for (size_t i = 0; i < sizeof(out); i++) {
			char expected = i < 8 && i < room    ? static_cast<char>('1' + i)
					: i == 8 && room > 8 ? '\0'
							     : 'x';

			EXPECT_EQ(out[i], expected) << room << " at " << i;
		}
	}

	char cut[4];

	EXPECT_EQ(format_into(cut, sizeof(cut), "abcdef"), 3u);
	EXPECT_STREQ(cut, "abc");
	EXPECT_EQ(format_into(cut, 0, "abcdef"), 0u);
}

TEST(Format, AHugeWidthDoesNotTakeForEver)
{
	char out[8];

	EXPECT_EQ(VideoPortLinuxSnprintf(out, sizeof(out), "%2000000000d", 1), -1);
	EXPECT_EQ(VideoPortLinuxSnprintf(out, sizeof(out), "%.2000000000d", 1), -1);
	EXPECT_EQ(VideoPortLinuxSnprintf(out, sizeof(out), "%*d", INT32_MIN, 1), -1);
}

TEST(WideString, CopiesComparesAndFinds)
{
	WCHAR out[16];
	Wide abc("abc"), abd("abd"), upper("ABC"), empty(""), longer("abcabc"), bc("bc");

	EXPECT_EQ(VideoPortLinuxWcslen(abc.get()), 3u);
	EXPECT_LT(VideoPortLinuxWcscmp(abc.get(), abd.get()), 0);
	EXPECT_GT(VideoPortLinuxWcscmp(longer.get(), abc.get()), 0);
	EXPECT_EQ(VideoPortLinuxWcsncmp(abc.get(), abd.get(), 2), 0);
	EXPECT_EQ(VideoPortLinuxWcsicmp(abc.get(), upper.get()), 0);
	EXPECT_NE(VideoPortLinuxWcscmp(abc.get(), upper.get()), 0);
	EXPECT_EQ(VideoPortLinuxWcsnicmp(longer.get(), upper.get(), 3), 0);

	VideoPortLinuxWcscpy(out, abc.get());
	VideoPortLinuxWcscat(out, abd.get());
	EXPECT_EQ(text_of(out), "abcabd");
	VideoPortLinuxWcsncat(out, longer.get(), 2);
	EXPECT_EQ(text_of(out), "abcabdab");
	memset(out, 0xff, sizeof(out));
	VideoPortLinuxWcsncpy(out, abc.get(), 5);
	EXPECT_EQ(out[3], 0);
	EXPECT_EQ(out[4], 0);
	EXPECT_EQ(out[5], 0xffff) << "the rest is zeroed, and no more";

	EXPECT_EQ(VideoPortLinuxWcschr(longer.get(), 'b'), longer.get() + 1);
	EXPECT_EQ(VideoPortLinuxWcsrchr(longer.get(), 'b'), longer.get() + 4);
	EXPECT_EQ(VideoPortLinuxWcschr(longer.get(), 'x'), nullptr);
	EXPECT_EQ(VideoPortLinuxWcsstr(longer.get(), bc.get()), longer.get() + 1);
	EXPECT_EQ(VideoPortLinuxWcsstr(longer.get(), abd.get()), nullptr);
	EXPECT_EQ(VideoPortLinuxWcsstr(longer.get(), empty.get()), longer.get());
}

/* Counted strings allocate from the system's pool: they want a core. */
class CountedStringTest : public BenchTest {};

TEST_F(CountedStringTest, AreMadeOfTexts)
{
	UNICODE_STRING string;
	ANSI_STRING narrow;
	Wide text("hello");

	RtlInitUnicodeString(&string, text.get());
	EXPECT_EQ(string.Length, 10);
	EXPECT_EQ(string.MaximumLength, 12);
	RtlInitUnicodeString(&string, nullptr);
	EXPECT_EQ(string.Length + string.MaximumLength, 0);
	RtlInitAnsiString(&narrow, "abc");
	EXPECT_EQ(narrow.Length, 3);
	EXPECT_EQ(narrow.MaximumLength, 4);

	std::u16string long_text(40000, u'x');

	RtlInitUnicodeString(&string, reinterpret_cast<WCHAR *>(long_text.data()));
	EXPECT_EQ(string.Length, 65532) << "what a length can say, and a terminator";
	EXPECT_EQ(string.MaximumLength, 65534);
}

TEST_F(CountedStringTest, AppendingStopsAtTheRoom)
{
	WCHAR room[6];
	UNICODE_STRING string = {0, 10, room};
	Wide abc("abc"), d("d");

	room[5] = 0x7777;
	EXPECT_EQ(RtlAppendUnicodeToString(&string, abc.get()), STATUS_SUCCESS);
	EXPECT_EQ(RtlAppendUnicodeToString(&string, abc.get()), STATUS_BUFFER_TOO_SMALL);
	EXPECT_EQ(string.Length, 6) << "as it was";
	EXPECT_EQ(RtlAppendUnicodeToString(&string, d.get()), STATUS_SUCCESS);
	EXPECT_EQ(RtlAppendUnicodeToString(&string, d.get()), STATUS_SUCCESS);
	EXPECT_EQ(string.Length, 10) << "no room for a terminator is fine";
	EXPECT_EQ(room[5], 0x7777);
	EXPECT_EQ(RtlAppendUnicodeToString(&string, nullptr), STATUS_SUCCESS);

	UNICODE_STRING source;

	RtlInitUnicodeString(&source, abc.get());
	RtlCopyUnicodeString(&string, &source);
	EXPECT_EQ(text_of(room), "abc");
	string.MaximumLength = 5;
	RtlCopyUnicodeString(&string, &source);
	EXPECT_EQ(string.Length, 4) << "whole characters";
	EXPECT_EQ(RtlAppendUnicodeStringToString(&string, &source), STATUS_BUFFER_TOO_SMALL);
}

TEST_F(CountedStringTest, AreConvertedIntoTheRoomOrIntoMemory)
{
	char room[4] = {'x', 'x', 'x', 'x'};
	ANSI_STRING narrow = {0, 4, room};
	UNICODE_STRING string;
	Wide hello("hello");

	RtlInitUnicodeString(&string, hello.get());
	EXPECT_EQ(RtlUnicodeStringToAnsiString(&narrow, &string, FALSE), STATUS_BUFFER_OVERFLOW);
	EXPECT_EQ(std::string(room), "hel");
	ASSERT_EQ(RtlUnicodeStringToAnsiString(&narrow, &string, TRUE), STATUS_SUCCESS);
	EXPECT_EQ(std::string(narrow.Buffer), "hello");

	UNICODE_STRING back;

	ASSERT_EQ(RtlAnsiStringToUnicodeString(&back, &narrow, TRUE), STATUS_SUCCESS);
	EXPECT_TRUE(RtlEqualUnicodeString(&back, &string, FALSE));
	RtlFreeUnicodeString(&back);
	EXPECT_EQ(back.Buffer, nullptr);
	RtlFreeAnsiString(&narrow);
	EXPECT_EQ(bench.counter("bad_address"), 0u);
	RtlInitAnsiString(&narrow, room);
	RtlFreeAnsiString(&narrow);
	EXPECT_EQ(bench.counter("bad_address"), 1u) << "it was not allocated";

	std::string huge(40000, 'x');

	narrow = {40000, 40000, huge.data()};
	EXPECT_EQ(RtlAnsiStringToUnicodeString(&back, &narrow, TRUE), STATUS_INVALID_PARAMETER_2);
}

TEST_F(CountedStringTest, AreComparedWithOrWithoutCase)
{
	Wide abc("abc"), upper("ABC"), longer("abcd");
	UNICODE_STRING one, other, third;

	RtlInitUnicodeString(&one, abc.get());
	RtlInitUnicodeString(&other, upper.get());
	RtlInitUnicodeString(&third, longer.get());
	EXPECT_GT(RtlCompareUnicodeString(&one, &other, FALSE), 0);
	EXPECT_EQ(RtlCompareUnicodeString(&one, &other, TRUE), 0);
	EXPECT_LT(RtlCompareUnicodeString(&one, &third, TRUE), 0);
	EXPECT_TRUE(RtlEqualUnicodeString(&one, &other, TRUE));
	EXPECT_FALSE(RtlEqualUnicodeString(&one, &third, TRUE));
	EXPECT_EQ(RtlUpcaseUnicodeChar(0xe4), 0xc4);
	EXPECT_EQ(RtlUpcaseUnicodeChar(0xf7), 0xf7);
}

TEST_F(CountedStringTest, HoldNumbers)
{
	WCHAR room[8];
	UNICODE_STRING string = {0, sizeof(room), room};
	ULONG value = 99;

	EXPECT_EQ(RtlIntegerToUnicodeString(48879, 16, &string), STATUS_SUCCESS);
	EXPECT_EQ(text_of(room), "BEEF");
	EXPECT_EQ(RtlIntegerToUnicodeString(0, 0, &string), STATUS_SUCCESS);
	EXPECT_EQ(text_of(room), "0");
	EXPECT_EQ(RtlIntegerToUnicodeString(~0u, 2, &string), STATUS_BUFFER_OVERFLOW);
	EXPECT_EQ(RtlIntegerToUnicodeString(1, 7, &string), STATUS_INVALID_PARAMETER);

	for (auto [text, base, expected] : {std::tuple{" -12x", 0u, 0u - 12},
					    {"0x1F", 0u, 31u},
					    {"1F", 16u, 31u},
					    {"0b101", 0u, 5u},
					    {"0", 0u, 0u},
					    {"", 0u, 0u},
					    {"777", 8u, 511u},
					    {"19", 8u, 1u}}) {
		Wide wide_text(text);

		RtlInitUnicodeString(&string, wide_text.get());
		EXPECT_EQ(RtlUnicodeStringToInteger(&string, base, &value), STATUS_SUCCESS);
		EXPECT_EQ(value, expected) << text;
	}
}

} // namespace
