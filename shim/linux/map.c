// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings: what turns pinned pages into logical addresses, and back. Callable at PASSIVE and at
 * DISPATCH. Mapping leaves out the CPU synchronisation and does it explicitly, so that pages which
 * several clients share can be mapped more than once.
 */
#include <linux/bitops.h>
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "compat.h"
#include "linux.h"
#include "map.h"
#include "pin.h"
#include "table.h"
#include "trace.h"

#define VP_MAP_ATTRS	(DMA_ATTR_SKIP_CPU_SYNC | DMA_ATTR_NO_WARN)

/**
 * struct vp_part_mapping - a mapping with a table of its own
 * @mapping: the mapping.
 * @device: the device that keeps its memory for the next one.
 * @table: its table.
 */
struct vp_part_mapping {
	struct vp_mapping mapping;
	struct vp_device *device;
	struct vp_table table;
};

static_assert(!((int)VP_BIDIRECTIONAL - DMA_BIDIRECTIONAL) &&
	      !((int)VP_TO_DEVICE - DMA_TO_DEVICE) && !((int)VP_FROM_DEVICE - DMA_FROM_DEVICE));

/**
 * vp_map_set_limits() - what one entry of a table may have
 * @vpd: the device that it is for; its mask was set.
 *
 * A bounce buffer takes no more than that at once.
 */
void vp_map_set_limits(struct vp_device *vpd)
{
	struct device *dev = &vpd->pdev->dev;
	size_t limit = min_t(size_t, dma_max_mapping_size(dev), dma_get_max_seg_size(dev));

	WRITE_ONCE(vpd->max_segment,
		   max_t(size_t, ALIGN_DOWN(limit, PAGE_SIZE), PAGE_SIZE));
}

/*
 * Most tables have one entry, and for one there are shorter ways. What was mapped one way is
 * synchronised and unmapped the same way: vp_single().
 */
static bool vp_single(const struct sg_table *sgt)
{
	return sgt->orig_nents == 1;
}

static __always_inline int vp_map_single(struct device *dev, struct scatterlist *sg,
					 enum dma_data_direction direction)
{
	dma_addr_t address = dma_map_page_attrs(dev, sg_page(sg), sg->offset, sg->length,
						direction, VP_MAP_ATTRS);

	if (dma_mapping_error(dev, address))
		return -EIO;
	sg_dma_address(sg) = address;
	sg_dma_len(sg) = sg->length;
	return 0;
}

static void vp_sync_whole_for_device(struct vp_mapping *mapping)
{
	if (vp_single(mapping->sgt))
		dma_sync_single_for_device(mapping->dev, sg_dma_address(mapping->sgt->sgl),
					   mapping->length, mapping->direction);
	else
		dma_sync_sgtable_for_device(mapping->dev, mapping->sgt, mapping->direction);
}

static __always_inline int vp_map_dma(struct vp_mapping *mapping, struct vp_mapped *mapped)
{
	struct sg_table *sgt = mapping->sgt;
	struct device *dev = mapping->dev;
	int ret = vp_single(sgt) ? vp_map_single(dev, sgt->sgl, mapping->direction) :
				   dma_map_sgtable(dev, sgt, mapping->direction, VP_MAP_ATTRS);

	if (ret)
		return ret == -ENOMEM ? ret : -EIO;
	mapped->needs_sync = vp_dev_need_sync(dev);
	if (mapped->needs_sync)
		vp_sync_whole_for_device(mapping);
	return 0;
}

/* All but the direction is filled in. */
static __always_inline int vp_map_table(struct vp_mapping *mapping, enum vp_direction direction,
					struct vp_mapped *mapped)
{
	u64 began = trace_vp_map_enabled() ? vp_trace_clock() : 0;
	struct sg_table *sgt = mapping->sgt;
	struct device *dev = mapping->dev;
	int ret;

	mapping->direction = (enum dma_data_direction)direction;
	ret = vp_map_dma(mapping, mapped);
	if (began)
		trace_vp_map(dev_name(dev), mapping->length, ret ? 0 : sgt->nents,
			     mapping->direction, ret, vp_trace_clock() - began);
	if (ret)
		return ret;
	mapped->mapping = mapping;
	mapped->segments = sgt->nents;
	mapped->first = sg_dma_address(sgt->sgl);
	return 0;
}

