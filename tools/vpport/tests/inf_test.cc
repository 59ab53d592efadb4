// SPDX-License-Identifier: GPL-2.0
/*
 * The syntax of INF files: sections, fields, quotes, comments, lines that go on, strings.
 */
#include "read.hpp"

using namespace vpport;

namespace {

struct Read {
	explicit Read(std::string_view bytes)
		: text(decode("t.inf", bytes, diagnostics)),
		  inf(text, diagnostics)
	{
	}

	std::string said() const
	{
		std::ostringstream out;
		diagnostics.print(out);
		return out.str();
	}
	const Entry &entry(const char *section, size_t number = 0)
	{
		return inf.find(section)->entries.at(number);
	}

	Diagnostics diagnostics;
	Text text;
	Inf inf;
};

TEST(InfTest, FieldsAreTrimmedAndQuotesTakenAway)
{
	Read read("[a]\n key = one , \" two, \"\"2\"\" \" ,, la\"st\"er\n");
	const Entry &entry = read.entry("a");
	EXPECT_EQ(entry.key->text, "key");
	ASSERT_EQ(entry.values.size(), 4u);
	EXPECT_EQ(entry.value(0).text, "one");
	EXPECT_EQ(entry.value(1).text, " two, \"2\" ");
	EXPECT_EQ(entry.value(2).text, "");
	EXPECT_EQ(entry.value(3).text, "laster");
	EXPECT_EQ(entry.value(1).at, (Position{2, 14}));
	EXPECT_EQ(read.said(), "");
}

TEST(InfTest, OnlyTheFirstEqualsSignBeforeACommaMakesAKey)
{
	Read read("[a]\nx=y=z\nHKR,,n,,a=b\n");
	EXPECT_EQ(read.entry("a", 0).value(0).text, "y=z");
	EXPECT_FALSE(read.entry("a", 1).key);
	EXPECT_EQ(read.entry("a", 1).value(4).text, "a=b");
}

TEST(InfTest, CommentsEndLinesButNotInQuotes)
{
	Read read("; one\n[a] ; two\nx=\"a;b\";c\n");
	EXPECT_EQ(read.entry("a").value(0).text, "a;b");
}

TEST(InfTest, ABackslashGoesOnInTheNextLine)
{
	Read read("[a]\nx=1,\\\n  2, \\ ; and\n 3\ny=c:\\dir\\x\n");
	ASSERT_EQ(read.entry("a").values.size(), 3u);
	EXPECT_EQ(read.entry("a").value(2).text, "3");
	EXPECT_EQ(read.entry("a").value(2).at, (Position{4, 2}));
	EXPECT_EQ(read.entry("a", 1).value(0).text, "c:\\dir\\x");
	EXPECT_NE(Read("[a]\nx=1,\\").said().find("t.inf:2:5: warning: the line goes on"),
		  std::string::npos);
}

TEST(InfTest, SectionsOfOneNameAreOneWhateverTheirCase)
{
	Read read("[Abc]\nx=1\n[other]\n[aBC]\ny=2\n");
	ASSERT_TRUE(read.inf.find("ABC"));
	EXPECT_EQ(read.inf.find("ABC")->entries.size(), 2u);
}

TEST(InfTest, StringsAreExpandedWhateverTheirCaseAndPercentSignsStay)
{
	Read read(
		"[a]\nx=%One%,\"-%ONE%-\",50%%,%11%\\f,100% of,%none%\n[Strings]\none=\"1, 2\"\n");
	const Entry &entry = read.entry("a");
	EXPECT_EQ(read.inf.expand(entry.value(0)), "1, 2");
	EXPECT_EQ(read.inf.expand(entry.value(1)), "-1, 2-");
	EXPECT_EQ(read.inf.expand(entry.value(2)), "50%");
	EXPECT_EQ(read.inf.expand(entry.value(3)), "%11%\\f");
	EXPECT_EQ(read.inf.expand(entry.value(4)), "100% of");
	EXPECT_EQ(read.said(), "");
	EXPECT_EQ(read.inf.expand(entry.value(5)), "%none%");
	EXPECT_NE(read.said().find("t.inf:2:39: warning: no string %none%"), std::string::npos)
		<< read.said();
}

TEST(InfTest, StringsOfALanguageServeWhereThereAreNoOthers)
{
	Read read("[a]\nx=%s%,%t%\n[Strings.0407]\ns=Deutsch\nt=nur\n[Strings]\ns=English\n");
	EXPECT_EQ(read.inf.expand(read.entry("a").value(0)), "English");
	EXPECT_EQ(read.inf.expand(read.entry("a").value(1)), "nur");
}

TEST(InfTest, MistakesOfSyntaxAreSaidWithTheirPlace)
{
	EXPECT_EQ(Read("x=1\n[a]\n").said(),
		  "t.inf:1:1: error: text before the first [section]: this is no INF file\n");
	EXPECT_EQ(Read("[a]\n [b\nx=1\n").said(),
		  "t.inf:2:2: error: section name without its closing ]\n");
	EXPECT_EQ(Read("[ ]\n").said(), "t.inf:1:1: error: section without a name: []\n");
	EXPECT_EQ(
		Read("[a] x=1\n").said(),
		"t.inf:1:5: error: text behind the name of section [a]: an entry stands on a line of its "
		"own\n");
}

TEST(InfTest, AnOpenQuotationIsAnErrorWhereItIsNeeded)
{
	Read read("[a]\nx=\"open\n[b]\ny=\"\"\"\n[Strings]\ns=\"never\n");
	read.inf.find("a");
	read.inf.report();
	EXPECT_EQ(read.said(),
		  "t.inf:2:3: error: quotation without its closing \"\n"
		  "t.inf:4:3: warning: quotation without its closing \" (in a line that is not "
		  "needed)\n"
		  "t.inf:6:3: warning: quotation without its closing \" (in a line that is not "
		  "needed)\n");
}

} // namespace
