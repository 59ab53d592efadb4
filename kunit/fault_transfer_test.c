// SPDX-License-Identifier: GPL-2.0
/*
 * Starting transfers while allocations fail: ERROR_NOT_ENOUGH_MEMORY, the routine not called, the
 * length not changed, nothing left. And completing, which needs no memory.
 */
#include "fault.h"

#define BYTES	(6 * PAGE_SIZE)

static void start(struct kunit *test, unsigned int flags, ULONG maximum, bool view, bool to_device)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, flags, maximum);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_transfer transfer;
	VP_STATUS status;
	PVOID mdl;

	vpk_fill(test, user, BYTES, 0x19);
	mdl = view ? (PVOID)vpk_lock_pages(vpk->a, user, BYTES, NULL) :
		     vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	VPK_NEED(test, dma && mdl);
	VPK_EACH_FAULT(test, {
		memset(&transfer, 0, sizeof(transfer));
		status = vpk_start(vpk->a, dma, mdl, 100, BYTES - 100, to_device, &transfer);
	}, status != NO_ERROR, {
		KUNIT_EXPECT_EQ(test, transfer.calls, 1u);
		KUNIT_EXPECT_EQ(test, vpk_check_list(test, vpk->a, transfer.list, user + 100),
				(size_t)transfer.length);
		KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	});
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(start_dma_to_the_device)
{
	start(test, VPK_SG | VPK_64, 0, false, true);
}

VPK_REQUEST_CASE(start_dma_from_the_device)
{
	start(test, VPK_SG | VPK_64, 0, false, false);
}

VPK_REQUEST_CASE(start_dma_on_locked_pages)
{
	start(test, VPK_SG | VPK_32, 0, true, false);
}

VPK_REQUEST_CASE(start_dma_of_one_element)
{
	start(test, VPK_32, 0, false, true);
}

VPK_REQUEST_CASE(start_dma_of_one_element_on_locked_pages)
{
	start(test, VPK_32, 0, true, true);
}

VPK_REQUEST_CASE(start_dma_that_fails_is_not_enough_memory_and_calls_nothing)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_transfer transfer;
	VP_STATUS status;
	PVOID mdl;

	vpk_fill(test, user, BYTES, 0);
	mdl = vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	VPK_NEED(test, dma && mdl);
	VPK_EACH_FAULT(test, {
		memset(&transfer, 0, sizeof(transfer));
		status = vpk_start(vpk->a, dma, mdl, 0, BYTES, true, &transfer);
		if (status != NO_ERROR) {
			KUNIT_EXPECT_EQ(test, status, ERROR_NOT_ENOUGH_MEMORY);
			KUNIT_EXPECT_EQ(test, transfer.calls, 0u);
			KUNIT_EXPECT_EQ(test, (size_t)transfer.length, (size_t)BYTES);
		}
	}, status != NO_ERROR, vpk_complete(vpk->a, &transfer));
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

VPK_REQUEST_CASE(complete_dma_needs_no_memory)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	unsigned long user = vpk_user(test, BYTES);
	struct vpk_state before;
	unsigned int n;
	PVOID mdl;

	if (!vpk_faults_work())
		VPK_SKIP(test, "allocations cannot be made to fail (see kunit/fault.h)");
	mdl = vpk_lock(vpk->a, user, BYTES, VpWriteAccess);
	VPK_NEED(test, dma && mdl);
	vpk_state(vpk, &before);
	for (n = 1; n <= 12; n++) {
		struct vpk_transfer transfer = { };

		VPK_NEED(test, vpk_start(vpk->a, dma, mdl, 0, BYTES, false, &transfer) == NO_ERROR);
		current_fail_nth(n);
		KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
		current_fail_nth(0);
		vpk_expect_state(test, &before, "after the completion");
	}
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

static struct kunit_case fault_transfer_cases[] = {
	KUNIT_CASE(start_dma_to_the_device),
	KUNIT_CASE(start_dma_from_the_device),
	KUNIT_CASE(start_dma_on_locked_pages),
	KUNIT_CASE(start_dma_of_one_element),
	KUNIT_CASE(start_dma_of_one_element_on_locked_pages),
	KUNIT_CASE(start_dma_that_fails_is_not_enough_memory_and_calls_nothing),
	KUNIT_CASE(complete_dma_needs_no_memory),
	{ }
};

VPK_SUITE(fault_transfer, fault_transfer_cases);
