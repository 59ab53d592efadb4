// SPDX-License-Identifier: GPL-2.0
/*
 * What is wrong with a file, and where. See diagnostics.hpp.
 */
#include "diagnostics.hpp"

#include <algorithm>
#include <filesystem>

namespace vpport {

static constexpr size_t most_kept = 2000; // nobody reads more

const char *name(Severity severity)
{
	switch (severity) {
	case Severity::Note:
		return "note";
	case Severity::Warning:
		return "warning";
	case Severity::Error:
		break;
	}
	return "error";
}

std::string shown(const std::string &file)
{
	std::error_code error;
	const std::filesystem::path path(file), here = std::filesystem::current_path(error);
	if (error || !path.is_absolute())
		return file;
	const std::string relative = path.lexically_relative(here).string();
	return relative.empty() || relative.starts_with("..") ? file : relative;
}

std::ostream &operator<<(std::ostream &out, const Diagnostic &diagnostic)
{
	out << shown(diagnostic.file) << ':';
	if (diagnostic.at.line)
		out << diagnostic.at.line << ':' << diagnostic.at.column << ':';
	return out << ' ' << name(diagnostic.severity) << ": " << diagnostic.text;
}

void Diagnostics::add(Severity severity, std::string file, Position at, std::string text)
{
	const bool known = std::any_of(all_.begin(), all_.end(), [&](const Diagnostic &one) {
		return one.at == at && one.severity == severity && one.file == file &&
		       one.text == text;
	});
	if (known)
		return;
	errors_ += severity == Severity::Error;
	if (all_.size() >= most_kept)
		return;
	all_.push_back({std::move(file), at, severity, std::move(text)});
}

void Diagnostics::print(std::ostream &out, size_t most) const
{
	size_t errors = 0;
	for (const Diagnostic &diagnostic : all_) {
		if (diagnostic.severity == Severity::Error && ++errors > most)
			continue;
		out << diagnostic << '\n';
	}
	if (errors > most)
		out << errors - most << " more errors\n";
}

} // namespace vpport
