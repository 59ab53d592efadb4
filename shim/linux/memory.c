// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for the core and the miniport, and memory that CPU and device share. Sleeps only where
 * the caller may; never hands out memory that was not zeroed.
 */
#include <linux/cache.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "linux.h"

/* No memory for devices is below the first MiB. */
#define VP_LEAST_BITS	20

void *vp_alloc(size_t bytes)
{
	if (vp_context_now() != VP_PASSIVE)
		return kzalloc(bytes, GFP_ATOMIC | __GFP_NOWARN);
	return kvzalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}

void vp_free(void *memory)
{
	kvfree(memory);
}

bool vp_keeps_memory(void)
{
	return vp_keeps();
}

uint64_t vp_kernel_start(void)
{
	return TASK_SIZE_MAX;
}

void *vp_coherent_alloc(struct vp_device *device, size_t bytes, unsigned int bits,
			uint64_t *logical)
{
	struct device *dev = &device->pdev->dev;
	u64 mask = dev->coherent_dma_mask;
	dma_addr_t address;
	void *memory;

	/* What cannot be had must not be looked for at the cost of other processes. */
	if (PFN_UP(bytes) > totalram_pages() / 2)
		return NULL;
	/*
	 * Nor what has no room there: when a small part of an IOMMU's 32-bit addresses is full,
	 * Linux gives out none of them for a request of that size, until one is given back.
	 */
	if (bits < VP_LEAST_BITS || (bits < 64 && bytes > DMA_BIT_MASK(bits)))
		return NULL;
	/* An allocation beside this one that sees the narrower mask is fine with it. */
	if (bits < 64)
		WRITE_ONCE(dev->coherent_dma_mask, min_t(u64, mask, DMA_BIT_MASK(bits)));
	memory = dma_alloc_coherent(dev, bytes, &address,
				    GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (bits < 64)
		WRITE_ONCE(dev->coherent_dma_mask, mask);
	if (memory)
		*logical = address;
	return memory;
}

void vp_coherent_free(struct vp_device *device, size_t bytes, void *memory, uint64_t logical)
{
	dma_free_coherent(&device->pdev->dev, bytes, memory, logical);
}

size_t vp_cache_line(void)
{
	return max_t(size_t, dma_get_cache_alignment(), L1_CACHE_BYTES);
}
