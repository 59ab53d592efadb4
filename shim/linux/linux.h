/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of shim/linux share among themselves: the device that the core knows only by
 * name, and the parts that one file offers another. Not seen by the core or by miniports.
 */
#ifndef VP_LINUX_H
#define VP_LINUX_H

#include <linux/cdev.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../core/platform.h"

/**
 * struct vp_shown_child - a child of an adapter, as a user sees it
 * @vpd: the adapter.
 * @dev: its device; NULL: there is no child in this slot.
 */
struct vp_shown_child {
	struct vp_device *vpd;
	struct device *dev;
};

/**
 * struct vp_device - one PCI function that a miniport drives
 * @pdev: the function; a reference is held.
 * @port: the core's side of it.
 * @kref: held by the binding, and by each open node.
 * @node: the device behind /dev/videoportN.
 * @cdev: its character device.
 * @minor: N.
 * @dpc: softirq half of vp_dpc_schedule().
 * @timer: of vp_timer_start().
 * @work: of vp_work_schedule().
 * @watch: of vp_watch_start().
 * @enumerate: of vp_enumerate_schedule().
 * @children_lock: protects @children and @children_parent.
 * @children_parent: @node, as long as children may be shown.
 * @children: by their slots.
 * @irq: Linux interrupt number, or -1; written under @irq_lock.
 * @held: why it is held back, of enum vp_hold; likewise.
 * @irq_lock: may be taken wherever a miniport may hold its interrupt back.
 * @irq_again: asks the ISR once more when an MSI is held back no longer.
 * @debugfs: its folder there.
 * @view_pages: offset in the node, in pages, of the next view.
 * @console_taken: the system draws on it no more.
 * @vga_memory_requested: its claim of VGA's memory is in the kernel's table.
 * @max_segment: bytes of one entry of a table that it can take; see vp_map_set_limits().
 * @spare_pin: memory of a pin that was, for the next one; or NULL.
 * @spare_mapping: likewise of a mapping.
 * @may_idle: the PCI core may take its power while nobody has it open.
 * @ended: the core's side is removed and the function disabled; under the function's device lock.
 */
struct vp_device {
	struct pci_dev *pdev;
	struct vp_port *port;
	struct kref kref;
	struct device *node;
	struct cdev *cdev;
	int minor;
	struct tasklet_struct dpc;
	struct timer_list timer;
	struct work_struct work;
	struct delayed_work watch;
	struct work_struct enumerate;
	struct mutex children_lock; /* of @children and @children_parent */
	struct device *children_parent;
	struct vp_shown_child children[VP_MAX_CHILDREN];
	int irq;
	unsigned int held;
	raw_spinlock_t irq_lock;
	struct irq_work irq_again;
	struct dentry *debugfs;
	atomic_long_t view_pages;
	unsigned int max_segment;
	struct vp_pin *spare_pin;
	struct vp_part_mapping *spare_mapping;
	bool console_taken;
	bool vga_memory_requested;
	bool may_idle;
	bool ended;
};

/**
 * struct vp_file - one open of a node
 * @device: the device; a reference is held.
 * @client: the core's side of it.
 * @file: the kernel's; it outlives this.
 * @wait: for completed DMA.
 * @viewer: the thread that maps @view just now.
 * @view: what it maps.
 */
struct vp_file {
	struct vp_device *device;
	struct vp_client *client;
	struct file *file;
	wait_queue_head_t wait;
	struct task_struct *viewer;
	struct vp_view *view;
};

/* Here for the sake of those who ask often; for others vp_clock_ms(). */
static inline u64 vp_now_ms(void)
{
	return MSEC_PER_SEC % HZ ? jiffies64_to_msecs(get_jiffies_64()) :
				   get_jiffies_64() * (MSEC_PER_SEC / HZ);
}

/* Where KASAN or kmemleak looks on, each object is to be one of theirs. */
static inline bool vp_keeps(void)
{
	return !IS_ENABLED(CONFIG_KASAN) && !IS_ENABLED(CONFIG_DEBUG_KMEMLEAK);
}

/* bars.c */
resource_size_t vp_range_start(struct vp_device *vpd, unsigned int index);

/* legacy.c */
const char *vp_console_take(struct vp_device *vpd);

/* view.c */
int vp_view_mmap(struct vp_file *vpf, struct vm_area_struct *vma);

/* sysfs.c */
extern const struct attribute_group *vp_node_groups[];
void vp_sysfs_init(void);

/* debugfs.c */
void vp_debugfs_init(void);
void vp_debugfs_exit(void);
void vp_debugfs_add(struct vp_device *vpd);
void vp_debugfs_remove(struct vp_device *vpd);

/* events.c */
void vp_events_init(struct vp_device *vpd);

/* children.c */
int vp_children_init(void);
void vp_children_exit(void);
void vp_children_prepare(struct vp_device *vpd);
void vp_children_show(struct vp_device *vpd);
void vp_children_hide(struct vp_device *vpd);

/* chardev.c */
int vp_chardev_init(void);
void vp_chardev_exit(void);
int vp_chardev_add(struct vp_device *vpd);
void vp_chardev_remove(struct vp_device *vpd);

/* power.c */
extern const struct dev_pm_ops vp_pm_ops;
void vp_power_add(struct vp_device *vpd);
void vp_power_remove(struct vp_device *vpd);
int vp_power_get(struct vp_device *vpd);
void vp_power_put(struct vp_device *vpd);

/* panic.c */
int vp_panic_init(void);
void vp_panic_exit(void);

/* map.c */
void vp_map_set_limits(struct vp_device *vpd);
void vp_map_free_spare(struct vp_device *vpd);

/* pin.c */
void vp_pin_free_spare(struct vp_device *vpd);

/* pci.c */
void vp_device_put(struct vp_device *vpd);

#endif /* VP_LINUX_H */
