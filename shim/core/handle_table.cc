// SPDX-License-Identifier: GPL-2.0
/*
 * The handle table. See handle_table.h; the lock is the caller's.
 */
#include "handle_table.h"
#include "memory.h"

namespace vp {

/*
 * The upper bits of every token: not a canonical address on x86-64 (4 or 5 levels), and on arm64
 * beyond both halves even where the top byte is ignored.
 */
static constexpr Token mark = 0x565ull << 52;
static constexpr Token mark_mask = 0xfffull << 52;
static constexpr unsigned int port_shift = 44;
static_assert(token_ports == 1u << 8);

int token_port(Token token)
{
	if ((token & mark_mask) != mark)
		return -1;
	return static_cast<int>(token >> port_shift & (token_ports - 1));
}

HandleTable::HandleTable(unsigned int port) : port_(port), key_{vp_random(), vp_random()} {}

HandleTable::~HandleTable()
{
	for (unsigned int i = 0; i < chunks_used_; i++)
		vp_free(chunks_[i]);
	vp_free(chunks_);
}

bool HandleTable::reserve(SpinLock &lock)
{
	{
		SpinGuard guard(lock);

		if (free_ != no_slot)
			return true;
	}

	auto *directory = static_cast<Chunk **>(vp_alloc(sizeof(Chunk *) * chunk_count));
	auto *chunk = static_cast<Chunk *>(vp_alloc(sizeof(Chunk)));
	bool ready = directory && chunk;

	if (ready) {
		SpinGuard guard(lock);

		if (!chunks_)
			chunks_ = std::exchange(directory, nullptr);
		if (free_ == no_slot && chunks_used_ < chunk_count) {
			uint32_t first = chunks_used_ * chunk_slots;

			chunks_[chunks_used_++] = chunk;
			for (unsigned int i = chunk_slots; i-- > 0;) {
				chunk->slots[i].next_free = free_;
				free_ = first + i;
			}
			chunk = nullptr;
		}
		ready = free_ != no_slot;
	}
	vp_free(directory);
	vp_free(chunk);
	return ready;
}

HandleTable::Slot *HandleTable::slot_at(uint32_t slot) const
{
	unsigned int chunk = slot / chunk_slots;

	return chunk < chunks_used_ ? &chunks_[chunk]->slots[slot % chunk_slots] : nullptr;
}

Token HandleTable::insert(Kind kind, void *object)
{
	uint32_t index = free_;

	if (index == no_slot)
		return 0;

	Slot *slot = slot_at(index);

	free_ = slot->next_free;
	slot->entry = {object, kind};
	return encode(index, slot->generation);
}

Lookup HandleTable::find(Token token, Entry &entry) const
{
	uint32_t index, generation;

	if (!token)
		return Lookup::Null;

	int port = token_port(token);

	if (port < 0)
		return Lookup::Forged;
	if (static_cast<unsigned int>(port) != port_)
		return Lookup::Elsewhere;
	decode(token, index, generation);

	const Slot *slot = slot_at(index);

	if (!slot || generation > slot->generation)
		return Lookup::Forged;
	if (generation < slot->generation)
		return Lookup::Stale;
	if (slot->entry.kind == Kind::None)
		return Lookup::Forged; /* the next generation, not given out yet */
	entry = slot->entry;
	return Lookup::Found;
}

void HandleTable::remove(Token token)
{
	uint32_t index, generation;

	decode(token, index, generation);

	Slot *slot = slot_at(index);

	slot->entry = {};
	slot->generation++;
	if (slot->generation == generation_end)
		return; /* used up */
	slot->next_free = free_;
	free_ = index;
}

/*
 * The generation is enciphered by a small Feistel network keyed by the port's secret and the slot:
 * a permutation, so no two generations of a slot have the same token, and one that a client has
 * seen does not tell it the next.
 */
static constexpr unsigned int half_bits = 14;
static constexpr uint32_t half_mask = (1u << half_bits) - 1;
static constexpr unsigned int rounds = 6;

uint32_t HandleTable::round(uint32_t slot, unsigned int number, uint32_t half) const
{
	uint64_t x = key_[number & 1] ^ (static_cast<uint64_t>(slot) << 32 | number << 24 | half);

	x = (x ^ x >> 33) * 0xff51afd7ed558ccdull;
	x = ((x ^ key_[~number & 1]) ^ x >> 33) * 0xc4ceb9fe1a85ec53ull;
	return static_cast<uint32_t>(x >> 40) & half_mask;
}

Token HandleTable::encode(uint32_t slot, uint32_t generation) const
{
	uint32_t left = generation >> half_bits, right = generation & half_mask;

	for (unsigned int i = 0; i < rounds; i++) {
		uint32_t next = left ^ round(slot, i, right);

		left = right;
		right = next;
	}
	return mark | static_cast<Token>(port_) << port_shift |
	       static_cast<Token>(slot) << generation_bits | left << half_bits | right;
}

void HandleTable::decode(Token token, uint32_t &slot, uint32_t &generation) const
{
	uint32_t cipher = token & (generation_end - 1);
	uint32_t left = cipher >> half_bits, right = cipher & half_mask;

	slot = static_cast<uint32_t>(token >> generation_bits) & ((1u << slot_bits) - 1);
	for (unsigned int i = rounds; i-- > 0;) {
		uint32_t previous = right ^ round(slot, i, left);

		right = left;
		left = previous;
	}
	generation = left << half_bits | right;
}

} // namespace vp
