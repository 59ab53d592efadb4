// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/videoportN: opens, closes, ioctls, and reading and polling for completed DMA. Copies between
 * the client and the system buffer; checks what comes from user space before anything else sees it.
 * Process context.
 */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/uaccess.h>
#include <uapi/linux/videoport.h>

#include "compat.h"
#include "linux.h"
#include "usercopy.h"

#define VP_MINORS	256

static unsigned int max_request_bytes = 1 << 20;
module_param(max_request_bytes, uint, 0644);
MODULE_PARM_DESC(max_request_bytes,
		 "largest input or output of one request, in bytes (default 1048576)");

static dev_t vp_first;
static struct class *vp_class;
static DEFINE_IDR(vp_minors);
static DEFINE_MUTEX(vp_minors_lock);

static struct vp_device *vp_device_get(int minor)
{
	struct vp_device *vpd;

	mutex_lock(&vp_minors_lock);
	vpd = idr_find(&vp_minors, minor);
	if (vpd)
		kref_get(&vpd->kref);
	mutex_unlock(&vp_minors_lock);
	return vpd;
}

static int vp_open(struct inode *inode, struct file *file)
{
	struct vp_file *vpf;
	int ret;

	vpf = kzalloc(sizeof(*vpf), GFP_KERNEL_ACCOUNT);
	if (!vpf)
		return -ENOMEM;
	vpf->file = file;
	init_waitqueue_head(&vpf->wait);
	vpf->device = vp_device_get(iminor(inode));
	ret = -ENODEV;
	if (!vpf->device)
		goto free;
	ret = vp_power_get(vpf->device);
	if (ret)
		goto put;
	ret = vp_core_client_open(vpf->device->port, vpf, &vpf->client);
	if (ret)
		goto idle;
	file->private_data = vpf;
	dev_dbg(&vpf->device->pdev->dev, "opened by %s, process %d\n", current->comm,
		task_tgid_nr(current));
	return nonseekable_open(inode, file);

idle:
	vp_power_put(vpf->device);
put:
	vp_device_put(vpf->device);
free:
	kfree(vpf);
	return ret;
}

static int vp_release(struct inode *inode, struct file *file)
{
	struct vp_file *vpf = file->private_data;

	vp_core_client_close(vpf->client);
	dev_dbg(&vpf->device->pdev->dev, "closed by %s, process %d\n", current->comm,
		task_tgid_nr(current));
	vp_power_put(vpf->device);
	vp_device_put(vpf->device);
	kfree(vpf);
	return 0;
}

/* The structure that the client was compiled with may be older or newer than ours. */
static int vp_struct_fetch(struct vp_client *client, const char *what, void *uapi, u32 known,
			   u32 least, const void __user *argument, u32 *size)
{
	int ret;

	if (get_user(*size, (const u32 __user *)argument))
		return -EFAULT;
	if (*size < least) {
		vp_core_client_refuse(client, "%s: its structure has %u bytes, fewer than %u", what,
				      *size, least);
		return -EINVAL;
	}
	ret = *size > PAGE_SIZE ? -E2BIG : copy_struct_from_user(uapi, known, argument, *size);
	if (ret == -E2BIG)
		vp_core_client_refuse(client,
				      "%s: its structure of %u bytes says more than this module knows: is the module older than the client?",
				      what, *size);
	return ret;
}

static int vp_request_fetch(struct vp_client *client, struct videoport_request *uapi,
			    const void __user *argument)
{
	u32 most = READ_ONCE(max_request_bytes);
	u32 size;
	int ret;

	/* Nearly all clients know the structure that we know; for others all is asked again. */
	if (unlikely(vp_copy_in(uapi, argument, sizeof(*uapi)) || uapi->size != sizeof(*uapi))) {
		ret = vp_struct_fetch(client, "request", uapi, sizeof(*uapi),
				      VIDEOPORT_REQUEST_SIZE_VER0, argument, &size);
		if (ret)
			return ret;
	}
	if (uapi->flags) {
		vp_core_client_refuse(client, "request 0x%x: flags 0x%x must be 0", uapi->code,
				      uapi->flags);
		return -EINVAL;
	}
	if (uapi->input_length > most || uapi->output_length > most) {
		vp_core_client_refuse(client,
				      "request 0x%x: %u bytes in, %u out: max_request_bytes is %u",
				      uapi->code, uapi->input_length, uapi->output_length, most);
		return -EMSGSIZE;
	}
	return 0;
}

