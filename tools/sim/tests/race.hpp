/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two threads in every order: the first is stopped after every number of platform calls while the
 * second one runs to its end, or until it waits; then both go on.
 */
#ifndef SIM_TESTS_RACE_HPP
#define SIM_TESTS_RACE_HPP

#include "bench.hpp"

#include "../platform/fibers.hpp"

namespace sim {

class RaceTest : public testing::Test {
protected:
	/// Two threads of one bench: first stops after some points, second runs, first goes on.
	struct Race {
		static constexpr uint64_t patience = 1000000; ///< ms

		Bench bench{{}, nt4_kind()};
		Fibers fibers;
		Fiber first{"first", &bench.a.process, fibers};
		Fiber second{"second", nullptr, fibers};

		/// Return: first was stopped, not done.
		bool run(unsigned int points)
		{
			fibers.run(first, points);

			bool stopped = first.state() == Fiber::State::Between;

			while (!second.idle() && fibers.run(second))
				;
			while (!first.idle() || !second.idle())
				if (!(fibers.run(first) | fibers.run(second))) {
					/* perhaps only for the time to pass */
					if (bench.machine->clock_ms < patience) {
						bench.machine->clock_ms = patience;
						continue;
					}
					ADD_FAILURE() << "both wait for ever";
					break;
				}
			return stopped;
		}
	};

	/// @p prepare gives both threads their jobs. @p after looks at what came of it.
	void every_order(const std::function<void(Race &)> &prepare,
			 const std::function<void(Race &)> &after = nullptr)
	{
		for (unsigned int points = 1; points < 500; points++) {
			Race race;

			prepare(race);

			bool stopped = race.run(points);

			if (after)
				after(race);
			race.bench.end();
			if (HasFailure()) {
				ADD_FAILURE() << "with the first thread stopped after " << points
					      << " point(s)";
				return;
			}
			if (!stopped)
				return;
		}
		ADD_FAILURE() << "the first thread does not end";
	}
};

} // namespace sim

#endif
