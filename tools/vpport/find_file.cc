// SPDX-License-Identifier: GPL-2.0
/*
 * Finds files whatever their case. See find_file.hpp.
 */
#include "find_file.hpp"

#include "text.hpp"

namespace vpport {

namespace fs = std::filesystem;

fs::path find_path(const fs::path &folder, std::string_view name)
{
	fs::path found = folder;
	for (size_t place = 0; place <= name.size();) {
		const size_t end = std::min(name.find_first_of("/\\", place), name.size());
		const std::string_view part = name.substr(place, end - place);
		place = end + 1;
		if (part.empty() || part == ".")
			continue;
		std::error_code error;
		if (part == ".." || fs::exists(found / part, error)) {
			found /= part;
			continue;
		}
		fs::path match;
		for (fs::directory_iterator it(found, error), last; !error && it != last;
		     it.increment(error)) {
			// the first by name, so that the same comes out each time
			if (equal_names(it->path().filename().string(), part) &&
			    (match.empty() || it->path() < match))
				match = it->path();
		}
		if (match.empty())
			return {};
		found = match;
	}
	return found.lexically_normal();
}

std::string extension(const fs::path &path)
{
	return lower(path.extension().string());
}

} // namespace vpport
