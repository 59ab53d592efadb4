/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Real threads for one test: workers that do something a number of times, and others that do
 * theirs until the workers are done. All begin at once.
 */
#ifndef SIM_THREADS_CREW_HPP
#define SIM_THREADS_CREW_HPP

#include <atomic>
#include <functional>
#include <vector>

#include "../platform/random.hpp"
#include "../platform/thread.hpp"

namespace sim {

class Crew {
public:
	using Turn = std::function<void(Random &random)>;

	/// A thread that takes @p times turns, in a process or, with nullptr, in the kernel.
	void worker(const char *name, Process *process, unsigned int times, Turn turn);
	/// A thread that takes turns until the workers are done.
	void background(const char *name, Turn turn);
	/// Let all of them run, until all are done.
	void run();

private:
	struct Member {
		const char *name;
		Process *process;
		unsigned int times; ///< 0: until the workers are done
		Turn turn;
	};
	void work(const Member &member, uint64_t seed);

	std::vector<Member> members_;
	std::atomic<bool> begun_{false}, done_{false};
};

} // namespace sim

#endif
