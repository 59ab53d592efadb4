/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Failing allocations one by one: the 1st, the 2nd, ... of a call, until the call meets none that
 * fails. Wants a kernel with CONFIG_FAULT_INJECTION, and failslab/ignore-gfp-wait=N and the like in
 * debugfs, as tools/kunit/guest.sh sets them; without these the cases are skipped. With DMA-API
 * debugging it also wants failslab/cache-filter=Y and slub_debug=A,kmalloc-*: else a failure meets
 * an allocation of the debugging itself, which then turns itself off.
 */
#ifndef VPK_FAULT_H
#define VPK_FAULT_H

#include "bench.h"

/* More allocations than any call here makes. */
#define VPK_MOST_FAULTS	4000

/**
 * struct vpk_fault - one loop
 * @n: which allocation fails in this round.
 * @failures: rounds in which the call failed.
 * @before: the state that each failure must leave.
 * @met: an allocation failed in this round.
 * @again: the next round is this one once more.
 */
struct vpk_fault {
	unsigned int n;
	unsigned int failures;
	struct vpk_state before;
	bool met;
	bool again;
};

/* fault.c */
bool vpk_faults_work(void);
void vpk_fault_begin(struct kunit *test, struct vpk_fault *fault);
void vpk_fault_arm(struct vpk_fault *fault);
void vpk_fault_disarm(struct vpk_fault *fault);
bool vpk_fault_next(struct kunit *test, struct vpk_fault *fault, bool failed);

/*
 * A loop around one call: makes it with the next allocation failing. @_failed is looked at
 * afterwards; the case itself undoes what a call that succeeded has done, in @_undo.
 */
#define VPK_EACH_FAULT(_test, _call, _failed, _undo)				\
	do {									\
		struct vpk_fault fault_;					\
		bool failed_;							\
										\
		if (!vpk_faults_work())						\
			VPK_SKIP(_test, "allocations cannot be made to fail"); \
		vpk_fault_begin(_test, &fault_);				\
		do {								\
			vpk_fault_arm(&fault_);					\
			_call;							\
			vpk_fault_disarm(&fault_);				\
			failed_ = _failed;					\
			if (!failed_) {						\
				_undo;						\
			}							\
		} while (vpk_fault_next(_test, &fault_, failed_));		\
	} while (0)

#endif /* VPK_FAULT_H */
