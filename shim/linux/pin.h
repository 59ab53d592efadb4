/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a pin consists of: written by pin.c, read by map.c, seen by nobody else.
 */
#ifndef VP_PIN_H
#define VP_PIN_H

#include <linux/types.h>

#include "charge.h"
#include "map.h"
#include "table.h"

struct vp_device;

/* A bit of its flags. */
#define VP_PIN_MAPPED	0

/**
 * struct vp_pin - a range of memory that stays where it is
 * @device: the device that it is for.
 * @charge: for it; none for kernel memory, which is not pinned.
 * @nr_pages: how many pages it has.
 * @offset: of the first byte in the first page.
 * @length: bytes.
 * @most: bytes that one entry of @table may have; whole pages.
 * @table: its bytes, in entries that the device which they are for can take.
 * @flags: VP_PIN_MAPPED: @whole is in use.
 * @whole: a mapping of all of it, by @table.
 */
struct vp_pin {
	struct vp_device *device;
	struct vp_charge charge;
	unsigned long nr_pages;
	size_t offset;
	size_t length;
	unsigned int most;
	struct vp_table table;
	unsigned long flags;
	struct vp_mapping whole;
};

#endif /* VP_PIN_H */
