// SPDX-License-Identifier: GPL-2.0
/*
 * Device memory in a client: what VideoPortMapMemory and VideoPortMapDmaMemory show it, what it can
 * do there, and what is refused. What takes a view away again is in view_end_test.cc.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <cstring>

#include "child.hpp"
#include "event.hpp"
#include "mapped_view.hpp"

using namespace integration;
using videoport::Region;

namespace {

constexpr uint32_t identification = 0x010000ed; ///< register 0 of edu
constexpr uint32_t for_client = VIDEO_MEMORY_SPACE_USER_MODE;
constexpr uint64_t process = ~0ULL; ///< any process handle

class ViewOfMemoryTest : public Nt4Test {
protected:
	ClientView map(uint64_t offset, uint32_t length, uint32_t flags = for_client) const
	{
		const ClientView view = probe.map_memory(bar_.start + offset, length, flags);
		EXPECT_NE(view.address, 0U);
		return view;
	}
	ClientView map_dma(uint64_t physical, uint32_t length, uint32_t flags = 0,
			   uint64_t user = 0, uint64_t display = 0) const
	{
		const auto answer =
			probe.call(ProbeMapDmaMemory, {physical, length, flags, user, display});
		return {answer.Out[0], static_cast<uint32_t>(answer.Out[1]), answer.Result};
	}
	uint64_t unmap_dma(const ClientView &view) const
	{
		return probe.call(ProbeUnmapDmaMemory, {view.address, process, view.handle}).Result;
	}
	void unmap(const ClientView &view) const
	{
		EXPECT_EQ(probe.unmap_memory(view), unsigned{NO_ERROR});
	}
	uint64_t views() const { return live(probe.device(), "views"); }

	const Bar bar_ = bar_of(Place::probe_nt4, 0);
};

} // namespace

TEST_F(ViewOfMemoryTest, TheClientReadsAndWritesTheDevicesRegisters)
{
	ClientView view;
	expect_accepted(probe.device(), [&] { view = map(0, 4096); });
	EXPECT_EQ(views(), 1U);
	EXPECT_EQ(words_at(view.address)[0], identification);
	words_at(view.address)[1] = 0x12345678;
	EXPECT_EQ(words_at(view.address)[1], ~0x12345678U) << "the liveness check inverts";
	EXPECT_EQ(probe.read_register(4), ~0x12345678U) << "and the miniport sees it";
	expect_accepted(probe.device(), [&] { unmap(view); });
	EXPECT_EQ(views(), 0U);
	EXPECT_EQ(touch(view.address), SIGSEGV) << "the place is empty";
}

TEST_F(ViewOfMemoryTest, EitherTheFlagOrAProcessHandleAsksForTheClient)
{
	for (const auto &[flags, handle] : {std::pair{for_client, uint64_t{0}},
					    {uint32_t{0}, process},
					    {for_client, uint64_t{4}}}) {
		const ClientView view = probe.map_memory(bar_.start, 4096, flags, handle);
		ASSERT_NE(view.address, 0U);
		EXPECT_EQ(words_at(view.address)[0], identification);
		unmap(view);
	}
}

TEST_F(ViewOfMemoryTest, TheAddressKeepsItsPlaceInThePageAndTheLengthGrowsToWholePages)
{
	for (const auto &[offset, length, mapped] : {std::tuple{0U, 1U, 4096U},
						     {4U, 4U, 4092U},
						     {0x24U, 4096U, 8192U - 0x24U},
						     {8192U, 4097U, 8192U},
						     {0U, 1U << 20, 1U << 20}}) {
		const ClientView view = map(offset, length);
		EXPECT_EQ(view.length, mapped);
		EXPECT_EQ(view.address % 4096, offset % 4096);
		EXPECT_EQ(touch(view.address + view.length - 4), 0);
		if (offset == 4) {
			EXPECT_EQ(*words_at(view.address - 4), identification);
		}
		unmap(view);
	}
}

TEST_F(ViewOfMemoryTest, ACommonBufferIsSharedByMiniportClientAndDevice)
{
	const Handle by = adapter();
	const auto buffer = probe.allocate_common_buffer(by, 20000);
	ASSERT_NE(buffer.pointer, 0U);
	const ClientView whole = probe.map_memory(buffer.logical, 20000);
	const ClientView part = probe.map_memory(buffer.logical + 8200, 100);
	ASSERT_NE(whole.address, 0U);
	ASSERT_NE(part.address, 0U);
	EXPECT_EQ(whole.length, 20480U);
	EXPECT_EQ(words_at(whole.address)[4999], 0U);
	probe.poke(buffer.pointer, 8200, 0x1122334455667788);
	EXPECT_EQ(*words_at(part.address), 0x55667788U) << "the third page of it";
	words_at(whole.address)[4] = 0xabcdef01;
	EXPECT_EQ(probe.peek(buffer.pointer, 16) & 0xffffffff, 0xabcdef01U);
	probe.edu_dma(buffer.logical + 8200, 40, 8, true);
	probe.edu_dma(buffer.logical + 19000, 40, 8, false);
	EXPECT_EQ(*words_at(whole.address + 19000), 0x55667788U) << "the device wrote it";
	unmap(part);
	EXPECT_EQ(touch(whole.address), 0) << "the other view stays";
	unmap(whole);
	probe.release_common_buffer(by, buffer);
}

TEST_F(ViewOfMemoryTest, MapDmaMemoryGivesAHandleWithEvents)
{
	const auto user = videoport::Event::make(probe.device());
	const auto display = videoport::Event::make(probe.device());
	ClientView view;
	expect_accepted(probe.device(), [&] {
		view = map_dma(bar_.start, 4096, 0, user.token(), display.token());
	});
	ASSERT_NE(view.handle, 0U);
	EXPECT_EQ(words_at(view.address)[0], identification);
	probe.choose_start_dma(DmaAsyncReturn);
	EXPECT_EQ(probe.do_dma(view.handle), view.handle);
	EXPECT_EQ(probe.signal(view.handle, ProbeInterrupt), 1U);
	EXPECT_EQ(user.take(), 1U);
	EXPECT_EQ(display.take(), 1U);
	expect_accepted(probe.device(), [&] { EXPECT_EQ(unmap_dma(view), 1U); });
	EXPECT_EQ(touch(view.address), SIGSEGV);
	EXPECT_EQ(live(probe.device(), "locked_buffers"), 0U);
	expect_refused(probe.device(), {"bad_address", "UnmapDmaMemory", view.address},
		       [&] { EXPECT_EQ(unmap_dma(view), 0U); });
}

TEST_F(ViewOfMemoryTest, EachUnmapWantsWhatItsMapGave)
{
	const ClientView plain = map(0, 4096), with_handle = map_dma(bar_.start, 4096);
	ASSERT_NE(with_handle.handle, 0U);
	for (const Handle handle : {Handle{0}, with_handle.handle + 1}) {
		expect_refused(
			probe.device(), {"bad_address", "UnmapDmaMemory", with_handle.address},
			[&] {
				EXPECT_EQ(unmap_dma({with_handle.address, 4096, handle}), 0U);
			});
	}
	expect_refused(probe.device(), {"bad_address", "UnmapMemory", with_handle.address}, [&] {
		EXPECT_EQ(probe.unmap_memory(with_handle), unsigned{ERROR_INVALID_PARAMETER});
	});
	for (const uint64_t address :
	     {uint64_t{0}, plain.address + 4096, bar_.start, ~uint64_t{0}}) {
		expect_refused(probe.device(), {"bad_address", "UnmapMemory", {}}, [&] {
			EXPECT_EQ(probe.unmap_memory({address, 4096, 0}),
				  unsigned{ERROR_INVALID_PARAMETER});
		});
	}
	EXPECT_EQ(views(), 2U);
	EXPECT_EQ(unmap_dma(with_handle), 1U);
	unmap(plain);
}

TEST_F(ViewOfMemoryTest, MapDmaMemoryWithAnEventThatIsNoneMapsNothing)
{
	expect_refused(probe.device(), {"forged_handle", "MapDmaMemory", 0x123},
		       [&] { EXPECT_EQ(map_dma(bar_.start, 4096, 0, 0x123).handle, 0U); });
}

TEST_F(ViewOfMemoryTest, TwoViewsOfARangeAgreeOnCaching)
{
	// the miniport has mapped it without write-combining already: the log says so
	const ClientView combining = map(0, 4096, for_client | VIDEO_MEMORY_SPACE_P6CACHE);
	const ClientView plain = map(0, 4096);
	EXPECT_EQ(words_at(combining.address)[0], identification);
	words_at(combining.address)[1] = 5;
	EXPECT_EQ(words_at(plain.address)[1], ~5U);
	unmap(combining);
	unmap(plain);
}

/* ---- What a client cannot do ---- */

