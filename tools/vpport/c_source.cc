// SPDX-License-Identifier: GPL-2.0
/*
 * A C file as tokens. See c_source.hpp.
 */
#include "c_source.hpp"

#include <algorithm>

namespace vpport {

namespace {

struct Character {
	char32_t value;
	Position at;
};

bool begins_name(char32_t value)
{
	return (value >= U'a' && value <= U'z') || (value >= U'A' && value <= U'Z') ||
	       value == U'_' || value == U'$' || value >= 0x80;
}

bool is_digit(char32_t value)
{
	return value >= U'0' && value <= U'9';
}

/// The file without its spliced lines; comments are one blank.
std::vector<Character> characters(const Text &text)
{
	std::vector<Character> all;
	for (size_t number = 0; number < text.lines.size(); number++) {
		std::u32string_view line = text.lines[number];
		// blanks behind the backslash: gcc, too, takes them for a splice
		const size_t last = line.find_last_not_of(U" \t");
		const bool spliced = last != line.npos && line[last] == U'\\';
		if (spliced)
			line = line.substr(0, last);
		for (size_t column = 0; column < line.size(); column++)
			all.push_back({line[column], {number + 1, column + 1}});
		if (!spliced)
			all.push_back({U'\n', {number + 1, line.size() + 1}});
	}
	return all;
}

class Scanner {
public:
	explicit Scanner(const Text &text) : input_(characters(text)) { source_.file = text.file; }

	CSource read();

private:
	/// One #if and what belongs to it.
	struct Condition {
		bool read; ///< the branch that we are in
		bool decided; ///< a branch before it is certainly taken
		bool outside; ///< what is around it is read
		unsigned int depth; ///< of braces, before it
	};
	enum class Truth { No, Yes, Unknown };

	bool done() const { return place_ >= input_.size(); }
	char32_t peek(size_t ahead = 0) const
	{
		return place_ + ahead < input_.size() ? input_[place_ + ahead].value : U'\0';
	}
	Position here() const { return done() ? Position{} : input_[place_].at; }
	bool reading() const { return conditions_.empty() || conditions_.back().read; }

	bool skip_blank();
	void skip_comment();
	Token token();
	void quotation(Token &token);
	std::vector<Token> rest_of_line();
	void directive();
	void include();
	void define();
	void condition(const std::string &word);
	static Truth truth(const std::string &word, const std::vector<Token> &tokens);
	void branch(Truth truth);
	void add(Token token);

