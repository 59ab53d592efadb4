// SPDX-License-Identifier: GPL-2.0
/*
 * The test bench in the guest: which adapter is which, what the run was started with, and the
 * fixture that compares pins, charges and live objects before and after every test.
 */
#ifndef INTEGRATION_BENCH_HPP
#define INTEGRATION_BENCH_HPP

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "proof.hpp"
#include "videoport.hpp"

#include <devioctl.h>
#include <ntddvdeo.h>
#include <video.h>

#include "probeioctl.h"

namespace integration {

using namespace std::chrono_literals;

/// How the run was started: VP_IOMMU, VP_SWIOTLB and VP_MODULES of tools/integration/guest.sh.
struct Run {
	bool iommu; ///< strict or lazy: logical addresses are not physical ones
	bool strict;
	bool bounce; ///< swiotlb=force: every streaming mapping is a copy
	std::string modules; ///< folder of the .ko files
};
const Run &run();

/// A device of the guest, whether a miniport drives it now or not: its address on the bus.
enum class Place {
	edu_a, ///< edu, driven by vp_edu
	edu_b, ///< edu, driven by vp_edu
	probe_edu, ///< edu, driven by vp_probe through driver_override
	probe_testdev, ///< pci-testdev, driven by vp_probe
	probe_nt4, ///< edu, driven by vp_probe_nt4
	edu_nt4, ///< edu, driven by vp_edu_nt4
	vgpu, ///< virtio GPU, driven by vp_vgpu
	slot_edu, ///< edu in a hot-plug slot, driven by vp_edu
	slot_probe, ///< edu in a hot-plug slot, driven by vp_probe
};
std::string pci_address(Place place);
/// Name of the miniport driver there.
const char *driver_of(Place place);
/// All of them.
inline constexpr Place all_places[] = {
	Place::edu_a,	Place::edu_b, Place::probe_edu, Place::probe_testdev, Place::probe_nt4,
	Place::edu_nt4, Place::vgpu,  Place::slot_edu,	Place::slot_probe,
};

/// The adapter there; nothing if no miniport drives it.
std::optional<videoport::Adapter> find_adapter(Place place);

/// Open it. A test failure is recorded if that does not work.
videoport::Device open_adapter(Place place);

/// Ask again and again until @p condition holds. False: it did not until the time was over.
bool eventually(const std::function<bool()> &condition, std::chrono::milliseconds limit = 10s);

/// Pages that the kernel counts as pinned. -1 if it does not say.
int64_t pins_held();

/// What is alive in all adapters together, by counter's name.
using Live = std::map<std::string, uint64_t>;
Live live_objects();

/// Live objects of one adapter: "locked_buffers".
uint64_t live(const videoport::Device &device, const std::string &counter);

/// The causes of refusals that an adapter counts.
const std::vector<std::string> &causes();

/**
 * Base of all tests. Everything that a test locks, maps or opens has to be gone when it ends: the
 * kernel's pins, the charge of this process, and the module's counts of live objects.
 */
class BenchTest : public testing::Test {
protected:
	void SetUp() override;
	void TearDown() override;

private:
	Live live_;
	uint64_t pinned_kib_ = 0;
};

} // namespace integration

#endif // INTEGRATION_BENCH_HPP
