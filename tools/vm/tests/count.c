// SPDX-License-Identifier: GPL-2.0
/*
 * For a guest whose clock is to count instructions: two million of them must take two million ticks. The
 * status is 0 if they do. Needs no library; the quickest of some turns is the one without an interrupt.
 */
#define INSTRUCTIONS 2000000ul

static unsigned long now(void)
{
	unsigned int low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
	return (unsigned long)high << 32 | low;
}

static unsigned long loop(void)
{
	unsigned long turns = INSTRUCTIONS / 2, start = now();

	__asm__ volatile("1: sub $1, %0\n\tjnz 1b" : "+r"(turns) : : "cc");
	return now() - start;
}

void _start(void)
{
	unsigned long least = ~0ul;
	int i;

	for (i = 0; i < 10; i++) {
		unsigned long ticks = loop();

		if (ticks < least)
			least = ticks;
	}
	__asm__ volatile("syscall" : : "a"(60), "D"(least < INSTRUCTIONS || least > INSTRUCTIONS + 100));
	__builtin_unreachable();
}
