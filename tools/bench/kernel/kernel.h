/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's half: the methods that stand beside ours, and what they share.
 */
#ifndef BENCH_KERNEL_H
#define BENCH_KERNEL_H

#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/scatterlist.h>

#include "bench.h"

/* What every method pins with: the device may write, for as long as user space likes. */
#define BENCH_PIN_FLAGS		(FOLL_WRITE | FOLL_LONGTERM)

extern const struct bench_ops bench_floor_nothing, bench_floor_pin, bench_floor_map,
	bench_floor_sync, bench_floor_read, bench_hand, bench_hand_held, bench_rdma, bench_v4l2;

/**
 * struct bench_hand_state - a buffer that is pinned and mapped by hand
 * @pages: kvmalloc'ed.
 * @nr_pages: in it.
 * @table: of them.
 */
struct bench_hand_state {
	struct page **pages;
	unsigned long nr_pages;
	struct sg_table table;
};

static inline struct device *bench_dev(const struct bench_run *run)
{
	return &((struct pci_dev *)run->device)->dev;
}

static inline unsigned long bench_pages(const struct bench_run *run)
{
	return PFN_UP(offset_in_page(run->address) + (unsigned long)run->length);
}

/* by_hand.c: the steps of a driver that does it all by itself */
int bench_hand_pin(struct bench_run *run, struct bench_hand_state *state);
void bench_hand_unpin(struct bench_hand_state *state, bool dirty);
int bench_hand_table(struct bench_run *run, struct bench_hand_state *state);

int bench_null_init(void);
void bench_null_exit(void);
int bench_measure_init(void);
void bench_measure_exit(void);

#endif
