/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between the two halves of the benchmark: the miniport, legacy source that knows VideoPort alone,
 * and the kernel's half, which measures both sides' methods with one loop and one clock. Includes
 * neither side's headers. Process context, inside HwVidStartIO of the client whose memory it is.
 */
#ifndef BENCH_H
#define BENCH_H

#include "benchioctl.h"

/* What a method may keep for one cycle, bytes */
#define BENCH_STATE_BYTES	128

struct bench_run;

/**
 * struct bench_ops - a method: one cycle, and what it works on
 * @prepare: what comes before the cycles and is not measured; or NULL. Return: 0 or a negative
 *	error.
 * @take: the first half. @state is zeroed, %BENCH_STATE_BYTES. Return: 0 or a negative error.
 * @give: the second half.
 * @finish: undoes @prepare; or NULL.
 * @elements: of the list that the device gets, between @take and @give; or NULL.
 */
struct bench_ops {
	int (*prepare)(struct bench_run *run);
	int (*take)(struct bench_run *run, void *state);
	void (*give)(struct bench_run *run, void *state);
	void (*finish)(struct bench_run *run);
	unsigned int (*elements)(struct bench_run *run, void *state);
};

/**
 * struct bench_run - a method at work on a buffer
 * @device: the adapter's PCI function, the kernel's half's.
 * @extension: the miniport's.
 * @address: of the client's buffer.
 * @length: bytes of it.
 * @prepared: what @prepare of the method has made.
 */
struct bench_run {
	void *device;
	void *extension;
	unsigned long long address;
	unsigned int length;
	void *prepared;
};

/* The PCI function in that slot; NULL if there is none. Give it back with bench_device_put(). */
void *bench_device_get(unsigned int bus, unsigned int device, unsigned int function);
void bench_device_put(void *device);

/* The method of the kernel's half; NULL if it has none of that number. */
const struct bench_ops *bench_kernel_method(unsigned int method);

/* These return 0 or a negative error; the log says which step of which method failed. */
int bench_measure(struct bench_run *run, const struct bench_ops *ops, const struct bench_ask *ask,
		  struct bench_answer *answer);
int bench_hold(struct bench_run *run, const struct bench_ops *ops, const struct bench_ask *ask);
int bench_drop(struct bench_run *run, const struct bench_ops *ops);
int bench_layout(struct bench_run *run, struct bench_layout *layout);
void bench_clock(struct bench_clock *clock);

#endif
