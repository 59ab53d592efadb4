// SPDX-License-Identifier: GPL-2.0
/*
 * The test bench: see bench.hpp. Reads /proc, /sys and the environment; changes nothing.
 */
#include "bench.hpp"

#include <cstdlib>

#include <time.h>

namespace integration {

namespace {

std::string from_environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);
	return value && *value ? value : otherwise;
}

} // namespace

const Run &run()
{
	static const Run the_run = [] {
		const std::string iommu = from_environment("VP_IOMMU", "off");
		return Run{
			.iommu = iommu != "off",
			.strict = iommu == "strict",
			.bounce = from_environment("VP_SWIOTLB", "0") == "1",
			.modules = from_environment("VP_MODULES", "/modules"),
		};
	}();
	return the_run;
}

std::string pci_address(Place place)
{
	switch (place) {
	case Place::edu_a:
		return from_environment("VP_EDU_A", "0000:00:05.0");
	case Place::edu_b:
		return from_environment("VP_EDU_B", "0000:00:06.0");
	case Place::probe_edu:
		return from_environment("VP_PROBE_EDU", "0000:00:07.0");
	case Place::probe_testdev:
		return from_environment("VP_PROBE_TESTDEV", "0000:00:08.0");
	case Place::probe_nt4:
		return from_environment("VP_PROBE_NT4", "0000:00:09.0");
	case Place::edu_nt4:
		return from_environment("VP_EDU_NT4", "0000:00:0a.0");
	case Place::vgpu:
		return from_environment("VP_VGPU", "0000:00:0b.0");
	case Place::slot_edu:
		return from_environment("VP_SLOT_EDU", "0000:01:00.0");
	case Place::slot_probe:
		return from_environment("VP_SLOT_PROBE", "0000:02:00.0");
	}
	return {};
}

const char *driver_of(Place place)
{
	switch (place) {
	case Place::edu_a:
	case Place::edu_b:
	case Place::slot_edu:
		return "vp_edu";
	case Place::edu_nt4:
		return "vp_edu_nt4";
	case Place::probe_nt4:
		return "vp_probe_nt4";
	case Place::vgpu:
		return "vp_vgpu";
	default:
		return "vp_probe";
	}
}

std::optional<videoport::Adapter> find_adapter(Place place)
{
	const std::string wanted = pci_address(place);
	for (const auto &adapter : videoport::adapters()) {
		if (adapter.pci_address == wanted)
			return adapter;
	}
	return std::nullopt;
}

videoport::Device open_adapter(Place place)
{
	const auto adapter = find_adapter(place);
	if (!adapter) {
		ADD_FAILURE() << "no miniport drives " << pci_address(place);
		return {};
	}
	auto device = videoport::Device::open(*adapter);
	EXPECT_TRUE(device) << adapter->node << ": " << videoport::errno_name(device.error());
	return device;
}

bool eventually(const std::function<bool()> &condition, std::chrono::milliseconds limit)
{
	const auto deadline = std::chrono::steady_clock::now() + limit;
	while (!condition()) {
		if (std::chrono::steady_clock::now() > deadline)
			return false;
		const timespec pace = {0, 2'000'000};
		nanosleep(&pace, nullptr);
	}
	return true;
}

int64_t pins_held()
{
	const auto pins = videoport::pins();
	return pins ? pins->held() : -1;
}

Live live_objects()
{
	static const char *const names[] = {
		"clients",   "adapters",    "locked_buffers", "pinned_pages", "mappings",
		"transfers", "allocations", "common_buffers", "events",	      "views"};
	Live found;
	for (const auto &adapter : videoport::adapters()) {
		for (const char *name : names)
			found[adapter.pci_address + " " + name] =
				adapter.counter(name).value_or(~0ULL);
	}
	return found;
}

uint64_t live(const videoport::Device &device, const std::string &counter)
{
	const auto value = device.counter(counter);
	EXPECT_TRUE(value) << "no counter " << counter;
	return value.value_or(~0ULL);
}

const std::vector<std::string> &causes()
{
	static const std::vector<std::string> names = {
		"null_handle",	  "stale_handle",  "forged_handle", "foreign_handle",
		"wrong_kind",	  "wrong_context", "bad_length",    "bad_address",
		"bad_access",	  "bad_parameter", "memlock_limit", "no_memory",
		"unknown_list",	  "adapter_busy",  "overlap",	    "not_running",
		"limit_reached",  "other_caching", "bad_request",   "common_buffer_mismatch",
		"miniport_error",
	};
	return names;
}

void BenchTest::SetUp()
{
	live_ = live_objects();
	pinned_kib_ = videoport::pinned_kib().value_or(0);
	ASSERT_EQ(pins_held(), 0) << "pages were pinned before the test began";
}

void BenchTest::TearDown()
{
	EXPECT_EQ(pins_held(), 0) << "pages stay pinned after the test";
	EXPECT_EQ(videoport::pinned_kib().value_or(~0ULL), pinned_kib_) << "KiB charged as pinned";
	EXPECT_EQ(live_objects(), live_) << "live objects of the module";
}

} // namespace integration
