// SPDX-License-Identifier: GPL-2.0
/*
 * Registry values as text: what the reader takes, where it finds mistakes, and that it takes what
 * the writer writes. Hostile text is cut, changed and made up at random.
 */
#include "bench.hpp"

#include <memory>

#include "core/reg_text.h"

using namespace sim;
using vp::Buffer;
using vp::RegReader;
using vp::ValueStore;
using vp::WideText;
using Next = vp::RegReader::Next;
using Style = vp::RegReader::Style;

namespace {

using Bytes = std::vector<uint8_t>;

struct Item {
	std::string name;
	uint32_t type;
	Bytes data;

	bool operator==(const Item &) const = default;
};

void PrintTo(const Item &item, std::ostream *out)
{
	*out << item.name << " type " << item.type << " bytes";
	for (unsigned int byte : item.data)
		*out << ' ' << byte;
}

struct Mistake {
	size_t line, column;
	std::string what;
};

std::string utf8(WideText text)
{
	std::string out;

	for (size_t at = 0; at < text.length;) {
		char bytes[4];
		size_t count = vp::put_utf8(vp::next_code_point(text, at), bytes);

		out.append(bytes, count);
	}
	return out;
}

/// The bytes of text as a value has it.
Bytes wide(const std::u16string &text, bool zero = true)
{
	Bytes bytes;

	for (char16_t unit : text + std::u16string(zero, u'\0')) {
		bytes.push_back(unit & 0xff);
		bytes.push_back(unit >> 8);
	}
	return bytes;
}

class RegTextTest : public testing::Test {
protected:
	/// Read all of a text.
	void read(const std::string &text, Style style = Style::File)
	{
		Buffer memory;
		WideText units;

		items.clear();
		removed.clear();
		mistakes.clear();
		ASSERT_EQ(vp::decode_text(text.data(), text.size(), memory, units), 0);

		vp::Owned<RegReader> reader(vp::create<RegReader>(units, style));

		ASSERT_TRUE(reader);
		for (size_t calls = 0;; calls++) {
			/* each call goes on by something */
			ASSERT_LE(calls, text.size() + 1);

			Next next = reader->next();

			ASSERT_EQ(next == Next::Mistake, reader->mistake() != nullptr);
			if (next == Next::End)
				return;
			if (next == Next::Value)
				items.push_back(
					{utf8(reader->name()),
					 reader->type(),
					 {reader->data(), reader->data() + reader->length()}});
			else if (next == Next::Removal)
				removed.push_back(utf8(reader->name()));
			else
				mistakes.push_back(
					{reader->line(), reader->column(), reader->mistake()});
			if (next == Next::Mistake) {
				ASSERT_LE(reader->column(), text.size() + 1);
			} else {
				ASSERT_EQ(vp::value_name_error(reader->name()), nullptr);
				ASSERT_LE(reader->length(), vp::max_value_bytes);
			}
		}
	}
	/// The same into a store.
	void fill(ValueStore &store, const std::string &text)
	{
		Buffer memory;
		WideText units;

		ASSERT_EQ(vp::decode_text(text.data(), text.size(), memory, units), 0);

		vp::Owned<RegReader> reader(vp::create<RegReader>(units, Style::File));

		for (Next next; (next = reader->next()) != Next::End;) {
			ASSERT_EQ(next, Next::Value) << reader->line() << ":" << reader->column()
						     << ": " << reader->mistake() << "\n"
						     << text;
			ASSERT_EQ(store.set(reader->name(), reader->type(), reader->data(),
					    reader->length()),
				  ValueStore::Stored::Yes);
		}
	}
	static std::string write(ValueStore &store)
	{
		std::string text(vp::write_reg_text(store, nullptr, 0), '\0');

		EXPECT_EQ(vp::write_reg_text(store, text.data(), text.size()), text.size());
		return text;
	}

	/// Memory that was freed is never given out again: begin anew.
	void fresh()
	{
		machine_.reset();
		machine_ = std::make_unique<Machine>();
	}

