// SPDX-License-Identifier: GPL-2.0
/*
 * The files of a driver on this disk: which are compiled, which headers they need, and what their
 * #includes call them. Reads the kit's SOURCES file where there is one, else takes every .c file.
 * Names are looked up as the file systems of their time did: whatever their case, with \ or /.
 */
#ifndef VPPORT_SOURCE_TREE_HPP
#define VPPORT_SOURCE_TREE_HPP

#include "c_source.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace vpport {

/// An #include whose spelling no file here has.
struct Spelling {
	std::string written; ///< in the #include
	std::string meant; ///< path below the base, or that of a header of the module
	bool of_module; ///< the latter

	auto operator<=>(const Spelling &) const = default;
};

/// An #include of what is nowhere.
struct MissingHeader {
	std::string file;
	Include include;
};

struct SourceTree {
	std::filesystem::path base; ///< the folder that all files are below
	std::vector<std::string> compiled; ///< below the base, in the order of the build
	std::vector<std::string> headers; ///< below the base
	std::vector<std::string> include_paths; ///< below the base; "." is the base
	std::vector<std::string> defines;
	std::vector<std::string> left_out; ///< resource scripts and the like, for people
	std::set<Spelling> spellings;
	std::vector<MissingHeader> missing;
	std::string target_name;
	std::vector<CSource> files; ///< compiled files and headers, as tokens
};

struct SourceOptions {
	std::filesystem::path folder; ///< where to look
	std::vector<std::string> exclude; ///< files, or folders, that are none of the driver
	std::vector<std::filesystem::path> not_in; ///< folders that are not looked into
};

/**
 * read_sources() - find and read a driver's files
 *
 * What is wrong is said in @diagnostics: no sources, a file that a list names and that is nowhere.
 * A header that is nowhere is no error yet: it is in the tree's list.
 */
SourceTree read_sources(const SourceOptions &options, Diagnostics &diagnostics);

} // namespace vpport

#endif /* VPPORT_SOURCE_TREE_HPP */
