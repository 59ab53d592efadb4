// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/class/videoport/videoportN/counters/: one read-only file for each of the core's counters.
 */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "linux.h"

#define VP_COUNTERS_MAX	48

static struct device_attribute vp_counters[VP_COUNTERS_MAX];
static struct attribute *vp_counter_attributes[VP_COUNTERS_MAX + 1];

static ssize_t vp_counter_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	return sysfs_emit(page, "%llu\n",
			  (u64)vp_core_counter(vpd->port, attribute - vp_counters));
}

static const struct attribute_group vp_counters_group = {
	.name = "counters",
	.attrs = vp_counter_attributes,
};

const struct attribute_group *vp_node_groups[] = { &vp_counters_group, NULL };

void vp_sysfs_init(void)
{
	unsigned int i;

	for (i = 0; i < VP_COUNTERS_MAX && vp_core_counter_name(i); i++) {
		sysfs_attr_init(&vp_counters[i].attr);
		vp_counters[i].attr.name = vp_core_counter_name(i);
		vp_counters[i].attr.mode = 0444;
		vp_counters[i].show = vp_counter_show;
		vp_counter_attributes[i] = &vp_counters[i].attr;
	}
	WARN_ON(vp_core_counter_name(i));
}
