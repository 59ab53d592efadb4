// SPDX-License-Identifier: GPL-2.0
/*
 * The store of registry values: names without case, what overwrites what, and its limits.
 */
#include "bench.hpp"

#include <memory>

#include "core/value_store.h"

using namespace sim;
using vp::ValueStore;
using vp::WideText;
using Stored = vp::ValueStore::Stored;

namespace {

WideText units(const std::u16string &text)
{
	return {reinterpret_cast<const WCHAR *>(text.data()), text.size()};
}

class ValueStoreTest : public testing::Test {
protected:
	Stored set(const std::u16string &name, const std::string &data = "x", uint32_t type = 3)
	{
		return store_.set(units(name), type, data.data(), data.size());
	}
	std::string get(const std::u16string &name)
	{
		vp::ValueCopy copy = store_.get(units(name));

		if (copy.result != vp::ValueCopy::Found)
			return "absent";
		for (size_t i = 0; i < vp::ValueCopy::zeros; i++)
			EXPECT_EQ(copy.data.as<uint8_t>()[copy.length + i], 0);
		return {copy.data.as<char>(), copy.length};
	}
	size_t count()
	{
		size_t values = 0;

		store_.each([&](const vp::Value &) { values++; });
		return values;
	}

	Machine machine;
	std::unique_ptr<ValueStore> store_owner_ = std::make_unique<ValueStore>();
	ValueStore &store_ = *store_owner_;
};

TEST_F(ValueStoreTest, NamesHaveNoCase)
{
	EXPECT_EQ(set(u"Value", "1"), Stored::Yes);
	EXPECT_EQ(set(u"Größe Żółw ÿ Ωμέγα Ёж", "2"), Stored::Yes);
	EXPECT_EQ(get(u"vALUE"), "1");
	EXPECT_EQ(get(u"GRÖSSE"), "absent");
	EXPECT_EQ(get(u"gRÖßE żÓŁW Ÿ ωΜέΓΑ ёЖ"), "2");
	EXPECT_EQ(get(u"Valu"), "absent");
	EXPECT_EQ(get(u"Value "), "absent");
	EXPECT_EQ(get(u""), "absent");
	/* of these no letter is the other's capital */
	EXPECT_EQ(set(u"a×÷", "3"), Stored::Yes);
	EXPECT_EQ(get(u"a÷×"), "absent");
	EXPECT_EQ(get(u"A×÷"), "3");
}

TEST_F(ValueStoreTest, AValueIsOverwrittenOrRemoved)
{
	EXPECT_EQ(set(u"a", "1"), Stored::Yes);
	EXPECT_EQ(set(u"A", "longer"), Stored::Yes);
	EXPECT_EQ(count(), 1u);
	EXPECT_EQ(get(u"a"), "longer");
	EXPECT_EQ(set(u"a", ""), Stored::Yes);
	EXPECT_EQ(get(u"a"), "");
	EXPECT_TRUE(store_.remove(units(u"A")));
	EXPECT_FALSE(store_.remove(units(u"A")));
	EXPECT_EQ(get(u"a"), "absent");
	EXPECT_EQ(count(), 0u);
}

TEST_F(ValueStoreTest, WhatIsNoNameIsRefused)
{
	for (const auto &name :
	     {std::u16string(u""), std::u16string(u"\\"), std::u16string(u"a\\"),
	      std::u16string(u"\\a"), std::u16string(u"a\\\\b"), std::u16string(u"a\nb"),
	      std::u16string(u"a\0b", 3), std::u16string(1, char16_t{0xd800}),
	      std::u16string(1, char16_t{0xdc00}) + u"a", std::u16string(256, u'a'),
	      std::u16string(u"k\\") + std::u16string(256, u'a'), std::u16string(513, u'a')})
		EXPECT_EQ(set(name), Stored::BadName) << name.size();
	EXPECT_EQ(set(std::u16string(255, u'a')), Stored::Yes);
	EXPECT_EQ(set(u"a\\b\\c"), Stored::Yes);
	EXPECT_EQ(set(u"\xd83d\xdda5"), Stored::Yes);
	EXPECT_EQ(count(), 3u);
}

TEST_F(ValueStoreTest, ItHoldsSoManyValuesAndNoMore)
{
	EXPECT_EQ(set(u"a", std::string(vp::max_value_bytes + 1, 'x')), Stored::TooLong);
	for (size_t i = 0; i < vp::max_values; i++)
		ASSERT_EQ(set(u"v" + std::u16string(1, static_cast<char16_t>(0x4e00 + i))),
			  Stored::Yes);
	EXPECT_EQ(set(u"one more"), Stored::Full);
	EXPECT_EQ(set(u"v\x4e00", "other"), Stored::Yes); /* there was one */
	EXPECT_TRUE(store_.remove(units(u"v\x4e01")));
	EXPECT_EQ(set(u"one more"), Stored::Yes);
	EXPECT_EQ(set(u"two more"), Stored::Full);
}

TEST_F(ValueStoreTest, ItHoldsSoManyBytesAndNoMore)
{
	const std::string large(vp::max_value_bytes, 'x');

	/* a name of one unit is two bytes */
	for (const char16_t *name : {u"a", u"b", u"c"})
		EXPECT_EQ(set(name, large), Stored::Yes);
	EXPECT_EQ(set(u"d", large), Stored::Full);
	EXPECT_EQ(set(u"d", large.substr(8)), Stored::Yes);
	EXPECT_EQ(set(u"e", ""), Stored::Full);
	/* in the place of the old one */
	EXPECT_EQ(set(u"d", large.substr(9)), Stored::Yes);
	EXPECT_EQ(set(u"d", large.substr(8)), Stored::Yes);
	EXPECT_EQ(set(u"d", large.substr(7)), Stored::Full);
	EXPECT_EQ(get(u"d"), large.substr(8));
	EXPECT_TRUE(store_.remove(units(u"a")));
	EXPECT_EQ(set(u"e", large), Stored::Yes);
}

TEST_F(ValueStoreTest, WithoutMemoryItIsAsItWas)
{
	EXPECT_EQ(set(u"a", "old"), Stored::Yes);
	for (unsigned int n : {1u, 2u}) {
		FailAt fail(n);

		EXPECT_EQ(set(u"a", "new"), Stored::NoMemory) << n;
		EXPECT_TRUE(fail.hit());
	}
	{
		FailAt fail(1);

		EXPECT_EQ(store_.get(units(u"a")).result, vp::ValueCopy::NoMemory);
	}
	EXPECT_EQ(get(u"a"), "old");
}

TEST(WideTest, ANameForTheLogIsCutAndClean)
{
	const std::u16string name = u"a\x01\x7f\x9f\xd800z";

	EXPECT_STREQ(vp::NameForLog(units(name)).text(), "a???\xef\xbf\xbdz");

	const std::string cut = vp::NameForLog(units(std::u16string(200, u'漢'))).text();

	EXPECT_LT(cut.size(), 100u);
	EXPECT_EQ(cut.substr(cut.size() - 6), "漢...");
}

} // namespace
