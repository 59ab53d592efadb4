// SPDX-License-Identifier: GPL-2.0
/*
 * Children of an adapter as devices: /sys/class/videoport/videoportN/videoportN-childM/ with type,
 * uid, edid and hardware_id. Shows what the core knows; asks for it at each look. Process context.
 */
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include <video.h>

#include "compat.h"
#include "linux.h"

static struct class *vp_child_class;

/* What is shown is one whole child, even if it changes meanwhile. */
static bool vp_child_look(struct device *dev, struct vp_child *child)
{
	struct vp_shown_child *shown = dev_get_drvdata(dev);

	return vp_core_child(shown->vpd->port, shown - shown->vpd->children, child);
}

static ssize_t type_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	static const char * const names[] = {
		[Monitor] = "monitor",
		[NonPrimaryChip] = "non-primary-chip",
		[VideoChip] = "video-chip",
		[Other] = "other",
	};
	struct vp_child child;

	if (!vp_child_look(dev, &child))
		return -ENODEV;
	if (child.type < Monitor || child.type > Other)
		return sysfs_emit(page, "%u\n", child.type);
	return sysfs_emit(page, "%s\n", names[child.type]);
}
static DEVICE_ATTR_RO(type);

static ssize_t uid_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_child child;

	if (!vp_child_look(dev, &child))
		return -ENODEV;
	return sysfs_emit(page, "0x%08x\n", child.uid);
}
static DEVICE_ATTR_RO(uid);

static ssize_t hardware_id_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_child child;

	if (!vp_child_look(dev, &child))
		return -ENODEV;
	return sysfs_emit(page, "%s\n", child.hardware_id);
}
static DEVICE_ATTR_RO(hardware_id);

/* Bytes, as those of DRM's connectors; empty without an EDID. It fits into the page. */
static ssize_t edid_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_child child;

	BUILD_BUG_ON(sizeof(child.edid) > PAGE_SIZE);
	if (!vp_child_look(dev, &child))
		return -ENODEV;
	memcpy(page, child.edid, child.edid_bytes);
	return child.edid_bytes;
}
static DEVICE_ATTR_RO(edid);

static struct attribute *vp_child_attrs[] = {
	&dev_attr_type.attr,
	&dev_attr_uid.attr,
	&dev_attr_hardware_id.attr,
	&dev_attr_edid.attr,
	NULL,
};
ATTRIBUTE_GROUPS(vp_child);

/* Under the lock. A child that cannot be shown is still there: the log says that it is not seen. */
static void vp_child_add(struct vp_device *vpd, unsigned int slot, const struct vp_child *child)
{
	struct vp_shown_child *shown = &vpd->children[slot];
	struct device *dev;

	shown->vpd = vpd;
	dev = device_create_with_groups(vp_child_class, vpd->children_parent, MKDEV(0, 0), shown,
					vp_child_groups, "%s-child%u",
					dev_name(vpd->children_parent), child->index);
	if (IS_ERR(dev))
		dev_warn(vpd->children_parent, "child %u is not shown in sysfs (%ld)\n",
			 child->index, PTR_ERR(dev));
	else
		shown->dev = dev;
}

static void vp_child_remove(struct vp_shown_child *shown)
{
	if (shown->dev)
		device_unregister(shown->dev);
	shown->dev = NULL;
}

void vp_children_changed(struct vp_device *device, uint32_t slots)
{
	unsigned int slot;

	mutex_lock(&device->children_lock);
	for (slot = 0; slot < VP_MAX_CHILDREN && device->children_parent; slot++) {
		struct vp_shown_child *shown = &device->children[slot];
		struct vp_child child;

		if (!(slots & BIT(slot)))
			continue;
		if (!vp_core_child(device->port, slot, &child))
			vp_child_remove(shown);
		else if (!shown->dev)
			vp_child_add(device, slot, &child);
		else
			kobject_uevent(&shown->dev->kobj, KOBJ_CHANGE);
	}
	mutex_unlock(&device->children_lock);
}

/**
 * vp_children_show() - show the children of a device from now on
 * @vpd: the device; its node is there.
 */
void vp_children_show(struct vp_device *vpd)
{
	mutex_lock(&vpd->children_lock);
	vpd->children_parent = vpd->node;
	mutex_unlock(&vpd->children_lock);
	vp_children_changed(vpd, U32_MAX);
}

/**
 * vp_children_hide() - show none any more; waits for those who look at them
 * @vpd: the device.
 */
void vp_children_hide(struct vp_device *vpd)
{
	unsigned int slot;

	mutex_lock(&vpd->children_lock);
	for (slot = 0; slot < VP_MAX_CHILDREN; slot++)
		vp_child_remove(&vpd->children[slot]);
	vpd->children_parent = NULL;
	mutex_unlock(&vpd->children_lock);
}

static void vp_enumerate(struct work_struct *work)
{
	struct vp_device *vpd = container_of(work, struct vp_device, enumerate);

	vp_core_enumerate(vpd->port);
}

/**
 * vp_children_prepare() - prepare what a device has for its children; nothing runs yet
 * @vpd: the device.
 */
void vp_children_prepare(struct vp_device *vpd)
{
	mutex_init(&vpd->children_lock);
	INIT_WORK(&vpd->enumerate, vp_enumerate);
}

/* Of its own kind: it may wait for a request, and the bits of a monitor's EDID take a while. */
void vp_enumerate_schedule(struct vp_device *device)
{
	queue_work(system_long_wq, &device->enumerate);
}

void vp_enumerate_drain(struct vp_device *device)
{
	flush_work(&device->enumerate);
}

/**
 * vp_children_init() - make the class of children
 *
 * Return: 0 or a negative error.
 */
int vp_children_init(void)
{
	vp_child_class = vp_class_create("videoport_child");
	return PTR_ERR_OR_ZERO(vp_child_class);
}

void vp_children_exit(void)
{
	class_destroy(vp_child_class);
}
