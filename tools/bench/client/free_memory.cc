// SPDX-License-Identifier: GPL-2.0
/*
 * Counting free memory by /proc/zoneinfo. See free_memory.hpp.
 */
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "free_memory.hpp"
#include "memory.hpp"

namespace bench {

int64_t free_bytes()
{
	/* each processor's counts of the zones are folded in, as if some time had passed */
	std::ifstream refresh("/proc/sys/vm/stat_refresh");
	for (std::string line; std::getline(refresh, line);)
		;

	std::ifstream zones("/proc/zoneinfo");
	int64_t pages = 0, found = 0;
	for (std::string line; std::getline(zones, line);) {
		std::istringstream words(line);
		std::string first, second;
		words >> first >> second;
		if (first == "nr_free_pages" || first == "count:") {
			pages += std::stoll(second);
			found++;
		}
	}
	if (found < 2)
		throw std::runtime_error("/proc/zoneinfo does not say how many pages are free");
	return pages * static_cast<int64_t>(page_bytes);
}

} // namespace bench
