// SPDX-License-Identifier: GPL-2.0
/*
 * What the author of a driver would write by hand: an array of pages, a pin, a table, a mapping;
 * and all back. No accounting, no limits, no handles. The measure of the others.
 */
#include <linux/dma-mapping.h>
#include <linux/slab.h>

#include "kernel.h"

/**
 * bench_hand_pin() - make an array of the buffer's pages, and pin them
 * @run: names the buffer.
 * @state: gets the array.
 *
 * Return: 0, -ENOMEM, -EFAULT or an error of pin_user_pages_fast().
 */
int bench_hand_pin(struct bench_run *run, struct bench_hand_state *state)
{
	unsigned long start = run->address & PAGE_MASK;
	unsigned long done = 0;

	state->nr_pages = bench_pages(run);
	state->pages = kvmalloc_array(state->nr_pages, sizeof(*state->pages), GFP_KERNEL);
	if (!state->pages)
		return -ENOMEM;
	while (done < state->nr_pages) {
		int ret = pin_user_pages_fast(start + (done << PAGE_SHIFT), state->nr_pages - done,
					      BENCH_PIN_FLAGS, state->pages + done);

		if (ret <= 0) {
			unpin_user_pages(state->pages, done);
			kvfree(state->pages);
			return ret ? ret : -EFAULT;
		}
		done += ret;
	}
	return 0;
}

/**
 * bench_hand_unpin() - undo bench_hand_pin()
 * @state: as that left it.
 * @dirty: the device may have written.
 */
void bench_hand_unpin(struct bench_hand_state *state, bool dirty)
{
	unpin_user_pages_dirty_lock(state->pages, state->nr_pages, dirty);
	kvfree(state->pages);
}

/**
 * bench_hand_table() - make a scatterlist of pinned pages, not mapped yet
 * @run: names the buffer and the device.
 * @state: has the pages; gets the table.
 *
 * Return: 0 or an error of sg_alloc_table_from_pages_segment().
 */
int bench_hand_table(struct bench_run *run, struct bench_hand_state *state)
{
	return sg_alloc_table_from_pages_segment(&state->table, state->pages, state->nr_pages,
						 offset_in_page(run->address), run->length,
						 dma_get_max_seg_size(bench_dev(run)), GFP_KERNEL);
}

static int bench_hand_map(struct bench_run *run, struct bench_hand_state *state,
			  enum dma_data_direction direction)
{
	int ret = bench_hand_table(run, state);

	if (ret)
		return ret;
	ret = dma_map_sgtable(bench_dev(run), &state->table, direction, 0);
	if (ret)
		sg_free_table(&state->table);
	return ret;
}

static void bench_hand_unmap(struct bench_run *run, struct bench_hand_state *state,
			     enum dma_data_direction direction)
{
	dma_unmap_sgtable(bench_dev(run), &state->table, direction, 0);
	sg_free_table(&state->table);
}

static unsigned int bench_hand_elements(struct bench_run *run, void *state)
{
	return ((struct bench_hand_state *)state)->table.nents;
}

static int bench_hand_take(struct bench_run *run, void *state)
{
	int ret = bench_hand_pin(run, state);

	if (ret)
		return ret;
	ret = bench_hand_map(run, state, DMA_BIDIRECTIONAL);
	if (ret)
		bench_hand_unpin(state, false);
	return ret;
}

static void bench_hand_give(struct bench_run *run, void *state)
{
	bench_hand_unmap(run, state, DMA_BIDIRECTIONAL);
	bench_hand_unpin(state, true);
}

const struct bench_ops bench_hand = {
	.take = bench_hand_take,
	.give = bench_hand_give,
	.elements = bench_hand_elements,
};

/* ---- The same on pages that stay pinned: what StartDma and CompleteDma are compared with ---- */

static int bench_held_prepare(struct bench_run *run)
{
	struct bench_hand_state *state = kzalloc(sizeof(*state), GFP_KERNEL);
	int ret;

	if (!state)
		return -ENOMEM;
	ret = bench_hand_pin(run, state);
	if (ret)
		kfree(state);
	else
		run->prepared = state;
	return ret;
}

static int bench_held_take(struct bench_run *run, void *state)
{
	return bench_hand_map(run, run->prepared, DMA_FROM_DEVICE);
}

static void bench_held_give(struct bench_run *run, void *state)
{
	bench_hand_unmap(run, run->prepared, DMA_FROM_DEVICE);
}

static void bench_held_finish(struct bench_run *run)
{
	bench_hand_unpin(run->prepared, true);
	kfree(run->prepared);
}

static unsigned int bench_held_elements(struct bench_run *run, void *state)
{
	return bench_hand_elements(run, run->prepared);
}

const struct bench_ops bench_hand_held = {
	.prepare = bench_held_prepare,
	.take = bench_held_take,
	.give = bench_held_give,
	.finish = bench_held_finish,
	.elements = bench_held_elements,
};
