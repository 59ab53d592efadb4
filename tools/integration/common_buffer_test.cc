// SPDX-License-Identifier: GPL-2.0
/*
 * Common buffers: memory that the miniport and its device share. Allocation, contents, alignment,
 * and releases that do not match the allocation.
 */
#include "probe.hpp"
#include "refusal.hpp"

using namespace integration;

namespace {

class CommonBufferTest : public ProbeTest {
protected:
	void SetUp() override
	{
		ProbeTest::SetUp();
		ASSERT_NE(adapter(), 0U);
	}

	uint64_t alive() const { return live(probe.device(), "common_buffers"); }

	/// A release that matches no allocation: refused, and the buffer stays.
	void expect_no_release(Handle by, const CommonBuffer &buffer, bool cached,
			       const std::string &cause = "common_buffer_mismatch")
	{
		expect_refused(probe.device(), {cause, "ReleaseCommonBuffer", {}},
			       [&] { probe.release_common_buffer(by, buffer, cached); });
	}
};

} // namespace

TEST_F(CommonBufferTest, MemoryOfEverySizeComesZeroedAndGoesBack)
{
	for (const uint32_t length : {1U, 8U, 4096U, 5000U, 65536U, 1U << 20}) {
		CommonBuffer buffer;
		expect_accepted(probe.device(),
				[&] { buffer = probe.allocate_common_buffer(adapter(), length); });
		ASSERT_NE(buffer.pointer, 0U) << length;
		EXPECT_NE(buffer.logical, 0U);
		EXPECT_LE(buffer.logical + length, 1ULL << 32) << "a 32-bit adapter";
		EXPECT_EQ(alive(), 1U);
		if (length >= 8) {
			EXPECT_EQ(probe.peek(buffer.pointer), 0U);
			EXPECT_EQ(probe.peek(buffer.pointer, static_cast<int32_t>(length) - 8), 0U);
		}
		expect_accepted(probe.device(),
				[&] { probe.release_common_buffer(adapter(), buffer); });
		EXPECT_EQ(alive(), 0U);
	}
}

TEST_F(CommonBufferTest, DeviceAndProcessorSeeTheSameBytesWithoutAnyCall)
{
	for (const bool cached : {false, true}) {
		const auto buffer = probe.allocate_common_buffer(adapter(), 4096, cached);
		ASSERT_NE(buffer.pointer, 0U);
		const uint64_t value = cached ? 0x0102030405060708 : 0xf1f2f3f4f5f6f7f8;
		probe.poke(buffer.pointer, 40, value);
		probe.edu_dma(buffer.logical + 40, 100, 8, true);
		probe.edu_dma(buffer.logical + 2000, 100, 8, false);
		EXPECT_EQ(probe.peek(buffer.pointer, 2000), value);
		probe.release_common_buffer(adapter(), buffer, cached);
	}
}

TEST_F(CommonBufferTest, AReleaseMustMatchTheAllocationExactly)
{
	const auto buffer = probe.allocate_common_buffer(adapter(), 8192);
	ASSERT_NE(buffer.pointer, 0U);
	const Handle other = another_adapter({});

	CommonBuffer wrong = buffer;
	for (const uint32_t length : {8191U, 8193U, 4096U, 0U, 0xffffffffU}) {
		wrong.length = length;
		expect_no_release(adapter(), wrong, false);
	}
	wrong = buffer;
	for (const uint64_t logical : {buffer.logical + 1, buffer.logical + 4096, uint64_t{0}}) {
		wrong.logical = logical;
		expect_no_release(adapter(), wrong, false);
	}
	wrong = buffer;
	for (const uint64_t pointer : std::initializer_list<uint64_t>{
		     PROBE_POINTER_OFF(buffer.pointer, 1), PROBE_POINTER_OFF(buffer.pointer, 4096),
		     0, 0xffff888000000000, 0xffffffffffffffff}) {
		wrong.pointer = pointer;
		expect_no_release(adapter(), wrong, false);
	}
	expect_no_release(adapter(), buffer, true);
	expect_no_release(other, buffer, false);

	EXPECT_EQ(probe.peek(buffer.pointer, 4096), 0U) << "the memory is still there";
	expect_accepted(probe.device(), [&] { probe.release_common_buffer(adapter(), buffer); });
}

TEST_F(CommonBufferTest, ABadAdapterReleasesNothing)
{
	const auto buffer = probe.allocate_common_buffer(adapter(), 4096);
	const Handle gone = probe.get_adapter();
	probe.put_adapter(gone);
	expect_no_release(0, buffer, false, "null_handle");
	expect_no_release(gone, buffer, false, "stale_handle");
	expect_no_release(adapter() + 1, buffer, false, "forged_handle");
	probe.release_common_buffer(adapter(), buffer);
}

