// SPDX-License-Identifier: GPL-2.0
/*
 * Reading .reg text: lines, sections and names. See reg_text.h; the data of values is in
 * reg_reader_data.cc.
 */
#include <utility>

#include "reg_text.h"

namespace vp {

static bool is_blank(int unit)
{
	return unit == ' ' || unit == '\t' || unit == '\r';
}

static int lower(int unit)
{
	return unit >= 'A' && unit <= 'Z' ? unit + 0x20 : unit;
}

bool RegReader::ends_item(int unit) const
{
	return unit == end || unit == '\n' || (style_ == Style::Parameter && unit == ';');
}

/* What is said of mistakes is said of here. */
void RegReader::mark()
{
	mark_line_ = line_;
	mark_column_ = pos_ - line_start_ + 1;
}

/* Return: false, for whoever cannot go on. */
bool RegReader::wrong(const char *what)
{
	mark();
	mistake_ = what;
	return false;
}

void RegReader::blanks()
{
	while (is_blank(peek()))
		pos_++;
}

/* Go behind an ASCII word in lower case, if it is what comes; in any case. */
bool RegReader::skip(const char *word)
{
	size_t pos = pos_;

	for (; *word; word++)
		if (lower(at(pos++)) != *word)
			return false;
	pos_ = pos;
	return true;
}

/* To the next line or item with something in it. Return: false at the end of the text. */
bool RegReader::next_item()
{
	for (;;) {
		blanks();

		int unit = peek();

		if (unit == end)
			return false;
		if (unit == '\n') {
			pos_++;
			line_++;
			line_start_ = pos_;
		} else if (unit == ';') {
			pos_++;
			while (style_ == Style::File && peek() != end && peek() != '\n')
				pos_++;
		} else {
			return true;
		}
	}
}

/* @tied: lines that a backslash ties together go together, as behind a mistake in one of them. */
void RegReader::skip_item(bool tied)
{
	for (;;) {
		int last = end;

		while (!ends_item(peek())) {
			last = is_blank(peek()) ? last : peek();
			pos_++;
		}
		if (!tied || style_ == Style::Parameter || last != '\\' || peek() == end)
			return;
		pos_++;
		line_++;
		line_start_ = pos_;
	}
}

/* Nothing that is no text may be in the line, or in the item with what is quoted in it. */
bool RegReader::check_text()
{
	size_t start = pos_;
	bool quoted = false;

	while (!ends_item(peek()) || (quoted && peek() == ';')) {
		size_t before = pos_;

		if (peek() == '"')
			quoted = !quoted;
		else if (quoted && peek() == '\\' && !ends_item(at(pos_ + 1)))
			pos_++; /* what it stands before is no quote, or no text */
		if (is_surrogate(next_code_point(text_, pos_)) && !mistake_) {
			size_t behind = std::exchange(pos_, before);

			(void)wrong(
				"no text: write it in UTF-8, or in UTF-16LE with a byte order mark");
			pos_ = behind;
		}
	}
	/* A quoted semicolon ends no item; but a line may be tied to the next. */
	if (!mistake_ || style_ == Style::File)
		pos_ = start;
	return !mistake_;
}

/* What editors write above the first section. */
bool RegReader::first_line()
{
	static constexpr char version_5[] = "windows registry editor version 5.00";

	if (begun_)
		return false;
	begun_ = true;
	if (style_ == Style::Parameter)
		return false;
	narrow_ = skip("regedit4");
	return narrow_ || skip(version_5);
}

/* ---- Names ---- */

bool RegReader::put_name(WCHAR unit)
{
	if (name_length_ == max_value_name)
		return wrong("the name is too long: 512 characters, with its keys, are the most");
	name_[name_length_++] = unit;
	return true;
}

bool RegReader::checked_name()
{
	if (const char *error = value_name_error(name()))
		return wrong(error);
	return true;
}

bool RegReader::quoted_name()
{
	pos_++;
	while (peek() != '"') {
		WCHAR unit = 0;

		if (ends_item(peek()) && peek() != ';')
			return wrong("the name has no closing quote");
		if (!escaped(unit) || !put_name(unit))
			return false;
	}
	pos_++;
	return true;
}

/* In a parameter: up to the equals sign. */
bool RegReader::plain_name()
{
	while (peek() != '=') {
		if (ends_item(peek()))
			return wrong("want NAME=VALUE: there is no equals sign");
		if (!put_name(static_cast<WCHAR>(peek())))
			return false;
		pos_++;
	}
	while (name_length_ && is_blank(name_[name_length_ - 1]))
		name_length_--;
	return true;
}

/*
 * [Sub\Key]. What an editor has exported begins at the root of all: then what follows the adapter's own
 * key counts, which is called Device0 or 0000, or any other number.
 */
static bool is_adapter_key(WideText key)
{
	static constexpr char device[] = "device";
	size_t word = sizeof(device) - 1, digits = 0;

	for (size_t i = 0; i < word && i < key.length; i++)
		if (lower(key.units[i]) != device[i])
			word = 0;
	if (key.length < word)
		word = 0;
	while (word + digits < key.length && key.units[word + digits] >= '0' &&
	       key.units[word + digits] <= '9')
		digits++;
	return digits && word + digits == key.length && (word || digits == 4);
}

/* Behind the adapter's key in a full path; its length if there is no such key. */
static size_t adapter_key_end(WideText path)
{
	for (size_t start = 0, i = 0; i <= path.length; i++) {
		if (i < path.length && path.units[i] != '\\')
			continue;
		if (is_adapter_key(path.part(start, i - start)))
			return i < path.length ? i + 1 : i;
		start = i + 1;
	}
	return ~size_t{0};
}

bool RegReader::section()
{
	size_t start = ++pos_;

	section_length_ = name_length_ = 0;
	lost_ = true; /* until it is known to be right */
	if (peek() == '-')
		return wrong(
			"keys cannot be deleted, but values can: \"Name\"=-; skipped to the next section");
	while (peek() != ']') {
		if (ends_item(peek()))
			return wrong("the section has no closing ]; skipped to the next section");
		pos_++;
	}

	WideText path = text_.part(start, pos_ - start);

	pos_ = start;
	if (skip("hkey_")) {
		size_t behind = adapter_key_end(path);

		if (behind > path.length)
			return wrong(
				"no adapter's key: want ...\\Device0 or ...\\0000 in it; skipped to the next section");
		path = path.part(behind, path.length - behind);
	}
	pos_ = start;
	for (size_t i = 0; i < path.length; i++)
		if (!put_name(path.units[i]))
			return false;
	if (name_length_) {
		if (const char *error = value_name_error(name()))
			return wrong(error);
		if (!put_name('\\'))
			return false;
	}
	while (peek() != ']')
		pos_++;
	pos_++;
	section_length_ = name_length_;
	lost_ = false;
	return true;
}

/* ---- Items ---- */

bool RegReader::value()
{
	name_length_ = section_length_;
	length_ = 0;
	removal_ = false;
	if (peek() == '"') {
		if (!quoted_name())
			return false;
	} else if (peek() == '@') {
		return wrong("@: the value without a name, for which no miniport can ask");
	} else if (style_ == Style::File) {
		return wrong("want \"Name\"=, [Key], or a comment that begins with ;");
	} else if (!plain_name()) {
		return false;
	}
	if (!checked_name())
		return false;
	blanks();
	if (peek() != '=')
		return wrong("want = after the name");
	pos_++;
	blanks();
	return data_of_value();
}

RegReader::Next RegReader::next()
{
	mistake_ = nullptr;
	while (next_item()) {
		bool values = false, right;

		mark();
		if (!check_text()) {
			skip_item(true);
			return Next::Mistake;
		}
		if (first_line()) {
			right = true;
		} else if (style_ == Style::File && peek() == '[') {
			right = section();
		} else if (lost_) {
			skip_item(true);
			continue;
		} else {
			values = true;
			right = value();
		}
		if (right) {
			blanks();
			if (!ends_item(peek()) && peek() != ';')
				right = wrong("something stands behind what could be read");
		}
		if (!right || values)
			skip_item(!right);
		if (!right)
			return Next::Mistake;
		if (values)
			return removal_ ? Next::Removal : Next::Value;
	}
	return Next::End;
}

} // namespace vp
