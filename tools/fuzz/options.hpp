/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a run is asked to do: the command line.
 */
#ifndef FUZZ_OPTIONS_HPP
#define FUZZ_OPTIONS_HPP

#include <cstdint>
#include <string>

namespace fuzz {

struct Options {
	uint64_t seed = 1;
	uint64_t requests = 100'000; ///< of the fuzz phase, and as many of the stress phase
	unsigned int processes = 3;
	unsigned int threads = 2; ///< of each process
	double seconds = 0; ///< at most, for each phase; 0: no limit
	int worker = -1; ///< only this one: a replay
	bool trace = false; ///< print each step before it is done
	bool coverage = true; ///< be guided by KCOV, if the kernel has it
	unsigned int kills = 500;
	unsigned int unplugs = 50;
	std::string phases = "kill,unplug,fuzz,stress";

	bool has(const std::string &phase) const
	{
		return ("," + phases + ",").find("," + phase + ",") != std::string::npos;
	}
};

/// Parse the command line. Ends the program for --help (0) and for what is wrong (2).
Options parse(int argc, char **argv);

} // namespace fuzz

#endif // FUZZ_OPTIONS_HPP
