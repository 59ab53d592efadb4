// SPDX-License-Identifier: GPL-2.0
/*
 * The files of a driver on this disk. See source_tree.hpp.
 */
#include "source_tree.hpp"

#include "api_list.hpp"
#include "ddk_sources.hpp"
#include "find_file.hpp"

#include <algorithm>
#include <map>

namespace vpport {

namespace fs = std::filesystem;

namespace {

constexpr size_t most_files = 5000;

/// Does a folder hold another, or is it the same?
bool holds(const fs::path &folder, const fs::path &path)
{
	const auto [end, rest] =
		std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
	return end == folder.end() || (end->empty() && std::next(end) == folder.end());
}

fs::path common(const fs::path &one, const fs::path &other)
{
	fs::path result;
	auto a = one.begin();
	for (auto b = other.begin(); a != one.end() && b != other.end() && *a == *b; ++a, ++b)
		result /= *a;
	return result;
}

/// Without links; nothing if there is no such folder.
fs::path real_folder(const fs::path &folder)
{
	std::error_code error;
	return fs::canonical(folder, error);
}

bool is_source_list(const fs::path &path)
{
	return !path.empty() && fs::is_regular_file(path);
}

class Reader {
public:
	Reader(const SourceOptions &options, Diagnostics &diagnostics)
		: options_(options),
		  diagnostics_(diagnostics),
		  folder_(real_folder(options.folder))
	{
		std::error_code error;
		for (const fs::path &one : options.not_in)
			not_in_.push_back(fs::weakly_canonical(one, error));
	}

	SourceTree read();

private:
	struct Known {
		CSource source;
		bool compiled = false;
		bool included = false;
	};

	bool is_excluded(const fs::path &path) const;
	std::vector<fs::path> walk(const fs::path &folder);
	fs::path find_list();
	void read_list(const fs::path &list);
	void take_all();
	void read_closure();
	void add(const fs::path &path, bool compiled);
	void resolve(const fs::path &from, const Include &include);
	bool resolve_in(const fs::path &folder, const fs::path &from, const Include &include);
	bool resolve_anywhere(const fs::path &from, const Include &include);
	void found(const fs::path &from, const fs::path &path, const Include &include, bool exact);
	void finish();

