// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes what reads sources: the C scanner with what finds calls and habits, and the reader of the
 * kit's SOURCES files. Every place that is named is in the file.
 */
#include "../calls.hpp"
#include "../ddk_sources.hpp"
#include "../habits.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace vpport;

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_place(const Text &text, Position at)
{
	must(at.line >= 1 && at.line <= text.lines.size());
	must(at.column >= 1 && at.column <= text.lines[at.line - 1].size() + 1);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Diagnostics diagnostics;
	const std::string_view bytes(reinterpret_cast<const char *>(data), size);
	const Text text = decode("fuzz.c", bytes, diagnostics);

	const std::vector<CSource> sources = {read_c(text)};
	for (const CallUse &use : find_calls(sources)) {
		must(!use.places.empty());
		for (const Place &place : use.places)
			check_place(text, place.at);
	}
	for (const Habit &habit : find_habits(sources))
		check_place(text, habit.at);
	for (const Include &include : sources[0].includes)
		check_place(text, include.at);

	const DdkSources ddk = read_ddk_sources(text, diagnostics);
	for (const DdkSources::Item &item : ddk.sources)
		must(!item.path.empty());
	return 0;
}
