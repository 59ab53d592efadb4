// SPDX-License-Identifier: GPL-2.0
/*
 * Endings: a client that closes, and an adapter that is taken away, each with handles idle and with
 * DMA in flight. After each nothing is pinned or mapped any more.
 */
#include "bench.h"

#define BYTES	(2 * PAGE_SIZE)

static void lock_three(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned int i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_NOT_NULL(test, vpk_lock_pages(vpk->a, vpk->value[0], BYTES, NULL));
	vpk->data = vpk_lock(vpk->a, vpk->value[0], BYTES, VpWriteAccess);
	KUNIT_EXPECT_NOT_NULL(test, vpk->data);
}

static void a_closing_clients_idle_handles_are_released_at_once(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	long pins = vpk_pins();

	vpk->value[0] = vpk_user(test, BYTES);
	vpk_request(test, lock_three);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins + 8);
	vpk_close(&vpk->clients[0]);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "locked_buffers"), 0ull);
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, vpk->data));
}

static void another_clients_handles_stay(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	struct vpk_client *one, *two;
	long pins = vpk_pins();
	int error;

	vpk->value[0] = vpk_user(test, BYTES);
	one = vpk_open(test, vpk->a, &error);
	two = vpk_open(test, vpk->a, &error);
	KUNIT_ASSERT_TRUE(test, one && two);
	KUNIT_ASSERT_EQ(test, vpk_request_of(test, one, lock_three), 0l);
	KUNIT_ASSERT_EQ(test, vpk_request_of(test, two, lock_three), 0l);
	vpk_close(one);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins + 8);
	KUNIT_EXPECT_PTR_EQ(test, VideoPortGetMdl(vpk->a->ext, vpk->data), vpk->data);
	vpk_close(two);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins);
}

static void a_closing_clients_dma_in_flight_ends_before_the_release(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	struct vpk_transfer transfer = { };
	long pins = vpk_pins();

	KUNIT_ASSERT_NOT_NULL(test, dma);
	vpk->value[0] = vpk_user(test, BYTES);
	vpk_request(test, lock_three);
	KUNIT_ASSERT_EQ(test, vpk_start(vpk->a, dma, vpk->data, 0, BYTES, false, &transfer),
			NO_ERROR);
	vpk_close(&vpk->clients[0]);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins + 2);
	KUNIT_EXPECT_TRUE(test, vpk_list_write(vpk->a, transfer.list, 0, 0x12));
	KUNIT_EXPECT_EQ(test, vpk_complete(vpk->a, &transfer), NO_ERROR);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins);
	KUNIT_EXPECT_EQ(test, vpk_matching(vpk->value[0], BYTES, 0x12), (size_t)BYTES);
}

static void the_node_may_be_opened_many_times(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned int i, initialized;
	int error;

	KUNIT_ASSERT_NOT_NULL(test, vpk_open(test, vpk->a, &error));
	initialized = vpk->a->initialized;
	vpk_close(&vpk->clients[0]);
	vpk->nr_clients = 0;
	for (i = 0; i < 40; i++) {
		struct vpk_client *client = vpk_open(test, vpk->a, &error);

		KUNIT_ASSERT_NOT_NULL(test, client);
		vpk_close(client);
		vpk->nr_clients = 0;
	}
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "clients"), 0ull);
	KUNIT_EXPECT_EQ(test, vpk->a->initialized, initialized); /* once, at the first open */
}

/* ---- Removal. The adapter's counters begin anew: only pins and charges can be compared. ---- */

static void shut_down(struct kunit *test, long pins)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned int i;
	u16 command;
	int error;

	for (i = 0; i < 2; i++) {
		vpk_shutdown(vpk->a);
		KUNIT_EXPECT_EQ(test, vpk_pins(), pins);
		KUNIT_EXPECT_NULL(test, vpk_open(test, vpk->a, &error));
		KUNIT_EXPECT_EQ(test, error, -ENODEV);
		KUNIT_EXPECT_EQ(test, pci_read_config_word(vpk->a->pdev, PCI_COMMAND, &command), 0);
		KUNIT_EXPECT_EQ(test, command & PCI_COMMAND_MASTER, 0);
	}
}

