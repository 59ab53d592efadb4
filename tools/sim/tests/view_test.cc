// SPDX-License-Identifier: GPL-2.0
/*
 * Device memory in a client: what it may see, until when, and with which handle. And contiguous
 * memory.
 */
#include "bench.hpp"

#include "../platform/fibers.hpp"
#include "../platform/view.hpp"

using namespace sim;

namespace {

class ViewTest : public PacketBenchTest {
protected:
	ViewTest()
	{
		VIDEO_ACCESS_RANGE range{};

		range.RangeStart.QuadPart = frame_buffer;
		range.RangeLength = 16 << 20;
		EXPECT_EQ(VideoPortVerifyAccessRanges(bench.extension(), 1, &range), NO_ERROR);
	}
	bool sees(const User &user, uint64_t address, uint8_t **memory = nullptr)
	{
		uint8_t *found = nullptr;
		bool seen = look(user.process, address, found);

		if (memory)
			*memory = found;
		return seen;
	}
	/// Mapped in a request of @p user.
	uint64_t view_for(User &user, uint64_t address, ULONG &length, ULONG flags = 0)
	{
		uint64_t seen = 0;

		bench.in_request(user, [&] { seen = bench.view(address, length, flags); });
		return seen;
	}
	VP_STATUS unmap(uint64_t address)
	{
		return VideoPortUnmapMemory(bench.extension(), reinterpret_cast<PVOID>(address),
					    reinterpret_cast<HANDLE>(1));
	}
	static constexpr uint64_t frame_buffer = 0xc0000000, registers = 0xfe000000;
};

TEST_F(ViewTest, InItsRequestAViewIsTakenAwayEvenWithoutAProcess)
{
	ULONG length = 4096;
	uint64_t seen = view_for(a, frame_buffer, length);
	auto unmap_anyhow = [&] {
		return VideoPortUnmapMemory(bench.extension(), reinterpret_cast<PVOID>(seen),
					    nullptr);
	};

	ASSERT_NE(seen, 0u);
	EXPECT_EQ(unmap_anyhow(), ERROR_INVALID_PARAMETER) << "there is no client to look for";
	bench.in_request(b, [&] { EXPECT_EQ(unmap_anyhow(), ERROR_INVALID_PARAMETER); });
	EXPECT_TRUE(sees(a, seen)) << "another client's request takes nothing of it";
	bench.in_request(a, [&] { EXPECT_EQ(unmap_anyhow(), NO_ERROR); });
	EXPECT_FALSE(sees(a, seen));
}

TEST_F(ViewTest, AClientSeesWholePagesOfARange)
{
	ULONG length = 100;
	uint64_t seen = view_for(a, frame_buffer + 4096 + 50, length);

	EXPECT_NE(seen, 0u);
	EXPECT_EQ(seen % page_size, 50u);
	EXPECT_EQ(length, 4096u - 50);
	EXPECT_TRUE(sees(a, seen));
	EXPECT_TRUE(sees(a, seen - 50 + 4095));
	EXPECT_FALSE(sees(a, seen - 50 + 4096));
	EXPECT_FALSE(sees(b, seen));
	EXPECT_EQ(bench.counter("views"), 1u);
	bench.in_request(a, [&] {
		EXPECT_EQ(unmap(seen + 8192), ERROR_INVALID_PARAMETER);
		EXPECT_EQ(unmap(seen), NO_ERROR);
		EXPECT_EQ(unmap(seen), ERROR_INVALID_PARAMETER);
	});
	EXPECT_FALSE(sees(a, seen));
	EXPECT_EQ(bench.counter("views"), 0u);
	length = 16 << 20;
	EXPECT_NE(view_for(a, frame_buffer, length, VIDEO_MEMORY_SPACE_P6CACHE), 0u);
	EXPECT_EQ(length, 16u << 20);
	length = 4096;
	EXPECT_NE(view_for(a, registers, length), 0u);
}

TEST_F(ViewTest, WhatIsNotTheAdaptersOrNotForAClientIsRefused)
{
	struct {
		uint64_t address;
		ULONG length, flags;
	} bad[] = {{frame_buffer - 4096, 4096, 0},
		   {frame_buffer + (16 << 20) - 4096, 8192, 0},
		   {frame_buffer, 0, 0},
		   {0x1000000, 4096, 0}, /* memory */
		   {~0ull - 100, 4096, 0},
		   {0xc000, 16, 0},
		   {0xc000, 16, VIDEO_MEMORY_SPACE_IO}};

	for (auto [address, length, flags] : bad) {
		ULONG before = length;

		EXPECT_EQ(view_for(a, address, length, flags), 0u) << std::hex << address;
		EXPECT_EQ(length, before);
	}
	bench.device().bars[2].length = 0x800;
	ULONG length = 0x800;
	EXPECT_EQ(view_for(a, registers, length), 0u) << "it shares its page";
	EXPECT_EQ(bench.counter("views"), 0u);
	EXPECT_EQ(bench.counter("bad_address") + bench.counter("bad_parameter"), 8u);
}

TEST_F(ViewTest, OnlyInARequestOfTheClient)
{
	ULONG length = 4096;
	uint64_t seen = view_for(a, frame_buffer, length);
	auto refused = [&] {
		EXPECT_EQ(bench.view(frame_buffer, length), 0u);
		EXPECT_EQ(unmap(seen), ERROR_INVALID_PARAMETER);
	};

	bench.in_interrupt(refused);
	bench.in_dpc(refused);
	refused();
	EXPECT_EQ(bench.counter("wrong_context"), 6u);
	bench.in_request(b, [&] { EXPECT_EQ(unmap(seen), ERROR_INVALID_PARAMETER); });
	EXPECT_TRUE(sees(a, seen));
}

TEST_F(ViewTest, ACommonBufferIsSeenUntilItIsReleased)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	PHYSICAL_ADDRESS logical{};
	auto *memory = static_cast<uint8_t *>(VideoPortAllocateCommonBuffer(
		bench.extension(), adapter, 10000, &logical, FALSE, nullptr));
	auto at = static_cast<uint64_t>(logical.QuadPart);
	uint8_t *byte = nullptr;
	ULONG length = 100, whole = 10000, too_long = 10001;
	uint64_t part = view_for(a, at + 5000, length), all = view_for(b, at, whole);

