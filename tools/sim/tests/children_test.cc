// SPDX-License-Identifier: GPL-2.0
/*
 * Children of an adapter: when HwVidGetVideoChildDescriptor is called and with what, what becomes
 * of its answers, and what is refused.
 */
#include "bench.hpp"
#include "monitor.hpp"

#include <cstring>
#include <map>

using namespace sim;

namespace {

using Bytes = std::vector<uint8_t>;

/* What the miniport says of one index. */
struct Told {
	VP_STATUS status = VIDEO_ENUM_MORE_DEVICES;
	VIDEO_CHILD_TYPE type = ::Monitor;
	ULONG uid = 0;
	Bytes descriptor;
};

/* A miniport with children, as HwVidGetVideoChildDescriptor tells of them. */
struct Family {
	std::map<ULONG, Told> children; /* others: no more devices */
	VP_STATUS otherwise = VIDEO_ENUM_NO_MORE_DEVICES;
	ULONG extension_bytes = 0;
	std::vector<ULONG> asked;
	std::map<ULONG, PVOID> extensions;
	std::function<void()> inside;
};

Family *family;

VP_STATUS NTAPI tell(PVOID, PVIDEO_CHILD_ENUM_INFO info, PVIDEO_CHILD_TYPE type, PUCHAR descriptor,
		     PULONG uid, PULONG unused)
{
	may_sleep("HwVidGetVideoChildDescriptor");
	EXPECT_EQ(info->Size, sizeof(*info));
	EXPECT_EQ(info->ChildDescriptorSize, 256u);
	EXPECT_NE(info->ChildIndex, 0u) << "that is for ACPI";
	EXPECT_EQ(info->ChildHwDeviceExtension != nullptr, family->extension_bytes != 0);
	EXPECT_EQ(*unused, 0u);
	for (ULONG i = 0; i < info->ChildDescriptorSize; i++)
		EXPECT_EQ(descriptor[i], 0) << "of another child";
	family->asked.push_back(info->ChildIndex);
	family->extensions[info->ChildIndex] = info->ChildHwDeviceExtension;
	if (family->inside)
		family->inside();

	auto found = family->children.find(info->ChildIndex);

	if (found == family->children.end()) {
		*uid = 1000 + info->ChildIndex;
		return family->otherwise;
	}

	const Told &told = found->second;

	*type = told.type;
	*uid = told.uid;
	if (!told.descriptor.empty())
		memcpy(descriptor, told.descriptor.data(), told.descriptor.size());
	return told.status;
}

Bytes wide(const char *text)
{
	Bytes bytes;

	for (; *text; text++) {
		bytes.push_back(static_cast<uint8_t>(*text));
		bytes.push_back(0);
	}
	return bytes;
}

class ChildrenTest : public testing::Test {
protected:
	ChildrenTest() { family = &told; }
	~ChildrenTest() override { family = nullptr; }
	void TearDown() override
	{
		if (bench)
			bench->end();
	}
	/// Start the machine: the adapters are found.
	void found(ULONG init_size = sizeof(VIDEO_HW_INITIALIZATION_DATA))
	{
		DriverData data;

		data.change = [=, this](VIDEO_HW_INITIALIZATION_DATA &hw) {
			hw.HwInitDataSize = init_size;
			hw.HwGetVideoChildDescriptor = tell;
			hw.HwChildDeviceExtensionSize = told.extension_bytes;
		};
		bench = std::make_unique<Bench>(MachineConfig{}, data);
		told.asked.clear(); /* there are two adapters */
		bench->device().children_changed = 0;
	}
	/// The miniport has the children told again. @p changed: the slots that are different then.
	void again(uint32_t changed)
	{
		EXPECT_EQ(VideoPortEnumerateChildren(bench->extension(), nullptr), NO_ERROR);
		EXPECT_TRUE(told.asked.empty()) << "later, not now";
		run();
		EXPECT_EQ(bench->device().children_changed, changed);
		bench->device().children_changed = 0;
	}
	void run()
	{
		Thread worker("kworker");
		Running running(worker);

		EXPECT_TRUE(run_enumerate(bench->device())) << "nothing is pending";
	}
	bool has(unsigned int index)
	{
		child = {};
		return vp_core_child(bench->device().port, index - 1, &child);
	}
	Bytes edid() const { return {child.edid, child.edid + child.edid_bytes}; }

