// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that are locked once and kept for many DMAs, what the client hears of each by poll() and
 * read(), and DMA of the device itself, where it is QEMU's edu.
 */
#include <linux/poll.h>
#include <linux/sched.h>

#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)

/* ---- Many in a row ---- */

#define MANY	10000
#define PART	(PAGE_SIZE - 128)	/* from here on, across the pages' boundary */
#define MOVED	256

static void echo(struct vpk_adapter *adapter, PDMA dma)
{
	struct vpk_case *vpk = vpk_of(adapter->test);
	u8 seed = vpk->value[1];

	vpk->value[2] += vpk_segments_see(adapter, dma, MOVED, seed);
	vpk->value[3] += vpk_segments_write(adapter, dma, MOVED, ~seed);
}

static void signal_there(struct vpk_adapter *adapter, void *data)
{
	if (!VideoPortSignalDmaComplete(adapter->ext, data))
		KUNIT_FAIL(adapter->test, "no DMA was running");
}

/* Most end in place, each tenth in a DPC, and each hundredth in an interrupt. */
static bool end_one(struct vpk_adapter *adapter, PDMA dma, unsigned int i)
{
	if (i % 100 == 0 && vpk_at_dirql(adapter, signal_there, dma))
		return true;
	if (i % 10 == 0)
		return vpk_at_dispatch(adapter, signal_there, dma);
	return i % 2 || VideoPortSignalDmaComplete(adapter->ext, dma);
}

VPK_REQUEST_CASE(ten_thousand_dmas_on_kept_pages_pin_and_map_nothing_more)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 completed = vpk_counter(vpk->a, "completed");
	unsigned long user = vpk_user(test, BYTES) + PART;
	u64 deferred = vpk_counter(vpk->a, "deferred");
	struct vpk_state before, now;
	unsigned int i, right = 0;
	PDMA dma;

	vpk_fill(test, user, MOVED, 0);
	dma = vpk_lock_pages(vpk->a, user, MOVED, NULL);
	VPK_NEED(test, dma);
	vpk->a->packet.hook = echo;
	vpk_state(vpk, &before);
	for (i = 0; i < MANY; i++) {
		vpk->value[1] = i;
		vpk_fill(test, user, MOVED, i);
		vpk->a->packet.answer = i % 2 ? DmaSyncReturn : DmaAsyncReturn;
		if (VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked) != dma ||
		    !end_one(vpk->a, dma, i))
			break;
		right += vpk_matching(user, MOVED, (u8)~i) == MOVED;
		vpk_state(vpk, &now);
		if (!vpk_same(&before, &now))
			break;
	}
	KUNIT_EXPECT_EQ(test, i, (unsigned int)MANY);
	KUNIT_EXPECT_EQ(test, right, (unsigned int)MANY);
	KUNIT_EXPECT_EQ(test, vpk->value[2], (u64)MANY);
	KUNIT_EXPECT_EQ(test, vpk->value[3], (u64)MANY);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "completed"), completed + MANY);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "deferred"), deferred);
	vpk_expect_state(test, &before, "after the last DMA");
	VideoPortUnlockPages(vpk->a->ext, dma);
}

/* ---- What the client hears ---- */

#define READABLE	((__force u32)(EPOLLIN | EPOLLRDNORM))
#define GONE		((__force u32)(EPOLLERR | EPOLLHUP))

static void lock_kept(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->data = vpk_lock_pages(vpk->a, vpk_user(test, BYTES), BYTES, NULL);
}

static PDMA locked(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk_request(test, lock_kept);
	KUNIT_ASSERT_NOT_NULL(test, vpk->data);
	vpk->clients[0].file->f_flags |= O_NONBLOCK;
	return vpk->data;
}

static void one_dma(struct kunit *test, PDMA dma, vpk_at at)
{
	struct vpk_adapter *adapter = vpk_of(test)->a;

	adapter->test = test;
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(adapter->ext, dma, VideoPortKeepPagesLocked));
	if (!at(adapter, signal_there, dma))
		VideoPortSignalDmaComplete(adapter->ext, dma);
}

