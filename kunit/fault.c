// SPDX-License-Identifier: GPL-2.0
/*
 * See fault.h. Only allocations of the thread of the case fail; an interrupt's do not.
 */
#include <linux/slab.h>

#include "fault.h"

/** vpk_faults_work() - whether this kernel, as it is set up, fails an allocation that may sleep. */
bool vpk_faults_work(void)
{
	void *memory;

	current_fail_nth(1);
	memory = kmalloc(64, GFP_KERNEL | __GFP_NOWARN);
	current_fail_nth(0);
	kfree(memory);
	return !memory;
}

void vpk_fault_begin(struct kunit *test, struct vpk_fault *fault)
{
	memset(fault, 0, sizeof(*fault));
	vpk_state(vpk_of(test), &fault->before);
}

void vpk_fault_arm(struct vpk_fault *fault)
{
	current_fail_nth(++fault->n);
}

void vpk_fault_disarm(struct vpk_fault *fault)
{
	fault->met = !current_fail_nth_left();
	current_fail_nth(0);
}

/*
 * After a round: everything must be as before, whether the call failed or was undone. A round that
 * a call survived is made twice: what failed in it may have been an allocation that only now and
 * then is made, as when KASAN's store of stack traces grows. Return: one more round is to be made.
 */
bool vpk_fault_next(struct kunit *test, struct vpk_fault *fault, bool failed)
{
	char where[60];

	snprintf(where, sizeof(where), "with allocation %u failing, the call %s", fault->n,
		 failed ? "failed" : "went well");
	vpk_expect_state(test, &fault->before, where);
	fault->failures += failed;
	if (failed && !fault->met)
		KUNIT_FAIL(test, "the call failed, but no allocation did (round %u)", fault->n);
	if (fault->met && fault->n < VPK_MOST_FAULTS) {
		fault->again = !failed && !fault->again;
		fault->n -= fault->again;
		return true;
	}
	KUNIT_EXPECT_LT(test, fault->n, (unsigned int)VPK_MOST_FAULTS);
	KUNIT_EXPECT_FALSE_MSG(test, failed, "the call never succeeded");
	KUNIT_EXPECT_GE_MSG(test, fault->failures, 1u, "no failure was seen");
	kunit_info(test, "%u allocations made to fail, %u failures of the call\n", fault->n - 1,
		   fault->failures);
	return false;
}
