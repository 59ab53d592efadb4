// SPDX-License-Identifier: GPL-2.0
/*
 * Clients at work. See worker.hpp.
 */
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scaleioctl.h"
#include "sysfs.hpp"
#include "videoport.hpp"
#include "worker.hpp"

namespace scaling {

/* A page; what the smallest lock takes; and what needs several batches and tables. Each in turn. */
static constexpr std::array<uint32_t, 3> lengths = {4096, 64 << 10, 1 << 20};
/* Until all that is made once is there, and interrupts come where they are to. */
static constexpr unsigned int warm_cycles = 60;

[[noreturn]] static void fail(const std::string &what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

Place place_of(const std::string &text)
{
	Place place = {};
	const char *end = text.data() + text.size();
	const auto adapter = std::from_chars(text.data(), end, place.adapter);
	if (adapter.ec == std::errc{} && adapter.ptr != end && *adapter.ptr == ':') {
		const auto processor = std::from_chars(adapter.ptr + 1, end, place.processor);
		if (processor.ec == std::errc{} && processor.ptr == end)
			return place;
	}
	throw std::invalid_argument(text + ": want ADAPTER:PROCESSOR");
}

static void run_on(int processor)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		fail("processor " + std::to_string(processor));
}

/* The adapter's interrupt comes where its client runs. */
static void interrupt_on(const videoport::Adapter &adapter, int processor)
{
	const std::string kind = "msi ";
	const auto said = videoport::read_line(adapter.sysfs / "interrupt");
	if (!said || !said->starts_with(kind))
		throw std::runtime_error(adapter.name + " has no interrupt of its own");
	const std::string number = said->substr(kind.size());
	std::ofstream file("/proc/irq/" + number + "/smp_affinity_list");
	file << processor << std::flush;
	if (!file)
		throw std::runtime_error("interrupt " + number + " of " + adapter.name +
					 " cannot go to processor " + std::to_string(processor));
}

static uint64_t memory_of_pages()
{
	void *memory = mmap(nullptr, lengths.back(), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED)
		fail("no memory");
	return reinterpret_cast<uintptr_t>(memory);
}

static void make_cycle(const videoport::Device &device, uint64_t address, uint64_t number)
{
	scale_ask ask = {};
	ask.address = address;
	ask.length = lengths[number % lengths.size()];
	const videoport::Reply reply = device.send(SCALE_IOCTL_CYCLE, ask);
	if (!reply)
		throw std::runtime_error("cycle " + std::to_string(number) + ": " + reply.name() +
					 "; the kernel's log says why");
}

/* Whoever is first goes on, so that all are at work until the last has made its cycles. */
static Done work(const videoport::Device &device, uint64_t address, unsigned int cycles,
		 Unfinished &unfinished)
{
	using clock = std::chrono::steady_clock;
	const auto start = clock::now();
	uint64_t made = 0;

	while (made < cycles || unfinished.any()) {
		make_cycle(device, address, made);
		if (++made == cycles)
			unfinished.drop();
	}
	const std::chrono::nanoseconds took = clock::now() - start;
	return {made, static_cast<uint64_t>(took.count())};
}

static void tell(int pipe, const Done &done)
{
	if (write(pipe, &done, sizeof(done)) != sizeof(done))
		fail("the parent is gone");
}

static void wait_word(int pipe)
{
	char word;
	if (read(pipe, &word, 1) != 1)
		fail("the parent is gone");
}

/* All of a worker's life. */
static void live(const Place &place, unsigned int cycles, Unfinished &unfinished, int pipe)
{
	run_on(place.processor);
	std::vector<videoport::Adapter> adapters = videoport::adapters("vp_scale");
	std::sort(adapters.begin(), adapters.end(), [](const auto &one, const auto &other) {
		return one.pci_address < other.pci_address;
	});
	if (place.adapter >= adapters.size())
		throw std::runtime_error("there are " + std::to_string(adapters.size()) +
					 " adapters of vp_scale");
	interrupt_on(adapters[place.adapter], place.processor);
	const auto device = videoport::Device::open(adapters[place.adapter]);
	if (!device)
		throw std::runtime_error(adapters[place.adapter].name + ": " +
					 videoport::errno_name(device.error()));
	const uint64_t address = memory_of_pages();
	for (unsigned int i = 0; i < warm_cycles; i++)
		make_cycle(device, address, i);
	tell(pipe, {});
	wait_word(pipe);
	tell(pipe, work(device, address, cycles, unfinished));
	wait_word(pipe);
}

Unfinished::Unfinished(unsigned int clients)
{
	void *memory = mmap(nullptr, sizeof(*count_), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		fail("no shared memory");
	count_ = new (memory) std::atomic<unsigned int>(clients);
}

Unfinished::~Unfinished()
{
	munmap(count_, sizeof(*count_));
}

Worker::Worker(const Place &place, unsigned int cycles, Unfinished &unfinished) : place_(place)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		fail("socketpair");
	process_ = fork();
	if (process_ < 0) {
		close(ends[0]);
		close(ends[1]);
		fail("fork");
	}
	if (process_ == 0) {
		int status = 0;
		close(ends[0]);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		try {
			live(place, cycles, unfinished, ends[1]);
		} catch (const std::exception &error) {
			std::fprintf(stderr, "scale: client on processor %d: %s\n", place.processor,
				     error.what());
			status = 1;
		}
		_exit(status);
	}
	close(ends[1]);
	pipe_ = ends[0];
}

Worker::Worker(Worker &&other) noexcept
	: place_(other.place_),
	  process_(std::exchange(other.process_, -1)),
	  pipe_(std::exchange(other.pipe_, -1))
{
}

Worker::~Worker()
{
	if (pipe_ >= 0)
		close(pipe_);
	if (process_ > 0) {
		kill(process_, SIGKILL);
		waitpid(process_, nullptr, 0);
	}
}

Done Worker::receive()
{
	Done done;
	if (read(pipe_, &done, sizeof(done)) != sizeof(done))
		throw std::runtime_error("a client has ended too early");
	return done;
}

void Worker::wait_ready()
{
	receive();
}

void Worker::go()
{
	if (write(pipe_, "g", 1) != 1)
		fail("a client is gone");
}

Done Worker::wait_done()
{
	return receive();
}

} // namespace scaling