	const SourceOptions &options_;
	Diagnostics &diagnostics_;
	fs::path folder_;
	std::vector<fs::path> not_in_;
	std::vector<fs::path> all_files_; // below the folder
	std::vector<fs::path> compiled_;
	std::vector<fs::path> include_folders_;
	std::vector<fs::path> queue_;
	std::map<fs::path, Known> known_;
	struct Written {
		fs::path path;
		std::string module_header;
	};
	std::map<std::string, Written> written_;
	SourceTree tree_;
};

bool Reader::is_excluded(const fs::path &path) const
{
	for (const std::string &one : options_.exclude) {
		const fs::path named = find_path(folder_, one);
		if (!named.empty() && holds(named, path))
			return true;
	}
	return std::any_of(not_in_.begin(), not_in_.end(),
			   [&](const fs::path &one) { return holds(one, path); });
}

/// All files below a folder, sorted; hidden ones are none.
std::vector<fs::path> Reader::walk(const fs::path &folder)
{
	std::vector<fs::path> files;
	std::error_code error;
	fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied,
					    error);
	for (const fs::recursive_directory_iterator last; !error && it != last;
	     it.increment(error)) {
		const fs::path &path = it->path();
		const bool hidden = path.filename().string().starts_with('.');
		std::error_code no_matter;
		if (it->is_directory(no_matter)) {
			if (hidden || is_excluded(path))
				it.disable_recursion_pending();
		} else if (!hidden && !is_excluded(path) && it->is_regular_file(no_matter)) {
			files.push_back(path);
		}
		if (files.size() > most_files) {
			diagnostics_.error(
				folder.string(), {},
				"more than 5000 files: this is no folder of one driver; name "
				"its own with --sources DIR");
			break;
		}
	}
	std::sort(files.begin(), files.end());
	return files;
}

/// The kit's list of sources: of this folder, or of the only driver in a folder below it.
fs::path Reader::find_list()
{
	const fs::path here = find_path(folder_, "sources");
	if (is_source_list(here) && !is_excluded(here))
		return here;
	const bool sources_here =
		std::any_of(all_files_.begin(), all_files_.end(), [&](const fs::path &path) {
			return path.parent_path() == folder_ && extension(path) == ".c";
		});
	if (sources_here)
		return {};
	std::vector<fs::path> lists;
	for (const fs::path &path : all_files_) {
		if (!equal_names(path.filename().string(), "sources"))
			continue;
		Diagnostics unheard;
		const auto bytes = read_file(path.string(), unheard);
		const std::string type =
			bytes ? read_ddk_sources(decode(path.string(), *bytes, unheard), unheard)
					.target_type
			      : "";
		if (type == "MINIPORT" || type == "DRIVER")
			lists.push_back(path);
	}
	if (lists.size() > 1) {
		std::string names;
		for (const fs::path &path : lists)
			names += (names.empty() ? "" : ", ") +
				 path.parent_path().lexically_relative(folder_).string();
		diagnostics_.error(folder_.string(), {},
				   "several drivers with a SOURCES file: " + names +
					   "; name one with --sources DIR");
	}
	return lists.empty() ? fs::path() : lists.front();
}

void Reader::read_list(const fs::path &list)
{
	const auto bytes = read_file(list.string(), diagnostics_);
	if (!bytes)
		return;
	const DdkSources ddk =
		read_ddk_sources(decode(list.string(), *bytes, diagnostics_), diagnostics_);
	const fs::path folder = list.parent_path();
	tree_.target_name = ddk.target_name;
	tree_.defines = ddk.defines;
	for (const DdkSources::Item &item : ddk.sources) {
		const fs::path path = find_path(folder, item.path);
		if (path.empty() || !fs::is_regular_file(path))
			diagnostics_.error(list.string(), item.at,
					   "there is no file " + cited(item.path));
		else if (!is_excluded(path))
			compiled_.push_back(path);
	}
	for (const DdkSources::Item &item : ddk.resources)
		tree_.left_out.push_back(item.path + ": a resource script; Linux modules have no "
						     "resources");
	for (const DdkSources::Item &item : ddk.others) {
		tree_.left_out.push_back(item.path + ": not C for this machine");
		diagnostics_.warning(list.string(), item.at,
				     cited(item.path) +
					     " is not C for this machine (C++, assembly, "
					     "or x86 of 32 bits): left out");
	}
	for (const DdkSources::Item &item : ddk.includes) {
		const fs::path path = find_path(folder, item.path);
		if (path.empty() || !fs::is_directory(path))
			diagnostics_.note(list.string(), item.at,
					  "there is no folder " + cited(item.path) + ": left out");
		else
			include_folders_.push_back(path);
	}
	if (compiled_.empty())
		diagnostics_.error(list.string(), {}, "SOURCES= names no .c file");
}

void Reader::take_all()
{
	for (const fs::path &path : all_files_) {
		const std::string kind = extension(path);
		const std::string name = path.lexically_relative(folder_).string();
		if (kind == ".c")
			compiled_.push_back(path);
		else if (kind == ".rc" || kind == ".mc")
			tree_.left_out.push_back(name +
						 ": a resource script; Linux modules have no "
						 "resources");
		else if (kind == ".cpp" || kind == ".cxx" || kind == ".cc" || kind == ".asm") {
			tree_.left_out.push_back(name + ": not C");
			diagnostics_.warning(path.string(), {}, "is not C: left out");
		}
	}
	if (compiled_.empty())
		diagnostics_.error(
			folder_.string(), {},
			"no .c file here: name the folder that holds the sources (new: --sources DIR)");
}

void Reader::add(const fs::path &path, bool compiled)
{
	const auto [known, is_new] = known_.try_emplace(path);
	known->second.compiled |= compiled;
	known->second.included |= !compiled;
	if (is_new)
		queue_.push_back(path);
}

void Reader::found(const fs::path &from, const fs::path &path, const Include &include, bool exact)
{
	add(path, false);
	if (exact)
		return;
	const auto [known, is_new] = written_.try_emplace(include.name, Written{path, ""});
	if (!is_new && known->second.path != path)
		diagnostics_.warning(from.string(), include.at,
				     cited(include.name) +
					     " means one file here and another elsewhere: "
					     "write it as the file is called");
}

/// Look in one folder, by the very name and by one that differs in case or slashes.
bool Reader::resolve_in(const fs::path &folder, const fs::path &from, const Include &include)
{
	std::error_code error;
	const fs::path exact = (folder / include.name).lexically_normal();
	if (include.name.find('\\') == include.name.npos && fs::is_regular_file(exact, error)) {
		found(from, exact, include, true);
		return true;
	}
	const fs::path similar = find_path(folder, include.name);
	if (similar.empty() || !fs::is_regular_file(similar, error))
		return false;
	// a forwarding header cannot stand outside of its folder
	if (include.name.find("../") != include.name.npos) {
		diagnostics_.warning(
			from.string(), include.at,
			cited(include.name) + " is called " +
				cited(similar.lexically_relative(folder).string()) +
				": rename the folder or file, Linux tells capitals from "
				"small letters");
		tree_.missing.push_back({from.string(), include});
	}
	found(from, similar, include, false);
	return true;
}

/// Look below the whole folder: a list of include folders may be missing, or name another disk.
bool Reader::resolve_anywhere(const fs::path &from, const Include &include)
{
	std::string wanted = lower(include.name);
	std::replace(wanted.begin(), wanted.end(), '\\', '/');
	if (wanted.find("../") != wanted.npos)
		return false;
	for (const fs::path &path : all_files_) {
		const std::string name = lower(path.string());
		if (!name.ends_with("/" + wanted))
			continue;
		const std::string folder =
			path.string().substr(0, path.string().size() - wanted.size() - 1);
		include_folders_.push_back(folder);
		return resolve_in(folder, from, include);
	}
	return false;
}

void Reader::resolve(const fs::path &from, const Include &include)
{
	if (include.name.starts_with("/") || include.name.find(':') != include.name.npos) {
		tree_.missing.push_back({from.string(), include});
		return;
	}
	if (include.in_quotes && resolve_in(from.parent_path(), from, include))
		return;
	std::string name = include.name;
	std::replace(name.begin(), name.end(), '\\', '/');
	std::string ours = find_header(name, HeaderFolder::First);
	if (ours == include.name)
		return; // the module's come before those of other folders
	for (size_t number = 0; number < include_folders_.size(); number++) {
		if (resolve_in(include_folders_[number], from, include))
			return;
	}
	if (ours.empty())
		ours = find_header(name, HeaderFolder::Last);
	if (ours == include.name)
		return;
	if (!ours.empty()) {
		written_.try_emplace(include.name, Written{"", ours});
		return;
	}
	if (resolve_anywhere(from, include))
		return;
	if (!name.starts_with("linux/") && !name.starts_with("asm/"))
		tree_.missing.push_back({from.string(), include});
}

void Reader::read_closure()
{
	for (const fs::path &path : compiled_)
		add(path, true);
	for (size_t number = 0; number < queue_.size() && number < most_files; number++) {
		const fs::path path = queue_[number];
		const auto bytes = read_file(path.string(), diagnostics_);
		if (!bytes)
			continue;
		const Text text = decode(path.string(), *bytes, diagnostics_);
		if (text.encoding == Encoding::Utf16Le || text.encoding == Encoding::Utf16Be)
			diagnostics_.error(
				path.string(), {},
				"is UTF-16, which compilers here do not read: convert it");
		CSource source = read_c(text);
		for (const Include &include : source.includes)
			resolve(path, include);
		known_[path].source = std::move(source);
	}
}

/// All names below the folder that holds all.
void Reader::finish()
{
	tree_.base = folder_;
	for (const auto &[path, known] : known_)
		tree_.base = common(tree_.base, path.parent_path());
	const auto below = [&](const fs::path &path) {
		return path.lexically_relative(tree_.base).generic_string();
	};
	for (const fs::path &path : compiled_) {
		Known &known = known_[path];
		// a .c file that another includes is compiled with that one
		if (known.included)
			tree_.left_out.push_back(below(path) + ": another file includes it");
		else
			tree_.compiled.push_back(below(path));
	}
	for (auto &[path, known] : known_) {
		if (!known.compiled || known.included)
			tree_.headers.push_back(below(path));
		tree_.files.push_back(std::move(known.source));
	}
	for (const fs::path &path : include_folders_) {
		const std::string name = below(path);
		if (holds(tree_.base, path) &&
		    std::find(tree_.include_paths.begin(), tree_.include_paths.end(), name) ==
			    tree_.include_paths.end())
			tree_.include_paths.push_back(name);
	}
	for (const auto &[written, meant] : written_) {
		if (meant.module_header.empty())
			tree_.spellings.insert({written, below(meant.path), false});
		else
			tree_.spellings.insert({written, meant.module_header, true});
	}
	std::erase_if(tree_.spellings, [](const Spelling &one) {
		return one.written.find("../") != one.written.npos;
	});
}

SourceTree Reader::read()
{
	if (folder_.empty() || !fs::is_directory(folder_)) {
		diagnostics_.error(options_.folder.string(), {}, "is no folder");
		return {};
	}
	all_files_ = walk(folder_);
	const fs::path list = find_list();
	if (!list.empty())
		read_list(list);
	else if (!diagnostics_.failed())
		take_all();
	read_closure();
	finish();
	return std::move(tree_);
}

} // namespace

SourceTree read_sources(const SourceOptions &options, Diagnostics &diagnostics)
{
	return Reader(options, diagnostics).read();
}

} // namespace vpport