TEST_F(ViewOfMemoryTest, NothingIsMappedThatIsNotTheAdapters)
{
	const auto buffer = probe.allocate_common_buffer(adapter(), 8192);
	const Bar foreign = bar_of(Place::probe_edu, 0);
	const auto ram = videoport::physical_address(this);
	ASSERT_TRUE(ram);
	const struct {
		uint64_t start, length;
	} ranges[] = {
		{foreign.start, 4096},
		{*ram & ~0xfffULL, 4096},
		{0x100000, 4096},
		{0, 4096},
		{0xfee00000, 4096},
		{bar_.start, bar_.length + 1},
		{bar_.start - 1, 2},
		{bar_.start + bar_.length, 1},
		{bar_.start, 0},
		{bar_.start, 0xffffffff},
		{buffer.logical, 8193},
		{buffer.logical + 8192, 1},
		{buffer.logical + 1, 8192},
		{buffer.logical, 0},
		{~0ULL, 4096},
		{~0ULL - 4095, 4096},
	};
	for (const auto &range : ranges) {
		SCOPED_TRACE(testing::Message() << std::hex << range.start << "+" << range.length);
		const auto length = static_cast<uint32_t>(range.length);
		std::optional<uint64_t> shown = range.start;
		if (range.start == ~0ULL - 4095)
			shown.reset(); // it may be an address of the kernel's, which is not told
		expect_refused(probe.device(), {"bad_address", "MapMemory", shown}, [&] {
			EXPECT_EQ(probe.map_memory(range.start, length).address, 0U);
		});
		expect_refused(probe.device(), {"bad_address", "MapDmaMemory", shown},
			       [&] { EXPECT_EQ(map_dma(range.start, length).handle, 0U); });
	}
	probe.release_common_buffer(adapter(), buffer);
}

