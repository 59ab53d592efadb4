// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel calls beside VideoPort: what they do, from where they may be called, and that a wrong
 * call is counted where its driver's adapter is, or said where there is none.
 */
#include <ntddk.h>

#include "bench.hpp"

using namespace sim;

namespace {

constexpr POOL_TYPE pool = NonPagedPool;

class NtddkTest : public BenchTest {
protected:
	static vp_context level() { return context_of(current()); }
	uint64_t refused(const char *why) const { return bench.counter(why); }
};

/* ---- Pool ---- */

TEST_F(NtddkTest, PoolIsZeroedAndGoesWithItsModule)
{
	auto *memory = static_cast<unsigned char *>(ExAllocatePool(pool, 100));

	ASSERT_NE(memory, nullptr);
	for (int i = 0; i < 100; i++)
		EXPECT_EQ(memory[i], 0);
	ExFreePool(memory);
	EXPECT_NE(ExAllocatePoolWithTag(pool, 64, 0x74736554), nullptr);
	bench.remove();
	EXPECT_FALSE(bench.machine->logged("left 1 allocations"))
		<< "an adapter has gone, no module";
	bench.remove(1);
	bench.driver.unload();
	EXPECT_TRUE(bench.machine->logged("left 1 allocations"));
}

TEST_F(NtddkTest, PoolOfCodeThatNobodyKnowsGoesLast)
{
	bench.machine->module = 0;
	EXPECT_NE(ExAllocatePool(pool, 64), nullptr);
	/* the bench looks for memory that is left when it ends */
}

TEST_F(NtddkTest, PoolIsFreedOnceAndOnlyIfItIsOne)
{
	void *memory = ExAllocatePool(pool, 16);
	void *other = VideoPortAllocatePool(bench.extension(), VpNonPagedPool, 16, 0);

	ExFreePool(nullptr);
	EXPECT_EQ(refused("bad_address"), 0u);
	ExFreePool(static_cast<char *>(memory) + 1);
	ExFreePool(other);
	EXPECT_EQ(refused("bad_address"), 2u);
	ExFreePoolWithTag(memory, 1);
	EXPECT_EQ(refused("bad_address"), 2u);
	ExFreePool(memory);
	EXPECT_EQ(refused("bad_address"), 3u);
	VideoPortFreePool(bench.extension(), other);
}

TEST_F(NtddkTest, PoolIsNotForInterrupts)
{
	void *memory = ExAllocatePool(pool, 16);

	bench.in_interrupt([&] {
		EXPECT_EQ(ExAllocatePool(pool, 16), nullptr);
		ExFreePool(memory);
	});
	EXPECT_EQ(refused("wrong_context"), 2u);
	EXPECT_TRUE(bench.machine->logged("freed later"));
	bench.in_dpc([&] {
		void *in_dpc = ExAllocatePool(pool, 16);

		EXPECT_NE(in_dpc, nullptr);
		ExFreePool(in_dpc);
	});
	EXPECT_EQ(ExAllocatePool(pool, 0), nullptr);
	EXPECT_EQ(refused("bad_length"), 1u);
	EXPECT_EQ(refused("wrong_context"), 2u);
}

TEST_F(NtddkTest, PoolCanBeLockedForADevice)
{
	auto *memory = static_cast<char *>(ExAllocatePool(pool, 8192));
	PVOID locked =
		bench.lock_buffer(reinterpret_cast<uintptr_t>(memory) + 100, 5000, VpModifyAccess);

	ASSERT_NE(locked, nullptr);
	ExFreePool(memory);
	EXPECT_NE(refused("pinned_pages"), 0u) << "freed memory stays until it is unlocked";
	EXPECT_EQ(refused("bad_address"), 0u);
	VideoPortUnlockBuffer(bench.extension(), locked);
	EXPECT_EQ(refused("pinned_pages"), 0u);
}

TEST_F(NtddkTest, PoolOfAnotherModuleIsNotLocked)
{
	for (uint64_t module : {77, 0}) {
		bench.machine->module = module;

		void *memory = ExAllocatePool(pool, 8192);
		auto address = reinterpret_cast<uintptr_t>(memory);

		bench.machine->module = 1;
		EXPECT_EQ(bench.lock_buffer(address, 4096, VpModifyAccess), nullptr);
		EXPECT_EQ(bench.lock_for(a, address, 4096), nullptr);
		ExFreePool(memory);
	}
	EXPECT_EQ(refused("bad_address"), 4u);
	EXPECT_EQ(refused("pinned_pages"), 0u);
}

/* ---- IRQL and spin locks ---- */

TEST_F(NtddkTest, ALockRaisesToDispatchAndGoesBack)
{
	KSPIN_LOCK one, other;
	KIRQL first, second;

	KeInitializeSpinLock(&one);
	KeInitializeSpinLock(&other);
	KeAcquireSpinLock(&one, &first);
	EXPECT_EQ(first, PASSIVE_LEVEL);
	EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
	second = KeAcquireSpinLockRaiseToDpc(&other);
	EXPECT_EQ(second, DISPATCH_LEVEL);
	KeReleaseSpinLock(&other, second);
	EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
	EXPECT_NE(one, 0u);
	KeReleaseSpinLock(&one, first);
	EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
	EXPECT_EQ(one, 0u);
	EXPECT_EQ(refused("bad_parameter"), 0u);
}

TEST_F(NtddkTest, ALockThatWouldWaitForItselfIsNotTakenAgain)
{
	KSPIN_LOCK lock = 0;
	KIRQL level;

	KeAcquireSpinLock(&lock, &level);
	KeAcquireSpinLock(&lock, &level);
	EXPECT_EQ(refused("bad_parameter"), 1u);
	EXPECT_TRUE(bench.machine->logged("would wait for itself"));
	KeReleaseSpinLock(&lock, level);
	KeReleaseSpinLock(&lock, level);
	EXPECT_EQ(refused("bad_parameter"), 2u) << "the second release found it free";
	EXPECT_EQ(this->level(), VP_PASSIVE) << "but the levels are even";
}

TEST_F(NtddkTest, WhatIsNoLockIsRefused)
{
	KSPIN_LOCK garbage = 0x4141414141414141, free_one = 0;
	auto *crooked = reinterpret_cast<PKSPIN_LOCK>(reinterpret_cast<char *>(&free_one) + 1);
	KIRQL level;

	for (PKSPIN_LOCK lock : {&garbage, crooked, PKSPIN_LOCK(nullptr)}) {
		uint64_t before = refused("bad_parameter");

		KeAcquireSpinLock(lock, &level);
		EXPECT_EQ(this->level(), VP_DISPATCH) << "what follows runs as it should";
		KeReleaseSpinLock(lock, level);
		EXPECT_EQ(this->level(), VP_PASSIVE);
		EXPECT_EQ(refused("bad_parameter"), before + 2);
	}
	EXPECT_EQ(garbage, 0x4141414141414141u);
	KeReleaseSpinLock(&free_one, PASSIVE_LEVEL);
	EXPECT_TRUE(bench.machine->logged("nothing is held there"));
	EXPECT_EQ(this->level(), VP_PASSIVE);
}

TEST_F(NtddkTest, AReleaseInADpcDoesNotTakeItsLevelAway)
{
	bench.in_dpc([&] {
		KSPIN_LOCK lock = 0;

		KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
		EXPECT_EQ(level(), VP_DISPATCH);
		KeLowerIrql(PASSIVE_LEVEL);
		EXPECT_EQ(level(), VP_DISPATCH);
		KeAcquireSpinLockAtDpcLevel(&lock);
		EXPECT_NE(lock, 0u);
		KeReleaseSpinLockFromDpcLevel(&lock);
		EXPECT_EQ(lock, 0u);
	});
	EXPECT_EQ(refused("bad_parameter"), 2u);
	EXPECT_EQ(refused("wrong_context"), 1u);
}

TEST_F(NtddkTest, AnInterruptTakesNoLock)
{
	KSPIN_LOCK lock = 0;

	bench.in_interrupt([&] {
		KIRQL level;

		KeAcquireSpinLock(&lock, &level);
		EXPECT_EQ(lock, 0u);
		KeReleaseSpinLock(&lock, level);
		KeAcquireSpinLockAtDpcLevel(&lock);
		EXPECT_EQ(lock, 0u);
	});
	EXPECT_EQ(refused("wrong_context"), 2u);
	KeAcquireSpinLockAtDpcLevel(&lock);
	EXPECT_EQ(lock, 0u) << "nor does it where the level is not raised";
	EXPECT_EQ(refused("bad_parameter"), 1u);
}

TEST_F(NtddkTest, LevelsAreRaisedToDispatchAndLowered)
{
	KIRQL before = 99, between;

	KeRaiseIrql(APC_LEVEL, &before);
	EXPECT_EQ(before, PASSIVE_LEVEL);
	EXPECT_EQ(level(), VP_PASSIVE) << "there is nothing that it would hold off";
	KeLowerIrql(before);
	KeRaiseIrql(DISPATCH_LEVEL, &before);
	EXPECT_EQ(level(), VP_DISPATCH);
	KeRaiseIrql(DISPATCH_LEVEL, &between);
	KeLowerIrql(between);
	EXPECT_EQ(level(), VP_DISPATCH);
	KeLowerIrql(before);
	EXPECT_EQ(level(), VP_PASSIVE);
	EXPECT_EQ(refused("wrong_context"), 0u);

	KeRaiseIrql(HIGH_LEVEL, &before);
	EXPECT_EQ(level(), VP_DISPATCH);
	EXPECT_EQ(refused("wrong_context"), 1u);
	KeRaiseIrql(PASSIVE_LEVEL, &between);
	EXPECT_EQ(refused("wrong_context"), 2u) << "that would be lower";
	KeLowerIrql(before);
	EXPECT_EQ(KeRaiseIrqlToDpcLevel(), PASSIVE_LEVEL);
	KeLowerIrql(PASSIVE_LEVEL);
	EXPECT_EQ(level(), VP_PASSIVE);
	KeLowerIrql(PASSIVE_LEVEL);
	EXPECT_EQ(refused("wrong_context"), 2u);
}

TEST_F(NtddkTest, ListsUnderALockGiveWhatWasThere)
{
	LIST_ENTRY head, one, two;
	KSPIN_LOCK lock = 0;

	InitializeListHead(&head);
	EXPECT_EQ(ExInterlockedRemoveHeadList(&head, &lock), nullptr);
	EXPECT_EQ(ExInterlockedInsertTailList(&head, &one, &lock), nullptr);
	EXPECT_EQ(ExInterlockedInsertTailList(&head, &two, &lock), &one);
	EXPECT_EQ(ExInterlockedRemoveHeadList(&head, &lock), &one);
	EXPECT_EQ(ExInterlockedInsertHeadList(&head, &one, &lock), &two);
	EXPECT_EQ(ExInterlockedRemoveHeadList(&head, &lock), &one);
	EXPECT_EQ(ExInterlockedRemoveHeadList(&head, &lock), &two);
	EXPECT_TRUE(IsListEmpty(&head));
	EXPECT_EQ(lock, 0u);
	EXPECT_EQ(level(), VP_PASSIVE);
}

/* ---- Events ---- */

TEST_F(NtddkTest, AnEventThatIsSetEndsAWait)
{
	LARGE_INTEGER now{};
	KEVENT automatic, manual;

	KeInitializeEvent(&automatic, SynchronizationEvent, FALSE);
	KeInitializeEvent(&manual, NotificationEvent, TRUE);
	auto wait = [](KEVENT &event, PLARGE_INTEGER timeout) {
		return KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, timeout);
	};

