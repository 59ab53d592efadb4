// SPDX-License-Identifier: GPL-2.0
/*
 * The adapter's own hardware: access ranges, mappings, registers and ports of each width, and its
 * configuration space.
 */
#include "bench.h"

#define EDU_LIVENESS	0x04	/* reads back as the complement of what was written */

/* An adapter with a port range, or NULL. */
static struct vpk_adapter *with_ports(struct vpk_case *vpk)
{
	if (vpk->a->ports)
		return vpk->a;
	return vpk->b && vpk->b->ports ? vpk->b : NULL;
}

static void the_access_ranges_are_the_functions_registers(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	VIDEO_ACCESS_RANGE *range = vpk->a->ranges;
	unsigned int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (!pci_resource_len(vpk->a->pdev, i))
			continue;
		KUNIT_EXPECT_EQ(test, (u64)range->RangeStart.QuadPart,
				(u64)pci_resource_start(vpk->a->pdev, i));
		KUNIT_EXPECT_EQ(test, (u64)range->RangeLength,
				(u64)pci_resource_len(vpk->a->pdev, i));
		KUNIT_EXPECT_EQ(test, !!range->RangeInIoSpace,
				!!(pci_resource_flags(vpk->a->pdev, i) & IORESOURCE_IO));
		range++;
	}
	KUNIT_EXPECT_TRUE(test, range == vpk->a->ranges + PCI_STD_NUM_BARS || !range->RangeLength);
	KUNIT_EXPECT_EQ(test, vpk->a->slot, (ULONG)(PCI_SLOT(vpk->a->pdev->devfn) |
						    PCI_FUNC(vpk->a->pdev->devfn) << 5));
}

static void access_ranges_are_refused_outside_find_adapter(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	VIDEO_ACCESS_RANGE ranges[PCI_STD_NUM_BARS];
	u64 wrong = vpk_counter(vpk->a, "wrong_context");

	KUNIT_EXPECT_EQ(test, VideoPortGetAccessRanges(vpk->a->ext, 0, NULL, PCI_STD_NUM_BARS,
						       ranges, NULL, NULL, NULL),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + 1);
}

static void the_adapters_own_ranges_are_verified(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	VIDEO_ACCESS_RANGE range = vpk->a->ranges[0];

	KUNIT_EXPECT_EQ(test, VideoPortVerifyAccessRanges(vpk->a->ext, 1, &range), NO_ERROR);
	range.RangeLength++;
	KUNIT_EXPECT_EQ(test, VideoPortVerifyAccessRanges(vpk->a->ext, 1, &range),
			ERROR_INVALID_PARAMETER);
	range = vpk->a->ranges[0];
	range.RangeInIoSpace = !range.RangeInIoSpace;
	KUNIT_EXPECT_EQ(test, VideoPortVerifyAccessRanges(vpk->a->ext, 1, &range),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortVerifyAccessRanges(vpk->a->ext, 1, NULL),
			ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortVerifyAccessRanges(vpk->a->ext, 0, NULL), NO_ERROR);
}

static void memory_that_is_not_the_adapters_is_not_mapped(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_address");
	PHYSICAL_ADDRESS start = vpk->a->ranges[0].RangeStart;
	ULONG length = vpk->a->ranges[0].RangeLength;
	PHYSICAL_ADDRESS ram = { .QuadPart = SZ_1M }, before = { .QuadPart = start.QuadPart - 1 };
	PVOID ext = vpk->a->ext;

	KUNIT_EXPECT_NULL(test, VideoPortGetDeviceBase(ext, ram, PAGE_SIZE, 0));
	KUNIT_EXPECT_NULL(test, VideoPortGetDeviceBase(ext, before, 2, 0));
	KUNIT_EXPECT_NULL(test, VideoPortGetDeviceBase(ext, start, length + 1, 0));
	KUNIT_EXPECT_NULL(test, VideoPortGetDeviceBase(ext, start, 0, 0));
	KUNIT_EXPECT_NULL(test, VideoPortGetDeviceBase(ext, start, ~0u, 0));
	KUNIT_EXPECT_NULL(test, VideoPortGetDeviceBase(ext, start, 4, VIDEO_MEMORY_SPACE_IO));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_address"), bad + 6);
}

