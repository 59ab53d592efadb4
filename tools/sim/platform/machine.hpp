/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The simulated machine: what its DMA is like, its pages, its processes, its clock and its log. One
 * at a time; everything that the core may have left in it is looked for when it ends.
 */
#ifndef SIM_MACHINE_HPP
#define SIM_MACHINE_HPP

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "firmware.hpp"
#include "process.hpp"
#include "random.hpp"
#include "view.hpp"

namespace sim {

/// How a device reaches memory.
enum class DmaKind : uint8_t {
	Direct, ///< by physical addresses; bounced where the mask does not reach
	Iommu, ///< by addresses of an IOMMU, one segment for a mapping
	IommuCut, ///< the same, cut into segments of pages
	Bounce, ///< every mapping is a copy (swiotlb=force)
};

struct MachineConfig {
	uint64_t seed = 1;
	DmaKind dma = DmaKind::Iommu;
	unsigned int pages = 192;
	unsigned int pages_above_4g = 0; ///< every so many-th page; 0: none
	size_t cache_line = 64;
	unsigned int log_interval_ms = 0;
	bool keeps_memory = false; ///< freed memory is used again
};

/// A debug report that was published.
struct PublishedReport {
	std::string miniport;
	uint32_t code;
	uint64_t arguments[4];
	std::vector<uint8_t> data;
};

/// What an administrator sets.
struct Limits {
	Limits()
	{
		clients = 32;
		handles = 1024;
		events = views = 256;
	}

	unsigned int &clients = vp_limits[VP_LIMIT_CLIENTS]; ///< of one user
	unsigned int &handles = vp_limits[VP_LIMIT_HANDLES];
	unsigned int &events = vp_limits[VP_LIMIT_EVENTS];
	unsigned int &views = vp_limits[VP_LIMIT_VIEWS];
	unsigned int overdue_ms = 10000;
};

class Machine {
public:
	explicit Machine(const MachineConfig &config = {});
	Machine(const Machine &) = delete;
	Machine &operator=(const Machine &) = delete;
	/// Reports what was left: memory, pins, mappings, charges.
	~Machine();

	/// A process with nothing mapped. Stays known after its death, for its charge.
	Process &add_process();

	/// An open node of a device, of a process.
	vp_file &add_file(Process &process);

	/// The log lines of late, the last one last.
	std::string log_tail() const;
	bool logged(const std::string &part) const;

	const MachineConfig config;
	const size_t cache_line;
	Limits limits;
	std::atomic<uint64_t> module{1}; ///< whose code calls; 0: nobody knows
	RawLock lock;
	Random random;
	PageFrames frames;
	std::deque<std::unique_ptr<Process>> processes;
	std::deque<std::unique_ptr<vp_file>> files; ///< also those that were closed
	std::map<std::string, FirmwareFile> firmware; ///< by name
	std::atomic<uint64_t> clock_ms{1000};
	std::atomic<uint64_t> delayed_ns{0}; ///< by vp_delay()
	std::deque<std::string> log;
	uint64_t log_lines = 0;
	bool echo_log = false;
	std::vector<struct vp_device_ids> others; ///< PCI functions that other drivers have
	std::vector<PublishedReport> reports;
	int report_error = 0; ///< what publishing one returns
	std::vector<std::vector<uint8_t>> panic_data;
	bool panics = false; ///< no other processor runs: a lock would never come free
};

/// The machine that there is now.
Machine &machine();

/// The kernel panics, on the running thread's processor. The core may take no lock any more.
void panic();
/// @p call would wait for those that run no more: it is a failure in a panic.
void not_in_panic(const char *call);

} // namespace sim

#endif
