// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes what reads INF files, and what is written of them: any bytes give diagnostics with places in
 * the file, or a module whose texts are sound. Nothing is written to disk.
 */
#include "../driver.hpp"
#include "../module_files.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace vpport;

/// Not assert: it must hold in every build.
static void must(bool holds)
{
	if (!holds)
		abort();
}

/// Every literal of a C text ends on its line; a zero or a line's end never stands in one.
static void check_c_text(const std::string &text)
{
	bool in_string = false, in_comment = false;
	for (size_t place = 0; place < text.size(); place++) {
		const char one = text[place];
		must(one != '\0');
		if (in_comment) {
			in_comment = text.compare(place, 2, "*/") != 0;
		} else if (in_string && one == '\\') {
			must(++place < text.size() && text[place] != '\n');
		} else if (one == '"') {
			in_string = !in_string;
		} else if (!in_string && text.compare(place, 2, "/*") == 0) {
			in_comment = true;
			place++;
		}
		must(!(in_string && one == '\n'));
	}
	must(!in_string && !in_comment);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Diagnostics diagnostics;
	const std::string_view bytes(reinterpret_cast<const char *>(data), size);
	const Text text = decode("fuzz.inf", bytes, diagnostics);
	Inf inf(text, diagnostics);
	Module module;
	module.driver = read_driver(inf, "", diagnostics);
	for (const Diagnostic &one : diagnostics.all()) {
		must(one.at.line <= text.lines.size());
		must(!one.at.line || one.at.column <= text.lines[one.at.line - 1].size() + 1);
	}
	if (diagnostics.failed())
		return 0;
	must(!text.lines.empty());
	module.inf = "fuzz.inf";
	module.name = module_name(module.driver.service);
	must(module.name.empty() || is_module_name(module.name));
	module.objects = {"fuzz"};
	check_c_text(wrapper(module));
	check_c_text(registry_table(module));
	must(!readme(module, {}).empty() && !kbuild(module).empty());
	return 0;
}
