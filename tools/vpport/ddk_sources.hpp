// SPDX-License-Identifier: GPL-2.0
/*
 * The SOURCES file with which the old kit built a driver: its macros, and what of them a build here
 * needs. Paths stay as they are written.
 */
#ifndef VPPORT_DDK_SOURCES_HPP
#define VPPORT_DDK_SOURCES_HPP

#include "text.hpp"

#include <string>
#include <vector>

namespace vpport {

struct DdkSources {
	struct Item {
		std::string path; ///< with / between folders
		Position at;
	};

	std::string target_name;
	std::string target_type;
	std::vector<Item> sources; ///< .c
	std::vector<Item> resources; ///< .rc and .mc
	std::vector<Item> others; ///< what cannot be compiled here: C++, assembly, other machines'
	std::vector<Item> includes;
	std::vector<std::string> defines; ///< NAME or NAME=VALUE
};

DdkSources read_ddk_sources(const Text &text, Diagnostics &diagnostics);

} // namespace vpport

#endif /* VPPORT_DDK_SOURCES_HPP */
