// SPDX-License-Identifier: GPL-2.0
/*
 * Takes, keeps and looks. See keeper.hpp.
 */
#include "keeper.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include "ask.hpp"

namespace fuzz {

constexpr uint64_t magic = 0x4b45455045520000; // what a keeper puts beside its buffer
constexpr uint32_t bytes = 4096;

Keeper::Keeper(unsigned int slot)
	: memory_(static_cast<std::byte *>(
		  mmap(nullptr, place_count * bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0))),
	  slot_(slot % foreign_slots)
{
}

Keeper::~Keeper()
{
	for (int place = 0; place < place_count; place++)
		drop(static_cast<Place>(place));
	munmap(memory_, place_count * bytes);
}

void Keeper::drop(Place place)
{
	Held &held = held_[place];
	if (held.fd < 0)
		return;
	board().foreign[place][slot_] = 0;
	close(held.fd);
	held = {};
}

void Keeper::take(Place place)
{
	Held &held = held_[place];
	held.fd = open_place(place);
	if (held.fd < 0)
		return;
	const auto address = reinterpret_cast<uintptr_t>(memory_ + place * bytes);
	PROBE_ANSWER answer;
	EDU_LOCKED locked = {};
	EDU4_HANDLE handle = {};
	switch (place) {
	case edu_a:
	case edu_b:
		if (ask(held.fd, IOCTL_EDU_LOCK_PAGES, EDU_LOCK{address, bytes, 0}, locked))
			held.handle = locked.Handle;
		break;
	case edu_nt4: {
		EDU4_LOCK lock = {};
		lock.Address = address;
		lock.Length = bytes;
		lock.Flags = VideoPortDmaInitOnly;
		if (ask(held.fd, IOCTL_EDU4_LOCK, lock, handle))
			held.handle = handle.Handle;
		break;
	}
	default:
		if (probe(held.fd, ProbeLockPages, {address, bytes, VideoPortDmaInitOnly},
			  answer) &&
		    answer.Result)
			held.handle = answer.Out[0];
		if (held.handle && place == probe_nt4)
			probe(held.fd, ProbeSetDmaContext, {held.handle, magic + slot_}, answer);
		break;
	}
	board().foreign[place][slot_] = held.handle;
	if (held.handle == 0)
		drop(place); // no room for it, or no adapter: next time
}

/* An adapter that does not answer any more is no loss: its handles go with it. */
bool Keeper::still_there(Place place)
{
	const Held &held = held_[place];
	PROBE_ANSWER answer;
	EDU4_STATE state = {};
	switch (place) {
	case edu_a:
	case edu_b:
		return true; // nothing tells; a canary works there
	case edu_nt4:
		return !ask(held.fd, IOCTL_EDU4_QUERY_DMA, EDU4_HANDLE{held.handle, 0}, state) ||
		       state.BytesUsed == bytes;
	default:
		if (!probe(held.fd, ProbeGetMdl, {held.handle}, answer))
			return true;
		if (answer.Result != held.handle)
			return false;
		if (place != probe_nt4)
			return true;
		return !probe(held.fd, ProbeGetDmaContext, {held.handle}, answer) ||
		       answer.Result == magic + slot_;
	}
}

void Keeper::run(const std::atomic<bool> &stop)
{
	while (!stop) {
		for (int i = 0; i < place_count && !stop; i++) {
			const auto place = static_cast<Place>(i);
			if (held_[place].fd < 0) {
				take(place);
				continue;
			}
			if (!still_there(place)) {
				board().fail(
					"%s: handle 0x%llx of a client that did nothing with it is gone or changed",
					name_of(place),
					static_cast<unsigned long long>(held_[place].handle));
				drop(place);
			}
			/* a node of an adapter that is gone says so */
			PROBE_COUNTS counts;
			if (ask_bytes(held_[place].fd, IOCTL_PROBE_COUNTS, nullptr, 0, &counts,
				      sizeof(counts))
				    .error == ENODEV)
				drop(place);
			board().keeper_looks++;
		}
		pause_ms(20);
	}
}

} // namespace fuzz