static void vp_unmap_pin(struct vp_mapping *mapping)
{
	clear_bit_unlock(VP_PIN_MAPPED, &container_of(mapping, struct vp_pin, whole)->flags);
}

static __always_inline int vp_map_pin(struct vp_pin *pin, enum vp_direction direction,
				      struct vp_mapped *mapped)
{
	int ret = vp_map_table(&pin->whole, direction, mapped);

	if (ret)
		vp_unmap_pin(&pin->whole);
	return ret;
}

/*
 * Take over the part of a pin's table, in entries of no more than @most bytes, which is a whole
 * number of pages.
 */
static int vp_map_copy(struct vp_table *table, struct vp_pin *pin, size_t offset, size_t length,
		       unsigned int most, gfp_t gfp)
{
	unsigned int left = pin->table.sgt.orig_nents;
	struct scatterlist *from = pin->table.sgt.sgl;

	for (; offset >= from->length; left--, from = vp_table_next(from))
		offset -= from->length;

	for (;; left--, from = vp_table_next(from)) {
		unsigned int bytes = from->length;
		int ret;

		if (unlikely(offset || bytes > length || from->offset + bytes > most)) {
			bytes = min_t(size_t, bytes - offset, length);
			ret = vp_table_add_bytes(table, sg_page(from), from->offset + offset,
						 bytes, most, left, gfp);
			offset = 0;
		} else {
			ret = vp_table_full(table) ? vp_table_grow(table, left, gfp) : 0;
			if (!ret)
				vp_table_add(table, sg_page(from), from->offset, bytes);
		}
		if (ret)
			return ret;
		length -= bytes;
		if (!length)
			break;
	}
	vp_table_finish(table);
	return 0;
}

static struct vp_part_mapping *vp_part_alloc(struct vp_device *device, gfp_t gfp)
{
	struct vp_part_mapping *part = xchg(&device->spare_mapping, NULL);

	if (!part) {
		part = kmalloc(sizeof(*part), gfp);
		if (!part)
			return NULL;
		part->device = device;
		part->mapping.dev = &device->pdev->dev;
		part->mapping.sgt = &part->table.sgt;
		part->mapping.of_pin = false;
	}
	vp_table_init(&part->table);
	return part;
}

/* Small ones come and go all the time: the next one finds this one's memory. */
static void vp_part_free(struct vp_part_mapping *part)
{
	struct vp_device *device = part->device;

	vp_table_free(&part->table);
	if (vp_keeps())
		part = xchg(&device->spare_mapping, part);
	if (unlikely(part))
		kfree(part);
}

/**
 * vp_map_free_spare() - the device goes: nothing is mapped for it any more
 * @vpd: the device.
 */
void vp_map_free_spare(struct vp_device *vpd)
{
	kfree(vpd->spare_mapping);
}

/*
 * May the pin's own table be mapped, while others may read the pages in it? Not where an IOMMU's
 * driver changes those entries for a while; and once at a time.
 */
static bool vp_map_in_place(struct vp_device *device, struct vp_pin *pin, size_t length)
{
	return length == pin->length && !device_iommu_mapped(&device->pdev->dev) &&
	       device->max_segment >= pin->most &&
	       !test_and_set_bit_lock(VP_PIN_MAPPED, &pin->flags);
}

int vp_map(struct vp_device *device, struct vp_pin *pin, size_t offset, size_t length,
	   enum vp_direction direction, struct vp_mapped *mapped)
{
	struct vp_part_mapping *part;
	gfp_t gfp;
	int ret;

	if (vp_map_in_place(device, pin, length))
		return vp_map_pin(pin, direction, mapped);
	gfp = (vp_context_now() == VP_PASSIVE ? GFP_KERNEL_ACCOUNT : GFP_ATOMIC) | __GFP_NOWARN;
	part = vp_part_alloc(device, gfp);
	if (!part)
		return -ENOMEM;
	part->mapping.length = length;
	ret = vp_map_copy(&part->table, pin, offset, length, device->max_segment, gfp);
	if (!ret)
		ret = vp_map_table(&part->mapping, direction, mapped);
	if (ret)
		vp_part_free(part);
	return ret;
}