	EXPECT_EQ(wait(automatic, &now), STATUS_TIMEOUT);
	EXPECT_EQ(KeSetEvent(&automatic, 0, FALSE), 0);
	EXPECT_EQ(KeSetEvent(&automatic, 0, FALSE), 1);
	EXPECT_EQ(wait(automatic, nullptr), STATUS_SUCCESS);
	EXPECT_EQ(KeReadStateEvent(&automatic), 0) << "it has reset itself";
	EXPECT_EQ(wait(manual, nullptr), STATUS_SUCCESS);
	EXPECT_EQ(wait(manual, &now), STATUS_SUCCESS);
	EXPECT_EQ(KeResetEvent(&manual), 1);
	EXPECT_EQ(wait(manual, &now), STATUS_TIMEOUT);
	KeSetEvent(&manual, 0, FALSE);
	KeClearEvent(&manual);
	EXPECT_EQ(KeReadStateEvent(&manual), 0);
}

TEST_F(NtddkTest, WhatIsNoEventIsRefused)
{
	KEVENT event, copied;
	LARGE_INTEGER now{};

	KeInitializeEvent(&event, NotificationEvent, TRUE);
	copied = event;
	for (KEVENT *wrong : {&copied, static_cast<KEVENT *>(nullptr)}) {
		uint64_t before = refused("bad_parameter");

		EXPECT_EQ(KeSetEvent(wrong, 0, FALSE), 0);
		EXPECT_EQ(KeReadStateEvent(wrong), 0);
		EXPECT_EQ(KeWaitForSingleObject(wrong, Executive, KernelMode, FALSE, &now),
			  STATUS_INVALID_PARAMETER);
		EXPECT_EQ(refused("bad_parameter"), before + 3);
	}
}