static int vp_request_answer(struct videoport_request __user *user,
			     const struct vp_request *request)
{
	if (!user_write_access_begin(user, sizeof(*user)))
		return -EFAULT;
	unsafe_put_user(request->status, &user->status, fault);
	unsafe_put_user(request->information, &user->information, fault);
	user_write_access_end();
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

static int vp_request_serve(struct vp_client *client, const struct videoport_request *uapi,
			    struct videoport_request __user *user)
{
	struct vp_request request = {
		.code = uapi->code,
		.capacity = max(uapi->input_length, uapi->output_length),
		.input_length = uapi->input_length,
		.output_length = uapi->output_length,
	};
	int ret;

	if (request.capacity) {
		ret = vp_core_request_buffer(client, &request);
		if (ret)
			return ret;
	}
	ret = vp_copy_in(request.buffer, u64_to_user_ptr(uapi->input), uapi->input_length);
	if (!ret)
		ret = vp_core_client_request(client, &request);
	if (!ret)
		ret = vp_copy_out(u64_to_user_ptr(uapi->output), request.buffer, request.returned);
	if (request.capacity)
		vp_core_request_buffer_free(client, &request);
	return ret ?: vp_request_answer(user, &request);
}

static long vp_ioctl_request(struct vp_client *client, void __user *user)
{
	struct videoport_request uapi;
	int ret = vp_request_fetch(client, &uapi, user);

	return ret ?: vp_request_serve(client, &uapi, user);
}

static long vp_ioctl_event(struct vp_client *client, void __user *user, bool map)
{
	struct videoport_event uapi;
	u64 token;
	u32 size;
	int ret;

	ret = vp_struct_fetch(client, "event", &uapi, sizeof(uapi), VIDEOPORT_EVENT_SIZE_VER0, user,
			      &size);
	if (ret)
		return ret;
	if (!map)
		return vp_core_event_unmap(client, uapi.event);
	ret = vp_core_event_map(client, uapi.fd, &token);
	if (ret)
		return ret;
	uapi.event = token;
	if (!copy_to_user(user, &uapi, min_t(size_t, size, sizeof(uapi))))
		return 0;
	vp_core_event_unmap(client, token);
	return -EFAULT;
}

static long vp_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct vp_file *vpf = file->private_data;
	void __user *user = (void __user *)argument;

	switch (command) {
	case VIDEOPORT_IOC_REQUEST:
		return vp_ioctl_request(vpf->client, user);
	case VIDEOPORT_IOC_EVENT_MAP:
	case VIDEOPORT_IOC_EVENT_UNMAP:
		return vp_ioctl_event(vpf->client, user, command == VIDEOPORT_IOC_EVENT_MAP);
	default:
		return -ENOTTY;
	}
}

void vp_file_wake(struct vp_file *file)
{
	if (wq_has_sleeper(&file->wait))
		wake_up_interruptible_all(&file->wait);
}

static __poll_t vp_poll(struct file *file, poll_table *wait)
{
	struct vp_file *vpf = file->private_data;
	s64 completed;

	poll_wait(file, &vpf->wait, wait);
	completed = vp_core_client_completions(vpf->client, false);
	if (completed < 0)
		return EPOLLERR | EPOLLHUP;
	return completed ? EPOLLIN | EPOLLRDNORM : 0;
}

