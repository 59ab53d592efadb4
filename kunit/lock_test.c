// SPDX-License-Identifier: GPL-2.0
/*
 * Locking: VideoPortLockPages, VideoPortLockBuffer, VideoPortGetMdl, GET_VIDEO_SCATTERGATHER and
 * GET_VIDEO_PHYSICAL_ADDRESS, as the call table of the contract says.
 */
#include "bench.h"

#define BYTES	(3 * PAGE_SIZE + 100)

VPK_REQUEST_CASE(lock_pages_pins_charges_and_maps)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_state before;
	unsigned long user = vpk_user(test, BYTES);
	PDMA dma;

	vpk_state(vpk, &before);
	dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	VPK_NEED(test, dma);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + 4);
	KUNIT_EXPECT_EQ(test, vpk_pinned_vm(), before.pinned_vm + 4);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 1ull);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "pinned_pages"), 4ull);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), 1ull);
	VideoPortUnlockPages(vpk->a->ext, dma);
	vpk_expect_state(test, &before, "after the unlock");
}

VPK_REQUEST_CASE(lock_pages_gives_the_handle_and_the_size_of_the_list)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	VIDEO_REQUEST_PACKET lock = *vrp;
	PVRB_SG segment;
	ULONG count = 0;
	PDMA dma;

	lock.InputBuffer = (PVOID)user;
	lock.InputBufferLength = BYTES;
	VPK_NEED(test, VideoPortLockPages(vpk->a->ext, &lock, NULL, NULL, VideoPortDmaInitOnly));
	dma = lock.OutputBuffer;
	for (segment = GET_VIDEO_SCATTERGATHER(&dma); segment->Length; segment++)
		count++;
	KUNIT_EXPECT_GT(test, count, 0u);
	KUNIT_EXPECT_EQ(test, (size_t)lock.OutputBufferLength, count * sizeof(VRB_SG));
	KUNIT_EXPECT_PTR_EQ(test, lock.InputBuffer, (PVOID)user);
	KUNIT_EXPECT_EQ(test, (size_t)lock.InputBufferLength, (size_t)BYTES);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

static void refused_by_flag(struct kunit *test, PVIDEO_REQUEST_PACKET vrp, DMA_FLAGS flags)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_state before;
	unsigned long user = vpk_user(test, BYTES);
	VIDEO_REQUEST_PACKET lock = *vrp, asked;

	lock.InputBuffer = (PVOID)user;
	lock.InputBufferLength = BYTES;
	asked = lock;
	vpk_state(vpk, &before);
	KUNIT_EXPECT_FALSE(test, VideoPortLockPages(vpk->a->ext, &lock, NULL, NULL, flags));
	KUNIT_EXPECT_EQ(test, memcmp(&lock, &asked, sizeof(lock)), 0);
	vpk_expect_state(test, &before, "after the refusal");
}

VPK_REQUEST_CASE(keep_pages_locked_without_start_dma_is_false_and_no_action)
{
	refused_by_flag(test, vrp, VideoPortKeepPagesLocked);
}

VPK_REQUEST_CASE(unlock_after_dma_without_start_dma_is_false_and_no_action)
{
	refused_by_flag(test, vrp, VideoPortUnlockAfterDma);
}

VPK_REQUEST_CASE(unknown_flags_are_false_and_no_action)
{
	refused_by_flag(test, vrp, (DMA_FLAGS)0);
	refused_by_flag(test, vrp, (DMA_FLAGS)77);
}

VPK_REQUEST_CASE(lock_pages_without_a_request_packet_is_false)
{
	struct vpk_case *vpk = vpk_of(test);

	KUNIT_EXPECT_FALSE(test, VideoPortLockPages(vpk->a->ext, NULL, NULL, NULL,
						    VideoPortDmaInitOnly));
}

VPK_REQUEST_CASE(each_segment_leads_to_the_clients_page)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, SZ_256K);
	PDMA dma;

	dma = vpk_lock_pages(vpk->a, user + 5, SZ_256K - 9, NULL);
	VPK_NEED(test, dma);
	KUNIT_EXPECT_EQ(test, vpk_check_segments(test, vpk->a, dma, user + 5),
			(size_t)SZ_256K - 9);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(the_device_reads_what_the_client_wrote)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	PVRB_SG segment;
	size_t at = 0;
	PDMA dma;

	vpk_fill(test, user, BYTES, 0x51);
	dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	VPK_NEED(test, dma);
	for (segment = GET_VIDEO_SCATTERGATHER(&dma); segment->Length; segment++) {
		KUNIT_EXPECT_TRUE(test, vpk_device_sees(vpk->a, segment->PhysicalAddress,
							segment->Length, at, 0x51));
		at += segment->Length;
	}
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(the_client_reads_what_the_device_wrote)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	PVRB_SG segment;
	size_t at = 0;
	PDMA dma;

	dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	VPK_NEED(test, dma);
	for (segment = GET_VIDEO_SCATTERGATHER(&dma); segment->Length; segment++) {
		KUNIT_EXPECT_TRUE(test, vpk_device_write(vpk->a, segment->PhysicalAddress,
							 segment->Length, at, 0x52));
		at += segment->Length;
	}
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, BYTES, 0x52), (size_t)BYTES);
}

