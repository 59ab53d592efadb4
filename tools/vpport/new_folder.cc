// SPDX-License-Identifier: GPL-2.0
/*
 * A folder that comes into being whole or not at all. See new_folder.hpp.
 */
#include "new_folder.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>

namespace vpport {

namespace fs = std::filesystem;

namespace {

std::string reason()
{
	return std::strerror(errno);
}

mode_t current_umask()
{
	const mode_t mask = umask(0);
	umask(mask);
	return mask;
}

/// From the root on, without a slash at its end.
fs::path normal(const fs::path &path)
{
	std::error_code error;
	const fs::path result = fs::absolute(path, error).lexically_normal();
	return result.has_filename() ? result : result.parent_path();
}

/// A name beside a path that nothing has.
fs::path free_name(const fs::path &path)
{
	fs::path name = path;
	name += ".old";
	for (int number = 2; fs::exists(fs::symlink_status(name)); number++) {
		name = path;
		name += ".old" + std::to_string(number);
	}
	return name;
}

} // namespace

NewFolder::NewFolder(const fs::path &place, bool force) : place_(normal(place))
{
	std::error_code error;
	const fs::file_status status = fs::symlink_status(place_, error);
	if (fs::exists(status)) {
		if (!fs::is_directory(status))
			throw FolderError(place.string() + " is there, and is no folder");
		const bool empty = fs::is_empty(place_, error);
		if (error)
			throw FolderError(place.string() +
					  " cannot be looked into: " + error.message());
		if (!empty && !force)
			throw FolderError(
				place.string() +
				" is there, and not empty: give another name, or --force to put "
				"the new one in its place (the old is kept)");
	}
	if (!fs::is_directory(place_.parent_path(), error))
		throw FolderError("no folder " + place_.parent_path().string() + " to put " +
				  place.string() + " in");
	std::string name =
		(place_.parent_path() / ("." + place_.filename().string() + ".XXXXXX")).string();
	if (!mkdtemp(name.data()))
		throw FolderError("cannot write in " + place_.parent_path().string() + ": " +
				  reason());
	work_ = name;
	chmod(name.c_str(), 0777 & ~current_umask());
}

NewFolder::~NewFolder()
{
	std::error_code error;
	if (!work_.empty())
		fs::remove_all(work_, error);
}

fs::path NewFolder::file(const std::string &name)
{
	const fs::path path = (work_ / name).lexically_normal();
	const std::string below = path.lexically_relative(work_).string();
	if (below.empty() || below == "." || below.starts_with(".."))
		throw FolderError("the name " + name + " is outside of the folder");
	std::error_code error;
	fs::create_directories(path.parent_path(), error);
	if (error)
		throw FolderError("cannot make " + path.parent_path().string() + ": " +
				  error.message());
	if (fs::exists(fs::symlink_status(path, error)))
		throw FolderError("two files are called " + name + " here");
	return path;
}

void NewFolder::write(const std::string &name, const std::string &text)
{
	const fs::path path = file(name);
	std::ofstream out(path, std::ios::binary);
	out << text;
	out.close();
	if (!out)
		throw FolderError("cannot write " + name + ": " + reason());
}

void NewFolder::add(const std::string &name, const fs::path &original, bool link)
{
	const fs::path path = file(name);
	std::error_code error;
	if (link)
		fs::create_symlink(fs::canonical(original, error), path, error);
	else
		fs::copy_file(original, path, error);
	if (error)
		throw FolderError("cannot " + std::string(link ? "link" : "copy") + " " +
				  original.string() + ": " + error.message());
}

fs::path NewFolder::done()
{
	// over nothing, or an empty folder
	if (rename(work_.c_str(), place_.c_str()) == 0) {
		work_.clear();
		return {};
	}
	if (errno != ENOTEMPTY && errno != EEXIST)
		throw FolderError("cannot put the folder at " + place_.string() + ": " + reason());
	const fs::path old = free_name(place_);
	if (renameat2(AT_FDCWD, work_.c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE) == 0) {
		// what was there has our other name now, and is not ours to remove
		const fs::path kept = work_;
		work_.clear();
		if (rename(kept.c_str(), old.c_str()))
			return kept;
		return old;
	}
	// a file system that cannot exchange
	if (rename(place_.c_str(), old.c_str()))
		throw FolderError("cannot move " + place_.string() + " away: " + reason());
	if (rename(work_.c_str(), place_.c_str())) {
		const std::string why = reason();
		rename(old.c_str(), place_.c_str());
		throw FolderError("cannot put the folder at " + place_.string() + ": " + why);
	}
	work_.clear();
	return old;
}

} // namespace vpport
