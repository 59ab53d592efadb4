// SPDX-License-Identifier: GPL-2.0
/*
 * What HwVidFindAdapter says of its device's DMA in the port's configuration, and what that means
 * for VideoPortLockPages; and VideoPortAllocateContiguousMemory. The adapter is found anew in each
 * case.
 */
#include <linux/io.h>
#include <linux/mm.h>

#include "bench.h"

static VIDEO_PORT_CONFIG_INFO wanted;

static VP_STATUS configure(struct vpk_adapter *adapter, PVIDEO_PORT_CONFIG_INFO config)
{
	config->Master = wanted.Master;
	config->ScatterGather = wanted.ScatterGather;
	config->MaximumTransferLength = wanted.MaximumTransferLength;
	config->NumberOfPhysicalBreaks = wanted.NumberOfPhysicalBreaks;
	config->MaximumScatterGatherChunkSize = wanted.MaximumScatterGatherChunkSize;
	return NO_ERROR;
}

static void find_again(struct kunit *test, VIDEO_PORT_CONFIG_INFO config)
{
	struct vpk_case *vpk = vpk_of(test);

	wanted = config;
	KUNIT_ASSERT_EQ(test, vpk_unbind(vpk->a), 0);
	vpk->a->find_hook = configure;
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
	vpk->a->find_hook = NULL;
	KUNIT_ASSERT_NOT_NULL(test, vpk->a->ext);
}

/* As it is found in all other cases. */
static void find_as_ever(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk_close(&vpk->clients[0]);
	KUNIT_EXPECT_EQ(test, vpk_unbind(vpk->a), 0);
	KUNIT_EXPECT_EQ(test, vpk_bind(vpk->a), 0);
}

/* Return: elements of the list of that many pages, 0 if they cannot be locked. */
static unsigned int elements(struct kunit *test, unsigned int pages, ULONG longest)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned int count = 0;
	PVRB_SG segment;
	ULONG list = 0;
	PDMA dma;

	dma = vpk_lock_pages(vpk->a, vpk->value[0], pages * PAGE_SIZE, &list);
	if (!dma)
		return 0;
	for (segment = GET_VIDEO_SCATTERGATHER(&dma); segment->Length; segment++) {
		KUNIT_EXPECT_LE(test, segment->Length, longest);
		count++;
	}
	KUNIT_EXPECT_EQ(test, vpk_check_segments(test, vpk->a, dma, vpk->value[0]),
			pages * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, (size_t)list, count * sizeof(VRB_SG));
	VideoPortUnlockPages(vpk->a->ext, dma);
	return count;
}

static void lock_up_to_length(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_length");
	PVOID mdl;

	KUNIT_EXPECT_GE(test, elements(test, 2, ~0u), 1u);
	KUNIT_EXPECT_EQ(test, elements(test, 3, ~0u), 0u);
	KUNIT_EXPECT_NULL(test, vpk_lock_pages(vpk->a, vpk->value[0], 2 * PAGE_SIZE + 1, NULL));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_length"), bad + 2);
	/* transfers have limits of their own */
	mdl = vpk_lock(vpk->a, vpk->value[0], 3 * PAGE_SIZE, VpWriteAccess);
	KUNIT_EXPECT_NOT_NULL(test, mdl);
	VideoPortUnlockBuffer(vpk->a->ext, mdl);
}

static void maximum_transfer_length_limits_lock_pages(struct kunit *test)
{
	vpk_of(test)->value[0] = vpk_user(test, SZ_64K);
	find_again(test, (VIDEO_PORT_CONFIG_INFO){
		.Master = TRUE, .ScatterGather = TRUE, .MaximumTransferLength = 2 * PAGE_SIZE,
	});
	vpk_request(test, lock_up_to_length);
	find_as_ever(test);
}

static void lock_in_chunks(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	KUNIT_EXPECT_EQ(test, elements(test, 1, 1024), 4u);
	KUNIT_EXPECT_EQ(test, elements(test, 5, 1024), 20u);
}

static void maximum_scatter_gather_chunk_size_limits_an_element(struct kunit *test)
{
	vpk_of(test)->value[0] = vpk_user(test, SZ_64K);
	find_again(test, (VIDEO_PORT_CONFIG_INFO){
		.Master = TRUE, .ScatterGather = TRUE, .MaximumScatterGatherChunkSize = 1024,
	});
	vpk_request(test, lock_in_chunks);
	find_as_ever(test);
}

static void lock_three_elements(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_length");
	struct vpk_state before;

	KUNIT_EXPECT_EQ(test, elements(test, 3, PAGE_SIZE), 3u);
	vpk_state(vpk, &before);
	KUNIT_EXPECT_EQ(test, elements(test, 4, PAGE_SIZE), 0u);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_length"), bad + 1);
	vpk_expect_state(test, &before, "after the lock of too many pieces");
}

