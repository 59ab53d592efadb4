// SPDX-License-Identifier: GPL-2.0
/*
 * The one loop and the one clock that all methods are measured with, and locks that are held while
 * the client looks at what they cost in memory. Process context; interrupts stay on, and the
 * quickest cycle is the one that had none.
 */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat.h"
#include "kernel.h"

static DEFINE_MUTEX(bench_held_lock);
static u8 (*bench_held)[BENCH_STATE_BYTES];
static unsigned int bench_nr_held;

/* The quickest halves need not be of one cycle: a tick of the clock disturbs one at a time. */
struct bench_times {
	u64 take, give;
};

static int bench_cycle(struct bench_run *run, const struct bench_ops *ops, void *state,
		       struct bench_times *least)
{
	u64 start, middle, end;
	int ret;

	memset(state, 0, BENCH_STATE_BYTES);
	start = bench_now();
	ret = ops->take(run, state);
	middle = bench_now();
	if (ret)
		return ret;
	ops->give(run, state);
	end = bench_now();
	least->take = min(least->take, middle - start);
	least->give = min(least->give, end - middle);
	return 0;
}

static int bench_cycles(struct bench_run *run, const struct bench_ops *ops, unsigned int rounds,
			unsigned int least_us, struct bench_times *least)
{
	u8 state[BENCH_STATE_BYTES] __aligned(sizeof(u64));
	u64 until = ktime_get_ns() + (u64)least_us * NSEC_PER_USEC;
	int ret = 0;

	*least = (struct bench_times){ U64_MAX, U64_MAX };
	for (; !ret && (rounds || ktime_get_ns() < until); rounds -= !!rounds) {
		ret = bench_cycle(run, ops, state, least);
		cond_resched();
	}
	return ret;
}

/* A cycle that is not measured: it warms up, and tells what the device gets. */
static int bench_first(struct bench_run *run, const struct bench_ops *ops,
		       struct bench_answer *answer)
{
	u8 state[BENCH_STATE_BYTES] __aligned(sizeof(u64)) = {};
	int ret = ops->take(run, state);

	if (ret)
		return ret;
	if (ops->elements)
		answer->elements = ops->elements(run, state);
	ops->give(run, state);
	return 0;
}

/**
 * bench_measure() - run a method over a buffer, again and again, and keep the quickest
 * @run: names the buffer, the device and the adapter.
 * @ops: the method.
 * @ask: says how often.
 * @answer: out.
 *
 * Return: 0 or a negative error of the method.
 */
int bench_measure(struct bench_run *run, const struct bench_ops *ops, const struct bench_ask *ask,
		  struct bench_answer *answer)
{
	struct bench_times least, nothing;
	int ret;

	memset(answer, 0, sizeof(*answer));
	bench_cycles(run, &bench_floor_nothing, 16, 0, &nothing);
	ret = ops->prepare ? ops->prepare(run) : 0;
	if (ret)
		goto failed;
	ret = bench_first(run, ops, answer);
	if (!ret)
		ret = bench_cycles(run, ops, max(ask->rounds, 1U), ask->least_us, &least);
	if (ops->finish)
		ops->finish(run);
	if (ret)
		goto failed;
	if (ops == &bench_floor_nothing)
		nothing = (struct bench_times){};
	answer->take = least.take - nothing.take;
	answer->give = least.give - nothing.give;
	answer->whole = answer->take + answer->give;
	return 0;

failed:
	pr_err("vp_bench: method %u on %u bytes at 0x%llx: error %d\n", ask->method, ask->length,
	       ask->address, ret);
	return ret;
}
EXPORT_SYMBOL_GPL(bench_measure);

/**
 * bench_hold() - lock a buffer so often, and keep the locks beside those that are kept already
 * @run: names the buffer, the device and the adapter.
 * @ops: the method, the same as of those.
 * @ask: says how often.
 *
 * Return: 0; -EINVAL if it is too often or the method prepares something; or a negative error of
 *	the method, with nothing held.
 */
int bench_hold(struct bench_run *run, const struct bench_ops *ops, const struct bench_ask *ask)
{
	unsigned int most;
	int ret = 0;

	mutex_lock(&bench_held_lock);
	if (ops->prepare || ask->rounds > BENCH_HELD_MOST - bench_nr_held)
		ret = -EINVAL;
	most = bench_nr_held + ask->rounds;
	while (!ret && bench_nr_held < most) {
		memset(bench_held[bench_nr_held], 0, BENCH_STATE_BYTES);
		ret = ops->take(run, bench_held[bench_nr_held]);
		if (!ret)
			bench_nr_held++;
		cond_resched();
	}
	mutex_unlock(&bench_held_lock);
	if (ret) {
		pr_err("vp_bench: method %u, lock %u: error %d\n", ask->method, bench_nr_held, ret);
		bench_drop(run, ops);
	}
	return ret;
}
EXPORT_SYMBOL_GPL(bench_hold);

/**
 * bench_drop() - give up the locks that bench_hold() keeps
 * @run: as for that.
 * @ops: the same method.
 *
 * Return: 0.
 */
int bench_drop(struct bench_run *run, const struct bench_ops *ops)
{
	mutex_lock(&bench_held_lock);
	while (bench_nr_held)
		ops->give(run, bench_held[--bench_nr_held]);
	mutex_unlock(&bench_held_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(bench_drop);

/**
 * bench_clock() - measure a loop whose instructions are known
 * @clock: out.
 */
void bench_clock(struct bench_clock *clock)
{
	unsigned long turns = 100000;
	u64 start;

	clock->instructions = 2 * turns;
	start = bench_now();
	/* two instructions a turn, whatever the compiler thinks */
	asm volatile("1:	sub $1, %0\n"
		     "	jnz 1b" : "+r" (turns));
	clock->ticks = bench_now() - start;
}
EXPORT_SYMBOL_GPL(bench_clock);

int bench_measure_init(void)
{
	bench_held = kvcalloc(BENCH_HELD_MOST, sizeof(*bench_held), GFP_KERNEL);
	return bench_held ? 0 : -ENOMEM;
}

void bench_measure_exit(void)
{
	if (bench_nr_held)
		pr_err("vp_bench: %u locks were never given up\n", bench_nr_held);
	kvfree(bench_held);
}
