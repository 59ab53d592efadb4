// SPDX-License-Identifier: GPL-2.0
/*
 * Packet DMA by a real device: QEMU's edu moves the bytes, driven by the NT4 miniport, which tells
 * the port from its DPC, from its interrupt, or at once. Each piece (2048 bytes) takes 100 ms.
 */
#include "probe.hpp"
#include "refusal.hpp"

#include <algorithm>

#include <sys/utsname.h>

#include "child.hpp"
#include "completion.hpp"
#include "module_control.hpp"
#include "mapped_view.hpp"
#include "../miniports/edu_nt4/client.hpp"

using namespace integration;
using videoport::Device;
using videoport::Event;
using videoport::Region;

namespace {

constexpr auto keep = VideoPortKeepPagesLocked;
constexpr auto unlock_after = VideoPortUnlockAfterDma;
constexpr auto patience = 60s; ///< with a device that wants 100 ms, on a loaded machine

class EduNt4Test : public BenchTest {
protected:
	void SetUp() override
	{
		BenchTest::SetUp();
		device_ = open_adapter(Place::edu_nt4);
		ASSERT_TRUE(device_);
	}
	void TearDown() override
	{
		device_.close();
		BenchTest::TearDown();
	}

	/// Lock memory; with flags that start a DMA, carry out an order.
	uint64_t lock(const Region &memory, DMA_FLAGS flags = VideoPortDmaInitOnly,
		      const EDU4_ORDER &order = {}, const Event &user = {},
		      const Event &display = {}) const
	{
		EDU4_HANDLE locked = {};
		const auto reply =
			edu_nt4::lock(device_, memory.data(), static_cast<uint32_t>(memory.size()),
				      flags, order, locked, user.token(), display.token());
		EXPECT_TRUE(reply) << reply.name();
		return locked.Handle;
	}
	uint64_t dma(uint64_t handle, const EDU4_ORDER &order, DMA_FLAGS flags = keep,
		     uint32_t bytes = 0) const
	{
		EDU4_HANDLE returned = {};
		const auto reply = edu_nt4::dma(device_, handle, flags, order, returned, bytes);
		EXPECT_TRUE(reply) << reply.name();
		return returned.Handle;
	}
	void unlock(uint64_t handle) const { EXPECT_TRUE(edu_nt4::unlock(device_, handle)); }
	void wait() const
	{
		const auto reply = edu_nt4::wait_idle(device_, patience);
		EXPECT_TRUE(reply) << reply.name();
		// the port is told before the driver is idle; what may sleep comes a little later
		EXPECT_TRUE(eventually([&] { return live(device_, "transfers") == 0; }));
	}
	EDU4_INFO info() const
	{
		EDU4_INFO found = {};
		EXPECT_TRUE(edu_nt4::info(device_, found));
		return found;
	}

	static std::vector<std::byte> copy(std::span<const std::byte> bytes)
	{
		return {bytes.begin(), bytes.end()};
	}

	Device device_;
};

struct Way {
	const char *name;
	EDU4_MODE mode;
	DMA_FLAGS flags;
};

const Way ways[] = {
	{"InTheDpcKept", Edu4SignalInDpc, keep},
	{"InTheDpcUnlocked", Edu4SignalInDpc, unlock_after},
	{"InTheInterruptKept", Edu4SignalInInterrupt, keep},
	{"InTheInterruptUnlocked", Edu4SignalInInterrupt, unlock_after},
	{"AtOnceKept", Edu4Synchronous, keep},
	{"AtOnceUnlocked", Edu4Synchronous, unlock_after},
};

class WayOfDmaTest : public EduNt4Test, public testing::WithParamInterface<Way> {};

} // namespace

