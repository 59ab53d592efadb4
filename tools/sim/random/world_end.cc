// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a random run: every thread comes to its end, every client closes, every adapter goes.
 * See world.hpp.
 */
#include "world.hpp"

#include "../platform/fail.hpp"

namespace sim {

/* Let all go on until none can. */
static bool let_all_run(Fibers &fibers, const std::vector<std::unique_ptr<Actor>> &actors,
			uint64_t &runs)
{
	bool all_idle = false;

	for (unsigned int round = 0; round < 10000 && !all_idle; round++) {
		bool progress = false;

		all_idle = true;
		for (const auto &each : actors) {
			each->release = true;
			runs++;
			progress |= fibers.run(*each);
			all_idle &= each->idle();
		}
		machine().clock_ms += 10000;
		if (!progress && !all_idle && round > 2)
			break;
	}
	return all_idle;
}

void World::finish()
{
	static constexpr Step nothing{};
	auto settle = [&] {
		if (!let_all_run(fibers_, actors_, runs_))
			fail("threads wait for each other, or never end");
		check();
	};

	step_ = &nothing;
	settle();
	while (!clients_.empty()) {
		size_t before = clients_.size();

		for (size_t i = clients_.size(); i-- > 0;)
			if (i < clients_.size())
				close(*clients_[i], nothing);
		settle();
		if (clients_.size() == before) {
			fail("a client cannot be closed");
			return;
		}
	}
	for (const auto &port : ports_)
		if (port->adapter->bound)
			remove(*port, nothing), settle();
	if (tracked_)
		shadow_.compare_all();
	ports_.clear();
}

} // namespace sim
