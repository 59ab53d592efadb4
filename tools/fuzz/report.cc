// SPDX-License-Identifier: GPL-2.0
/*
 * Prints. See report.hpp.
 */
#include "report.hpp"

#include <algorithm>
#include <cstdio>

#include "board.hpp"
#include "corpus.hpp"
#include "kcov.hpp"

namespace fuzz {

using ull = unsigned long long;

Totals totals()
{
	Totals all;
	for (const Progress &each : board().progress) {
		all.requests += each.requests;
		all.answered += each.answered;
		all.refused += each.refused;
		all.errors += each.errors;
		all.gone += each.gone;
	}
	return all;
}

void progress(const std::string &phase, double seconds, const std::string &what)
{
	printf("fuzz: %s, %.0f s: %s\n", phase.c_str(), seconds, what.c_str());
	fflush(stdout);
}

static void row(const char *name, ull value, const char *unit = "")
{
	printf("  %-26s %12llu %s\n", name, value, unit);
}

void report(const Options &options, const Figures &figures, Ledger &ledger)
{
	const Totals all = totals();
	const uint32_t failures = board().failures;
	printf("\nfigures (seed %llu)\n", static_cast<ull>(options.seed));
	row("clients killed", figures.kills);
	row("adapters unbound", figures.unbound);
	row("devices pulled", figures.pulled);
	row("adapters replaced in all", ledger.replugs);
	row("requests", all.requests);
	row("  answered", all.answered);
	row("  refused by status", all.refused);
	row("  refused by error", all.errors);
	row("  of these: adapter gone", all.gone);
	for (const Phase &phase : figures.phases) {
		if (phase.requests)
			printf("  %-26s %12.0f /s\n", ("  " + phase.name).c_str(),
			       static_cast<double>(phase.requests) /
				       std::max(phase.seconds, 0.001));
	}
	printf("  refused by cause\n");
	for (const auto &[cause, count] : ledger.causes())
		row(("    " + cause).c_str(), count);
	uint64_t rounds = 0;
	for (const auto &each : board().canary_rounds)
		rounds += each;
	row("canaries' rounds", rounds);
	row("keepers' looks", board().keeper_looks);
	row("distinct places (KCOV)", Kcov::distinct());
	row("sequences kept", Corpus::size());
	row("lines logged", ledger.log_lines);
	row("left: pins", static_cast<ull>(ledger.pins));
	row("left: mappings", ledger.mappings);
	row("left: locked buffers", ledger.locked);
	row("left: charged", ledger.charged_kib, "KiB");
	unsigned int passed = 0;
	double seconds = 0;
	for (const Phase &phase : figures.phases) {
		printf("%-8s %s, %.0f s\n", phase.name.c_str(), phase.passed ? "passed" : "FAILED",
		       phase.seconds);
		passed += phase.passed;
		seconds += phase.seconds;
	}
	row("seconds", static_cast<ull>(seconds));
	for (uint32_t i = 0; i < std::min<uint32_t>(failures, std::size(board().failure)); i++)
		printf("FAILED: %s\n", board().failure[i]);
	if (failures > std::size(board().failure))
		printf("FAILED: and %zu more\n", failures - std::size(board().failure));
	printf("fuzz: %u passed, %zu failed\n", passed, figures.phases.size() - passed);
	fflush(stdout);
}

} // namespace fuzz
