// SPDX-License-Identifier: GPL-2.0
/*
 * What all commands of vpctl share: where the system's files are, how to print, and how to say that
 * something cannot be done and what to do about it.
 */
#ifndef VPCTL_TERMS_HPP
#define VPCTL_TERMS_HPP

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <libvideoport/sysfs.hpp>

namespace vpctl {

/// Exit statuses, as the manual page has them.
enum Status : int { Ok = 0, Failed = 1, Usage = 2 };

/// Why a command cannot go on; what() is for the first line, the hint for the second.
class Failure : public std::runtime_error {
public:
	explicit Failure(const std::string &what, std::string hint = {}, Status status = Failed)
		: std::runtime_error(what),
		  hint_(std::move(hint)),
		  status_(status)
	{
	}
	const std::string &hint() const { return hint_; }
	Status status() const { return status_; }

private:
	std::string hint_;
	Status status_;
};

/// What the command line says to every command.
struct Common {
	std::filesystem::path root = "/"; ///< where /sys and /dev are; others are for tests
	bool json = false;
	bool color = false;

	std::filesystem::path module() const { return root / "sys/module/videoport"; }
	std::filesystem::path debugfs() const { return root / "sys/kernel/debug/videoport"; }
};

/// Adapters by their names, or all of them. Throws if there is no module, or no such adapter.
std::vector<videoport::Adapter> chosen(const Common &common, const std::vector<std::string> &names);
/// The same, and where there is none it says so on standard error, for people.
std::vector<videoport::Adapter> to_show(const Common &common,
					const std::vector<std::string> &names);
/// The one adapter of this name. Throws likewise.
videoport::Adapter one(const Common &common, const std::string &name);

/// A failure to open @p path, with what to do about it. @p number: errno.
Failure cannot_open(const std::filesystem::path &path, int number);

/// "1.5 MiB", "17 bytes": exact where it can be.
std::string size_text(uint64_t bytes);
/// "850 ns", "12.3 us", "1.20 s".
std::string ns_text(uint64_t nanoseconds);
/// "3.2 s", "2 h 03 m".
std::string age_text(uint64_t milliseconds);

/// Rows of text in columns; the first row is the heading. The last column is not padded.
class Table {
public:
	explicit Table(std::vector<std::string> heading) : rows_{std::move(heading)} {}
	void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
	/// Columns of numbers stand to the right.
	void right(size_t column) { right_.push_back(column); }
	std::string text(bool color) const;

private:
	std::vector<std::vector<std::string>> rows_;
	std::vector<size_t> right_;
};

/// @p text between an escape sequence and its end, where colour is wanted.
std::string painted(bool color, std::string_view escape, std::string_view text);
inline constexpr std::string_view bold = "\033[1m", red = "\033[31m", green = "\033[32m",
				  dim = "\033[2m", yellow = "\033[33m", cyan = "\033[36m";

} // namespace vpctl

#endif // VPCTL_TERMS_HPP
