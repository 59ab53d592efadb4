// SPDX-License-Identifier: GPL-2.0
/*
 * Real DMA: QEMU's edu device moves the bytes, driven by the sample miniport vp_edu, and every
 * byte is compared. Each transfer of the device (2048 bytes at most) takes 100 ms.
 */
#include "probe.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "../miniports/edu/client.hpp"

using namespace integration;
using videoport::Device;
using videoport::Region;

namespace {

class DeviceDmaTest : public BenchTest {
protected:
	void SetUp() override
	{
		BenchTest::SetUp();
		device_ = open_adapter(Place::edu_a);
		ASSERT_TRUE(device_);
	}
	void TearDown() override
	{
		device_.close();
		BenchTest::TearDown();
	}

	static void run(const Device &device, EDU_OPERATION operation, const void *source,
			void *destination, uint32_t length, uint32_t device_offset = 0)
	{
		const auto reply =
			edu::start(device, operation, source, destination, length, device_offset);
		ASSERT_TRUE(reply) << reply.name();
		finish(device, length);
	}

	/// Wait for what was started, check that it went well, and unlock.
	static void finish(const Device &device, uint32_t length)
	{
		EDU_DMA_STATE state = {};
		ASSERT_TRUE(edu::wait(device, state, edu::patience(length)));
		EXPECT_EQ(state.State, unsigned{EduDone}) << videoport::status_name(state.Status);
		EXPECT_EQ(state.BytesMoved, length);
		EXPECT_TRUE(edu::finish(device));
	}

	/// A region whose bytes around the inner @p length are watched.
	struct Watched {
		Watched(size_t length, size_t offset)
			: region(Region::make(length + 2 * margin, offset)),
			  length(length)
		{
			std::ranges::fill(region.bytes(), std::byte{0xa5});
		}
		std::span<std::byte> inner() const
		{
			return region.bytes().subspan(margin, length);
		}
		void expect_margins_untouched() const
		{
			const auto untouched = [](std::byte b) { return b == std::byte{0xa5}; };
			EXPECT_TRUE(std::ranges::all_of(region.bytes().first(margin), untouched));
			EXPECT_TRUE(std::ranges::all_of(region.bytes().last(margin), untouched));
		}
		static constexpr size_t margin = 77;
		Region region;
		size_t length;
	};

	Device device_;
};

} // namespace

TEST_F(DeviceDmaTest, EveryByteOfAnUnalignedCopyArrives)
{
	constexpr uint32_t length = 9001;
	const Region source = Region::make(length, 1234);
	const Watched destination(length, 4001);
	fill(source.bytes(), 11);
	run(device_, EduCopy, source.data(), destination.inner().data(), length);
	EXPECT_TRUE(std::ranges::equal(source.bytes(), destination.inner()));
	destination.expect_margins_untouched();
}

TEST_F(DeviceDmaTest, ShortTransfersAtOddOffsetsMoveTheirBytesOnly)
{
	const Region source = Region::make(64, 4096 - 33);
	fill(source.bytes(), 12);
	run(device_, EduToDevice, source.data(), nullptr, 64, 1001);
	for (const auto &[offset, length] : {std::pair{0U, 1U}, {33U, 3U}, {31U, 33U}}) {
		const Watched destination(length, 4096 - Watched::margin - 1);
		run(device_, EduFromDevice, nullptr, destination.inner().data(), length,
		    1001 + offset);
		EXPECT_TRUE(std::ranges::equal(source.bytes().subspan(offset, length),
					       destination.inner()));
		destination.expect_margins_untouched();
	}
}

TEST_F(DeviceDmaTest, TheSourceOfATransferIsNotChanged)
{
	const Region source = Region::make(3000, 700);
	fill(source.bytes(), 13);
	const std::vector<std::byte> copy(source.bytes().begin(), source.bytes().end());
	run(device_, EduToDevice, source.data(), nullptr, 3000);
	EXPECT_TRUE(std::ranges::equal(source.bytes(), copy));
}

TEST_F(DeviceDmaTest, AReadOnlySourceIsGoodEnough)
{
	const Region source = Region::make(2000), destination = Region::make(2000);
	fill(source.bytes(), 14);
	ASSERT_TRUE(source.protect(0, 1, PROT_READ));
	run(device_, EduCopy, source.data(), destination.data(), 2000);
	EXPECT_TRUE(std::ranges::equal(source.bytes(), destination.bytes()));
}

