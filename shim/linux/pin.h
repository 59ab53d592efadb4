/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a pin consists of: written by pin.c, read by map.c, seen by nobody else.
 */
#ifndef VP_PIN_H
#define VP_PIN_H

#include <linux/mm_types.h>
#include <linux/types.h>

#include "charge.h"

/**
 * struct vp_pin - a range of memory that stays where it is
 * @charge: for it; none for kernel memory, which is not pinned.
 * @pages: its pages.
 * @nr_pages: how many.
 * @offset: of the first byte in the first page.
 * @length: bytes.
 */
struct vp_pin {
	struct vp_charge charge;
	struct page **pages;
	unsigned long nr_pages;
	size_t offset;
	size_t length;
};

#endif /* VP_PIN_H */
