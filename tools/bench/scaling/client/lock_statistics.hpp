// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own counts of its locks (CONFIG_LOCK_STAT): from when to when, and copies of what it says.
 */
#ifndef SCALING_LOCK_STATISTICS_HPP
#define SCALING_LOCK_STATISTICS_HPP

#include <filesystem>

namespace scaling {

class LockStatistics {
public:
	/// Does not count, until begin(). Throws std::runtime_error if the kernel cannot.
	LockStatistics();

	/// From zero.
	void begin();
	void end();

	/**
	 * Write into a folder, which is made: lock_stat; lockdep, which says where the classes lie;
	 * sections, which says whose that is. Throws std::runtime_error.
	 */
	void save(const std::filesystem::path &folder) const;
};

} // namespace scaling

#endif
