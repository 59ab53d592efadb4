// SPDX-License-Identifier: GPL-2.0
/*
 * The texts of a module folder: Kbuild, Makefile, wrapper.c, the registry's table, README.md. Pure
 * functions of what is known of the driver; nothing here touches a disk.
 */
#ifndef VPPORT_MODULE_FILES_HPP
#define VPPORT_MODULE_FILES_HPP

#include "calls.hpp"
#include "driver.hpp"
#include "source_tree.hpp"

#include <map>
#include <string>
#include <vector>

namespace vpport {

/// In make's language, where the headers are: `make install` of the project puts them into the first
/// place, the package videoport-dev into the second.
constexpr const char *installed_headers =
	"$(firstword $(wildcard /usr/local/include/videoport /usr/include/videoport) \\\n"
	"\t/usr/include/videoport)";

/// All that is known of a module that is to be made.
struct Module {
	std::string name; ///< of the module and the driver: an identifier
	std::string inf; ///< file name of the INF
	Driver driver;
	std::vector<std::string> objects; ///< below source/, without extension
	std::vector<std::string> include_paths; ///< below source/; "." is source/ itself
	std::vector<std::string> defines;
	std::set<Spelling> spellings;
	std::vector<std::string> left_out;
};

/// A name that is a module's and a C identifier, made of another; empty if nothing is left.
std::string module_name(std::string_view name);
bool is_module_name(std::string_view name);

/// A C string literal, with its quotes.
std::string c_string(std::string_view text);

std::string kbuild(const Module &module);
std::string makefile();
std::string wrapper(const Module &module);
std::string registry_table(const Module &module);
std::string readme(const Module &module, const std::vector<CallUse> &calls);

/// Headers below spellings/, by name: each includes the file that is meant.
std::map<std::string, std::string> forwarding_headers(const Module &module);

} // namespace vpport

#endif /* VPPORT_MODULE_FILES_HPP */
