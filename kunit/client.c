// SPDX-License-Identifier: GPL-2.0
/*
 * Clients: opens of an adapter's node, and real requests through its ioctl, from the thread of the
 * case, which has a process's memory. Closing ends in process context before it returns.
 */
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/poll.h>
#include <linux/workqueue.h>

#include "bench.h"

struct vpk_client *vpk_open_with(struct kunit *test, struct vpk_adapter *adapter, int flags,
				 int *error)
{
	struct vpk_case *vpk = vpk_of(test);
	struct device *node = vpk_node(adapter);
	struct vpk_client *client;
	char path[40];
	struct file *file;

	*error = -ENODEV;
	if (!node || vpk->nr_clients == VPK_CLIENTS) {
		put_device(node);
		return NULL;
	}
	snprintf(path, sizeof(path), "/dev/%s", dev_name(node));
	put_device(node);
	file = vpk_file(path, flags);
	*error = PTR_ERR_OR_ZERO(file);
	if (*error)
		return NULL;
	client = &vpk->clients[vpk->nr_clients++];
	client->adapter = adapter;
	client->file = file;
	return client;
}

struct vpk_client *vpk_open(struct kunit *test, struct vpk_adapter *adapter, int *error)
{
	return vpk_open_with(test, adapter, O_RDWR, error);
}

struct vpk_close_work {
	struct work_struct work;
	struct file *file;
};

static void vpk_close_now(struct work_struct *work)
{
	__fput_sync(container_of(work, struct vpk_close_work, work)->file);
}

/* In a worker: the case may end in a thread or in a process, where fput() would be put off. */
void vpk_close(struct vpk_client *client)
{
	struct vpk_close_work close = { .file = client->file };

	if (!client->file)
		return;
	client->file = NULL;
	INIT_WORK_ONSTACK(&close.work, vpk_close_now);
	schedule_work(&close.work);
	flush_work(&close.work);
	destroy_work_on_stack(&close.work);
}

long vpk_ioctl(struct kunit *test, struct vpk_client *client, struct videoport_request *request)
{
	void __user *user = (void __user *)vpk_of(test)->arena;
	long ret;

	if (copy_to_user(user, request, sizeof(*request)))
		return -EFAULT;
	ret = client->file->f_op->unlocked_ioctl(client->file, VIDEOPORT_IOC_REQUEST,
						 (unsigned long)user);
	if (copy_from_user(request, user, sizeof(*request)))
		return -EFAULT;
	return ret;
}

long vpk_request_of(struct kunit *test, struct vpk_client *client,
		    void (*body)(struct kunit *test, PVIDEO_REQUEST_PACKET vrp))
{
	struct videoport_request request = {
		.size = sizeof(request),
		.code = VPK_CODE,
	};
	struct vpk_adapter *adapter = client->adapter;
	long ret;

	adapter->test = test;
	adapter->body = body;
	adapter->served = false;
	ret = vpk_ioctl(test, client, &request);
	adapter->body = NULL;
	return ret;
}

void vpk_request(struct kunit *test, void (*body)(struct kunit *test, PVIDEO_REQUEST_PACKET vrp))
{
	struct vpk_case *vpk = vpk_of(test);
	int error = 0;

	if (!vpk->nr_clients)
		vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_EQ_MSG(test, error, 0, "the node cannot be opened");
	KUNIT_ASSERT_EQ(test, vpk_request_of(test, &vpk->clients[0], body), 0L);
	KUNIT_EXPECT_TRUE(test, vpk->clients[0].adapter->served);
}

/* ---- Events that a client lends ---- */

int vpk_eventfd(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	int fd;

	if (vpk->nr_fds == VPK_FDS)
		return -EMFILE;
	fd = vpk_syscall("eventfd2", 0, EFD_NONBLOCK | EFD_CLOEXEC, 0);
	if (fd >= 0) {
		vpk->files = current->files;
		vpk->fds[vpk->nr_fds++] = fd;
	}
	return fd;
}

u64 vpk_eventfd_take(int fd)
{
	struct file *file = fget(fd);
	loff_t at = 0;
	u64 count;

	if (!file)
		return 0;
	if (kernel_read(file, &count, sizeof(count), &at) != sizeof(count))
		count = 0;
	fput(file);
	return count;
}

static long vpk_event(struct kunit *test, struct vpk_client *client, unsigned int command,
		      struct videoport_event *event)
{
	void __user *user = (void __user *)vpk_of(test)->arena;
	unsigned int left;
	long ret;

	if (copy_to_user(user, event, sizeof(*event)))
		return -EFAULT;
	ret = client->file->f_op->unlocked_ioctl(client->file, command, (unsigned long)user);
	/* what was lent must be known, whatever is made to fail */
	left = current_fail_nth_left();
	current_fail_nth(0);
	if (copy_from_user(event, user, sizeof(*event)))
		ret = -EFAULT;
	current_fail_nth(left);
	return ret;
}

long vpk_event_map(struct kunit *test, struct vpk_client *client, int fd, PEVENT *token)
{
	struct videoport_event event = { .size = sizeof(event), .fd = fd };
	long ret = vpk_event(test, client, VIDEOPORT_IOC_EVENT_MAP, &event);

	*token = ret ? NULL : (PEVENT)(uintptr_t)event.event;
	return ret;
}

long vpk_event_unmap(struct kunit *test, struct vpk_client *client, PEVENT token)
{
	struct videoport_event event = { .size = sizeof(event), .event = (uintptr_t)token };

	return vpk_event(test, client, VIDEOPORT_IOC_EVENT_UNMAP, &event);
}

/* ---- Completed DMA ---- */

u32 vpk_poll(struct vpk_client *client)
{
	return (__force u32)vfs_poll(client->file, NULL);
}

ssize_t vpk_read(struct kunit *test, struct vpk_client *client, u64 *completed)
{
	char __user *user = (char __user *)vpk_of(test)->arena;
	loff_t at = 0;
	ssize_t ret = client->file->f_op->read(client->file, user, sizeof(*completed), &at);

	if (ret > 0 && copy_from_user(completed, user, sizeof(*completed)))
		return -EFAULT;
	return ret;
}