TEST_P(WayOfDmaTest, EveryByteArrivesTheEventsAreSetAndThePagesAreAsFlagged)
{
	constexpr uint32_t length = 2901;
	const auto &[name, mode, flags] = GetParam();
	const Region source = Region::make(length, 3000), destination = Region::make(length, 1111);
	const Event user = Event::make(device_), display = Event::make(device_);
	fill(source.bytes(), 51);
	const auto sent = copy(source.bytes());
	for (const bool to_device : {true, false}) {
		const Region &memory = to_device ? source : destination;
		const uint64_t handle =
			lock(memory, flags, edu_nt4::order(to_device, mode, 9), user, display);
		EXPECT_EQ(handle == 0, mode == Edu4Synchronous && flags == unlock_after);
		EXPECT_TRUE(user.wait(patience));
		EXPECT_TRUE(display.wait(patience));
		EXPECT_EQ(user.take(), 1U);
		EXPECT_EQ(display.take(), 1U);
		wait();
		if (mode != Edu4Synchronous) {
			EXPECT_EQ(info().SignalResult, 1U);
			EXPECT_EQ(info().SignalIrql > dispatch_level,
				  mode == Edu4SignalInInterrupt);
		}
		if (flags == keep) {
			EXPECT_EQ(pins_held(), static_cast<int64_t>(memory.pages()));
			unlock(handle);
		}
		EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
		if (flags == unlock_after && handle != 0) {
			expect_refused(device_, {"stale_handle", "UnlockPages", handle},
				       [&] { unlock(handle); });
		}
	}
	EXPECT_TRUE(std::ranges::equal(source.bytes(), sent)) << "the source was changed";
	EXPECT_TRUE(std::ranges::equal(destination.bytes(), sent));
}

TEST_P(WayOfDmaTest, DoDmaOnKeptPagesHandsOverWhatTheClientWroteSince)
{
	const auto &[name, mode, flags] = GetParam();
	const Region memory = Region::make(1500, 3500);
	const uint64_t handle = lock(memory);
	fill(memory.bytes(), 52); // after the lock
	const auto sent = copy(memory.bytes());
	EXPECT_EQ(dma(handle, edu_nt4::order(true, mode)), handle);
	wait();
	std::ranges::fill(memory.bytes(), std::byte{0x33});
	EXPECT_EQ(dma(handle, edu_nt4::order(false, mode), flags), flags == keep ? handle : 0);
	wait();
	EXPECT_TRUE(std::ranges::equal(memory.bytes(), sent));
	if (flags == keep)
		unlock(handle);
	EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
	EXPECT_TRUE(std::ranges::equal(memory.bytes(), sent)) << "after the unlock too";
}

INSTANTIATE_TEST_SUITE_P(Told, WayOfDmaTest, testing::ValuesIn(ways),
			 [](const auto &info) { return std::string(info.param.name); });

TEST_F(EduNt4Test, BytesUsedLimitWhatADmaMoves)
{
	const Region memory = Region::make(6000, 100);
	fill(memory.bytes(), 53);
	const auto sent = copy(memory.bytes());
	const uint64_t handle = lock(memory);
	EXPECT_EQ(dma(handle, edu_nt4::order(true), keep, 900), handle);
	wait();
	std::ranges::fill(memory.bytes(), std::byte{0x44});
	EXPECT_EQ(dma(handle, edu_nt4::order(false), keep, 700), handle);
	wait();
	EDU4_STATE state = {};
	EXPECT_TRUE(edu_nt4::query(device_, handle, state));
	EXPECT_EQ(state.BytesUsed, 700U);
	EXPECT_EQ(state.Starts, 2U) << "the context that HwStartDma keeps";
	unlock(handle);
	EXPECT_TRUE(std::ranges::equal(memory.bytes().first(700), std::span(sent).first(700)));
	EXPECT_TRUE(std::ranges::all_of(memory.bytes().subspan(700), [](std::byte b) {
		return b == std::byte{0x44};
	})) << "bytes behind were changed";
}

TEST_F(EduNt4Test, WhatTheClientWritesAfterTheEndSurvivesTheUnlock)
{
	for (const auto mode : {Edu4SignalInDpc, Edu4SignalInInterrupt, Edu4Synchronous}) {
		const Region memory = Region::make(8000, 50);
		std::ranges::fill(memory.bytes(), std::byte{0x11});
		const uint64_t handle = lock(memory);
		EXPECT_EQ(dma(handle, edu_nt4::order(false, mode), keep, 1000), handle);
		std::ranges::fill(memory.bytes().subspan(5000), std::byte{0x22}); // it may run
		wait();
		std::ranges::fill(memory.bytes().first(5000), std::byte{0x22});
		unlock(handle);
		EXPECT_TRUE(std::ranges::all_of(memory.bytes(),
						[](std::byte b) { return b == std::byte{0x22}; }))
			<< "mode " << mode << ": the unlock brought old bytes back";
	}
}

TEST_F(EduNt4Test, ADmaIsToldToPollAndRead)
{
	ASSERT_TRUE(videoport::set_nonblocking(device_, true));
	const Region memory = Region::make(500);
	for (const auto mode : {Edu4SignalInDpc, Edu4SignalInInterrupt, Edu4Synchronous}) {
		const uint64_t handle = lock(memory, keep, edu_nt4::order(true, mode));
		EXPECT_EQ(videoport::poll_completions(device_, patience), POLLIN);
		EXPECT_EQ(videoport::take_completions(device_).count, 1U);
		EXPECT_EQ(videoport::take_completions(device_).error, EAGAIN);
		wait();
		unlock(handle);
	}
}