	EXPECT_EQ(view_for(a, at, too_long), 0u);
	EXPECT_TRUE(sees(a, part, &byte));
	EXPECT_EQ(byte, memory + 5000);
	EXPECT_TRUE(sees(b, all + 9999, &byte));
	EXPECT_EQ(byte, memory + 9999);
	EXPECT_EQ(whole, 12288u);
	EXPECT_EQ(bench.counter("views"), 2u);
	/* in the end: by the work */
	bench.in_dpc([&] {
		VideoPortReleaseCommonBuffer(bench.extension(), adapter, 10000, logical, memory,
					     FALSE);
	});
	bench.run_work();
	EXPECT_FALSE(sees(a, part));
	EXPECT_FALSE(sees(b, all));
	EXPECT_EQ(bench.counter("views"), 0u);
	bench.in_request(a, [&] { EXPECT_EQ(unmap(part), ERROR_INVALID_PARAMETER); });
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_F(ViewTest, ViewsGoWithTheirClientAndTheAdapter)
{
	ULONG length = 4096;
	uint64_t of_a = view_for(a, frame_buffer, length), of_b = view_for(b, frame_buffer, length);

	bench.close(a);
	EXPECT_FALSE(sees(a, of_a));
	EXPECT_TRUE(sees(b, of_b));
	bench.remove();
	EXPECT_FALSE(sees(b, of_b));
	EXPECT_EQ(bench.counter("views"), 0u);
}

TEST_F(ViewTest, ANodeThatIsNotOpenForWritingShowsNothing)
{
	ULONG length = 4096;

	a.client->file->writable = false;
	EXPECT_EQ(view_for(a, frame_buffer, length), 0u);
	EXPECT_EQ(bench.counter("bad_access"), 1u);
	EXPECT_EQ(bench.counter("views"), 0u);
}

TEST_F(ViewTest, AClientHasNotTooManyViews)
{
	ULONG length = 4096;

	bench.in_request(a, [&] {
		for (unsigned int i = 0; i < 256; i++)
			EXPECT_NE(bench.view(frame_buffer, length), 0u);
		EXPECT_EQ(bench.view(frame_buffer, length), 0u);
	});
	EXPECT_EQ(bench.counter("limit_reached"), 1u);
	EXPECT_NE(view_for(b, frame_buffer, length), 0u);
}

TEST_F(ViewTest, BoardMemoryHasAHandleWithEvents)
{
	PEVENT event = bench.event(NOTIFICATION_EVENT);
	PHYSICAL_ADDRESS board{};
	PVOID extension = bench.extension();
	ULONG length = 4096, space = 0;
	PVOID seen = nullptr;
	PDMA dma = nullptr;

	bench.request(a, [&](VIDEO_REQUEST_PACKET &packet) {
		board.QuadPart = 0x1000000;
		EXPECT_EQ(VideoPortMapDmaMemory(extension, &packet, board, &length, &space, event,
						nullptr, &seen),
			  nullptr);
		EXPECT_EQ(bench.counter("locked_buffers"), 0u);
		board.QuadPart = frame_buffer;
		EXPECT_EQ(VideoPortMapDmaMemory(extension, &packet, board, &length, &space,
						static_cast<PVOID>(Bench::forged()), nullptr,
						&seen),
			  nullptr);
		EXPECT_EQ(VideoPortMapDmaMemory(extension, &packet, board, nullptr, &space, event,
						nullptr, &seen),
			  nullptr);
		dma = VideoPortMapDmaMemory(extension, &packet, board, &length, &space, event,
					    nullptr, &seen);
	});
	EXPECT_NE(dma, nullptr);
	EXPECT_TRUE(sees(a, reinterpret_cast<uint64_t>(seen)));
	EXPECT_EQ(bench.do_dma(dma), dma);
	EXPECT_TRUE(bench.signal(dma));
	EXPECT_TRUE(VideoPortReadStateEvent(extension, event));
	bench.in_request(a, [&] {
		EXPECT_EQ(unmap(reinterpret_cast<uint64_t>(seen)), ERROR_INVALID_PARAMETER)
			<< "it goes with its handle";
		EXPECT_FALSE(VideoPortUnmapDmaMemory(extension, seen, nullptr, nullptr));
		EXPECT_TRUE(VideoPortUnmapDmaMemory(extension, seen, nullptr, dma));
		EXPECT_FALSE(VideoPortUnmapDmaMemory(extension, seen, nullptr, dma));
	});
	EXPECT_EQ(VideoPortGetMdl(extension, dma), nullptr);
	EXPECT_EQ(bench.counter("views"), 0u);
	EXPECT_EQ(bench.counter("locked_buffers"), 0u);
}

TEST_F(ViewTest, ContiguousMemoryLiesBelowTheAddressAndStaysUntilRemoval)
{
	PHYSICAL_ADDRESS highest{};
	auto get = [&](uint64_t most, ULONG bytes) {
		highest.QuadPart = static_cast<LONGLONG>(most);
		return VideoPortAllocateContiguousMemory(bench.extension(), bytes, highest);
	};

	EXPECT_NE(get(~0ull, 5000), nullptr);
	EXPECT_NE(get(0xffffffff, 5000), nullptr);
	EXPECT_NE(get(0xffffff, 65536), nullptr);
	EXPECT_LT(coherents.back().logical + 65535, 0x1000000u);
	EXPECT_NE(get(0x1ffffff, 65536), nullptr);
	EXPECT_EQ(get(0xfff, 4096), nullptr);
	EXPECT_EQ(get(0xfffff, 4096), nullptr) << "the machine has none below 1 MiB";
	EXPECT_EQ(get(0, 4096), nullptr);
	EXPECT_EQ(get(~0ull, 0), nullptr);
	EXPECT_EQ(bench.counter("no_memory"), 4u);
	bench.in_dpc([&] { EXPECT_EQ(get(~0ull, 4096), nullptr); });
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	EXPECT_EQ(bench.counter("common_buffers"), 4u);
	/* nothing releases it */
	for (const Coherent &each : std::vector(coherents)) {
		PHYSICAL_ADDRESS at{};

		at.QuadPart = static_cast<LONGLONG>(each.logical);
		VideoPortFreeCommonBuffer(bench.extension(), static_cast<ULONG>(each.size),
					  each.memory, at, TRUE);
	}
	EXPECT_EQ(bench.counter("common_buffers"), 4u);
	bench.remove();
	EXPECT_EQ(bench.counter("common_buffers"), 0u);
}

} // namespace
