// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel calls beside VideoPort, made by a driver that includes ntddk.h: pool, levels, spin locks,
 * events, clocks, addresses, strings; and what is refused, in the wrong place or for good.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <chrono>
#include <vector>

#include "kmsg.hpp"

using namespace integration;

namespace {

constexpr uint32_t status_success = 0, status_timeout = 0x102,
		   status_invalid_parameter = 0xc000000d, status_not_found = 0xc0000034;

class KernelCallsTest : public ProbeTest {
protected:
	uint64_t result(PROBE_FUNCTION function, std::initializer_list<uint64_t> arguments = {},
			PROBE_CONTEXT context = ProbeStartIo)
	{
		return probe.call(function, arguments, context).Result;
	}
};

TEST_F(KernelCallsTest, PoolIsZeroedAndFreedOnce)
{
	const uint64_t pool = result(ProbeExAllocatePool, {0, 20000});
	ASSERT_NE(pool, 0U);
	EXPECT_EQ(probe.peek(pool, 0), 0U);
	EXPECT_EQ(probe.peek(pool, 19992), 0U);
	probe.poke(pool, 8, 0x1122334455667788);
	EXPECT_EQ(probe.peek(pool, 8), 0x1122334455667788U);
	expect_refused(probe.device(), {"bad_address", "ExFreePool", {}},
		       [&] { probe.call(ProbeExFreePool, {PROBE_POINTER_OFF(pool, 16)}); });
	expect_accepted(probe.device(), [&] { probe.call(ProbeExFreePool, {pool}); });
	expect_refused(probe.device(), {"bad_address", "ExFreePool", {}},
		       [&] { probe.call(ProbeExFreePool, {pool}); });
	expect_refused(probe.device(), {"bad_length", "ExAllocatePoolWithTag", {}}, [&] {
		EXPECT_EQ(result(ProbeExAllocatePool, {0, 0}), 0U);
	});
	expect_refused(probe.device(), {"no_memory", "ExAllocatePoolWithTag", {}}, [&] {
		EXPECT_EQ(result(ProbeExAllocatePool, {0, 1ULL << 50}), 0U);
	});
}

TEST_F(KernelCallsTest, PoolWorksInADpcAndNotInAnInterrupt)
{
	const uint64_t pool = result(ProbeExAllocatePool, {0, 64}, ProbeDpc);
	ASSERT_NE(pool, 0U);
	probe.call(ProbeExFreePool, {pool}, ProbeDpc);
	expect_refused(probe.device(), {"wrong_context", "ExAllocatePoolWithTag", {}}, [&] {
		EXPECT_EQ(result(ProbeExAllocatePool, {0, 64}, ProbeInterrupt), 0U);
	});
}

TEST_F(KernelCallsTest, PoolCanBeLockedForTheDevice)
{
	const uint64_t pool = result(ProbeExAllocatePool, {0, 8192});
	const Handle mdl = probe.lock_buffer(pool, 8192);
	EXPECT_NE(mdl, 0U);
	probe.unlock_buffer(mdl);
	probe.call(ProbeExFreePool, {pool});
}

TEST_F(KernelCallsTest, AWordIsALock)
{
	for (const auto context : {ProbeStartIo, ProbeDpc, ProbeTimer, ProbeSynchronizedLow}) {
		if (context == ProbeTimer)
			probe.call(ProbeStartTimer);
		const auto answer = probe.call(ProbeKeSpinLock, {}, context);
		const uint64_t level = context == ProbeStartIo ? 0 : 2;
		EXPECT_EQ(answer.Out[0], level);
		EXPECT_EQ(answer.Out[1], 2U);
		EXPECT_EQ(answer.Out[2], level);
		EXPECT_EQ(answer.Out[3], level);
		EXPECT_EQ(answer.Out[4], 1U);
		EXPECT_EQ(answer.Out[5], 0U);
	}
	probe.call(ProbeStopTimer);
}

TEST_F(KernelCallsTest, ALockKeepsARequestAndADpcApart)
{
	constexpr uint64_t times = 20000;
	probe.call(ProbeKeSpinLockContended, {1});
	probe.post(ProbeKeSpinLockContended, {times}, ProbeDpc);
	probe.call(ProbeKeSpinLockContended, {times});
	probe.await();
	EXPECT_EQ(probe.call(ProbeKeSpinLockContended, {0}).Out[0], 2 * times + 1);
}

TEST_F(KernelCallsTest, AnInterruptTakesNoLock)
{
	expect_refused(probe.device(), {"wrong_context", "KeAcquireSpinLock", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeKeSpinLock, {}, ProbeInterrupt).Out[4], 0U);
	});
}