TEST_F(EduNt4Test, ARequestCanWaitForTheDriversOwnEvent)
{
	const Region memory = Region::make(2000);
	EXPECT_TRUE(edu_nt4::wait_idle(device_, 0ms)) << "idle at first";
	const uint64_t handle = lock(memory, keep, edu_nt4::order(true));
	EXPECT_EQ(edu_nt4::wait_idle(device_, 0ms).status, unsigned{WAIT_TIMEOUT});
	EXPECT_EQ(edu_nt4::wait_idle(device_, 1ms).status, unsigned{WAIT_TIMEOUT});
	EDU4_HANDLE none = {};
	EXPECT_EQ(edu_nt4::dma(device_, handle, keep, edu_nt4::order(true), none).status,
		  unsigned{ERROR_BUSY});
	wait();
	EXPECT_EQ(info().Busy, 0U);
	unlock(handle);
}

TEST_F(EduNt4Test, EventsCanBeReplacedWhileTheDeviceWorks)
{
	const Region memory = Region::make(100);
	const Event first = Event::make(device_), second = Event::make(device_);
	const uint64_t handle = lock(memory, keep, edu_nt4::order(true), first);
	const EDU4_EVENTS events = {handle, 0, second.token()};
	EDU4_HANDLE same = {};
	EXPECT_TRUE(device_.exchange(IOCTL_EDU4_EVENTS, events, same));
	EXPECT_EQ(same.Handle, handle);
	wait();
	EXPECT_EQ(first.take() + second.take(), 1U);
	unlock(handle);
}

TEST_F(EduNt4Test, TheRegistersAreShownWithAHandleAndAsPublicAccessRanges)
{
	EDU4_MAP map = {};
	map.Length = 4096;
	EDU4_MAPPED mapped = {};
	ASSERT_TRUE(device_.exchange(IOCTL_EDU4_MAP, map, mapped));
	EXPECT_NE(mapped.Handle, 0U);
	EXPECT_EQ(*words_at(mapped.Address), 0x010000edU);

	VIDEO_MEMORY memory = {};
	memory.RequestedVirtualAddress = reinterpret_cast<PVOID>(~0ULL);
	VIDEO_PUBLIC_ACCESS_RANGES ranges = {};
	ASSERT_TRUE(device_.exchange(IOCTL_VIDEO_QUERY_PUBLIC_ACCESS_RANGES, memory, ranges));
	const auto address = reinterpret_cast<uintptr_t>(ranges.VirtualAddress);
	EXPECT_EQ(*words_at(address), 0x010000edU);
	words_at(address)[1] = 7;
	EXPECT_EQ(words_at(mapped.Address)[1], ~7U) << "both show one device";

	EXPECT_TRUE(device_.send(IOCTL_EDU4_UNMAP, mapped));
	EXPECT_EQ(touch(mapped.Address), SIGSEGV);
	memory.RequestedVirtualAddress = ranges.VirtualAddress;
	EXPECT_TRUE(device_.send(IOCTL_VIDEO_FREE_PUBLIC_ACCESS_RANGES, memory));
	EXPECT_EQ(touch(address), SIGSEGV);
	EXPECT_EQ(device_.send(IOCTL_EDU4_UNMAP, mapped).status, unsigned{ERROR_INVALID_PARAMETER});
}

/* ---- Endings ---- */

TEST_F(EduNt4Test, AClientThatClosesOrDiesWhileTheDeviceWorksIsReleasedAtItsEnd)
{
	for (const auto &[mode, flags] :
	     {std::pair{Edu4SignalInDpc, keep}, {Edu4SignalInInterrupt, unlock_after}}) {
		Child child([&](const Child::Inside &inside) {
			const Region memory = Region::make(4000, 10);
			const Device client = open_adapter(Place::edu_nt4);
			const Event event = Event::make(client);
			EDU4_HANDLE locked = {};
			if (!edu_nt4::lock(client, memory.data(), 4000, flags,
					   edu_nt4::order(false, mode), locked, event.token()))
				return 1;
			inside.ready();
			return 0;
		});
		ASSERT_TRUE(child.wait_ready());
		EXPECT_EQ(pins_held(), 1);
		child.kill();
		wait();
		EXPECT_TRUE(eventually([] { return pins_held() == 0; }));
		EXPECT_TRUE(eventually([&] { return live(device_, "clients") == 1; }));
		EXPECT_EQ(info().SignalResult, 1U) << "the DMA was running until then";
	}
}

