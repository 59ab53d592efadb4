// SPDX-License-Identifier: GPL-2.0
/*
 * Attacks the adapters of a guest: the phases of a run, one after the other; after each everything
 * must be as it was before. Runs as root; those who attack run as nobody.
 */
#include <cstdio>
#include <string>

#include <signal.h>
#include <unistd.h>

#include "ask.hpp"
#include "board.hpp"
#include "corpus.hpp"
#include "crew.hpp"
#include "kcov.hpp"
#include "killer.hpp"
#include "ledger.hpp"
#include "options.hpp"
#include "report.hpp"
#include "unplug.hpp"

namespace fuzz {

namespace {

class Run {
public:
	explicit Run(const Options &options) : options_(options) {}

	int all()
	{
		if (!ledger_.complete()) {
			fprintf(stderr,
				"fuzz: not all adapters are there: see tools/torture/guest.sh\n");
			return 2;
		}
		printf("fuzz: seed %llu\n", static_cast<unsigned long long>(options_.seed));
		if (options_.has("kill"))
			phase("kill", [this] { kill(); });
		if (options_.has("unplug"))
			phase("unplug", [this] { unplug(); });
		if (options_.has("fuzz"))
			phase("fuzz", [this] { attack("fuzz", true); });
		if (options_.has("stress"))
			phase("stress", [this] { attack("stress", false); });
		if (figures_.phases.empty()) {
			fprintf(stderr, "fuzz: --phases %s names none\n", options_.phases.c_str());
			return 2;
		}
		figures_.phases.push_back({"log", 0, 0, ledger_.log_is_bounded()});
		report(options_, figures_, ledger_);
		return board().failures ? 1 : 0;
	}

private:
	template <typename Body> void phase(const char *name, Body body)
	{
		const double begin = now();
		const uint64_t requests = totals().requests;
		const uint32_t failures = board().failures;
		progress(name, 0, "begins");
		body();
		const double seconds = now() - begin;
		const bool balanced = ledger_.balance(name);
		figures_.phases.push_back({name, totals().requests - requests, seconds,
					   balanced && board().failures == failures});
	}

	/* Looked after all the time, said every ten seconds. */
	void look(const char *phase, double begin, const std::string &what)
	{
		ledger_.read_log();
		if (now() - said_ < 10)
			return;
		said_ = now();
		progress(phase, now() - begin, what);
	}

	std::string how_far() const
	{
		return std::to_string(totals().requests) + " requests, " +
		       std::to_string(Kcov::distinct()) + " places, " +
		       std::to_string(board().failures) + " failures";
	}

	void kill()
	{
		const double begin = now();
		Crew crew;
		crew.start_canaries();
		figures_.kills =
			kill_clients(options_.seed, options_.kills, [&](unsigned int dead) {
				look("kill", begin, std::to_string(dead) + " killed");
			});
		crew.finish();
	}

	Plan plan(bool races) const
	{
		Plan made;
		made.seed = options_.seed;
		made.processes = options_.processes;
		made.threads = options_.threads;
		made.coverage = options_.coverage;
		made.trace = options_.trace;
		made.races = races;
		return made;
	}

	void unplug()
	{
		const double begin = now();
		Crew crew;
		board().left = ~0ULL >> 1;
		crew.start_canaries();
		crew.start(plan(true));
		const Unplugs done = unplug_adapters(
			ledger_, options_.seed, options_.unplugs, [&](const Unplugs &so_far) {
				look("unplug", begin,
				     std::to_string(so_far.unbound) + " unbound, " +
					     std::to_string(so_far.pulled) + " pulled, " +
					     how_far());
				crew.watch();
				return crew.working();
			});
		figures_.unbound = done.unbound;
		figures_.pulled = done.pulled;
		if (done.unbound + done.pulled < options_.unplugs)
			board().fail("the adapters went only %u times", done.unbound + done.pulled);
		crew.finish();
	}

	/* With racers, keepers and canaries; or only as many calls as possible on all adapters. */
	void attack(const char *name, bool races)
	{
		const double begin = now();
		Plan made = plan(races);
		Crew crew;
		board().left = options_.requests;
		if (races) {
			made.worker = options_.worker;
			crew.start_canaries();
		} else {
			made.seed += 0x5712e55;
			made.threads *= 2;
		}
		crew.start(made);
		while (crew.working()) {
			if (options_.seconds > 0 && now() - begin > options_.seconds)
				board().left = 0;
			ledger_.tidy();
			crew.watch();
			look(name, begin, how_far());
			pause_ms(100);
		}
		crew.finish();
	}

	const Options options_;
	Ledger ledger_;
	Figures figures_;
	double said_ = 0;
};

} // namespace

} // namespace fuzz

int main(int argc, char **argv)
{
	const fuzz::Options options = fuzz::parse(argc, argv);
	if (options.threads == 0 || options.processes * options.threads * 2 > fuzz::most_workers) {
		fprintf(stderr, "fuzz: at most %u workers, a half of them in the fuzz phase\n",
			fuzz::most_workers);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	fuzz::board();
	fuzz::Kcov::prepare();
	fuzz::Corpus::prepare();
	return fuzz::Run(options).all();
}