TEST_F(KernelCallsTest, LevelsGoToDispatchAndBack)
{
	const auto answer = probe.call(ProbeKeRaiseIrql, {2});
	EXPECT_EQ(answer.Result, 0U);
	EXPECT_EQ(answer.Out[0], 2U);
	EXPECT_EQ(answer.Out[1], 0U);
	expect_refused(probe.device(), {"wrong_context", "KeRaiseIrql", {}},
		       [&] { EXPECT_EQ(probe.call(ProbeKeRaiseIrql, {9}).Out[0], 2U); });
	expect_refused(probe.device(), {"wrong_context", "KeLowerIrql", {}}, [&] {
		EXPECT_EQ(probe.call(ProbeKeLowerIrql, {0}, ProbeDpc).Out[0], 2U)
			<< "a DPC's own level is not the driver's to lower";
	});
}

TEST_F(KernelCallsTest, ClocksGoOnAndAgree)
{
	const auto first = probe.call(ProbeKeClocks);
	ASSERT_EQ(result(ProbeKeDelay, {static_cast<uint64_t>(-50 * 10000LL)}), status_success);
	const auto second = probe.call(ProbeKeClocks), third = probe.call(ProbeKeClocks);
	for (int clock : {0, 1, 4}) {
		const uint64_t unit = clock == 4 ? 100 : 1;
		EXPECT_GE(second.Out[clock], first.Out[clock] + 50 * 10000 * unit) << clock;
	}
	EXPECT_GE(second.Out[2], second.Out[1] / second.Out[3]) << "ticks since the start";
	EXPECT_LE(second.Out[2], third.Out[1] / third.Out[3]) << "read before the time was";
	EXPECT_EQ(second.Out[5], 1000000000U);

	const auto unix_now = std::chrono::duration_cast<std::chrono::seconds>(
				      std::chrono::system_clock::now().time_since_epoch())
				      .count();
	EXPECT_NEAR(static_cast<double>(second.Out[0] / 10000000 - 11644473600ULL),
		    static_cast<double>(unix_now), 5);
}

TEST_F(KernelCallsTest, AnEventEndsAWaitOrTheTimeDoes)
{
	const auto soon = static_cast<uint64_t>(-10 * 10000LL);
	EXPECT_EQ(result(ProbeKeWaitForEvent, {0, 0, soon}), status_timeout);
	EXPECT_EQ(result(ProbeKeWaitForEvent, {0, 0, 0}), status_timeout);
	auto answer = probe.call(ProbeKeWaitForEvent, {0, 1, soon});
	EXPECT_EQ(answer.Result, status_success);
	EXPECT_EQ(answer.Out[0], 1U) << "a notification stays";
	answer = probe.call(ProbeKeWaitForEvent, {1, 1, soon});
	EXPECT_EQ(answer.Result, status_success);
	EXPECT_EQ(answer.Out[0], 0U) << "a synchronisation event resets itself";
	expect_refused(probe.device(), {"wrong_context", "KeWaitForSingleObject", {}}, [&] {
		EXPECT_EQ(result(ProbeKeWaitForEvent, {0, 1, soon}, ProbeDpc),
			  status_invalid_parameter);
	});
	expect_accepted(probe.device(), [&] {
		EXPECT_EQ(result(ProbeKeWaitForEvent, {0, 1, 0}, ProbeDpc), status_success);
	});
}

TEST_F(KernelCallsTest, ACommonBufferHasItsLogicalAddressAndOtherMemoryNone)
{
	const auto buffer = probe.get_common_buffer(8192, 4096);
	ASSERT_NE(buffer.pointer, 0U);
	EXPECT_EQ(result(ProbeMmGetPhysicalAddress, {buffer.pointer}), buffer.logical);
	EXPECT_EQ(result(ProbeMmGetPhysicalAddress, {PROBE_POINTER_OFF(buffer.pointer, 4097)}),
		  buffer.logical + 4097);
	probe.free_common_buffer(buffer);

	const uint64_t pool = result(ProbeExAllocatePool, {0, 4096});
	expect_refused(probe.device(), {"bad_address", "MmGetPhysicalAddress", {}},
		       [&] { EXPECT_EQ(result(ProbeMmGetPhysicalAddress, {pool}), 0U); });
	probe.call(ProbeExFreePool, {pool});
}

