// SPDX-License-Identifier: GPL-2.0
/*
 * The table of catalog.hpp. Left out on purpose, because a miniport that does it has broken the
 * kernel itself or the emulator, and no port can help:
 *   ProbePeek, ProbePoke, ProbeReadMapped: through kernel pointers that may be gone by now.
 *   ProbeWriteRegister: an order to the DMA engine reaches any memory, and a wrong one ends QEMU.
 *   ProbeSetBusData: only the interrupt line; other bytes turn the device off.
 *   ProbeSpinLock*, outside of a request: a driver can deadlock with itself.
 *   ProbeWaitForSingleObject without a timeout: waits for ever, as it is told (see killer.cc).
 *   ProbeStall, PROBE_HOLD, EDU4_WAIT: only short ones. IOCTL_EDU_LATE_DMA: a bug on purpose.
 *   IOCTL_EDU_PAGES_DMA from the device: the port cannot see it, and the pages may be others' soon.
 */
#include "catalog.hpp"

#include <cstddef>

#include <devioctl.h>
#include <ntddvdeo.h>
#include <video.h>

#include "edu4ioctl.h"
#include "eduioctl.h"
#include "probeioctl.h"

namespace fuzz {

namespace {

/// An argument of a probe's call.
constexpr Field argument(int number, Sort sort, uint32_t limit = 0)
{
	return {sort, static_cast<uint8_t>(offsetof(PROBE_CALL, Arguments) + number * 8), 8, limit};
}

constexpr uint16_t ask = sizeof(PROBE_CALL), told = sizeof(PROBE_ANSWER);

#define FIELD(structure, member, sort, limit)                                                      \
	{                                                                                          \
		Sort::sort, static_cast<uint8_t>(offsetof(structure, member)),                     \
			sizeof(structure::member), limit                                           \
	}
#define A0(sort, limit) argument(0, Sort::sort, limit)
#define A1(sort, limit) argument(1, Sort::sort, limit)
#define A2(sort, limit) argument(2, Sort::sort, limit)
#define A3(sort, limit) argument(3, Sort::sort, limit)
#define A4(sort, limit) argument(4, Sort::sort, limit)
#define A5(sort, limit) argument(5, Sort::sort, limit)
#define PROBE(function, places, contexts, traits, weight, yield, ...)                              \
	{                                                                                          \
#function, IOCTL_PROBE_CALL, function, places, contexts, traits, weight, yield,    \
			ask, told,                                                                 \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define PLAIN(code, places, traits, weight, yield, input, output, ...)                             \
	{                                                                                          \
#code, code, 0, places, in_request, traits, weight, yield, input, output,          \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

constexpr Entry entries[] = {
	/* edu: packets that the port maps piece by piece, and the older way */
	PLAIN(IOCTL_EDU_QUERY_INFO, on_edu, 0, 2, Yield::nothing, 0, sizeof(EDU_INFO)),
	PLAIN(IOCTL_EDU_START_DMA, on_edu, 0, 6, Yield::nothing, sizeof(EDU_START), 0,
	      FIELD(EDU_START, Source, address, 0), FIELD(EDU_START, Destination, address, 0),
	      FIELD(EDU_START, Operation, small, 7), FIELD(EDU_START, Length, length, 0),
	      FIELD(EDU_START, DeviceOffset, small, EDU_BUFFER_LENGTH + 8)),
	PLAIN(IOCTL_EDU_QUERY_DMA, on_edu, 0, 3, Yield::nothing, 0, sizeof(EDU_DMA_STATE)),
	PLAIN(IOCTL_EDU_FINISH_DMA, on_edu, 0, 6, Yield::nothing, 0, 0),
	PLAIN(IOCTL_EDU_LOCK_PAGES, on_edu, 0, 24, Yield::edu_lock, sizeof(EDU_LOCK),
	      sizeof(EDU_LOCKED), FIELD(EDU_LOCK, Address, address, 0),
	      FIELD(EDU_LOCK, Length, length, 0)),
	PLAIN(IOCTL_EDU_PAGES_DMA, on_edu, 0, 3, Yield::nothing, sizeof(EDU_PAGES), 0,
	      FIELD(EDU_PAGES, Handle, lock, 0), FIELD(EDU_PAGES, Offset, length, 0),
	      FIELD(EDU_PAGES, Length, least, EDU_MAXIMUM_TRANSFER + 2),
	      FIELD(EDU_PAGES, Operation, least, EduFromDevice),
	      FIELD(EDU_PAGES, DeviceOffset, small, EDU_BUFFER_LENGTH + 8)),
	PLAIN(IOCTL_EDU_UNLOCK_PAGES, on_edu, takes_back, 20, Yield::nothing, sizeof(EDU_UNLOCK),
	      sizeof(EDU_UNLOCKED), FIELD(EDU_UNLOCK, Handle, lock, 0)),
	PLAIN(IOCTL_EDU_COMMON_BUFFER, on_edu, 0, 3, Yield::nothing, sizeof(EDU_COMMON), 0,
	      FIELD(EDU_COMMON, Length, small, EDU_MAXIMUM_TRANSFER + 2),
	      FIELD(EDU_COMMON, DeviceOffset, small, EDU_BUFFER_LENGTH + 8)),
	PLAIN(IOCTL_EDU_READ_COMMON, on_edu, sees_device, 2, Yield::nothing, 0,
	      EDU_MAXIMUM_TRANSFER),
	PLAIN(IOCTL_VIDEO_RESET_DEVICE, on_edu | on_edu_nt4, 0, 1, Yield::nothing, 0, 0),

	/* edu_nt4: packet DMA */
	PLAIN(IOCTL_EDU4_QUERY_INFO, on_edu_nt4, 0, 2, Yield::nothing, 0, sizeof(EDU4_INFO)),
	PLAIN(IOCTL_EDU4_LOCK, on_edu_nt4, 0, 20, Yield::edu4_lock, sizeof(EDU4_LOCK),
	      sizeof(EDU4_HANDLE), FIELD(EDU4_LOCK, Address, address, 0),
	      FIELD(EDU4_LOCK, Length, length, 0), FIELD(EDU4_LOCK, UserEvent, event, 0),
	      FIELD(EDU4_LOCK, DisplayEvent, event, 0), FIELD(EDU4_LOCK, Flags, small, 5),
	      FIELD(EDU4_LOCK, Order.ToDevice, small, 2), FIELD(EDU4_LOCK, Order.Mode, small, 3),
	      FIELD(EDU4_LOCK, Order.DeviceOffset, small, EDU4_BUFFER_LENGTH + 8)),
	PLAIN(IOCTL_EDU4_DMA, on_edu_nt4, 0, 8, Yield::nothing, sizeof(EDU4_DMA_IN),
	      sizeof(EDU4_HANDLE), FIELD(EDU4_DMA_IN, Handle, lock, 0),
	      FIELD(EDU4_DMA_IN, Flags, small, 5), FIELD(EDU4_DMA_IN, Bytes, length, 0),
	      FIELD(EDU4_DMA_IN, Order.ToDevice, small, 2),
	      FIELD(EDU4_DMA_IN, Order.Mode, small, 3),
	      FIELD(EDU4_DMA_IN, Order.DeviceOffset, small, EDU4_BUFFER_LENGTH + 8)),
	PLAIN(IOCTL_EDU4_UNLOCK, on_edu_nt4, takes_back, 16, Yield::nothing, sizeof(EDU4_HANDLE), 0,
	      FIELD(EDU4_HANDLE, Handle, lock, 0)),
	PLAIN(IOCTL_EDU4_QUERY_DMA, on_edu_nt4, 0, 6, Yield::nothing, sizeof(EDU4_HANDLE),
	      sizeof(EDU4_STATE), FIELD(EDU4_HANDLE, Handle, lock, 0)),
	PLAIN(IOCTL_EDU4_WAIT, on_edu_nt4, slow, 1, Yield::nothing, 4, 0, {Sort::least, 0, 4, 20}),
	PLAIN(IOCTL_EDU4_EVENTS, on_edu_nt4, 0, 5, Yield::edu4_lock, sizeof(EDU4_EVENTS),
	      sizeof(EDU4_HANDLE), FIELD(EDU4_EVENTS, Handle, lock, 0),
	      FIELD(EDU4_EVENTS, UserEvent, event, 0), FIELD(EDU4_EVENTS, DisplayEvent, event, 0)),
	PLAIN(IOCTL_EDU4_MAP, on_edu_nt4, 0, 5, Yield::edu4_view, sizeof(EDU4_MAP),
	      sizeof(EDU4_MAPPED), FIELD(EDU4_MAP, Offset, length, 0),
	      FIELD(EDU4_MAP, Length, length, 0), FIELD(EDU4_MAP, UserEvent, event, 0),
	      FIELD(EDU4_MAP, DisplayEvent, event, 0)),
	PLAIN(IOCTL_EDU4_UNMAP, on_edu_nt4, takes_back, 5, Yield::nothing, sizeof(EDU4_MAPPED), 0,
	      FIELD(EDU4_MAPPED, Handle, lock, 0), FIELD(EDU4_MAPPED, Address, address, 0)),
	PLAIN(IOCTL_VIDEO_QUERY_PUBLIC_ACCESS_RANGES, on_edu_nt4, 0, 2, Yield::public_view,
	      sizeof(VIDEO_MEMORY), sizeof(VIDEO_PUBLIC_ACCESS_RANGES), {Sort::quiet, 0, 8, 0}),
	PLAIN(IOCTL_VIDEO_FREE_PUBLIC_ACCESS_RANGES, on_edu_nt4, 0, 2, Yield::nothing,
	      sizeof(VIDEO_MEMORY), 0, {Sort::address, 0, 8, 0}),

	/* the probes' own requests */
	PLAIN(IOCTL_PROBE_RESULT, on_probe, 0, 4, Yield::nothing, 0, told),
	PLAIN(IOCTL_PROBE_LIST, on_probe, 0, 2, Yield::nothing, 4, sizeof(PROBE_LIST),
	      {Sort::small, 0, 4, PROBE_LISTS + 1}),
	PLAIN(IOCTL_PROBE_COUNTS, on_probe, 0, 2, Yield::nothing, 0, sizeof(PROBE_COUNTS)),
	PLAIN(IOCTL_PROBE_ECHO, on_probe, 0, 4, Yield::nothing, 256, 256),
	PLAIN(IOCTL_PROBE_VRP, on_probe, 0, 2, Yield::nothing, 0, sizeof(PROBE_VRP)),
	PLAIN(IOCTL_PROBE_MISBEHAVE, on_probe, 0, 6, Yield::nothing, sizeof(PROBE_MISDEED), 64,
	      FIELD(PROBE_MISDEED, What, small, 128), FIELD(PROBE_MISDEED, Status, any, 0),
	      FIELD(PROBE_MISDEED, Information, any, 0)),
	PLAIN(IOCTL_PROBE_HOLD, on_probe, slow, 1, Yield::nothing, 4, 0, {Sort::least, 0, 4, 4}),

	/* adapters and common buffers */
	PROBE(ProbeGetDmaAdapter, on_probe, wherever, 0, 4, Yield::result_adapter, A0(small, 9),
	      A1(length, 0)),
	PROBE(ProbePutDmaAdapter, on_probe, wherever, takes_back, 4, Yield::nothing,
	      A0(adapter, 0)),
	PROBE(ProbeAllocateCommonBuffer, on_probe, wherever, 0, 4, Yield::result_common,
	      A0(adapter, 0), A1(bytes, 0), A2(small, 2)),
	PROBE(ProbeReleaseCommonBuffer, on_probe, wherever, 0, 5, Yield::nothing, A0(adapter, 0),
	      A1(bytes, 0), A2(logical, 0), A3(common, 0), A4(small, 2)),
	PROBE(ProbeGetCommonBuffer, on_probe, wherever, 0, 2, Yield::result_common, A0(bytes, 0),
	      A1(length, 0), A2(small, 2)),
	PROBE(ProbeFreeCommonBuffer, on_probe, wherever, 0, 3, Yield::nothing, A0(bytes, 0),
	      A1(common, 0), A2(logical, 0), A3(small, 2)),

	/* locks: what gives back in a deferred context, and what walks, not on the same adapter */
	PROBE(ProbeLockBuffer, on_probe, wherever, 0, 16, Yield::result_lock, A0(address, 0),
	      A1(length, 0), A2(small, 4)),
	PROBE(ProbeUnlockBuffer, on_probe, wherever, takes_back, 14, Yield::nothing, A0(lock, 0),
	      A1(small, 2)),
	PROBE(ProbeLockPages, on_probe, wherever, 0, 20, Yield::out_lock, A0(address, 0),
	      A1(length, 0), A2(small, 5), A3(event, 0), A4(event, 0)),
	PROBE(ProbeUnlockPages, on_probe, wherever, takes_back, 18, Yield::nothing, A0(lock, 0)),
	PROBE(ProbeGetMdl, on_probe, wherever, zero_if_foreign, 6, Yield::nothing, A0(lock, 0)),
	PROBE(ProbeGetScatterGather, on_xp_probe, in_request, walks | zero_if_foreign, 6,
	      Yield::nothing, A0(lock, 0)),
	PROBE(ProbeGetPhysicalAddress, on_xp_probe, in_request, walks, 4, Yield::nothing,
	      A0(lock, 0), A1(quiet, 0), A2(quiet, 0)),
	PROBE(ProbeStartDma, on_probe, wherever, fails_if_foreign, 16, Yield::out_list,
	      A0(adapter, 0), A1(lock, 0), A2(length, 0), A3(length, 0), A4(small, 4),
	      A5(small, 2)),
	PROBE(ProbeCompleteDma, on_probe, wherever, 0, 18, Yield::nothing, A0(adapter, 0),
	      A1(list, 0), A2(small, 2)),

	/* packet DMA */
	PROBE(ProbeDoDma, on_probe, wherever, zero_if_foreign, 8, Yield::nothing, A0(lock, 0),
	      A1(small, 5), A2(least, 4)),
	PROBE(ProbeSignalDmaComplete, on_probe, wherever, zero_if_foreign, 8, Yield::nothing,
	      A0(lock, 0)),
	PROBE(ProbeGetDmaContext, on_probe, wherever, zero_if_foreign, 3, Yield::nothing,
	      A0(lock, 0)),
	PROBE(ProbeSetDmaContext, on_probe, wherever, 0, 3, Yield::nothing, A0(lock, 0),
	      A1(quiet, 0)),
	PROBE(ProbeGetBytesUsed, on_probe, wherever, zero_if_foreign, 3, Yield::nothing,
	      A0(lock, 0)),
	PROBE(ProbeSetBytesUsed, on_probe, wherever, 0, 3, Yield::nothing, A0(lock, 0),
	      A1(length, 0)),
	PROBE(ProbeAssociateEvents, on_probe, wherever, 0, 4, Yield::result_lock, A0(lock, 0),
	      A1(event, 0), A2(event, 0)),
	PROBE(ProbeMapDmaMemory, on_probe, wherever, 0, 4, Yield::handle_view, A0(device, 0),
	      A1(length, 0), A2(small, 8), A3(event, 0), A4(event, 0)),
	PROBE(ProbeUnmapDmaMemory, on_probe, wherever, 0, 4, Yield::nothing, A0(address, 0),
	      A1(quiet, 0), A2(lock, 0)),
	PROBE(ProbeChooseStartDma, on_nt4_probe, in_request, 0, 3, Yield::nothing, A0(small, 4),
	      A1(small, 2)),
	PROBE(ProbeStartDmaSeen, on_nt4_probe, in_request, 0, 1, Yield::nothing),

	/* events */
	PROBE(ProbeCreateEvent, on_probe, wherever, 0, 4, Yield::out_event, A0(small, 8)),
	PROBE(ProbeDeleteEvent, on_probe, wherever, takes_back, 4, Yield::nothing, A0(event, 0)),
	PROBE(ProbeSetEvent, on_probe, wherever, 0, 4, Yield::nothing, A0(event, 0)),
	PROBE(ProbeClearEvent, on_probe, wherever, 0, 3, Yield::nothing, A0(event, 0)),
	PROBE(ProbeReadStateEvent, on_probe, wherever, 0, 3, Yield::nothing, A0(event, 0)),
	PROBE(ProbeWaitForSingleObject, on_probe, wherever, slow, 1, Yield::nothing, A0(event, 0),
	      {Sort::least, 16, 4, 0}, A2(least, 3)),

	/* memory and hardware */
	PROBE(ProbeAllocatePool, on_probe, wherever, 0, 4, Yield::result_pool, A0(small, 8),
	      A1(bytes, 0)),
	PROBE(ProbeFreePool, on_probe, wherever, 0, 5, Yield::nothing, A0(pool, 0)),
	PROBE(ProbeAllocateContiguousMemory, on_probe, wherever, 0, 2, Yield::result_pool,
	      A0(bytes, 0), A1(any, 0)),
	PROBE(ProbeCompareMemory, on_probe, wherever, 0, 1, Yield::nothing, A0(small, 65),
	      A1(small, 65)),
	PROBE(ProbeAccessRange, on_probe, wherever, 0, 1, Yield::nothing, A0(small, 7)),
	PROBE(ProbeReadRegister, on_probe, wherever, sees_device, 1, Yield::nothing, A0(small, 3),
	      A1(least, 0x60), A2(small, 5)),
	PROBE(ProbeGetBusData, on_probe, wherever, sees_device, 2, Yield::nothing, A0(small, 7),
	      A1(small, 300), A2(length, 0), A3(length, 0)),
	PROBE(ProbeSetBusData, on_probe, in_request, 0, 1, Yield::nothing, A0(small, 7),
	      A1(small, 300), {Sort::least, 24, 4, 0x3d}, {Sort::least, 32, 4, 2}),
	PROBE(ProbeMapMemory, on_probe, wherever, 0, 5, Yield::out_view, A0(device, 0),
	      A1(length, 0), A2(small, 16), A3(quiet, 0)),
	PROBE(ProbeUnmapMemory, on_probe, wherever, 0, 5, Yield::nothing, A0(kernel_map, 0),
	      A1(quiet, 0)),
	PROBE(ProbeGetDeviceBase, on_probe, wherever, 0, 2, Yield::result_map, A0(device, 0),
	      A1(length, 0), A2(small, 3)),
	PROBE(ProbeFreeDeviceBase, on_probe, wherever, 0, 3, Yield::nothing, A0(kernel_map, 0)),
	PROBE(ProbeVerifyAccessRanges, on_probe, wherever, 0, 1, Yield::nothing, A0(device, 0),
	      A1(length, 0), A2(small, 2)),

	/* the system */
	PROBE(ProbeQueueDpcTwice, on_probe, wherever, 0, 2, Yield::nothing),
	PROBE(ProbeStartTimer, on_probe, wherever, 0, 3, Yield::nothing),
	PROBE(ProbeStopTimer, on_probe, wherever, 0, 1, Yield::nothing),
	PROBE(ProbeGetCurrentIrql, on_probe, wherever, 0, 1, Yield::nothing),
	PROBE(ProbeInterlocked, on_probe, wherever, 0, 1, Yield::nothing, A0(small, 3),
	      A1(quiet, 0), A2(quiet, 0)),
	PROBE(ProbeSpinLock, on_probe, in_request, 0, 1, Yield::nothing),
	PROBE(ProbeSpinLockContended, on_probe, in_request, 0, 1, Yield::nothing, A0(least, 8)),
	PROBE(ProbeLogError, on_probe, wherever, 0, 1, Yield::nothing, A0(small, 100),
	      A1(small, 100)),
	PROBE(ProbeDebugPrint, on_probe, wherever, 0, 1, Yield::nothing, A0(small, 4), A1(any, 0)),
	PROBE(ProbeStall, on_probe, wherever, slow, 1, Yield::nothing, A0(least, 50)),
	PROBE(ProbeSynchronizedResult, on_probe, wherever, 0, 1, Yield::nothing, A0(small, 2)),
};

} // namespace

std::span<const Entry> catalog()
{
	return entries;
}

bool forbidden(uint32_t code)
{
	return code == IOCTL_EDU_LATE_DMA;
}

} // namespace fuzz
