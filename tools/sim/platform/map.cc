// SPDX-License-Identifier: GPL-2.0
/*
 * vp_map() to vp_mapping_list(). As in shim/linux/map.c a mapping is made and undone without a
 * synchronisation of the CPU, which is a step of its own; a bounce buffer is filled when it is made.
 */
#include "device.hpp"
#include "fail.hpp"
#include "iommu.hpp"
#include "machine.hpp"
#include "thread.hpp"

#include <algorithm>
#include <cstring>

using namespace sim;

static uint64_t mask_of(const vp_device &device)
{
	unsigned int bits = device.mask_bits;

	return bits >= 64 ? ~0ull : (1ull << bits) - 1;
}

/* The pieces as the device sees them without an IOMMU: copies where it cannot reach the memory. */
static void place_direct(vp_mapping &mapping, bool always_bounce)
{
	uint64_t mask = mask_of(*mapping.device);
	uint64_t physical_end = 0;
	size_t at = 0;

	mapping.bounce.resize(mapping.length);
	for (vp_mapping::Piece &piece : mapping.pieces) {
		uint64_t physical = mapping.pin->physical(mapping.offset + at);
		bool bounced = always_bounce || physical + piece.length - 1 > mask;
		bool follows = at && physical == physical_end;

		if (bounced) {
			piece.target = mapping.bounce.data() + at;
			memcpy(piece.target, piece.original, piece.length);
			piece.logical =
				new_logical(piece.length, page_size, false) + physical % page_size;
			/* neighbours share one buffer */
			if (follows && (&piece)[-1].target != (&piece)[-1].original) {
				piece.logical = (&piece)[-1].logical + (&piece)[-1].length;
				follows = true;
			} else {
				follows = false;
			}
		} else {
			piece.logical = physical;
			follows = follows && (&piece)[-1].target == (&piece)[-1].original;
		}
		piece.begins_segment = !follows;
		physical_end = physical + piece.length;
		at += piece.length;
	}
}

/* One range of the IOMMU, or several that begin at some pages. */
static void place_iommu(vp_mapping &mapping, bool cut)
{
	bool above = mapping.device->mask_bits > 33 && machine().config.pages_above_4g;
	uint64_t next = 0;
	size_t at = 0;

	for (vp_mapping::Piece &piece : mapping.pieces) {
		uint64_t physical = mapping.pin->physical(mapping.offset + at);

		piece.begins_segment = !at || (cut && physical / page_size % 3 == 0);
		if (piece.begins_segment)
			next = new_logical(mapping.length - at + page_size, page_size, above) +
			       physical % page_size;
		piece.logical = next;
		next += piece.length;
		at += piece.length;
	}
}

static bool inside(const vp_mapping *mapping, size_t offset, size_t length, const char *call)
{
	if (!mapping->live) {
		fail("%s of mapping %u, which was undone", call, mapping->id);
		return false;
	}
	if (offset > mapping->length || length > mapping->length - offset) {
		fail("%s of %zu bytes at %zu of mapping %u, which has %zu", call, length, offset,
		     mapping->id, mapping->length);
		return false;
	}
	return true;
}

/* Call @move(piece, from, bytes) for each part of a range that is a copy. */
template <class Move>
static void each_copy(vp_mapping *mapping, size_t offset, size_t length, Move move)
{
	size_t start = 0, end = offset + length;

	for (vp_mapping::Piece &piece : mapping->pieces) {
		size_t from = std::max(start, offset);
		size_t to = std::min(start + piece.length, end);

		if (from < to && piece.target != piece.original)
			move(piece, from - start, to - from);
		start += piece.length;
	}
}