/* Two breaks are three elements; a page each, however contiguous they are. */
static void number_of_physical_breaks_limits_the_list(struct kunit *test)
{
	vpk_of(test)->value[0] = vpk_user(test, SZ_64K);
	find_again(test, (VIDEO_PORT_CONFIG_INFO){
		.Master = TRUE, .ScatterGather = TRUE, .NumberOfPhysicalBreaks = 2,
		.MaximumScatterGatherChunkSize = PAGE_SIZE,
	});
	vpk_request(test, lock_three_elements);
	find_as_ever(test);
}

static void lock_one_element(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_length");

	KUNIT_EXPECT_EQ(test, elements(test, 1, PAGE_SIZE), 1u);
	KUNIT_EXPECT_EQ(test, elements(test, 2, PAGE_SIZE), 0u);
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_length"), bad + 1);
}

static void without_scatter_gather_a_lock_is_one_element(struct kunit *test)
{
	vpk_of(test)->value[0] = vpk_user(test, SZ_64K);
	find_again(test, (VIDEO_PORT_CONFIG_INFO){
		.Master = TRUE, .NumberOfPhysicalBreaks = 5,
		.MaximumScatterGatherChunkSize = PAGE_SIZE,
	});
	vpk_request(test, lock_one_element);
	find_as_ever(test);
}

static bool masters(struct vpk_adapter *adapter)
{
	u16 command = 0;

	pci_read_config_word(adapter->pdev, PCI_COMMAND, &command);
	return command & PCI_COMMAND_MASTER;
}

static void lock_nothing(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 bad = vpk_counter(vpk->a, "bad_parameter");
	VIDEO_REQUEST_PACKET lock = { };

	KUNIT_EXPECT_EQ(test, elements(test, 1, ~0u), 0u);
	KUNIT_EXPECT_FALSE(test, vpk_lock_pages_with(vpk->a, vpk->value[0], PAGE_SIZE,
						     VideoPortUnlockAfterDma, &lock));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "bad_parameter"), bad + 2);
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
}

static void a_device_that_is_no_master_locks_no_pages(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);

	vpk->value[0] = vpk_user(test, SZ_64K);
	KUNIT_EXPECT_TRUE(test, masters(vpk->a));
	find_again(test, (VIDEO_PORT_CONFIG_INFO){ .ScatterGather = TRUE });
	KUNIT_EXPECT_FALSE(test, masters(vpk->a));
	vpk_request(test, lock_nothing);
	find_as_ever(test);
	KUNIT_EXPECT_TRUE(test, masters(vpk->a));
}

static void start_one(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	VIDEO_REQUEST_PACKET lock = { };

	KUNIT_EXPECT_FALSE(test, vpk_lock_pages_with(vpk->a, vpk->value[0], 5 * PAGE_SIZE,
						     VideoPortUnlockAfterDma, &lock));
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 0u);
	vpk->a->packet.answer = DmaSyncReturn;
	KUNIT_EXPECT_TRUE(test, vpk_lock_pages_with(vpk->a, vpk->value[0], 4 * PAGE_SIZE,
						    VideoPortUnlockAfterDma, &lock));
	KUNIT_EXPECT_EQ(test, vpk->a->packet.calls, 1u);
}

static void a_dma_beyond_the_limits_is_not_started(struct kunit *test)
{
	vpk_of(test)->value[0] = vpk_user(test, SZ_64K);
	find_again(test, (VIDEO_PORT_CONFIG_INFO){
		.Master = TRUE, .ScatterGather = TRUE, .MaximumTransferLength = 4 * PAGE_SIZE,
	});
	vpk_request(test, start_one);
	find_as_ever(test);
}

/* ---- Contiguous memory ---- */

/*
 * Where its pages are, one behind the other and below @highest; not so behind an IOMMU. Lower
 * memory than the machine's zones know may be there or not.
 */
static void check_pages(struct kunit *test, u8 *memory, size_t bytes, u64 highest)
{
	phys_addr_t first = virt_to_phys(memory);

	KUNIT_EXPECT_NULL(test, memchr_inv(memory, 0, bytes));
	memset(memory, 0x5a, bytes);
	if (vpk_has_iommu(vpk_of(test)->a))
		return;
	KUNIT_ASSERT_TRUE(test, virt_addr_valid(memory) && virt_addr_valid(memory + bytes - 1));
	KUNIT_EXPECT_LE(test, (u64)first + bytes - 1, highest);
}

