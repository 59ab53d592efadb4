/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that change the zoo under those who use it: take memory away while it is being locked, move
 * it, share it with a child, answer its page faults late. Never touches memory itself.
 */
#ifndef FUZZ_RACER_HPP
#define FUZZ_RACER_HPP

#include <atomic>

#include "random.hpp"
#include "zoo.hpp"

namespace fuzz {

class Racer {
public:
	Racer(Zoo &zoo, Random random) : zoo_(zoo), random_(random) {}

	/// Until @p stop: one change after another, with short rests.
	void run(const std::atomic<bool> &stop);
	/// Until @p stop: pages of the zoo's userfaultfd, each after a while.
	void serve_faults(const std::atomic<bool> &stop);

private:
	void change();
	void move_page(std::byte *page);
	void fork_and_write();

	Zoo &zoo_;
	Random random_;
};

} // namespace fuzz

#endif // FUZZ_RACER_HPP
