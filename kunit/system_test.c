// SPDX-License-Identifier: GPL-2.0
/*
 * What a miniport asks of the system: pool, older buffers, memory moves, spin locks, interlocked
 * calls, clocks, debug prints and error reports.
 */
#include <linux/delay.h>
#include <linux/kthread.h>

#include "bench.h"

static u64 allocations(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	return vpk_counter(vpk->a, "allocations") - vpk->before.alive[0][VPK_ALLOCATIONS];
}

static void pool_memory_is_zeroed_and_counted(struct kunit *test)
{
	static const size_t sizes[] = { 1, 7, 64, 4095, 4096, 4097, SZ_64K, SZ_1M + 1, SZ_8M };
	struct vpk_case *vpk = vpk_of(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		PUCHAR memory = VideoPortAllocatePool(vpk->a->ext, VpPagedPool, sizes[i], 0);

		KUNIT_ASSERT_NOT_NULL(test, memory);
		KUNIT_EXPECT_EQ(test, allocations(test), 1ull);
		KUNIT_EXPECT_NULL(test, memchr_inv(memory, 0, sizes[i]));
		memset(memory, 0xa5, sizes[i]);
		VideoPortFreePool(vpk->a->ext, memory);
		KUNIT_EXPECT_EQ(test, allocations(test), 0ull);
	}
}

static void a_pool_of_nothing_or_of_everything_is_null(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVOID buffer = test;

	KUNIT_EXPECT_NULL(test, VideoPortAllocatePool(vpk->a->ext, VpNonPagedPool, 0, 0));
	KUNIT_EXPECT_NULL(test, VideoPortAllocatePool(vpk->a->ext, VpNonPagedPool, 1ull << 46, 0));
	KUNIT_EXPECT_NULL(test, VideoPortAllocatePool(NULL, VpNonPagedPool, 10, 0));
	KUNIT_EXPECT_EQ(test, VideoPortAllocateBuffer(vpk->a->ext, 0, &buffer),
			ERROR_NOT_ENOUGH_MEMORY);
	KUNIT_EXPECT_NULL(test, buffer);
	KUNIT_EXPECT_EQ(test, VideoPortAllocateBuffer(vpk->a->ext, 10, NULL),
			ERROR_INVALID_PARAMETER);
}

static void freeing_what_is_not_ours_is_refused(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_address");
	PUCHAR memory = VideoPortAllocatePool(vpk->a->ext, VpNonPagedPool, 100, 0);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	VideoPortFreePool(vpk->a->ext, memory + 1);
	VideoPortFreePool(vpk->a->ext, &bad);
	KUNIT_EXPECT_EQ(test, allocations(test), 1ull);
	VideoPortFreePool(vpk->a->ext, memory);
	VideoPortFreePool(vpk->a->ext, memory);
	VideoPortReleaseBuffer(vpk->a->ext, memory);
	VideoPortFreePool(vpk->a->ext, NULL); /* as everywhere */
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_address"), bad + 4);
}

static void buffers_are_allocated_and_released(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVOID buffer = NULL;

	KUNIT_ASSERT_EQ(test, VideoPortAllocateBuffer(vpk->a->ext, 5000, &buffer), NO_ERROR);
	KUNIT_EXPECT_NULL(test, memchr_inv(buffer, 0, 5000));
	KUNIT_EXPECT_EQ(test, allocations(test), 1ull);
	VideoPortReleaseBuffer(vpk->a->ext, buffer);
}

static void allocate_there(struct vpk_adapter *adapter, void *data)
{
	PVOID *memory = data;

	*memory = VideoPortAllocatePool(adapter->ext, VpNonPagedPool, 2000, 0);
}

static void free_there(struct vpk_adapter *adapter, void *data)
{
	VideoPortFreePool(adapter->ext, *(PVOID *)data);
}

static void pool_works_in_a_dpc(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVOID memory = NULL;

	KUNIT_EXPECT_TRUE(test, vpk_at_dispatch(vpk->a, allocate_there, &memory));
	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_EXPECT_TRUE(test, vpk_at_dispatch(vpk->a, free_there, &memory));
}

