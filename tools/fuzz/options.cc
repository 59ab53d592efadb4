// SPDX-License-Identifier: GPL-2.0
/*
 * The command line. See options.hpp.
 */
#include "options.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iterator>

#include <getopt.h>

namespace fuzz {

static const char *const help = R"(Usage: fuzz [OPTION...]

Attacks the adapters of this guest as hostile clients would, and looks whether anything gives way.
As root, with the modules loaded; the attackers themselves have no rights.

  --phases LIST    of kill, unplug, fuzz, stress (default: all of them, in this order)
  --seed N         where all random numbers come from (default: 1; "time": the clock)
  --requests N     of the fuzz phase, and of the stress phase (default: 100000)
  --seconds S      at most for each phase (default: no limit)
  --processes P, --threads T
                   attackers, and threads of each (default: 3, 2)
  --worker K       only worker K of the fuzz phase: replays its steps; a worker is a thread, and
                   those of process N are N * T and following
  --plain          not guided by coverage: a seed then always makes the same steps
  --trace          print each step before it is done
  --kills N, --unplugs N
                   of the kill and unplug phases (default: 500, 50)

Exit status: 0 if nothing gave way, 1 if something did, 2 if it cannot be run.
)";

static uint64_t number(const char *text, const char *option)
{
	char *end = nullptr;
	const uint64_t value = strtoull(text, &end, 0);
	if (end == text || *end) {
		fprintf(stderr, "fuzz: %s wants a number, not '%s'\n", option, text);
		exit(2);
	}
	return value;
}

Options parse(int argc, char **argv)
{
	static const option options[] = {
		{"help", no_argument, nullptr, 'h'},
		{"seed", required_argument, nullptr, 's'},
		{"requests", required_argument, nullptr, 'r'},
		{"processes", required_argument, nullptr, 'p'},
		{"threads", required_argument, nullptr, 't'},
		{"seconds", required_argument, nullptr, 'S'},
		{"worker", required_argument, nullptr, 'w'},
		{"trace", no_argument, nullptr, 'T'},
		{"plain", no_argument, nullptr, 'P'},
		{"kills", required_argument, nullptr, 'k'},
		{"unplugs", required_argument, nullptr, 'u'},
		{"phases", required_argument, nullptr, 'f'},
		{},
	};
	Options chosen;
	for (;;) {
		int index = 0;
		const int letter = getopt_long(argc, argv, "h", options, &index);
		const char *name = options[index].name;
		switch (letter) {
		case -1:
			if (optind < argc) {
				fprintf(stderr, "fuzz: what is '%s'? See --help\n", argv[optind]);
				exit(2);
			}
			return chosen;
		case 'h':
			fputs(help, stdout);
			exit(0);
		case 's':
			chosen.seed = optarg == std::string("time")
					      ? static_cast<uint64_t>(time(nullptr))
					      : number(optarg, name);
			break;
		case 'r':
			chosen.requests = number(optarg, name);
			break;
		case 'p':
			chosen.processes = static_cast<unsigned int>(number(optarg, name));
			break;
		case 't':
			chosen.threads = static_cast<unsigned int>(number(optarg, name));
			break;
		case 'S':
			chosen.seconds = static_cast<double>(number(optarg, name));
			break;
		case 'w':
			chosen.worker = static_cast<int>(number(optarg, name));
			break;
		case 'T':
			chosen.trace = true;
			break;
		case 'P':
			chosen.coverage = false;
			break;
		case 'k':
			chosen.kills = static_cast<unsigned int>(number(optarg, name));
			break;
		case 'u':
			chosen.unplugs = static_cast<unsigned int>(number(optarg, name));
			break;
		case 'f':
			chosen.phases = optarg;
			break;
		default:
			exit(2);
		}
	}
}

} // namespace fuzz