TEST_F(ViewOfMemoryTest, PortsAreNotMapped)
{
	const Probe testdev(Place::probe_testdev);
	const Bar ports = bar_of(Place::probe_testdev, 1);
	expect_refused(testdev.device(), {"bad_parameter", "MapMemory", ports.start}, [&] {
		EXPECT_EQ(testdev.map_memory(ports.start, 16, for_client | VIDEO_MEMORY_SPACE_IO)
				  .address,
			  0U);
	});
	expect_refused(testdev.device(), {"bad_address", "MapMemory", ports.start},
		       [&] { EXPECT_EQ(testdev.map_memory(ports.start, 16).address, 0U); });
}

TEST_F(ViewOfMemoryTest, OutsideARequestNothingIsMappedOrTakenAway)
{
	const ClientView view = map(0, 4096);
	for (const auto context : {ProbeDpc, ProbeInterrupt, ProbeSynchronizedLow}) {
		expect_refused(probe.device(), {"wrong_context", "MapMemory", {}}, [&] {
			EXPECT_EQ(probe.call(ProbeMapMemory, {bar_.start, 4096, for_client, 0},
					     context)
					  .Result,
				  unsigned{ERROR_INVALID_PARAMETER});
		});
		expect_refused(probe.device(), {"wrong_context", "UnmapMemory", {}}, [&] {
			EXPECT_EQ(probe.call(ProbeUnmapMemory, {view.address, process}, context)
					  .Result,
				  unsigned{ERROR_INVALID_PARAMETER});
		});
		expect_refused(probe.device(), {"wrong_context", "MapDmaMemory", {}}, [&] {
			EXPECT_EQ(probe.call(ProbeMapDmaMemory, {bar_.start, 4096}, context).Result,
				  0U);
		});
	}
	EXPECT_EQ(words_at(view.address)[0], identification);
	unmap(view);
}

TEST_F(ViewOfMemoryTest, TheClientsOwnMmapIsRefused)
{
	const ClientView view = map(0, 4096);
	for (const off_t offset : {0L, 4096L, 1L << 20, static_cast<long>(bar_.start)}) {
		for (const int protection : {PROT_READ, PROT_READ | PROT_WRITE}) {
			EXPECT_EQ(mmap(nullptr, 4096, protection, MAP_SHARED, probe.device().fd(),
				       offset),
				  MAP_FAILED);
			EXPECT_EQ(errno, EACCES);
		}
	}
	EXPECT_EQ(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, probe.device().fd(), 0), MAP_FAILED);
	EXPECT_EQ(views(), 1U);
	unmap(view);
}

