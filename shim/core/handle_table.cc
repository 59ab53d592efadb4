// SPDX-License-Identifier: GPL-2.0
/*
 * The handle table. See handle_table.h; the lock is the caller's.
 */
#include "handle_table.h"
#include "memory.h"

namespace vp {

int token_port(Token token)
{
	if ((token & token_mark_mask) != token_mark)
		return -1;
	return static_cast<int>(token >> token_port_shift & (token_ports - 1));
}

HandleTable::HandleTable(unsigned int port)
	: port_(port),
	  port_mark_(token_mark | static_cast<Token>(port) << token_port_shift),
	  secret_{}
{
	for (uint32_t &each : secret_)
		each = static_cast<uint32_t>(vp_random()) | 1;
}

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
			if (!first)
				chunk->slots[0].token = ~0ull; /* of another slot, in any table */
			for (unsigned int i = chunk_slots; i-- > (first ? 0 : 1);) {
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

Lookup HandleTable::reason(Token token) const
{
	if (!token)
		return Lookup::Null;

	int port = token_port(token);

	if (port < 0)
		return Lookup::Forged;
	if (static_cast<unsigned int>(port) != port_)
		return Lookup::Elsewhere;

	const Slot *slot = slot_at(index_of(token));

	/* a later generation, or the next: not given out yet */
	return !slot || decode(token) >= slot->generation ? Lookup::Forged : Lookup::Stale;
}

/* What undoes a multiplication by the odd number @x, in 32 bits: each step doubles the bits. */
static uint32_t inverse(uint32_t x)
{
	uint32_t y = x; /* three bits are right */

	for (unsigned int bits = 3; bits < 32; bits *= 2)
		y *= 2 - x * y;
	return y;
}

/* The generation of @token, if it is one of this port. */
uint32_t HandleTable::decode(Token token) const
{
	uint32_t x = static_cast<uint32_t>(token);

	x = fold(x * inverse(secret_[3])) * inverse(secret_[2]);
	x = fold(x) * inverse(secret_[1]) - (index_of(token) + 1) * secret_[0];
	return x & generation_mask;
}

} // namespace vp
