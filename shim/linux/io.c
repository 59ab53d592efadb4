// SPDX-License-Identifier: GPL-2.0
/*
 * The VideoPort calls that are only a kernel call: register and port access, memory moves, delays,
 * interlocked operations, time. Any context. The legacy pointers are what VideoPortGetDeviceBase
 * returned: an ioremap()ed address for registers, a port number for ports.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/string.h>

#define VIDEOPORT_NO_INLINE /* here are the functions */
#include <video.h>

#include "../core/platform.h"

/* A register, as the kernel's accessors want it; and a port. */
#define VP_REGISTER(address)	((void __iomem __force *)(address))
#define VP_PORT(address)	((unsigned long)(address))

/*
 * A PC's processor makes several accesses of one that is not aligned. Elsewhere ports are memory,
 * and it would be a fault: nobody answers there.
 */
static bool vp_port_answers(unsigned long port, size_t width, const char *call)
{
	if (IS_ENABLED(CONFIG_X86) || IS_ALIGNED(port, width))
		return true;
	pr_warn_ratelimited("videoport: %s: port 0x%lx is not a multiple of %zu: this machine has no such access; a read gives all ones, a write is dropped\n",
			    call, port, width);
	return false;
}

/*
 * One width: single registers, consecutive registers, a port, and a port many times.
 * Documented: VideoPort{Read,Write}{Register,Port}[Buffer]{Uchar,Ushort,Ulong}. Beyond it: of a
 * port that is not aligned only a PC reads more than all ones.
 */
#define VP_ACCESSORS(Name, TYPE, suffix)						\
TYPE VideoPortReadRegister##Name(TYPE *Register)					\
{											\
	return read##suffix(VP_REGISTER(Register));					\
}											\
											\
VOID VideoPortWriteRegister##Name(TYPE *Register, TYPE Value)				\
{											\
	write##suffix(Value, VP_REGISTER(Register));					\
}											\
											\
VOID VideoPortReadRegisterBuffer##Name(TYPE *Register, TYPE *Buffer, ULONG Count)	\
{											\
	while (Count--)									\
		*Buffer++ = read##suffix(VP_REGISTER(Register++));			\
}											\
											\
VOID VideoPortWriteRegisterBuffer##Name(TYPE *Register, TYPE *Buffer, ULONG Count)	\
{											\
	while (Count--)									\
		write##suffix(*Buffer++, VP_REGISTER(Register++));			\
}											\
											\
TYPE VideoPortReadPort##Name(TYPE *Port)						\
{											\
	if (!vp_port_answers(VP_PORT(Port), sizeof(TYPE), __func__))			\
		return (TYPE)~0U;							\
	return in##suffix(VP_PORT(Port));						\
}											\
											\
VOID VideoPortWritePort##Name(TYPE *Port, TYPE Value)					\
{											\
	if (vp_port_answers(VP_PORT(Port), sizeof(TYPE), __func__))			\
		out##suffix(Value, VP_PORT(Port));					\
}											\
											\
VOID VideoPortReadPortBuffer##Name(TYPE *Port, TYPE *Buffer, ULONG Count)		\
{											\
	if (vp_port_answers(VP_PORT(Port), sizeof(TYPE), __func__))			\
		ins##suffix(VP_PORT(Port), Buffer, Count);				\
	else										\
		memset(Buffer, 0xff, Count * sizeof(TYPE));				\
}											\
											\
VOID VideoPortWritePortBuffer##Name(TYPE *Port, TYPE *Buffer, ULONG Count)		\
{											\
	if (vp_port_answers(VP_PORT(Port), sizeof(TYPE), __func__))			\
		outs##suffix(VP_PORT(Port), Buffer, Count);				\
}

VP_ACCESSORS(Uchar, UCHAR, b)
VP_ACCESSORS(Ushort, USHORT, w)
VP_ACCESSORS(Ulong, ULONG, l)

