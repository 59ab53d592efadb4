// SPDX-License-Identifier: GPL-2.0
/*
 * Cuts the lines of an INF file into section names and entries: comments, quotes, lines that go on
 * in the next. Knows no section and no string.
 */
#ifndef VPPORT_INF_LEXER_HPP
#define VPPORT_INF_LEXER_HPP

#include "inf.hpp"

#include <variant>

namespace vpport {

/// The name of a section, from [brackets].
struct Header {
	std::string name;
	Position at;
};

class InfLexer {
public:
	InfLexer(const Text &text, Diagnostics &diagnostics)
		: text_(text),
		  diagnostics_(diagnostics)
	{
	}

	/// The next header or entry, past all errors; nothing at the end.
	std::optional<std::variant<Header, Entry>> next();

private:
	const std::u32string &line() const { return text_.lines[line_]; }
	bool at_end() const { return column_ >= line().size(); }
	Position here() const { return {line_ + 1, column_ + 1}; }
	void skip_blanks();
	void next_line();
	bool continues() const;

	std::optional<Header> header();
	Entry entry();
	Field field(Entry &entry, bool may_be_key);
	void quotation(Entry &entry, std::u32string &characters);

	const Text &text_;
	Diagnostics &diagnostics_;
	size_t line_ = 0;
	size_t column_ = 0;
};

} // namespace vpport

#endif /* VPPORT_INF_LEXER_HPP */
