// SPDX-License-Identifier: GPL-2.0
/*
 * Clients: opens of an adapter's node, and real requests through its ioctl, from the thread of the
 * case, which has a process's memory. Closing ends in process context before it returns.
 */
#include <linux/file.h>
#include <linux/workqueue.h>

#include "bench.h"

struct vpk_client *vpk_open(struct kunit *test, struct vpk_adapter *adapter, int *error)
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
	file = vpk_file(path, O_RDWR);
	*error = PTR_ERR_OR_ZERO(file);
	if (*error)
		return NULL;
	client = &vpk->clients[vpk->nr_clients++];
	client->adapter = adapter;
	client->file = file;
	return client;
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