static void map_memory_maps_whole_pages_and_unmaps_once(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG length = 100, space = VIDEO_MEMORY_SPACE_MEMORY;
	PVOID ext = vpk->a->ext, mapped = NULL;

	if (vpk->a->ranges[0].RangeInIoSpace)
		kunit_skip(test, "the adapter's first range is not memory");
	KUNIT_ASSERT_EQ(test, VideoPortMapMemory(ext, vpk->a->ranges[0].RangeStart, &length, &space,
						 &mapped), NO_ERROR);
	KUNIT_EXPECT_EQ(test, length, 4096u);
	KUNIT_EXPECT_EQ(test, VideoPortReadRegisterUlong(mapped),
			VideoPortReadRegisterUlong((PULONG)vpk->a->registers));
	KUNIT_EXPECT_EQ(test, VideoPortUnmapMemory(ext, mapped, NULL), NO_ERROR);
	KUNIT_EXPECT_EQ(test, VideoPortUnmapMemory(ext, mapped, NULL), ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortMapMemory(ext, vpk->a->ranges[0].RangeStart, NULL, &space,
						 &mapped), ERROR_INVALID_PARAMETER);
	VideoPortFreeDeviceBase(ext, &mapped); /* counted, nothing else */
}

static void registers_are_read_and_written_in_each_width(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PULONG live = (PULONG)(vpk->a->registers + EDU_LIVENESS);
	ULONG values[1] = { 0x12345678 }, back[2] = { };

	if (!vpk->a->interrupts)
		kunit_skip(test, "the adapter is not an edu");
	VideoPortWriteRegisterUlong(live, 0xa5a50f0f);
	KUNIT_EXPECT_EQ(test, VideoPortReadRegisterUlong(live), ~0xa5a50f0fu);
	VideoPortWriteRegisterBufferUlong(live, values, 1);
	KUNIT_EXPECT_EQ(test, VideoPortReadRegisterUlong(live), ~0x12345678u);
	VideoPortReadRegisterBufferUlong((PULONG)vpk->a->registers, back, 2);
	KUNIT_EXPECT_EQ(test, back[0] & 0xff, 0xedu);
	KUNIT_EXPECT_EQ(test, back[1], ~0x12345678u);
}

/* A call by name may be no call at all; who has the functions' addresses gets the same. */
static void registers_are_the_same_by_the_functions_addresses(struct kunit *test)
{
	ULONG (*read)(PULONG) = VideoPortReadRegisterUlong;
	VOID (*write)(PULONG, ULONG) = VideoPortWriteRegisterUlong;
	struct vpk_case *vpk = vpk_of(test);
	PULONG live = (PULONG)(vpk->a->registers + EDU_LIVENESS);

	if (!vpk->a->interrupts)
		kunit_skip(test, "the adapter is not an edu");
	OPTIMIZER_HIDE_VAR(read);
	OPTIMIZER_HIDE_VAR(write);
	write(live, 0x0ff1ce11);
	KUNIT_EXPECT_EQ(test, VideoPortReadRegisterUlong(live), ~0x0ff1ce11u);
	VideoPortWriteRegisterUlong(live, 0x600dcafe);
	KUNIT_EXPECT_EQ(test, read(live), ~0x600dcafeu);
}