int vp_map_whole(struct vp_pin *pin, enum vp_direction direction, struct vp_mapped *mapped)
{
	__set_bit(VP_PIN_MAPPED, &pin->flags);
	return vp_map_pin(pin, direction, mapped);
}

static void vp_sync_whole_for_cpu(struct vp_mapping *mapping)
{
	if (vp_single(mapping->sgt))
		dma_sync_single_for_cpu(mapping->dev, sg_dma_address(mapping->sgt->sgl),
					mapping->length, mapping->direction);
	else
		dma_sync_sgtable_for_cpu(mapping->dev, mapping->sgt, mapping->direction);
}

void vp_unmap(struct vp_mapping *mapping, bool take_back)
{
	u64 began = trace_vp_unmap_enabled() ? vp_trace_clock() : 0;

	if (take_back)
		vp_sync_whole_for_cpu(mapping);
	if (vp_single(mapping->sgt))
		dma_unmap_page_attrs(mapping->dev, sg_dma_address(mapping->sgt->sgl),
				     mapping->length, mapping->direction, VP_MAP_ATTRS);
	else
		dma_unmap_sgtable(mapping->dev, mapping->sgt, mapping->direction, VP_MAP_ATTRS);
	if (began)
		trace_vp_unmap(dev_name(mapping->dev), mapping->length, mapping->sgt->nents,
			       mapping->direction, vp_trace_clock() - began);
	if (mapping->of_pin)
		vp_unmap_pin(mapping);
	else
		vp_part_free(container_of(mapping, struct vp_part_mapping, mapping));
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
	struct scatterlist *cpu = mapping->sgt->sgl, *dma = mapping->sgt->sgl;
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
		vp_sync_whole_for_device(mapping);
	else
		vp_sync(mapping, offset, length, vp_sync_piece_for_device);
}

void vp_sync_for_cpu(struct vp_mapping *mapping, size_t offset, size_t length)
{
	if (length == mapping->length)
		vp_sync_whole_for_cpu(mapping);
	else
		vp_sync(mapping, offset, length, vp_sync_piece_for_cpu);
}

/* Segment after segment, as long as each is one element: mostly all are. Return: how many. */
static __always_inline size_t vp_list_whole(struct scatterlist **from, size_t *length, u32 most,
					    void **elements, size_t stride, size_t room)
{
	struct scatterlist *sg = *from;
	size_t left = *length, count;
	void *at = *elements;

	for (count = 0; count < room; count++, at += stride) {
		struct vp_element *element = at;
		u32 bytes = sg_dma_len(sg);

		if (bytes > most || bytes > left)
			break;
		element->address = sg_dma_address(sg);
		element->length = bytes;
		left -= bytes;
		if (!left) {
			count++;
			break;
		}
		sg = vp_table_next(sg);
	}
	*from = sg;
	*length = left;
	*elements = at;
	return count;
}

size_t vp_mapping_list(const struct vp_mapping *mapping, size_t offset, size_t length,
		       uint32_t most, void *elements, size_t stride, size_t room)
{
	struct scatterlist *sg = mapping->sgt->sgl;
	size_t count = 0;

	for (; offset >= sg_dma_len(sg); sg = vp_table_next(sg))
		offset -= sg_dma_len(sg);
	if (elements && !offset)
		count = vp_list_whole(&sg, &length, most, &elements, stride, room);
	while (length && count < room) {
		u32 left = sg_dma_len(sg) - offset;
		u32 bytes = min_t(size_t, min(left, most), length);

		if (elements) {
			struct vp_element *element = elements;

			element->address = sg_dma_address(sg) + offset;
			element->length = bytes;
			elements += stride;
		}
		count++;
		length -= bytes;
		if (!length)
			break;
		if (unlikely(bytes < left)) {
			offset += bytes;
			continue;
		}
		offset = 0;
		sg = vp_table_next(sg);
	}
	return count;
}

int vp_dma_set_mask(struct vp_device *device, unsigned int bits)
{
	if (dma_set_mask_and_coherent(&device->pdev->dev, DMA_BIT_MASK(bits)))
		return -EIO;
	vp_map_set_limits(device);
	return 0;
}
