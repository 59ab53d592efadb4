// SPDX-License-Identifier: GPL-2.0
/*
 * Making steps from a seed, and from bytes. See step.hpp.
 */
#include "step.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace sim {

static const char *const where_names[] = {"request",	  "interrupt",	 "dpc",	    "timer",
					  "synchronized", "spin-locked", "outside", "world"};
static const char *const call_names[] = {
	"LockPages",	    "LockBuffer",      "UnlockPages",	 "UnlockBuffer", "GetMdl",
	"ScatterGather",    "StartDma",	       "CompleteDma",	 "GetAdapter",	 "PutAdapter",
	"AllocateCommon",   "ReleaseCommon",   "GetCommon",	 "FreeCommon",	 "AllocatePool",
	"FreePool",	    "QueueDpc",	       "StartTimer",	 "StopTimer",	 "EnableInterrupt",
	"DisableInterrupt", "CreateSpinLock",  "DeleteSpinLock", "MapRange",	 "UnmapRange",
	"BusData",	    "LogError",	       "DoDma",		 "Signal",	 "DmaContext",
	"BytesUsed",	    "AssociateEvents", "MapView",	 "UnmapView",	 "MapDma",
	"UnmapDma",	    "Contiguous",      "CreateEvent",	 "DeleteEvent",	 "SetEvent",
	"ClearEvent",	    "ReadEvent",       "WaitEvent"};
static const char *const event_names[] = {
	"Resume",   "Release",	 "DeviceAccess", "DeviceByList", "DeviceStray", "RunDpc",
	"RunTimer", "RunWork",	 "Open",	 "Close",	 "Kill",	"Probe",
	"Remove",   "MapMemory", "WriteMemory",	 "Limit",	 "Advance",	"Compare",
	"Lend",	    "TakeBack",	 "Completions"};

static_assert(std::size(where_names) == static_cast<size_t>(Where::Count));
static_assert(std::size(call_names) == static_cast<size_t>(Call::Count));
static_assert(std::size(event_names) == static_cast<size_t>(Event::Count));

std::string Step::text() const
{
	char line[200];

	snprintf(line, sizeof(line), "%-12s %-16s who %3u a %3u b %3u c %3u salt %08x%s",
		 where_names[static_cast<size_t>(where)],
		 where == Where::World ? event_names[what] : call_names[what], who, a, b, c, salt,
		 hold ? " hold" : "");

	std::string result = line;

	if (points)
		result += " stop@" + std::to_string(points);
	if (between)
		result += " event@" + std::to_string(between);
	if (fail_at)
		result += " fail@" + std::to_string(fail_at);
	return result;
}

/* How often each comes up, against the others of its kind. */
static constexpr uint8_t where_weights[] = {80, 8, 10, 4, 4, 3, 6, 60};
static constexpr uint8_t call_weights[] = {
	/* LockPages */ 12,	12, 10, 8, 3, 6,
	/* StartDma */ 30,	24,
	/* GetAdapter */ 8,	4,
	/* AllocateCommon */ 3, 3,  2,	2,
	/* AllocatePool */ 3,	3,
	/* QueueDpc */ 3,	2,  1,	2, 1,
	/* CreateSpinLock */ 1, 1,  2,	2, 1, 1,
	/* DoDma */ 20,		24, 3,	3, 4,
	/* MapView */ 5,	3,  4,	3, 1,
	/* CreateEvent */ 4,	2,  6,	3, 2, 6};
static constexpr uint8_t event_weights[] = {
	/* Resume */ 40,       16,
	/* DeviceAccess */ 20, 6,  6,
	/* RunDpc */ 5,	       4,  8,
	/* Open */ 10,	       2,  1,
	/* Probe */ 6,	       1,
	/* MapMemory */ 3,     6,  1, 1, 1,
	/* Lend */ 6,	       3,  4};

static_assert(std::size(where_weights) == static_cast<size_t>(Where::Count));
static_assert(std::size(call_weights) == static_cast<size_t>(Call::Count));
static_assert(std::size(event_weights) == static_cast<size_t>(Event::Count));

template <size_t size> static uint8_t weighted(Random &random, const uint8_t (&weights)[size])
{
	uint32_t sum = 0;

	for (uint8_t weight : weights)
		sum += weight;

	uint32_t at = random.below(sum);
	uint8_t index = 0;

	while (at >= weights[index])
		at -= weights[index++];
	return index;
}

Script generate(uint64_t seed, size_t steps)
{
	Random random(seed);
	Script script;

	script.setup = {random.next(), static_cast<uint8_t>(random.next()),
			static_cast<uint8_t>(random.next())};
	for (size_t i = 0; i < steps; i++) {
		Step step{};

		step.where = static_cast<Where>(weighted(random, where_weights));
		step.what = step.where == Where::World ? weighted(random, event_weights)
						       : weighted(random, call_weights);
		step.who = static_cast<uint8_t>(random.next());
		step.hold = random.one_in(24);
		step.points = random.one_in(8) ? static_cast<uint8_t>(1 + random.below(12)) : 0;
		step.between = random.one_in(8) ? static_cast<uint8_t>(1 + random.below(10)) : 0;
		step.fail_at = random.one_in(10) ? static_cast<uint8_t>(1 + random.below(6)) : 0;
		step.a = static_cast<uint8_t>(random.next());
		step.b = static_cast<uint8_t>(random.next());
		step.c = static_cast<uint8_t>(random.next());
		step.salt = static_cast<uint32_t>(random.next());
		script.steps.push_back(step);
	}
	return script;
}

std::vector<uint8_t> encode(const Script &script)
{
	std::vector<uint8_t> data(Setup::bytes + script.steps.size() * Step::bytes);
	uint8_t *at = data.data();

	memcpy(at, &script.setup.seed, 8);
	at[8] = script.setup.machine;
	at[9] = script.setup.driver;
	at += Setup::bytes;
	for (const Step &step : script.steps) {
		const uint8_t fields[] = {static_cast<uint8_t>(step.where),
					  step.what,
					  step.who,
					  step.hold,
					  step.points,
					  step.between,
					  step.fail_at,
					  step.a,
					  step.b,
					  step.c,
					  0,
					  0};

		memcpy(at, fields, 12);
		memcpy(at + 12, &step.salt, 4);
		at += Step::bytes;
	}
	return data;
}

Script decode(std::span<const uint8_t> data)
{
	uint8_t first[Setup::bytes] = {};
	Script script;

	std::copy_n(data.begin(), std::min(data.size(), sizeof(first)), first);
	memcpy(&script.setup.seed, first, 8);
	script.setup.machine = first[8];
	script.setup.driver = first[9];
	for (size_t at = Setup::bytes; at + Step::bytes <= data.size(); at += Step::bytes) {
		const uint8_t *from = &data[at];
		Step step{};

		step.where = static_cast<Where>(from[0] % static_cast<uint8_t>(Where::Count));
		step.what =
			from[1] % static_cast<uint8_t>(step.where == Where::World
							       ? static_cast<uint8_t>(Event::Count)
							       : static_cast<uint8_t>(Call::Count));
		step.who = from[2];
		step.hold = from[3] & 1;
		step.points = from[4] % 32;
		step.between = from[5] % 32;
		step.fail_at = from[6] % 16;
		step.a = from[7];
		step.b = from[8];
		step.c = from[9];
		memcpy(&step.salt, from + 12, 4);
		script.steps.push_back(step);
	}
	return script;
}

} // namespace sim
