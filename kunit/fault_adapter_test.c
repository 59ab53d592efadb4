// SPDX-License-Identifier: GPL-2.0
/*
 * The other calls while allocations fail: adapters, common buffers, pool, locks, opens, requests,
 * and an adapter's whole arrival.
 */
#include <videoport_module.h>

#include "fault.h"

static void get_dma_adapter(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	VP_DEVICE_DESCRIPTION description = { .ScatterGather = TRUE };
	PVP_DMA_ADAPTER dma;

	VPK_EACH_FAULT(test, dma = VideoPortGetDmaAdapter(vpk->a->ext, &description), !dma,
		       VideoPortPutDmaAdapter(vpk->a->ext, dma));
}

static void allocate_common_buffer(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	PHYSICAL_ADDRESS logical;
	PVOID memory;

	KUNIT_ASSERT_NOT_NULL(test, dma);
	VPK_EACH_FAULT(test, memory = VideoPortAllocateCommonBuffer(vpk->a->ext, dma, SZ_64K,
								    &logical, FALSE, NULL),
		       !memory, {
		KUNIT_EXPECT_NULL(test, memchr_inv(memory, 0, SZ_64K));
		VideoPortReleaseCommonBuffer(vpk->a->ext, dma, SZ_64K, logical, memory, FALSE);
	});
}

static void get_common_buffer(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PHYSICAL_ADDRESS logical;
	ULONG actual;
	PVOID memory;

	VPK_EACH_FAULT(test, {
		actual = 4711;
		memory = VideoPortGetCommonBuffer(vpk->a->ext, SZ_16K, SZ_4K, &logical, &actual,
						  FALSE);
		KUNIT_EXPECT_EQ(test, (size_t)actual, memory ? (size_t)SZ_16K : 0ul);
	}, !memory, VideoPortFreeCommonBuffer(vpk->a->ext, SZ_16K, memory, logical, FALSE));
}

static void allocate_pool(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVOID memory;

	VPK_EACH_FAULT(test, memory = VideoPortAllocatePool(vpk->a->ext, VpPagedPool, 300, 0),
		       !memory, VideoPortFreePool(vpk->a->ext, memory));
}

static void allocate_buffer(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	VP_STATUS status;
	PVOID memory;

	VPK_EACH_FAULT(test, {
		memory = test;
		status = VideoPortAllocateBuffer(vpk->a->ext, SZ_256K, &memory);
		if (status != NO_ERROR) {
			KUNIT_EXPECT_EQ(test, status, ERROR_NOT_ENOUGH_MEMORY);
			KUNIT_EXPECT_NULL(test, memory);
		}
	}, status != NO_ERROR, VideoPortReleaseBuffer(vpk->a->ext, memory));
}

static void create_spin_lock(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	VP_STATUS status;
	PSPIN_LOCK lock;

	VPK_EACH_FAULT(test, {
		status = VideoPortCreateSpinLock(vpk->a->ext, &lock);
		if (status != NO_ERROR)
			KUNIT_EXPECT_EQ(test, status, ERROR_NOT_ENOUGH_MEMORY);
	}, status != NO_ERROR, VideoPortDeleteSpinLock(vpk->a->ext, lock));
}

static void map_memory(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	ULONG space = VIDEO_MEMORY_SPACE_MEMORY, length;
	VP_STATUS status;
	PVOID mapped;

	if (vpk->a->ranges[0].RangeInIoSpace)
		kunit_skip(test, "the adapter's first range is not memory");
	VPK_EACH_FAULT(test, {
		mapped = NULL;
		length = 100;
		status = VideoPortMapMemory(vpk->a->ext, vpk->a->ranges[0].RangeStart, &length,
					    &space, &mapped);
	}, status != NO_ERROR, VideoPortUnmapMemory(vpk->a->ext, mapped, NULL));
}

static void open_the_node(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *client;
	int error;

	VPK_EACH_FAULT(test, {
		client = vpk_open(test, vpk->a, &error);
		/* allocations of the open itself, or of what the bench does to find the node */
		if (!client)
			KUNIT_EXPECT_TRUE(test, error == -ENOMEM || error == -ENODEV);
	}, !client, {
		vpk_close(client);
		vpk->nr_clients = 0;
	});
}

static void nothing_to_do(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
}

