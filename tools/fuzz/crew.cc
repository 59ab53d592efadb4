// SPDX-License-Identifier: GPL-2.0
/*
 * Processes and threads of crew.hpp.
 */
#include "crew.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ask.hpp"
#include "board.hpp"
#include "canary.hpp"
#include "client.hpp"
#include "corpus.hpp"
#include "generator.hpp"
#include "kcov.hpp"
#include "keeper.hpp"
#include "oracle.hpp"
#include "racer.hpp"

namespace fuzz {

bool become_nobody(uint64_t limit_kib, unsigned int who)
{
	const uid_t nobody = 1000 + who;
	const rlimit locked = {limit_kib << 10, limit_kib << 10};
	const rlimit none = {0, 0};
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* the group may open the nodes, as "video" does with the udev rule */
	return setrlimit(RLIMIT_MEMLOCK, &locked) == 0 && setgroups(0, nullptr) == 0 &&
	       setresuid(nobody, nobody, nobody) == 0;
}

namespace {

/// Seconds in which a worker does its next steps, even where each waits for all others.
constexpr double patience = 90;

/// What the threads of one attacker share.
struct Attacker {
	const Plan &plan;
	Zoo zoo;
	Store store;
	std::atomic<bool> idle{false}; ///< all workers have ended
};

/* Requests are taken from the board a sequence at a time. */
bool may_go_on()
{
	auto &left = board().left;
	uint64_t before = left.load(std::memory_order_relaxed);
	do {
		if (before == 0 || board().stop)
			return false;
	} while (!left.compare_exchange_weak(
		before, before > sequence_steps ? before - sequence_steps : 0));
	return true;
}

void work(Attacker &attacker, unsigned int worker, Kcov &kcov)
{
	Random random(attacker.plan.seed, worker);
	Generator generator(random);
	Client client(attacker.zoo, attacker.store, worker);
	Progress &progress = board().progress[worker];
	uint64_t number = 0;
	const bool guided = attacker.plan.coverage && kcov && kcov.enable();

	for (unsigned int round = 0; may_go_on(); round++) {
		Sequence sequence = generator.sequence();
		Sequence found;
		if (guided && round % 2 && Corpus::pick(random, found))
			sequence = generator.mutate(found);
		if (guided)
			kcov.reset();
		for (const Step &step : sequence.steps) {
			if (attacker.plan.trace)
				dprintf(STDOUT_FILENO, "%u.%llu %s\n", worker,
					static_cast<unsigned long long>(number),
					describe(step).c_str());
			if (!client.run(step, number++))
				usleep(300);
		}
		if (guided && kcov.collect())
			Corpus::add(sequence);
		progress.steps.store(number, std::memory_order_relaxed);
		if (round % 64 == 63)
			judge_charge(worker, lock_limit_kib);
	}
	if (guided)
		kcov.disable();
}

int attack(const Plan &plan, unsigned int process)
{
	auto traces = std::make_unique<Kcov[]>(plan.threads);
	for (unsigned int i = 0; plan.coverage && i < plan.threads; i++)
		traces[i].open();
	if (!become_nobody(lock_limit_kib, process))
		return 3;

	Attacker attacker{plan, {}, {}, {}};
	attacker.zoo.build();
	std::vector<std::thread> others, workers;
	if (plan.races) {
		others.emplace_back([&] {
			Racer(attacker.zoo, Random(plan.seed, 1000 + process)).run(attacker.idle);
		});
		others.emplace_back([&] {
			Keeper keeper(process);
			keeper.run(attacker.idle);
		});
	}
	std::thread faults([&] {
		Racer(attacker.zoo, Random(plan.seed, 2000 + process)).serve_faults(attacker.idle);
	});
	for (unsigned int i = 0; i < plan.threads; i++) {
		const unsigned int worker = process * plan.threads + i;
		if (plan.worker >= 0 && static_cast<unsigned int>(plan.worker) != worker)
			continue;
		workers.emplace_back([&, worker, i] { work(attacker, worker, traces[i]); });
	}
	for (auto &worker : workers)
		worker.join();
	attacker.idle = true;
	for (auto &other : others)
		other.join();
	faults.join();
	return 0;
}

} // namespace

void Crew::start(const Plan &plan)
{
	workers_ = plan.processes * plan.threads;
	seen_.assign(workers_, 0);
	since_.assign(workers_, now());
	for (auto &progress : board().progress)
		progress.steps = 0;
	board().stop = false;
	for (unsigned int process = 0; process < plan.processes; process++) {
		if (plan.worker >= 0 &&
		    static_cast<unsigned int>(plan.worker) / plan.threads != process)
			continue;
		fflush(nullptr);
		const pid_t pid = fork();
		if (pid == 0)
			_exit(attack(plan, process));
		members_.push_back({pid, false});
	}
}

void Crew::start_canaries()
{
	board().canaries_stop = false;
	for (Place place : {edu_a, edu_nt4, probe_edu}) {
		fflush(nullptr);
		const pid_t pid = fork();
		if (pid == 0)
			_exit(become_nobody(lock_limit_kib, 100 + place) ? sing(place) : 3);
		members_.push_back({pid, true});
	}
}

/* Attackers that crash by themselves are no proof of anything: a failure. */
void Crew::reap(bool wait)
{
	const double begin = now();
	for (size_t i = 0; i < members_.size();) {
		int status = 0;
		const pid_t ended = waitpid(members_[i].pid, &status, WNOHANG);
		if (ended == 0 && !wait) {
			i++;
			continue;
		}
		if (ended == 0 && now() - begin < 120) {
			pause_ms(10);
			continue;
		}
		if (ended == 0) {
			board().fail("process %d does not end", members_[i].pid);
			kill(members_[i].pid, SIGKILL);
			pause_ms(5000);
			waitpid(members_[i].pid, nullptr, WNOHANG);
		} else if (status != 0) {
			board().fail("%s %d ended with status 0x%x",
				     members_[i].canary ? "canary" : "attacker", members_[i].pid,
				     status);
		}
		members_.erase(members_.begin() + static_cast<long>(i));
	}
}

bool Crew::working()
{
	reap(false);
	for (const Member &member : members_) {
		if (!member.canary)
			return true;
	}
	return false;
}

/* Where the kernel has all threads of an attacker now. */
static void print_stacks(pid_t pid)
{
	std::error_code error;
	const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
	for (const auto &task : std::filesystem::directory_iterator(tasks, error)) {
		printf("  thread %s:\n", task.path().filename().c_str());
		std::ifstream stack(task.path() / "stack");
		for (std::string line; std::getline(stack, line);)
			printf("    %s\n", line.c_str());
	}
	fflush(stdout);
}

void Crew::watch()
{
	bool stands = false;
	for (unsigned int i = 0; i < workers_; i++) {
		const Progress &progress = board().progress[i];
		const uint64_t steps = progress.steps;
		if (steps != seen_[i] || steps == 0) {
			seen_[i] = steps;
			since_[i] = now();
		} else if (now() - since_[i] > patience && working()) {
			board().fail("worker %u stands still on %s behind step %llu", i,
				     name_of(static_cast<Place>(progress.place.load())),
				     static_cast<unsigned long long>(steps));
			since_[i] = now();
			stands = true;
		}
	}
	for (const Member &member : members_) {
		if (stands)
			print_stacks(member.pid);
	}
}

void Crew::finish()
{
	board().stop = true;
	board().canaries_stop = true;
	reap(true);
}

Crew::~Crew()
{
	finish();
}

} // namespace fuzz
