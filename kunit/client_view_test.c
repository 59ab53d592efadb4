// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter's memory in the address space of a client: what is shown, and how. What is not is in
 * client_view_refused_test.c; how a view ends is in client_view_end_test.c.
 */
#include <linux/mman.h>
#include <linux/uaccess.h>

#include "bench.h"

#define EDU_LIVENESS	0x04	/* reads back as the complement of what was written */
#define USER		(VIDEO_MEMORY_SPACE_MEMORY | VIDEO_MEMORY_SPACE_USER_MODE)

/* Return: where it is in the client, or 0. */
static unsigned long map_there(struct kunit *test, struct vpk_adapter *adapter, u64 start,
			       ULONG *length, ULONG space)
{
	PHYSICAL_ADDRESS address = { .QuadPart = start };
	PVOID mapped = VPK_PROCESS; /* the client, however it is named */

	KUNIT_EXPECT_EQ(test, VideoPortMapMemory(adapter->ext, address, length, &space, &mapped),
			NO_ERROR);
	return mapped == VPK_PROCESS ? 0 : (unsigned long)mapped;
}

static unsigned long map(struct kunit *test, u64 offset, ULONG *length, ULONG space)
{
	struct vpk_adapter *adapter = vpk_of(test)->a;

	return map_there(test, adapter, adapter->ranges[0].RangeStart.QuadPart + offset, length,
			 space);
}

static VP_STATUS unmap(struct kunit *test, unsigned long address)
{
	return VideoPortUnmapMemory(vpk_of(test)->a->ext, (PVOID)address, VPK_PROCESS);
}

/* The first range is what the client is shown. */
static bool has_memory(struct kunit *test)
{
	VIDEO_ACCESS_RANGE *range = vpk_of(test)->a->ranges;

	if (!range->RangeInIoSpace && range->RangeLength >= SZ_64K)
		return true;
	kunit_mark_skipped(test, "the adapter's first range is no memory of 64 KiB");
	return false;
}

VPK_REQUEST_CASE(a_range_of_the_adapter_is_shown_to_the_client)
{
	struct vpk_case *vpk = vpk_of(test);
	PULONG live = (PULONG)(vpk->a->registers + EDU_LIVENESS);
	ULONG length = 2 * PAGE_SIZE;
	unsigned long address;
	u32 value = 0;

	if (!has_memory(test))
		return;
	address = map(test, 0, &length, USER);
	VPK_NEED(test, address);
	KUNIT_EXPECT_LT(test, address, TASK_SIZE);
	KUNIT_EXPECT_EQ(test, (size_t)length, (size_t)(2 * PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "views"), 1ull);
	KUNIT_EXPECT_EQ(test, get_user(value, (u32 __user *)address), 0);
	KUNIT_EXPECT_EQ(test, value, VideoPortReadRegisterUlong((PULONG)vpk->a->registers));
	if (vpk->a->interrupts) {
		/* both ways */
		KUNIT_EXPECT_EQ(test, put_user(0x12345678, (u32 __user *)(address + EDU_LIVENESS)),
				0);
		KUNIT_EXPECT_EQ(test, VideoPortReadRegisterUlong(live), ~0x12345678u);
		VideoPortWriteRegisterUlong(live, 0x0f0f1111);
		KUNIT_EXPECT_EQ(test, get_user(value, (u32 __user *)(address + EDU_LIVENESS)), 0);
		KUNIT_EXPECT_EQ(test, value, ~0x0f0f1111u);
	}
	KUNIT_EXPECT_EQ(test, unmap(test, address), NO_ERROR);
}

VPK_REQUEST_CASE(either_the_flag_or_a_process_means_the_client)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG length = PAGE_SIZE, space = USER;
	unsigned long address;
	PVOID mapped = NULL;

	if (!has_memory(test))
		return;
	address = map(test, 0, &length, VIDEO_MEMORY_SPACE_MEMORY);
	KUNIT_EXPECT_NE(test, address, 0ul);
	KUNIT_EXPECT_EQ(test, VideoPortMapMemory(vpk->a->ext, vpk->a->ranges[0].RangeStart, &length,
						 &space, &mapped), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "views"), 2ull);
	KUNIT_EXPECT_EQ(test, unmap(test, address), NO_ERROR);
	/* many miniports name no process to unmap what is the client's */
	KUNIT_EXPECT_EQ(test, VideoPortUnmapMemory(vpk->a->ext, mapped, NULL), NO_ERROR);
	KUNIT_EXPECT_EQ(test, unmap(test, (unsigned long)mapped), ERROR_INVALID_PARAMETER);
}

