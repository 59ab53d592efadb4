// SPDX-License-Identifier: GPL-2.0
/*
 * Reading /proc/lock_stat. See lock_statistics.hpp.
 */
#include <fstream>
#include <stdexcept>
#include <string>

#include "lock_statistics.hpp"
#include "sysfs.hpp"

namespace scaling {

namespace fs = std::filesystem;

static constexpr const char *statistics = "/proc/lock_stat";

static void write_to(const char *path, const char *text)
{
	std::ofstream file(path);
	file << text << std::flush;
	if (!file)
		throw std::runtime_error(std::string(path) +
					 " cannot be written: the kernel wants CONFIG_LOCK_STAT");
}

LockStatistics::LockStatistics()
{
	end();
}

void LockStatistics::begin()
{
	write_to(statistics, "0");
	write_to("/proc/sys/kernel/lock_stat", "1");
}

void LockStatistics::end()
{
	write_to("/proc/sys/kernel/lock_stat", "0");
}

static void copy_text(const char *from, const fs::path &to)
{
	std::ifstream source(from);
	std::ofstream target(to);
	target << source.rdbuf() << std::flush;
	if (!source || !target)
		throw std::runtime_error(std::string(from) + " cannot be copied to " + to.string());
}

/* A line for each section of each module: its address, the module, the section. */
static void save_sections(const fs::path &path)
{
	std::ofstream file(path);
	for (const auto &module : fs::directory_iterator("/sys/module")) {
		std::error_code none;
		for (const auto &section :
		     fs::directory_iterator(module.path() / "sections", none)) {
			const auto address = videoport::read_line(section.path());
			if (address)
				file << *address << ' ' << module.path().filename().string() << ' '
				     << section.path().filename().string() << '\n';
		}
	}
	if (!file.flush())
		throw std::runtime_error(path.string() + " cannot be written");
}

void LockStatistics::save(const fs::path &folder) const
{
	fs::create_directories(folder);
	copy_text(statistics, folder / "lock_stat");
	copy_text("/proc/lockdep", folder / "lockdep");
	save_sections(folder / "sections");
}

} // namespace scaling
