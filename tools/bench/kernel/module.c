// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's half of the benchmark, as a module: which methods it has, and how the miniport's PCI
 * function is found, so that both halves work with one struct device.
 */
#include <linux/module.h>

#include "kernel.h"

void *bench_device_get(unsigned int bus, unsigned int device, unsigned int function)
{
	return pci_get_domain_bus_and_slot(0, bus, PCI_DEVFN(device, function));
}
EXPORT_SYMBOL_GPL(bench_device_get);

void bench_device_put(void *device)
{
	pci_dev_put(device);
}
EXPORT_SYMBOL_GPL(bench_device_put);

const struct bench_ops *bench_kernel_method(unsigned int method)
{
	static const struct bench_ops *const methods[BENCH_METHODS] = {
		[BENCH_FLOOR_NOTHING] = &bench_floor_nothing,
		[BENCH_FLOOR_PIN] = &bench_floor_pin,
		[BENCH_FLOOR_MAP] = &bench_floor_map,
		[BENCH_FLOOR_SYNC] = &bench_floor_sync,
		[BENCH_FLOOR_READ] = &bench_floor_read,
		[BENCH_HAND] = &bench_hand,
		[BENCH_HAND_HELD] = &bench_hand_held,
		[BENCH_RDMA] = &bench_rdma,
		[BENCH_V4L2] = &bench_v4l2,
	};

	return method < BENCH_METHODS ? methods[method] : NULL;
}
EXPORT_SYMBOL_GPL(bench_kernel_method);

static int __init bench_init(void)
{
	int ret;

	BUILD_BUG_ON(sizeof(struct bench_hand_state) > BENCH_STATE_BYTES);
	ret = bench_measure_init();
	if (ret)
		return ret;
	ret = bench_null_init();
	if (ret)
		bench_measure_exit();
	return ret;
}

static void __exit bench_exit(void)
{
	bench_null_exit();
	bench_measure_exit();
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("videoport benchmark: the kernel's own ways, and what measures");
MODULE_LICENSE("GPL");
