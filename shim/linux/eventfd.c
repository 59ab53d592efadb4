// SPDX-License-Identifier: GPL-2.0
/*
 * Events that clients lend to their miniport: eventfds. The file is kept beside the context because
 * only it can be asked whether the count is zero.
 */
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "compat.h"
#include "linux.h"

/**
 * struct vp_eventfd - an eventfd of a client
 * @file: it; a reference is held.
 * @ctx: its context; likewise.
 */
struct vp_eventfd {
	struct file *file;
	struct eventfd_ctx *ctx;
};

int vp_eventfd_get(int fd, struct vp_eventfd **out)
{
	struct vp_eventfd *event;
	int ret;

	event = kzalloc(sizeof(*event), GFP_KERNEL_ACCOUNT);
	if (!event)
		return -ENOMEM;
	event->file = eventfd_fget(fd);
	if (IS_ERR(event->file)) {
		ret = PTR_ERR(event->file);
		goto free;
	}
	event->ctx = eventfd_ctx_fileget(event->file);
	if (IS_ERR(event->ctx)) {
		ret = PTR_ERR(event->ctx);
		goto put;
	}
	*out = event;
	return 0;

put:
	fput(event->file);
free:
	kfree(event);
	return ret;
}

void vp_eventfd_put(struct vp_eventfd *event)
{
	eventfd_ctx_put(event->ctx);
	fput(event->file);
	kfree(event);
}

void vp_eventfd_signal(struct vp_eventfd *event)
{
	vp_eventfd_ctx_signal(event->ctx);
}

/* Reading is offered only together with leaving a wait queue: leave with an entry of no queue. */
void vp_eventfd_clear(struct vp_eventfd *event)
{
	wait_queue_entry_t nobody;
	u64 count;

	init_waitqueue_entry(&nobody, NULL);
	INIT_LIST_HEAD(&nobody.entry);
	eventfd_ctx_remove_wait_queue(event->ctx, &nobody, &count);
}

bool vp_eventfd_state(struct vp_eventfd *event)
{
	return vfs_poll(event->file, NULL) & EPOLLIN;
}
