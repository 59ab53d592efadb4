// SPDX-License-Identifier: GPL-2.0
/*
 * Which calls a driver's sources make. See calls.hpp.
 */
#include "calls.hpp"

#include <algorithm>
#include <string_view>

namespace vpport {

namespace {

using Tokens = std::vector<Token>;

constexpr std::string_view get_proc_address = "VideoPortGetProcAddress";

bool is_at(const Tokens &tokens, size_t place, std::string_view text)
{
	return place < tokens.size() && tokens[place].is(text);
}

/// Behind the bracket that closes the one at a place; in a macro's text, not beyond it.
size_t behind_bracket(const Tokens &tokens, size_t place)
{
	size_t open = 0;
	for (size_t at = place; at < tokens.size(); at++) {
		if (tokens[at].in_macro != tokens[place].in_macro)
			continue;
		if (tokens[at].is("("))
			open++;
		else if (tokens[at].is(")") && --open == 0)
			return at + 1;
		else if (tokens[at].is("{") || tokens[at].is("}"))
			break;
	}
	return tokens.size();
}

/// A name outside of all braces with parameters behind it: does its body follow?
bool is_definition(const Tokens &tokens, size_t place)
{
	if (tokens[place].depth || !is_at(tokens, place + 1, "("))
		return false;
	const size_t behind = behind_bracket(tokens, place + 1);
	// the parameters of the old style of C come before the body
	return behind < tokens.size() && (tokens[behind].is("{") || tokens[behind].is_name());
}

/// A name behind this one cannot be a declaration's.
bool begins_expression(const Token &token)
{
	return token.is("return") || token.is("else") || token.is("do") || token.is("case") ||
	       token.is("goto") || token.is("sizeof");
}

/// Is the name at a place called here?
bool is_called(const Tokens &tokens, size_t place)
{
	const Token &token = tokens[place];
	if (!token.depth || !is_at(tokens, place + 1, "("))
		return false;
	if (place == 0 || tokens[place - 1].in_macro != token.in_macro)
		return true;
	const Token &before = tokens[place - 1];
	if (before.is(".") || before.is("->"))
		return false;
	return !before.is_name() || begins_expression(before) || before.at.line != token.at.line;
}

/// Is the name at a place used for its address, in a table or as an argument?
bool is_taken(const Tokens &tokens, size_t place)
{
	if (place == 0 || is_at(tokens, place + 1, "("))
		return false;
	const Token &before = tokens[place - 1];
	if (before.is("="))
		return true;
	return tokens[place].depth &&
	       (before.is(",") || before.is("{") || before.is("(") || before.is("&") ||
		before.is("?") || before.is(":") || before.is("return") || before.is(")"));
}

/// The name that VideoPortGetProcAddress is asked for at a place, or nothing.
const Token *asked_name(const Tokens &tokens, size_t place)
{
	if (!is_at(tokens, place + 1, "("))
		return nullptr;
	const size_t end = behind_bracket(tokens, place + 1);
	for (size_t at = place + 2; at < end; at++) {
		if (tokens[at].kind == Token::Kind::String)
			return &tokens[at];
	}
	return nullptr;
}

} // namespace

std::set<std::string> own_names(const std::vector<CSource> &sources)
{
	std::set<std::string> names;
	for (const CSource &source : sources) {
		names.insert(source.macros.begin(), source.macros.end());
		for (size_t place = 0; place < source.tokens.size(); place++) {
			if (source.tokens[place].is_name() && is_definition(source.tokens, place))
				names.insert(source.tokens[place].text);
		}
	}
	return names;
}

std::vector<CallUse> find_calls(const std::vector<CSource> &sources)
{
	const std::set<std::string> own = own_names(sources);
	std::map<std::string, std::set<Place>> found;
	for (const CSource &source : sources) {
		const Tokens &tokens = source.tokens;
		for (size_t place = 0; place < tokens.size(); place++) {
			const Token &token = tokens[place];
			if (!token.is_name())
				continue;
			if (token.text == get_proc_address) {
				const Token *asked = asked_name(tokens, place);
				if (asked && is_kernel_name(asked->text))
					found[asked->text].insert({source.file, asked->at, true});
			}
			const Call *call = find_call(token.text);
			if (!call && !is_kernel_name(token.text))
				continue;
			if (own.count(token.text))
				continue;
			// the address of what is in no list may be anything of the driver's
			if (is_called(tokens, place) || (call && is_taken(tokens, place)))
				found[token.text].insert({source.file, token.at, false});
		}
	}

	std::vector<CallUse> uses;
	for (auto &[name, places] : found) {
		const Call *call = find_call(name);
		uses.push_back({name,
				call ? call->standing : Standing::Missing,
				call,
				{places.begin(), places.end()}});
	}
	return uses;
}

} // namespace vpport
