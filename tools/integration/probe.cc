// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's client: see probe.hpp. Records a test failure where a request itself goes wrong.
 */
#include "probe.hpp"

namespace integration {

namespace {

PROBE_CALL make_call(PROBE_FUNCTION function, std::initializer_list<uint64_t> arguments,
		     PROBE_CONTEXT context)
{
	PROBE_CALL call = {};
	call.Function = function;
	call.Context = context;
	std::copy(arguments.begin(), arguments.end(), call.Arguments);
	return call;
}

// edu's registers
constexpr uint32_t edu_dma_source = 0x80;
constexpr uint32_t edu_dma_destination = 0x88;
constexpr uint32_t edu_dma_count = 0x90;
constexpr uint32_t edu_dma_command = 0x98;
constexpr uint32_t edu_buffer = 0x40000;

} // namespace

PROBE_ANSWER Probe::post(PROBE_FUNCTION function, std::initializer_list<uint64_t> arguments,
			 PROBE_CONTEXT context) const
{
	const PROBE_CALL call = make_call(function, arguments, context);
	PROBE_ANSWER answer = {};
	const auto reply = device_.exchange(IOCTL_PROBE_CALL, call, answer);
	EXPECT_TRUE(reply) << "the probe's function " << function << ": " << reply.name();
	return answer;
}

PROBE_ANSWER Probe::await() const
{
	PROBE_ANSWER answer = {};
	EXPECT_TRUE(eventually([&] {
		return !device_.fetch(IOCTL_PROBE_RESULT, answer) || answer.State == PROBE_DONE;
	})) << "a deferred call was never made";
	EXPECT_EQ(answer.State, unsigned{PROBE_DONE});
	return answer;
}

PROBE_ANSWER Probe::call(PROBE_FUNCTION function, std::initializer_list<uint64_t> arguments,
			 PROBE_CONTEXT context) const
{
	const PROBE_ANSWER answer = post(function, arguments, context);
	return answer.State == PROBE_PENDING ? await() : answer;
}

PROBE_COUNTS Probe::counts() const
{
	PROBE_COUNTS counts = {};
	EXPECT_TRUE(device_.fetch(IOCTL_PROBE_COUNTS, counts));
	return counts;
}

PROBE_LIST Probe::list(uint32_t index) const
{
	PROBE_LIST list = {};
	EXPECT_TRUE(device_.exchange(IOCTL_PROBE_LIST, index, list));
	return list;
}

Handle Probe::get_adapter(const AdapterWish &wish) const
{
	return call(ProbeGetDmaAdapter, {wish.flags, wish.maximum_length}).Result;
}

void Probe::put_adapter(Handle adapter) const
{
	call(ProbePutDmaAdapter, {adapter});
}

Handle Probe::lock_buffer(uint64_t address, uint32_t length, VP_LOCK_OPERATION operation) const
{
	return call(ProbeLockBuffer, {address, length, static_cast<uint64_t>(operation)}).Result;
}

void Probe::unlock_buffer(Handle mdl, int spelling) const
{
	call(ProbeUnlockBuffer, {mdl, static_cast<uint64_t>(spelling)});
}

LockedPages Probe::lock_pages(uint64_t address, uint32_t length, uint32_t flags) const
{
	const PROBE_ANSWER answer = call(ProbeLockPages, {address, length, flags});
	return {answer.Result != 0, answer.Out[0], static_cast<uint32_t>(answer.Out[1]),
		answer.Out[2] != 0};
}

uint64_t Probe::unlock_pages(Handle dma) const
{
	return call(ProbeUnlockPages, {dma}).Result;
}

Handle Probe::get_mdl(Handle dma) const
{
	return call(ProbeGetMdl, {dma}).Result;
}

std::vector<PROBE_ELEMENT> Probe::scatter_gather(Handle dma) const
{
	const PROBE_ANSWER answer = call(ProbeGetScatterGather, {dma});
	return answer.Result == 0 ? std::vector<PROBE_ELEMENT>()
				  : elements(list(static_cast<uint32_t>(answer.Out[0])));
}

Started Probe::start_dma(Handle adapter, Handle mdl, uint32_t offset, uint32_t length,
			 bool write_to_device, uint32_t options) const
{
	const PROBE_ANSWER answer =
		call(ProbeStartDma, {adapter, mdl, offset, length, options, write_to_device});
	return {static_cast<uint32_t>(answer.Result), static_cast<uint32_t>(answer.Out[0]),
		static_cast<uint32_t>(answer.Out[1]), answer.Out[2]};
}

uint32_t Probe::complete_dma(Handle adapter, uint64_t list, bool write_to_device) const
{
	return static_cast<uint32_t>(
		call(ProbeCompleteDma, {adapter, list, write_to_device}).Result);
}

CommonBuffer Probe::allocate_common_buffer(Handle adapter, uint32_t length, bool cached) const
{
	const PROBE_ANSWER answer = call(ProbeAllocateCommonBuffer, {adapter, length, cached});
	return {answer.Result, answer.Out[0], length, 0};
}

void Probe::release_common_buffer(Handle adapter, const CommonBuffer &buffer, bool cached) const
{
	call(ProbeReleaseCommonBuffer,
	     {adapter, buffer.length, buffer.logical, buffer.pointer, cached});
}

CommonBuffer Probe::get_common_buffer(uint32_t length, uint32_t alignment, bool cached) const
{
	const PROBE_ANSWER answer = call(ProbeGetCommonBuffer, {length, alignment, cached});
	return {answer.Result, answer.Out[0], static_cast<uint32_t>(answer.Out[1]),
		static_cast<uint32_t>(answer.Out[2])};
}

void Probe::free_common_buffer(const CommonBuffer &buffer, bool cached) const
{
	call(ProbeFreeCommonBuffer, {buffer.length, buffer.pointer, buffer.logical, cached});
}

void Probe::choose_start_dma(uint32_t returns, uint32_t flags) const
{
	call(ProbeChooseStartDma, {returns, flags});
}

SeenStart Probe::start_dma_seen() const
{
	const PROBE_ANSWER answer = call(ProbeStartDmaSeen);
	return {static_cast<uint32_t>(answer.Result),
		answer.Out[0],
		static_cast<uint32_t>(answer.Out[1]),
		static_cast<uint32_t>(answer.Out[2]),
		answer.Out[3],
		answer.Out[4] != 0};
}

Handle Probe::do_dma(Handle dma, uint32_t flags, PROBE_CONTEXT context) const
{
	return call(ProbeDoDma, {dma, flags}, context).Result;
}

uint64_t Probe::signal(Handle dma, PROBE_CONTEXT context) const
{
	return call(ProbeSignalDmaComplete, {dma}, context).Result;
}

uint32_t Probe::bytes_used(Handle dma) const
{
	return static_cast<uint32_t>(call(ProbeGetBytesUsed, {dma}).Result);
}

void Probe::set_bytes_used(Handle dma, uint32_t bytes) const
{
	call(ProbeSetBytesUsed, {dma, bytes});
}

Handle Probe::create_event(uint32_t flags) const
{
	const PROBE_ANSWER answer = call(ProbeCreateEvent, {flags});
	return answer.Result == NO_ERROR ? answer.Out[0] : 0;
}

uint32_t Probe::delete_event(Handle event) const
{
	return static_cast<uint32_t>(call(ProbeDeleteEvent, {event}).Result);
}

uint64_t Probe::set_event(Handle event, PROBE_CONTEXT context) const
{
	return call(ProbeSetEvent, {event}, context).Result;
}

void Probe::clear_event(Handle event, PROBE_CONTEXT context) const
{
	call(ProbeClearEvent, {event}, context);
}

uint64_t Probe::event_state(Handle event, PROBE_CONTEXT context) const
{
	return call(ProbeReadStateEvent, {event}, context).Result;
}

uint32_t Probe::wait(Handle event, std::optional<int64_t> timeout) const
{
	return static_cast<uint32_t>(
		call(ProbeWaitForSingleObject,
		     {event, timeout.has_value(), static_cast<uint64_t>(timeout.value_or(0))})
			.Result);
}

ClientView Probe::map_memory(uint64_t physical, uint32_t length, uint32_t flags,
			     uint64_t process) const
{
	const PROBE_ANSWER answer = call(ProbeMapMemory, {physical, length, flags, process});
	if (answer.Result != NO_ERROR)
		return {};
	return {answer.Out[0], static_cast<uint32_t>(answer.Out[1]), 0};
}

uint32_t Probe::unmap_memory(const ClientView &view) const
{
	return static_cast<uint32_t>(call(ProbeUnmapMemory, {view.address, ~0ULL}).Result);
}

uint64_t Probe::peek(uint64_t pointer, int32_t offset) const
{
	return call(ProbePeek, {PROBE_POINTER_OFF(pointer, offset)}).Result;
}

void Probe::poke(uint64_t pointer, int32_t offset, uint64_t value) const
{
	call(ProbePoke, {PROBE_POINTER_OFF(pointer, offset), value});
}

uint32_t Probe::read_register(uint32_t offset) const
{
	return static_cast<uint32_t>(call(ProbeReadRegister, {0, offset, 4}).Result);
}

void Probe::write_register(uint32_t offset, uint32_t value) const
{
	call(ProbeWriteRegister, {0, offset, 4, value});
}

void Probe::edu_dma(uint64_t logical, uint32_t device_offset, uint32_t length, bool to_device) const
{
	edu_start(logical, device_offset, length, to_device);
	edu_wait();
}

void Probe::edu_start(uint64_t logical, uint32_t device_offset, uint32_t length,
		      bool to_device) const
{
	const auto host = static_cast<uint32_t>(logical);
	ASSERT_EQ(host, logical) << "an address of more than 32 bits for a 32-bit device";
	ASSERT_LE(length, 2048U);
	write_register(edu_dma_source, to_device ? host : edu_buffer + device_offset);
	write_register(edu_dma_destination, to_device ? edu_buffer + device_offset : host);
	write_register(edu_dma_count, length);
	write_register(edu_dma_command, to_device ? 1 : 3);
}

void Probe::edu_wait() const
{
	EXPECT_TRUE(eventually([&] { return (read_register(edu_dma_command) & 1) == 0; }, 60s))
		<< "the device never ends its DMA";
}

void ProbeTest::SetUp()
{
	BenchTest::SetUp();
	probe = Probe(place());
	ASSERT_TRUE(probe.device());
}

void ProbeTest::TearDown()
{
	if (probe.device()) {
		for (const Handle handle : adapters_)
			probe.put_adapter(handle);
	}
	probe.close();
	BenchTest::TearDown();
}

Handle ProbeTest::adapter()
{
	if (adapter_ == 0)
		adapter_ = another_adapter({});
	return adapter_;
}

Handle ProbeTest::another_adapter(const AdapterWish &wish)
{
	const Handle handle = probe.get_adapter(wish);
	EXPECT_NE(handle, 0U) << "no DMA adapter";
	if (handle != 0)
		adapters_.push_back(handle);
	return handle;
}

std::vector<PROBE_ELEMENT> elements(const PROBE_LIST &list)
{
	EXPECT_LE(list.NumberOfElements, unsigned{PROBE_LIST_ELEMENTS}) << "not all were recorded";
	const size_t count = std::min<size_t>(list.NumberOfElements, PROBE_LIST_ELEMENTS);
	return {list.Elements, list.Elements + count};
}

void expect_covers(const std::vector<PROBE_ELEMENT> &list, const std::byte *first, size_t length)
{
	size_t covered = 0;
	for (const auto &element : list) {
		ASSERT_NE(element.Length, 0U) << "an element without bytes";
		ASSERT_LE(covered + element.Length, length) << "more bytes than asked for";
		// each page of the element: physical addresses are contiguous inside a page only
		for (size_t at = 0; at < element.Length;) {
			const std::byte *byte = first + covered + at;
			const auto physical = videoport::physical_address(byte);
			ASSERT_TRUE(physical);
			if (run().iommu || run().bounce)
				EXPECT_NE(element.Address + at, *physical) << "not translated";
			else
				EXPECT_EQ(element.Address + at, *physical);
			const size_t page = videoport::page_size();
			at += page - reinterpret_cast<uintptr_t>(byte) % page;
		}
		covered += element.Length;
	}
	EXPECT_EQ(covered, length) << "bytes that the list covers";
}

void fill(std::span<std::byte> bytes, unsigned int seed)
{
	unsigned int value = seed * 2654435761U + 1;
	for (auto &byte : bytes) {
		value = value * 1664525U + 1013904223U;
		byte = static_cast<std::byte>(value >> 24);
	}
}

} // namespace integration
