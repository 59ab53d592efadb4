// SPDX-License-Identifier: GPL-2.0
/*
 * Hosting: what VideoPortInitialize accepts, HwVidFindAdapter and HwVidInitialize that fail, and
 * what an adapter is told about its hardware.
 */
#include <linux/module.h>
#include <videoport_module.h>

#include "bench.h"

/* ---- VideoPortInitialize, from the DriverEntry of miniports that drive nothing ---- */

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

static const VIDEO_HW_INITIALIZATION_DATA good = {
	.HwInitDataSize = sizeof(good),
	.AdapterInterfaceType = PCIBus,
	.HwFindAdapter = no_find,
	.HwInitialize = no_initialize,
	.HwStartIO = no_start_io,
	.HwDeviceExtensionSize = 100,
};

static VIDEO_HW_INITIALIZATION_DATA tried;
static ULONG status;

static unsigned int try_entry(void *context1, void *context2)
{
	status = VideoPortInitialize(context1, context2, &tried, NULL);
	return status;
}

/* One call for each bus, as NT4 drivers make them; one that succeeds is enough. */
static unsigned int try_two_buses(void *context1, void *context2)
{
	ULONG first, second;

	tried.AdapterInterfaceType = Isa;
	first = VideoPortInitialize(context1, context2, &tried, NULL);
	tried.AdapterInterfaceType = PCIBus;
	second = VideoPortInitialize(context1, context2, &tried, NULL);
	status = first;
	return second < first ? second : first;
}

static unsigned int try_no_initialize(void *context1, void *context2)
{
	return NO_ERROR;
}

static const struct pci_device_id nothing[] = {
	{ PCI_DEVICE(0xfffe, 0xfffe) },
	{ },
};

/* Registers a miniport; if that works takes it away again. */
static int try_register(unsigned int (*entry)(void *context1, void *context2))
{
	struct videoport_miniport miniport = {
		.name = "videoport_kunit_try",
		.driver_entry = entry,
		.ids = nothing,
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	};
	int ret = videoport_register_miniport(&miniport);

	if (!ret)
		videoport_unregister_miniport(&miniport);
	return ret;
}

static void a_miniport_that_initializes_is_registered(struct kunit *test)
{
	tried = good;
	KUNIT_EXPECT_EQ(test, try_register(try_entry), 0);
	KUNIT_EXPECT_EQ(test, status, (ULONG)NO_ERROR);
}

static void the_structures_of_nt4_w2k_and_xp_are_accepted(struct kunit *test)
{
	static const ULONG sizes[] = {
		SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA,
		SIZE_OF_W2K_VIDEO_HW_INITIALIZATION_DATA,
		SIZE_OF_WXP_VIDEO_HW_INITIALIZATION_DATA,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		tried = good;
		tried.HwInitDataSize = sizes[i];
		KUNIT_EXPECT_EQ(test, try_register(try_entry), 0);
	}
}

static void other_sizes_are_refused(struct kunit *test)
{
	static const ULONG sizes[] = {
		0, 1, SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA - 4,
		SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA + 4, sizeof(good) + 8, ~0u,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		tried = good;
		tried.HwInitDataSize = sizes[i];
		KUNIT_EXPECT_EQ(test, try_register(try_entry), -EINVAL);
		KUNIT_EXPECT_EQ(test, status, (ULONG)ERROR_INVALID_PARAMETER);
	}
}

static void missing_mandatory_callbacks_are_refused(struct kunit *test)
{
	tried = good;
	tried.HwFindAdapter = NULL;
	KUNIT_EXPECT_EQ(test, try_register(try_entry), -EINVAL);
	tried = good;
	tried.HwInitialize = NULL;
	KUNIT_EXPECT_EQ(test, try_register(try_entry), -EINVAL);
	tried = good;
	tried.HwStartIO = NULL;
	KUNIT_EXPECT_EQ(test, try_register(try_entry), -EINVAL);
}

static void other_buses_are_refused(struct kunit *test)
{
	tried = good;
	tried.AdapterInterfaceType = Isa;
	KUNIT_EXPECT_EQ(test, try_register(try_entry), -EINVAL);
	KUNIT_EXPECT_EQ(test, status, (ULONG)ERROR_DEV_NOT_EXIST);
}

static void one_call_for_each_bus_is_accepted(struct kunit *test)
{
	tried = good;
	KUNIT_EXPECT_EQ(test, try_register(try_two_buses), 0);
	KUNIT_EXPECT_EQ(test, status, (ULONG)ERROR_DEV_NOT_EXIST);
}

static void a_miniport_that_does_not_initialize_is_refused(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, try_register(try_no_initialize), -EINVAL);
}

static void initialize_outside_driver_entry_is_refused(struct kunit *test)
{
	static u64 context[64];

	tried = good;
	KUNIT_EXPECT_EQ(test, VideoPortInitialize(NULL, NULL, &tried, NULL),
			(ULONG)ERROR_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, VideoPortInitialize(context, NULL, &tried, NULL),
			(ULONG)ERROR_INVALID_PARAMETER);
}

/* ---- HwVidFindAdapter and HwVidInitialize ---- */

