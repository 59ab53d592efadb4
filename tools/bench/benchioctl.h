/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the benchmark's client asks of its miniport, and the methods that are measured. Shared by
 * the client, the miniport and the kernel's half: plain types, the same layout for all three.
 */
#ifndef BENCHIOCTL_H
#define BENCHIOCTL_H

/* CTL_CODE(FILE_DEVICE_VIDEO, ..., METHOD_BUFFERED, FILE_ANY_ACCESS) */
#define BENCH_CODE(number)	(0x00230000u | ((number) << 2))
#define BENCH_IOCTL_NOTHING	BENCH_CODE(0x900) /* any input and output: an empty request */
#define BENCH_IOCTL_MEASURE	BENCH_CODE(0x901) /* bench_ask, bench_answer */
#define BENCH_IOCTL_HOLD	BENCH_CODE(0x902) /* bench_ask, nothing: @rounds locks that stay */
#define BENCH_IOCTL_DROP	BENCH_CODE(0x903) /* bench_ask, nothing: those are given up */
#define BENCH_IOCTL_LAYOUT	BENCH_CODE(0x904) /* bench_ask, bench_layout */
#define BENCH_IOCTL_CLOCK	BENCH_CODE(0x905) /* nothing, bench_clock */

/* Most locks that HOLD keeps; a client may have 1024 handles (max_client_handles) */
#define BENCH_HELD_MOST		960

/* A method is one cycle, in two halves: take and give back */
enum bench_method {
	/* the kernel's parts alone */
	BENCH_FLOOR_NOTHING, /* what measuring costs */
	BENCH_FLOOR_PIN, /* pin; unpin */
	BENCH_FLOOR_MAP, /* map a prepared table; unmap */
	BENCH_FLOOR_SYNC, /* a mapped table to the device; to the CPU */
	BENCH_FLOOR_READ, /* readl, BENCH_READS times */
	/* what others do */
	BENCH_HAND, /* array, pin, table, map; unmap, free, unpin dirty */
	BENCH_HAND_HELD, /* of pages that are pinned: table, map; unmap, free */
	BENCH_RDMA, /* charge, pin in batches, append, map; unmap, unpin ranges, uncharge */
	BENCH_V4L2, /* videobuf2-dma-sg: get_userptr, prepare; finish, put_userptr */
	/* ours */
	BENCH_LOCK_PAGES, /* LockPages; UnlockPages */
	BENCH_FOUR_CALLS, /* LockBuffer, StartDma; CompleteDma, UnlockBuffer */
	BENCH_HELD, /* of a locked buffer: StartDma; CompleteDma */
	BENCH_DO_DMA, /* of locked pages: DoDma, which is over at once */
	BENCH_READ, /* VideoPortReadRegisterUlong, BENCH_READS times */
	BENCH_METHODS,
};

/* Reads of a register in a cycle */
#define BENCH_READS		100

/* Input of MEASURE, HOLD, DROP and LAYOUT */
struct bench_ask {
	unsigned int method; /* enum bench_method */
	unsigned int rounds; /* cycles; the quickest counts; of HOLD: locks */
	unsigned long long address; /* of the client's buffer */
	unsigned int length; /* bytes of it */
	unsigned int least_us; /* of MEASURE: more cycles until so much time is over */
};

/* Output of MEASURE; instructions, without those of measuring */
struct bench_answer {
	unsigned long long whole; /* both halves */
	unsigned long long take; /* the quickest first half */
	unsigned long long give; /* the quickest second half */
	unsigned int elements; /* of the list that the device gets; 0: there is none */
	unsigned int reserved;
};

/* Output of LAYOUT */
struct bench_layout {
	unsigned int runs; /* of physically contiguous pages */
	unsigned int least_elements; /* that the device's longest segment allows */
	unsigned long long longest_segment; /* bytes */
};

/* Output of CLOCK: what a loop of so many instructions is measured as */
struct bench_clock {
	unsigned long long instructions;
	unsigned long long ticks;
};

#endif
