// SPDX-License-Identifier: GPL-2.0
/*
 * The module: what is set up once, and what a user reads in modinfo.
 */
#include <linux/module.h>

#include "linux.h"
#include "version.h"

static int __init vp_init(void)
{
	int ret;

	ret = vp_core_init();
	if (ret)
		return ret;
	vp_sysfs_init();
	ret = vp_children_init();
	if (ret)
		goto core;
	ret = vp_chardev_init();
	if (ret)
		goto children;
	ret = vp_panic_init();
	if (ret)
		goto chardev;
	vp_debugfs_init();
	return 0;

chardev:
	vp_chardev_exit();
children:
	vp_children_exit();
core:
	vp_core_exit();
	return ret;
}

static void __exit vp_exit(void)
{
	vp_debugfs_exit();
	vp_panic_exit();
	vp_chardev_exit();
	vp_children_exit();
	vp_core_exit();
}

module_init(vp_init);
module_exit(vp_exit);

MODULE_DESCRIPTION("Hosts legacy Windows display miniports: VideoPort calls over the Linux DMA API");
MODULE_AUTHOR("videoport maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION(VP_VERSION);