static void ports_are_read_and_written_in_each_width(struct kunit *test)
{
	struct vpk_adapter *adapter = with_ports(vpk_of(test));
	UCHAR bytes[4] = { };
	PUCHAR port;

	if (!adapter)
		kunit_skip(test, "no adapter has ports");
	port = adapter->ports;
	/* pci-testdev: choosing test 0 fills in its header, whose width says 1 or 2 or 4 */
	VideoPortWritePortUchar(port, 0);
	KUNIT_EXPECT_LE(test, VideoPortReadPortUchar(port + 1), 4);
	VideoPortReadPortBufferUchar(port + 1, bytes, 4);
	KUNIT_EXPECT_EQ(test, bytes[0], bytes[3]); /* one port, four times */
	KUNIT_EXPECT_EQ(test, VideoPortReadPortUshort((PUSHORT)(port + 4)) & 0xff,
			VideoPortReadPortUchar(port + 4));
	KUNIT_EXPECT_EQ(test, VideoPortReadPortUlong((PULONG)(port + 4)) & 0xff,
			VideoPortReadPortUchar(port + 4));
}

static void the_configuration_space_is_the_functions(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVOID ext = vpk->a->ext;
	USHORT ids[2] = { };
	UCHAR bytes[8];

	KUNIT_EXPECT_EQ(test, VideoPortGetBusData(ext, PCIConfiguration, vpk->a->slot, ids, 0, 4),
			4u);
	KUNIT_EXPECT_EQ(test, ids[0], vpk->a->pdev->vendor);
	KUNIT_EXPECT_EQ(test, ids[1], vpk->a->pdev->device);
	KUNIT_EXPECT_EQ(test, VideoPortGetBusData(ext, Cmos, 0, ids, 0, 4), 0u);
	KUNIT_EXPECT_EQ(test, VideoPortGetBusData(ext, PCIConfiguration, 0, NULL, 0, 4), 0u);
	KUNIT_EXPECT_EQ(test, VideoPortGetBusData(ext, PCIConfiguration, 0, bytes, ~0u, 4), 0u);
	KUNIT_EXPECT_EQ(test, VideoPortGetBusData(ext, PCIConfiguration, 0, bytes,
						  vpk->a->pdev->cfg_size - 2, 8), 2u);
}

static void the_configuration_space_is_written(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	UCHAR line, old, back = 0;

	KUNIT_ASSERT_EQ(test, VideoPortGetBusData(vpk->a->ext, PCIConfiguration, 0, &old,
						  PCI_INTERRUPT_LINE, 1), 1u);
	line = old ^ 0x5a;
	KUNIT_EXPECT_EQ(test, VideoPortSetBusData(vpk->a->ext, PCIConfiguration, 0, &line,
						  PCI_INTERRUPT_LINE, 1), 1u);
	VideoPortGetBusData(vpk->a->ext, PCIConfiguration, 0, &back, PCI_INTERRUPT_LINE, 1);
	KUNIT_EXPECT_EQ(test, back, line);
	VideoPortSetBusData(vpk->a->ext, PCIConfiguration, 0, &old, PCI_INTERRUPT_LINE, 1);
	KUNIT_EXPECT_EQ(test, VideoPortSetBusData(vpk->a->ext, Cmos, 0, &old, 0, 1), 0u);
}

static struct kunit_case hardware_cases[] = {
	KUNIT_CASE(the_access_ranges_are_the_functions_registers),
	KUNIT_CASE(access_ranges_are_refused_outside_find_adapter),
	KUNIT_CASE(the_adapters_own_ranges_are_verified),
	KUNIT_CASE(memory_that_is_not_the_adapters_is_not_mapped),
	KUNIT_CASE(map_memory_maps_whole_pages_and_unmaps_once),
	KUNIT_CASE(registers_are_read_and_written_in_each_width),
	KUNIT_CASE(registers_are_the_same_by_the_functions_addresses),
	KUNIT_CASE(ports_are_read_and_written_in_each_width),
	KUNIT_CASE(the_configuration_space_is_the_functions),
	KUNIT_CASE(the_configuration_space_is_written),
	{ }
};

VPK_SUITE(hardware, hardware_cases);