TEST_F(EduNt4Test, RemovalWhileTheDeviceWorksReleasesAllAndTheAdapterComesBack)
{
	const Region memory = Region::make(5000);
	ASSERT_NE(lock(memory, keep, edu_nt4::order(false)), 0U);
	ASSERT_EQ(unbind(edu_nt4::driver, Place::edu_nt4), 0);
	EXPECT_EQ(pins_held(), 0);
	EXPECT_EQ(videoport::pinned_kib(), 0U);
	EXPECT_EQ(device_.request(IOCTL_EDU4_QUERY_INFO).error, ENODEV);
	// the next driver must not let what the device still does reach memory
	EXPECT_TRUE(edu_ends_its_dma(Place::edu_nt4));
	EXPECT_TRUE(interrupt_line_masked(Place::edu_nt4)) << "which others may share";
	ASSERT_EQ(bind(edu_nt4::driver, Place::edu_nt4), 0);
	device_ = open_adapter(Place::edu_nt4);
	const uint64_t handle = lock(memory, keep, edu_nt4::order(true));
	wait();
	unlock(handle);
}

TEST_F(EduNt4Test, ALineIsMaskedUntilThereIsWhoAnswersIt)
{
	if (!device_.adapter().interrupt.starts_with("intx"))
		GTEST_SKIP() << "an MSI: what is held back there the kernel keeps";
	EXPECT_FALSE(interrupt_line_masked(Place::edu_nt4));
	device_.close();
	ASSERT_EQ(unbind(edu_nt4::driver, Place::edu_nt4), 0);
	EXPECT_TRUE(interrupt_line_masked(Place::edu_nt4));
	ASSERT_EQ(bind(edu_nt4::driver, Place::edu_nt4), 0);
	EXPECT_TRUE(interrupt_line_masked(Place::edu_nt4)) << "nobody has initialized it yet";
	device_ = open_adapter(Place::edu_nt4);
	EXPECT_FALSE(interrupt_line_masked(Place::edu_nt4));
}

/* ---- Many: twenty seconds, so in one kind of guest only ---- */

TEST_F(EduNt4Test, TwoHundredDmasOnKeptPagesLeaveEverythingAsItWas)
{
	utsname kernel = {};
	uname(&kernel);
	if (integration::run().iommu || integration::run().bounce ||
	    !std::string(kernel.release).starts_with("6.12"))
		GTEST_SKIP() << "only on 6.12 without an IOMMU: it takes long";
	constexpr uint64_t times = 200;
	const Region memory = Region::make(2000, 1000);
	const Event event = Event::make(device_);
	const uint64_t handle = lock(memory, VideoPortDmaInitOnly, {}, event);
	ASSERT_TRUE(videoport::set_nonblocking(device_, true));
	const auto steady = [&] {
		auto counters = device_.adapter().counters();
		for (const char *name : {"requests", "started", "completed", "interrupts", "dpcs"})
			counters.erase(name);
		return counters;
	};
	const auto before = steady();
	const auto pins = videoport::pins();
	const EDU4_INFO first = info();
	ASSERT_TRUE(pins);
	for (uint64_t done = 0; done < times; done += 2) {
		const auto mode = done % 4 ? Edu4SignalInDpc : Edu4SignalInInterrupt;
		fill(memory.bytes(), static_cast<unsigned int>(done));
		const auto sent = copy(memory.bytes());
		for (const bool to_device : {true, false}) {
			ASSERT_EQ(dma(handle, edu_nt4::order(to_device, mode)), handle);
			ASSERT_TRUE(event.wait(patience));
			ASSERT_EQ(event.take(), 1U);
			wait();
			if (to_device)
				std::ranges::fill(memory.bytes(), std::byte{});
		}
		ASSERT_TRUE(std::ranges::equal(memory.bytes(), sent)) << done;
		ASSERT_EQ(steady(), before) << done;
	}
	const auto after = videoport::pins();
	ASSERT_TRUE(after);
	EXPECT_EQ(after->acquired, pins->acquired) << "pages were pinned again";
	EXPECT_EQ(after->released, pins->released);
	EXPECT_EQ(info().Dmas - first.Dmas, times);
	EXPECT_EQ(videoport::take_completions(device_).count, times);
	unlock(handle);
}
