// SPDX-License-Identifier: GPL-2.0
/*
 * What is wrong with a file, and where: collected while files are read, printed by the commands in
 * the form that editors understand, `file:line:column: error: text`. Never prints by itself.
 */
#ifndef VPPORT_DIAGNOSTICS_HPP
#define VPPORT_DIAGNOSTICS_HPP

#include <compare>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace vpport {

/// A place in a text file. Both count from one, columns in characters; 0 means the whole file.
struct Position {
	size_t line = 0;
	size_t column = 0;

	auto operator<=>(const Position &) const = default;
};

enum class Severity {
	Note, ///< worth knowing
	Warning, ///< goes on, but something is left out or doubtful
	Error, ///< nothing can be made of this
};

const char *name(Severity severity);

/// A file's name as people want to see it: from here, if it is below.
std::string shown(const std::string &file);

struct Diagnostic {
	std::string file;
	Position at;
	Severity severity;
	std::string text;
};

std::ostream &operator<<(std::ostream &out, const Diagnostic &diagnostic);

/// The diagnostics of one run, in the order in which they were found.
class Diagnostics {
public:
	void add(Severity severity, std::string file, Position at, std::string text);
	void error(const std::string &file, Position at, std::string text)
	{
		add(Severity::Error, file, at, std::move(text));
	}
	void warning(const std::string &file, Position at, std::string text)
	{
		add(Severity::Warning, file, at, std::move(text));
	}
	void note(const std::string &file, Position at, std::string text)
	{
		add(Severity::Note, file, at, std::move(text));
	}

	const std::vector<Diagnostic> &all() const { return all_; }
	bool failed() const { return errors_ > 0; }
	size_t errors() const { return errors_; }

	/// Each on a line; of more than @most errors only so many, and how many there are.
	void print(std::ostream &out, size_t most = 50) const;

private:
	std::vector<Diagnostic> all_;
	size_t errors_ = 0;
};

} // namespace vpport

#endif /* VPPORT_DIAGNOSTICS_HPP */
