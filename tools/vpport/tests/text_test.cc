// SPDX-License-Identifier: GPL-2.0
/*
 * Decoding: the encodings that old files have, their line ends, and what is no text.
 */
#include "read.hpp"

using namespace vpport;
using namespace std::string_literals;

namespace {

struct Decoded {
	explicit Decoded(std::string_view bytes) : text(decode("f", bytes, diagnostics)) {}

	std::string line(size_t number) const { return utf8(text.lines.at(number)); }

	Diagnostics diagnostics;
	Text text;
};

TEST(TextTest, Utf8WithAndWithoutMark)
{
	for (const char *bytes : {"\xef\xbb\xbf"
				  "gr\xc3\xb6\xc3\x9f"
				  "er",
				  "gr\xc3\xb6\xc3\x9f"
				  "er"}) {
		const Decoded decoded(bytes);
		EXPECT_EQ(decoded.text.encoding, Encoding::Utf8);
		EXPECT_EQ(decoded.line(0), "gr\xc3\xb6\xc3\x9f"
					   "er");
		EXPECT_EQ(decoded.text.lines[0].size(), 6u);
	}
}

TEST(TextTest, Utf16OfBothOrdersWithAndWithoutMark)
{
	for (const std::string &bytes : {"\xff\xfe"
					 "a\0\x92\x03"s,
					 "a\0\x92\x03"s}) {
		const Decoded decoded(bytes);
		EXPECT_EQ(decoded.text.encoding, Encoding::Utf16Le);
		EXPECT_EQ(decoded.line(0), "a\xce\x92");
	}
	for (const std::string &bytes : {"\xfe\xff\0a\x03\x92"s, "\0a\x03\x92"s}) {
		const Decoded decoded(bytes);
		EXPECT_EQ(decoded.text.encoding, Encoding::Utf16Be);
		EXPECT_EQ(decoded.line(0), "a\xce\x92");
	}
}

TEST(TextTest, SurrogatePairsAreOneCharacter)
{
	const Decoded decoded("\xff\xfe\x3d\xd8\x00\xde"s);
	EXPECT_EQ(decoded.line(0), "\xf0\x9f\x98\x80");
	EXPECT_EQ(decoded.text.lines[0].size(), 1u);
	EXPECT_FALSE(decoded.diagnostics.failed());
}

TEST(TextTest, OtherBytesAreWindows1252)
{
	const Decoded decoded("\x84"
			      "ganz\x93 \xae \x80");
	EXPECT_EQ(decoded.text.encoding, Encoding::Windows1252);
	EXPECT_EQ(decoded.line(0), "\xe2\x80\x9e"
				   "ganz\xe2\x80\x9c \xc2\xae \xe2\x82\xac");
}

TEST(TextTest, LinesEndInAnyWay)
{
	const Decoded decoded("a\r\nb\nc\rd");
	ASSERT_EQ(decoded.text.lines.size(), 4u);
	EXPECT_EQ(decoded.line(1), "b");
	EXPECT_EQ(decoded.line(3), "d");
}

TEST(TextTest, CtrlZEndsTheFile)
{
	const Decoded decoded("a\r\n\x1a\0\0\0"s);
	EXPECT_FALSE(decoded.diagnostics.failed());
	EXPECT_EQ(decoded.text.lines.size(), 2u);
}

TEST(TextTest, DamagedTextIsSaidWithItsPlace)
{
	for (const std::string &bytes : {"\xff\xfe"
					 "a\0\n\0b"s,
					 "\xff\xfe"
					 "a\0\n\0\x00\xdc"s,
					 "\xff\xfe"
					 "a\0\n\0\x00\xd8"
					 "b\0"s}) {
		const Decoded decoded(bytes);
		ASSERT_EQ(decoded.diagnostics.errors(), 1u);
		EXPECT_EQ(decoded.diagnostics.all()[0].at, (Position{2, 1}));
	}
	const Decoded control("ab\x01");
	ASSERT_EQ(control.diagnostics.errors(), 1u);
	EXPECT_EQ(control.diagnostics.all()[0].at, (Position{1, 3}));
}

TEST(TextTest, ABinaryFileIsGivenUpSoon)
{
	const Decoded decoded(std::string(100000, '\x01'));
	EXPECT_LT(decoded.diagnostics.errors(), 50u);
}

TEST(TextTest, OverlongUtf8IsNone)
{
	EXPECT_EQ(Decoded("\xc0\x80").text.encoding, Encoding::Windows1252);
	EXPECT_EQ(Decoded("\xed\xa0\x80").text.encoding, Encoding::Windows1252);
	EXPECT_EQ(Decoded("\xf4\x90\x80\x80").text.encoding, Encoding::Windows1252);
}

} // namespace
