/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What came of a run: a line from time to time, and the figures at the end.
 */
#ifndef FUZZ_REPORT_HPP
#define FUZZ_REPORT_HPP

#include <cstdint>
#include <string>
#include <vector>

#include "ledger.hpp"
#include "options.hpp"

namespace fuzz {

/// What all workers have sent so far.
struct Totals {
	uint64_t requests = 0, answered = 0, refused = 0, errors = 0, gone = 0;
};
Totals totals();

struct Phase {
	std::string name;
	uint64_t requests = 0;
	double seconds = 0;
	bool passed = false;
};

struct Figures {
	unsigned int kills = 0, unbound = 0, pulled = 0;
	std::vector<Phase> phases;
};

/// One line about what goes on.
void progress(const std::string &phase, double seconds, const std::string &what);
/// The table, and a last line with the phases that passed and failed.
void report(const Options &options, const Figures &figures, Ledger &ledger);

} // namespace fuzz

#endif // FUZZ_REPORT_HPP