TEST_F(NtddkTest, WaitingIsForProcessContext)
{
	LARGE_INTEGER soon, now{};
	KEVENT event;

	soon.QuadPart = -1;
	KeInitializeEvent(&event, NotificationEvent, TRUE);
	bench.in_dpc([&] {
		EXPECT_EQ(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &soon),
			  STATUS_INVALID_PARAMETER);
		EXPECT_EQ(KeDelayExecutionThread(KernelMode, FALSE, &soon),
			  STATUS_INVALID_PARAMETER);
		EXPECT_EQ(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &now),
			  STATUS_SUCCESS)
			<< "a look is fine";
		KeSetEvent(&event, 0, FALSE);
	});
	EXPECT_EQ(refused("wrong_context"), 2u);
	EXPECT_EQ(KeDelayExecutionThread(KernelMode, FALSE, &soon), STATUS_SUCCESS);
	EXPECT_EQ(KeDelayExecutionThread(KernelMode, FALSE, nullptr), STATUS_INVALID_PARAMETER);
}

/* ---- Addresses, buses ---- */

TEST_F(NtddkTest, ACommonBufferHasTheAddressThatTheDeviceKnows)
{
	PHYSICAL_ADDRESS logical{};
	ULONG length = 0;
	auto *memory = static_cast<char *>(
		VideoPortGetCommonBuffer(bench.extension(), 8192, 4096, &logical, &length, FALSE));

	ASSERT_NE(memory, nullptr);
	EXPECT_EQ(MmGetPhysicalAddress(memory).QuadPart, logical.QuadPart);
	EXPECT_EQ(MmGetPhysicalAddress(memory + 5000).QuadPart, logical.QuadPart + 5000);
	EXPECT_EQ(refused("bad_address"), 0u);
	EXPECT_EQ(MmGetPhysicalAddress(&length).QuadPart, 0);
	EXPECT_EQ(MmGetPhysicalAddress(memory + length).QuadPart, 0);
	EXPECT_EQ(refused("bad_address"), 2u);
	VideoPortFreeCommonBuffer(bench.extension(), length, memory, logical, FALSE);
	EXPECT_EQ(MmGetPhysicalAddress(memory).QuadPart, 0);
}

