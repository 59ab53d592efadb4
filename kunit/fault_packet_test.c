// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA, events and views while allocations fail: each failure is the documented one, and
 * leaves the state as it was before the call; what ends something needs no memory.
 */
#include "fault.h"

#define BYTES	(6 * PAGE_SIZE)

/* ---- Starting DMA ---- */

static void lock_and_start(struct kunit *test, PVIDEO_REQUEST_PACKET vrp, DMA_FLAGS flags)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	VIDEO_REQUEST_PACKET lock;
	BOOLEAN locked;

	vpk_fill(test, user, BYTES, 0);
	vpk->a->packet.answer = DmaSyncReturn;
	VPK_EACH_FAULT(test, {
		lock = *vrp;
		lock.OutputBuffer = test;
		vpk->a->packet.calls = 0;
		locked = vpk_lock_pages_with(vpk->a, user, BYTES, flags, &lock);
		KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, (unsigned int)locked);
		if (!locked)
			KUNIT_EXPECT_PTR_EQ(test, lock.OutputBuffer, (PVOID)test);
	}, !locked, {
		if (flags == VideoPortKeepPagesLocked)
			VideoPortUnlockPages(vpk->a->ext, lock.OutputBuffer);
	});
}

VPK_REQUEST_CASE(lock_pages_that_starts_a_dma_and_keeps)
{
	lock_and_start(test, vrp, VideoPortKeepPagesLocked);
}

VPK_REQUEST_CASE(lock_pages_that_starts_a_dma_and_unlocks)
{
	lock_and_start(test, vrp, VideoPortUnlockAfterDma);
}

static void signal_there(struct vpk_adapter *adapter, void *data)
{
	if (!VideoPortSignalDmaComplete(adapter->ext, data))
		KUNIT_FAIL(adapter->test, "no DMA was running");
}

VPK_REQUEST_CASE(do_dma_and_its_end_need_no_memory)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_state before;
	unsigned int n;

	if (!vpk_faults_work())
		VPK_SKIP(test, "allocations cannot be made to fail (see kunit/fault.h)");
	vpk_state(vpk, &before);
	for (n = 1; n <= 12; n++) {
		PDMA dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);

		VPK_NEED(test, dma);
		current_fail_nth(n);
		KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma,
							   VideoPortKeepPagesLocked));
		KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
		VideoPortDoDma(vpk->a->ext, dma, VideoPortUnlockAfterDma);
		signal_there(vpk->a, dma);
		current_fail_nth(0);
		vpk_expect_state(test, &before, "after the DMA");
	}
}

VPK_REQUEST_CASE(associate_events_with_dma_handle)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma;

	VPK_EACH_FAULT(test, dma = VideoPortAssociateEventsWithDmaHandle(vpk->a->ext, vrp, NULL,
									 NULL),
		       !dma, VideoPortUnlockPages(vpk->a->ext, dma));
}

/* ---- Events ---- */

static void create_event(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	VP_STATUS status;
	PEVENT event;

	VPK_EACH_FAULT(test, {
		event = (PEVENT)test;
		status = VideoPortCreateEvent(vpk->a->ext, NOTIFICATION_EVENT, NULL, &event);
		if (status != NO_ERROR) {
			KUNIT_EXPECT_EQ(test, status, ERROR_NOT_ENOUGH_MEMORY);
			KUNIT_EXPECT_NULL(test, event);
		}
	}, status != NO_ERROR, VideoPortDeleteEvent(vpk->a->ext, event));
}

static void wait_and_delete_need_no_memory(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	LARGE_INTEGER moment = { .QuadPart = -1 };
	PVOID ext = vpk->a->ext;
	PEVENT event = NULL;
	unsigned int n;

	if (!vpk_faults_work())
		kunit_skip(test, "allocations cannot be made to fail (see kunit/fault.h)");
	for (n = 1; n <= 6; n++) {
		VideoPortCreateEvent(ext, SYNCHRONIZATION_EVENT, NULL, &event);
		current_fail_nth(n);
		KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, event, &moment),
				WAIT_TIMEOUT);
		VideoPortSetEvent(ext, event);
		KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, event, NULL), NO_ERROR);
		KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(ext, event), NO_ERROR);
		current_fail_nth(0);
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "events"), 0ull);
	}
}

