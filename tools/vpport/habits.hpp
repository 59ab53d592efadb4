// SPDX-License-Identifier: GPL-2.0
/*
 * Legacy habits that do not work here, whatever calls a driver makes: addresses in 32 bits, the other
 * compiler's assembly and exceptions, floating point. Found by tokens and names, not by types: an
 * address cast is found where the driver declares a pointer of that name.
 */
#ifndef VPPORT_HABITS_HPP
#define VPPORT_HABITS_HPP

#include "c_source.hpp"

#include <vector>

namespace vpport {

struct Habit {
	std::string kind; ///< a word for machines
	Severity severity;
	std::string file;
	Position at;
	std::string text; ///< what it is, and what to do
};

std::vector<Habit> find_habits(const std::vector<CSource> &sources);

} // namespace vpport

#endif /* VPPORT_HABITS_HPP */
