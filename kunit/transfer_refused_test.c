// SPDX-License-Identifier: GPL-2.0
/*
 * What VideoPortStartDma and VideoPortCompleteDma refuse: the routine is not called, the length not
 * changed, and the state is that of before.
 */
#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)

static void expect_refused(struct kunit *test, PVP_DMA_ADAPTER adapter, PVOID mdl, ULONG offset,
			   ULONG length, bool to_device, const char *counter)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	u64 counted = vpk_counter(vpk->a, counter);
	struct vpk_state before;

	vpk_state(vpk, &before);
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, mdl, offset, length, to_device, &transfer),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, transfer.calls, 0u);
	KUNIT_EXPECT_EQ(test, transfer.length, length);
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 1, "%s", counter);
	vpk_expect_state(test, &before, "after the refusal");
}

/* A case on a buffer that is locked for @_access, and an adapter. */
#define REFUSED_CASE(_name, _access)							\
	static void _name##_with(struct kunit *test, PVP_DMA_ADAPTER adapter, PVOID mdl);	\
	VPK_REQUEST_CASE(_name)								\
	{										\
		struct vpk_case *vpk = vpk_of(test);					\
		PVP_DMA_ADAPTER adapter = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);	\
		PVOID mdl = vpk_lock(vpk->a, vpk_user(test, BYTES), BYTES, _access);	\
											\
		VPK_NEED(test, adapter && mdl);						\
		_name##_with(test, adapter, mdl);					\
		VideoPortUnlockBuffer(vpk->a->ext, mdl);				\
	}										\
	static void _name##_with(struct kunit *test, PVP_DMA_ADAPTER adapter, PVOID mdl)

REFUSED_CASE(a_null_adapter_is_refused, VpWriteAccess)
{
	expect_refused(test, NULL, mdl, 0, 100, true, "null_handle");
}

REFUSED_CASE(a_null_mdl_is_refused, VpWriteAccess)
{
	expect_refused(test, adapter, NULL, 0, 100, true, "null_handle");
}

REFUSED_CASE(handles_of_the_wrong_kind_are_refused, VpWriteAccess)
{
	expect_refused(test, (PVP_DMA_ADAPTER)mdl, mdl, 0, 100, true, "wrong_kind");
	expect_refused(test, adapter, adapter, 0, 100, true, "wrong_kind");
}

static VOID never_called(PVOID ext, PVP_DMA_ADAPTER adapter, PVP_SCATTER_GATHER_LIST list,
			 PVOID context)
{
	((struct vpk_transfer *)context)->calls++;
}

REFUSED_CASE(a_null_length_or_routine_is_refused, VpWriteAccess)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	ULONG length = 100;

	KUNIT_EXPECT_EQ(test, VideoPortStartDma(vpk->a->ext, adapter, mdl, 0, &length, NULL,
						&transfer, TRUE), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortStartDma(vpk->a->ext, adapter, mdl, 0, NULL,
						never_called, &transfer, TRUE),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, length, 100u);
	KUNIT_EXPECT_EQ(test, transfer.calls, 0u);
}

REFUSED_CASE(a_transfer_of_nothing_is_refused, VpWriteAccess)
{
	expect_refused(test, adapter, mdl, 0, 0, true, "bad_length");
}

REFUSED_CASE(a_transfer_beyond_the_buffer_is_refused, VpWriteAccess)
{
	expect_refused(test, adapter, mdl, 0, BYTES + 1, true, "bad_length");
	expect_refused(test, adapter, mdl, BYTES, 1, true, "bad_length");
	expect_refused(test, adapter, mdl, BYTES - 1, 2, true, "bad_length");
	expect_refused(test, adapter, mdl, 1, ~0u, true, "bad_length");
	expect_refused(test, adapter, mdl, ~0u, 1, true, "bad_length");
	expect_refused(test, adapter, mdl, ~0u, ~0u, true, "bad_length");
}

REFUSED_CASE(a_device_may_not_write_to_a_read_lock, VpReadAccess)
{
	expect_refused(test, adapter, mdl, 0, 100, false, "bad_access");
}

REFUSED_CASE(a_device_may_read_a_read_lock, VpReadAccess)
{
	struct vpk_transfer transfer = { .complete = true };

	KUNIT_EXPECT_EQ(test, vpk_start(vpk_of(test)->a, adapter, mdl, 0, 100, true, &transfer),
			NO_ERROR);
	KUNIT_EXPECT_EQ(test, transfer.calls, 1u);
}

REFUSED_CASE(a_put_adapter_is_refused, VpWriteAccess)
{
	vpk_put_dma(test, adapter);
	expect_refused(test, adapter, mdl, 0, 100, true, "stale_handle");
}

/* ---- Cache lines that a writing transfer shares ---- */

static void overlap(struct kunit *test, PVP_DMA_ADAPTER adapter, PVOID mdl, bool first_reads,
		    bool second_reads)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer first = { }, next = { .complete = true };

	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 256, 256, first_reads, &first) == NO_ERROR);
	expect_refused(test, adapter, mdl, 256, 256, second_reads, "overlap");
	expect_refused(test, adapter, mdl, 511, 1, second_reads, "overlap");
	expect_refused(test, adapter, mdl, 0, 257, second_reads, "overlap");
	expect_refused(test, adapter, mdl, 0, BYTES, second_reads, "overlap");
	/* the lines beside it are free */
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, mdl, 0, 256, second_reads, &next),
			NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, mdl, 512, 256, second_reads, &next),
			NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &first), NO_ERROR);
	/* and after the completion all are */
	KUNIT_EXPECT_EQ(test, vpk_start(vpk->a, adapter, mdl, 256, 256, second_reads, &next),
			NO_ERROR);
}

