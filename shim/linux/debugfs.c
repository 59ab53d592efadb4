// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/videoport/videoportN/registry: the registry values of an adapter, for root to
 * read. The text is made when the file is opened. Process context.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "linux.h"

static struct dentry *vp_debugfs;

/* What one open of the file shows. */
struct vp_registry_text {
	char *text;
	size_t length;
};

static int vp_registry_open(struct inode *inode, struct file *file)
{
	struct vp_device *vpd = inode->i_private;
	struct vp_registry_text *shown;

	shown = kzalloc(sizeof(*shown), GFP_KERNEL);
	if (!shown)
		return -ENOMEM;
	shown->text = vp_core_port_registry(vpd->port, &shown->length);
	if (!shown->text) {
		kfree(shown);
		return -ENOMEM;
	}
	file->private_data = shown;
	return 0;
}

static ssize_t vp_registry_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct vp_registry_text *shown = file->private_data;

	return simple_read_from_buffer(to, count, pos, shown->text, shown->length);
}

static int vp_registry_release(struct inode *inode, struct file *file)
{
	struct vp_registry_text *shown = file->private_data;

	vp_free(shown->text);
	kfree(shown);
	return 0;
}

static const struct file_operations vp_registry_fops = {
	.owner = THIS_MODULE,
	.open = vp_registry_open,
	.read = vp_registry_read,
	.llseek = default_llseek,
	.release = vp_registry_release,
};

/**
 * vp_debugfs_add() - show a device; nothing that goes wrong here matters to it
 * @vpd: the device, which has its number.
 */
void vp_debugfs_add(struct vp_device *vpd)
{
	vpd->debugfs = debugfs_create_dir(dev_name(vpd->node), vp_debugfs);
	debugfs_create_file("registry", 0400, vpd->debugfs, vpd, &vp_registry_fops);
}

/**
 * vp_debugfs_remove() - waits for who is opening or reading a file of the device
 * @vpd: the device, whose port is still there.
 */
void vp_debugfs_remove(struct vp_device *vpd)
{
	debugfs_remove_recursive(vpd->debugfs);
	vpd->debugfs = NULL;
}

void vp_debugfs_init(void)
{
	vp_debugfs = debugfs_create_dir("videoport", NULL);
}

void vp_debugfs_exit(void)
{
	debugfs_remove_recursive(vp_debugfs);
}
