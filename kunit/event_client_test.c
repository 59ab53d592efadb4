// SPDX-License-Identifier: GPL-2.0
/*
 * Events that clients lend to their miniport: eventfds. The miniport sets, clears and reads them;
 * only their own client's request may name them.
 */
#include <linux/file.h>

#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)

/* A client that has lent an eventfd, value[0], as the event in data. Skips if there are none. */
static struct vpk_client *lender(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client;
	int error, fd;

	client = vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_NOT_NULL(test, client);
	fd = vpk_eventfd(test);
	if (fd < 0)
		kunit_skip(test, "no eventfd can be made here: %d", fd);
	vpk->value[0] = fd;
	KUNIT_ASSERT_EQ(test, vpk_event_map(test, client, fd, (PEVENT *)&vpk->data), 0l);
	KUNIT_ASSERT_NOT_NULL(test, vpk->data);
	return client;
}

static void set_clear_and_read(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	PVOID ext = vpk->a->ext;
	PEVENT event = vpk->data;

	KUNIT_EXPECT_EQ(test, VideoPortReadStateEvent(ext, event), 0);
	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(ext, event), 0);
	KUNIT_EXPECT_NE(test, VideoPortReadStateEvent(ext, event), 0);
	KUNIT_EXPECT_NE(test, VideoPortSetEvent(ext, event), 0);
	KUNIT_EXPECT_EQ(test, vpk_eventfd_take(vpk->value[0]), 2ull);
	KUNIT_EXPECT_EQ(test, VideoPortReadStateEvent(ext, event), 0); /* the client has read it */
	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(ext, event), 0);
	VideoPortClearEvent(ext, event);
	KUNIT_EXPECT_EQ(test, VideoPortReadStateEvent(ext, event), 0);
	KUNIT_EXPECT_EQ(test, vpk_eventfd_take(vpk->value[0]), 0ull);
}

static void the_miniport_sets_clears_and_reads_a_clients_event(struct kunit *test)
{
	struct vpk_client *client = lender(test);

	KUNIT_EXPECT_EQ(test, vpk_counter(vpk_of(test)->a, "events"), 1ull);
	KUNIT_EXPECT_EQ(test, vpk_request_of(test, client, set_clear_and_read), 0l);
	KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, client, vpk_of(test)->data), 0l);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk_of(test)->a, "events"), 0ull);
}

static void set_there(struct vpk_adapter *adapter, void *data)
{
	struct vpk_case *vpk = data;

	vpk->value[1] += VideoPortSetEvent(adapter->ext, vpk->data);
}

static void a_clients_event_is_set_in_an_interrupt_and_in_a_dpc(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	vpk_at places[] = { vpk_at_dispatch, vpk_at_dirql };
	unsigned int i;

	lender(test);
	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (places[i](vpk->a, set_there, vpk))
			KUNIT_EXPECT_EQ(test, vpk_eventfd_take(vpk->value[0]), 1ull);
	KUNIT_EXPECT_EQ(test, vpk->value[1], 0ull); /* each found it clear */
}

static void wait_and_delete(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_parameter");
	LARGE_INTEGER zero = { };
	PVOID ext = vpk->a->ext;

	VideoPortSetEvent(ext, vpk->data);
	KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, vpk->data, NULL),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortWaitForSingleObject(ext, vpk->data, &zero),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(ext, vpk->data), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_parameter"), bad + 3);
	KUNIT_EXPECT_NE(test, VideoPortReadStateEvent(ext, vpk->data), 0);
}

static void a_clients_event_is_not_waited_for_and_not_deleted(struct kunit *test)
{
	struct vpk_client *client = lender(test);

	KUNIT_EXPECT_EQ(test, vpk_request_of(test, client, wait_and_delete), 0l);
}

