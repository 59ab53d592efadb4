// SPDX-License-Identifier: GPL-2.0
/*
 * Cuts the lines of an INF file into section names and entries. See inf_lexer.hpp.
 */
#include "inf_lexer.hpp"

namespace vpport {

void InfLexer::skip_blanks()
{
	while (!at_end() && is_blank(line()[column_]))
		column_++;
}

void InfLexer::next_line()
{
	line_++;
	column_ = 0;
}

/// Is what stands here a backslash with which the line goes on in the next?
bool InfLexer::continues() const
{
	if (line()[column_] != U'\\')
		return false;
	const size_t behind = line().find_first_not_of(U" \t", column_ + 1);
	return behind == line().npos || line()[behind] == U';';
}

std::optional<std::variant<Header, Entry>> InfLexer::next()
{
	for (; line_ < text_.lines.size(); next_line()) {
		skip_blanks();
		if (at_end() || line()[column_] == U';')
			continue;
		if (line()[column_] != U'[')
			return entry();
		std::optional<Header> found = header();
		if (!found)
			continue;
		next_line();
		return *found;
	}
	return std::nullopt;
}

std::optional<Header> InfLexer::header()
{
	const Position at = here();
	std::u32string name;
	bool in_quotes = false;
	for (column_++; !at_end() && (in_quotes || line()[column_] != U']'); column_++) {
		if (line()[column_] == U'"')
			in_quotes = !in_quotes;
		else
			name += line()[column_];
	}
	if (at_end()) {
		diagnostics_.error(text_.file, at, "section name without its closing ]");
		return std::nullopt;
	}
	column_++;
	const std::string trimmed_name(trimmed(utf8(name)));
	if (trimmed_name.empty()) {
		diagnostics_.error(text_.file, at, "section without a name: []");
		return std::nullopt;
	}
	skip_blanks();
	if (!at_end() && line()[column_] != U';')
		diagnostics_.error(text_.file, here(),
				   "text behind the name of section [" + trimmed_name +
					   "]: an entry stands on a line of its own");
	return Header{trimmed_name, at};
}

/// What stands in quotes, the first of which stands here; "" in it is one quote.
void InfLexer::quotation(Entry &entry, std::u32string &characters)
{
	const Position opened = here();
	for (column_++; !at_end(); column_++) {
		if (line()[column_] != U'"') {
			characters += line()[column_];
			continue;
		}
		column_++;
		if (at_end() || line()[column_] != U'"')
			return;
		characters += U'"';
	}
	if (!entry.open_quote)
		entry.open_quote = opened;
}

/// What stands up to a separator, a comment or the end; the separator comes next.
Field InfLexer::field(Entry &entry, bool may_be_key)
{
	skip_blanks();
	while (!at_end() && continues() && line_ + 1 < text_.lines.size()) {
		next_line();
		skip_blanks();
	}
	Field result;
	result.at = here();
	std::u32string characters;
	size_t kept = 0; // blanks behind this are trimmed; those in quotes are before it
	while (!at_end()) {
		const char32_t character = line()[column_];
		if (character == U',' || character == U';' || (character == U'=' && may_be_key))
			break;
		if (character == U'"') {
			quotation(entry, characters);
			kept = characters.size();
			continue;
		}
		if (continues()) {
			if (line_ + 1 >= text_.lines.size()) {
				diagnostics_.warning(
					text_.file, here(),
					"the line goes on with \\, but the file ends here");
				column_ = line().size();
				break;
			}
			next_line();
			skip_blanks();
			continue;
		}
		characters += character;
		if (!is_blank(character))
			kept = characters.size();
		column_++;
	}
	characters.resize(kept);
	result.text = utf8(characters);
	return result;
}

Entry InfLexer::entry()
{
	Entry result;
	result.at = here();
	Field first = field(result, true);
	if (!at_end() && line()[column_] == U'=') {
		column_++;
		result.key = std::move(first);
		first = field(result, false);
	}
	result.values.push_back(std::move(first));
	while (!at_end() && line()[column_] == U',') {
		column_++;
		result.values.push_back(field(result, false));
	}
	next_line();
	return result;
}

} // namespace vpport
