/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handles: tokens that name the objects of one port, because they travel through buffers that
 * clients write. A token is the port's number, a slot, and a generation that is enciphered with the
 * port's secret; it is no address and cannot be dereferenced. The owner of the table holds the
 * port's lock in every call but reserve().
 *
 * Invariants: a token resolves to a live object or to nothing; a generation of a slot is given out
 * once; a slot whose generations are used up is never given out again.
 */
#ifndef VP_CORE_HANDLE_TABLE_H
#define VP_CORE_HANDLE_TABLE_H

#include <cstddef>
#include <cstdint>

#include "lock.h"

namespace vp {

using Token = uint64_t;

/*
 * The upper bits of every token: not a canonical address on x86-64 (4 or 5 levels), and on arm64
 * beyond both halves even where the top byte is ignored.
 */
constexpr Token token_mark = 0x565ull << 52;
constexpr Token token_mark_mask = 0xfffull << 52;
constexpr unsigned int token_port_shift = 44;
constexpr unsigned int token_ports = 256;
static_assert(token_ports == 1u << 8);

enum class Kind : uint8_t {
	None,
	Buffer,
	Adapter,
	Event,
	Report,
};

/** What became of a token that was looked up. */
enum class Lookup : uint8_t {
	Found,
	Null,
	Stale, /* it was valid once */
	Forged, /* it never was */
	Elsewhere, /* it looks like one of another port */
};

/** The number of the port that made @token, or -1 if it is not a token. */
int token_port(Token token);

class HandleTable {
public:
	/** @port: number of the port, below token_ports. */
	explicit HandleTable(unsigned int port);
	HandleTable(const HandleTable &) = delete;
	HandleTable &operator=(const HandleTable &) = delete;
	~HandleTable();

	struct Entry {
		void *object = nullptr;
		Kind kind = Kind::None;
	};

	/**
	 * Make sure that one insert() can succeed; called without @lock, which it takes.
	 *
	 * Context: any in which memory can be had. Return: false if there is none.
	 */
	[[nodiscard]] bool reserve(SpinLock &lock);

	/** A token for @object, or 0 if no slot is free (see reserve()). */
	[[nodiscard]] Token insert(Kind kind, void *object)
	{
		uint32_t index = free_;

		if (index == no_slot)
			return 0;

		Slot *slot = slot_of(index);

		free_ = slot->next_free;
		slot->entry = {object, kind};
		slot->token = encode(index, slot->generation);
		return slot->token;
	}

	/** The object that @token names. @entry is set if and only if it was found. */
	Lookup find(Token token, Entry &entry) const
	{
		const uint32_t index = index_of(token);

		if (index / chunk_slots >= chunks_used_ || slot_of(index)->token != token)
			return reason(token);
		entry = slot_of(index)->entry;
		return Lookup::Found;
	}

	/**
	 * The first token in a slot from @slot on, looking at @most of them: then @slot is its slot,
	 * else 0 is returned and @slot the first that was not looked at; beyond the last: slots().
	 */
	[[nodiscard]] Token next(uint32_t &slot, unsigned int most, Entry &entry) const;
	/** The number of slots that there are now; it only grows. */
	uint32_t slots() const { return chunks_used_ * chunk_slots; }

	/** Invalidate a token that find() has found. */
	void remove(Token token)
	{
		uint32_t index = index_of(token);
		Slot *slot = slot_of(index);

		slot->entry = {};
		slot->token = 0;
		slot->generation++;
		if (slot->generation == generation_end)
			return; /* used up */
		slot->next_free = free_;
		free_ = index;
	}

private:
	static constexpr unsigned int slot_bits = 16;
	static constexpr unsigned int generation_bits = 28;
	static constexpr uint32_t generation_end = 1u << generation_bits;
	static constexpr uint32_t no_slot = ~0u;
	static constexpr unsigned int chunk_slots = 256;
	static constexpr unsigned int chunk_count = (1u << slot_bits) / chunk_slots;

	struct Slot {
		Entry entry;
		Token token; /* while in use, else 0, which would be of the first: that is never free */
		uint32_t generation; /* of the next insert; of the last one while in use */
		uint32_t next_free;
	};
	struct Chunk {
		Slot slots[chunk_slots];
	};

	Slot *slot_at(uint32_t slot) const
	{
		unsigned int chunk = slot / chunk_slots;

		return chunk < chunks_used_ ? &chunks_[chunk]->slots[slot % chunk_slots] : nullptr;
	}
	/** The same for one that there is. */
	Slot *slot_of(uint32_t slot) const
	{
		return &chunks_[slot / chunk_slots]->slots[slot % chunk_slots];
	}
	static uint32_t index_of(Token token)
	{
		return static_cast<uint32_t>(token >> generation_bits) & ((1u << slot_bits) - 1);
	}
	/** What is wrong with a token that is not in use. */
	Lookup reason(Token token) const;
	/*
	 * The generation is enciphered by the port's secrets and the slot: a permutation, so no two
	 * generations of a slot have the same token, and one that a client has seen does not tell
	 * it the next. Each step can be undone: a multiplication by an odd number in as many bits,
	 * and the upper half into the lower one.
	 */
	static constexpr uint32_t generation_mask = generation_end - 1;

	static uint32_t fold(uint32_t x)
	{
		return x ^ (x & generation_mask) >> generation_bits / 2;
	}

	Token encode(uint32_t slot, uint32_t generation) const
	{
		uint32_t x = fold((generation + (slot + 1) * secret_[0]) * secret_[1]);

		x = fold(x * secret_[2]) * secret_[3] & generation_mask;
		return port_mark_ | static_cast<Token>(slot) << generation_bits | x;
	}
	uint32_t decode(Token token) const;

	const unsigned int port_;
	const Token port_mark_; /* the upper bits of every token of the port */
	uint32_t secret_[4]; /* odd */
	Chunk **chunks_ = nullptr;
	unsigned int chunks_used_ = 0;
	uint32_t free_ = no_slot;
};

} // namespace vp

#endif
