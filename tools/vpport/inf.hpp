// SPDX-License-Identifier: GPL-2.0
/*
 * An INF file as its syntax has it: sections of entries of fields, with their places, and the
 * strings that stand for others. What a section means is no business of this file.
 */
#ifndef VPPORT_INF_HPP
#define VPPORT_INF_HPP

#include "diagnostics.hpp"
#include "text.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vpport {

/// What stands between separators, without quotes; %strings% are still in it.
struct Field {
	std::string text;
	Position at;
};

/// A line: `key = value, value`, or only values.
struct Entry {
	std::optional<Field> key;
	std::vector<Field> values;
	Position at;
	std::optional<Position> open_quote; ///< where a quotation begins that has no end

	/// The value at a place, or an empty one.
	const Field &value(size_t number) const;
};

/// All entries under one name, wherever they stand.
struct Section {
	std::string name;
	Position at;
	std::vector<Entry> entries;
};

class Inf {
public:
	/**
	 * Inf() - read a file
	 *
	 * What is wrong with the syntax is said in @diagnostics. An open quotation in a line that
	 * nobody asks for is only a warning: see report().
	 */
	Inf(const Text &text, Diagnostics &diagnostics);

	const std::string &file() const { return file_; }

	/// The section of a name, or nullptr; its lines count as asked for.
	const Section *find(std::string_view name);
	bool has(std::string_view name) const;

	/// The names of all sections that begin so.
	std::vector<std::string> names(std::string_view beginning) const;

	/// A field's text with its %strings% in place; one that is not there stays, with a warning.
	std::string expand(const Field &field);

	/// Say what is wrong in lines that were asked for: to be called when all were.
	void report();

private:
	struct Stored {
		Section section;
		bool used = false;
	};

	void read(const Text &text);
	void read_strings();
	void add_strings(const Section &section);

	std::string file_;
	Diagnostics &diagnostics_;
	std::vector<std::unique_ptr<Stored>> sections_; // in the order of the file
	std::map<std::string, Stored *> by_name_; // in lower case
	struct String {
		std::string text;
		std::optional<Position> open_quote;
		bool used = false;
	};
	std::map<std::string, String> strings_; // in lower case
};

} // namespace vpport

#endif /* VPPORT_INF_HPP */
