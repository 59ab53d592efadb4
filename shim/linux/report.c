// SPDX-License-Identifier: GPL-2.0
/*
 * Debug reports of miniports as device coredumps: a head that people read, and the data after it.
 * Process context.
 */
#include <linux/devcoredump.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/vmalloc.h>

#include "linux.h"

/* Long enough for a head whose strings are names. */
#define VP_HEAD_BYTES	512

static int vp_report_head(char *head, struct vp_device *device, const struct vp_report *report)
{
	return scnprintf(head, VP_HEAD_BYTES,
			 "videoport debug report\n"
			 "adapter: %s\n"
			 "miniport: %s\n"
			 "code: 0x%x\n"
			 "arguments: 0x%llx 0x%llx 0x%llx 0x%llx\n"
			 "data: %zu bytes, after the empty line\n\n",
			 pci_name(device->pdev), report->miniport, report->code,
			 report->arguments[0], report->arguments[1], report->arguments[2],
			 report->arguments[3], report->bytes);
}

/*
 * The kernel keeps one for a device, and drops a second one without a word. The link to it goes
 * last: a new one while the old one ends would meet that link, and the kernel would warn.
 */
static bool vp_report_there(struct device *dev)
{
	struct kernfs_node *link = sysfs_get_dirent(dev->kobj.sd, "devcoredump");

	sysfs_put(link);
	return link;
}

int vp_report_publish(struct vp_device *device, const struct vp_report *report)
{
	int length;
	char *dump;

	if (!IS_ENABLED(CONFIG_DEV_COREDUMP))
		return -EOPNOTSUPP;
	if (vp_report_there(&device->pdev->dev))
		return -EBUSY;
	dump = vzalloc(VP_HEAD_BYTES + report->bytes);
	if (!dump)
		return -ENOMEM;
	length = vp_report_head(dump, device, report);
	memcpy(dump + length, report->data, report->bytes);
	/* Frees it when it was read, or after a while. */
	dev_coredumpv(&device->pdev->dev, dump, length + report->bytes, GFP_KERNEL);
	return 0;
}
