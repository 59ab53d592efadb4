// SPDX-License-Identifier: GPL-2.0
/*
 * A module that makes the trouble it is asked for when it is loaded, so that the log check can be
 * seen to find it. Runs in process context of insmod, in a guest that is thrown away. It never
 * does anything useful.
 */
#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/refcount.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>

static char *kind = "";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "which trouble to make: see trouble_init()");

static unsigned int seconds = 20;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long a stall or a hang lasts");

static void corrupt_list(void)
{
	LIST_HEAD(list);
	LIST_HEAD(entry);

	list_add(&entry, &list);
	list.next = &list;
	list_del(&entry);
}

static void misuse_refcount(void)
{
	refcount_t count = REFCOUNT_INIT(0);

	refcount_inc(&count);
}

static void schedule_while_atomic(void)
{
	preempt_disable();
	msleep(1);
	preempt_enable();
}

static void stall(void)
{
	preempt_disable();
	mdelay(seconds * MSEC_PER_SEC);
	preempt_enable();
}

static void hang(void)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(seconds * HZ);
}

static void follow_null(void)
{
	int *volatile nowhere = NULL;

	*nowhere = 1;
}

static int __init trouble_init(void)
{
	if (!strcmp(kind, "warn"))
		WARN(1, "trouble was asked for\n");
	else if (!strcmp(kind, "bug"))
		BUG();
	else if (!strcmp(kind, "null"))
		follow_null();
	else if (!strcmp(kind, "list"))
		corrupt_list();
	else if (!strcmp(kind, "refcount"))
		misuse_refcount();
	else if (!strcmp(kind, "atomic"))
		schedule_while_atomic();
	else if (!strcmp(kind, "stall"))
		stall();
	else if (!strcmp(kind, "hang"))
		hang();
	else
		return -EINVAL;
	return 0;
}
module_init(trouble_init);

static void __exit trouble_exit(void)
{
}
module_exit(trouble_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Makes trouble for the log check to find");
