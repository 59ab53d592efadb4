// SPDX-License-Identifier: GPL-2.0
/*
 * The device's side: what lies behind a logical address, read and written as a device would do it,
 * through the IOMMU's tables if there are any; and the calls that most cases make. Any context that
 * the calls allow.
 */
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/swiotlb.h>

#include "bench.h"

static struct iommu_domain *vpk_domain(struct vpk_adapter *adapter)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(&adapter->pdev->dev);

	return domain && domain->type & __IOMMU_DOMAIN_PAGING ? domain : NULL;
}

bool vpk_has_iommu(struct vpk_adapter *adapter)
{
	return vpk_domain(adapter);
}

bool vpk_bounces(struct vpk_adapter *adapter)
{
#ifdef CONFIG_SWIOTLB
	return !vpk_has_iommu(adapter) && is_swiotlb_force_bounce(&adapter->pdev->dev);
#else
	return false;
#endif
}

phys_addr_t vpk_reach(struct vpk_adapter *adapter, u64 logical)
{
	struct iommu_domain *domain = vpk_domain(adapter);

	return domain ? iommu_iova_to_phys(domain, logical) : logical;
}

/* Call @visit with each part of a segment that lies in one page, as the CPU addresses it. */
static bool vpk_walk(struct vpk_adapter *adapter, u64 logical, size_t bytes, size_t position,
		     u8 seed, bool (*visit)(u8 *memory, size_t n, size_t position, u8 seed))
{
	while (bytes) {
		size_t n = min_t(size_t, bytes, PAGE_SIZE - offset_in_page(logical));
		phys_addr_t phys = vpk_reach(adapter, logical);

		if (!phys || !pfn_valid(PHYS_PFN(phys)) ||
		    !visit(phys_to_virt(phys), n, position, seed))
			return false;
		logical += n;
		position += n;
		bytes -= n;
	}
	return true;
}

static bool vpk_put_pattern(u8 *memory, size_t n, size_t position, u8 seed)
{
	size_t i;

	for (i = 0; i < n; i++)
		memory[i] = vpk_pattern(position + i, seed);
	return true;
}

static bool vpk_has_pattern(u8 *memory, size_t n, size_t position, u8 seed)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (memory[i] != vpk_pattern(position + i, seed))
			return false;
	return true;
}

/** vpk_device_write() - the device writes the pattern. Return: it could reach all of it. */
bool vpk_device_write(struct vpk_adapter *adapter, u64 logical, size_t bytes, size_t position,
		      u8 seed)
{
	return vpk_walk(adapter, logical, bytes, position, seed, vpk_put_pattern);
}

/** vpk_device_sees() - the device reads. Return: it reached all of it, and read the pattern. */
bool vpk_device_sees(struct vpk_adapter *adapter, u64 logical, size_t bytes, size_t position,
		     u8 seed)
{
	return vpk_walk(adapter, logical, bytes, position, seed, vpk_has_pattern);
}

bool vpk_leads_to(struct vpk_adapter *adapter, u64 logical, size_t bytes, unsigned long user)
{
	if (vpk_bounces(adapter))
		return true;
	while (bytes) {
		size_t n = min_t(size_t, bytes, PAGE_SIZE - offset_in_page(user));
		struct page *page = vpk_user_page(user);

		if (!page)
			return false;
		if (vpk_reach(adapter, logical) != page_to_phys(page) + offset_in_page(user) ||
		    vpk_reach(adapter, logical + n - 1) !=
			    page_to_phys(page) + offset_in_page(user) + n - 1)
			return false;
		logical += n;
		user += n;
		bytes -= n;
	}
	return true;
}

/* ---- Calls ---- */

PVP_DMA_ADAPTER vpk_dma(struct kunit *test, struct vpk_adapter *adapter, unsigned int flags,
			ULONG maximum)
{
	VP_DEVICE_DESCRIPTION description = {
		.ScatterGather = !!(flags & VPK_SG),
		.Dma32BitAddresses = !!(flags & VPK_32),
		.Dma64BitAddresses = !!(flags & VPK_64),
		.MaximumLength = maximum,
	};
	struct vpk_case *vpk = vpk_of(test);
	PVP_DMA_ADAPTER dma = VideoPortGetDmaAdapter(adapter->ext, &description);

	if (dma && vpk->nr_dma < VPK_DMA) {
		vpk->dma[vpk->nr_dma].adapter = adapter;
		vpk->dma[vpk->nr_dma++].dma = dma;
	}
	return dma;
}

void vpk_put_dma(struct kunit *test, PVP_DMA_ADAPTER dma)
{
	struct vpk_case *vpk = vpk_of(test);
	unsigned int i;

	for (i = 0; i < vpk->nr_dma; i++) {
		if (vpk->dma[i].dma == dma) {
			VideoPortPutDmaAdapter(vpk->dma[i].adapter->ext, dma);
			vpk->dma[i].dma = NULL;
		}
	}
}

static VOID vpk_execute(PVOID ext, PVP_DMA_ADAPTER dma, PVP_SCATTER_GATHER_LIST list,
			PVOID context)
{
	struct vpk_transfer *transfer = context;

	transfer->calls++;
	transfer->ext = ext;
	transfer->dma = dma;
	transfer->list = list;
	transfer->irql = VideoPortGetCurrentIrql();
	transfer->length_seen = transfer->length;
	if (transfer->complete)
		transfer->completed = VideoPortCompleteDma(ext, dma, list, transfer->to_device);
}

