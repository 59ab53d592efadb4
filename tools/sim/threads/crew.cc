// SPDX-License-Identifier: GPL-2.0
/*
 * Running the threads of a test. See crew.hpp.
 */
#include "crew.hpp"

#include <thread>

/*
 * What devices do to memory is not compiled with the thread sanitizer, which still sees memcpy() and
 * the like: a device is no thread.
 */
extern "C" const char *__tsan_default_suppressions()
{
	return "called_from_lib:libplatform.so\n";
}

namespace sim {

void Crew::worker(const char *name, Process *process, unsigned int times, Turn turn)
{
	members_.push_back({name, process, times, std::move(turn)});
}

void Crew::background(const char *name, Turn turn)
{
	members_.push_back({name, nullptr, 0, std::move(turn)});
}

/* Relaxed: nothing of the test is to put in order what the core has not. */
void Crew::work(const Member &member, uint64_t seed)
{
	Thread thread(member.name, member.process);
	Running running(thread);
	Random random(seed);

	while (!begun_.load(std::memory_order_relaxed))
		std::this_thread::yield();
	for (unsigned int i = 0;
	     member.times ? i < member.times : !done_.load(std::memory_order_relaxed); i++) {
		member.turn(random);
		if (!member.times)
			std::this_thread::yield();
	}
}

void Crew::run()
{
	std::vector<std::thread> workers, others;

	for (size_t i = 0; i < members_.size(); i++) {
		std::thread thread([this, i] { work(members_[i], i + 1); });

		if (members_[i].times)
			workers.push_back(std::move(thread));
		else
			others.push_back(std::move(thread));
	}
	begun_.store(true, std::memory_order_relaxed);
	for (std::thread &each : workers)
		each.join();
	done_.store(true, std::memory_order_relaxed);
	for (std::thread &each : others)
		each.join();
	begun_.store(false, std::memory_order_relaxed);
	done_.store(false, std::memory_order_relaxed);
	members_.clear();
}

} // namespace sim
