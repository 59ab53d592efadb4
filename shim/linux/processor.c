// SPDX-License-Identifier: GPL-2.0
/*
 * Processors for the core: which one it is, how often a driver has raised its level, and waiting
 * for another one; and the legacy clocks and looks at memory that are only a kernel call.
 */
#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/processor.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include <ntddk.h>
#include <video.h>

#include "../core/platform.h"

static DEFINE_PER_CPU(uint32_t, vp_raised);

uint32_t vp_processor_now(void)
{
	return smp_processor_id();
}

uint32_t *vp_processor_raised(void)
{
	return this_cpu_ptr(&vp_raised);
}

void vp_relax(void)
{
	cpu_relax();
}

/* Of one tick, in 100 ns: a millisecond. */
#define VP_TICK	10000

/** KeStallExecutionProcessor() - wait, without sleeping: VideoPortStallExecution(). Any context. */
VOID KeStallExecutionProcessor(ULONG MicroSeconds)
{
	VideoPortStallExecution(MicroSeconds);
}

/** KeQuerySystemTime() - units of 100 ns since 1601. Any context. */
VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
	CurrentTime->QuadPart = vp_system_time();
}

/** KeQueryInterruptTime() - units of 100 ns since the machine was started. Any context. */
ULONGLONG KeQueryInterruptTime(VOID)
{
	return ktime_get_mono_fast_ns() / 100;
}

/** KeQueryTickCount() - ticks of KeQueryTimeIncrement() since then. Any context. */
VOID KeQueryTickCount(PLARGE_INTEGER CurrentCount)
{
	CurrentCount->QuadPart = KeQueryInterruptTime() / VP_TICK;
}

/** KeQueryTimeIncrement() - Return: length of a tick in 100 ns. Any context. */
ULONG KeQueryTimeIncrement(VOID)
{
	return VP_TICK;
}

/** KeQueryPerformanceCounter() - nanoseconds; the frequency is 10^9. Any context. */
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency)
{
	LARGE_INTEGER now = { .QuadPart = ktime_get_mono_fast_ns() };

	if (PerformanceFrequency)
		PerformanceFrequency->QuadPart = NSEC_PER_SEC;
	return now;
}

/** RtlCompareMemory() - Return: how many bytes are equal, from the start. Any context. */
SIZE_T RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length)
{
	const u8 *first = Source1, *second = Source2;
	SIZE_T i;

	for (i = 0; i < Length && first[i] == second[i]; i++)
		;
	return i;
}

/* Must the page tables say it, because a touch may do more than fault? */
static bool vp_is_mapped_area(const void *address)
{
	/* Elsewhere a register that is read in a width it does not have is a bus error. */
	return !IS_ENABLED(CONFIG_X86) && is_vmalloc_addr(address);
}

/* A touch of an address that the processor cannot have at all is more than a page fault, too. */
static bool vp_is_address(const void *address)
{
#ifdef CONFIG_X86
	if (!__is_canonical_address((unsigned long)address, boot_cpu_data.x86_virt_bits))
		return false;
#endif
	return (unsigned long)address >= TASK_SIZE_MAX;
}

/**
 * MmIsAddressValid() - can this byte of the kernel's memory be read without a fault?
 * @VirtualAddress: the address; those of processes are never valid.
 *
 * Context: any.
 * Return: TRUE if it can be, now.
 */
BOOLEAN MmIsAddressValid(PVOID VirtualAddress)
{
	u8 byte;

	if (!vp_is_address(VirtualAddress))
		return FALSE;
	if (vp_is_mapped_area(VirtualAddress))
		return vmalloc_to_page(VirtualAddress) ? TRUE : FALSE;
	pagefault_disable();
	__get_kernel_nofault(&byte, VirtualAddress, u8, fault);
	pagefault_enable();
	return TRUE;

fault:
	pagefault_enable();
	return FALSE;
}