VPK_REQUEST_CASE(whole_pages_are_shown)
{
	ULONG length = 100;
	unsigned long address;
	u32 value;

	if (!has_memory(test))
		return;
	address = map(test, PAGE_SIZE + 0x10, &length, USER);
	VPK_NEED(test, address);
	KUNIT_EXPECT_EQ(test, offset_in_page(address), 0x10ul);
	KUNIT_EXPECT_EQ(test, (size_t)length, (size_t)(PAGE_SIZE - 0x10)); /* from there on */
	KUNIT_EXPECT_EQ(test, copy_from_user(&value, (void __user *)address + length - 4, 4), 0ul);
	KUNIT_EXPECT_EQ(test, vpk_vm_bytes(address), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, unmap(test, address), NO_ERROR);

	length = PAGE_SIZE + 1;
	address = map(test, 0, &length, USER);
	KUNIT_EXPECT_EQ(test, (size_t)length, (size_t)(2 * PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, unmap(test, address), NO_ERROR);

	/* the last byte of a page, and nothing of the next one */
	length = 1;
	address = map(test, 2 * PAGE_SIZE - 1, &length, USER);
	KUNIT_EXPECT_EQ(test, length, 1u);
	KUNIT_EXPECT_EQ(test, unmap(test, address), NO_ERROR);
}

VPK_REQUEST_CASE(a_view_is_not_executable_and_not_inherited)
{
	ULONG length = PAGE_SIZE;
	unsigned long address, flags;

	if (!has_memory(test))
		return;
	address = map(test, 0, &length, USER);
	VPK_NEED(test, address);
	flags = vpk_vm_flags(address);
	KUNIT_EXPECT_EQ(test, flags & (VM_EXEC | VM_MAYEXEC), 0ul);
	KUNIT_EXPECT_EQ(test, flags & (VM_READ | VM_WRITE | VM_SHARED),
			(unsigned long)(VM_READ | VM_WRITE | VM_SHARED));
	KUNIT_EXPECT_EQ(test, flags & (VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP),
			(unsigned long)(VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP));
	KUNIT_EXPECT_TRUE(test, vpk_user_pte(address) & _PAGE_NX);
	/* where it can be asked at all */
	if (!vpk_syscall("mprotect", address, PAGE_SIZE, PROT_READ | PROT_WRITE))
		KUNIT_EXPECT_EQ(test, vpk_syscall("mprotect", address, PAGE_SIZE,
						  PROT_READ | PROT_EXEC), -(long)EACCES);
	KUNIT_EXPECT_EQ(test, unmap(test, address), NO_ERROR);
}

/* ---- How it is cached ---- */

#define COMBINING	(pgprot_val(pgprot_writecombine(__pgprot(0))) & _PAGE_CACHE_MASK)
#define UNCACHED	(pgprot_val(pgprot_noncached(__pgprot(0))) & _PAGE_CACHE_MASK)

static const char *name_of(ULONG space)
{
	return space & VIDEO_MEMORY_SPACE_P6CACHE ? "mapped already, with write-combining" :
						    "mapped already, without write-combining";
}

/* Where the processor knows the difference; without its PAT it knows none. */
static void expect_caching(struct kunit *test, unsigned long address, ULONG space)
{
	unsigned long expected = space & VIDEO_MEMORY_SPACE_P6CACHE ? COMBINING : UNCACHED;

	KUNIT_EXPECT_EQ(test, vpk_user_pte(address) & _PAGE_CACHE_MASK, expected);
}

/* A mapping of the miniport's, or a view. */
struct mapping {
	PVOID base;
	unsigned long view;
};

static struct mapping map_with(struct kunit *test, bool view, ULONG space)
{
	struct vpk_adapter *adapter = vpk_of(test)->a;
	PHYSICAL_ADDRESS start = adapter->ranges[0].RangeStart;
	struct mapping mapping = { };
	ULONG length = PAGE_SIZE;

	start.QuadPart += SZ_16K;
	if (view)
		mapping.view = map(test, SZ_16K, &length, USER | space);
	else
		mapping.base = VideoPortGetDeviceBase(adapter->ext, start, PAGE_SIZE, space);
	KUNIT_EXPECT_TRUE(test, mapping.view || mapping.base);
	return mapping;
}

static void undo(struct kunit *test, struct mapping mapping)
{
	if (mapping.view)
		KUNIT_EXPECT_EQ(test, unmap(test, mapping.view), NO_ERROR);
	if (mapping.base)
		VideoPortFreeDeviceBase(vpk_of(test)->a->ext, mapping.base);
}

/* The second of two mappings takes the first's caching, and says so if it asked for another. */
static void agree(struct kunit *test, bool first_is_view, ULONG first, bool second_is_view,
		  ULONG second)
{
	struct mapping one, two;
	u64 end;

	one = map_with(test, first_is_view, first);
	end = vpk_log_end();
	two = map_with(test, second_is_view, second);
	KUNIT_EXPECT_EQ_MSG(test, vpk_logged(end, name_of(first)), (unsigned int)(first != second),
			    "%s 0x%x, then %s 0x%x", first_is_view ? "view" : "mapping", first,
			    second_is_view ? "view" : "mapping", second);
	KUNIT_EXPECT_EQ(test, vpk_logged(end, name_of(~first)), 0u);
	if (one.view)
		expect_caching(test, one.view, first);
	if (two.view)
		expect_caching(test, two.view, first);
	undo(test, one);
	undo(test, two);
}

VPK_REQUEST_CASE(mappings_of_one_range_agree_on_write_combining)
{
	struct vpk_adapter *adapter = vpk_of(test)->a;
	ULONG wc = VIDEO_MEMORY_SPACE_P6CACHE;
	unsigned int i;

	if (!has_memory(test))
		return;
	/* the miniport has all of it mapped */
	VideoPortFreeDeviceBase(adapter->ext, adapter->registers);
	for (i = 0; i < 4; i++) {
		agree(test, i & 1, wc, i & 2, wc);
		agree(test, i & 1, wc, i & 2, 0);
		agree(test, i & 1, 0, i & 2, wc);
		agree(test, i & 1, 0, i & 2, 0);
	}
	adapter->registers = VideoPortGetDeviceBase(adapter->ext, adapter->ranges[0].RangeStart,
						    adapter->ranges[0].RangeLength, 0);
	VPK_NEED(test, adapter->registers);
}

/* ---- Common buffers ---- */

VPK_REQUEST_CASE(a_common_buffer_is_shown_to_the_client)
{
	static const ULONG sizes[] = { 100, PAGE_SIZE, 3 * PAGE_SIZE + 500 };
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG | VPK_32, 0);
	unsigned int i;

	VPK_NEED(test, dma);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ULONG length = sizes[i], at = sizes[i] / 2, part = sizes[i] - at;
		PHYSICAL_ADDRESS logical;
		unsigned long all, half;
		u8 *memory;

		memory = VideoPortAllocateCommonBuffer(vpk->a->ext, dma, sizes[i], &logical, FALSE,
						       NULL);
		VPK_NEED(test, memory);
		all = map_there(test, vpk->a, logical.QuadPart, &length, USER);
		half = map_there(test, vpk->a, logical.QuadPart + at, &part, USER);
		VPK_NEED(test, all && half);
		KUNIT_EXPECT_EQ(test, (size_t)length, (size_t)PAGE_ALIGN(sizes[i]));
		vpk_fill(test, all, sizes[i], 0x21);
		KUNIT_EXPECT_EQ(test, memory[at], vpk_pattern(at, 0x21));
		KUNIT_EXPECT_EQ(test, memory[sizes[i] - 1], vpk_pattern(sizes[i] - 1, 0x21));
		KUNIT_EXPECT_TRUE(test, vpk_device_sees(vpk->a, logical.QuadPart, sizes[i], 0,
							0x21));
		KUNIT_EXPECT_TRUE(test, vpk_device_write(vpk->a, logical.QuadPart + at, 10, 0,
							 0x22));
		KUNIT_EXPECT_EQ(test, vpk_matching(half, 10, 0x22), 10ul);
		KUNIT_EXPECT_EQ(test, vpk_matching(all, at, 0x21), (size_t)at);
		/* nothing of the kernel's behind its end */
		KUNIT_EXPECT_NULL(test, memchr_inv(memory + sizes[i], 0,
						   PAGE_ALIGN(sizes[i]) - sizes[i]));
		KUNIT_EXPECT_EQ(test, unmap(test, all), NO_ERROR);
		KUNIT_EXPECT_EQ(test, unmap(test, half), NO_ERROR);
		VideoPortReleaseCommonBuffer(vpk->a->ext, dma, sizes[i], logical, memory, FALSE);
	}
}

static struct kunit_case client_view_cases[] = {
	KUNIT_CASE(a_range_of_the_adapter_is_shown_to_the_client),
	KUNIT_CASE(either_the_flag_or_a_process_means_the_client),
	KUNIT_CASE(whole_pages_are_shown),
	KUNIT_CASE(a_view_is_not_executable_and_not_inherited),
	KUNIT_CASE(mappings_of_one_range_agree_on_write_combining),
	KUNIT_CASE(a_common_buffer_is_shown_to_the_client),
	{ }
};

VPK_PACKET_SUITE(client_view, client_view_cases);
