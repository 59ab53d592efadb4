/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where kernels differ for the benchmark; each difference once.
 */
#ifndef BENCH_COMPAT_H
#define BENCH_COMPAT_H

#include <linux/timex.h>
#ifdef CONFIG_X86
#include <asm/msr.h>
#endif

/* The clock of the processor itself: under QEMU's -icount it counts instructions, one by one. */
static inline u64 bench_now(void)
{
#ifdef CONFIG_X86
	return rdtsc_ordered();
#else
	return get_cycles();
#endif
}

#endif
