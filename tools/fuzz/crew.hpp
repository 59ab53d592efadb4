/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The attackers: processes without rights, each with threads that do what their seeds say, racers
 * that change the memory under them, and a keeper. Started and waited for by root.
 */
#ifndef FUZZ_CREW_HPP
#define FUZZ_CREW_HPP

#include <cstdint>
#include <vector>

#include <sys/types.h>

#include "place.hpp"

namespace fuzz {

/// KiB that an attacker may have locked.
constexpr uint64_t lock_limit_kib = 1024;

struct Plan {
	uint64_t seed = 1;
	unsigned int processes = 1;
	unsigned int threads = 1;
	int worker = -1; ///< only this one
	bool races = true; ///< racers and keepers, too
	bool coverage = false;
	bool trace = false;
};

class Crew {
public:
	~Crew();

	/// Start the attackers; the board says how many requests they may send.
	void start(const Plan &plan);
	/// Start the canaries.
	void start_canaries();
	/// Some attacker still works.
	bool working();
	/// Tell all to end, wait for them; who does not end is a failure.
	void finish();
	/// A worker that has not got on for long is a failure. Called about once a second.
	void watch();

private:
	struct Member {
		pid_t pid;
		bool canary;
	};

	void reap(bool wait);

	std::vector<Member> members_;
	std::vector<uint64_t> seen_;
	std::vector<double> since_;
	unsigned int workers_ = 0;
};

/// Give up all rights but to open the nodes, as user number @p who: its limits are its own. False:
/// impossible.
bool become_nobody(uint64_t limit_kib, unsigned int who);

} // namespace fuzz

#endif // FUZZ_CREW_HPP
