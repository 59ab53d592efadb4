// SPDX-License-Identifier: GPL-2.0
/*
 * A C file as tokens, with what its preprocessor directives say: enough to find calls, habits and
 * includes without compiling, and without the headers that may be missing. Both branches of a
 * condition are read, but those that no compiler here would: #if 0, and C++.
 */
#ifndef VPPORT_C_SOURCE_HPP
#define VPPORT_C_SOURCE_HPP

#include "text.hpp"

#include <string>
#include <vector>

namespace vpport {

struct Token {
	enum class Kind { Identifier, Number, String, Character, Punctuator };

	Kind kind;
	std::string text; ///< a string's is without its quotes
	Position at;
	unsigned int depth; ///< of braces; a macro's text counts as inside of one
	bool in_macro; ///< in the text of a #define

	bool is(std::string_view what) const
	{
		return text == what && (kind == Kind::Identifier || kind == Kind::Punctuator);
	}
	bool is_name() const { return kind == Kind::Identifier; }
};

struct Include {
	std::string name; ///< as it is written
	bool in_quotes; ///< "name", else <name>
	Position at;
};

struct CSource {
	std::string file;
	std::vector<Token> tokens;
	std::vector<Include> includes;
	std::vector<std::string> macros; ///< that are defined here
};

/// Read a file; never fails: what is no C is so many punctuators.
CSource read_c(const Text &text);

} // namespace vpport

#endif /* VPPORT_C_SOURCE_HPP */