TEST_F(CommonBufferTest, ASecondReleaseIsRefused)
{
	const auto buffer = probe.allocate_common_buffer(adapter(), 4096);
	probe.release_common_buffer(adapter(), buffer);
	expect_no_release(adapter(), buffer, false);
}

TEST_F(CommonBufferTest, ZeroBytesAreRefused)
{
	expect_refused(probe.device(), {"bad_length", "AllocateCommonBuffer", 0},
		       [&] { EXPECT_EQ(probe.allocate_common_buffer(adapter(), 0).pointer, 0U); });
}

TEST_F(CommonBufferTest, MoreMemoryThanThereIsIsRefusedQuietly)
{
	expect_refused(
		probe.device(), {"no_memory|bad_length", "AllocateCommonBuffer", 0xfffff000}, [&] {
			EXPECT_EQ(probe.allocate_common_buffer(adapter(), 0xfffff000).pointer, 0U);
		});
}

TEST_F(CommonBufferTest, PutDmaAdapterWithACommonBufferOutstandingIsRefusedUntilItIsReleased)
{
	const Handle own = probe.get_adapter();
	const auto buffer = probe.allocate_common_buffer(own, 4096);
	expect_refused(probe.device(), {"adapter_busy", "PutDmaAdapter", own},
		       [&] { probe.put_adapter(own); });
	probe.release_common_buffer(own, buffer);
	expect_accepted(probe.device(), [&] { probe.put_adapter(own); });
}

TEST_F(CommonBufferTest, TheOlderPairGivesTheSameKindOfMemory)
{
	const auto buffer = probe.get_common_buffer(5000, 0);
	ASSERT_NE(buffer.pointer, 0U);
	EXPECT_GE(buffer.length, 5000U);
	EXPECT_EQ(alive(), 1U);
	probe.poke(buffer.pointer, 8, 0x55aa55aa12345678);
	probe.edu_dma(buffer.logical + 8, 0, 8, true);
	probe.edu_dma(buffer.logical + 3000, 0, 8, false);
	EXPECT_EQ(probe.peek(buffer.pointer, 3000), 0x55aa55aa12345678U);
	expect_accepted(probe.device(), [&] { probe.free_common_buffer(buffer); });
	EXPECT_EQ(alive(), 0U);
}

TEST_F(CommonBufferTest, TheOlderPairHonoursAlignmentUpToTheNaturalOrder)
{
	for (const auto &[length, alignment] : {std::pair{4096U, 64U},
						{4096U, 4096U},
						{8192U, 8192U},
						{65536U, 65536U},
						{40000U, 65536U}}) {
		const auto buffer = probe.get_common_buffer(length, alignment);
		ASSERT_NE(buffer.pointer, 0U);
		EXPECT_EQ(buffer.logical % alignment, 0U) << alignment;
		// the processor's view of it may be pieced together from pages
		EXPECT_EQ(buffer.misalignment % videoport::page_size(), 0U) << alignment;
		probe.free_common_buffer(buffer);
	}
}

TEST_F(CommonBufferTest, AnAlignmentThatIsNoPowerOfTwoIsRefused)
{
	expect_refused(probe.device(), {"bad_length|bad_parameter", "GetCommonBuffer", 3000},
		       [&] { EXPECT_EQ(probe.get_common_buffer(4096, 3000).pointer, 0U); });
}

TEST_F(CommonBufferTest, TheOlderPairChecksItsReleaseToo)
{
	const auto buffer = probe.get_common_buffer(8192, 0);
	ASSERT_NE(buffer.pointer, 0U);
	CommonBuffer wrong[] = {buffer, buffer, buffer};
	wrong[0].length = 4096;
	wrong[1].logical += 4096;
	wrong[2].pointer = PROBE_POINTER_OFF(buffer.pointer, 4096);
	for (const auto &each : wrong) {
		expect_refused(probe.device(), {"common_buffer_mismatch", "FreeCommonBuffer", {}},
			       [&] { probe.free_common_buffer(each); });
	}
	// a buffer of the default adapter is not one of ours
	expect_no_release(adapter(), buffer, false);
	probe.free_common_buffer(buffer);
	expect_refused(probe.device(), {"common_buffer_mismatch", "FreeCommonBuffer", {}},
		       [&] { probe.free_common_buffer(buffer); });
}