/* Eight bytes: how many DMAs were completed since the last read. Waits for the first. */
static ssize_t vp_read(struct file *file, char __user *buffer, size_t bytes, loff_t *offset)
{
	struct vp_file *vpf = file->private_data;
	s64 completed;
	int ret;

	if (bytes < sizeof(u64))
		return -EINVAL;
	/* nothing is taken that cannot be told */
	if (clear_user(buffer, sizeof(u64)))
		return -EFAULT;
	completed = vp_core_client_completions(vpf->client, true);
	if (!completed && file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	if (!completed) {
		ret = wait_event_interruptible(vpf->wait,
					       (completed = vp_core_client_completions(vpf->client,
										       true)));
		if (ret)
			return ret;
	}
	if (completed < 0)
		return completed;
	return copy_to_user(buffer, &completed, sizeof(u64)) ? -EFAULT : sizeof(u64);
}

static int vp_mmap(struct file *file, struct vm_area_struct *vma)
{
	return vp_view_mmap(file->private_data, vma);
}

static const struct file_operations vp_fops = {
	.owner = THIS_MODULE,
	.open = vp_open,
	.release = vp_release,
	.unlocked_ioctl = vp_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = vp_poll,
	.read = vp_read,
	.mmap = vp_mmap,
};

static char *vp_devnode(vp_devnode_device *dev, umode_t *mode)
{
	if (mode)
		*mode = 0660;
	return NULL;
}

/**
 * vp_chardev_add() - make the node of a device; from now on clients may open it
 * @vpd: the device.
 *
 * Return: 0 or a negative error.
 */
int vp_chardev_add(struct vp_device *vpd)
{
	int ret;

	mutex_lock(&vp_minors_lock);
	vpd->minor = idr_alloc(&vp_minors, vpd, 0, VP_MINORS, GFP_KERNEL);
	mutex_unlock(&vp_minors_lock);
	if (vpd->minor < 0)
		return vpd->minor;

	ret = -ENOMEM;
	vpd->cdev = cdev_alloc();
	if (!vpd->cdev)
		goto minor;
	vpd->cdev->ops = &vp_fops;
	vpd->cdev->owner = THIS_MODULE;
	ret = cdev_add(vpd->cdev, vp_first + vpd->minor, 1);
	if (ret)
		goto cdev;

	vpd->node = device_create_with_groups(vp_class, &vpd->pdev->dev, vp_first + vpd->minor,
					      vpd, vp_node_groups, "videoport%d", vpd->minor);
	if (IS_ERR(vpd->node)) {
		ret = PTR_ERR(vpd->node);
		goto cdev;
	}
	vp_children_show(vpd);
	return 0;

cdev:
	cdev_del(vpd->cdev);
minor:
	mutex_lock(&vp_minors_lock);
	idr_remove(&vp_minors, vpd->minor);
	mutex_unlock(&vp_minors_lock);
	return ret;
}

/**
 * vp_chardev_remove() - nobody can open the node any more; who has it open keeps it
 * @vpd: the device.
 */
void vp_chardev_remove(struct vp_device *vpd)
{
	mutex_lock(&vp_minors_lock);
	idr_remove(&vp_minors, vpd->minor);
	mutex_unlock(&vp_minors_lock);
	vp_children_hide(vpd);
	device_destroy(vp_class, vp_first + vpd->minor);
	cdev_del(vpd->cdev);
}

int vp_chardev_init(void)
{
	int ret;

	BUILD_BUG_ON(sizeof(struct videoport_request) != VIDEOPORT_REQUEST_SIZE_VER0);
	BUILD_BUG_ON(sizeof(struct videoport_event) != VIDEOPORT_EVENT_SIZE_VER0);

	ret = alloc_chrdev_region(&vp_first, 0, VP_MINORS, "videoport");
	if (ret)
		return ret;
	vp_class = vp_class_create("videoport");
	if (IS_ERR(vp_class)) {
		unregister_chrdev_region(vp_first, VP_MINORS);
		return PTR_ERR(vp_class);
	}
	vp_class->devnode = vp_devnode;
	return 0;
}

void vp_chardev_exit(void)
{
	class_destroy(vp_class);
	unregister_chrdev_region(vp_first, VP_MINORS);
	idr_destroy(&vp_minors);
}