static void serve_a_request(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct videoport_request request = { };
	struct vpk_client *client;
	int error;
	long ret;

	client = vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_NOT_NULL(test, client);
	vpk->a->test = test;
	vpk->a->body = nothing_to_do;
	VPK_EACH_FAULT(test, {
		request.size = sizeof(request);
		request.code = VPK_CODE;
		request.input = vpk->arena + SZ_4K;
		request.input_length = 5000;
		request.output = vpk->arena + SZ_4K;
		request.output_length = 3000;
		vpk->a->served = false;
		ret = vpk_ioctl(test, client, &request);
		/* copying can be made to fail as well, also that of the answer */
		if (ret && ret != -EFAULT)
			KUNIT_EXPECT_EQ(test, ret, -(long)ENOMEM);
		if (ret == -ENOMEM)
			KUNIT_EXPECT_FALSE(test, vpk->a->served);
	}, ret, KUNIT_EXPECT_TRUE(test, vpk->a->served));
	vpk->a->body = NULL;
}

static const struct pci_device_id nothing[] = {
	{ PCI_DEVICE(0xfffe, 0xfffe) },
	{ },
};

static VP_STATUS no_find(PVOID ext, PVOID context, PWSTR argument, PVIDEO_PORT_CONFIG_INFO config,
			 PUCHAR again)
{
	return ERROR_DEV_NOT_EXIST;
}

static BOOLEAN no_initialize(PVOID ext)
{
	return FALSE;
}

static BOOLEAN no_start_io(PVOID ext, PVIDEO_REQUEST_PACKET vrp)
{
	return FALSE;
}

static unsigned int entry(void *context1, void *context2)
{
	VIDEO_HW_INITIALIZATION_DATA data = {
		.HwInitDataSize = sizeof(data),
		.AdapterInterfaceType = PCIBus,
		.HwFindAdapter = no_find,
		.HwInitialize = no_initialize,
		.HwStartIO = no_start_io,
	};

	return VideoPortInitialize(context1, context2, &data, NULL);
}

static void register_a_miniport(struct kunit *test)
{
	struct videoport_miniport miniport = {
		.name = "videoport_kunit_fault",
		.driver_entry = entry,
		.ids = nothing,
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	};
	int ret;

	VPK_EACH_FAULT(test, ret = videoport_register_miniport(&miniport), ret,
		       videoport_unregister_miniport(&miniport));
}

/*
 * The whole probe: port, extension, node. A failed one leaves the function free. Not of a function
 * with an interrupt: the kernel's own ACPI and interrupt code breaks when its allocations fail.
 */
static void find_an_adapter(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_adapter *adapter = vpk->b;
	long pins = vpk_pins();
	unsigned int n, failures = 0;
	bool met = true;

	if (!vpk_faults_work())
		kunit_skip(test, "allocations cannot be made to fail (see kunit/fault.h)");
	if (!adapter || adapter->pdev->pin)
		kunit_skip(test, "no second adapter without an interrupt");
	for (n = 1; met && n < VPK_MOST_FAULTS; n++) {
		int ret;

		KUNIT_ASSERT_EQ(test, vpk_unbind(adapter), 0);
		current_fail_nth(n);
		ret = vpk_bind(adapter);
		met = !current_fail_nth_left();
		current_fail_nth(0);
		if (ret) {
			failures++;
			KUNIT_EXPECT_NULL(test, adapter->pdev->dev.driver);
			KUNIT_ASSERT_EQ_MSG(test, vpk_bind(adapter), 0, "after failure %u", n);
		}
		KUNIT_EXPECT_EQ(test, vpk_pins(), pins);
	}
	KUNIT_EXPECT_FALSE(test, met);
	KUNIT_EXPECT_GE(test, failures, 5u);
	kunit_info(test, "%u allocations made to fail, %u failures\n", n - 2, failures);
}

static struct kunit_case fault_adapter_cases[] = {
	KUNIT_CASE(get_dma_adapter),
	KUNIT_CASE(allocate_common_buffer),
	KUNIT_CASE(get_common_buffer),
	KUNIT_CASE(allocate_pool),
	KUNIT_CASE(allocate_buffer),
	KUNIT_CASE(create_spin_lock),
	KUNIT_CASE(map_memory),
	KUNIT_CASE(open_the_node),
	KUNIT_CASE(serve_a_request),
	KUNIT_CASE(register_a_miniport),
	KUNIT_CASE(find_an_adapter),
	{ }
};

VPK_SUITE(fault_adapter, fault_adapter_cases);
