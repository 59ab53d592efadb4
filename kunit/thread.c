// SPDX-License-Identifier: GPL-2.0
/*
 * Threads beside that of a case, for what waits until the case does something. Each has the
 * process's memory, and can be killed as a client's thread can.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "bench.h"

/* Longer than anything that a case waits for. */
#define VPK_PATIENCE	(30 * HZ)

static int vpk_thread(void *data)
{
	struct vpk_thread *thread = data;
	struct mm_struct *mm = vpk_process();

	allow_signal(SIGKILL);
	if (mm && mmget_not_zero(mm)) {
		kthread_use_mm(mm);
		thread->fn(thread->data);
		kthread_unuse_mm(mm);
		mmput(mm);
	}
	flush_signals(current);
	complete(&thread->done);
	return 0;
}

bool vpk_thread_start(struct vpk_thread *thread, void (*fn)(void *data), void *data)
{
	struct task_struct *task;

	thread->fn = fn;
	thread->data = data;
	thread->task = NULL;
	init_completion(&thread->done);
	task = kthread_create(vpk_thread, thread, "videoport_kunit");
	if (IS_ERR(task))
		return false;
	thread->task = get_task_struct(task);
	wake_up_process(task);
	return true;
}

bool vpk_thread_sleeps(struct vpk_thread *thread, unsigned int state)
{
	unsigned long end = jiffies + VPK_PATIENCE;

	while (time_before(jiffies, end)) {
		if (completion_done(&thread->done))
			return false;
		if ((READ_ONCE(thread->task->__state) & state) == state)
			return true;
		usleep_range(500, 1000);
	}
	return false;
}

struct vpk_thread *vpk_thread_first_end(struct vpk_thread *threads, unsigned int count)
{
	unsigned long end = jiffies + VPK_PATIENCE;
	unsigned int i;

	while (time_before(jiffies, end)) {
		for (i = 0; i < count; i++)
			if (completion_done(&threads[i].done))
				return &threads[i];
		usleep_range(500, 1000);
	}
	return NULL;
}

void vpk_thread_kill(struct vpk_thread *thread)
{
	send_sig(SIGKILL, thread->task, 1);
}

bool vpk_thread_join(struct vpk_thread *thread)
{
	bool ended;

	if (!thread->task)
		return false;
	ended = wait_for_completion_timeout(&thread->done, VPK_PATIENCE);
	if (!ended) {
		vpk_thread_kill(thread);
		wait_for_completion(&thread->done);
	}
	kthread_stop(thread->task);
	put_task_struct(thread->task);
	thread->task = NULL;
	return ended;
}
