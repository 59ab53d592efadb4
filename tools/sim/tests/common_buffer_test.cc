// SPDX-License-Identifier: GPL-2.0
/*
 * Common buffers, by both pairs of calls: allocated for an adapter, released only by exactly what
 * was allocated.
 */
#include "bench.hpp"

#include <cstring>

using namespace sim;

namespace {

class CommonBufferTest : public BenchTest {
protected:
	struct Buffer {
		PVOID memory;
		PHYSICAL_ADDRESS logical;
	};

	Buffer allocate(PVP_DMA_ADAPTER adapter, ULONG length, bool cached = false)
	{
		Buffer buffer{};

		buffer.logical.QuadPart = 0x1234;
		buffer.memory = VideoPortAllocateCommonBuffer(bench.extension(), adapter, length,
							      &buffer.logical, cached, nullptr);
		if (!buffer.memory) {
			EXPECT_EQ(buffer.logical.QuadPart, 0x1234);
		}
		return buffer;
	}
	void release(PVP_DMA_ADAPTER adapter, const Buffer &buffer, ULONG length,
		     bool cached = false)
	{
		VideoPortReleaseCommonBuffer(bench.extension(), adapter, length, buffer.logical,
					     buffer.memory, cached);
	}
	Buffer get(ULONG length, ULONG alignment, ULONG &actual, bool cached = false)
	{
		Buffer buffer{};

		buffer.memory = VideoPortGetCommonBuffer(bench.extension(), length, alignment,
							 &buffer.logical, &actual, cached);
		return buffer;
	}
	size_t live() { return live_coherent(bench.device()); }
};

TEST_F(CommonBufferTest, CpuAndDeviceShareItAndItIsZeroed)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	Buffer buffer = allocate(adapter, 10000);
	std::vector<Element> list = {{static_cast<uint64_t>(buffer.logical.QuadPart), 10000}};
	std::vector<uint8_t> seen;

	ASSERT_TRUE(buffer.memory);
	EXPECT_EQ(bench.read_list(list, seen), Access::Done);
	EXPECT_TRUE(same(seen, std::vector<uint8_t>(10000)));
	memset(buffer.memory, 7, 10000);
	EXPECT_EQ(bench.read_list(list, seen), Access::Done);
	EXPECT_TRUE(same(seen, std::vector<uint8_t>(10000, 7)));
	EXPECT_EQ(bench.write_list(list, pattern(10000)), Access::Done);
	EXPECT_EQ(memcmp(buffer.memory, pattern(10000).data(), 10000), 0);
	EXPECT_EQ(bench.counter("common_buffers"), 1u);
	release(adapter, buffer, 10000);
	EXPECT_EQ(live(), 0u);
	EXPECT_EQ(bench.counter("common_buffers"), 0u);
	EXPECT_EQ(bench.read_list(list, seen), Access::Blocked);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_F(CommonBufferTest, AReleaseThatDoesNotMatchIsRefused)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter(), other = bench.get_adapter();
	Buffer buffer = allocate(adapter, 8192, true);
	Buffer wrong = buffer;
	auto refused = [&](PVP_DMA_ADAPTER of, const Buffer &what, ULONG length, bool cached,
			   const char *cause) {
		uint64_t before = bench.counter(cause);

		release(of, what, length, cached);
		EXPECT_EQ(bench.counter(cause), before + 1) << cause;
		EXPECT_EQ(live(), 1u);
	};

	refused(other, buffer, 8192, true, "common_buffer_mismatch");
	refused(adapter, buffer, 8191, true, "common_buffer_mismatch");
	refused(adapter, buffer, 8192, false, "common_buffer_mismatch");
	wrong.logical.QuadPart++;
	refused(adapter, wrong, 8192, true, "common_buffer_mismatch");
	wrong = buffer;
	wrong.memory = static_cast<char *>(wrong.memory) + 1;
	refused(adapter, wrong, 8192, true, "common_buffer_mismatch");
	refused(nullptr, buffer, 8192, true, "null_handle");
	refused(static_cast<PVP_DMA_ADAPTER>(Bench::forged()), buffer, 8192, true, "forged_handle");
	VideoPortFreeCommonBuffer(bench.extension(), 8192, buffer.memory, buffer.logical, true);
	EXPECT_EQ(live(), 1u) << "it belongs to an adapter, not to the default one";
	release(adapter, buffer, 8192, true);
	EXPECT_EQ(live(), 0u);
	release(adapter, buffer, 8192, true);
	EXPECT_EQ(bench.counter("common_buffer_mismatch"), 7u);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
	VideoPortPutDmaAdapter(bench.extension(), other);
}

