// SPDX-License-Identifier: GPL-2.0
/*
 * The other calls of the random run: memory, DPCs, the timer, spin locks, ranges of the device. See
 * calls.hpp.
 */
#include "calls.hpp"

#include <algorithm>
#include <cstring>

#include "../platform/fail.hpp"

namespace sim {

void Calls::allocate_pool()
{
	static const uint64_t sizes[] = {1,    24,   64,    65,	     96, 128,	4000,
					 4096, 4097, 20000, 1 << 16, 0,	 ~0ull, 1ull << 33};
	uint64_t size = sizes[step_.c % (step_.c & 128 ? 14 : 11)];
	bool older = step_.b & 1, hit, alone;
	PVOID memory = nullptr;
	{
		CoreCall call(world_);
		FailAt fail_at(step_.fail_at);

		if (older) {
			VP_STATUS status = VideoPortAllocateBuffer(
				extension(), static_cast<ULONG>(size), &memory);

			size = static_cast<ULONG>(size);
			if ((status == NO_ERROR) != (memory != nullptr))
				fail("VideoPortAllocateBuffer returned %d", status);
		} else {
			memory = VideoPortAllocatePool(extension(), VpNonPagedPool, size, 0);
		}
		hit = fail_at.hit();
		alone = call.alone();
	}

	bool expected = size && size <= 1 << 16 && !hit;

	if (alone && (memory != nullptr) != expected)
		wrong("VideoPortAllocatePool", "success", memory != nullptr, expected);
	if (!memory)
		return;
	for (uint64_t i = 0; i < size; i += 61)
		if (static_cast<uint8_t *>(memory)[i])
			fail("memory of a miniport is not zeroed");
	memset(memory, 0x33, size);
	port_.pools.push_back(
		std::make_unique<PoolModel>(PoolModel{static_cast<uint8_t *>(memory), size}));
}

void Calls::free_pool()
{
	PVOID memory = nullptr;
	bool alone;

	if (!port_.pools.empty() && step_.a % 8) {
		PoolModel &pool =
			*port_.pools[random_.below(static_cast<uint32_t>(port_.pools.size()))];

		memory = pool.memory + (step_.b % 8 == 0);
	} else {
		memory = pointer<PVOID>(pick_junk());
	}

	auto find = [&]() -> PoolModel * {
		for (const auto &each : port_.pools)
			if (!each->freed && !each->owner && each->memory == memory)
				return each.get();
		return nullptr;
	};
	bool expected = find();
	uint64_t refused = port_.adapter->counter("bad_address");
	{
		CoreCall call(world_);

		if (step_.c & 1)
			VideoPortFreePool(extension(), memory);
		else
			VideoPortReleaseBuffer(extension(), memory);
		alone = call.alone();
	}
	if (alone && memory && (port_.adapter->counter("bad_address") == refused) != expected)
		wrong("VideoPortFreePool", "success", !expected, expected);
	if (PoolModel *pool = find()) {
		pool->freed = true;
		if (!pool->locks && alone && context() != VP_DIRQL)
			std::erase_if(port_.pools,
				      [&](const auto &each) { return each.get() == pool; });
	}
}

/* What the DPCs of a port do: what the thread under them was told to do. */
static VOID dpc_routine(PVOID extension, PVOID context)
{
	(void)extension;

	auto &adapter = **static_cast<Adapter **>(context);

	if (context_of(current()) != VP_DISPATCH)
		fail("a DPC was called at %s", context_name(context_of(current())));
	adapter.miniport.timer(adapter);
}

void Calls::queue_dpc()
{
	auto *slot = &port_.dpc_slots[step_.a % std::size(port_.dpc_slots)];

	*slot = port_.adapter.get();

	CoreCall call(world_);

	VideoPortQueueDpc(extension(), dpc_routine, slot);
}

void Calls::spin_locks(bool create)
{
	if (create) {
		PSPIN_LOCK lock = nullptr;
		VP_STATUS status;
		{
			CoreCall call(world_);
			FailAt fail_at(step_.fail_at);

			if (port_.spin_locks.size() > 3)
				return;
			status = VideoPortCreateSpinLock(extension(), &lock);
		}
		if ((status == NO_ERROR) != (lock != nullptr))
			fail("VideoPortCreateSpinLock returned %d", status);
		if (lock)
			port_.spin_locks.push_back(lock);
		return;
	}
	if (port_.spin_locks.empty() || port_.locked)
		return;

	PSPIN_LOCK lock = port_.spin_locks.back();

	port_.spin_locks.pop_back();

	CoreCall call(world_);

	if (VideoPortDeleteSpinLock(extension(), lock) != NO_ERROR)
		port_.spin_locks.push_back(lock);
}

void Calls::ranges(bool map)
{
	PHYSICAL_ADDRESS at{};
	const vp_bar &bar = port_.device().bars[step_.a % 3 * 2];
	UCHAR flags = bar.io ? VIDEO_MEMORY_SPACE_IO : 0;
	ULONG length = 1 + random_.below(static_cast<uint32_t>(bar.length));

	at.QuadPart = static_cast<LONGLONG>(bar.start + random_.below(64));
	if (map) {
		VIDEO_ACCESS_RANGE range{};
		bool inside = static_cast<uint64_t>(at.QuadPart) - bar.start + length <= bar.length;
		bool hit, alone;
		PVOID mapped;

		range.RangeStart = at;
		range.RangeLength = length;
		range.RangeInIoSpace = bar.io;
		{
			CoreCall call(world_);
			FailAt fail_at(step_.fail_at);

			VideoPortVerifyAccessRanges(extension(), 1, &range);
			mapped = VideoPortGetDeviceBase(extension(), at, length,
							step_.b % 8 ? flags : flags ^ 1);
			hit = fail_at.hit();
			alone = call.alone();
		}

		bool expected = inside && step_.b % 8 && !hit && context() == VP_PASSIVE;

		if (alone && (mapped != nullptr) != expected)
			wrong("VideoPortGetDeviceBase", "success", mapped != nullptr, expected);
		if (mapped)
			port_.ranges.push_back(mapped);
		return;
	}

	PVOID mapped = pointer<PVOID>(pick_junk());

	if (!port_.ranges.empty() && step_.b % 4) {
		mapped = port_.ranges.back();
		port_.ranges.pop_back();
	}

	CoreCall call(world_);

	VideoPortFreeDeviceBase(extension(), mapped);
}

void Calls::other(Call call)
{
	uint8_t bytes[16];

	switch (call) {
	case Call::AllocatePool:
		return allocate_pool();
	case Call::FreePool:
		return free_pool();
	case Call::QueueDpc:
		return queue_dpc();
	case Call::CreateSpinLock:
	case Call::DeleteSpinLock:
		return spin_locks(call == Call::CreateSpinLock);
	case Call::MapRange:
	case Call::UnmapRange:
		return ranges(call == Call::MapRange);
	case Call::StartTimer:
		return VideoPortStartTimer(extension());
	case Call::StopTimer:
		return VideoPortStopTimer(extension());
	case Call::EnableInterrupt:
		VideoPortEnableInterrupt(extension());
		return;
	case Call::DisableInterrupt:
		/* not for ever */
		VideoPortDisableInterrupt(extension());
		if (step_.a % 4)
			VideoPortEnableInterrupt(extension());
		return;
	case Call::BusData:
		if (VideoPortGetBusData(extension(), PCIConfiguration, 0, bytes, step_.a,
					sizeof(bytes)) != std::min(256u - step_.a, 16u))
			fail("VideoPortGetBusData returned another number of bytes");
		return;
	default:
		VideoPortLogError(extension(), here_.packet, step_.a, step_.b);
	}
}

} // namespace sim