static void use_foreign(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 foreign = vpk_counter(vpk->a, "foreign_handle");
	VIDEO_REQUEST_PACKET lock = {
		.InputBuffer = (PVOID)vpk_user(test, BYTES),
		.InputBufferLength = BYTES,
	};

	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(vpk->a->ext, vpk->data), 0);
	KUNIT_EXPECT_EQ(test, VideoPortReadStateEvent(vpk->a->ext, vpk->data), 0);
	VideoPortClearEvent(vpk->a->ext, vpk->data);
	KUNIT_EXPECT_FALSE(test, VideoPortLockPages(vpk->a->ext, &lock, vpk->data, NULL,
						    VideoPortDmaInitOnly));
	KUNIT_EXPECT_FALSE(test, VideoPortLockPages(vpk->a->ext, &lock, NULL, vpk->data,
						    VideoPortKeepPagesLocked));
	KUNIT_EXPECT_NULL(test, VideoPortAssociateEventsWithDmaHandle(vpk->a->ext, &lock,
								      vpk->data, NULL));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "foreign_handle"), foreign + 6);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 0ull);
}

static void another_clients_event_is_refused(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *other;
	int error;

	lender(test);
	other = vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_EQ(test, vpk_request_of(test, other, use_foreign), 0l);
	KUNIT_EXPECT_EQ(test, vpk_eventfd_take(vpk->value[0]), 0ull);
	/* nor can it take it back */
	KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, other, vpk->data), -(long)EINVAL);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "events"), 1ull);
}

/* ---- A DMA with a client's event ---- */

static void lock_with_event(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	VIDEO_REQUEST_PACKET lock = {
		.InputBuffer = (PVOID)vpk_user(test, BYTES),
		.InputBufferLength = BYTES,
	};

	KUNIT_EXPECT_TRUE(test, VideoPortLockPages(vpk->a->ext, &lock, vpk->data, NULL,
						   VideoPortKeepPagesLocked));
	vpk->value[2] = (uintptr_t)lock.OutputBuffer;
}

static void signal_there(struct vpk_adapter *adapter, void *data)
{
	VideoPortSignalDmaComplete(adapter->ext, data);
}

static void a_dma_sets_the_event_of_its_client_in_an_interrupt(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client = lender(test);
	PDMA dma;

	KUNIT_EXPECT_EQ(test, vpk_request_of(test, client, lock_with_event), 0l);
	dma = (PDMA)vpk->value[2];
	KUNIT_EXPECT_EQ(test, vpk_eventfd_take(vpk->value[0]), 0ull);
	if (!vpk_at_dirql(vpk->a, signal_there, dma))
		VideoPortSignalDmaComplete(vpk->a->ext, dma);
	KUNIT_EXPECT_EQ(test, vpk_eventfd_take(vpk->value[0]), 1ull);
	KUNIT_EXPECT_NULL(test, VideoPortDoDma(vpk->a->ext, dma, VideoPortUnlockAfterDma));
	KUNIT_EXPECT_TRUE(test, VideoPortSignalDmaComplete(vpk->a->ext, dma));
	KUNIT_EXPECT_EQ(test, vpk_eventfd_take(vpk->value[0]), 1ull);
}

/* What the client takes back or leaves behind stays as long as a DMA of it runs. */
static void event_goes(struct kunit *test, bool close)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client = lender(test);

	KUNIT_EXPECT_EQ(test, vpk_request_of(test, client, lock_with_event), 0l);
	if (close)
		vpk_close(client);
	else
		KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, client, vpk->data), 0l);
	KUNIT_EXPECT_EQ(test, VideoPortSetEvent(vpk->a->ext, vpk->data), 0); /* stale */
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "events"), 1ull);
	if (!vpk_at_dirql(vpk->a, signal_there, (PVOID)vpk->value[2]))
		VideoPortSignalDmaComplete(vpk->a->ext, (PVOID)vpk->value[2]);
	KUNIT_EXPECT_EQ(test, vpk_eventfd_take(vpk->value[0]), 1ull);
	VideoPortUnlockBuffer(vpk->a->ext, (PVOID)vpk->value[2]);
	KUNIT_EXPECT_TRUE(test, vpk_wait_counter(vpk->a, "events", 0));
}

static void an_event_taken_back_is_still_set_by_the_dma_that_has_it(struct kunit *test)
{
	event_goes(test, false);
}

static void an_event_of_a_client_that_closed_is_still_set_by_its_dma(struct kunit *test)
{
	event_goes(test, true);
}

/* ---- The ioctls ---- */