static void memory_moves_compare_and_zero(struct kunit *test)
{
	UCHAR memory[64], same[64];
	unsigned int i;

	for (i = 0; i < sizeof(memory); i++)
		memory[i] = i;
	memcpy(same, memory, sizeof(same));
	KUNIT_EXPECT_EQ(test, VideoPortCompareMemory(memory, same, 64), 64u);
	KUNIT_EXPECT_EQ(test, VideoPortCompareMemory(memory, same, 0), 0u);
	same[40] = 0;
	KUNIT_EXPECT_EQ(test, VideoPortCompareMemory(memory, same, 64), 40u);
	VideoPortMoveMemory(memory + 8, memory, 32); /* the ranges overlap */
	for (i = 0; i < 32; i++)
		KUNIT_EXPECT_EQ(test, memory[8 + i], i);
	VideoPortZeroMemory(memory + 1, 62);
	KUNIT_EXPECT_NULL(test, memchr_inv(memory + 1, 0, 62));
	KUNIT_EXPECT_EQ(test, memory[63], 63);
}

/* ---- Spin locks and interlocked calls ---- */

struct contended {
	PVOID ext;
	PSPIN_LOCK lock;
	unsigned long counted;
	struct completion done;
};

static int contend(void *data)
{
	struct contended *contended = data;
	UCHAR irql;
	int i;

	for (i = 0; i < 5000; i++) {
		VideoPortAcquireSpinLock(contended->ext, contended->lock, &irql);
		contended->counted = READ_ONCE(contended->counted) + 1;
		VideoPortReleaseSpinLock(contended->ext, contended->lock, irql);
	}
	complete(&contended->done);
	return 0;
}

static void a_spin_lock_excludes_another_thread(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct contended contended = { .ext = vpk->a->ext };
	struct task_struct *thread;

	KUNIT_ASSERT_EQ(test, VideoPortCreateSpinLock(vpk->a->ext, &contended.lock), NO_ERROR);
	init_completion(&contended.done);
	thread = kthread_run(contend, &contended, "vpk_contend");
	KUNIT_EXPECT_FALSE(test, IS_ERR(thread));
	contend(&contended);
	wait_for_completion(&contended.done);
	if (!IS_ERR(thread))
		wait_for_completion(&contended.done);
	KUNIT_EXPECT_EQ(test, contended.counted, 10000ul);
	KUNIT_EXPECT_EQ(test, VideoPortDeleteSpinLock(vpk->a->ext, contended.lock), NO_ERROR);
}

static void a_spin_lock_raises_to_dispatch_and_goes_back(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	UCHAR outer = 99, inside, at_dpc;
	PSPIN_LOCK lock, second;

	KUNIT_ASSERT_EQ(test, VideoPortCreateSpinLock(vpk->a->ext, &lock), NO_ERROR);
	VideoPortAcquireSpinLock(vpk->a->ext, lock, &outer);
	inside = VideoPortGetCurrentIrql();
	VideoPortReleaseSpinLock(vpk->a->ext, lock, outer);
	KUNIT_EXPECT_EQ(test, outer, 0);
	KUNIT_EXPECT_EQ(test, inside, 2);
	KUNIT_EXPECT_EQ(test, VideoPortGetCurrentIrql(), 0);

	local_bh_disable();
	VideoPortAcquireSpinLockAtDpcLevel(vpk->a->ext, lock);
	VideoPortReleaseSpinLockFromDpcLevel(vpk->a->ext, lock);
	at_dpc = VideoPortGetCurrentIrql();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, at_dpc, 2);
	KUNIT_EXPECT_EQ(test, VideoPortDeleteSpinLock(vpk->a->ext, lock), NO_ERROR);
	KUNIT_EXPECT_EQ(test, VideoPortDeleteSpinLock(vpk->a->ext, NULL), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortCreateSpinLock(NULL, &second), ERROR_INVALID_PARAMETER);
}

