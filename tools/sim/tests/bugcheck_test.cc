// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel panics: whose data is written down, who is brought back to text mode, and that nothing
 * takes a lock. The platform fails on every lock and allocation in a panic.
 */
#include <ntddk.h>

#include "bench.hpp"

#include <cstring>

using namespace sim;

namespace {

constexpr ULONG code = 0xea;
constexpr ULONG reserved = BUGCHECK_DATA_SIZE_RESERVED;

unsigned int calls;
ULONG size_seen, code_seen;
std::vector<const char *> order;

VOID give_data(PVOID, ULONG bugcheck, PUCHAR buffer, ULONG size)
{
	calls++;
	code_seen = bugcheck;
	size_seen = size;
	order.push_back("data");
	for (ULONG i = 0; i < size; i++)
		if (buffer[i])
			fail("the buffer is not zeroed at %u", i);
	memset(buffer, 0x42, size);
}

VOID give_nothing(PVOID, ULONG, PUCHAR, ULONG) {}

class BugcheckTest : public BenchTest {
protected:
	BugcheckTest()
	{
		calls = 0;
		order.clear();
	}
	VP_STATUS hook(PVIDEO_BUGCHECK_CALLBACK callback, ULONG size, ULONG which = code,
		       unsigned int adapter = 0)
	{
		return VideoPortRegisterBugcheckCallback(bench.extension(adapter), which, callback,
							 size);
	}
};

TEST_F(BugcheckTest, TheDataThatWasGivenIsWrittenDown)
{
	EXPECT_EQ(hook(give_data, reserved + 100), NO_ERROR);
	EXPECT_EQ(calls, 0u);
	panic();
	EXPECT_EQ(calls, 1u);
	EXPECT_EQ(code_seen, code);
	EXPECT_EQ(size_seen, 100u);
	ASSERT_EQ(bench.machine->panic_data.size(), 1u);
	EXPECT_EQ(bench.machine->panic_data[0], std::vector<uint8_t>(100, 0x42));
	panic();
	EXPECT_EQ(calls, 1u) << "once";
}

TEST_F(BugcheckTest, OnlyWhatIsDocumentedCanBeHooked)
{
	for (ULONG wrong : {0u, 0xe9u, 0xebu, ~0u})
		EXPECT_EQ(hook(give_data, reserved + 1, wrong), ERROR_INVALID_PARAMETER);
	EXPECT_EQ(bench.counter("bad_parameter"), 4u);
	for (ULONG wrong : {1u, reserved, 4001u, ~0u})
		EXPECT_EQ(hook(give_data, wrong), ERROR_INVALID_PARAMETER) << wrong;
	EXPECT_EQ(bench.counter("bad_length"), 4u);
	EXPECT_EQ(VideoPortRegisterBugcheckCallback(nullptr, code, give_data, 100),
		  ERROR_INVALID_PARAMETER);
	bench.in_dpc([&] { EXPECT_EQ(hook(give_data, 100), ERROR_INVALID_PARAMETER); });
	EXPECT_EQ(bench.counter("wrong_context"), 1u);
	panic();
	EXPECT_EQ(calls, 0u);
}

TEST_F(BugcheckTest, TheLargestIs4000WithWhatIsReserved)
{
	EXPECT_EQ(hook(give_data, 4000), NO_ERROR);
	panic();
	EXPECT_EQ(size_seen, 4000 - reserved);
}

TEST_F(BugcheckTest, NullOrNoSizeUnhooks)
{
	for (bool null : {false, true}) {
		EXPECT_EQ(hook(give_data, 100), NO_ERROR);
		EXPECT_EQ(hook(null ? nullptr : give_data, null ? 100 : 0), NO_ERROR);
	}
	panic();
	EXPECT_EQ(calls, 0u);
}

TEST_F(BugcheckTest, AnotherReplacesIt)
{
	EXPECT_EQ(hook(give_nothing, 60), NO_ERROR);
	EXPECT_EQ(hook(give_data, 100), NO_ERROR);
	panic();
	EXPECT_EQ(calls, 1u);
	EXPECT_EQ(bench.machine->panic_data.size(), 1u);
}

TEST_F(BugcheckTest, WithoutMemoryTheOneBeforeStays)
{
	EXPECT_EQ(hook(give_data, 100), NO_ERROR);
	{
		FailAt failing(1);

		EXPECT_EQ(hook(give_nothing, 60), ERROR_NOT_ENOUGH_MEMORY);
	}
	panic();
	EXPECT_EQ(calls, 1u);
}

/* ---- HwVidResetHw ---- */

TEST_F(BugcheckTest, AnAdapterInUseIsResetAfterItsDataIsTaken)
{
	unsigned int unused = 0;

	bench.miniports[0].on_reset = [] { order.push_back("reset"); };
	bench.miniports[1].on_reset = [&] { unused++; };
	EXPECT_EQ(hook(give_data, 100), NO_ERROR);
	EXPECT_EQ(hook(give_data, 100, code, 1), NO_ERROR);
	panic();
	ASSERT_EQ(order.size(), 2u) << "nobody has opened the other adapter";
	EXPECT_STREQ(order[0], "data");
	EXPECT_STREQ(order[1], "reset");
	EXPECT_EQ(unused, 0u);
	order.clear();
	bench.end();
	EXPECT_TRUE(order.empty()) << "it was reset before";
}

TEST_F(BugcheckTest, AnAdapterThatIsGoneIsLeftAlone)
{
	bench.miniports[0].on_reset = [] { order.push_back("reset"); };
	EXPECT_EQ(hook(give_data, 100), NO_ERROR);
	bench.remove();
	EXPECT_EQ(order.size(), 1u);
	panic();
	EXPECT_EQ(order.size(), 1u);
	EXPECT_EQ(calls, 0u);
}

TEST_F(BugcheckTest, OtherCallsAreRefusedInAPanic)
{
	static PVOID extension;

	extension = bench.extension();
	bench.miniports[0].on_reset = [] {
		EXPECT_FALSE(VideoPortQueueDpc(
			extension, [](PVOID, PVOID) {}, nullptr));
		EXPECT_EQ(VideoPortAllocatePool(extension, VpNonPagedPool, 100, 1), nullptr);
	};
	panic();
	EXPECT_TRUE(bench.machine->logged("only registers and ports"));
	bench.miniports[0].on_reset = nullptr;
}

TEST_F(BugcheckTest, TheKernelsCallsWaitForNobodyInAPanic)
{
	PVOID memory = ExAllocatePool(NonPagedPool, 64);
	LIST_ENTRY list, entry;
	unsigned int resets = 0;
	KSPIN_LOCK lock;
	KEVENT event;

	ASSERT_NE(memory, nullptr);
	KeInitializeSpinLock(&lock);
	KeInitializeEvent(&event, NotificationEvent, FALSE);
	InitializeListHead(&list);
	bench.miniports[0].on_reset = [&] {
		KIRQL level = 0;

		KeAcquireSpinLock(&lock, &level);
		KeReleaseSpinLock(&lock, level);
		KeAcquireSpinLockAtDpcLevel(&lock);
		KeReleaseSpinLockFromDpcLevel(&lock);
		ExInterlockedInsertTailList(&list, &entry, &lock);
		EXPECT_EQ(ExInterlockedRemoveHeadList(&list, &lock), &entry);
		EXPECT_FALSE(bench.machine->logged("KeAcquireSpinLock")) << "it did no wrong";

		KeSetEvent(&event, 0, FALSE);
		EXPECT_NE(KeReadStateEvent(&event), 0);
		EXPECT_EQ(ExAllocatePool(NonPagedPool, 64), nullptr);
		ExFreePool(memory);
		EXPECT_EQ(MmGetPhysicalAddress(memory).QuadPart, 0);
		KeBugCheck(1);
		resets++;
	};
	panic();
	EXPECT_EQ(resets, 1u);
	bench.miniports[0].on_reset = nullptr;
	bench.machine->panics = false;
}

/* Wherever the processor was when it panicked. */
TEST_F(BugcheckTest, APanicInsideTheInterruptRoutineIsOne)
{
	bench.miniports[0].on_reset = [] { order.push_back("reset"); };
	bench.in_interrupt([] { panic(); });
	EXPECT_EQ(order.size(), 1u);
}

TEST(PanicTest, AnAdapterWithoutPowerIsLeftAlone)
{
	DriverData data;

	data.has_power = true;

	Bench bench({}, data);
	unsigned int resets = 0;

	bench.miniports[0].on_reset = [&] { resets++; };
	EXPECT_EQ(bench.adapters[0]->sleep(VP_SLEEP_SYSTEM), 0);
	panic();
	EXPECT_EQ(resets, 0u);
	bench.machine->panics = false;
	bench.adapters[0]->wake();
	panic();
	EXPECT_EQ(resets, 1u);
	bench.end();
}

} // namespace
