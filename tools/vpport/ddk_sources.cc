// SPDX-License-Identifier: GPL-2.0
/*
 * The SOURCES file with which the old kit built a driver. See ddk_sources.hpp.
 */
#include "ddk_sources.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace vpport {

namespace {

constexpr size_t most_text = 65536; // of one macro: macros that name themselves twice grow fast

std::string upper(std::string_view text)
{
	std::string result(text);
	for (char &one : result)
		one = static_cast<char>(std::toupper(static_cast<unsigned char>(one)));
	return result;
}

class Reader {
public:
	Reader(const Text &text, Diagnostics &diagnostics) : text_(text), diagnostics_(diagnostics)
	{
	}

	DdkSources read();

private:
	struct Word {
		std::string text;
		Position at;
	};
	struct Macro {
		std::vector<Word> words;
		Position at;
	};

	void directive(std::string_view line, Position at);
	void line(const std::vector<Word> &parts);
	std::string expand(const std::string &text, Position at);
	const std::vector<Word> &words(const std::string &macro);
	std::string first(const std::string &macro);
	void sort_files(DdkSources &result, const std::string &macro, bool of_this_machine);
	void read_defines(DdkSources &result);

	const Text &text_;
	Diagnostics &diagnostics_;
	std::map<std::string, Macro> macros_;
	enum class Branch { Unknown, Taken, Skipped };
	std::vector<Branch> conditions_;
	bool said_conditions_ = false;

