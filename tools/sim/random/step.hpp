/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run of the simulation as data: the machine that it begins with, and its steps. All choices of a
 * step come from the step, so that dropping others leaves it as it is.
 */
#ifndef SIM_RANDOM_STEP_HPP
#define SIM_RANDOM_STEP_HPP

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "../platform/random.hpp"

namespace sim {

/// Where a miniport's call comes from; or that the step is none.
enum class Where : uint8_t {
	Request, ///< HwVidStartIO
	Interrupt,
	Dpc,
	Timer,
	Synchronized, ///< in a request, under VideoPortSynchronizeExecution
	SpinLocked, ///< in a request, with a spin lock of the miniport held
	Outside, ///< process context, but in no request
	World, ///< something else happens
	Count,
};

/// What a miniport calls.
enum class Call : uint8_t {
	LockPages,
	LockBuffer,
	UnlockPages,
	UnlockBuffer,
	GetMdl,
	ScatterGather,
	StartDma,
	CompleteDma,
	GetAdapter,
	PutAdapter,
	AllocateCommon,
	ReleaseCommon,
	GetCommon,
	FreeCommon,
	AllocatePool,
	FreePool,
	QueueDpc,
	StartTimer,
	StopTimer,
	EnableInterrupt,
	DisableInterrupt,
	CreateSpinLock,
	DeleteSpinLock,
	MapRange,
	UnmapRange,
	BusData,
	LogError,
	DoDma,
	Signal,
	DmaContext,
	BytesUsed,
	AssociateEvents,
	MapView,
	UnmapView,
	MapDma,
	UnmapDma,
	Contiguous,
	CreateEvent,
	DeleteEvent,
	SetEvent,
	ClearEvent,
	ReadEvent,
	WaitEvent,
	Count,
};

/// What else happens.
enum class Event : uint8_t {
	Resume, ///< a thread that was stopped goes on
	Release, ///< a request that was held in HwVidStartIO ends
	DeviceAccess, ///< the device moves data of a transfer
	DeviceByList, ///< the device uses the segments of VideoPortLockPages
	DeviceStray, ///< the device tries what it must not reach any more
	RunDpc,
	RunTimer,
	RunWork,
	Open,
	Close,
	Kill,
	Probe,
	Remove,
	MapMemory, ///< a process changes what is mapped somewhere
	WriteMemory, ///< a process writes to its memory
	Limit, ///< RLIMIT_MEMLOCK, CAP_IPC_LOCK
	Advance, ///< the clock
	Compare, ///< all memory with what it should be
	Lend, ///< a client lends an eventfd
	TakeBack, ///< or wants it back
	Completions, ///< a client reads how many DMAs were completed
	Count,
};

struct Step {
	Where where;
	uint8_t what; ///< a Call, or an Event
	uint8_t who; ///< which client, port or thread
	uint8_t hold; ///< 1: the request stays open
	uint8_t points; ///< stop the thread after so many points; 0: do not
	uint8_t between; ///< let an event happen at that point; 0: none
	uint8_t fail_at; ///< the call of the platform that fails; 0: none
	uint8_t a, b, c; ///< whatever the call makes of them
	uint16_t reserved;
	uint32_t salt; ///< seeds all other choices

	static constexpr size_t bytes = 16;
	std::string text() const;
};

/// What a run begins with.
struct Setup {
	uint64_t seed;
	uint8_t machine; ///< DmaKind, and more
	uint8_t driver;

	static constexpr size_t bytes = 10;
};

struct Script {
	Setup setup{};
	std::vector<Step> steps;
};

/// The run of a seed.
Script generate(uint64_t seed, size_t steps);

/// To bytes and back; any bytes are a script.
std::vector<uint8_t> encode(const Script &script);
Script decode(std::span<const uint8_t> data);

} // namespace sim

#endif