static void interlocked_calls_return_what_is_documented(struct kunit *test)
{
	LONG value = MAXLONG - 1;

	KUNIT_EXPECT_EQ(test, VideoPortInterlockedIncrement(&value), MAXLONG);
	KUNIT_EXPECT_EQ(test, VideoPortInterlockedIncrement(&value), (LONG)MINLONG);
	KUNIT_EXPECT_EQ(test, VideoPortInterlockedDecrement(&value), MAXLONG);
	KUNIT_EXPECT_EQ(test, VideoPortInterlockedExchange(&value, -5), MAXLONG);
	KUNIT_EXPECT_EQ(test, value, -5);
}

static void clocks_go_forward(struct kunit *test)
{
	LONGLONG frequency = 0, before, after;
	LARGE_INTEGER first, second;

	before = VideoPortQueryPerformanceCounter(vpk_of(test)->a->ext, &frequency);
	VideoPortQuerySystemTime(&first);
	/* a sleep is never too short, while an emulated processor's busy delays may be */
	usleep_range(2500, 3000);
	after = VideoPortQueryPerformanceCounter(vpk_of(test)->a->ext, NULL);
	VideoPortQuerySystemTime(&second);
	KUNIT_EXPECT_GT(test, frequency, 0ll);
	KUNIT_EXPECT_GE(test, (after - before) * 1000000 / frequency, 2500ll);
	KUNIT_EXPECT_GE(test, second.QuadPart - first.QuadPart, 25000ll);
	/* after 1970, as seen from 1601 */
	KUNIT_EXPECT_GE(test, first.QuadPart, 116444736000000000ll);
}

static void stalling_takes_time(struct kunit *test)
{
	LONGLONG frequency = 1, before, after;

	before = VideoPortQueryPerformanceCounter(vpk_of(test)->a->ext, &frequency);
	VideoPortStallExecution(2500);
	after = VideoPortQueryPerformanceCounter(vpk_of(test)->a->ext, NULL);
	KUNIT_EXPECT_GE(test, (after - before) * 1000000 / frequency, 2500ll);
}

static void an_error_report_is_counted(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	VIDEO_REQUEST_PACKET vrp = { .IoControlCode = 7 };
	u64 errors = vpk_counter(vpk->a, "miniport_error");

	VideoPortLogError(vpk->a->ext, NULL, ERROR_BUSY, 1);
	VideoPortLogError(vpk->a->ext, &vrp, ERROR_BUSY, 2);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "miniport_error"), errors + 2);
}

/* KASAN and the format's own checks look; the text is in the log. */
static void debug_prints_take_legacy_formats(struct kunit *test)
{
	static WCHAR wide[] = { 'w', 'i', 'd', 'e', 0 };
	char long_format[700];

	VideoPortDebugPrint(Info, "kunit: %ld %lx %I64x %I32d %hs %c %%\n", 1, 2, 3ll, 4, "five",
			    's');
	VideoPortDebugPrint(Info, "kunit: %ws %S %n %p", wide, wide, test, test);
	VideoPortDebugPrint(Info, NULL);
	memset(long_format, '%', sizeof(long_format) - 1);
	long_format[sizeof(long_format) - 1] = 0;
	VideoPortDebugPrint(Info, long_format);
}

static struct kunit_case system_cases[] = {
	KUNIT_CASE(pool_memory_is_zeroed_and_counted),
	KUNIT_CASE(a_pool_of_nothing_or_of_everything_is_null),
	KUNIT_CASE(freeing_what_is_not_ours_is_refused),
	KUNIT_CASE(buffers_are_allocated_and_released),
	KUNIT_CASE(pool_works_in_a_dpc),
	KUNIT_CASE(memory_moves_compare_and_zero),
	KUNIT_CASE(a_spin_lock_excludes_another_thread),
	KUNIT_CASE(a_spin_lock_raises_to_dispatch_and_goes_back),
	KUNIT_CASE(interlocked_calls_return_what_is_documented),
	KUNIT_CASE(clocks_go_forward),
	KUNIT_CASE(stalling_takes_time),
	KUNIT_CASE(an_error_report_is_counted),
	KUNIT_CASE(debug_prints_take_legacy_formats),
	{ }
};

VPK_SUITE(system, system_cases);