TEST_F(CommonBufferTest, LengthAndAdapterAreChecked)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();

	EXPECT_EQ(allocate(adapter, 0).memory, nullptr);
	EXPECT_EQ(bench.counter("bad_length"), 1u);
	EXPECT_EQ(allocate(nullptr, 4096).memory, nullptr);
	EXPECT_EQ(allocate(static_cast<PVP_DMA_ADAPTER>(Bench::forged()), 4096).memory, nullptr);
	EXPECT_EQ(allocate(adapter, ~0u).memory, nullptr);
	EXPECT_EQ(bench.counter("no_memory"), 1u);
	EXPECT_EQ(VideoPortAllocateCommonBuffer(bench.extension(), adapter, 10, nullptr, FALSE,
						nullptr),
		  nullptr);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
	EXPECT_EQ(allocate(adapter, 4096).memory, nullptr);
	EXPECT_EQ(bench.counter("stale_handle"), 1u);
	EXPECT_EQ(live(), 0u);
}

TEST_F(CommonBufferTest, AnAdapterWithOneIsNotPut)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	Buffer buffer = allocate(adapter, 100);

	VideoPortPutDmaAdapter(bench.extension(), adapter);
	EXPECT_EQ(bench.counter("adapter_busy"), 1u);
	release(adapter, buffer, 100);
	EXPECT_EQ(live(), 0u);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
	EXPECT_EQ(bench.counter("adapter_busy"), 1u);
	EXPECT_EQ(bench.counter("adapters"), 1u) << "the default one";
}

TEST_F(CommonBufferTest, NotAboveDispatch)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();
	auto refused = [&] { EXPECT_EQ(allocate(adapter, 100).memory, nullptr); };

	bench.in_dpc(refused);
	bench.in_interrupt(refused);
	EXPECT_EQ(bench.counter("wrong_context"), 2u);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

TEST_F(CommonBufferTest, TheOlderPairKeepsTheAlignment)
{
	ULONG actual = 0;

	for (ULONG alignment : {0u, 1u, 64u, 4096u, 8192u}) {
		Buffer buffer = get(8192, alignment, actual);

		ASSERT_TRUE(buffer.memory);
		EXPECT_EQ(actual, 8192u);
		if (alignment) {
			EXPECT_EQ(buffer.logical.QuadPart & (alignment - 1), 0);
		}
		VideoPortFreeCommonBuffer(bench.extension(), 8192, buffer.memory, buffer.logical,
					  FALSE);
	}
	EXPECT_EQ(live(), 0u);
	EXPECT_EQ(get(8192, 3, actual).memory, nullptr);
	EXPECT_EQ(actual, 0u);
	EXPECT_EQ(get(0, 0, actual).memory, nullptr);
	EXPECT_EQ(bench.counter("bad_length"), 2u);
	/* more than the natural order: by luck or not at all, but never not aligned */
	Buffer buffer = get(4096, 1 << 20, actual);

	EXPECT_TRUE(!buffer.memory || !(buffer.logical.QuadPart & ((1 << 20) - 1)));
	if (buffer.memory)
		VideoPortFreeCommonBuffer(bench.extension(), 4096, buffer.memory, buffer.logical,
					  FALSE);
	EXPECT_EQ(live(), 0u);
}

TEST_F(CommonBufferTest, TheOlderPairRefusesAMismatch)
{
	ULONG actual = 0;
	Buffer buffer = get(4096, 0, actual, true);

	VideoPortFreeCommonBuffer(bench.extension(), 4096, buffer.memory, buffer.logical, FALSE);
	VideoPortFreeCommonBuffer(bench.extension(), 4097, buffer.memory, buffer.logical, TRUE);
	EXPECT_EQ(bench.counter("common_buffer_mismatch"), 2u);
	EXPECT_EQ(live(), 1u);
	VideoPortFreeCommonBuffer(bench.extension(), 4096, buffer.memory, buffer.logical, TRUE);
	EXPECT_EQ(live(), 0u);
}

TEST_F(CommonBufferTest, WhatIsLeftIsFreedAtRemoval)
{
	ULONG actual = 0;

	EXPECT_TRUE(get(4096, 0, actual).memory);
	bench.remove();
	EXPECT_EQ(live(), 0u);
}

} // namespace
