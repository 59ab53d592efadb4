// SPDX-License-Identifier: GPL-2.0
/*
 * Finds files by names from file systems that did not tell capitals from small letters.
 */
#ifndef VPPORT_FIND_FILE_HPP
#define VPPORT_FIND_FILE_HPP

#include <filesystem>
#include <string_view>

namespace vpport {

/// The file or folder that is called so from a folder, with / or \ and whatever case; or nothing.
std::filesystem::path find_path(const std::filesystem::path &folder, std::string_view name);

/// The extension in lower case, with its dot.
std::string extension(const std::filesystem::path &path);

} // namespace vpport

#endif /* VPPORT_FIND_FILE_HPP */