extern "C" {

/* Not where CPU and device see the same bytes; but some platforms say so there as well. */
static bool needs_sync()
{
	switch (machine().config.dma) {
	case DmaKind::Direct:
	case DmaKind::Iommu:
		return false;
	case DmaKind::Bounce:
	case DmaKind::IommuCut:
		break;
	}
	return true;
}

int vp_map(vp_device *device, vp_pin *pin, size_t offset, size_t length, vp_direction direction,
	   vp_mapped *out)
{
	allowed_up_to(VP_DISPATCH, "vp_map()");
	point();
	if (!pin->live) {
		fail("vp_map() of pin %u, which was unpinned", pin->id);
		return -VP_EIO;
	}
	if (!length || offset >= pin->length || length > pin->length - offset) {
		fail("vp_map() of %zu bytes at %zu of pin %u, which has %zu", length, offset,
		     pin->id, pin->length);
		return -VP_EIO;
	}
	if (direction != VP_TO_DEVICE && !pin->write)
		fail("vp_map() of pin %u for the device to write, but it is pinned for reading",
		     pin->id);
	if (inject(Fallible::Map))
		return current().fallible & 1 ? -VP_ENOMEM : -VP_EIO;
	{
		RawGuard guard(iommu_lock);
		vp_mapping *mapping = new_mapping();

		mapping->device = device;
		mapping->pin = pin;
		mapping->offset = offset;
		mapping->length = length;
		mapping->direction = direction;
		for (size_t at = 0, part; at < length; at += part) {
			part = std::min(length - at,
					page_size - (pin->offset + offset + at) % page_size);
			uint8_t *bytes = pin->bytes(offset + at, part);

			mapping->pieces.push_back({0, bytes, bytes, part, false});
		}
		switch (machine().config.dma) {
		case DmaKind::Direct:
			place_direct(*mapping, false);
			break;
		case DmaKind::Bounce:
			place_direct(*mapping, true);
			break;
		case DmaKind::Iommu:
			place_iommu(*mapping, false);
			break;
		case DmaKind::IommuCut:
			place_iommu(*mapping, true);
			break;
		}
		pin->mappings++;
		if (direction != VP_TO_DEVICE)
			pin->writable_mapping = true;
		*out = {mapping,
			static_cast<size_t>(std::count_if(
				mapping->pieces.begin(), mapping->pieces.end(),
				[](const vp_mapping::Piece &each) { return each.begins_segment; })),
			mapping->pieces.front().logical, needs_sync()};
	}
	point();
	return 0;
}

int vp_map_whole(vp_pin *pin, vp_direction direction, vp_mapped *out)
{
	if (pin->live && pin->mappings)
		fail("vp_map_whole() of pin %u, of which there are mappings", pin->id);
	return vp_map(pin->device, pin, 0, pin->length, direction, out);
}

void vp_unmap(vp_mapping *mapping, bool take_back)
{
	allowed_up_to(VP_DISPATCH, "vp_unmap()");
	point();
	if (!mapping->live) {
		fail("vp_unmap() of mapping %u: undone before", mapping->id);
		return;
	}
	if (!mapping->pin->live)
		fail("vp_unmap() of mapping %u: its pin was undone before", mapping->id);
	if (take_back) {
		if (mapping->direction == VP_TO_DEVICE)
			fail("vp_unmap() of mapping %u takes back what the device cannot write",
			     mapping->id);
		vp_sync_for_cpu(mapping, 0, mapping->length);
	}
	{
		RawGuard guard(iommu_lock);

		mapping->pin->mappings--;
		retire(mapping);
	}
	point();
}

void vp_sync_for_device(vp_mapping *mapping, size_t offset, size_t length)
{
	allowed_up_to(VP_DISPATCH, "vp_sync_for_device()");
	point();
	if (!inside(mapping, offset, length, "vp_sync_for_device()"))
		return;

	RawGuard guard(iommu_lock);

	if (mapping->direction == VP_FROM_DEVICE)
		return;
	each_copy(mapping, offset, length, [](vp_mapping::Piece &piece, size_t from, size_t bytes) {
		memcpy(piece.target + from, piece.original + from, bytes);
	});
}

void vp_sync_for_cpu(vp_mapping *mapping, size_t offset, size_t length)
{
	allowed_up_to(VP_DIRQL, "vp_sync_for_cpu()");
	point();
	if (!inside(mapping, offset, length, "vp_sync_for_cpu()"))
		return;

	RawGuard guard(iommu_lock);

	if (mapping->direction == VP_TO_DEVICE)
		return;
	each_copy(mapping, offset, length, [](vp_mapping::Piece &piece, size_t from, size_t bytes) {
		memcpy(piece.original + from, piece.target + from, bytes);
	});
}

size_t vp_mapping_list(const vp_mapping *mapping, size_t offset, size_t length, uint32_t most,
		       void *elements, size_t stride, size_t room)
{
	if (!length || !inside(mapping, offset, length, "vp_mapping_list()"))
		return 0;

	std::vector<vp_element> found;
	size_t start = 0, end = offset + length;

	for (const vp_mapping::Piece &piece : mapping->pieces) {
		size_t from = std::max(start, offset), to = std::min(start + piece.length, end);

		for (bool begins = piece.begins_segment; from < to; begins = true) {
			if (begins || found.empty() || found.back().length == most)
				found.push_back({piece.logical + (from - start), 0});
			auto part = std::min<uint64_t>(most - found.back().length, to - from);
			found.back().length += static_cast<uint32_t>(part);
			from += part;
		}
		start += piece.length;
	}
	found.resize(std::min(found.size(), room));
	for (size_t i = 0; elements && i < found.size(); i++) {
		auto *at = static_cast<uint8_t *>(elements) + i * stride;

		memcpy(at, &found[i].address, sizeof(found[i].address));
		memcpy(at + offsetof(vp_element, length), &found[i].length,
		       sizeof(found[i].length));
	}
	return found.size();
}

int vp_dma_set_mask(vp_device *device, unsigned int bits)
{
	point();
	if (live_mappings(*device))
		fail("vp_dma_set_mask() while the device has %zu mapping(s): Linux would think again whether they are synchronised",
		     live_mappings(*device));
	if (inject(Fallible::Mask) || bits > device->most_bits)
		return -VP_EIO;
	device->mask_bits = bits;
	return 0;
}

} // extern "C"
