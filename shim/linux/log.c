// SPDX-License-Identifier: GPL-2.0
/*
 * The core's messages in the kernel log, each with the name of the adapter before it. Any context.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/printk.h>

#include "linux.h"

static unsigned int log_interval_ms = 5000;
module_param(log_interval_ms, uint, 0644);
MODULE_PARM_DESC(log_interval_ms,
		 "least time between two messages of one cause for one adapter; 0: no limit (default 5000)");

unsigned int vp_log_interval_ms(void)
{
	return READ_ONCE(log_interval_ms);
}

void vp_vlog(struct vp_device *device, enum vp_log_level level, const char *format,
	     va_list arguments)
{
	const char *name = device ? pci_name(device->pdev) : "core";
	struct va_format vaf = { .fmt = format };
	va_list copy;

	va_copy(copy, arguments);
	vaf.va = &copy;
	switch (level) {
	case VP_LOG_ERROR:
		pr_err("videoport %s: %pV\n", name, &vaf);
		break;
	case VP_LOG_WARN:
		pr_warn("videoport %s: %pV\n", name, &vaf);
		break;
	case VP_LOG_INFO:
		pr_info("videoport %s: %pV\n", name, &vaf);
		break;
	case VP_LOG_DEBUG:
		pr_debug("videoport %s: %pV\n", name, &vaf);
		break;
	}
	va_end(copy);
}

void vp_log(struct vp_device *device, enum vp_log_level level, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vp_vlog(device, level, format, arguments);
	va_end(arguments);
}