	Family told;
	std::unique_ptr<Bench> bench;
	vp_child child{};
};

TEST_F(ChildrenTest, AreAskedForWhenTheAdapterIsFound)
{
	told.children[1] = {.uid = 0x100, .descriptor = make_edid()};
	told.children[2] = {.uid = 0x200, .descriptor = make_edid(1)};
	told.children[3] = {.uid = 0x300, .descriptor = {}};
	found();
	EXPECT_TRUE(has(1));
	EXPECT_EQ(child.index, 1u);
	EXPECT_EQ(child.uid, 0x100u);
	EXPECT_EQ(child.type, static_cast<uint32_t>(::Monitor));
	EXPECT_EQ(edid(), make_edid());
	EXPECT_TRUE(has(2));
	EXPECT_EQ(edid(), make_edid(1));
	EXPECT_TRUE(has(3)) << "a monitor without DDC2";
	EXPECT_EQ(child.edid_bytes, 0u);
	EXPECT_FALSE(has(4));
	EXPECT_EQ(bench->counter("miniport_error"), 0u);
	EXPECT_FALSE(vp_core_child(bench->device().port, VP_MAX_CHILDREN, &child));
	EXPECT_FALSE(vp_core_child(bench->device().port, ~0u, &child));
}

TEST_F(ChildrenTest, OneByOneUntilThereAreNoMore)
{
	told.children[1] = {.uid = 1, .descriptor = {}};
	told.children[2] = {.status = VIDEO_ENUM_INVALID_DEVICE, .uid = 2, .descriptor = {}};
	told.children[3] = {.uid = 3, .descriptor = {}};
	found();
	again(0);
	EXPECT_EQ(told.asked, (std::vector<ULONG>{1, 2, 3, 4}));
	EXPECT_TRUE(has(1) && !has(2) && has(3) && !has(4));
}

TEST_F(ChildrenTest, ThereIsAnEndToThem)
{
	told.otherwise = VIDEO_ENUM_MORE_DEVICES;
	found();
	EXPECT_TRUE(has(VP_MAX_CHILDREN));
	EXPECT_EQ(bench->counter("limit_reached"), 1u);
	told.otherwise = VIDEO_ENUM_INVALID_DEVICE;
	again(~0u);
	EXPECT_EQ(told.asked.size(), static_cast<size_t>(VP_MAX_CHILDREN));
	EXPECT_EQ(bench->counter("limit_reached"), 2u);
}

TEST_F(ChildrenTest, AnUnknownResultIsTheEnd)
{
	told.children[1] = {.uid = 1, .descriptor = {}};
	told.children[2] = {.status = NO_ERROR, .uid = 2, .descriptor = {}};
	told.children[3] = {.uid = 3, .descriptor = {}};
	found();
	EXPECT_TRUE(has(1) && !has(2) && !has(3));
	EXPECT_EQ(bench->counter("miniport_error"), 1u);
}

TEST_F(ChildrenTest, ComeAndGo)
{
	found();
	EXPECT_FALSE(has(1));
	told.children[1] = {.uid = 1, .descriptor = make_edid()};
	again(1);
	EXPECT_TRUE(has(1));
	told.asked.clear();
	told.children[1].descriptor = make_edid(1);
	told.children[2] = {.uid = 2, .descriptor = {}};
	again(3);
	EXPECT_EQ((has(1), edid()), make_edid(1));
	told.asked.clear();
	again(0);
	told.asked.clear();
	told.children.clear();
	again(3);
	EXPECT_FALSE(has(1) || has(2));
}

TEST_F(ChildrenTest, WhatIsNoEdidIsNotKept)
{
	told.children[1] = {.uid = 1, .descriptor = make_edid()};
	told.children[1].descriptor[40]++;
	found();
	EXPECT_TRUE(has(1)) << "but the monitor is there";
	EXPECT_EQ(child.edid_bytes, 0u);
	EXPECT_EQ(bench->counter("miniport_error"), 1u);
	told.children[1].descriptor = make_edid(1);
	told.children[1].descriptor[200]++;
	again(1);

	Bytes base = make_edid(1);

	base.resize(128);
	EXPECT_TRUE(has(1));
	EXPECT_EQ(edid(), base) << "a wrong second block costs only itself";
}

TEST_F(ChildrenTest, OtherDevicesHaveAHardwareId)
{
	told.children[1] = {.type = Other, .uid = 1, .descriptor = wide("*PNP0C08")};
	told.children[2] = {
		.type = Other, .uid = 2, .descriptor = wide(std::string(127, 'x').c_str())};
	told.children[3] = {.type = Other, .uid = 3, .descriptor = wide("a\nb")};
	told.children[3].descriptor[1] = 7;
	told.children[4] = {.type = NonPrimaryChip, .uid = 4, .descriptor = wide("not looked at")};
	found();
	EXPECT_TRUE(has(1));
	EXPECT_STREQ(child.hardware_id, "*PNP0C08");
	EXPECT_TRUE(has(2));
	EXPECT_EQ(strnlen(child.hardware_id, VP_CHILD_NAME), VP_CHILD_NAME - 1u);
	EXPECT_TRUE(has(3));
	EXPECT_STREQ(child.hardware_id, "??b") << "plain text only";
	EXPECT_TRUE(has(4));
	EXPECT_STREQ(child.hardware_id, "");
}

TEST_F(ChildrenTest, EachHasItsOwnName)
{
	told.children[1] = {.uid = 7, .descriptor = {}};
	told.children[2] = {.uid = 7, .descriptor = {}};
	told.children[3] = {.uid = DISPLAY_ADAPTER_HW_ID, .descriptor = {}};
	told.children[4] = {.type = VideoChip, .uid = DISPLAY_ADAPTER_HW_ID, .descriptor = {}};
	told.children[5] = {.uid = 8, .descriptor = {}};
	found();
	EXPECT_TRUE(has(1) && !has(2) && !has(3) && !has(4) && has(5));
	EXPECT_EQ(bench->counter("miniport_error"), 2u) << "the adapter itself is no mistake";
	EXPECT_TRUE(bench->machine->logged("child 2 has UId 0x7, as child 1 has"));
}

TEST_F(ChildrenTest, KeepTheirDeviceExtension)
{
	told.extension_bytes = 200;
	told.children[1] = {.uid = 1, .descriptor = {}};
	told.children[2] = {.uid = 2, .descriptor = {}};
	found();
	again(0);

	auto before = told.extensions;

	memset(before[1], 0x11, 200);
	memset(before[2], 0x22, 200);
	told.asked.clear();
	told.children.erase(2);
	again(2);
	EXPECT_EQ(told.extensions[1], before[1]);
	EXPECT_EQ(static_cast<uint8_t *>(before[1])[199], 0x11);
	told.asked.clear();
	told.children[2] = {.uid = 2, .descriptor = {}};
	again(2);
	EXPECT_EQ(static_cast<uint8_t *>(told.extensions[2])[0], 0) << "a new child has a new one";
}

TEST_F(ChildrenTest, TheirDeviceExtensionIsNotLargeForEver)
{
	Machine machine;
	DriverData data;

	ASSERT_EQ(vp_core_init(), 0);
	for (ULONG size : {1u << 20, (1u << 20) + 1, ~0u}) {
		data.change = [=](VIDEO_HW_INITIALIZATION_DATA &hw) {
			hw.HwChildDeviceExtensionSize = size;
		};
		Driver driver(data);

		EXPECT_EQ(driver.load(), size > 1u << 20 ? -VP_EINVAL : 0);
	}
	vp_core_exit();
}

TEST_F(ChildrenTest, StructuresOfNt4HaveNone)
{
	told.children[1] = {.uid = 1, .descriptor = {}};
	found(SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA);
	EXPECT_FALSE(has(1));
	EXPECT_EQ(VideoPortEnumerateChildren(bench->extension(), nullptr), NO_ERROR);
	EXPECT_FALSE(bench->device().enumerate_pending);
}

TEST_F(ChildrenTest, AreToldOfInTheStructureOfWindows2000)
{
	told.children[1] = {.uid = 1, .descriptor = {}};
	found(SIZE_OF_W2K_VIDEO_HW_INITIALIZATION_DATA);
	EXPECT_TRUE(has(1));
}

TEST_F(ChildrenTest, MayBeAskedForFromADpc)
{
	told.children[1] = {.uid = 1, .descriptor = {}};
	found();
	auto call = [&] {
		EXPECT_EQ(VideoPortEnumerateChildren(bench->extension(), nullptr), NO_ERROR);
	};

	bench->in_dpc(call);
	bench->in_timer(call);
	EXPECT_EQ(bench->counter("wrong_context"), 0u);
	EXPECT_TRUE(told.asked.empty());
	run();
	EXPECT_EQ(told.asked, (std::vector<ULONG>{1, 2})) << "once for both";
	bench->in_interrupt(call);
	EXPECT_EQ(bench->counter("wrong_context"), 1u);
	run();
	EXPECT_EQ(VideoPortEnumerateChildren(bench->forged(), nullptr), ERROR_INVALID_PARAMETER);
}

TEST_F(ChildrenTest, AreNotAskedForOnceTheAdapterIsGone)
{
	told.children[1] = {.uid = 1, .descriptor = {}};
	found();
	bench->miniports[0].on_reset = [&] {
		VideoPortEnumerateChildren(bench->extension(), nullptr);
	};
	bench->remove();
	EXPECT_TRUE(told.asked.empty());
	EXPECT_FALSE(bench->device().enumerate_pending);
}

TEST_F(ChildrenTest, MayHaveTheirEdidReadForThem)
{
	std::unique_ptr<I2cMonitor> monitor;
	unsigned int read = 0;

	told.children[1] = {.uid = 1, .descriptor = make_edid()};
	found();
	monitor = std::make_unique<I2cMonitor>(bench->extension());
	told.inside = [&] {
		DDC_CONTROL control{sizeof(control), I2cMonitor::callbacks(), 0};
		UCHAR edid[256];

		read += VideoPortDDCMonitorHelper(bench->extension(), &control, edid, sizeof(edid));
	};
	again(0);
	EXPECT_EQ(read, 2u);
	told.inside = nullptr;
}

TEST_F(ChildrenTest, WithoutMemoryTheyStayAsTheyWere)
{
	told.extension_bytes = 64;
	told.children[1] = {.uid = 1, .descriptor = make_edid()};
	told.children[2] = {.uid = 2, .descriptor = {}};
	found();

	for (unsigned int n = 1;; n++) {
		ASSERT_EQ(VideoPortEnumerateChildren(bench->extension(), nullptr), NO_ERROR);

		Thread worker("kworker");
		Running running(worker);
		FailAt fail(n);

		EXPECT_TRUE(run_enumerate(bench->device()));
		EXPECT_TRUE(has(1) && child.edid_bytes == 128);
		EXPECT_TRUE(has(2) && !has(3));
		if (!fail.hit()) {
			EXPECT_GT(n, 3u);
			break;
		}
		ASSERT_LT(n, 50u);
	}
}

} // namespace
