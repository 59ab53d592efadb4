// SPDX-License-Identifier: GPL-2.0
/*
 * An INF file as its syntax has it. See inf.hpp.
 */
#include "inf.hpp"

#include "inf_lexer.hpp"

#include <algorithm>

namespace vpport {

const Field &Entry::value(size_t number) const
{
	static const Field none = {};
	return number < values.size() ? values[number] : none;
}

Inf::Inf(const Text &text, Diagnostics &diagnostics) : file_(text.file), diagnostics_(diagnostics)
{
	read(text);
	read_strings();
}

void Inf::read(const Text &text)
{
	InfLexer lexer(text, diagnostics_);
	Stored *current = nullptr;
	bool said = false;
	while (auto item = lexer.next()) {
		if (auto *header = std::get_if<Header>(&*item)) {
			Stored *&known = by_name_[lower(header->name)];
			if (!known) {
				sections_.push_back(std::make_unique<Stored>());
				known = sections_.back().get();
				known->section.name = header->name;
				known->section.at = header->at;
			}
			current = known;
			continue;
		}
		auto &entry = std::get<Entry>(*item);
		if (current) {
			current->section.entries.push_back(std::move(entry));
		} else if (!said) {
			diagnostics_.error(file_, entry.at,
					   "text before the first [section]: this is no INF file");
			said = true;
		}
	}
}

void Inf::add_strings(const Section &section)
{
	for (const Entry &entry : section.entries) {
		if (!entry.key) {
			diagnostics_.warning(file_, entry.at,
					     "no = in a line of [" + section.name + "]: ignored");
			continue;
		}
		String string = {entry.value(0).text, entry.open_quote};
		// an unquoted string with commas is meant as one
		for (size_t number = 1; number < entry.values.size(); number++)
			string.text += "," + entry.values[number].text;
		strings_.try_emplace(lower(entry.key->text), std::move(string));
	}
}

/// [Strings], then English, then whatever there is.
void Inf::read_strings()
{
	std::vector<std::string> order = {"strings", "strings.0409"};
	for (const std::string &name : names("strings."))
		order.push_back(lower(name));
	for (const std::string &name : order) {
		if (const auto found = by_name_.find(name); found != by_name_.end())
			add_strings(found->second->section);
	}
}

const Section *Inf::find(std::string_view name)
{
	const auto found = by_name_.find(lower(name));
	if (found == by_name_.end())
		return nullptr;
	found->second->used = true;
	return &found->second->section;
}

bool Inf::has(std::string_view name) const
{
	return by_name_.count(lower(name)) > 0;
}

std::vector<std::string> Inf::names(std::string_view beginning) const
{
	std::vector<std::string> found;
	for (const auto &stored : sections_) {
		if (begins_with_name(stored->section.name, beginning))
			found.push_back(stored->section.name);
	}
	return found;
}

std::string Inf::expand(const Field &field)
{
	std::string result;
	const std::string &text = field.text;
	for (size_t place = 0; place < text.size(); place++) {
		if (text[place] != '%') {
			result += text[place];
			continue;
		}
		const size_t end = text.find('%', place + 1);
		if (end == text.npos) {
			result.append(text, place);
			break;
		}
		const std::string key = text.substr(place + 1, end - place - 1);
		const auto found = strings_.find(lower(key));
		if (key.empty()) {
			result += '%';
		} else if (found != strings_.end()) {
			found->second.used = true;
			result += found->second.text;
		} else if (std::all_of(key.begin(), key.end(),
				       [](char c) { return c >= '0' && c <= '9'; })) {
			result += "%" + key + "%"; // a folder's number, as %11%
		} else if (key.find_first_of(" \t,=") != key.npos) {
			result += '%'; // a percent sign that stands for itself
			continue;
		} else {
			diagnostics_.warning(file_, field.at,
					     "no string %" + key + "% in [Strings]: left as it is");
			result += "%" + key + "%";
		}
		place = end;
	}
	return result;
}

void Inf::report()
{
	const std::string text = "quotation without its closing \"";
	const auto say = [&](const std::optional<Position> &at, bool used) {
		if (!at)
			return;
		if (used)
			diagnostics_.error(file_, *at, text);
		else
			diagnostics_.warning(file_, *at, text + " (in a line that is not needed)");
	};
	for (const auto &stored : sections_) {
		if (begins_with_name(stored->section.name, "strings"))
			continue;
		for (const Entry &entry : stored->section.entries)
			say(entry.open_quote, stored->used);
	}
	for (const auto &[key, string] : strings_)
		say(string.open_quote, string.used);
}

} // namespace vpport