VP_STATUS vpk_start(struct vpk_adapter *adapter, PVP_DMA_ADAPTER dma, PVOID mdl, ULONG offset,
		    ULONG length, bool to_device, struct vpk_transfer *transfer)
{
	transfer->length = length;
	transfer->to_device = to_device;
	transfer->dma = dma;
	return VideoPortStartDma(adapter->ext, dma, mdl, offset, &transfer->length, vpk_execute,
				 transfer, to_device);
}

VP_STATUS vpk_complete(struct vpk_adapter *adapter, struct vpk_transfer *transfer)
{
	return VideoPortCompleteDma(adapter->ext, transfer->dma, transfer->list,
				    transfer->to_device);
}

size_t vpk_check_list(struct kunit *test, struct vpk_adapter *adapter,
		      PVP_SCATTER_GATHER_LIST list, unsigned long user)
{
	size_t sum = 0;
	ULONG i;

	for (i = 0; i < list->NumberOfElements; i++) {
		PVP_SCATTER_GATHER_ELEMENT element = &list->Elements[i];

		KUNIT_EXPECT_GT_MSG(test, element->Length, 0u, "element %u", i);
		if (!vpk_leads_to(adapter, element->Address.QuadPart, element->Length, user + sum))
			KUNIT_FAIL(test, "element %u, 0x%llx + 0x%x, does not lead to the page", i,
				   element->Address.QuadPart, element->Length);
		sum += element->Length;
	}
	return sum;
}

bool vpk_list_write(struct vpk_adapter *adapter, PVP_SCATTER_GATHER_LIST list, size_t position,
		    u8 seed)
{
	ULONG i;

	for (i = 0; i < list->NumberOfElements; i++) {
		if (!vpk_device_write(adapter, list->Elements[i].Address.QuadPart,
				      list->Elements[i].Length, position, seed))
			return false;
		position += list->Elements[i].Length;
	}
	return true;
}

bool vpk_list_sees(struct vpk_adapter *adapter, PVP_SCATTER_GATHER_LIST list, size_t position,
		   u8 seed)
{
	ULONG i;

	for (i = 0; i < list->NumberOfElements; i++) {
		if (!vpk_device_sees(adapter, list->Elements[i].Address.QuadPart,
				     list->Elements[i].Length, position, seed))
			return false;
		position += list->Elements[i].Length;
	}
	return true;
}

BOOLEAN vpk_lock_pages_with(struct vpk_adapter *adapter, unsigned long start, ULONG bytes,
			    DMA_FLAGS flags, PVIDEO_REQUEST_PACKET vrp)
{
	vrp->IoControlCode = VPK_CODE;
	vrp->InputBuffer = (PVOID)start;
	vrp->InputBufferLength = bytes;
	return VideoPortLockPages(adapter->ext, vrp, NULL, NULL, flags);
}

PDMA vpk_lock_pages(struct vpk_adapter *adapter, unsigned long start, ULONG bytes, ULONG *list)
{
	STATUS_BLOCK status = { };
	VIDEO_REQUEST_PACKET vrp = { .StatusBlock = &status };

	if (!vpk_lock_pages_with(adapter, start, bytes, VideoPortDmaInitOnly, &vrp))
		return NULL;
	if (list)
		*list = vrp.OutputBufferLength;
	return vrp.OutputBuffer;
}

PVOID vpk_lock(struct vpk_adapter *adapter, unsigned long start, ULONG bytes,
	       VP_LOCK_OPERATION operation)
{
	return VideoPortLockBuffer(adapter->ext, (PVOID)start, bytes, operation);
}

/** vpk_check_segments() - the same for GET_VIDEO_SCATTERGATHER. Return: the sum of lengths. */
size_t vpk_check_segments(struct kunit *test, struct vpk_adapter *adapter, PDMA dma,
			  unsigned long user)
{
	PVRB_SG segment = GET_VIDEO_SCATTERGATHER(&dma);
	size_t sum = 0;

	for (; segment->Length; segment++) {
		if (!vpk_leads_to(adapter, segment->PhysicalAddress, segment->Length, user + sum))
			KUNIT_FAIL(test, "segment 0x%llx + 0x%x does not lead to the page",
				   segment->PhysicalAddress, segment->Length);
		sum += segment->Length;
	}
	return sum;
}

static bool vpk_segments(struct vpk_adapter *adapter, PDMA dma, size_t bytes, u8 seed,
			 bool (*visit)(u8 *memory, size_t n, size_t position, u8 seed))
{
	PVRB_SG segment = GET_VIDEO_SCATTERGATHER(&dma);
	size_t at = 0;

	for (; segment->Length && at < bytes; segment++) {
		size_t n = min_t(size_t, segment->Length, bytes - at);

		if (!vpk_walk(adapter, segment->PhysicalAddress, n, at, seed, visit))
			return false;
		at += n;
	}
	return at == bytes;
}

bool vpk_segments_write(struct vpk_adapter *adapter, PDMA dma, size_t bytes, u8 seed)
{
	return vpk_segments(adapter, dma, bytes, seed, vpk_put_pattern);
}

bool vpk_segments_see(struct vpk_adapter *adapter, PDMA dma, size_t bytes, u8 seed)
{
	return vpk_segments(adapter, dma, bytes, seed, vpk_has_pattern);
}
