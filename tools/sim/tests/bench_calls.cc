// SPDX-License-Identifier: GPL-2.0
/*
 * The VideoPort calls as tests want them, and what the device sees. See bench.hpp.
 */
#include "bench.hpp"

#include <cstring>

namespace sim {

LockedPages Bench::lock_pages(uint64_t address, size_t length, DMA_FLAGS flags, PEVENT user,
			      PEVENT display)
{
	STATUS_BLOCK status{};
	VIDEO_REQUEST_PACKET packet{};
	auto *untouched = reinterpret_cast<PVOID>(0x1111);

	packet.StatusBlock = &status;
	packet.InputBuffer = reinterpret_cast<PVOID>(address);
	packet.InputBufferLength = static_cast<ULONG>(length);
	packet.OutputBuffer = untouched;
	packet.OutputBufferLength = 0x2222;

	bool locked = VideoPortLockPages(extension(), &packet, user, display, flags);

	EXPECT_EQ(packet.InputBuffer, reinterpret_cast<PVOID>(address));
	EXPECT_EQ(packet.InputBufferLength, length);
	if (!locked) {
		EXPECT_EQ(packet.OutputBuffer, untouched) << "changed, but nothing is locked";
		EXPECT_EQ(packet.OutputBufferLength, 0x2222u);
		return {};
	}
	return {true, packet.OutputBuffer, packet.OutputBufferLength};
}

PVOID Bench::lock_buffer(uint64_t address, size_t length, VP_LOCK_OPERATION access)
{
	return VideoPortLockBuffer(extension(), reinterpret_cast<PVOID>(address),
				   static_cast<ULONG>(length), access);
}

PVP_DMA_ADAPTER Bench::get_adapter(bool scatter_gather, bool wide, ULONG maximum)
{
	VP_DEVICE_DESCRIPTION description{};

	description.ScatterGather = scatter_gather;
	description.Dma32BitAddresses = !wide;
	description.Dma64BitAddresses = wide;
	description.MaximumLength = maximum;
	return VideoPortGetDmaAdapter(extension(), &description);
}

namespace {

/* What HwVidExecuteDma fills in. */
struct Execution {
	Started *started;
	const ULONG *length;
	PVOID extension;
	PVP_DMA_ADAPTER adapter;
};

VOID execute(PVOID extension, PVP_DMA_ADAPTER adapter, PVP_SCATTER_GATHER_LIST list, PVOID context)
{
	auto &execution = *static_cast<Execution *>(context);
	Started &started = *execution.started;

	EXPECT_EQ(extension, execution.extension);
	EXPECT_EQ(adapter, execution.adapter);
	started.calls++;
	started.context = context_of(current());
	started.length_then = *execution.length;
	started.list = list;
	for (ULONG i = 0; i < list->NumberOfElements; i++)
		started.elements.push_back(
			{static_cast<uint64_t>(list->Elements[i].Address.QuadPart),
			 list->Elements[i].Length});
}

} // namespace

Started Bench::start(PVP_DMA_ADAPTER adapter, PVOID mdl, ULONG offset, ULONG length, bool to_device)
{
	Started started;
	Execution execution{&started, &started.length, extension(), adapter};

	started.length = length;
	started.status = VideoPortStartDma(extension(), adapter, mdl, offset, &started.length,
					   execute, &execution, to_device);
	if (started.status == NO_ERROR) {
		EXPECT_EQ(started.calls, 1u);
		EXPECT_EQ(started.context, VP_DISPATCH);
		EXPECT_EQ(started.length_then, started.length);
		EXPECT_EQ(started.bytes(), started.length);
	} else {
		EXPECT_EQ(started.calls, 0u) << "HwVidExecuteDma was called, though it failed";
		EXPECT_EQ(started.length, length) << "*pLength changed, though it failed";
	}
	return started;
}

uint64_t Started::bytes() const
{
	uint64_t sum = 0;

	for (const Element &element : elements)
		sum += element.length;
	return sum;
}

VP_STATUS Bench::complete(PVP_DMA_ADAPTER adapter, const Started &transfer, bool to_device)
{
	return VideoPortCompleteDma(extension(), adapter, transfer.list, to_device);
}

std::vector<Element> Bench::segments(PVOID handle) const
{
	std::vector<Element> list;

	for (PVRB_SG next = GET_VIDEO_SCATTERGATHER(&handle); next->Length; next++)
		list.push_back({static_cast<uint64_t>(next->PhysicalAddress), next->Length});
	return list;
}

PVOID Bench::lock_for(User &user, uint64_t address, size_t length, VP_LOCK_OPERATION access)
{
	PVOID mdl = nullptr;

	in_request(user, [&] { mdl = lock_buffer(address, length, access); });
	return mdl;
}

LockedPages Bench::lock_pages_for(User &user, uint64_t address, size_t length)
{
	LockedPages locked{};

	in_request(user, [&] { locked = lock_pages(address, length); });
	return locked;
}

PDMA Bench::dma_for(User &user, uint64_t address, size_t length, PEVENT event, PEVENT display)
{
	LockedPages locked{};

	in_request(user, [&] {
		locked = lock_pages(address, length, VideoPortDmaInitOnly, event, display);
	});
	return static_cast<PDMA>(locked.handle);
}

PEVENT Bench::event(ULONG flags)
{
	PEVENT created = nullptr;

	EXPECT_EQ(VideoPortCreateEvent(extension(), flags, nullptr, &created), NO_ERROR);
	return created;
}

PEVENT Bench::lend(User &user, std::shared_ptr<EventCount> *count)
{
	Running running(user.thread);
	int descriptor = user.process.open_eventfd();
	uint64_t token = 0;

	if (count)
		*count = user.process.eventfd(descriptor);
	EXPECT_EQ(Adapter::event_map(*user.client, descriptor, token), 0);
	user.process.close(descriptor);
	return reinterpret_cast<PEVENT>(token);
}

uint64_t Bench::view(uint64_t address, ULONG &length, ULONG flags)
{
	PHYSICAL_ADDRESS at{};
	PVOID seen = nullptr;

	at.QuadPart = static_cast<LONGLONG>(address);
	flags |= VIDEO_MEMORY_SPACE_USER_MODE;

	VP_STATUS status = VideoPortMapMemory(extension(), at, &length, &flags, &seen);

	EXPECT_EQ(status, seen ? NO_ERROR : ERROR_INVALID_PARAMETER);
	return reinterpret_cast<uintptr_t>(seen);
}

size_t Bench::pins() const
{
	size_t sum = 0;

	for (const Page *page : machine->frames.all())
		sum += page->pins;
	return sum;
}

Access Bench::read_list(const std::vector<Element> &list, std::vector<uint8_t> &data)
{
	data.clear();
	for (const Element &element : list) {
		size_t end = data.size();

		data.resize(end + element.length);
		if (Access result = device_read(device(), element.address, data.data() + end,
						element.length);
		    result != Access::Done)
			return result;
	}
	return Access::Done;
}

Access Bench::write_list(const std::vector<Element> &list, const std::vector<uint8_t> &data)
{
	size_t done = 0;

	for (const Element &element : list) {
		if (Access result = device_write(device(), element.address, data.data() + done,
						 element.length);
		    result != Access::Done)
			return result;
		done += element.length;
	}
	return Access::Done;
}

std::vector<uint8_t> pattern(size_t length, unsigned int seed)
{
	std::vector<uint8_t> bytes(length);
	Random random(seed);

	for (uint8_t &byte : bytes)
		byte = static_cast<uint8_t>(random.next());
	return bytes;
}

testing::AssertionResult same(const std::vector<uint8_t> &left, const std::vector<uint8_t> &right)
{
	if (left.size() != right.size())
		return testing::AssertionFailure()
		       << left.size() << " bytes, but " << right.size() << " expected";
	for (size_t i = 0; i < left.size(); i++)
		if (left[i] != right[i])
			return testing::AssertionFailure()
			       << "byte " << i << " of " << left.size() << " differs";
	return testing::AssertionSuccess();
}

std::vector<uint8_t> memory_of(const User &user, uint64_t address, size_t length)
{
	std::vector<uint8_t> bytes(length);

	EXPECT_TRUE(user.process.read(address, bytes.data(), length));
	return bytes;
}

} // namespace sim
