// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's parts, each alone: what no way of doing it can save. And an empty cycle, which is
 * what measuring itself costs.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/slab.h>

#include "kernel.h"

static int bench_nothing_take(struct bench_run *run, void *state)
{
	return 0;
}

static void bench_nothing_give(struct bench_run *run, void *state)
{
}

const struct bench_ops bench_floor_nothing = {
	.take = bench_nothing_take,
	.give = bench_nothing_give,
};

/* ---- Pin and unpin, into an array that is there ---- */

static int bench_pin_prepare(struct bench_run *run)
{
	run->prepared = kvmalloc_array(bench_pages(run), sizeof(struct page *), GFP_KERNEL);
	return run->prepared ? 0 : -ENOMEM;
}

static int bench_pin_take(struct bench_run *run, void *state)
{
	unsigned long start = run->address & PAGE_MASK, nr_pages = bench_pages(run), done = 0;
	struct page **pages = run->prepared;

	while (done < nr_pages) {
		int ret = pin_user_pages_fast(start + (done << PAGE_SHIFT), nr_pages - done,
					      BENCH_PIN_FLAGS, pages + done);

		if (ret <= 0) {
			unpin_user_pages(pages, done);
			return ret ? ret : -EFAULT;
		}
		done += ret;
	}
	return 0;
}

static void bench_pin_give(struct bench_run *run, void *state)
{
	unpin_user_pages(run->prepared, bench_pages(run));
}

static void bench_pin_finish(struct bench_run *run)
{
	kvfree(run->prepared);
}

const struct bench_ops bench_floor_pin = {
	.prepare = bench_pin_prepare,
	.take = bench_pin_take,
	.give = bench_pin_give,
	.finish = bench_pin_finish,
};

/* ---- Map and unmap a table that is there ---- */

static int bench_map_prepare(struct bench_run *run)
{
	struct bench_hand_state *state = kzalloc(sizeof(*state), GFP_KERNEL);
	int ret;

	if (!state)
		return -ENOMEM;
	ret = bench_hand_pin(run, state);
	if (ret)
		goto free;
	ret = bench_hand_table(run, state);
	if (ret)
		goto unpin;
	run->prepared = state;
	return 0;

unpin:
	bench_hand_unpin(state, false);
free:
	kfree(state);
	return ret;
}

static void bench_map_finish(struct bench_run *run)
{
	struct bench_hand_state *state = run->prepared;

	sg_free_table(&state->table);
	bench_hand_unpin(state, true);
	kfree(state);
}

static int bench_map_take(struct bench_run *run, void *state)
{
	return dma_map_sgtable(bench_dev(run), &((struct bench_hand_state *)run->prepared)->table,
			       DMA_BIDIRECTIONAL, 0);
}

static void bench_map_give(struct bench_run *run, void *state)
{
	dma_unmap_sgtable(bench_dev(run), &((struct bench_hand_state *)run->prepared)->table,
			  DMA_BIDIRECTIONAL, 0);
}

const struct bench_ops bench_floor_map = {
	.prepare = bench_map_prepare,
	.take = bench_map_take,
	.give = bench_map_give,
	.finish = bench_map_finish,
};

/* ---- Hand a mapped table over, and take it back ---- */

static int bench_sync_prepare(struct bench_run *run)
{
	int ret = bench_map_prepare(run);

	if (ret)
		return ret;
	ret = bench_map_take(run, NULL);
	if (ret)
		bench_map_finish(run);
	return ret;
}

static int bench_sync_take(struct bench_run *run, void *state)
{
	struct bench_hand_state *hand = run->prepared;

	dma_sync_sgtable_for_device(bench_dev(run), &hand->table, DMA_BIDIRECTIONAL);
	return 0;
}

static void bench_sync_give(struct bench_run *run, void *state)
{
	struct bench_hand_state *hand = run->prepared;

	dma_sync_sgtable_for_cpu(bench_dev(run), &hand->table, DMA_BIDIRECTIONAL);
}

static void bench_sync_finish(struct bench_run *run)
{
	bench_map_give(run, NULL);
	bench_map_finish(run);
}

const struct bench_ops bench_floor_sync = {
	.prepare = bench_sync_prepare,
	.take = bench_sync_take,
	.give = bench_sync_give,
	.finish = bench_sync_finish,
};

/* ---- Read a register ---- */

static int bench_read_prepare(struct bench_run *run)
{
	struct pci_dev *pdev = run->device;

	run->prepared = (__force void *)ioremap(pci_resource_start(pdev, 0), PAGE_SIZE);
	return run->prepared ? 0 : -ENOMEM;
}

static int bench_read_take(struct bench_run *run, void *state)
{
	void __iomem *reg = (__force void __iomem *)run->prepared;
	int i;

	for (i = 0; i < BENCH_READS; i++)
		readl(reg);
	return 0;
}

static void bench_read_finish(struct bench_run *run)
{
	iounmap((__force void __iomem *)run->prepared);
}

const struct bench_ops bench_floor_read = {
	.prepare = bench_read_prepare,
	.take = bench_read_take,
	.give = bench_nothing_give,
	.finish = bench_read_finish,
};
