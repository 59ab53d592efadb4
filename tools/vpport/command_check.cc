// SPDX-License-Identifier: GPL-2.0
/*
 * vpport check: what a driver's sources call, what of it works, which habits do not.
 */
#include "commands.hpp"

#include "calls.hpp"
#include "habits.hpp"
#include "source_tree.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

namespace vpport {

namespace fs = std::filesystem;

namespace {

struct Report {
	size_t files = 0;
	std::vector<CallUse> calls;
	std::vector<Habit> habits;
	std::vector<MissingHeader> missing;
	std::set<Spelling> spellings;

	size_t count(Standing standing) const
	{
		return static_cast<size_t>(
			std::count_if(calls.begin(), calls.end(), [standing](const CallUse &use) {
				return use.standing == standing;
			}));
	}
	bool good() const
	{
		return missing.empty() && !count(Standing::Missing) && !count(Standing::Fails) &&
		       std::all_of(habits.begin(), habits.end(), [](const Habit &habit) {
			       return habit.severity == Severity::Note;
		       });
	}
};

/// The sources of a folder: in a folder that vpport made they have one of their own.
fs::path sources_of(const fs::path &folder)
{
	const bool made = fs::is_directory(folder / "source") && fs::exists(folder / "wrapper.c") &&
			  fs::exists(folder / "Kbuild");
	return made ? folder / "source" : folder;
}

/// A wrapper is Linux's, not the driver's.
bool is_wrapper(const CSource &source)
{
	return std::any_of(
		source.includes.begin(), source.includes.end(),
		[](const Include &include) { return include.name == "videoport_module.h"; });
}

std::string remark(const CallUse &use)
{
	const bool by_name = std::all_of(use.places.begin(), use.places.end(),
					 [](const Place &place) { return place.by_name; });
	if (use.standing == Standing::Missing && by_name)
		return "missing: VideoPortGetProcAddress returns NULL for it";
	if (use.standing == Standing::Missing)
		return "missing: " + advice(use.name);
	if (use.standing == Standing::Fails)
		return "always returns " + use.call->result + ": " + use.call->note;
	return use.call->note;
}

std::string place_text(const std::string &file, Position at)
{
	return shown(file) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

void print_group(const Report &report, const char *title, std::initializer_list<Standing> standings)
{
	bool first = true;
	for (const CallUse &use : report.calls) {
		if (std::find(standings.begin(), standings.end(), use.standing) == standings.end())
			continue;
		if (first)
			std::cout << title << '\n';
		first = false;
		const std::string note = remark(use);
		std::cout << "  " << use.name << (note.empty() ? "" : ": ") << note << '\n';
		for (const Place &place : use.places)
			std::cout << "      " << place_text(place.file, place.at)
				  << (place.by_name ? " (through VideoPortGetProcAddress)" : "")
				  << '\n';
	}
	if (!first)
		std::cout << '\n';
}

void print_habits(const Report &report)
{
	for (const MissingHeader &one : report.missing)
		std::cout << place_text(one.file, one.include.at) << ": error: no header "
			  << one.include.name
			  << " here: add it to the sources, or leave out what needs it\n";
	for (const Spelling &one : report.spellings)
		std::cout << "note: #include " << one.written << " means " << one.meant
			  << ": vpport new makes a header of that name that includes it\n";
	for (const Habit &habit : report.habits)
		std::cout << place_text(habit.file, habit.at) << ": " << name(habit.severity)
			  << ": " << habit.text << '\n';
	if (!report.missing.empty() || !report.spellings.empty() || !report.habits.empty())
		std::cout << '\n';
}

void print_text(const Report &report, const std::string &folder, const Diagnostics &diagnostics)
{
	print_group(report, "Calls that work", {Standing::Works, Standing::Macro});
	print_group(report, "Calls that return their documented failure", {Standing::Fails});
	print_group(report, "Calls that are missing", {Standing::Missing});
	print_habits(report);
	const auto of = [&report, &diagnostics](Severity severity) {
		const auto is = [severity](const auto &one) { return one.severity == severity; };
		return std::count_if(report.habits.begin(), report.habits.end(), is) +
		       std::count_if(diagnostics.all().begin(), diagnostics.all().end(), is);
	};
	std::cout << folder << ": " << report.files << " files, " << report.calls.size()
		  << " calls: " << report.count(Standing::Works) + report.count(Standing::Macro)
		  << " work, " << report.count(Standing::Fails)
		  << " return their documented failure, " << report.count(Standing::Missing)
		  << " are missing; " << report.missing.size() << " headers are missing; "
		  << of(Severity::Error) << " errors, " << of(Severity::Warning) << " warnings, "
		  << of(Severity::Note) << " notes\n";
}

nlohmann::ordered_json place_json(const std::string &file, Position at)
{
	return {{"file", shown(file)}, {"line", at.line}, {"column", at.column}};
}

void print_json(const Report &report, const std::string &folder, const Diagnostics &diagnostics)
{
	using Json = nlohmann::ordered_json;

	Json calls = Json::array(), habits = Json::array(), missing = Json::array(),
	     spellings = Json::array(), said = Json::array();
	for (const CallUse &use : report.calls) {
		Json places = Json::array();
		for (const Place &place : use.places) {
			Json one = place_json(place.file, place.at);
			one["by_name"] = place.by_name;
			places.push_back(std::move(one));
		}
		const bool works =
			use.standing == Standing::Works || use.standing == Standing::Macro;
		calls.push_back({{"name", use.name},
				 {"standing", name(use.standing)},
				 {"group", use.call ? use.call->group : ""},
				 {"source", use.call ? use.call->source : ""},
				 {"result", use.call ? use.call->result : ""},
				 {"note", use.call ? use.call->note : ""},
				 {"advice", works ? "" : advice(use.name)},
				 {"places", std::move(places)}});
	}
	for (const Habit &habit : report.habits) {
		Json one = place_json(habit.file, habit.at);
		one["kind"] = habit.kind;
		one["severity"] = name(habit.severity);
		one["text"] = habit.text;
		habits.push_back(std::move(one));
	}
	for (const MissingHeader &header : report.missing) {
		Json one = place_json(header.file, header.include.at);
		one["header"] = header.include.name;
		missing.push_back(std::move(one));
	}
	for (const Spelling &one : report.spellings)
		spellings.push_back({{"written", one.written}, {"meant", one.meant}});
	for (const Diagnostic &one : diagnostics.all()) {
		Json line = place_json(one.file, one.at);
		line["severity"] = name(one.severity);
		line["text"] = one.text;
		said.push_back(std::move(line));
	}
	const Json all = {{"folder", folder},
			  {"files", report.files},
			  {"works", report.good() && !diagnostics.failed()},
			  {"calls", std::move(calls)},
			  {"habits", std::move(habits)},
			  {"missing_headers", std::move(missing)},
			  {"spellings", std::move(spellings)},
			  {"diagnostics", std::move(said)}};
	// a file's name may be no UTF-8
	std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace

int command_check(const CheckOptions &options)
{
	std::error_code error;
	if (!fs::is_directory(options.folder, error)) {
		std::cerr << "vpport: " << options.folder << " is no folder\n";
		return status_usage;
	}
	Diagnostics diagnostics;
	SourceTree tree =
		read_sources({sources_of(options.folder), options.exclude, {}}, diagnostics);
	std::set<std::string> wrappers;
	for (const CSource &source : tree.files) {
		if (is_wrapper(source))
			wrappers.insert(source.file);
	}
	std::erase_if(tree.files, is_wrapper);
	std::erase_if(tree.missing,
		      [&](const MissingHeader &one) { return wrappers.count(one.file) > 0; });

	Report report;
	report.files = tree.files.size();
	report.calls = find_calls(tree.files);
	report.habits = find_habits(tree.files);
	report.missing = std::move(tree.missing);
	report.spellings = std::move(tree.spellings);
	if (options.json) {
		print_json(report, options.folder, diagnostics);
	} else {
		diagnostics.print(std::cerr);
		print_text(report, options.folder, diagnostics);
	}
	return report.good() && !diagnostics.failed() ? status_good : status_bad;
}

} // namespace vpport
