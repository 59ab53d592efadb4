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

constexpr unsigned int token_ports = 256;

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
	[[nodiscard]] Token insert(Kind kind, void *object);

	/** The object that @token names. @entry is set if and only if it was found. */
	Lookup find(Token token, Entry &entry) const;

	/** Invalidate a token that find() has found. */
	void remove(Token token);

private:
	static constexpr unsigned int slot_bits = 16;
	static constexpr unsigned int generation_bits = 28;
	static constexpr uint32_t generation_end = 1u << generation_bits;
	static constexpr uint32_t no_slot = ~0u;
	static constexpr unsigned int chunk_slots = 256;
	static constexpr unsigned int chunk_count = (1u << slot_bits) / chunk_slots;

	struct Slot {
		Entry entry;
		uint32_t generation; /* of the next insert; of the last one while in use */
		uint32_t next_free;
	};
	struct Chunk {
		Slot slots[chunk_slots];
	};

	Slot *slot_at(uint32_t slot) const;
	Token encode(uint32_t slot, uint32_t generation) const;
	void decode(Token token, uint32_t &slot, uint32_t &generation) const;
	uint32_t round(uint32_t slot, unsigned int number, uint32_t half) const;

	const unsigned int port_;
	const uint64_t key_[2];
	Chunk **chunks_ = nullptr;
	unsigned int chunks_used_ = 0;
	uint32_t free_ = no_slot;
};

} // namespace vp

#endif
