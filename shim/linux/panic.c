// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel panics: tells the core, and writes what miniports have to say into the kernel's log,
 * from where pstore, a console or a crash dump keeps it. Any context, one processor, no lock.
 */
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/printk.h>

#include "linux.h"

#define VP_BYTES_A_LINE	32

static int vp_panic(struct notifier_block *block, unsigned long event, void *message)
{
	vp_core_panic();
	return NOTIFY_DONE;
}

static struct notifier_block vp_panic_block = {
	.notifier_call = vp_panic,
};

int vp_panic_init(void)
{
	return atomic_notifier_chain_register(&panic_notifier_list, &vp_panic_block);
}

void vp_panic_exit(void)
{
	atomic_notifier_chain_unregister(&panic_notifier_list, &vp_panic_block);
}

void vp_panic_data(struct vp_device *device, const void *data, size_t bytes)
{
	const u8 *byte = data;
	size_t used = bytes;

	/* What it left as it was takes no room in a log that is small. */
	while (used && !byte[used - 1])
		used--;
	pr_emerg("videoport %s: data of the miniport: %zu bytes, %zu of them up to the last that is not 0\n",
		 pci_name(device->pdev), bytes, used);
	print_hex_dump(KERN_EMERG, "videoport: ", DUMP_PREFIX_OFFSET, VP_BYTES_A_LINE, 1, data,
		       used, false);
}