VPK_REQUEST_CASE(physical_address_finds_the_element_of_an_address)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES), at;
	PDMA dma;

	dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	VPK_NEED(test, dma);
	for (at = 0; at < BYTES; at += 1000) {
		PVRB_SG segment = GET_VIDEO_SCATTERGATHER(&dma);
		ULONG_PTR address;
		ULONG length;

		GET_VIDEO_PHYSICAL_ADDRESS(segment, user + at, user, &length, address);
		KUNIT_EXPECT_GT(test, length, 0u);
		KUNIT_EXPECT_TRUE(test, vpk_leads_to(vpk->a, address, length, user + at));
	}
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(physical_address_outside_the_buffer_is_nothing)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	ULONG_PTR address = 1;
	PVRB_SG segment;
	ULONG length = 1;
	PDMA dma;

	dma = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	VPK_NEED(test, dma);
	segment = GET_VIDEO_SCATTERGATHER(&dma);
	GET_VIDEO_PHYSICAL_ADDRESS(segment, user + BYTES, user, &length, address);
	KUNIT_EXPECT_EQ(test, length, 0u);
	KUNIT_EXPECT_EQ(test, (u64)address, 0ull);
	VideoPortUnlockPages(vpk->a->ext, dma);
}

VPK_REQUEST_CASE(get_mdl_returns_the_handle)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);

	VPK_NEED(test, dma);
	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetMdl(vpk->a->ext, dma), (PVOID)dma);
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, dma));
}

VPK_REQUEST_CASE(lock_buffer_pins_and_charges_without_a_mapping)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_state before;
	PVOID mdl;

	vpk_state(vpk, &before);
	mdl = vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	VPK_NEED(test, mdl);
	KUNIT_EXPECT_EQ(test, vpk_pins(), before.pins + 4);
	KUNIT_EXPECT_EQ(test, vpk_pinned_vm(), before.pinned_vm + 4);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "mappings"), 0ull);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
	vpk_expect_state(test, &before, "after the unlock");
}

VPK_REQUEST_CASE(lock_buffer_takes_each_operation)
{
	static const VP_LOCK_OPERATION operations[] = {
		VpReadAccess, VpWriteAccess, VpModifyAccess,
	};
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(operations); i++) {
		PVOID mdl = vpk_lock(vpk->a, user, BYTES, operations[i]);

		KUNIT_EXPECT_NOT_NULL(test, mdl);
		VideoPortUnLockBuffer(vpk->a->ext, mdl);
	}
}

VPK_REQUEST_CASE(a_range_may_be_locked_several_times)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, BYTES);
	PDMA first = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	PDMA second = vpk_lock_pages(vpk->a, user, BYTES, NULL);
	PVOID third = vpk_lock(vpk->a, user + 100, 200, VpReadAccess);

	KUNIT_EXPECT_NOT_NULL(test, first);
	KUNIT_EXPECT_NOT_NULL(test, second);
	KUNIT_EXPECT_NOT_NULL(test, third);
	KUNIT_EXPECT_PTR_NE(test, first, second);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "pinned_pages"), 9ull);
	VideoPortUnlockPages(vpk->a->ext, second);
	KUNIT_EXPECT_EQ(test, vpk_check_segments(test, vpk->a, first, user), (size_t)BYTES);
	VideoPortUnlockPages(vpk->a->ext, first);
	VideoPortUnlockBuffer(vpk->a->ext, third);
}

VPK_REQUEST_CASE(lock_buffer_has_no_segments_to_hand_out)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA mdl = vpk_lock(vpk->a, vpk_user(test, BYTES), BYTES, VpWriteAccess);
	PVRB_SG segment;

	VPK_NEED(test, mdl);
	segment = GET_VIDEO_SCATTERGATHER(&mdl);
	KUNIT_EXPECT_EQ(test, segment->Length, 0u);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

static struct kunit_case lock_cases[] = {
	KUNIT_CASE(lock_pages_pins_charges_and_maps),
	KUNIT_CASE(lock_pages_gives_the_handle_and_the_size_of_the_list),
	KUNIT_CASE(keep_pages_locked_without_start_dma_is_false_and_no_action),
	KUNIT_CASE(unlock_after_dma_without_start_dma_is_false_and_no_action),
	KUNIT_CASE(unknown_flags_are_false_and_no_action),
	KUNIT_CASE(lock_pages_without_a_request_packet_is_false),
	KUNIT_CASE(each_segment_leads_to_the_clients_page),
	KUNIT_CASE(the_device_reads_what_the_client_wrote),
	KUNIT_CASE(the_client_reads_what_the_device_wrote),
	KUNIT_CASE(physical_address_finds_the_element_of_an_address),
	KUNIT_CASE(physical_address_outside_the_buffer_is_nothing),
	KUNIT_CASE(get_mdl_returns_the_handle),
	KUNIT_CASE(lock_buffer_pins_and_charges_without_a_mapping),
	KUNIT_CASE(lock_buffer_takes_each_operation),
	KUNIT_CASE(a_range_may_be_locked_several_times),
	KUNIT_CASE(lock_buffer_has_no_segments_to_hand_out),
	{ }
};

VPK_SUITE(lock, lock_cases);
