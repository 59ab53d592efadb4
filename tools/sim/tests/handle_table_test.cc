// SPDX-License-Identifier: GPL-2.0
/*
 * The handle table by itself: what resolves, and that nothing else ever does.
 */
#include <set>

#include <gtest/gtest.h>

#include "core/handle_table.h"
#include "../platform/fail.hpp"
#include "../platform/machine.hpp"

using namespace sim;
using vp::HandleTable;
using vp::Kind;
using vp::Lookup;
using vp::SpinLock;
using vp::Token;

/*
 * The way to a private member that the language allows: an explicit instantiation may name it. Only
 * to come to the last generations of a slot without two hundred million steps.
 */
namespace {

struct SlotAt {
	friend auto private_member(SlotAt);
};

template <class Tag, auto Member> struct Reveal {
	friend auto private_member(Tag) { return Member; }
};

template struct Reveal<SlotAt, &HandleTable::slot_at>;

auto &generation_of(const HandleTable &table, uint32_t slot)
{
	return (table.*private_member(SlotAt{}))(slot)->generation;
}

class HandleTableTest : public testing::Test {
protected:
	Token insert(void *object, Kind kind = Kind::Buffer)
	{
		EXPECT_TRUE(table.reserve(lock));
		return table.insert(kind, object);
	}
	Lookup find(Token token) const
	{
		HandleTable::Entry entry{};
		Lookup result = table.find(token, entry);

		EXPECT_EQ(entry.object != nullptr, result == Lookup::Found);
		return result;
	}

	static constexpr unsigned int port = 5;
	Machine machine;
	SpinLock lock{VP_LOCK_PORT};
	HandleTable table{port};
	int objects[70000];
};

TEST_F(HandleTableTest, ATokenNamesItsObjectAndKind)
{
	Token buffer = insert(&objects[0]), adapter = insert(&objects[1], Kind::Adapter);
	HandleTable::Entry entry{};

	EXPECT_EQ(table.find(buffer, entry), Lookup::Found);
	EXPECT_EQ(entry.object, &objects[0]);
	EXPECT_EQ(entry.kind, Kind::Buffer);
	EXPECT_EQ(table.find(adapter, entry), Lookup::Found);
	EXPECT_EQ(entry.object, &objects[1]);
	EXPECT_EQ(entry.kind, Kind::Adapter);
	EXPECT_EQ(vp::token_port(buffer), static_cast<int>(port));
}

TEST_F(HandleTableTest, ATokenIsNoAddress)
{
	Token token = insert(&objects[0]);

	/* not canonical: neither of user space nor of the kernel, with 4 or 5 levels */
	EXPECT_NE(token >> 56, 0u);
	EXPECT_NE(token >> 56, 0xffu);
}

TEST_F(HandleTableTest, NothingElseResolves)
{
	Token token = insert(&objects[0]);

	EXPECT_EQ(find(0), Lookup::Null);
	for (Token forged :
	     {Token{1}, ~Token{0}, token ^ (Token{1} << 63), token ^ (Token{1} << 52),
	      Token{0xffff888000001000}, Token{0x10000000}})
		EXPECT_EQ(find(forged), Lookup::Forged);
	for (unsigned int bit = 0; bit < 44; bit++)
		EXPECT_NE(find(token ^ (Token{1} << bit)), Lookup::Found) << bit;
	for (unsigned int bit = 44; bit < 52; bit++)
		EXPECT_EQ(find(token ^ (Token{1} << bit)), Lookup::Elsewhere) << bit;
}

TEST_F(HandleTableTest, EveryTokenOfASlotIsDifferentAndOnlyTheLastResolves)
{
	std::set<Token> seen;
	Token before = 0;

	for (unsigned int i = 0; i < 3000; i++) {
		Token token = insert(&objects[i]);

		EXPECT_TRUE(seen.insert(token).second);
		if (before) {
			EXPECT_EQ(find(before), Lookup::Stale);
		}
		EXPECT_EQ(find(token), Lookup::Found);
		table.remove(token);
		EXPECT_EQ(find(token), Lookup::Stale);
		before = token;
	}
	for (Token token : seen)
		EXPECT_EQ(find(token), Lookup::Stale);
}

TEST_F(HandleTableTest, TheNextTokenIsNotGuessedFromThose)
{
	/* differences of successive tokens of one slot do not repeat */
	std::set<uint64_t> differences;
	Token before = 0;

	for (unsigned int i = 0; i < 500; i++) {
		Token token = insert(&objects[0]);

		table.remove(token);
		if (before)
			differences.insert(token - before);
		before = token;
	}
	EXPECT_GT(differences.size(), 490u);
}

TEST_F(HandleTableTest, TablesHaveKeysOfTheirOwn)
{
	HandleTable other(port);
	HandleTable::Entry entry;
	Token token = insert(&objects[0]);

	EXPECT_TRUE(other.reserve(lock));
	EXPECT_NE(other.insert(Kind::Buffer, &objects[1]), token);
	EXPECT_NE(other.find(token, entry), Lookup::Found);
}

TEST_F(HandleTableTest, ItGrowsToItsEndAndNoFurther)
{
	std::set<Token> seen;
	unsigned int count = 0;

	while (table.reserve(lock)) {
		Token token = table.insert(Kind::Buffer, &objects[count]);

		ASSERT_NE(token, 0u);
		seen.insert(token);
		count++;
	}
	EXPECT_EQ(count, (1u << 16) - 1) << "all but the first";
	EXPECT_EQ(seen.size(), count);
	EXPECT_EQ(find(0), Lookup::Null);
	EXPECT_EQ(find(~0ull), Lookup::Forged);
	EXPECT_EQ(table.insert(Kind::Buffer, &objects[0]), 0u);

	Token one = *seen.begin();

	EXPECT_EQ(find(one), Lookup::Found);
	table.remove(one);
	EXPECT_TRUE(table.reserve(lock));
	EXPECT_NE(insert(&objects[0]), one);
}

TEST_F(HandleTableTest, ASlotWhoseGenerationsAreUsedUpIsNotUsedAgain)
{
	constexpr uint32_t last = (1u << 28) - 1;
	Token first = insert(&objects[0]);

	table.remove(first);
	generation_of(table, 1) = last;

	Token final = insert(&objects[1]);

	EXPECT_EQ(find(final), Lookup::Found);
	EXPECT_EQ(final >> 28 & 0xffff, 1u) << "the slot that was freed last";
	table.remove(final);
	EXPECT_EQ(find(final), Lookup::Stale);
	EXPECT_EQ(find(first), Lookup::Stale);
	for (unsigned int i = 0; i < 600; i++) {
		Token token = insert(&objects[i]);

		EXPECT_NE(token >> 28 & 0xffff, 1u) << "used up";
		EXPECT_NE(token, final);
	}
	EXPECT_EQ(find(final), Lookup::Stale);
}

TEST_F(HandleTableTest, WithoutMemoryThereIsNoneAndNothingIsLost)
{
	for (unsigned int n = 1; n <= 2; n++) {
		FailAt fail(n);

		EXPECT_FALSE(table.reserve(lock));
		EXPECT_TRUE(fail.hit());
	}
	EXPECT_EQ(table.insert(Kind::Buffer, &objects[0]), 0u);
	EXPECT_NE(insert(&objects[0]), 0u);
}

} // namespace