static void lend_an_event(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client;
	int error, fd;
	PEVENT event;
	long ret;

	client = vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_NOT_NULL(test, client);
	fd = vpk_eventfd(test);
	if (fd < 0)
		kunit_skip(test, "no eventfd can be made here: %d", fd);
	VPK_EACH_FAULT(test, {
		ret = vpk_event_map(test, client, fd, &event);
		/* the bench's copies and the ioctl's can be made to fail as well */
		if (ret && ret != -EFAULT)
			KUNIT_EXPECT_EQ(test, ret, -(long)ENOMEM);
	}, ret, KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, client, event), 0l));
}

/* ---- Views ---- */

VPK_REQUEST_CASE(map_a_range_into_the_client)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG length, space = VIDEO_MEMORY_SPACE_USER_MODE;
	VP_STATUS status;
	PVOID mapped;

	VPK_EACH_FAULT(test, {
		mapped = NULL;
		length = 2 * PAGE_SIZE;
		status = VideoPortMapMemory(vpk->a->ext, vpk->a->ranges[0].RangeStart, &length,
					    &space, &mapped);
		if (status != NO_ERROR) {
			KUNIT_EXPECT_EQ(test, status, ERROR_INVALID_PARAMETER);
			KUNIT_EXPECT_NULL(test, mapped);
		}
	}, status != NO_ERROR,
	KUNIT_EXPECT_EQ(test, VideoPortUnmapMemory(vpk->a->ext, mapped, VPK_PROCESS), NO_ERROR));
}

VPK_REQUEST_CASE(map_a_common_buffer_into_the_client)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG length, space = VIDEO_MEMORY_SPACE_USER_MODE;
	PHYSICAL_ADDRESS logical;
	VP_STATUS status;
	PVOID mapped, memory;

	if (!vpk_faults_work())
		VPK_SKIP(test, "allocations cannot be made to fail");
	memory = VideoPortGetCommonBuffer(vpk->a->ext, SZ_16K, 0, &logical, NULL, FALSE);
	VPK_NEED(test, memory);
	VPK_EACH_FAULT(test, {
		mapped = NULL;
		length = SZ_16K;
		status = VideoPortMapMemory(vpk->a->ext, logical, &length, &space, &mapped);
	}, status != NO_ERROR,
	KUNIT_EXPECT_EQ(test, VideoPortUnmapMemory(vpk->a->ext, mapped, VPK_PROCESS), NO_ERROR));
	VideoPortFreeCommonBuffer(vpk->a->ext, SZ_16K, memory, logical, FALSE);
}

VPK_REQUEST_CASE(map_dma_memory)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG length, space = VIDEO_MEMORY_SPACE_MEMORY;
	PVOID mapped;
	PDMA dma;

	VPK_EACH_FAULT(test, {
		mapped = NULL;
		length = PAGE_SIZE;
		dma = VideoPortMapDmaMemory(vpk->a->ext, vrp, vpk->a->ranges[0].RangeStart, &length,
					    &space, NULL, NULL, &mapped);
		if (!dma)
			KUNIT_EXPECT_NULL(test, mapped);
	}, !dma, KUNIT_EXPECT_TRUE(test, VideoPortUnmapDmaMemory(vpk->a->ext, mapped, NULL, dma)));
}

/* ---- Contiguous memory: what succeeds stays, so the adapter is found anew ---- */

static void allocate_contiguous_memory(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PHYSICAL_ADDRESS highest = { .QuadPart = U32_MAX };
	PVOID memory;

	VPK_EACH_FAULT(test, {
		memory = VideoPortAllocateContiguousMemory(vpk->a->ext, SZ_64K, highest);
	}, !memory, {
		KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
		KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
	});
}

static struct kunit_case fault_packet_cases[] = {
	KUNIT_CASE(lock_pages_that_starts_a_dma_and_keeps),
	KUNIT_CASE(lock_pages_that_starts_a_dma_and_unlocks),
	KUNIT_CASE(do_dma_and_its_end_need_no_memory),
	KUNIT_CASE(associate_events_with_dma_handle),
	KUNIT_CASE(create_event),
	KUNIT_CASE(wait_and_delete_need_no_memory),
	KUNIT_CASE(lend_an_event),
	KUNIT_CASE(map_a_range_into_the_client),
	KUNIT_CASE(map_a_common_buffer_into_the_client),
	KUNIT_CASE(map_dma_memory),
	KUNIT_CASE(allocate_contiguous_memory),
	{ }
};

VPK_PACKET_SUITE(fault_packet, fault_packet_cases);
