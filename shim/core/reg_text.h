/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registry values as text, in the syntax of .reg files: a reader, which gives one value (or one
 * mistake) after another, and a writer, whose text the reader takes. Knows nothing of an adapter;
 * never reads or writes beyond what it was given. PASSIVE.
 */
#ifndef VP_CORE_REG_TEXT_H
#define VP_CORE_REG_TEXT_H

#include <cstddef>
#include <cstdint>

#include "value_store.h"
#include "wide.h"

namespace vp {

constexpr size_t max_reg_text = 1 << 20; /* bytes of a file */

/*
 * Reads text. In a file a value stands on a line, and its name in quotes. In a parameter values are
 * separated by semicolons, names and text need no quotes, and there are no sections or comments.
 */
class RegReader {
public:
	enum class Style : uint8_t { File, Parameter };
	enum class Next : uint8_t { Value, Removal, Mistake, End };

	RegReader(WideText text, Style style) : text_(text), style_(style) {}
	RegReader(const RegReader &) = delete;
	RegReader &operator=(const RegReader &) = delete;

	/** Read on. After a mistake what follows its line (or semicolon) can still be read. */
	[[nodiscard]] Next next();

	/* of the Value or Removal, until next() is called again */
	WideText name() const { return {name_, name_length_}; }
	uint32_t type() const { return type_; }
	const uint8_t *data() const { return data_; }
	size_t length() const { return length_; }

	/* where the mistake is, or the value began: counted from 1, columns in units of UTF-16 */
	size_t line() const { return mark_line_; }
	size_t column() const { return mark_column_; }
	/** What is wrong there: the end of a sentence. */
	const char *mistake() const { return mistake_; }

private:
	static constexpr int end = -1; /* of the text */

	int at(size_t pos) const { return pos < text_.length ? text_.units[pos] : end; }
	int peek() const { return at(pos_); }
	bool ends_item(int unit) const;
	void mark();
	bool wrong(const char *what);
	void blanks();
	bool skip(const char *word);
	bool next_item();
	void skip_item(bool tied);
	bool check_text();

	bool first_line();
	bool section();
	bool value();
	bool quoted_name();
	bool plain_name();
	bool put_name(WCHAR unit);
	bool checked_name();

	bool data_of_value();
	bool put_byte(unsigned int byte);
	bool put_unit(WCHAR unit);
	bool escaped(WCHAR &unit);
	bool quoted_text();
	bool plain_text();
	bool dword();
	bool hex();
	bool hex_type();
	bool next_hex_line();
	int hex_digits(unsigned int most, uint32_t &number);

	const WideText text_;
	const Style style_;
	size_t pos_ = 0;
	size_t line_ = 1;
	size_t line_start_ = 0;
	size_t mark_line_ = 1;
	size_t mark_column_ = 1;
	const char *mistake_ = nullptr;
	bool begun_ = false; /* something but blanks and comments was read */
	bool narrow_ = false; /* REGEDIT4: text in hex() is of 8 bits */
	bool lost_ = false; /* after a wrong section line: nobody knows where values belong */
	bool removal_ = false;
	uint32_t type_ = 0;
	size_t section_length_ = 0;
	size_t name_length_ = 0;
	size_t length_ = 0;
	WCHAR name_[max_value_name + 1]; /* begins with the section, if there is one */
	uint8_t data_[max_value_bytes];
};

/*
 * write_reg_text() - the values of a store as the text of a .reg file, in UTF-8
 * @store: the values.
 * @out: receives the text, without a terminating zero, as far as there is room.
 * @room: bytes.
 *
 * Return: bytes of the whole text.
 */
size_t write_reg_text(ValueStore &store, char *out, size_t room);

} // namespace vp

#endif
