// SPDX-License-Identifier: GPL-2.0
/*
 * How a buffer lies in physical memory, and so how few elements a list of it can have.
 */
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "kernel.h"

/* An IOMMU that translates may put everything side by side. */
static bool bench_translates(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	return domain && domain->type & __IOMMU_DOMAIN_DMA_API;
}

/**
 * bench_layout() - look where the buffer's pages are
 * @run: names the buffer and the device.
 * @layout: out.
 *
 * Return: 0, or what bench_hand_pin() returns.
 */
int bench_layout(struct bench_run *run, struct bench_layout *layout)
{
	u64 longest = dma_get_max_seg_size(bench_dev(run));
	struct bench_hand_state state = {};
	unsigned long i, start;
	int ret = bench_hand_pin(run, &state);

	if (ret)
		return ret;
	longest = max_t(u64, ALIGN_DOWN(longest, PAGE_SIZE), PAGE_SIZE);
	memset(layout, 0, sizeof(*layout));
	layout->longest_segment = longest;
	for (i = 0, start = 0; i < state.nr_pages; i++) {
		if (i + 1 < state.nr_pages &&
		    page_to_pfn(state.pages[i]) + 1 == page_to_pfn(state.pages[i + 1]))
			continue;
		layout->runs++;
		layout->least_elements += DIV_ROUND_UP_ULL((u64)(i + 1 - start) << PAGE_SHIFT,
							   longest);
		start = i + 1;
	}
	if (bench_translates(bench_dev(run)))
		layout->least_elements = DIV_ROUND_UP_ULL((u64)state.nr_pages << PAGE_SHIFT,
							  longest);
	bench_hand_unpin(&state, false);
	return 0;
}
EXPORT_SYMBOL_GPL(bench_layout);
