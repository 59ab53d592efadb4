// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings: what turns pinned pages into logical addresses, and back. Callable at PASSIVE and at
 * DISPATCH. Mapping leaves out the CPU synchronisation and does it explicitly, so that pages which
 * several clients share can be mapped more than once.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "linux.h"
#include "pin.h"

#define VP_MAP_ATTRS	(DMA_ATTR_SKIP_CPU_SYNC | DMA_ATTR_NO_WARN)

/**
 * struct vp_mapping - a part of a pin, mapped for a device
 * @dev: the device.
 * @table: CPU pages, and the segments that the device sees.
 * @direction: which way the device moves data.
 * @length: bytes.
 */
struct vp_mapping {
	struct device *dev;
	struct sg_table table;
	enum dma_data_direction direction;
	size_t length;
};

static const enum dma_data_direction vp_directions[] = {
	[VP_TO_DEVICE] = DMA_TO_DEVICE,
	[VP_FROM_DEVICE] = DMA_FROM_DEVICE,
	[VP_BIDIRECTIONAL] = DMA_BIDIRECTIONAL,
};

/* A bounce buffer takes no more than this at once. */
static unsigned int vp_map_max_segment(struct device *dev)
{
	size_t limit = min_t(size_t, dma_max_mapping_size(dev), dma_get_max_seg_size(dev));

	return max_t(size_t, ALIGN_DOWN(limit, PAGE_SIZE), PAGE_SIZE);
}

int vp_map(struct vp_device *device, struct vp_pin *pin, size_t offset, size_t length,
	   enum vp_direction direction, struct vp_mapping **out)
{
	gfp_t gfp = (vp_context_now() == VP_PASSIVE ? GFP_KERNEL_ACCOUNT : GFP_ATOMIC) |
		    __GFP_NOWARN;
	size_t start = pin->offset + offset;
	unsigned long first = start >> PAGE_SHIFT;
	struct device *dev = &device->pdev->dev;
	struct vp_mapping *mapping;
	int ret;

	mapping = kzalloc(sizeof(*mapping), gfp);
	if (!mapping)
		return -ENOMEM;
	mapping->dev = dev;
	mapping->direction = vp_directions[direction];
	mapping->length = length;

	ret = sg_alloc_table_from_pages_segment(&mapping->table, pin->pages + first,
						PFN_UP(start + length) - first,
						offset_in_page(start), length,
						vp_map_max_segment(dev), gfp);
	if (ret)
		goto free;
	ret = dma_map_sgtable(dev, &mapping->table, mapping->direction, VP_MAP_ATTRS);
	if (ret)
		goto free_table;
	dma_sync_sgtable_for_device(dev, &mapping->table, mapping->direction);
	*out = mapping;
	return 0;

free_table:
	sg_free_table(&mapping->table);
free:
	kfree(mapping);
	return ret == -ENOMEM ? -ENOMEM : -EIO;
}

void vp_unmap(struct vp_mapping *mapping, bool take_back)
{
	if (take_back)
		dma_sync_sgtable_for_cpu(mapping->dev, &mapping->table, mapping->direction);
	dma_unmap_sgtable(mapping->dev, &mapping->table, mapping->direction, VP_MAP_ATTRS);
	sg_free_table(&mapping->table);
	kfree(mapping);
}

/*
 * Synchronise a part. The DMA API wants pieces that are contiguous in physical memory, but an
 * IOMMU may have merged several of those into one segment: walk both lists side by side, which
 * cover the same bytes in the same order.
 */
static void vp_sync(struct vp_mapping *mapping, size_t offset, size_t length,
		    void (*sync)(struct device *dev, dma_addr_t address, size_t bytes,
				 enum dma_data_direction direction))
{
	struct scatterlist *cpu = mapping->table.sgl, *dma = mapping->table.sgl;
	size_t cpu_start = 0, dma_start = 0, end = offset + length;

	while (offset < end) {
		size_t bytes;

		while (cpu_start + cpu->length <= offset) {
			cpu_start += cpu->length;
			cpu = sg_next(cpu);
		}
		while (dma_start + sg_dma_len(dma) <= offset) {
			dma_start += sg_dma_len(dma);
			dma = sg_next(dma);
		}
		bytes = min3(cpu_start + cpu->length, dma_start + sg_dma_len(dma), end) - offset;
		sync(mapping->dev, sg_dma_address(dma) + (offset - dma_start), bytes,
		     mapping->direction);
		offset += bytes;
	}
}

static void vp_sync_piece_for_device(struct device *dev, dma_addr_t address, size_t bytes,
				     enum dma_data_direction direction)
{
	dma_sync_single_for_device(dev, address, bytes, direction);
}

static void vp_sync_piece_for_cpu(struct device *dev, dma_addr_t address, size_t bytes,
				  enum dma_data_direction direction)
{
	dma_sync_single_for_cpu(dev, address, bytes, direction);
}

void vp_sync_for_device(struct vp_mapping *mapping, size_t offset, size_t length)
{
	if (length == mapping->length)
		dma_sync_sgtable_for_device(mapping->dev, &mapping->table, mapping->direction);
	else
		vp_sync(mapping, offset, length, vp_sync_piece_for_device);
}

void vp_sync_for_cpu(struct vp_mapping *mapping, size_t offset, size_t length)
{
	if (length == mapping->length)
		dma_sync_sgtable_for_cpu(mapping->dev, &mapping->table, mapping->direction);
	else
		vp_sync(mapping, offset, length, vp_sync_piece_for_cpu);
}

void vp_mapping_walk(const struct vp_mapping *mapping, size_t offset, size_t length,
		     bool (*visit)(void *context, const struct vp_segment *segment),
		     void *context)
{
	size_t start = 0, end = offset + length;
	struct scatterlist *sg;
	int i;

	for_each_sgtable_dma_sg(&mapping->table, sg, i) {
		size_t from = max(start, offset);
		size_t to = min_t(size_t, start + sg_dma_len(sg), end);
		struct vp_segment segment = {
			.address = sg_dma_address(sg) + (from - start),
			.length = to - from,
		};

		start += sg_dma_len(sg);
		if (from < to && !visit(context, &segment))
			return;
		if (start >= end)
			return;
	}
}

int vp_dma_set_mask(struct vp_device *device, unsigned int bits)
{
	return dma_set_mask_and_coherent(&device->pdev->dev, DMA_BIT_MASK(bits)) ? -EIO : 0;
}
