// SPDX-License-Identifier: GPL-2.0
/*
 * The way of V4L2's user-pointer buffers: the kernel's own videobuf2-dma-sg, through the operations
 * that it exports. Of the queue and the buffer around it there is only what those look at.
 */
#include <linux/dma-mapping.h>
#include <media/videobuf2-core.h>
#include <media/videobuf2-dma-sg.h>

#include "kernel.h"

static struct vb2_queue bench_queue = {
	.dma_dir = DMA_BIDIRECTIONAL,
};

static struct vb2_buffer bench_buffer = {
	.vb2_queue = &bench_queue,
	.num_planes = 1,
};

static int bench_v4l2_take(struct bench_run *run, void *state)
{
	void *buffer = vb2_dma_sg_memops.get_userptr(&bench_buffer, bench_dev(run), run->address,
						     run->length);

	if (IS_ERR(buffer))
		return PTR_ERR(buffer);
	vb2_dma_sg_memops.prepare(buffer);
	*(void **)state = buffer;
	return 0;
}

static void bench_v4l2_give(struct bench_run *run, void *state)
{
	void *buffer = *(void **)state;

	vb2_dma_sg_memops.finish(buffer);
	vb2_dma_sg_memops.put_userptr(buffer);
}

static unsigned int bench_v4l2_elements(struct bench_run *run, void *state)
{
	struct sg_table *table = vb2_dma_sg_memops.cookie(&bench_buffer, *(void **)state);

	return table->nents;
}

const struct bench_ops bench_v4l2 = {
	.take = bench_v4l2_take,
	.give = bench_v4l2_give,
	.elements = bench_v4l2_elements,
};