static void what_is_no_eventfd_is_refused(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client = lender(test);
	struct file *file = client->file;
	struct videoport_event event = { .size = VIDEOPORT_EVENT_SIZE_VER0 - 1 };
	u64 bad = vpk_counter(vpk->a, "bad_request");
	void __user *user = (void __user *)vpk->arena;
	PEVENT token;
	int fd;

	KUNIT_EXPECT_EQ(test, vpk_event_map(test, client, -1, &token), -(long)EBADF);
	KUNIT_EXPECT_EQ(test, vpk_event_map(test, client, 1 << 20, &token), -(long)EBADF);
	fd = get_unused_fd_flags(O_CLOEXEC);
	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_EXPECT_EQ(test, vpk_event_map(test, client, fd, &token), -(long)EBADF);
	get_file(file);
	fd_install(fd, file);
	vpk->fds[vpk->nr_fds++] = fd;
	KUNIT_EXPECT_EQ(test, vpk_event_map(test, client, fd, &token), -(long)EINVAL);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_request"), bad + 4);
	KUNIT_ASSERT_EQ(test, copy_to_user(user, &event, sizeof(event)), 0ul);
	KUNIT_EXPECT_EQ(test, file->f_op->unlocked_ioctl(file, VIDEOPORT_IOC_EVENT_MAP,
							 (unsigned long)user), -(long)EINVAL);
	KUNIT_EXPECT_EQ(test, file->f_op->unlocked_ioctl(file, VIDEOPORT_IOC_EVENT_MAP, 8),
			-(long)EFAULT);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "events"), 1ull);
}

static void what_was_not_lent_is_not_taken_back(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client = lender(test);
	PEVENT own = NULL;

	KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, client, NULL), -(long)EINVAL);
	KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, client, (PEVENT)test), -(long)EINVAL);
	VideoPortCreateEvent(vpk->a->ext, NOTIFICATION_EVENT, NULL, &own);
	KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, client, own), -(long)EINVAL);
	KUNIT_EXPECT_EQ(test, VideoPortDeleteEvent(vpk->a->ext, own), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, client, vpk->data), 0l);
	KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, client, vpk->data), -(long)EINVAL);
}

static void a_client_lends_256_events_and_no_more(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client = lender(test), *other;
	u64 limit = vpk_counter(vpk->a, "limit_reached");
	unsigned int i;
	PEVENT event;
	int error;

	for (i = 1; i < 256; i++)
		KUNIT_ASSERT_EQ(test, vpk_event_map(test, client, vpk->value[0], &event), 0l);
	KUNIT_EXPECT_EQ(test, vpk_event_map(test, client, vpk->value[0], &event), -(long)ENOSPC);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "limit_reached"), limit + 1);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "events"), 256ull);
	/* one that is taken back makes room; another client has room of its own */
	KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, client, vpk->data), 0l);
	KUNIT_EXPECT_EQ(test, vpk_event_map(test, client, vpk->value[0], &event), 0l);
	other = vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_EQ(test, vpk_event_map(test, other, vpk->value[0], &event), 0l);
	vpk_close(client);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "events"), 1ull);
}

static void a_removed_adapter_borrows_nothing(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client = lender(test);
	PEVENT event;

	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
	KUNIT_EXPECT_EQ(test, vpk_event_map(test, client, vpk->value[0], &event), -(long)ENODEV);
	KUNIT_EXPECT_EQ(test, vpk_event_unmap(test, client, vpk->data), -(long)ENODEV);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
}

static struct kunit_case event_client_cases[] = {
	KUNIT_CASE(the_miniport_sets_clears_and_reads_a_clients_event),
	KUNIT_CASE(a_clients_event_is_set_in_an_interrupt_and_in_a_dpc),
	KUNIT_CASE(a_clients_event_is_not_waited_for_and_not_deleted),
	KUNIT_CASE(another_clients_event_is_refused),
	KUNIT_CASE(a_dma_sets_the_event_of_its_client_in_an_interrupt),
	KUNIT_CASE(an_event_taken_back_is_still_set_by_the_dma_that_has_it),
	KUNIT_CASE(an_event_of_a_client_that_closed_is_still_set_by_its_dma),
	KUNIT_CASE(what_is_no_eventfd_is_refused),
	KUNIT_CASE(what_was_not_lent_is_not_taken_back),
	KUNIT_CASE(a_client_lends_256_events_and_no_more),
	KUNIT_CASE(a_removed_adapter_borrows_nothing),
	{ }
};

VPK_PACKET_SUITE(event_client, event_client_cases);
