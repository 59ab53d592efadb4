/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a mapping consists of, where a pin has room for one: written by map.c alone.
 */
#ifndef VP_MAP_H
#define VP_MAP_H

#include <linux/dma-direction.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

/**
 * struct vp_mapping - a part of a pin, mapped for a device
 * @dev: the device.
 * @sgt: CPU pages, and the segments that the device sees.
 * @direction: which way the device moves data.
 * @of_pin: @sgt and this are the pin's.
 * @length: bytes.
 */
struct vp_mapping {
	struct device *dev;
	struct sg_table *sgt;
	enum dma_data_direction direction;
	bool of_pin;
	size_t length;
};

#endif /* VP_MAP_H */
