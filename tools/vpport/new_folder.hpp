// SPDX-License-Identifier: GPL-2.0
/*
 * A folder that comes into being whole or not at all: filled under another name beside its place,
 * and renamed when it is done.
 */
#ifndef VPPORT_NEW_FOLDER_HPP
#define VPPORT_NEW_FOLDER_HPP

#include <filesystem>
#include <stdexcept>
#include <string>

namespace vpport {

/// Something about the folder that cannot be done; what() is for people.
struct FolderError : std::runtime_error {
	using runtime_error::runtime_error;
};

class NewFolder {
public:
	/**
	 * NewFolder() - begin one
	 * @place: where it is to be. What is there may only be an empty folder, unless @force.
	 *
	 * Throws FolderError if that cannot be.
	 */
	NewFolder(const std::filesystem::path &place, bool force);
	NewFolder(const NewFolder &) = delete;
	NewFolder &operator=(const NewFolder &) = delete;

	/// Removes all, unless done() was called.
	~NewFolder();

	void write(const std::string &name, const std::string &text);

	/// Put a file into it, unchanged; or, with @link, a link to it.
	void add(const std::string &name, const std::filesystem::path &original, bool link);

	/// Put the folder into its place. Return: where what was there is now, or nothing.
	std::filesystem::path done();

private:
	std::filesystem::path file(const std::string &name);

	std::filesystem::path place_;
	std::filesystem::path work_; ///< under its other name; empty when done
};

} // namespace vpport

#endif /* VPPORT_NEW_FOLDER_HPP */