REFUSED_CASE(two_writing_transfers_may_not_share_a_cache_line, VpWriteAccess)
{
	overlap(test, adapter, mdl, false, false);
}

REFUSED_CASE(a_writing_transfer_may_not_share_a_cache_line_with_a_reading_one, VpWriteAccess)
{
	overlap(test, adapter, mdl, true, false);
}

REFUSED_CASE(a_reading_transfer_may_not_share_a_cache_line_with_a_writing_one, VpWriteAccess)
{
	overlap(test, adapter, mdl, false, true);
}

REFUSED_CASE(bytes_of_one_cache_line_are_shared_even_if_apart, VpWriteAccess)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer first = { };

	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, 1, false, &first) == NO_ERROR);
	expect_refused(test, adapter, mdl, 63, 1, false, "overlap");
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &first), NO_ERROR);
}

/* ---- VideoPortCompleteDma ---- */

static void expect_unknown_list(struct kunit *test, PVP_DMA_ADAPTER adapter,
				PVP_SCATTER_GATHER_LIST list, const char *counter)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 counted = vpk_counter(vpk->a, counter);
	u64 completed = vpk_counter(vpk->a, "completed");
	struct vpk_state before;

	vpk_state(vpk, &before);
	KUNIT_EXPECT_EQ(test, VideoPortCompleteDma(vpk->a->ext, adapter, list, TRUE),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ_MSG(test, vpk_counter(vpk->a, counter), counted + 1, "%s", counter);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "completed"), completed);
	vpk_expect_state(test, &before, "after the refusal");
}

REFUSED_CASE(completing_a_null_list_is_refused, VpWriteAccess)
{
	expect_unknown_list(test, adapter, NULL, "null_handle");
}

REFUSED_CASE(completing_an_unknown_list_touches_no_memory, VpWriteAccess)
{
	/* nothing is mapped at any of these */
	expect_unknown_list(test, adapter, (PVP_SCATTER_GATHER_LIST)8, "unknown_list");
	expect_unknown_list(test, adapter, (PVP_SCATTER_GATHER_LIST)0x5650000000000000,
			    "unknown_list");
	expect_unknown_list(test, adapter, (PVP_SCATTER_GATHER_LIST)ULONG_MAX, "unknown_list");
}

REFUSED_CASE(completing_a_transfer_twice_is_refused, VpWriteAccess)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };

	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, 100, true, &transfer) == NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	expect_unknown_list(test, adapter, transfer.list, "unknown_list");
}

REFUSED_CASE(completing_on_another_adapter_is_refused, VpWriteAccess)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER other = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	struct vpk_transfer transfer = { };

	VPK_NEED(test, other);
	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, 100, true, &transfer) == NO_ERROR);
	expect_unknown_list(test, other, transfer.list, "unknown_list");
	expect_unknown_list(test, NULL, transfer.list, "null_handle");
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
}

REFUSED_CASE(completing_in_the_other_direction_ends_it_in_that_of_the_start, VpWriteAccess)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_transfer transfer = { };
	u64 counted;

	VPK_NEED(test, vpk_start(vpk->a, adapter, mdl, 0, 100, false, &transfer) == NO_ERROR);
	counted = vpk_counter(vpk->a, "bad_parameter");
	/* DMA-API debugging would tell if it were unmapped in the wrong direction */
	KUNIT_EXPECT_EQ(test, VideoPortCompleteDma(vpk->a->ext, adapter, transfer.list, TRUE),
			NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_parameter"), counted + 1);
}

static struct kunit_case transfer_refused_cases[] = {
	KUNIT_CASE(a_null_adapter_is_refused),
	KUNIT_CASE(a_null_mdl_is_refused),
	KUNIT_CASE(handles_of_the_wrong_kind_are_refused),
	KUNIT_CASE(a_null_length_or_routine_is_refused),
	KUNIT_CASE(a_transfer_of_nothing_is_refused),
	KUNIT_CASE(a_transfer_beyond_the_buffer_is_refused),
	KUNIT_CASE(a_device_may_not_write_to_a_read_lock),
	KUNIT_CASE(a_device_may_read_a_read_lock),
	KUNIT_CASE(a_put_adapter_is_refused),
	KUNIT_CASE(two_writing_transfers_may_not_share_a_cache_line),
	KUNIT_CASE(a_writing_transfer_may_not_share_a_cache_line_with_a_reading_one),
	KUNIT_CASE(a_reading_transfer_may_not_share_a_cache_line_with_a_writing_one),
	KUNIT_CASE(bytes_of_one_cache_line_are_shared_even_if_apart),
	KUNIT_CASE(completing_a_null_list_is_refused),
	KUNIT_CASE(completing_an_unknown_list_touches_no_memory),
	KUNIT_CASE(completing_a_transfer_twice_is_refused),
	KUNIT_CASE(completing_on_another_adapter_is_refused),
	KUNIT_CASE(completing_in_the_other_direction_ends_it_in_that_of_the_start),
	{ }
};

VPK_SUITE(transfer_refused, transfer_refused_cases);