static VP_STATUS found;
static VIDEO_PORT_CONFIG_INFO told;

static VP_STATUS find_and_leave(struct vpk_adapter *adapter, PVIDEO_PORT_CONFIG_INFO config)
{
	VP_DEVICE_DESCRIPTION description = { .ScatterGather = TRUE };
	PHYSICAL_ADDRESS logical;
	PVP_DMA_ADAPTER dma = VideoPortGetDmaAdapter(adapter->ext, &description);
	PVOID pool = VideoPortAllocatePool(adapter->ext, VpPagedPool, 10000, 0);

	told = *config;
	if (found == NO_ERROR)
		return NO_ERROR;
	/* left behind, locked and shared, for the port to release */
	vpk_lock_pages(adapter, (unsigned long)pool, 10000, NULL);
	VideoPortAllocateCommonBuffer(adapter->ext, dma, 10000, &logical, FALSE, NULL);
	return found;
}

static void find_fails(struct kunit *test, VP_STATUS result)
{
	struct vpk_case *vpk = vpk_of(test);
	int ret;

	KUNIT_ASSERT_EQ(test, vpk_unbind(vpk->a), 0);
	found = result;
	vpk->a->find_hook = find_and_leave;
	ret = vpk_bind(vpk->a);
	vpk->a->find_hook = NULL;
	KUNIT_EXPECT_NE(test, ret, 0);
	KUNIT_EXPECT_NULL(test, vpk->a->pdev->dev.driver);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0); /* nothing is left in its way */
}

static void an_adapter_that_is_not_there_leaves_nothing_behind(struct kunit *test)
{
	find_fails(test, ERROR_DEV_NOT_EXIST);
}

static void an_adapter_that_is_refused_leaves_nothing_behind(struct kunit *test)
{
	find_fails(test, ERROR_INVALID_PARAMETER);
}

static void the_configuration_says_what_the_adapter_is(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	KUNIT_ASSERT_EQ(test, vpk_unbind(vpk->a), 0);
	found = ERROR_DEV_NOT_EXIST;
	vpk->a->find_hook = find_and_leave;
	vpk_bind(vpk->a);
	vpk->a->find_hook = NULL;
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
	KUNIT_EXPECT_EQ(test, (size_t)told.Length, sizeof(told));
	KUNIT_EXPECT_EQ(test, (int)told.AdapterInterfaceType, (int)PCIBus);
	KUNIT_EXPECT_EQ(test, told.SystemIoBusNumber, (ULONG)vpk->a->pdev->bus->number);
	if (vpk->a->interrupts)
		KUNIT_EXPECT_NE(test, told.BusInterruptLevel | told.BusInterruptVector, 0u);
	KUNIT_EXPECT_NOT_NULL(test, told.VideoPortGetProcAddress);
	KUNIT_EXPECT_NULL(test, told.VideoPortGetProcAddress(NULL, (PUCHAR)"VideoPortNothing"));
	KUNIT_EXPECT_PTR_EQ(test,
			    told.VideoPortGetProcAddress(NULL, (PUCHAR)"VideoPortUnlockPages"),
			    (void *)VideoPortUnlockPages);
}

static void an_open_fails_while_hw_initialize_does_and_may_be_tried_again(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	int error;

	KUNIT_ASSERT_EQ(test, vpk_unbind(vpk->a), 0);
	KUNIT_ASSERT_EQ(test, vpk_bind(vpk->a), 0);
	vpk->a->initialize = false;
	KUNIT_EXPECT_NULL(test, vpk_open(test, vpk->a, &error));
	KUNIT_EXPECT_EQ(test, error, -EIO);
	KUNIT_EXPECT_NULL(test, vpk_open(test, vpk->a, &error));
	vpk->a->initialize = true;
	KUNIT_EXPECT_NOT_NULL(test, vpk_open(test, vpk->a, &error));
	KUNIT_EXPECT_NOT_NULL(test, vpk_open(test, vpk->a, &error));
	KUNIT_EXPECT_EQ(test, vpk->a->initialized, 3u);
}

static struct kunit_case hosting_cases[] = {
	KUNIT_CASE(a_miniport_that_initializes_is_registered),
	KUNIT_CASE(the_structures_of_nt4_w2k_and_xp_are_accepted),
	KUNIT_CASE(other_sizes_are_refused),
	KUNIT_CASE(missing_mandatory_callbacks_are_refused),
	KUNIT_CASE(other_buses_are_refused),
	KUNIT_CASE(one_call_for_each_bus_is_accepted),
	KUNIT_CASE(a_miniport_that_does_not_initialize_is_refused),
	KUNIT_CASE(initialize_outside_driver_entry_is_refused),
	KUNIT_CASE(an_adapter_that_is_not_there_leaves_nothing_behind),
	KUNIT_CASE(an_adapter_that_is_refused_leaves_nothing_behind),
	KUNIT_CASE(the_configuration_says_what_the_adapter_is),
	KUNIT_CASE(an_open_fails_while_hw_initialize_does_and_may_be_tried_again),
	{ }
};

VPK_SUITE(hosting, hosting_cases);
