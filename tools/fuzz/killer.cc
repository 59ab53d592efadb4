// SPDX-License-Identifier: GPL-2.0
/*
 * Victims and their ends. See killer.hpp.
 */
#include "killer.hpp"

#include <cstring>
#include <iterator>

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ask.hpp"
#include "crew.hpp"
#include "random.hpp"
#include "zoo.hpp"

namespace fuzz {

namespace {

constexpr uint32_t bytes = 2 << 20;

uint64_t memory()
{
	void *mapped =
		mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return reinterpret_cast<uintptr_t>(mapped);
}

/* Nothing was asked for yet, or only just. */
void open_and_close(Random &random)
{
	for (;;) {
		const int fd = open_place(static_cast<Place>(random.below(place_count)));
		PROBE_COUNTS counts;
		ask_bytes(fd, IOCTL_PROBE_COUNTS, nullptr, 0, &counts, sizeof(counts));
		close(fd);
	}
}

/* Many pages, so that most kills come while they are pinned, mapped or given back. */
void lock_and_unlock(Random &random)
{
	const uint64_t address = memory();
	const int fd = open_place(random.one_in(2) ? edu_a : edu_b);
	for (;;) {
		EDU_LOCKED locked;
		EDU_UNLOCKED unlocked;
		const uint32_t length = 4096 + random.below(bytes - 4096);
		if (ask(fd, IOCTL_EDU_LOCK_PAGES, EDU_LOCK{address, length, 0}, locked))
			ask(fd, IOCTL_EDU_UNLOCK_PAGES, EDU_UNLOCK{locked.Handle}, unlocked);
	}
}

/* The device is working on it: the pages stay until it is done. */
void copy_by_device(Random &random)
{
	const uint64_t address = memory();
	const int fd = open_place(random.one_in(2) ? edu_a : edu_b);
	const EDU_START start = {
		address + 50, address + (1 << 20), EduCopy, 3000 + random.below(3000), 0, 0};
	for (;;) {
		tell(fd, IOCTL_EDU_START_DMA, start);
		pause_ms(1);
	}
}

void packet_by_device(Random &random)
{
	const int fd = open_place(edu_nt4);
	EDU4_LOCK lock = {};
	lock.Address = memory() + random.below(5000);
	lock.Length = 100 + random.below(6000);
	lock.Flags = random.one_in(2) ? VideoPortUnlockAfterDma : VideoPortKeepPagesLocked;
	lock.Order = {random.below(2), 1 + random.below(2), 0, 0};
	for (;;) {
		EDU4_HANDLE handle;
		ask(fd, IOCTL_EDU4_LOCK, lock, handle);
		pause_ms(1);
	}
}

/* A miniport that never completes: the memory stays until the adapter goes. */
void start_and_never_complete(Random &random)
{
	const uint64_t address = memory();
	const int fd = open_place(probe_edu);
	PROBE_ANSWER answer;
	probe(fd, ProbeGetDmaAdapter, {PROBE_ADAPTER_SCATTER_GATHER, 1 << 20}, answer);
	const uint64_t adapter = answer.Result;
	for (;;) {
		probe(fd, ProbeLockBuffer, {address, 4096 + random.below(60000), VpModifyAccess},
		      answer);
		const uint64_t mdl = answer.Result;
		probe(fd, ProbeStartDma, {adapter, mdl, 0, 4096, 0, random.below(2)}, answer);
		pause_ms(2);
	}
}

void wait_in_read(Random &)
{
	const int fd = open_place(probe_nt4);
	uint64_t count;
	while (read(fd, &count, sizeof(count)) != 0)
		pause_ms(1);
}

/* In HwVidStartIO, where all other clients of the adapter wait for it. */
void wait_in_the_miniport(Random &random)
{
	const int fd = open_place(random.one_in(2) ? probe_testdev : edu_nt4);
	PROBE_ANSWER answer;
	for (;;) {
		probe(fd, ProbeCreateEvent, {0}, answer);
		probe(fd, ProbeWaitForSingleObject, {answer.Out[0], 0, 0}, answer);
		tell(fd, IOCTL_EDU4_WAIT, uint32_t{2000});
		pause_ms(1);
	}
}

void wait_for_the_others(Random &random)
{
	const int fd = open_place(probe_nt4);
	for (;;)
		tell(fd, IOCTL_PROBE_HOLD, 1 + random.below(4));
}

void map_registers(Random &)
{
	const int fd = open_place(edu_nt4);
	for (;;) {
		EDU4_MAPPED mapped;
		ask(fd, IOCTL_EDU4_MAP, EDU4_MAP{8192, 8192, 0, 0}, mapped);
		pause_ms(1);
	}
}

/* The page comes when its owner wants it to: never. */
void lock_what_never_comes(Random &)
{
	Zoo zoo;
	zoo.build();
	const int fd = open_place(edu_b);
	for (;;) {
		EDU_LOCKED locked;
		ask(fd, IOCTL_EDU_LOCK_PAGES, EDU_LOCK{zoo.address(Zoo::faulting, 1), 8192, 0},
		    locked);
		pause_ms(1);
	}
}

void (*const lives[])(Random &) = {
	open_and_close,	     lock_and_unlock,	       lock_and_unlock, copy_by_device,
	packet_by_device,    start_and_never_complete, wait_in_read,	wait_in_the_miniport,
	wait_for_the_others, wait_for_the_others,      map_registers,	lock_what_never_comes,
	lock_and_unlock,     copy_by_device,	       packet_by_device};

struct Victim {
	pid_t pid = -1;
	double end = 0;
	size_t life = 0;
};

Victim begin(Random &random, uint64_t seed)
{
	Victim victim;
	victim.life = random.below(std::size(lives));
	victim.pid = fork();
	if (victim.pid == 0) {
		Random own(seed);
		if (become_nobody(64 << 10, getpid() % 1000 + 1000))
			lives[victim.life](own);
		_exit(3);
	}
	/* many die young */
	victim.end = now() + 0.001 * random.below(random.one_in(3)   ? 8
						  : random.one_in(2) ? 60
								     : 250);
	return victim;
}

/* Whatever it was doing: a dead client is gone. */
void end(const Victim &victim)
{
	int status = 0;
	kill(victim.pid, SIGKILL);
	const double begin = now();
	while (waitpid(victim.pid, &status, WNOHANG) == 0) {
		if (now() - begin > 60) {
			board().fail("client %d (life %zu) was killed, but does not end",
				     victim.pid, victim.life);
			return;
		}
		pause_ms(1);
	}
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		board().fail("client %d (life %zu) ended by itself with 0x%x", victim.pid,
			     victim.life, status);
}

} // namespace

unsigned int kill_clients(uint64_t seed, unsigned int kills,
			  const std::function<void(unsigned int)> &tell)
{
	Random random(seed, 5000);
	Victim victims[4];
	unsigned int dead = 0;
	while (dead < kills) {
		for (Victim &victim : victims) {
			if (victim.pid < 0)
				victim = begin(random, random.next());
			if (now() < victim.end)
				continue;
			end(victim);
			victim.pid = -1;
			dead++;
		}
		tell(dead);
		pause_ms(1);
	}
	for (const Victim &victim : victims) {
		if (victim.pid < 0)
			continue;
		end(victim);
		dead++;
	}
	return dead;
}

} // namespace fuzz
