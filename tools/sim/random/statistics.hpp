/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has happened in random runs, so that one sees whether they reach what they are there for.
 */
#ifndef SIM_RANDOM_STATISTICS_HPP
#define SIM_RANDOM_STATISTICS_HPP

#include <atomic>
#include <cstdint>
#include <iterator>

namespace sim {

enum class Fact : uint8_t {
	Checks, ///< of all that must hold, with nobody inside the core
	Probes,
	Removals,
	RemovalsInFlight, ///< with transfers that were not completed
	Opens,
	Closes,
	Kills,
	Requests,
	Locks,
	LocksRefused,
	Unlocks,
	UnlocksElsewhere, ///< from a DPC, an interrupt, or outside a request
	Starts,
	StartsRefused,
	Views, ///< of the mapping of a buffer
	Completions,
	CompletionsInInterrupts,
	Adapters,
	CommonBuffers,
	Interrupts, ///< HwVidInterrupt
	EventsBetween, ///< that came between two calls of the platform
	Stops, ///< of a thread between two calls of the platform
	FailuresInjected,
	DeviceMoves,
	StrayAccesses,
	Runs, ///< of VideoPortDoDma
	RunsRefused,
	Signals, ///< that completed one
	SignalsInInterrupts,
	Waits, ///< that had to wait
	EventsMade,
	EventsLent,
	ViewsMapped,
	Count,
};

inline const char *const fact_names[] = {
	"checks of all",
	"probes",
	"removals",
	"removals in flight",
	"opens",
	"closes",
	"kills",
	"requests",
	"locks",
	"locks refused",
	"unlocks",
	"unlocks elsewhere",
	"starts",
	"starts refused",
	"views",
	"completions",
	"completions at DIRQL",
	"adapters",
	"common buffers",
	"interrupts",
	"events between",
	"stops",
	"failures injected",
	"device moves",
	"stray accesses",
	"runs",
	"runs refused",
	"signals",
	"signals at DIRQL",
	"waits",
	"events made",
	"events lent",
	"views mapped",
};

static_assert(std::size(fact_names) == static_cast<size_t>(Fact::Count));

struct Statistics {
	std::atomic<uint64_t> facts[static_cast<size_t>(Fact::Count)];
};

/// Where facts are counted; of all workers together.
inline Statistics *statistics;

inline void note(Fact fact, uint64_t n = 1)
{
	if (statistics)
		statistics->facts[static_cast<size_t>(fact)].fetch_add(n,
								       std::memory_order_relaxed);
}

} // namespace sim

#endif