static void poll_and_read_tell_how_many_dmas_were_completed(struct kunit *test)
{
	struct vpk_client *client = vpk_of(test)->clients;
	PDMA dma = locked(test);
	u64 completed = 0;

	KUNIT_EXPECT_EQ(test, vpk_poll(client), 0u);
	KUNIT_EXPECT_EQ(test, vpk_read(test, client, &completed), -(ssize_t)EAGAIN);
	one_dma(test, dma, vpk_at_passive);
	KUNIT_EXPECT_EQ(test, vpk_poll(client), READABLE);
	one_dma(test, dma, vpk_at_dispatch);
	one_dma(test, dma, vpk_at_dirql);
	KUNIT_EXPECT_EQ(test, vpk_read(test, client, &completed), (ssize_t)sizeof(completed));
	KUNIT_EXPECT_EQ(test, completed, 3ull);
	KUNIT_EXPECT_EQ(test, vpk_poll(client), 0u);
	KUNIT_EXPECT_EQ(test, vpk_read(test, client, &completed), -(ssize_t)EAGAIN);
}

static void another_client_hears_nothing(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = locked(test);
	struct vpk_client *other;
	int error;

	other = vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_NOT_NULL(test, other);
	one_dma(test, dma, vpk_at_passive);
	KUNIT_EXPECT_EQ(test, vpk_poll(other), 0u);
	KUNIT_EXPECT_EQ(test, vpk_poll(&vpk->clients[0]), READABLE);
}

static void a_read_that_cannot_be_answered_takes_nothing(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct file *file;
	PDMA dma = locked(test);
	u64 completed = 0;
	loff_t at = 0;

	file = vpk->clients[0].file;
	one_dma(test, dma, vpk_at_passive);
	KUNIT_EXPECT_EQ(test, file->f_op->read(file, (char __user *)vpk->arena, 7, &at),
			-(ssize_t)EINVAL);
	KUNIT_EXPECT_EQ(test, file->f_op->read(file, (char __user *)8, 8, &at), -(ssize_t)EFAULT);
	KUNIT_EXPECT_EQ(test, vpk_read(test, vpk->clients, &completed), (ssize_t)sizeof(completed));
	KUNIT_EXPECT_EQ(test, completed, 1ull);
}

static void a_removed_adapter_is_err_and_hup_when_all_is_told(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = locked(test);
	u64 completed = 0;

	one_dma(test, dma, vpk_at_passive);
	/* one more runs: the removal ends it */
	KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortKeepPagesLocked));
	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
	KUNIT_EXPECT_EQ(test, vpk_poll(vpk->clients), READABLE);
	KUNIT_EXPECT_EQ(test, vpk_read(test, vpk->clients, &completed), (ssize_t)sizeof(completed));
	KUNIT_EXPECT_EQ(test, completed, 2ull);
	KUNIT_EXPECT_EQ(test, vpk_poll(vpk->clients), GONE);
	KUNIT_EXPECT_EQ(test, vpk_read(test, vpk->clients, &completed), -(ssize_t)ENODEV);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
	KUNIT_EXPECT_EQ(test, vpk_read(test, vpk->clients, &completed), -(ssize_t)ENODEV);
}

struct reader {
	struct kunit *test;
	struct vpk_client *client;
	u64 completed;
	ssize_t ret;
};

static void read_one(void *data)
{
	struct reader *reader = data;

	reader->ret = vpk_read(reader->test, reader->client, &reader->completed);
}

/* Start a reader, and wait until it waits. */
static bool reader_waits(struct reader *reader, struct vpk_thread *thread)
{
	reader->client->file->f_flags &= ~O_NONBLOCK;
	return vpk_thread_start(thread, read_one, reader) &&
	       vpk_thread_sleeps(thread, TASK_INTERRUPTIBLE);
}

static void read_waits_for_the_first(struct kunit *test)
{
	PDMA dma = locked(test);
	struct reader reader = { .test = test, .client = vpk_of(test)->clients };
	struct vpk_thread thread;

	KUNIT_EXPECT_TRUE(test, reader_waits(&reader, &thread));
	one_dma(test, dma, vpk_at_dirql);
	KUNIT_EXPECT_TRUE(test, vpk_thread_join(&thread));
	KUNIT_EXPECT_EQ(test, reader.ret, (ssize_t)sizeof(reader.completed));
	KUNIT_EXPECT_EQ(test, reader.completed, 1ull);
}

static void a_removal_ends_a_read_that_waits(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct reader reader = { .test = test, .client = vpk->clients };
	struct vpk_thread thread;

	locked(test);
	KUNIT_EXPECT_TRUE(test, reader_waits(&reader, &thread));
	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
	KUNIT_EXPECT_TRUE(test, vpk_thread_join(&thread));
	KUNIT_EXPECT_EQ(test, reader.ret, -(ssize_t)ENODEV);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
}

