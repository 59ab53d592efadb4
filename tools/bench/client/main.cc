// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark's client, in the guest: makes memory of each kind, has each method measured over each
 * size of it, and prints a line of JSON for each figure. Judges nothing: the host does.
 */
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include <sched.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "adapter.hpp"
#include "calls.hpp"
#include "free_memory.hpp"
#include "memory.hpp"

using nlohmann::json;

namespace bench {

struct Options {
	std::vector<std::string> kinds = {"scattered"};
	std::vector<uint32_t> sizes = {4096};
	std::vector<std::string> methods;
	std::vector<uint32_t> call_bytes;
	std::vector<std::string> held;
	unsigned int passes = 2;
	unsigned int least_ms = 0;
};

/* Waits until the line is out, where that takes its time: nothing of it is left to disturb. */
static void say(const json &line)
{
	std::cout << line.dump() << std::endl;
	tcdrain(STDOUT_FILENO);
}

/* Nothing of the kernel's own work comes between: that is done while this process waits. */
static void go_first()
{
	std::ofstream("/proc/sys/kernel/sched_rt_runtime_us") << -1 << std::flush;
	sched_param first = {};
	first.sched_priority = sched_get_priority_min(SCHED_FIFO);
	if (sched_setscheduler(0, SCHED_FIFO, &first) != 0)
		throw std::system_error(errno, std::generic_category(), "sched_setscheduler");
}

/* The quickest of several has no interrupt in it; long cycles need fewer, and cannot be without. */
static unsigned int rounds_for(uint32_t length)
{
	constexpr uint32_t all = 128 << 20;
	return std::clamp<unsigned int>(all / length, 6, 48);
}

static void measure_size(const Adapter &adapter, const Options &options, const std::string &kind,
			 const Buffer &buffer)
{
	const bench_layout layout = adapter.layout(buffer);
	say({{"buffer", kind},
	     {"bytes", buffer.length},
	     {"runs", layout.runs},
	     {"least_elements", layout.least_elements},
	     {"longest_segment", layout.longest_segment}});
	for (unsigned int pass = 1; pass <= options.passes; pass++) {
		for (const std::string &method : options.methods) {
			const bench_answer got = adapter.measure(
				method_named(method), buffer, rounds_for(buffer.length),
				std::chrono::milliseconds(options.least_ms));
			say({{"method", method},
			     {"kind", kind},
			     {"bytes", buffer.length},
			     {"pass", pass},
			     {"whole", got.whole},
			     {"take", got.take},
			     {"give", got.give},
			     {"elements", got.elements}});
		}
	}
}

/* Of both in turn, so that nothing that changes slowly favours one. */
static void measure_calls(const Adapter &adapter, const Options &options)
{
	const NullDevice null;
	for (unsigned int pass = 1; pass <= options.passes; pass++) {
		for (const uint32_t bytes : options.call_bytes) {
			say({{"call", "null"},
			     {"bytes", bytes},
			     {"pass", pass},
			     {"ticks", measure_call(null.fd(), bytes)}});
			say({{"call", "request"},
			     {"bytes", bytes},
			     {"pass", pass},
			     {"ticks", measure_call(adapter.fd(), bytes)}});
		}
	}
}

/* A buffer that is locked many times over, to see what a lock takes. */
struct HeldCase {
	uint32_t bytes;
	unsigned int first, more; ///< locks
	unsigned int times; ///< all this, of which the median counts; odd
};

/*
 * Many of the small, and of the large so many that what they take is many pages of the allocator's, and
 * that it does not take too long. Of small ones a few pages that come or go meanwhile are much.
 */
static std::vector<HeldCase> held_cases(Kind kind)
{
	const HeldCase small = {page_bytes, BENCH_HELD_MOST / 2, BENCH_HELD_MOST / 2, 3};
	if (kind == Kind::huge || kind == Kind::hugetlb)
		return {small, {64 << 20, 64, 192, 1}};
	return {small, {16 << 20, 32, 96, 1}};
}

/*
 * How much less memory is free for each lock. The first locks use up what the allocator has at hand;
 * the others take new pages for all that they keep.
 */
static double held_bytes(const Adapter &adapter, bench_method method, const Buffer &buffer,
			 const HeldCase &held)
{
	adapter.hold(method, buffer, held.first);
	const int64_t before = free_bytes();
	adapter.hold(method, buffer, held.more);
	const int64_t after = free_bytes();
	adapter.drop(method, buffer);
	return static_cast<double>(before - after) / held.more;
}

static void measure_held(const Adapter &adapter, const std::string &method, const std::string &kind,
			 uint64_t address, const HeldCase &held)
{
	std::vector<double> each;
	while (each.size() < held.times)
		each.push_back(
			held_bytes(adapter, method_named(method), {address, held.bytes}, held));
	std::sort(each.begin(), each.end());
	say({{"metadata", method},
	     {"kind", kind},
	     {"bytes", held.bytes},
	     {"locks", held.more},
	     {"each", each[each.size() / 2]}});
}

static void measure_kind(const Adapter &adapter, const Options &options, const std::string &name)
{
	const Kind kind = kind_named(name);
	uint32_t largest = 0;
	for (const uint32_t size : options.sizes)
		largest = std::max(largest, size);
	if (!options.held.empty())
		largest = std::max(largest, held_cases(kind).back().bytes);
	const Memory memory = Memory::make(kind, largest);
	for (const uint32_t size : options.sizes)
		measure_size(adapter, options, name, {memory.address(), size});
	for (const std::string &method : options.held)
		for (const HeldCase &held : held_cases(kind))
			measure_held(adapter, method, name, memory.address(), held);
}

static void run(const Options &options)
{
	go_first();
	const Adapter adapter;
	const bench_clock clock = adapter.clock();
	say({{"clock", clock.ticks}, {"instructions", clock.instructions}});
	for (const std::string &kind : options.kinds)
		measure_kind(adapter, options, kind);
	measure_calls(adapter, options);
	say({{"end", true}});
}

} // namespace bench

int main(int argc, char **argv)
{
	bench::Options options;
	CLI::App app("Measure VideoPort calls beside what a driver would write by hand");
	app.add_option("--kind", options.kinds, "kinds of memory")->delimiter(',');
	app.add_option("--size", options.sizes, "bytes")->delimiter(',');
	app.add_option("--method", options.methods, "methods")->delimiter(',')->required();
	app.add_option("--call", options.call_bytes, "bytes of requests that do nothing")
		->delimiter(',');
	app.add_option("--held", options.held, "methods whose locks' memory is counted")
		->delimiter(',');
	app.add_option("--least-ms", options.least_ms, "how long each method runs at least");
	app.add_option("--passes", options.passes, "how often all is measured");
	CLI11_PARSE(app, argc, argv);
	try {
		bench::run(options);
	} catch (const std::exception &error) {
		std::fprintf(stderr, "bench: %s\n", error.what());
		return 1;
	}
	return 0;
}