TEST_F(KernelCallsTest, OnlyTheAdaptersOwnRangesAreMapped)
{
	const auto range = probe.call(ProbeAccessRange, {0});
	ASSERT_EQ(range.Result, 1U);
	const uint64_t start = range.Out[0];

	const uint64_t mapped = result(ProbeMmMapIoSpace, {start, 4096});
	ASSERT_NE(mapped, 0U);
	EXPECT_EQ(result(ProbeReadMapped, {mapped}), 0x010000edU) << "edu says what it is";
	EXPECT_EQ(result(ProbeMmGetPhysicalAddress, {PROBE_POINTER_OFF(mapped, 8)}), start + 8);
	EXPECT_EQ(result(ProbeMmIsAddressValid, {mapped}), 1U);
	expect_accepted(probe.device(), [&] { probe.call(ProbeMmUnmapIoSpace, {mapped}); });
	expect_refused(probe.device(), {"bad_address", "MmUnmapIoSpace", {}},
		       [&] { probe.call(ProbeMmUnmapIoSpace, {mapped}); });
	for (const uint64_t elsewhere :
	     std::vector<uint64_t>{0x1000, start + range.Out[1], start - 4096})
		expect_refused(probe.device(), {"bad_address", "MmMapIoSpace", elsewhere}, [&] {
			EXPECT_EQ(result(ProbeMmMapIoSpace, {elsewhere, 4096}), 0U);
		});
}

TEST_F(KernelCallsTest, AnAddressThatWouldFaultIsNotValid)
{
	const uint64_t pool = result(ProbeExAllocatePool, {0, 64});
	EXPECT_EQ(result(ProbeMmIsAddressValid, {pool}), 1U);
	EXPECT_EQ(result(ProbeMmIsAddressValid, {pool}, ProbeDpc), 1U);
	probe.call(ProbeExFreePool, {pool});
	for (const uint64_t wrong :
	     std::vector<uint64_t>{0, 0x10, 0x7fff00000000, reinterpret_cast<uint64_t>(&pool),
				   0x8000000000000000, 0xffff700000000000, ~0ULL})
		EXPECT_EQ(result(ProbeMmIsAddressValid, {wrong}), 0U) << std::hex << wrong;
}

TEST_F(KernelCallsTest, BusDataIsThatOfTheAdapter)
{
	/* 0000:00:07.0 */
	const auto answer = probe.call(ProbeHalGetBusData, {0, 7, 0, 4});
	EXPECT_EQ(answer.Result, 4U);
	EXPECT_EQ(answer.Out[0], 0x11e81234U);
	const auto other = probe.call(ProbeHalGetBusData, {0, 5, 0, 4});
	EXPECT_EQ(other.Result, 2U) << "another driver's adapter is not shown";
	EXPECT_EQ(other.Out[0], 0xffffU);
	EXPECT_EQ(probe.call(ProbeHalGetBusData, {77, 7, 0, 4}).Result, 0U);
}

TEST_F(KernelCallsTest, StringsAreAsTheLegacyLibraryMakesThem)
{
	EXPECT_EQ(result(ProbeRtlStrings), 0U) << "the step that went wrong";
}

TEST_F(KernelCallsTest, MessagesReachTheLogInTheirOwnFormat)
{
	videoport::KernelLog log;
	probe.call(ProbeDbgPrint, {0xfffffffe});
	EXPECT_TRUE(log.wait_for(
		[](const std::string &text) {
			return text.find("probe prints wide 0xfffffffe") != std::string::npos;
		},
		std::chrono::seconds(5)));
}

TEST_F(KernelCallsTest, WhatIsNotThereFailsAsDocumented)
{
	expect_refused(probe.device(), {"bad_parameter", "ZwOpenKey", {}},
		       [&] { EXPECT_EQ(result(ProbeZwOpenKey), status_not_found); });
	expect_refused(probe.device(), {"miniport_error", "KeBugCheckEx", 0xe2}, [&] {
		probe.call(ProbeKeBugCheck, {0xe2, 1});
	});
	EXPECT_EQ(result(ProbeGetSystemRoutine, {1}), 1U);
	EXPECT_EQ(result(ProbeGetSystemRoutine, {0}), 0U);
}

} // namespace
