// SPDX-License-Identifier: GPL-2.0
/*
 * The device: it moves the data of transfers, uses the segments that the miniport was told, and
 * tries what it must not reach. What it reads is compared with what it should be.
 */
#include "world.hpp"

#include <cstring>

#include "../platform/fail.hpp"

namespace sim {

/* What moves between the device and one range of a buffer, and what must come of it. */
namespace {

struct Move {
	vp_device &device;
	const std::vector<Element> &elements;
	bool write;

	/// All elements; false after a failure was reported.
	bool run(std::vector<uint8_t> &data) const
	{
		size_t done = 0;

		note(Fact::DeviceMoves);
		for (const Element &each : elements) {
			if (data.size() < done + each.length)
				data.resize(done + each.length);

			Access access =
				write ? device_write(device, each.address, &data[done], each.length)
				      : device_read(device, each.address, &data[done], each.length);

			if (access != Access::Done) {
				fail("device %u cannot %s 0x%llx of a transfer in flight (%d)",
				     device.number, write ? "write to" : "read",
				     static_cast<unsigned long long>(each.address),
				     static_cast<int>(access));
				return false;
			}
			done += each.length;
		}
		return true;
	}
};

std::vector<uint8_t> noise(size_t length, uint32_t seed)
{
	std::vector<uint8_t> bytes(length);

	for (size_t i = 0; i < length; i++)
		bytes[i] = static_cast<uint8_t>(seed + i * 7 + (i >> 8));
	return bytes;
}

} // namespace

bool World::device_access(const Step &step)
{
	PortModel *port = pick_port(step.who);

	if (!port || port->transfers.empty())
		return false;

	TransferModel &transfer = *port->transfers[step.a % port->transfers.size()];
	BufferModel &buffer = *transfer.buffer;
	bool user = !buffer.pages.empty() && tracked_ && transfer.predictable() && stable();
	/* where the mapping is a copy, the device sees that */
	std::vector<uint8_t> *copy = !copies_	     ? nullptr
				     : transfer.view ? &buffer.copy
						     : &transfer.copy;
	size_t at = transfer.view ? transfer.offset : 0;

	/* one that is being completed may be unmapped already; so may all, in a removal */
	if (transfer.ended || transfer.completing || port->removing)
		return false;
	if (transfer.to_device) {
		std::vector<uint8_t> seen, expected;

		if (!Move{port->device(), transfer.elements, false}.run(seen) || !user)
			return true;
		if (copy)
			expected.assign(copy->begin() + static_cast<long>(at),
					copy->begin() + static_cast<long>(at + transfer.length));
		else
			expected = shadow_.get(buffer, transfer.offset, transfer.length);
		if (seen != expected)
			fail("device %u reads something else than the %zu bytes at %zu of its transfer, %s, buffer of %zu",
			     port->device().number, transfer.length, transfer.offset,
			     transfer.view ? "a view" : "with a mapping of its own", buffer.length);
		return true;
	}

	std::vector<uint8_t> data = noise(transfer.length, step.salt);

	if (!Move{port->device(), transfer.elements, true}.run(data))
		return true;
	if (!user) {
		transfer.known = buffer.known = false;
		shadow_.accept(buffer);
		return true;
	}
	if (copy)
		memcpy(copy->data() + at, data.data(), data.size());
	else
		shadow_.set(buffer, transfer.offset, data);
	return true;
}

bool World::device_by_list(const Step &step)
{
	PortModel *port = pick_port(step.who);

	if (!port || port->buffers.empty() || !stable())
		return false;

	BufferModel &buffer = *port->buffers[step.a % port->buffers.size()];
	bool user = !buffer.pages.empty() && tracked_ && buffer.known;
	size_t length = std::min<size_t>(buffer.length, 1 + step.b * 40u);

	if (!buffer.taken || !buffer.handle || buffer.segments.empty())
		return false;

	std::vector<Element> elements;
	size_t sum = 0;

	for (Element each : buffer.segments) {
		each.length = static_cast<uint32_t>(std::min<size_t>(each.length, length - sum));
		if (each.length)
			elements.push_back(each);
		sum += each.length;
	}

	std::vector<uint8_t> data = noise(length, step.salt);

	if (!Move{port->device(), elements, true}.run(data))
		return true;
	if (!user) {
		shadow_.accept(buffer);
		return true;
	}
	if (copies_)
		memcpy(buffer.copy.data(), data.data(), data.size());
	else
		shadow_.set(buffer, 0, data);
	return true;
}

/* Where something was mapped once, or never: in a machine with an IOMMU nothing is there now. */
bool World::device_stray(const Step &step)
{
	PortModel *port = pick_port(step.who);
	uint8_t bytes[16] = {};
	uint64_t address = 0x70000000 + step.a * page_size * 16 + step.b;

	if (!port || machine_.config.dma == DmaKind::Direct)
		return false;
	if (!port->dead.empty() && step.c % 4)
		address = port->dead[step.c % port->dead.size()].address + step.b % 8;
	else if (reachable(port->device(), address) ||
		 reachable(port->device(), address + sizeof(bytes) - 1))
		return false;
	note(Fact::StrayAccesses);
	if (device_write(port->device(), address, bytes, sizeof(bytes)) == Access::Done ||
	    device_read(port->device(), address, bytes, sizeof(bytes)) == Access::Done)
		fail("device %u reaches 0x%llx, where nothing is mapped for it",
		     port->device().number, static_cast<unsigned long long>(address));
	return true;
}

} // namespace sim