static void removed(struct kunit *test, bool in_flight, bool after_shutdown)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	long pins = vpk_pins(), charged = vpk_pinned_vm();
	struct videoport_request request = { .size = sizeof(request), .code = VPK_CODE };
	struct vpk_transfer transfer = { };
	PHYSICAL_ADDRESS logical;
	u64 address = 0;

	KUNIT_ASSERT_NOT_NULL(test, dma);
	KUNIT_EXPECT_NOT_NULL(test, VideoPortAllocateCommonBuffer(vpk->a->ext, dma, 5000, &logical,
								  FALSE, NULL));
	KUNIT_EXPECT_NOT_NULL(test, VideoPortAllocatePool(vpk->a->ext, VpPagedPool, 100, 0));
	vpk->value[0] = vpk_user(test, BYTES);
	vpk_request(test, lock_three);
	if (in_flight) {
		KUNIT_ASSERT_EQ(test, vpk_start(vpk->a, dma, vpk->data, 0, BYTES, false, &transfer),
				NO_ERROR);
		address = transfer.list->Elements[0].Address.QuadPart;
	}
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins + 8);
	if (after_shutdown)
		shut_down(test, pins);
	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
	vpk->nr_dma = 0; /* gone with it */

	KUNIT_EXPECT_EQ(test, vpk_pins(), pins);
	KUNIT_EXPECT_EQ(test, vpk_pinned_vm(), charged);
	KUNIT_EXPECT_EQ(test, vpk->a->resets, 1u);
	if (vpk_has_iommu(vpk->a)) {
		KUNIT_EXPECT_EQ(test, (u64)vpk_reach(vpk->a, logical.QuadPart), 0ull);
		KUNIT_EXPECT_EQ(test, (u64)vpk_reach(vpk->a, address), 0ull);
	}
	/* the client that is still there */
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, &vpk->clients[0], &request), -(long)ENODEV);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
	KUNIT_EXPECT_EQ(test, vpk_ioctl(test, &vpk->clients[0], &request), -(long)ENODEV);
	vpk_close(&vpk->clients[0]);
}

static void a_removed_adapters_locks_are_released(struct kunit *test)
{
	removed(test, false, false);
}

static void a_removed_adapters_dma_in_flight_is_ended_and_released(struct kunit *test)
{
	removed(test, true, false);
}

static void a_shutdown_releases_all_and_a_removal_may_follow(struct kunit *test)
{
	removed(test, true, true);
}

static void a_client_may_close_before_the_removal_of_its_dma(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = vpk_dma(test, vpk->a, VPK_SG | VPK_64, 0);
	struct vpk_transfer transfer = { };
	long pins = vpk_pins();

	KUNIT_ASSERT_NOT_NULL(test, dma);
	vpk->value[0] = vpk_user(test, BYTES);
	vpk_request(test, lock_three);
	KUNIT_ASSERT_EQ(test, vpk_start(vpk->a, dma, vpk->data, 0, BYTES, true, &transfer),
			NO_ERROR);
	vpk_close(&vpk->clients[0]);
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins + 2);
	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
	vpk->nr_dma = 0;
	KUNIT_EXPECT_EQ(test, vpk_pins(), pins);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
}

static void tick(struct vpk_adapter *adapter)
{
}

static void a_removal_with_the_timer_running_and_dpcs_queued(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned int i;

	for (i = 0; i < 5; i++) {
		vpk->a->tick = tick;
		VideoPortStartTimer(vpk->a->ext);
		KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
		KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
		vpk->a->tick = NULL;
	}
}

static void handles_of_the_former_life_are_refused(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->value[0] = vpk_user(test, BYTES);
	vpk_request(test, lock_three);
	vpk_close(&vpk->clients[0]);
	vpk->nr_clients = 0;
	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
	KUNIT_EXPECT_NULL(test, VideoPortGetMdl(vpk->a->ext, vpk->data));
	KUNIT_EXPECT_TRUE(test, VideoPortUnlockPages(vpk->a->ext, vpk->data));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "unlocked"), 0ull);
}

static struct kunit_case ending_cases[] = {
	KUNIT_CASE(a_closing_clients_idle_handles_are_released_at_once),
	KUNIT_CASE(another_clients_handles_stay),
	KUNIT_CASE(a_closing_clients_dma_in_flight_ends_before_the_release),
	KUNIT_CASE(the_node_may_be_opened_many_times),
	KUNIT_CASE(a_removed_adapters_locks_are_released),
	KUNIT_CASE(a_removed_adapters_dma_in_flight_is_ended_and_released),
	KUNIT_CASE(a_shutdown_releases_all_and_a_removal_may_follow),
	KUNIT_CASE(a_client_may_close_before_the_removal_of_its_dma),
	KUNIT_CASE(a_removal_with_the_timer_running_and_dpcs_queued),
	KUNIT_CASE(handles_of_the_former_life_are_refused),
	{ }
};

VPK_SUITE(ending, ending_cases);