static void a_signal_ends_a_read_that_waits(struct kunit *test)
{
	struct reader reader = { .test = test, .client = vpk_of(test)->clients };
	struct vpk_thread thread;

	locked(test);
	KUNIT_EXPECT_TRUE(test, reader_waits(&reader, &thread));
	vpk_thread_kill(&thread);
	KUNIT_EXPECT_TRUE(test, vpk_thread_join(&thread));
	KUNIT_EXPECT_EQ(test, reader.ret, -(ssize_t)ERESTARTSYS);
}

/* ---- The device itself ---- */

#define EDU_SOURCE	0x80
#define EDU_TARGET	0x88
#define EDU_COUNT	0x90
#define EDU_COMMAND	0x98
#define EDU_MEMORY	0x40000		/* inside: 4096 bytes, the last of which QEMU refuses */
#define EDU_BYTES	2048
#define EDU_START	1u
#define EDU_TO_MEMORY	2u
#define EDU_INTERRUPT	4u

/* Addresses have 32 bits, as every case begins. */
static void edu_register(struct vpk_adapter *adapter, unsigned int offset, ULONG value)
{
	VideoPortWriteRegisterUlong((PULONG)(adapter->registers + offset), value);
}

/* The buffer, into the device or out of it, as value[1] says. */
static void edu_start(struct vpk_adapter *adapter, PDMA dma)
{
	struct vpk_case *vpk = vpk_of(adapter->test);
	PVRB_SG segment = GET_VIDEO_SCATTERGATHER(&dma);
	bool out = vpk->value[1];

	edu_register(adapter, EDU_SOURCE, out ? EDU_MEMORY : segment->PhysicalAddress);
	edu_register(adapter, EDU_TARGET, out ? segment->PhysicalAddress : EDU_MEMORY);
	edu_register(adapter, EDU_COUNT, EDU_BYTES);
	vpk_expect_interrupt(adapter, signal_there, dma);
	edu_register(adapter, EDU_COMMAND, EDU_START | EDU_INTERRUPT | (out ? EDU_TO_MEMORY : 0));
}

VPK_REQUEST_CASE(the_device_itself_moves_the_data_and_its_interrupt_signals)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned long user = vpk_user(test, EDU_BYTES);
	PDMA dma;

	if (!vpk->a->interrupts)
		VPK_SKIP(test, "the adapter is not an edu");
	vpk_fill(test, user, EDU_BYTES, 0x41);
	dma = vpk_lock_pages(vpk->a, user, EDU_BYTES, NULL);
	VPK_NEED(test, dma);
	vpk->a->packet.hook = edu_start;
	for (vpk->value[1] = 0; vpk->value[1] < 2; vpk->value[1]++) {
		KUNIT_EXPECT_NOT_NULL(test, VideoPortDoDma(vpk->a->ext, dma,
							   VideoPortKeepPagesLocked));
		KUNIT_EXPECT_TRUE(test, vpk_await_interrupt(vpk->a));
		KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "transfers"), 0ull);
		if (!vpk->value[1])
			vpk_fill(test, user, EDU_BYTES, 0);
	}
	KUNIT_EXPECT_EQ(test, vpk_matching(user, EDU_BYTES, 0x41), (size_t)EDU_BYTES);
	VideoPortUnlockPages(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, vpk_matching(user, EDU_BYTES, 0x41), (size_t)EDU_BYTES);
}

static struct kunit_case packet_kept_cases[] = {
	KUNIT_CASE(ten_thousand_dmas_on_kept_pages_pin_and_map_nothing_more),
	KUNIT_CASE(poll_and_read_tell_how_many_dmas_were_completed),
	KUNIT_CASE(another_client_hears_nothing),
	KUNIT_CASE(a_read_that_cannot_be_answered_takes_nothing),
	KUNIT_CASE(a_removed_adapter_is_err_and_hup_when_all_is_told),
	KUNIT_CASE(read_waits_for_the_first),
	KUNIT_CASE(a_removal_ends_a_read_that_waits),
	KUNIT_CASE(a_signal_ends_a_read_that_waits),
	KUNIT_CASE(the_device_itself_moves_the_data_and_its_interrupt_signals),
	{ }
};

VPK_PACKET_SUITE(packet_kept, packet_kept_cases);
