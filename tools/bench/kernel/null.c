// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/vp_bench_null: an ioctl that takes the same structure as a videoport request and copies the
 * same bytes in and out, and does nothing else: what an empty request is compared with.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <uapi/linux/videoport.h>

#include "kernel.h"

#define BENCH_NULL_MOST	64 /* bytes each way */

static long bench_null_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	void __user *user = (void __user *)argument;
	struct videoport_request request;
	u8 buffer[BENCH_NULL_MOST];

	if (command != VIDEOPORT_IOC_REQUEST)
		return -ENOTTY;
	if (copy_from_user(&request, user, sizeof(request)))
		return -EFAULT;
	if (request.input_length > sizeof(buffer) || request.output_length > sizeof(buffer))
		return -EMSGSIZE;
	memset(buffer, 0, max(request.input_length, request.output_length));
	if (copy_from_user(buffer, u64_to_user_ptr(request.input), request.input_length))
		return -EFAULT;
	if (copy_to_user(u64_to_user_ptr(request.output), buffer, request.output_length))
		return -EFAULT;
	request.status = 0;
	request.information = request.output_length;
	return copy_to_user(user, &request, sizeof(request)) ? -EFAULT : 0;
}

static const struct file_operations bench_null_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = bench_null_ioctl,
};

static struct miscdevice bench_null = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vp_bench_null",
	.fops = &bench_null_fops,
};

int bench_null_init(void)
{
	return misc_register(&bench_null);
}

void bench_null_exit(void)
{
	misc_deregister(&bench_null);
}
