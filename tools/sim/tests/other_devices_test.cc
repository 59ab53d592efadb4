// SPDX-License-Identifier: GPL-2.0
/*
 * The calls about devices other than the adapter that have no meaning here: each fails as
 * documented, and says why.
 */
#include "bench.hpp"

using namespace sim;

namespace {

class OtherDevicesTest : public BenchTest {};

TEST_F(OtherDevicesTest, CallsAboutOtherDevicesFailAndSayWhy)
{
	PVOID second = this;
	int device_object;

	EXPECT_EQ(VideoPortCreateSecondaryDisplay(bench.extension(), &second,
						  VIDEO_DUALVIEW_REMOVABLE),
		  ERROR_INVALID_PARAMETER);
	EXPECT_EQ(second, nullptr);
	EXPECT_TRUE(bench.machine->logged("the driver stays with one view"));
	EXPECT_EQ(VideoPortCreateSecondaryDisplay(bench.extension(), nullptr, 0),
		  ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortCreateSecondaryDisplay(bench.forged(), &second, 1),
		  ERROR_INVALID_PARAMETER);
	EXPECT_EQ(VideoPortGetDeviceData(bench.extension(), VpBusData, nullptr, nullptr),
		  ERROR_INVALID_PARAMETER);
	EXPECT_TRUE(bench.machine->logged("no hardware description of type 2"));
	EXPECT_EQ(VideoPortGetAssociatedDeviceExtension(&device_object), nullptr);
	EXPECT_EQ(VideoPortGetAssociatedDeviceID(&device_object), VIDEO_INVALID_CHILD_ID);
	EXPECT_TRUE(bench.machine->logged("VideoPortGetAssociatedDeviceID: (pointer) is"));
	EXPECT_EQ(bench.counter("bad_parameter"), 3u);
}

} // namespace