	bool skipping() const
	{
		return std::find(conditions_.begin(), conditions_.end(), Branch::Skipped) !=
		       conditions_.end();
	}
};

void Reader::directive(std::string_view line, Position at)
{
	const std::string word = upper(trimmed(line.substr(1)));
	if (word.starts_with("IF")) {
		const std::string_view condition = trimmed(std::string_view(word).substr(2));
		conditions_.push_back(condition == "0"	 ? Branch::Skipped
				      : condition == "1" ? Branch::Taken
							 : Branch::Unknown);
		if (conditions_.back() == Branch::Unknown && !said_conditions_ && !skipping()) {
			diagnostics_.warning(text_.file, at,
					     "conditions are not evaluated: all branches count");
			said_conditions_ = true;
		}
	} else if (word.starts_with("ELSE") && !conditions_.empty()) {
		Branch &branch = conditions_.back();
		branch = branch == Branch::Skipped ? Branch::Taken
			 : branch == Branch::Taken ? Branch::Skipped
						   : Branch::Unknown;
	} else if (word.starts_with("ENDIF")) {
		if (!conditions_.empty())
			conditions_.pop_back();
	} else if (skipping()) {
		return;
	} else if (word.starts_with("INCLUDE")) {
		diagnostics_.warning(text_.file, at, "files that are included here are not read");
	}
}

/// $(MACRO) replaced by what is known; what is not stays.
std::string Reader::expand(const std::string &text, Position at)
{
	std::string result;
	for (size_t place = 0; place < text.size(); place++) {
		const size_t end = text.find(')', place);
		if (text.compare(place, 2, "$(") != 0 || end == text.npos) {
			result += text[place];
			continue;
		}
		const auto macro = macros_.find(upper(text.substr(place + 2, end - place - 2)));
		if (macro == macros_.end()) {
			result.append(text, place, end - place + 1);
		} else {
			std::string value;
			for (const Word &word : macro->second.words)
				value += (value.empty() ? "" : " ") + word.text;
			result += value;
		}
		place = end;
		if (result.size() > most_text) {
			diagnostics_.error(text_.file, at, "macros grow beyond 64 KiB here");
			return "";
		}
	}
	return result;
}

/// NAME = words, over as many lines as there are parts.
void Reader::line(const std::vector<Word> &parts)
{
	const Word &head = parts.front();
	const size_t equals = head.text.find('=');
	if (equals == head.text.npos) {
		diagnostics_.warning(text_.file, head.at,
				     "neither MACRO=VALUE nor a comment: ignored");
		return;
	}
	const std::string name = upper(trimmed(std::string_view(head.text).substr(0, equals)));
	std::vector<Word> found;
	for (size_t number = 0; number < parts.size(); number++) {
		std::string value = parts[number].text;
		const size_t skipped = number ? 0 : equals + 1;
		value = expand(value.substr(skipped), parts[number].at);
		for (size_t place = 0; place < value.size();) {
			const size_t begin = value.find_first_not_of(" \t", place);
			if (begin == value.npos)
				break;
			// a word of C_DEFINES may have blanks in quotes
			size_t end = begin;
			bool quotes = false;
			while (end < value.size() &&
			       (quotes || (value[end] != ' ' && value[end] != '\t')))
				quotes ^= value[end++] == '"';
			Position at = parts[number].at;
			at.column += skipped + begin;
			found.push_back({value.substr(begin, end - begin), at});
			place = end;
		}
	}
	Macro &macro = macros_[name];
	if (conditions_.empty())
		macro.words.clear();
	macro.at = head.at;
	macro.words.insert(macro.words.end(), found.begin(), found.end());
}

const std::vector<Reader::Word> &Reader::words(const std::string &macro)
{
	static const std::vector<Word> none;
	const auto found = macros_.find(macro);
	return found == macros_.end() ? none : found->second.words;
}

std::string Reader::first(const std::string &macro)
{
	const std::vector<Word> &all = words(macro);
	return all.empty() ? "" : all.front().text;
}

void Reader::sort_files(DdkSources &result, const std::string &macro, bool of_this_machine)
{
	for (const Word &word : words(macro)) {
		DdkSources::Item item = {word.text, word.at};
		std::replace(item.path.begin(), item.path.end(), '\\', '/');
		const std::string name = lower(item.path);
		if (name.find("$(") != name.npos)
			diagnostics_.warning(text_.file, word.at,
					     "unknown macro in " + cited(word.text) + ": left out");
		else if (name.ends_with(".rc") || name.ends_with(".mc"))
			result.resources.push_back(std::move(item));
		else if (name.ends_with(".c") && of_this_machine)
			result.sources.push_back(std::move(item));
		else
			result.others.push_back(std::move(item));
	}
}

void Reader::read_defines(DdkSources &result)
{
	for (const Word &word : words("C_DEFINES")) {
		const bool is_define = word.text.starts_with("-D") || word.text.starts_with("/D");
		const std::string define = is_define ? word.text.substr(2) : "";
		const std::string name = define.substr(0, define.find('='));
		const bool good = !name.empty() &&
				  !std::isdigit(static_cast<unsigned char>(name[0])) &&
				  std::all_of(name.begin(), name.end(), [](unsigned char one) {
					  return std::isalnum(one) || one == '_';
				  });
		if (word.text.starts_with("$(") && word.text.ends_with(')'))
			continue; // what the kit's own files add
		if (good)
			result.defines.push_back(define);
		else
			diagnostics_.warning(text_.file, word.at,
					     cited(word.text) + " of C_DEFINES is not understood: "
								"left out");
	}
}

DdkSources Reader::read()
{
	std::vector<Word> parts;
	for (size_t number = 0; number < text_.lines.size(); number++) {
		std::string line = utf8(text_.lines[number]);
		if (parts.empty() && line.starts_with('!')) {
			directive(line, {number + 1, 1});
			continue;
		}
		if (skipping())
			continue;
		line.erase(std::min(line.find('#'), line.size()));
		const std::string_view kept = trimmed(line);
		const bool goes_on = kept.ends_with('\\');
		// a comment between lines that go on does not end them
		const bool comment = kept.empty() && !text_.lines[number].empty() &&
				     text_.lines[number].find(U'#') != std::u32string::npos;
		if (!kept.empty()) {
			const size_t begin = static_cast<size_t>(kept.data() - line.data());
			parts.push_back({std::string(kept.substr(0, kept.size() - goes_on)),
					 {number + 1, begin + 1}});
		}
		if (!parts.empty() && !goes_on && !(comment && parts.size() > 1)) {
			this->line(parts);
			parts.clear();
		}
	}
	if (!parts.empty())
		this->line(parts);

	DdkSources result;
	result.target_name = first("TARGETNAME");
	result.target_type = upper(first("TARGETTYPE"));
	sort_files(result, "SOURCES", true);
	sort_files(result, "AMD64_SOURCES", true);
	sort_files(result, "I386_SOURCES", false);
	read_defines(result);
	for (const Word &word : words("INCLUDES")) {
		// separated by semicolons
		for (size_t place = 0; place <= word.text.size();) {
			const size_t end = std::min(word.text.find(';', place), word.text.size());
			DdkSources::Item item = {word.text.substr(place, end - place), word.at};
			item.at.column += place;
			place = end + 1;
			if (item.path.empty())
				continue;
			std::replace(item.path.begin(), item.path.end(), '\\', '/');
			if (item.path.find("$(") != item.path.npos ||
			    item.path.find(':') != item.path.npos)
				diagnostics_.note(text_.file, item.at,
						  "folder " + cited(item.path) +
							  " of INCLUDES is not here: left out");
			else
				result.includes.push_back(std::move(item));
		}
	}
	return result;
}

} // namespace

DdkSources read_ddk_sources(const Text &text, Diagnostics &diagnostics)
{
	return Reader(text, diagnostics).read();
}

} // namespace vpport