static void contiguous_memory_is_below_the_address(struct kunit *test)
{
	static const u64 highest[] = {
		~0ull, U32_MAX, SZ_2G - 1, SZ_2G, SZ_1G, SZ_512M - 1, SZ_128M, SZ_16M - 1,
	};
	struct vpk_case *vpk = vpk_of(test);
	unsigned int i, had = 0;

	for (i = 0; i < ARRAY_SIZE(highest); i++) {
		PHYSICAL_ADDRESS most = { .QuadPart = highest[i] };
		PVOID memory = VideoPortAllocateContiguousMemory(vpk->a->ext, 3 * PAGE_SIZE, most);

		had += !!memory;
		if (memory)
			check_pages(test, memory, 3 * PAGE_SIZE, highest[i]);
		else if (highest[i] >= SZ_2G - 1 || vpk_has_iommu(vpk->a))
			KUNIT_FAIL(test, "nothing up to 0x%llx", highest[i]);
	}
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "common_buffers"), (u64)had);
	find_as_ever(test); /* nothing else gives it back */
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "common_buffers"), 0ull);
}

static void contiguous_memory_that_cannot_be_is_null(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 none = vpk_counter(vpk->a, "no_memory");
	PHYSICAL_ADDRESS all = { .QuadPart = -1 }, nothing = { }, too_low = { .QuadPart = 100 };
	PVOID ext = vpk->a->ext;

	KUNIT_EXPECT_NULL(test, VideoPortAllocateContiguousMemory(ext, 0, all));
	KUNIT_EXPECT_NULL(test, VideoPortAllocateContiguousMemory(ext, ~0u, all));
	KUNIT_EXPECT_NULL(test, VideoPortAllocateContiguousMemory(ext, PAGE_SIZE, nothing));
	KUNIT_EXPECT_NULL(test, VideoPortAllocateContiguousMemory(ext, PAGE_SIZE, too_low));
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "no_memory"), none + 4);
	KUNIT_EXPECT_NULL(test, VideoPortAllocateContiguousMemory(NULL, PAGE_SIZE, all));
}

static void lock_much(struct kunit *test, PVIDEO_REQUEST_PACKET vrp)
{
	struct vpk_case *vpk = vpk_of(test);
	PDMA dma = vpk_lock_pages(vpk->a, vpk->value[0], SZ_2M, NULL);

	KUNIT_EXPECT_NOT_NULL(test, dma);
	if (dma)
		VideoPortUnlockPages(vpk->a->ext, dma);
}

/* Behind an IOMMU, a lack of room low down must not be taken for a lack of room elsewhere. */
static void a_refusal_of_contiguous_memory_takes_nothing_from_later_locks(struct kunit *test)
{
	struct vpk_case *vpk = vpk_of(test);
	PHYSICAL_ADDRESS page = { .QuadPart = PAGE_SIZE - 1 }, low = { .QuadPart = SZ_1M - 1 };

	vpk->value[0] = vpk_user(test, SZ_2M);
	KUNIT_EXPECT_NULL(test, VideoPortAllocateContiguousMemory(vpk->a->ext, 1, page));
	KUNIT_EXPECT_NULL(test, VideoPortAllocateContiguousMemory(vpk->a->ext, SZ_2M, low));
	vpk_request(test, lock_much);
}

static void allocate_there(struct vpk_adapter *adapter, void *data)
{
	PHYSICAL_ADDRESS all = { .QuadPart = -1 };

	*(PVOID *)data = VideoPortAllocateContiguousMemory(adapter->ext, PAGE_SIZE, all);
}

VPK_REQUEST_CASE(contiguous_memory_is_had_only_at_passive)
{
	struct vpk_case *vpk = vpk_of(test);
	u64 wrong = vpk_counter(vpk->a, "wrong_context");
	vpk_at places[] = { vpk_at_dispatch, vpk_at_dirql };
	unsigned int i, tried = 0;
	PVOID memory = test;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		tried += places[i](vpk->a, allocate_there, &memory);
		KUNIT_EXPECT_NULL(test, tried ? memory : NULL);
	}
	KUNIT_EXPECT_EQ(test, vpk_counter(vpk->a, "wrong_context"), wrong + tried);
}

static struct kunit_case limits_cases[] = {
	KUNIT_CASE(maximum_transfer_length_limits_lock_pages),
	KUNIT_CASE(maximum_scatter_gather_chunk_size_limits_an_element),
	KUNIT_CASE(number_of_physical_breaks_limits_the_list),
	KUNIT_CASE(without_scatter_gather_a_lock_is_one_element),
	KUNIT_CASE(a_device_that_is_no_master_locks_no_pages),
	KUNIT_CASE(a_dma_beyond_the_limits_is_not_started),
	KUNIT_CASE(contiguous_memory_is_below_the_address),
	KUNIT_CASE(contiguous_memory_that_cannot_be_is_null),
	KUNIT_CASE(a_refusal_of_contiguous_memory_takes_nothing_from_later_locks),
	KUNIT_CASE(contiguous_memory_is_had_only_at_passive),
	{ }
};

VPK_PACKET_SUITE(limits, limits_cases);
