// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/videoport/videoportN/, for root to read: registry, the registry values of an
 * adapter, whose text is made when the file is opened; and handles, a line for each handle that the
 * adapter has given out, one look at the core a line. Process context.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
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
 * struct vp_handles_reader - one open of the file of handles
 * @vpd: whose handles.
 * @shown: the one of the line that is written now.
 */
struct vp_handles_reader {
	struct vp_device *vpd;
	struct vp_shown_handle shown;
};

/* The file's position is 0 for the heading, then the place of a handle and one. */
static void *vp_handles_at(struct vp_handles_reader *reader, loff_t *pos)
{
	u32 place = *pos - 1;

	if (*pos > U32_MAX || !vp_core_handle(reader->vpd->port, &place, &reader->shown))
		return NULL;
	*pos = (loff_t)place + 1;
	return &reader->shown;
}

static void *vp_handles_start(struct seq_file *seq, loff_t *pos)
{
	return *pos ? vp_handles_at(seq->private, pos) : SEQ_START_TOKEN;
}

static void *vp_handles_next(struct seq_file *seq, void *current_one, loff_t *pos)
{
	++*pos;
	return vp_handles_at(seq->private, pos);
}

static void vp_handles_stop(struct seq_file *seq, void *current_one)
{
}

static int vp_handles_show(struct seq_file *seq, void *current_one)
{
	const struct vp_shown_handle *shown = current_one;

	if (current_one == SEQ_START_TOKEN) {
		seq_puts(seq, "handle kind access bytes pages segments in_flight age_ms ");
		seq_puts(seq, "client uid pid command\n");
		return 0;
	}
	seq_printf(seq, "0x%llx %s %s %llu %llu %llu %u ", shown->token, shown->kind,
		   shown->device_writes ? "write" : "read", shown->bytes, shown->pages,
		   shown->segments, shown->in_flight);
	seq_printf(seq, "%llu %llu %u %u ", shown->age_ms, shown->client, shown->user.user,
		   shown->user.process);
	seq_escape(seq, shown->user.name[0] ? shown->user.name : "-", "\n\\");
	seq_putc(seq, '\n');
	return 0;
}

static const struct seq_operations vp_handles_seq = {
	.start = vp_handles_start,
	.next = vp_handles_next,
	.stop = vp_handles_stop,
	.show = vp_handles_show,
};

static int vp_handles_open(struct inode *inode, struct file *file)
{
	struct vp_handles_reader *reader;

	reader = __seq_open_private(file, &vp_handles_seq, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	reader->vpd = inode->i_private;
	return 0;
}

static const struct file_operations vp_handles_fops = {
	.owner = THIS_MODULE,
	.open = vp_handles_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release_private,
};

/**
 * vp_debugfs_add() - show a device; nothing that goes wrong here matters to it
 * @vpd: the device, which has its number.
 */
void vp_debugfs_add(struct vp_device *vpd)
{
	vpd->debugfs = debugfs_create_dir(dev_name(vpd->node), vp_debugfs);
	debugfs_create_file("registry", 0400, vpd->debugfs, vpd, &vp_registry_fops);
	debugfs_create_file("handles", 0400, vpd->debugfs, vpd, &vp_handles_fops);
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
