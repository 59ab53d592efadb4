// SPDX-License-Identifier: GPL-2.0
/*
 * What the simulation has found in the core, each reduced to the few calls that it takes. A test
 * here that fails is a bug that is still there; see also regression_race_test.cc.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class RegressionTest : public BenchTest {};

/*
 * Dma::device_gone() takes back transfers, buffers and common buffers, but not the adapters whose
 * handles were never put. Legacy miniports get theirs in HwVidFindAdapter and never put it.
 */
TEST_F(RegressionTest, AnAdapterThatWasNotPutIsFreedAtRemoval)
{
	EXPECT_TRUE(bench.get_adapter());
	bench.remove();
	EXPECT_EQ(bench.counter("adapters"), 0u);
}

/*
 * VideoPortCreateSpinLock's memory is known to nobody: a miniport that does not delete its locks,
 * as one that is never unloaded has no reason to, leaves them behind; a failed find likewise.
 */
TEST_F(RegressionTest, ASpinLockThatWasNotDeletedIsFreedAtRemoval)
{
	PSPIN_LOCK lock = nullptr;

	EXPECT_EQ(VideoPortCreateSpinLock(bench.extension(), &lock), NO_ERROR);
	bench.remove();
}

/*
 * Dma::get_adapter() sets the device's mask first, and does not set it back when there is no memory
 * for the adapter: "after any failure the state is the state before the call".
 */
TEST_F(RegressionTest, AFailedGetDmaAdapterLeavesTheMask)
{
	for (unsigned int n = 2; n < 5; n++) {
		PVP_DMA_ADAPTER adapter;
		{
			FailAt fail(n);

			adapter = bench.get_adapter(true, true);
			if (!fail.hit()) {
				VideoPortPutDmaAdapter(bench.extension(), adapter);
				break;
			}
		}
		EXPECT_EQ(adapter, nullptr);
		EXPECT_EQ(bench.device().mask_bits, 32u) << "at the " << n << ". call that fails";
	}
}

/*
 * vp_port::Extension was aligned to 64, and vp_alloc() asked for 64 bytes more than the miniport
 * wants. kmalloc() aligns what has 65 to 96 bytes to 32 only: undefined behaviour, and UBSan says
 * so. A miniport with a device extension of up to 32 bytes was enough.
 */
TEST(RegressionAlignmentTest, ASmallDeviceExtensionIsAligned)
{
	expect_survives([] {
		DriverData data;

		data.extension_size = 24;

		Bench bench({}, data);

		bench.end();
	});
}

/*
 * remove() frees all of the pool, and with it the system buffers of requests that wait for their
 * turn or whose answer is being copied out: the platform then writes to freed memory, or gives its
 * content to the client.
 */
TEST(RegressionBufferTest, RemovalLeavesTheSystemBuffersOfClients)
{
	expect_survives([] {
		Bench bench;
		vp_request request{};

		request.capacity = request.input_length = request.output_length = 100;
		ASSERT_EQ(vp_core_request_buffer(bench.a.client->core, &request), 0);
		bench.remove();
		memset(request.buffer, 7, 100); /* copy_from_user() */
		EXPECT_EQ(vp_core_client_request(bench.a.client->core, &request), -VP_ENODEV);
		vp_core_request_buffer_free(bench.a.client->core, &request);
		bench.end();
	});
}

/*
 * "Client: owns what was locked in its DMA IOCTLs", but a lock of the request's own system buffer,
 * which is what VideoPortLockPages locks when the miniport changes nothing, is the miniport's. It
 * stays when the client is gone, and any other client may unlock it.
 */
TEST_F(RegressionTest, ALockOfTheSystemBufferIsTheClients)
{
	PVOID handle = nullptr;
	auto lock = [&](VIDEO_REQUEST_PACKET &packet) {
		EXPECT_TRUE(VideoPortLockPages(bench.extension(), &packet, nullptr, nullptr,
					       VideoPortDmaInitOnly));
		handle = packet.OutputBuffer;
	};

	bench.request(a, lock, pattern(100));
	bench.in_request(b, [&] {
		EXPECT_TRUE(VideoPortUnlockPages(bench.extension(), static_cast<PDMA>(handle)));
	});
	EXPECT_EQ(bench.counter("foreign_handle"), 1u);
	bench.close(a);
	EXPECT_EQ(bench.counter("locked_buffers"), 0u);
	EXPECT_EQ(bench.counter("allocations"), 0u);
}

/* ---- Wrong contexts: "what arrives in the wrong context is counted, ... and finished later" ---- */

/* VideoPortFreePool and others free at once, which vp_free() allows up to DISPATCH. */
TEST_F(RegressionTest, FreePoolInAnInterruptIsPutOff)
{
	PVOID memory = VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 20000, 0);

	bench.in_interrupt([&] { VideoPortFreePool(bench.extension(), memory); });
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
}