	std::unique_ptr<Machine> machine_ = std::make_unique<Machine>();
	std::vector<Item> items;
	std::vector<std::string> removed;
	std::vector<Mistake> mistakes;
};

TEST_F(RegTextTest, EveryKindOfValueIsRead)
{
	read("Windows Registry Editor Version 5.00\n"
	     "\n"
	     "; a comment\n"
	     "\"Text\"=\"some text\"\n"
	     "\"Number\"=dword:0000001f ; behind a value\n"
	     "\"Short\" = dword:1F\n"
	     "\"Bytes\"=hex:00,ff, 1,\\\n"
	     "  02,\\\n"
	     "  03\n"
	     "\"None\"=hex(0):\n"
	     "\"Empty\"=hex:\n"
	     "\"List\"=hex(7):61,00,00,00,00,00\n"
	     "\"Large\"=hex(b):01,02,03,04,05,06,07,08\n"
	     "\"Quotes \\\" and \\\\\"=\"\\\"\\\\\"\n");
	EXPECT_EQ(mistakes.size(), 1u); /* the last name ends with its path */
	EXPECT_EQ(items, (std::vector<Item>{
				 {"Text", 1, wide(u"some text")},
				 {"Number", 4, {0x1f, 0, 0, 0}},
				 {"Short", 4, {0x1f, 0, 0, 0}},
				 {"Bytes", 3, {0, 0xff, 1, 2, 3}},
				 {"None", 0, {}},
				 {"Empty", 3, {}},
				 {"List", 7, {0x61, 0, 0, 0, 0, 0}},
				 {"Large", 11, {1, 2, 3, 4, 5, 6, 7, 8}},
			 }));
	read("\"A \\\" b\"=\"\\\"\\\\\"");
	EXPECT_EQ(items, (std::vector<Item>{{"A \" b", 1, wide(u"\"\\")}}));
	EXPECT_TRUE(mistakes.empty());
}

TEST_F(RegTextTest, SectionsAndPathsBothNameSubkeys)
{
	read("\"a\"=dword:0\n"
	     "[Monitor]\n"
	     "\"b\"=dword:0\n"
	     "[Monitor\\Edid] ; deeper\r\n"
	     "\"c\"=dword:0\r\n"
	     "\"d\\\\e\"=dword:0\n"
	     "\"c\"=-\n"
	     "[]\n"
	     "\"f\"=dword:0\n"
	     "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\x\\Device0]\n"
	     "\"g\"=dword:0\n"
	     "[hkey_local_machine\\SYSTEM\\x\\Device12\\Sub]\n"
	     "\"h\"=dword:0\n"
	     "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Video\\{1-2}\\0000]\n"
	     "\"i\"=dword:0\n");
	std::vector<std::string> names;
	for (const Item &item : items)
		names.push_back(item.name);
	EXPECT_EQ(names,
		  (std::vector<std::string>{"a", "Monitor\\b", "Monitor\\Edid\\c",
					    "Monitor\\Edid\\d\\e", "f", "g", "Sub\\h", "i"}));
	EXPECT_EQ(removed, (std::vector<std::string>{"Monitor\\Edid\\c"}));
	EXPECT_TRUE(mistakes.empty()) << mistakes[0].what;
}

TEST_F(RegTextTest, TextIsUtf8OrUtf16WithAMark)
{
	const std::u16string text = u"Windows Registry Editor Version 5.00\r\n\r\n"
				    u"[Größe]\r\n\"Имя\"=\"żółw 漢字 \U0001f5a5\"\r\n";
	const std::string same = "Windows Registry Editor Version 5.00\r\n\r\n"
				 "[Größe]\r\n\"Имя\"=\"żółw 漢字 \U0001f5a5\"\r\n";
	const Bytes units = wide(u"\xfeff" + text, false);
	const std::vector<Item> wanted{{"Größe\\Имя", 1, wide(u"żółw 漢字 \U0001f5a5")}};

	for (const std::string &each :
	     {same, "\xef\xbb\xbf" + same, std::string(units.begin(), units.end())}) {
		read(each);
		EXPECT_EQ(items, wanted);
		EXPECT_TRUE(mistakes.empty()) << mistakes[0].what;
	}
}

TEST_F(RegTextTest, AMistakeHasItsPlaceAndTheRestIsUsed)
{
	static const struct {
		const char *line;
		size_t column;
		const char *what;
	} wrong[] = {
		{"nonsense", 1, "want \"Name\"="},
		{"\"a", 3, "no closing quote"},
		{"\"a\" dword:1", 5, "want ="},
		{"\"a\"=", 5, "want \"text\""},
		{"\"a\"=12", 5, "want \"text\""},
		{"\"a\"=\"text", 10, "no closing quote"},
		{"\"a\"=\"\\n\"", 6, "backslash between quotes"},
		{"\"\\a\"=\"\"", 2, "backslash between quotes"},
		{"\"a\"=\"\x01\"", 6, "control character"},
		{"\"a\x01\"=\"\"", 3, "control character"},
		{"\"a\tb\"=\"\"", 6, "control character"},
		{"\"a\"=dword:", 11, "one to eight"},
		{"\"a\"=dword:x", 11, "one to eight"},
		{"\"a\"=dword:123456789", 19, "more than eight"},
		{"\"a\"=dword:1 2", 13, "stands behind"},
		{"\"a\"=hex", 5, "want \"text\""},
		{"\"a\"=hex(", 9, "want hex(TYPE)"},
		{"\"a\"=hex(7:1", 10, "want hex(TYPE)"},
		{"\"a\"=hex(123456789):1", 17, "want hex(TYPE)"},
		{"\"a\"=hex:1,g", 11, "two hexadecimal"},
		{"\"a\"=hex:123", 11, "stands behind"},
		{"\"a\"=hex:1,", 11, "two hexadecimal"},
		{"\"a\"=hex:1,\\,", 12, "ties lines"},
		{"\"a\"=hex:zz,\\\n  00,\\\n  01", 9, "two hexadecimal"},
		{"\"\"=\"\"", 3, "empty"},
		{"\"a\\\\\"=\"\"", 6, "ends with its path"},
		{"\"a\\\\\\\\b\"=\"\"", 9, "empty key"},
		{"@=\"x\"", 1, "without a name"},
		{"\"a\"=-1", 6, "stands behind"},
		{"\"a\"=\"\" \"b\"=\"\"", 8, "stands behind"},
		{"\"a\"=\"b\xff\"", 7, "UTF-8"},
		{"\"a\"=\"\xed\xa0\x80\"", 6, "UTF-8"},
		{"\"a\"=\"\xc0\x80\"", 6, "UTF-8"},
		{"\"a\"=\"\xf4\x90\x80\x80\"", 6, "UTF-8"},
		{"\"a\"=\"\xe2\x82", 6, "UTF-8"},
	};

	for (const auto &each : wrong) {
		read("; one\n\"before\"=dword:1\n" + std::string(each.line) +
		     "\n\"behind\"=dword:2\n");
		ASSERT_EQ(mistakes.size(), 1u) << each.line;
		EXPECT_EQ(mistakes[0].line, 3u) << each.line;
		EXPECT_EQ(mistakes[0].column, each.column) << each.line << ": " << mistakes[0].what;
		EXPECT_NE(mistakes[0].what.find(each.what), std::string::npos)
			<< each.line << ": " << mistakes[0].what;
		EXPECT_EQ(items, (std::vector<Item>{{"before", 4, {1, 0, 0, 0}},
						    {"behind", 4, {2, 0, 0, 0}}}))
			<< each.line;
	}
}

TEST_F(RegTextTest, ValuesOfAWrongSectionDoNotLandElsewhere)
{
	for (const char *section : {"[a", "[a]b", "[-a]", "[a\\]", "[\\a]", "[a\\\\b]",
				    "[HKEY_LOCAL_MACHINE\\Software]"}) {
		read("[good]\n\"x\"=dword:1\n" + std::string(section) +
		     "\n\"y\"=dword:2\n\"z\"=dword:3\n[fine]\n\"w\"=dword:4\n");
		EXPECT_EQ(mistakes.size(), 1u) << section;
		/* what stands behind a section that was read is no harm to it */
		if (section != std::string("[a]b")) {
			EXPECT_EQ(items, (std::vector<Item>{{"good\\x", 4, {1, 0, 0, 0}},
							    {"fine\\w", 4, {4, 0, 0, 0}}}))
				<< section;
		}
	}
}

TEST_F(RegTextTest, OldFilesAreReadButForWideText)
{
	read("REGEDIT4\n\"a\"=dword:1\n\"b\"=hex:1\n\"c\"=hex(7):61,00,00\n\"d\"=hex(2):61,00\n");
	EXPECT_EQ(items, (std::vector<Item>{{"a", 4, {1, 0, 0, 0}}, {"b", 3, {1}}}));
	ASSERT_EQ(mistakes.size(), 2u);
	EXPECT_EQ(mistakes[0].line, 4u);
	EXPECT_NE(mistakes[0].what.find("REGEDIT4"), std::string::npos);
}

TEST_F(RegTextTest, AParameterNeedsNoQuotes)
{
	read("Key\\Value=dword:3;  Name = plain text ;\"Semi;colon\"=\"a;b\";Bytes=hex:01,02;"
	     "Hex=hexagon;Minus=-;Dash=-x;Quoted=\"q\\\"\";;Größe=ü;Last=",
	     Style::Parameter);
	EXPECT_TRUE(mistakes.empty()) << mistakes[0].what;
	EXPECT_EQ(items, (std::vector<Item>{
				 {"Key\\Value", 4, {3, 0, 0, 0}},
				 {"Name", 1, wide(u"plain text")},
				 {"Semi;colon", 1, wide(u"a;b")},
				 {"Bytes", 3, {1, 2}},
				 {"Hex", 1, wide(u"hexagon")},
				 {"Dash", 1, wide(u"-x")},
				 {"Quoted", 1, wide(u"q\"")},
				 {"Größe", 1, wide(u"ü")},
				 {"Last", 1, wide(u"")},
			 }));
	EXPECT_EQ(removed, (std::vector<std::string>{"Minus"}));

	read("novalue;a=dword:x;=1;b=hex:1,2,\\;[k]=1;c=\"x\"y;d=\"\xff;\";good=1",
	     Style::Parameter);
	EXPECT_EQ(items, (std::vector<Item>{{"[k]", 1, wide(u"1")}, {"good", 1, wide(u"1")}}));
	ASSERT_EQ(mistakes.size(), 6u);
	EXPECT_EQ(mistakes[0].column, 8u);
	EXPECT_EQ(mistakes[1].column, 17u);
	for (const Mistake &each : mistakes)
		EXPECT_EQ(each.line, 1u);
}

TEST_F(RegTextTest, LongValuesAndNamesHaveTheirLimits)
{
	const std::string longest(vp::max_value_bytes / 2 - 1, 'x');

	read("\"a\"=\"" + longest + "\"\n\"b\"=\"y" + longest + "\"\n\"c\"=dword:1\n");
	ASSERT_EQ(items.size(), 2u);
	EXPECT_EQ(items[0].data.size(), vp::max_value_bytes);
	EXPECT_EQ(items[1].name, "c");
	ASSERT_EQ(mistakes.size(), 1u);
	EXPECT_NE(mistakes[0].what.find("65536"), std::string::npos);

	std::string bytes = "\"a\"=hex:00";

	for (size_t i = 1; i < vp::max_value_bytes; i++)
		bytes += ",00";
	read(bytes);
	ASSERT_EQ(items.size(), 1u);
	EXPECT_EQ(items[0].data.size(), vp::max_value_bytes);
	read(bytes + ",00");
	EXPECT_TRUE(items.empty());
	EXPECT_EQ(mistakes.size(), 1u);

	const std::string key(255, 'k');

	read("\"" + key + "\\\\" + key + "\\\\v\"=\"\"\n");
	EXPECT_TRUE(items.empty()); /* 513 */
	EXPECT_EQ(mistakes.size(), 1u);
	read("\"" + key + "\\\\" + key.substr(1) + "\\\\v\"=\"\"\n");
	EXPECT_EQ(items.size(), 1u);
	EXPECT_TRUE(mistakes.empty());
	read("\"" + key + "k\"=\"\"\n[" + key + "\\" + key + "]\n\"v\"=\"\"\n[" + key + "\\" +
	     key.substr(1) + "]\n\"v\"=\"\"\n\"vv\"=\"\"\n");
	EXPECT_EQ(items.size(), 1u);
	EXPECT_EQ(mistakes.size(), 3u);
}

/* ---- The writer ---- */

TEST_F(RegTextTest, WhatIsWrittenIsReadTheSame)
{
	const std::string text = "Windows Registry Editor Version 5.00\n"
				 "\n"
				 "\"Größe\"=\"żółw\"\n"
				 "\"-k\\\\v\"=dword:00000001\n"
				 "\"n\"=hex(0):\n"
				 "\"unended\"=hex(1):61,00\n"
				 "\n"
				 "[Sub\\Key]\n"
				 "\"q\\\"\"=hex:01,02\n";
	ValueStore store;

	fill(store, text);
	EXPECT_EQ(write(store), text);
}

TEST_F(RegTextTest, RandomStoresComeBackTheSame)
{
	static const char16_t letters[] = u"aZ-]\\\"[;=@ hkey_ÄЯ漢\xd83d\xdda5";
	Random random(7);

	for (unsigned int round = 0; round < 300; round++) {
		ValueStore store, again;

		for (unsigned int i = random.below(20); i; i--) {
			std::u16string name;
			Bytes data(random.below(random.one_in(4) ? 300 : 9));

			for (unsigned int n = 1 + random.below(12); n; n--)
				name += letters[random.below(std::size(letters) - 1)];
			for (auto &byte : data)
				byte = random.one_in(2) ? 0 : static_cast<uint8_t>(random.next());
			if (random.one_in(3))
				data = wide(u"text " + name);
			/* names that are none are refused, not stored otherwise */
			(void)store.set({reinterpret_cast<const WCHAR *>(name.data()), name.size()},
					random.one_in(2) ? random.below(12)
							 : static_cast<uint32_t>(random.next()),
					data.data(), data.size());
		}

		const std::string text = write(store);

		fill(again, text);

		std::vector<Item> before, after;

		store.each([&](const vp::Value &value) {
			before.push_back({utf8(value.name()),
					  value.type(),
					  {value.data(), value.data() + value.length()}});
		});
		again.each([&](const vp::Value &value) {
			after.push_back({utf8(value.name()),
					 value.type(),
					 {value.data(), value.data() + value.length()}});
		});
		auto by_name = [](const Item &a, const Item &b) { return a.name < b.name; };
		std::sort(before.begin(), before.end(), by_name);
		std::sort(after.begin(), after.end(), by_name);
		ASSERT_EQ(before, after) << text;
	}
}

TEST_F(RegTextTest, TheWriterStaysInItsRoom)
{
	ValueStore store;

	fill(store, "\"a\"=\"some text\"\n[b]\n\"c\"=hex:01,02,03\n");
	const std::string whole = write(store);

	for (size_t room = 0; room < whole.size(); room++) {
		std::unique_ptr<char[]> out(new char[room]); /* ASan watches its end */

		EXPECT_EQ(vp::write_reg_text(store, out.get(), room), whole.size());
		EXPECT_EQ(std::string(out.get(), room), whole.substr(0, room));
	}
}

/* ---- Hostile text ---- */

const char whole_text[] = "Windows Registry Editor Version 5.00\r\n"
			  "; comment \\\r\n"
			  "\"Text\"=\"a \\\"b\\\" \\\\ ż\"\n"
			  "[HKEY_LOCAL_MACHINE\\x\\Device0\\Sub]\n"
			  "\"N\"=dword:0000001f ;\n"
			  "\"Bytes\"=hex(7):00,ff,\\\n  1,02\n"
			  "\"gone\"=-\n"
			  "[Key]\n"
			  "@=\"x\"\n";

TEST_F(RegTextTest, TextMayEndAnywhere)
{
	const std::string text = whole_text;

	for (size_t end = 0; end <= text.size(); end++)
		for (Style style : {Style::File, Style::Parameter})
			read(text.substr(0, end), style);
}

TEST_F(RegTextTest, TextMayBeAnything)
{
	static const char parts[] = "\"\\=;[]-@\n\r\t ,:()hexdword0fKHKEY_\xff\xfe\xc3\xf0\x9f";
	Random random(11);

	for (unsigned int round = 0; round < 20000; round++) {
		std::string text = random.one_in(2) ? whole_text : "";

		for (unsigned int i = 1 + random.below(8); i; i--) {
			size_t at = random.below(static_cast<uint32_t>(text.size() + 1));
			std::string put(random.below(4), parts[random.below(sizeof(parts))]);

			if (random.one_in(3))
				put = static_cast<char>(random.next());
			text.replace(at, random.below(9), put);
		}
		if (random.one_in(8))
			text.insert(0, "\xff\xfe");
		if (round % 128 == 0)
			fresh();
		read(text, random.one_in(2) ? Style::File : Style::Parameter);
		if (HasFatalFailure())
			return;
	}
}

} // namespace