/** VideoPortZeroDeviceMemory() - zero mapped device memory; @Length in bytes. */
VOID VideoPortZeroDeviceMemory(PVOID Destination, ULONG Length)
{
	memset_io(VP_REGISTER(Destination), 0, Length);
}

/** VideoPortZeroMemory() - zero system memory; @Length in bytes. */
VOID VideoPortZeroMemory(PVOID Destination, ULONG Length)
{
	memset(Destination, 0, Length);
}

/** VideoPortMoveMemory() - copy system memory; the ranges may overlap. @Length in bytes. */
VOID VideoPortMoveMemory(PVOID Destination, PVOID Source, ULONG Length)
{
	memmove(Destination, Source, Length);
}

/** VideoPortCompareMemory() - Return: how many bytes are equal, from the start. */
ULONG VideoPortCompareMemory(PVOID Source1, PVOID Source2, SIZE_T Length)
{
	const u8 *first = Source1, *second = Source2;
	SIZE_T i;

	for (i = 0; i < Length && first[i] == second[i]; i++)
		;
	return i;
}

/* Turns of one microsecond that a delay may be continued for each that was asked for. */
#define VP_STALL_TURNS	100

/**
 * VideoPortStallExecution() - wait, without sleeping
 * @Microseconds: how long.
 *
 * Documented: VideoPortStallExecution. Beyond it: never shorter than asked for, even where the
 * kernel's delay loop was calibrated on an emulated or overloaded processor: the clock is looked at
 * too. Bounded, in case the clock stands still with interrupts off.
 *
 * Context: any.
 */
VOID VideoPortStallExecution(ULONG Microseconds)
{
	u64 end = ktime_get_mono_fast_ns() + (u64)Microseconds * NSEC_PER_USEC;
	u64 turns = (u64)Microseconds * VP_STALL_TURNS;

	mdelay(Microseconds / USEC_PER_MSEC);
	udelay(Microseconds % USEC_PER_MSEC);
	while (turns-- && ktime_get_mono_fast_ns() < end)
		udelay(1);
}

/* What is waited for without sleeping: less than it costs to sleep. */
#define VP_SLEEP_FROM_US	20

void vp_delay(uint64_t nanoseconds)
{
	u64 microseconds = DIV_ROUND_UP_ULL(nanoseconds, NSEC_PER_USEC);

	if (microseconds >= VP_SLEEP_FROM_US) {
		usleep_range(microseconds, microseconds + microseconds / 2);
		return;
	}
	VideoPortStallExecution(microseconds);
	cond_resched();
}

static atomic_t *vp_atomic(PLONG value)
{
	static_assert(sizeof(LONG) == sizeof(atomic_t));
	return (atomic_t *)value;
}

/** VideoPortInterlockedIncrement() - Return: the new value. */
LONG VideoPortInterlockedIncrement(PLONG Addend)
{
	return atomic_inc_return(vp_atomic(Addend));
}

/** VideoPortInterlockedDecrement() - Return: the new value. */
LONG VideoPortInterlockedDecrement(PLONG Addend)
{
	return atomic_dec_return(vp_atomic(Addend));
}

/** VideoPortInterlockedExchange() - Return: the old value. */
LONG VideoPortInterlockedExchange(PLONG Target, LONG Value)
{
	return atomic_xchg(vp_atomic(Target), Value);
}

/** VideoPortQueryPerformanceCounter() - nanoseconds; the frequency is 10^9. */
LONGLONG VideoPortQueryPerformanceCounter(PVOID HwDeviceExtension, PLONGLONG PerformanceFrequency)
{
	if (PerformanceFrequency)
		*PerformanceFrequency = NSEC_PER_SEC;
	return ktime_get_ns();
}

/** VideoPortQuerySystemTime() - units of 100 ns since 1601. */
VOID VideoPortQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
	CurrentTime->QuadPart = vp_system_time();
}