TEST_F(RegressionTest, ReleaseBufferInAnInterruptIsPutOff)
{
	PVOID memory = nullptr;

	EXPECT_EQ(VideoPortAllocateBuffer(bench.extension(), 20000, &memory), NO_ERROR);
	bench.in_interrupt([&] { VideoPortReleaseBuffer(bench.extension(), memory); });
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
}

TEST_F(RegressionTest, DeleteSpinLockInAnInterruptIsPutOffOrRefused)
{
	PSPIN_LOCK lock = nullptr;
	VP_STATUS status = NO_ERROR;

	EXPECT_EQ(VideoPortCreateSpinLock(bench.extension(), &lock), NO_ERROR);
	bench.in_interrupt([&] { status = VideoPortDeleteSpinLock(bench.extension(), lock); });
	if (status != NO_ERROR)
		VideoPortDeleteSpinLock(bench.extension(), lock);
}

TEST_F(RegressionTest, PutDmaAdapterInAnInterruptIsPutOffOrRefused)
{
	PVP_DMA_ADAPTER adapter = bench.get_adapter();

	bench.in_interrupt([&] { VideoPortPutDmaAdapter(bench.extension(), adapter); });
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	VideoPortPutDmaAdapter(bench.extension(), adapter);
}

/* Mapping, unmapping and claiming ranges sleeps, but is not looked at for its context. */
TEST_F(RegressionTest, RangesAreMappedOnlyAtPassive)
{
	VIDEO_ACCESS_RANGE range{};
	PHYSICAL_ADDRESS at{};
	PVOID before = nullptr, mapped = nullptr;

	range.RangeStart.QuadPart = at.QuadPart = 0xc0000000;
	range.RangeLength = 4096;
	bench.in_dpc([&] {
		EXPECT_EQ(VideoPortVerifyAccessRanges(bench.extension(), 1, &range),
			  ERROR_INVALID_PARAMETER);
	});
	EXPECT_EQ(VideoPortVerifyAccessRanges(bench.extension(), 1, &range), NO_ERROR);
	before = VideoPortGetDeviceBase(bench.extension(), at, 4096, 0);
	bench.in_dpc([&] {
		ULONG length = 4096, space = 0;

		EXPECT_EQ(VideoPortGetDeviceBase(bench.extension(), at, 4096, 0), nullptr);
		EXPECT_EQ(VideoPortMapMemory(bench.extension(), at, &length, &space, &mapped),
			  ERROR_INVALID_PARAMETER);
		VideoPortFreeDeviceBase(bench.extension(), before);
	});
	EXPECT_GE(bench.counter("wrong_context"), 4u);
}

/*
 * Pool::allocate() takes memory twice, and gives the first half back when there is no second: by
 * vp_free(), though the call is allowed at DIRQL.
 */
TEST_F(RegressionTest, AFailedAllocatePoolInAnInterruptFreesNothingThere)
{
	for (unsigned int n = 1; n <= 2; n++)
		bench.in_interrupt([&] {
			FailAt fail(n);
			PVOID memory =
				VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 20000, 0);

			EXPECT_EQ(memory != nullptr, !fail.hit());
			if (memory)
				VideoPortFreePool(bench.extension(), memory);
		});
}

/*
 * Dma::release_common() refuses above PASSIVE and forgets it, so that the memory stays until the
 * adapter goes; the rule is that it is finished later.
 */
TEST_F(RegressionTest, ReleaseCommonBufferInADpcIsPutOff)
{
	PHYSICAL_ADDRESS logical{};
	ULONG actual;
	PVOID memory =
		VideoPortGetCommonBuffer(bench.extension(), 4096, 0, &logical, &actual, FALSE);

	bench.in_dpc([&] {
		VideoPortFreeCommonBuffer(bench.extension(), 4096, memory, logical, FALSE);
	});
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	run_work(bench.device());
	EXPECT_EQ(bench.counter("common_buffers"), 0u);
}

/*
 * run_dpcs() goes on until the queue is empty: a DPC that queues itself, as one that polls its
 * device does, keeps the processor in one softirq for ever.
 */
TEST_F(RegressionTest, ADpcThatQueuesItselfLetsTheSoftirqEnd)
{
	struct Poll {
		PVOID extension;
		unsigned int runs;
	} poll{bench.extension(), 0};
	static const auto routine = [](PVOID, PVOID context) {
		auto &again = *static_cast<Poll *>(context);
		static PMINIPORT_DPC_ROUTINE self;

		self = [](PVOID, PVOID next) {
			auto &one = *static_cast<Poll *>(next);

			if (++one.runs < 10000)
				VideoPortQueueDpc(one.extension, self, &one);
		};
		self(again.extension, context);
	};

	EXPECT_TRUE(VideoPortQueueDpc(bench.extension(), routine, &poll));
	EXPECT_TRUE(run_dpc(bench.device()));
	EXPECT_LT(poll.runs, 10000u) << "all in one softirq";
	while (run_dpc(bench.device()))
		;
	EXPECT_EQ(poll.runs, 10000u);
}

} // namespace
