// SPDX-License-Identifier: GPL-2.0
/*
 * Showing an administrator which handles a port has, and what each names. Looks at the table in
 * pieces, each under the port's lock, so that who looks does not keep the device waiting. PASSIVE.
 */
#include "port.h"

namespace vp {

/* Slots that are looked at under the lock at a time. */
constexpr unsigned int piece = 256;

Token HandleTable::next(uint32_t &slot, unsigned int most, Entry &entry) const
{
	for (; most && slot < slots(); slot++, most--) {
		const Slot *found = slot_at(slot);

		if (found->entry.kind == Kind::None)
			continue;
		entry = found->entry;
		return encode(slot, found->generation);
	}
	return 0;
}

static void show_buffer(const LockedBuffer &buffer, vp_shown_handle &shown)
{
	shown.kind = buffer.length() ? "buffer" : "events";
	shown.client = buffer.owner();
	shown.bytes = buffer.length();
	shown.pages = buffer.pages();
	shown.segments = buffer.segment_count();
	shown.age_ms = vp_clock_ms() - buffer.since_ms();
	shown.device_writes = buffer.access() == Access::Write;
	shown.in_flight = buffer.packet.state != Packet::State::Idle;
	buffer.transfers.each([&](Transfer &) { return ++shown.in_flight < VP_MOST_SHOWN; });
}

/** Under the lock. */
static void show(const HandleTable::Entry &entry, vp_shown_handle &shown)
{
	switch (entry.kind) {
	case Kind::None:
		break;
	case Kind::Buffer:
		show_buffer(*static_cast<const LockedBuffer *>(entry.object), shown);
		break;
	case Kind::Adapter: {
		const auto *adapter = static_cast<const DmaAdapter *>(entry.object);

		shown.kind = "adapter";
		shown.bytes = adapter->limits().max_length;
		shown.in_flight = adapter->work;
		break;
	}
	case Kind::Event:
		shown.kind = "event";
		shown.client = static_cast<const Event *>(entry.object)->owner();
		break;
	case Kind::Report:
		shown.kind = "report";
		break;
	}
}

} // namespace vp

using namespace vp;

bool vp_port::show(uint32_t &place, vp_shown_handle &shown)
{
	for (;;) {
		SpinGuard guard(lock_);
		const HandleTable &table = handles.table();
		HandleTable::Entry entry;

		shown = {};
		shown.token = table.next(place, piece, entry);
		if (shown.token) {
			vp::show(entry, shown);
			shown.user = clients.user_of(shown.client);
			return true;
		}
		if (place >= table.slots())
			return false;
	}
}

extern "C" {

bool vp_core_handle(vp_port *port, uint32_t *place, vp_shown_handle *shown)
{
	return port->show(*place, *shown);
}

bool vp_core_port_packet_dma(const vp_port *port)
{
	return port->start_dma() != nullptr;
}

} // extern "C"