TEST_F(DeviceDmaTest, AReadOnlyDestinationIsRefused)
{
	const Region destination = Region::make(2000);
	fill(destination.bytes(), 1);
	ASSERT_TRUE(destination.protect(0, 1, PROT_READ));
	const auto reply = edu::start(device_, EduFromDevice, nullptr, destination.data(), 2000);
	EXPECT_EQ(reply.error, 0);
	EXPECT_NE(reply.status, unsigned{NO_ERROR});
}

TEST_F(DeviceDmaTest, TheOlderPathLockPagesToUnlockPagesMovesTheBytes)
{
	const Watched memory(5000, 3777);
	fill(memory.inner(), 15);
	const std::vector<std::byte> sent(memory.inner().begin() + 1111,
					  memory.inner().begin() + 1111 + 1801);
	EDU_LOCKED locked = {};
	ASSERT_TRUE(edu::lock_pages(device_, memory.inner().data(), 5000, locked));
	ASSERT_TRUE(edu::pages_dma(device_, locked.Handle, EduToDevice, 1111, 1801, 5));
	finish(device_, 1801);
	ASSERT_TRUE(edu::pages_dma(device_, locked.Handle, EduFromDevice, 3003, 1801, 5));
	finish(device_, 1801);
	EDU_UNLOCKED unlocked = {};
	ASSERT_TRUE(edu::unlock_pages(device_, locked.Handle, unlocked));
	EXPECT_EQ(unlocked.Result, 1U);
	EXPECT_TRUE(std::ranges::equal(memory.inner().subspan(3003, 1801), sent));
	memory.expect_margins_untouched();
}

TEST_F(DeviceDmaTest, ACommonBufferCarriesTheBytesBothWays)
{
	EDU_COMMON common = {};
	common.Length = 1999;
	common.DeviceOffset = 33;
	fill(std::as_writable_bytes(std::span(common.Data)), 16);
	ASSERT_TRUE(device_.send(IOCTL_EDU_COMMON_BUFFER, common));
	EDU_DMA_STATE state = {};
	ASSERT_TRUE(edu::wait(device_, state, edu::patience(4096)));
	EXPECT_EQ(state.State, unsigned{EduDone});
	std::array<std::byte, 1999> back;
	const auto reply = device_.request(IOCTL_EDU_READ_COMMON, {}, back);
	ASSERT_TRUE(reply) << reply.name();
	EXPECT_TRUE(std::ranges::equal(back, std::as_bytes(std::span(common.Data)).first(1999)));
	EXPECT_TRUE(edu::finish(device_));
}

TEST_F(DeviceDmaTest, AllAdaptersTransferAtTheSameTime)
{
	constexpr uint32_t length = 5003;
	const Device other = open_adapter(Place::edu_b);
	const Region sources[] = {Region::make(length, 100), Region::make(length, 200)};
	const Region destinations[] = {Region::make(length, 300), Region::make(length, 400)};
	const Device *devices[] = {&device_, &other};
	for (unsigned int i = 0; i < 2; i++) {
		fill(sources[i].bytes(), 20 + i);
		ASSERT_TRUE(edu::start(*devices[i], EduCopy, sources[i].data(),
				       destinations[i].data(), length));
	}
	EDU_DMA_STATE state = {};
	ASSERT_TRUE(edu::query(device_, state));
	EXPECT_EQ(state.State, unsigned{EduRunning}) << "the first still runs";
	for (unsigned int i = 0; i < 2; i++) {
		finish(*devices[i], length);
		EXPECT_TRUE(std::ranges::equal(sources[i].bytes(), destinations[i].bytes())) << i;
	}
}

TEST_F(DeviceDmaTest, APageThatIsUnlockedIsTheProcesssAgain)
{
	const Region memory = Region::make(videoport::page_size());
	for (unsigned int round = 0; round < 3; round++) {
		fill(memory.bytes(), round);
		run(device_, EduToDevice, memory.data(), nullptr, 1024);
		const std::vector<std::byte> sent(memory.bytes().begin(),
						  memory.bytes().begin() + 1024);
		std::ranges::fill(memory.bytes(), std::byte{});
		run(device_, EduFromDevice, nullptr, memory.data() + 2048, 1024);
		EXPECT_TRUE(std::ranges::equal(memory.bytes().subspan(2048, 1024), sent));
	}
}

namespace {

/// The same device under the probe: the test itself programs the registers.
class ProbeDmaTest : public ProbeTest {
protected:
	/// Move the bytes of one transfer, element by element.
	void move(const Started &started, bool to_device)
	{
		uint32_t done = 0;
		for (const auto &element : elements(probe.list(started.index))) {
			for (uint32_t at = 0; at < element.Length; at += 2048) {
				const auto bytes =
					std::min(static_cast<uint32_t>(element.Length) - at, 2048U);
				probe.edu_dma(element.Address + at, done, bytes, to_device);
				done += bytes;
			}
		}
	}