	std::vector<Character> input_;
	size_t place_ = 0;
	unsigned int depth_ = 0;
	std::vector<Condition> conditions_;
	CSource source_;
};

void Scanner::skip_comment()
{
	if (peek(1) == U'/') {
		while (!done() && peek() != U'\n')
			place_++;
		return;
	}
	for (place_ += 2; !done() && !(peek() == U'*' && peek(1) == U'/');)
		place_++;
	place_ = std::min(place_ + 2, input_.size());
}

/// Past a blank or a comment, but not a line's end; false if here is neither.
bool Scanner::skip_blank()
{
	if (is_blank(peek())) {
		place_++;
		return true;
	}
	if (peek() != U'/' || (peek(1) != U'/' && peek(1) != U'*'))
		return false;
	skip_comment();
	return true;
}

/// A string or character; it ends with its line at the latest.
void Scanner::quotation(Token &token)
{
	const char32_t quote = peek();
	std::u32string inside;
	token.kind = quote == U'"' ? Token::Kind::String : Token::Kind::Character;
	for (place_++; !done() && peek() != U'\n' && peek() != quote; place_++) {
		if (peek() == U'\\' && peek(1) != U'\n')
			inside += input_[place_++].value;
		if (!done())
			inside += peek();
	}
	if (peek() == quote)
		place_++;
	token.text = utf8(inside);
}

Token Scanner::token()
{
	Token token = {Token::Kind::Punctuator, "", here(), depth_, false};
	std::u32string text;
	if ((peek() == U'L' || peek() == U'u' || peek() == U'U') &&
	    (peek(1) == U'"' || peek(1) == U'\''))
		place_++;
	if (peek() == U'"' || peek() == U'\'') {
		quotation(token);
		return token;
	}
	if (begins_name(peek())) {
		token.kind = Token::Kind::Identifier;
		while (begins_name(peek()) || is_digit(peek()))
			text += input_[place_++].value;
	} else if (is_digit(peek()) || (peek() == U'.' && is_digit(peek(1)))) {
		token.kind = Token::Kind::Number;
		while (begins_name(peek()) || is_digit(peek()) || peek() == U'.' ||
		       ((peek() == U'+' || peek() == U'-') &&
			(text.back() == U'e' || text.back() == U'E') && text[1] != U'x' &&
			text[1] != U'X'))
			text += input_[place_++].value;
	} else {
		text += input_[place_++].value;
		if (text[0] == U'-' && peek() == U'>')
			text += input_[place_++].value;
	}
	token.text = utf8(text);
	return token;
}

std::vector<Token> Scanner::rest_of_line()
{
	std::vector<Token> tokens;
	while (!done() && peek() != U'\n') {
		if (!skip_blank())
			tokens.push_back(token());
	}
	return tokens;
}

void Scanner::include()
{
	while (skip_blank())
		;
	const char32_t open = peek(), close = open == U'<' ? U'>' : U'"';
	Include include = {"", open == U'"', here()};
	if (open != U'<' && open != U'"')
		return; // a macro's
	std::u32string name;
	for (place_++; !done() && peek() != U'\n' && peek() != close; place_++)
		name += peek();
	include.name = trimmed(utf8(name));
	if (peek() == close && !include.name.empty())
		source_.includes.push_back(std::move(include));
}

void Scanner::define()
{
	while (skip_blank())
		;
	if (!begins_name(peek()))
		return;
	source_.macros.push_back(token().text);
	if (peek() == U'(') {
		while (!done() && peek() != U'\n' && peek() != U')')
			place_++;
	}
	for (Token &one : rest_of_line()) {
		one.in_macro = true;
		one.depth = depth_ + 1;
		source_.tokens.push_back(std::move(one));
	}
}

/// What is known of a condition without knowing the configuration: that C is not C++, and numbers.
Scanner::Truth Scanner::truth(const std::string &word, const std::vector<Token> &tokens)
{
	const auto opposite = [](Truth truth) {
		return truth == Truth::Yes  ? Truth::No
		       : truth == Truth::No ? Truth::Yes
					    : Truth::Unknown;
	};
	std::vector<std::string> words;
	for (const Token &token : tokens) {
		if (!token.is("(") && !token.is(")"))
			words.push_back(token.text);
	}
	if (words.empty())
		return Truth::Unknown;
	if (word == "ifdef" || word == "ifndef") {
		const Truth defined = words[0] == "__cplusplus" ? Truth::No : Truth::Unknown;
		return word == "ifdef" ? defined : opposite(defined);
	}
	if (words.size() == 2 && words[0] == "defined" && words[1] == "__cplusplus")
		return Truth::No;
	if (words.size() == 3 && words[0] == "!" && words[2] == "__cplusplus")
		return Truth::Yes;
	const bool alone = words.size() == 1;
	if (words[0] == "0" || words[0] == "FALSE")
		return alone || words[1] == "&" ? Truth::No : Truth::Unknown;
	if (words[0] == "1" || words[0] == "TRUE")
		return alone || words[1] == "|" ? Truth::Yes : Truth::Unknown;
	return Truth::Unknown;
}

/// Enter a branch of the innermost condition.
void Scanner::branch(Truth truth)
{
	Condition &condition = conditions_.back();
	condition.read = condition.outside && !condition.decided && truth != Truth::No;
	condition.decided |= truth == Truth::Yes;
	if (condition.read)
		depth_ = condition.depth;
}

void Scanner::condition(const std::string &word)
{
	const std::vector<Token> tokens = rest_of_line();
	if (word == "if" || word == "ifdef" || word == "ifndef") {
		conditions_.push_back({true, false, reading(), depth_});
		branch(truth(word, tokens));
	} else if (conditions_.empty()) {
		return;
	} else if (word == "elif") {
		branch(truth("if", tokens));
	} else if (word == "else") {
		branch(Truth::Unknown);
	} else {
		conditions_.pop_back();
	}
}

/// What stands behind a #, up to the end of its line.
void Scanner::directive()
{
	place_++;
	while (skip_blank())
		;
	const std::string word = begins_name(peek()) ? token().text : "";
	if (word == "if" || word == "ifdef" || word == "ifndef" || word == "elif" ||
	    word == "else" || word == "endif")
		condition(word);
	else if (word == "include" && reading())
		include();
	else if (word == "define" && reading())
		define();
	rest_of_line();
}

void Scanner::add(Token token)
{
	if (!reading())
		return;
	if (token.is("}") && depth_ > 0)
		token.depth = --depth_;
	if (token.is("{"))
		depth_++;
	source_.tokens.push_back(std::move(token));
}

CSource Scanner::read()
{
	bool first_of_line = true;
	while (!done()) {
		if (peek() == U'\n') {
			first_of_line = true;
			place_++;
		} else if (skip_blank()) {
			continue;
		} else if (peek() == U'#' && first_of_line) {
			directive();
		} else {
			first_of_line = false;
			add(token());
		}
	}
	return std::move(source_);
}

} // namespace

CSource read_c(const Text &text)
{
	return Scanner(text).read();
}

} // namespace vpport