TEST_F(NtddkTest, OnlyClaimedRangesAreMapped)
{
	VIDEO_ACCESS_RANGE ranges[VP_MAX_BARS];
	PHYSICAL_ADDRESS address;
	bool mapped_before = false;

	bench.remove();
	bench.remove(1);
	bench.miniports[0].on_find = [&](VIDEO_PORT_CONFIG_INFO &) {
		PVOID extension = bench.adapters[0]->extension;

		vp_bar bar;

		vp_bar_info(&bench.adapters[0]->device, 0, &bar);
		address.QuadPart = static_cast<LONGLONG>(bar.start);
		mapped_before = MmMapIoSpace(address, 4096, MmNonCached) != nullptr;
		return VideoPortGetAccessRanges(extension, 0, nullptr, VP_MAX_BARS, ranges, nullptr,
						nullptr, nullptr);
	};
	bench.adapters[0] = std::make_shared<Adapter>(bench.miniports[0], 0);
	ASSERT_EQ(bench.adapters[0]->probe(bench.driver), 0);
	EXPECT_FALSE(mapped_before) << "it was not claimed yet";

	auto *mapped = static_cast<char *>(MmMapIoSpace(address, 4096, MmNonCached));

	ASSERT_NE(mapped, nullptr);
	EXPECT_EQ(MmGetPhysicalAddress(mapped + 16).QuadPart, address.QuadPart + 16);
	uint64_t before = refused("bad_address");

	MmUnmapIoSpace(mapped + 1, 4096);
	EXPECT_EQ(refused("bad_address"), before + 1);
	MmUnmapIoSpace(mapped, 4096);
	EXPECT_EQ(refused("bad_address"), before + 1);
	MmUnmapIoSpace(mapped, 4096);
	EXPECT_EQ(refused("bad_address"), before + 2);
	address.QuadPart = 0x1000;
	EXPECT_EQ(MmMapIoSpace(address, 4096, MmNonCached), nullptr);
	bench.machine->module = 77;
	address.QuadPart = ranges[0].RangeStart.QuadPart;
	EXPECT_EQ(MmMapIoSpace(address, 4096, MmNonCached), nullptr) << "another driver's";
	bench.machine->module = 1;
}

