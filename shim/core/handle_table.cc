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

/* The generation of @token, if it is one of this port. */
uint32_t HandleTable::decode(Token token) const
{
	uint32_t slot = index_of(token);
	uint32_t cipher = token & (generation_end - 1);
	uint32_t left = cipher >> half_bits, right = cipher & half_mask;

	for (unsigned int i = rounds; i-- > 0;) {
		uint32_t previous = right ^ round(slot, i, left);

		right = left;
		left = previous;
	}
	return left << half_bits | right;
}

} // namespace vp
