// SPDX-License-Identifier: GPL-2.0
/*
 * The way of RDMA's user memory: the process is charged, pages are pinned a page of pointers at a
 * time and appended to a table, whose entries are unpinned as ranges. An object for each buffer.
 */
#include <linux/capability.h>
#include <linux/dma-mapping.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "kernel.h"

#define BENCH_BATCH	(PAGE_SIZE / sizeof(struct page *))

/**
 * struct bench_umem - a buffer that is charged, pinned and mapped
 * @mm: who pays.
 * @nr_pages: what for.
 * @append: the table.
 */
struct bench_umem {
	struct mm_struct *mm;
	unsigned long nr_pages;
	struct sg_append_table append;
};

static int bench_umem_charge(struct bench_umem *umem)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;

	if (atomic64_add_return(umem->nr_pages, &umem->mm->pinned_vm) <= limit ||
	    capable(CAP_IPC_LOCK))
		return 0;
	atomic64_sub(umem->nr_pages, &umem->mm->pinned_vm);
	return -ENOMEM;
}

static void bench_umem_unpin(struct bench_umem *umem, bool dirty)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_sg(&umem->append.sgt, sg, i)
		unpin_user_page_range_dirty_lock(sg_page(sg), PFN_UP(sg->offset + sg->length),
						 dirty);
	sg_free_append_table(&umem->append);
}

static int bench_umem_fill(struct bench_run *run, struct bench_umem *umem, struct page **batch)
{
	unsigned int longest = dma_get_max_seg_size(bench_dev(run));
	unsigned long address = run->address & PAGE_MASK, left = umem->nr_pages;

	while (left) {
		int pinned, ret;

		cond_resched();
		pinned = pin_user_pages_fast(address, min_t(unsigned long, left, BENCH_BATCH),
					     BENCH_PIN_FLAGS, batch);
		if (pinned <= 0)
			return pinned ? pinned : -EFAULT;
		address += (unsigned long)pinned << PAGE_SHIFT;
		left -= pinned;
		ret = sg_alloc_append_table_from_pages(&umem->append, batch, pinned, 0,
						       (unsigned long)pinned << PAGE_SHIFT,
						       longest, left, GFP_KERNEL);
		if (ret) {
			unpin_user_pages(batch, pinned);
			return ret;
		}
	}
	return 0;
}

static int bench_rdma_take(struct bench_run *run, void *state)
{
	struct bench_umem *umem, **out = state;
	struct page **batch;
	int ret = -ENOMEM;

	umem = kzalloc(sizeof(*umem), GFP_KERNEL);
	if (!umem)
		return -ENOMEM;
	umem->mm = current->mm;
	umem->nr_pages = bench_pages(run);
	mmgrab(umem->mm);
	batch = (struct page **)__get_free_page(GFP_KERNEL);
	if (!batch)
		goto drop;
	ret = bench_umem_charge(umem);
	if (ret)
		goto free_batch;
	ret = bench_umem_fill(run, umem, batch);
	if (!ret)
		ret = dma_map_sgtable(bench_dev(run), &umem->append.sgt, DMA_BIDIRECTIONAL, 0);
	if (ret)
		goto unpin;
	free_page((unsigned long)batch);
	*out = umem;
	return 0;

unpin:
	bench_umem_unpin(umem, false);
	atomic64_sub(umem->nr_pages, &umem->mm->pinned_vm);
free_batch:
	free_page((unsigned long)batch);
drop:
	mmdrop(umem->mm);
	kfree(umem);
	return ret;
}

static void bench_rdma_give(struct bench_run *run, void *state)
{
	struct bench_umem *umem = *(struct bench_umem **)state;

	dma_unmap_sgtable(bench_dev(run), &umem->append.sgt, DMA_BIDIRECTIONAL, 0);
	bench_umem_unpin(umem, true);
	atomic64_sub(umem->nr_pages, &umem->mm->pinned_vm);
	mmdrop(umem->mm);
	kfree(umem);
}

static unsigned int bench_rdma_elements(struct bench_run *run, void *state)
{
	return (*(struct bench_umem **)state)->append.sgt.nents;
}

const struct bench_ops bench_rdma = {
	.take = bench_rdma_take,
	.give = bench_rdma_give,
	.elements = bench_rdma_elements,
};