TEST_F(NtddkTest, BusDataIsThatOfTheDriversOwnAdapters)
{
	struct vp_device_ids ids;
	USHORT vendor = 0, expected = 0;

	vp_device_ids(&bench.device(), &ids);
	vp_config_read(&bench.device(), 0, &expected, 2);
	EXPECT_EQ(HalGetBusData(PCIConfiguration, ids.bus, ids.slot, &vendor, 2), 2u);
	EXPECT_EQ(vendor, expected);
	EXPECT_NE(vendor, 0xffff);
	EXPECT_EQ(HalGetBusData(PCIConfiguration, ids.bus, ids.slot + 7, &vendor, 2), 2u);
	EXPECT_EQ(vendor, 0xffff) << "no such device on a bus that is there";
	EXPECT_EQ(HalGetBusDataByOffset(PCIConfiguration, ids.bus + 9, ids.slot, &vendor, 0, 2),
		  0u);
	EXPECT_EQ(HalGetBusDataByOffset(PCIConfiguration, ids.bus, ids.slot, nullptr, 0, 2), 0u);
	EXPECT_EQ(HalGetBusData(Cmos, 0, 0, &vendor, 2), 0u);
	EXPECT_EQ(refused("bad_parameter"), 2u);
	bench.machine->module = 77;
	EXPECT_EQ(HalGetBusData(PCIConfiguration, ids.bus, ids.slot, &vendor, 2), 0u);
	bench.machine->module = 1;
}

/* ---- What is not there ---- */

TEST_F(NtddkTest, WhatIsNotThereFailsAndIsSaid)
{
	HANDLE key = this;

	EXPECT_EQ(ZwOpenKey(&key, KEY_READ, nullptr), STATUS_OBJECT_NAME_NOT_FOUND);
	EXPECT_EQ(key, nullptr);
	EXPECT_TRUE(bench.machine->logged("use VideoPortGetRegistryParameters"));
	EXPECT_EQ(ZwClose(this), STATUS_INVALID_HANDLE);
	EXPECT_EQ(HalGetInterruptVector(PCIBus, 0, 9, 9, nullptr, nullptr), 0u);
	EXPECT_EQ(refused("bad_parameter"), 3u);
	KeBugCheckEx(0xe2, 1, 2, 3, reinterpret_cast<ULONG_PTR>(this) | 1ull << 63);
	EXPECT_TRUE(bench.machine->logged(
		"wants the machine to stop: 0xe2 (0x1, 0x2, 0x3, 0xffffffffffffffff)"));
	EXPECT_EQ(refused("miniport_error"), 1u);
}

TEST_F(NtddkTest, ARefusalIsCountedWhereTheCallerIs)
{
	bench.close(b);
	ASSERT_EQ(bench.open(b, 1), 0);
	bench.in_request(b, [&] { ExFreePool(this); });
	EXPECT_EQ(bench.counter("bad_address", 1), 1u);
	EXPECT_EQ(bench.counter("bad_address", 0), 0u);
	bench.machine->module = 0;
	ExFreePool(this);
	EXPECT_EQ(bench.counter("bad_address", 0) + bench.counter("bad_address", 1), 1u)
		<< "nobody knows whose call it was";
	bench.machine->module = 1;
}

} // namespace