TEST_F(ViewOfMemoryTest, ItCannotBeMadeExecutableInheritedDumpedOrLarger)
{
	const ClientView view = map(0, 8192);
	void *memory = reinterpret_cast<void *>(view.address);
	EXPECT_NE(mprotect(memory, 4096, PROT_READ | PROT_EXEC), 0);
	EXPECT_EQ(errno, EACCES);
	EXPECT_NE(mprotect(memory, 4096, PROT_EXEC), 0);
	EXPECT_NE(madvise(memory, 4096, MADV_DOFORK), 0);
	EXPECT_NE(madvise(memory, 4096, MADV_DODUMP), 0);
	EXPECT_EQ(mremap(memory, 8192, 16384, MREMAP_MAYMOVE), MAP_FAILED);
	EXPECT_EQ(mprotect(memory, 8192, PROT_READ), 0) << "less is allowed";
	EXPECT_EQ(touch(view.address), 0);
	EXPECT_EQ(touch(view.address + 4, true), SIGSEGV);
	unmap(view);
}

TEST_F(ViewOfMemoryTest, AChildDoesNotInheritIt)
{
	const ClientView view = map(0, 4096);
	EXPECT_EQ(run_in_child([&] { return touch(view.address) == SIGSEGV ? 0 : 1; }), 0);
	EXPECT_EQ(words_at(view.address)[0], identification) << "the parent has it";
	unmap(view);
}

TEST_F(ViewOfMemoryTest, AChildMayHaveViewsOfItsOwn)
{
	EXPECT_EQ(run_in_child([&] {
			  const ClientView view = probe.map_memory(bar_.start, 4096);
			  if (view.address == 0 || *words_at(view.address) != identification)
				  return 1;
			  return probe.unmap_memory(view) == NO_ERROR ? 0 : 2;
		  }),
		  0);
	EXPECT_EQ(views(), 0U);
}

TEST_F(ViewOfMemoryTest, ItCannotBeLockedForDma)
{
	const auto buffer = probe.allocate_common_buffer(adapter(), 4096);
	const ClientView registers = map(0, 4096);
	const ClientView common = probe.map_memory(buffer.logical, 4096);
	ASSERT_NE(common.address, 0U);
	for (const uint64_t address : {registers.address, common.address}) {
		expect_refused(probe.device(), {"bad_address", "LockPages", address},
			       [&] { EXPECT_FALSE(probe.lock_pages(address, 4096).locked); });
		expect_refused(probe.device(), {"bad_address", "LockBuffer", address}, [&] {
			EXPECT_EQ(probe.lock_buffer(address, 4096, VpReadAccess), 0U);
		});
	}
	unmap(registers);
	unmap(common);
	probe.release_common_buffer(adapter(), buffer);
}

TEST_F(ViewOfMemoryTest, ANodeThatIsOpenForReadingOnlyIsRefusedWithAReason)
{
	const auto node = probe.device().adapter().node;
	const int fd = open(node.c_str(), O_RDONLY | O_CLOEXEC);
	ASSERT_GE(fd, 0);
	PROBE_CALL call = {};
	PROBE_ANSWER answer = {};
	call.Function = ProbeMapMemory;
	call.Arguments[0] = bar_.start;
	call.Arguments[1] = 4096;
	call.Arguments[2] = for_client;
	videoport_request request = {};
	request.size = sizeof(request);
	request.code = IOCTL_PROBE_CALL;
	request.input = reinterpret_cast<uintptr_t>(&call);
	request.input_length = sizeof(call);
	request.output = reinterpret_cast<uintptr_t>(&answer);
	request.output_length = sizeof(answer);
	expect_refused(probe.device(), {"no_memory|bad_access", "reading and writing", {}}, [&] {
		EXPECT_EQ(ioctl(fd, VIDEOPORT_IOC_REQUEST, &request), 0);
		EXPECT_EQ(answer.Result, unsigned{ERROR_INVALID_PARAMETER});
	});
	close(fd);
}

TEST_F(ViewOfMemoryTest, AClientMayHave256Views)
{
	std::vector<ClientView> all;
	for (int i = 0; i < 256; i++)
		all.push_back(map(i % 16 * 4096, 4096));
	expect_refused(probe.device(), {"limit_reached", "MapMemory", 256},
		       [&] { EXPECT_EQ(probe.map_memory(bar_.start, 4096).address, 0U); });
	const Probe other(place());
	const ClientView foreign = other.map_memory(bar_.start, 4096);
	EXPECT_NE(foreign.address, 0U) << "another client has its own limit";
	expect_refused(probe.device(), {"bad_address", "UnmapMemory", foreign.address}, [&] {
		EXPECT_EQ(probe.unmap_memory(foreign), unsigned{ERROR_INVALID_PARAMETER});
	});
	EXPECT_EQ(other.unmap_memory(foreign), unsigned{NO_ERROR});
	for (const auto &view : all)
		unmap(view);
}
