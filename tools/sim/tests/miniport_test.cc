// SPDX-License-Identifier: GPL-2.0
/*
 * Loading a miniport and finding its adapters: what VideoPortInitialize takes and refuses, and what
 * a failed probe leaves.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class MiniportTest : public testing::Test {
protected:
	void SetUp() override { ASSERT_EQ(vp_core_init(), 0); }
	void TearDown() override { vp_core_exit(); }

	/// Load a driver that changes what it says.
	int load(std::function<void(VIDEO_HW_INITIALIZATION_DATA &)> change,
		 ULONG *status = nullptr)
	{
		DriverData data;

		data.change = std::move(change);

		Driver driver(data);
		int error = driver.load();

		if (status)
			*status = driver.initialize_status;
		return error;
	}

	Machine machine;
};

TEST_F(MiniportTest, TheSizesOfAllSystemsAreTaken)
{
	for (ULONG size : {ULONG(SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA),
			   ULONG(SIZE_OF_W2K_VIDEO_HW_INITIALIZATION_DATA),
			   ULONG(SIZE_OF_WXP_VIDEO_HW_INITIALIZATION_DATA),
			   ULONG(sizeof(VIDEO_HW_INITIALIZATION_DATA))})
		EXPECT_EQ(load([=](auto &data) { data.HwInitDataSize = size; }), 0) << size;
	for (ULONG size : {0u, 1u, 8u, 1000u, ~0u})
		EXPECT_EQ(load([=](auto &data) { data.HwInitDataSize = size; }), -VP_EINVAL)
			<< size;
}

TEST_F(MiniportTest, BusesOtherThanPciAreRefused)
{
	ULONG status;

	EXPECT_EQ(load([](auto &data) { data.AdapterInterfaceType = Isa; }, &status), -VP_EINVAL);
	EXPECT_EQ(status, static_cast<ULONG>(ERROR_DEV_NOT_EXIST));
}

TEST_F(MiniportTest, ABusThatIsLeftOutIsPciForThoseThatMayLeaveItOut)
{
	EXPECT_EQ(load([](auto &data) { data.AdapterInterfaceType = Internal; }), 0);
	EXPECT_EQ(load([](auto &data) {
			  data.AdapterInterfaceType = Internal;
			  data.HwInitDataSize = SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA;
		  }),
		  -VP_EINVAL);
}

TEST_F(MiniportTest, MandatoryCallbacksAreMandatory)
{
	EXPECT_EQ(load([](auto &data) { data.HwFindAdapter = nullptr; }), -VP_EINVAL);
	EXPECT_EQ(load([](auto &data) { data.HwInitialize = nullptr; }), -VP_EINVAL);
	EXPECT_EQ(load([](auto &data) { data.HwStartIO = nullptr; }), -VP_EINVAL);
	EXPECT_TRUE(machine.logged("HwStartIO is NULL"));
	EXPECT_EQ(load([](auto &data) { data.HwInterrupt = nullptr; }), 0);
	EXPECT_EQ(load([](auto &data) { data.HwTimer = nullptr; }), 0);
}

TEST_F(MiniportTest, AnExtensionThatIsTooLargeIsRefused)
{
	EXPECT_EQ(load([](auto &data) { data.HwDeviceExtensionSize = 16 << 20; }), 0);
	EXPECT_EQ(load([](auto &data) { data.HwDeviceExtensionSize = (16 << 20) + 1; }),
		  -VP_EINVAL);
	EXPECT_EQ(load([](auto &data) { data.HwDeviceExtensionSize = ~0u; }), -VP_EINVAL);
}

TEST_F(MiniportTest, OnlyWhatDriverEntryWasGivenIsTaken)
{
	VIDEO_HW_INITIALIZATION_DATA data{};
	uint64_t other[64] = {};

	EXPECT_EQ(VideoPortInitialize(nullptr, nullptr, &data, nullptr),
		  static_cast<ULONG>(ERROR_INVALID_PARAMETER));
	EXPECT_EQ(VideoPortInitialize(other, nullptr, &data, nullptr),
		  static_cast<ULONG>(ERROR_INVALID_PARAMETER));
}

TEST_F(MiniportTest, WithoutMemoryItIsNotLoaded)
{
	Driver driver;
	FailAt fail(1);

	EXPECT_EQ(driver.load(), -VP_ENOMEM);
	EXPECT_TRUE(fail.hit());
}

/* ---- Finding ---- */

class FindTest : public testing::Test {
protected:
	/// @p fail_at: the call inside that fails; 0: none.
	int probe(VP_STATUS status, DriverData data = {}, unsigned int fail_at = 0)
	{
		Driver driver(data);
		TestMiniport miniport;
		auto adapter = std::make_shared<Adapter>(miniport, 0);

		EXPECT_EQ(driver.load(), 0);
		miniport.on_find = [&](VIDEO_PORT_CONFIG_INFO &config) {
			EXPECT_EQ(config.Length, sizeof(config));
			EXPECT_EQ(config.AdapterInterfaceType, PCIBus);
			EXPECT_EQ(config.BusInterruptLevel != 0, data.has_interrupt);
			return status;
		};

		int error;
		{
			FailAt fail(fail_at);

			error = adapter->probe(driver);
			failed = fail.hit();
		}
		connected = adapter->device.connected;
		if (!error)
			adapter->remove();
		adapter.reset();
		return error;
	}
	void SetUp() override { ASSERT_EQ(vp_core_init(), 0); }
	void TearDown() override { vp_core_exit(); }

	Machine machine;
	bool connected = false, failed = false;
};

TEST_F(FindTest, ItsStatusDecides)
{
	EXPECT_EQ(probe(NO_ERROR), 0);
	EXPECT_TRUE(connected);
	EXPECT_EQ(probe(ERROR_DEV_NOT_EXIST), -VP_ENODEV);
	EXPECT_EQ(probe(ERROR_INVALID_PARAMETER), -VP_EINVAL);
	EXPECT_EQ(probe(12345), -VP_ENODEV);
}

TEST_F(FindTest, WithoutHwVidInterruptNothingIsConnected)
{
	DriverData data;

	data.has_interrupt = false;
	EXPECT_EQ(probe(NO_ERROR, data), 0);
	EXPECT_FALSE(connected);
}

TEST_F(FindTest, EveryFailureInsideLeavesNothing)
{
	unsigned int n = 0;

	do {
		int error = probe(NO_ERROR, {}, ++n);

		EXPECT_EQ(error != 0, failed) << "at the " << n << ". call that may fail";
		ASSERT_LT(n, 100u);
	} while (failed);
	EXPECT_GT(n, 4u);
}

TEST_F(FindTest, AtMost256AdaptersAtATime)
{
	Driver driver;
	TestMiniport miniport;
	std::vector<std::shared_ptr<Adapter>> adapters;

	EXPECT_EQ(driver.load(), 0);
	for (unsigned int i = 0; i < 256; i++) {
		adapters.push_back(std::make_shared<Adapter>(miniport, i));
		ASSERT_EQ(adapters.back()->probe(driver), 0);
	}

	auto further = std::make_shared<Adapter>(miniport, 256);

	EXPECT_EQ(further->probe(driver), -VP_ENOMEM);
	adapters[77]->remove();
	EXPECT_EQ(further->probe(driver), 0);
	further->remove();
	for (unsigned int i = 0; i < 256; i++)
		if (adapters[i]->bound)
			adapters[i]->remove();
	further.reset();
	adapters.clear();
}

} // namespace
