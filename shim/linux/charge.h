/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The charge for pinned pages: written by charge.c, part of a pin.
 */
#ifndef VP_CHARGE_H
#define VP_CHARGE_H

#include <linux/mm_types.h>

struct user_struct;

/**
 * struct vp_charge - who pays for pinned pages
 * @mm: the address space that was charged; kept. NULL: nobody pays.
 * @user: the user that was charged; kept.
 * @pages: how many.
 */
struct vp_charge {
	struct mm_struct *mm;
	struct user_struct *user;
	unsigned long pages;
};

int vp_charge(struct vp_charge *charge, unsigned long pages);
void vp_uncharge(struct vp_charge *charge);

#endif /* VP_CHARGE_H */
