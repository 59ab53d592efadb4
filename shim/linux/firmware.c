// SPDX-License-Identifier: GPL-2.0
/*
 * Files that an administrator puts beside the firmware, in its folder videoport/: registry values,
 * and what those name. Read through the firmware loader, so never from anywhere else. Process
 * context; a file that is not there is not worth a message.
 */
#include <linux/errno.h>
#include <linux/firmware.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "linux.h"

int vp_firmware_load(struct vp_device *device, const char *name, struct vp_firmware **firmware)
{
	const struct firmware *file;
	char *path;
	int ret;

	/* A kernel without the loader has no such folder. */
	if (!IS_REACHABLE(CONFIG_FW_LOADER))
		return -ENOENT;
	path = kasprintf(GFP_KERNEL, "videoport/%s", name);
	if (!path)
		return -ENOMEM;
	ret = request_firmware_direct(&file, path, &device->pdev->dev);
	kfree(path);
	if (ret)
		return ret == -ENOENT || ret == -ENOMEM ? ret : -EIO;
	*firmware = (struct vp_firmware *)file;
	return 0;
}

const void *vp_firmware_data(const struct vp_firmware *firmware, size_t *length)
{
	const struct firmware *file = (const struct firmware *)firmware;

	*length = file->size;
	return file->data;
}

void vp_firmware_release(struct vp_firmware *firmware)
{
	release_firmware((const struct firmware *)firmware);
}
