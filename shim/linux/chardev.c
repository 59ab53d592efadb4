// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/videoportN: opens, closes, and the one ioctl. Copies between the client and the system
 * buffer; checks what comes from user space before anything else sees it. Process context.
 */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include <uapi/linux/videoport.h>

#include "compat.h"
#include "linux.h"

#define VP_MINORS	256

static unsigned int max_request_bytes = 1 << 20;
module_param(max_request_bytes, uint, 0644);
MODULE_PARM_DESC(max_request_bytes,
		 "largest input or output of one request, in bytes (default 1048576)");

static dev_t vp_first;
static struct class *vp_class;
static DEFINE_IDR(vp_minors);
static DEFINE_MUTEX(vp_minors_lock);

/**
 * struct vp_file - one open of a node
 * @device: the device; a reference is held.
 * @client: the core's side of it.
 */
struct vp_file {
	struct vp_device *device;
	struct vp_client *client;
};

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
	vpf->device = vp_device_get(iminor(inode));
	ret = vpf->device ? vp_core_client_open(vpf->device->port, &vpf->client) : -ENODEV;
	if (ret) {
		if (vpf->device)
			vp_device_put(vpf->device);
		kfree(vpf);
		return ret;
	}
	file->private_data = vpf;
	return 0;
}

static int vp_release(struct inode *inode, struct file *file)
{
	struct vp_file *vpf = file->private_data;

	vp_core_client_close(vpf->client);
	vp_device_put(vpf->device);
	kfree(vpf);
	return 0;
}

/* The structure that the client was compiled with may be older or newer than ours. */
static int vp_request_fetch(struct vp_client *client, struct videoport_request *uapi,
			    const void __user *argument, u32 *size)
{
	u32 most = READ_ONCE(max_request_bytes);
	int ret;

	if (get_user(*size, (const u32 __user *)argument))
		return -EFAULT;
	if (*size < VIDEOPORT_REQUEST_SIZE_VER0) {
		vp_core_client_refuse(client, "request: its structure has %u bytes, fewer than %u",
				      *size, VIDEOPORT_REQUEST_SIZE_VER0);
		return -EINVAL;
	}
	ret = *size > PAGE_SIZE ? -E2BIG :
				  copy_struct_from_user(uapi, sizeof(*uapi), argument, *size);
	if (ret == -E2BIG)
		vp_core_client_refuse(client,
				      "request: its structure of %u bytes says more than this module knows: is the module older than the client?",
				      *size);
	if (ret)
		return ret;
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

static int vp_request_serve(struct vp_client *client, struct videoport_request *uapi)
{
	struct vp_request request = {
		.code = uapi->code,
		.capacity = max(uapi->input_length, uapi->output_length),
		.input_length = uapi->input_length,
		.output_length = uapi->output_length,
	};
	int ret = -EFAULT;

	if (request.capacity) {
		request.buffer = vp_core_request_buffer(client, request.capacity);
		if (!request.buffer)
			return -ENOMEM;
	}
	if (copy_from_user(request.buffer, u64_to_user_ptr(uapi->input), uapi->input_length))
		goto free;
	ret = vp_core_client_request(client, &request);
	if (ret)
		goto free;
	if (copy_to_user(u64_to_user_ptr(uapi->output), request.buffer, request.returned))
		ret = -EFAULT;
	uapi->status = request.status;
	uapi->information = request.information;
free:
	vp_core_request_buffer_free(client, request.buffer);
	return ret;
}

static long vp_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct vp_file *vpf = file->private_data;
	void __user *user = (void __user *)argument;
	struct videoport_request uapi;
	u32 size;
	int ret;

	if (command != VIDEOPORT_IOC_REQUEST)
		return -ENOTTY;
	ret = vp_request_fetch(vpf->client, &uapi, user, &size);
	if (ret)
		return ret;
	ret = vp_request_serve(vpf->client, &uapi);
	if (ret)
		return ret;
	return copy_to_user(user, &uapi, min_t(size_t, size, sizeof(uapi))) ? -EFAULT : 0;
}

static const struct file_operations vp_fops = {
	.owner = THIS_MODULE,
	.open = vp_open,
	.release = vp_release,
	.unlocked_ioctl = vp_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
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
	device_destroy(vp_class, vp_first + vpd->minor);
	cdev_del(vpd->cdev);
}

int vp_chardev_init(void)
{
	int ret;

	BUILD_BUG_ON(sizeof(struct videoport_request) != VIDEOPORT_REQUEST_SIZE_VER0);

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