	/// Transfers on a mapped handle: 700 bytes at 3000 to the device, and back to 7000.
	void expect_views_move(Handle mdl, const Region &memory, Handle by, unsigned int seed)
	{
		fill(memory.bytes(), seed); // after the lock: StartDma hands it to the device
		for (const auto &[offset, to_device] : {std::pair{3000U, true}, {7000U, false}}) {
			const auto started = probe.start_dma(by, mdl, offset, 700, to_device);
			ASSERT_EQ(started.status, unsigned{NO_ERROR});
			move(started, to_device);
			EXPECT_EQ(probe.complete_dma(by, started.list, to_device),
				  unsigned{NO_ERROR});
		}
		EXPECT_TRUE(std::ranges::equal(memory.bytes().subspan(3000, 700),
					       memory.bytes().subspan(7000, 700)));
	}
};

} // namespace

TEST_F(ProbeDmaTest, WhatTheDeviceWroteIsThereAfterCompleteDma)
{
	const Region source = Region::make(1500, 4000), destination = Region::make(1500, 3500);
	fill(source.bytes(), 30);
	const Handle from = probe.lock_buffer(source, VpReadAccess);
	const Handle to = probe.lock_buffer(destination, VpWriteAccess);
	const auto out = probe.start_dma(adapter(), from, 0, 1500, true);
	ASSERT_EQ(out.status, unsigned{NO_ERROR});
	move(out, true);
	EXPECT_EQ(probe.complete_dma(adapter(), out.list, true), unsigned{NO_ERROR});
	const auto in = probe.start_dma(adapter(), to, 0, 1500, false);
	ASSERT_EQ(in.status, unsigned{NO_ERROR});
	move(in, false);
	EXPECT_EQ(probe.complete_dma(adapter(), in.list, false), unsigned{NO_ERROR});
	EXPECT_TRUE(std::ranges::equal(source.bytes(), destination.bytes())) << "before the unlock";
	probe.unlock_buffer(from);
	probe.unlock_buffer(to);
}

TEST_F(ProbeDmaTest, AViewOfAMappedHandleMovesTheBytesOfItsOffset)
{
	const Handle by = adapter();
	const Region memory = Region::make(8000, 500);
	const auto locked = probe.lock_pages(memory);
	ASSERT_TRUE(locked.locked);
	expect_views_move(locked.handle, memory, by, 31);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
	std::vector<std::byte> expected(8000);
	fill(expected, 31);
	std::copy_n(expected.begin() + 3000, 700, expected.begin() + 7000);
	EXPECT_TRUE(std::ranges::equal(memory.bytes(), expected)) << "other bytes changed";
}

TEST_F(ProbeDmaTest, AnAdapterThatIsGotLaterDoesNotDisturbMappingsThatExist)
{
	const Region memory = Region::make(8000, 500);
	const auto locked = probe.lock_pages(memory);
	ASSERT_TRUE(locked.locked);
	expect_views_move(locked.handle, memory, adapter(), 41);
	another_adapter({PROBE_ADAPTER_SCATTER_GATHER | PROBE_ADAPTER_64_BITS, 1 << 20});
	expect_views_move(locked.handle, memory, adapter(), 42);
	EXPECT_EQ(probe.unlock_pages(locked.handle), 1U);
}

TEST_F(ProbeDmaTest, BytesAroundATransferKeepWhatTheProcessWroteMeanwhile)
{
	const Region memory = Region::make(3 * 4096);
	const Handle mdl = probe.lock_buffer(memory);
	const auto in = probe.start_dma(adapter(), mdl, 4096, 512, false);
	ASSERT_EQ(in.status, unsigned{NO_ERROR});
	std::ranges::fill(memory.bytes().first(4096), std::byte{0x11});
	std::ranges::fill(memory.bytes().subspan(4096 + 512), std::byte{0x22});
	move(in, false);
	EXPECT_EQ(probe.complete_dma(adapter(), in.list, false), unsigned{NO_ERROR});
	const auto all = [](std::span<std::byte> bytes, std::byte value) {
		return std::ranges::all_of(bytes, [&](std::byte b) { return b == value; });
	};
	EXPECT_TRUE(all(memory.bytes().first(4096), std::byte{0x11}));
	EXPECT_TRUE(all(memory.bytes().subspan(4096 + 512), std::byte{0x22}));
	probe.unlock_buffer(mdl);
}
