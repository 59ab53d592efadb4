// SPDX-License-Identifier: GPL-2.0
/*
 * Legacy habits that do not work here. See habits.hpp.
 */
#include "habits.hpp"

#include "api_list.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace vpport {

namespace {

using Tokens = std::vector<Token>;

const std::set<std::string, std::less<>> words_of_32_bits = {
	"ULONG", "LONG", "UINT", "INT", "DWORD", "int", "UINT32", "INT32", "ULONG32", "BOOL"};
const std::set<std::string, std::less<>> plain_types = {
	"VOID",	 "void",  "UCHAR", "CHAR", "char", "USHORT", "SHORT",
	"short", "ULONG", "LONG",  "BYTE", "WORD", "DWORD",  "BOOLEAN"};
// PHYSICAL_ADDRESS and the like begin with a P, too.
const std::set<std::string, std::less<>> no_pointers = {
	"PHYSICAL_ADDRESS", "PCI_SLOT_NUMBER", "PCI_COMMON_CONFIG", "PNP_OBJECT", "POWER_STATE"};

/// What the driver's declarations say of names, of variables and members alike.
struct Declared {
	std::set<std::string> pointers; ///< and nothing else
	std::set<std::string> words; ///< ULONG and the like, and nothing else
};

bool is_pointer_type(const std::string &name)
{
	if (no_pointers.count(name))
		return false;
	return name.size() > 2 && (name[0] == 'P' || name.starts_with("LP")) &&
	       std::all_of(name.begin(), name.end(), [](unsigned char c) {
		       return std::isupper(c) || std::isdigit(c) || c == '_';
	       });
}

bool ends_declarator(const Token &token)
{
	return token.is(";") || token.is(",") || token.is("=") || token.is("[") || token.is(")");
}

Declared declarations(const std::vector<CSource> &sources)
{
	std::set<std::string> pointers, words, others;
	for (const CSource &source : sources) {
		const Tokens &tokens = source.tokens;
		for (size_t place = 0; place + 2 < tokens.size(); place++) {
			if (!tokens[place].is_name())
				continue;
			size_t name = place + 1;
			while (name < tokens.size() && tokens[name].is("*"))
				name++;
			const bool starred = name > place + 1;
			if (name + 1 >= tokens.size() || !tokens[name].is_name() ||
			    !ends_declarator(tokens[name + 1]))
				continue;
			const std::string &type = tokens[place].text;
			if (type == "return" || type == "goto" || type == "sizeof" ||
			    type == "case")
				continue;
			// without a type of this spelling a * multiplies
			if (starred && !plain_types.count(type) && !type.starts_with('_') &&
			    !std::isupper(static_cast<unsigned char>(type[0])))
				continue;
			const bool array = tokens[name + 1].is("[");
			if (starred || is_pointer_type(type))
				pointers.insert(tokens[name].text);
			else if (words_of_32_bits.count(type) && !array)
				words.insert(tokens[name].text);
			else
				others.insert(tokens[name].text);
		}
	}
	Declared declared;
	for (const std::string &name : pointers) {
		if (!words.count(name) && !others.count(name))
			declared.pointers.insert(name);
	}
	for (const std::string &name : words) {
		if (!pointers.count(name) && !others.count(name))
			declared.words.insert(name);
	}
	return declared;
}

class Finder {
public:
	Finder(const CSource &source, const Declared &declared, std::vector<Habit> &habits)
		: source_(source),
		  tokens_(source.tokens),
		  declared_(declared),
		  habits_(habits)
	{
	}

	void find();

private:
	bool is(size_t place, std::string_view text) const
	{
		return place < tokens_.size() && tokens_[place].is(text);
	}
	void add(const char *kind, Severity severity, size_t place, std::string text)
	{
		habits_.push_back(
			{kind, severity, source_.file, tokens_[place].at, std::move(text)});
	}
	void word(size_t place);
	void number(size_t place);
	void cast(size_t place);
	void pointer_cast(size_t place);
	size_t operand(size_t place) const;

	const CSource &source_;
	const Tokens &tokens_;
	const Declared &declared_;
	std::vector<Habit> &habits_;
};

/// The last name of a chain as Ext->Regs.Base, or the end if it is called, indexed or no such chain.
size_t Finder::operand(size_t place) const
{
	const size_t none = tokens_.size();
	size_t brackets = 0;
	while (is(place, "(")) {
		place++;
		brackets++;
	}
	if (place >= none || !tokens_[place].is_name())
		return none;
	while ((is(place + 1, ".") || is(place + 1, "->")) && place + 2 < none &&
	       tokens_[place + 2].is_name())
		place += 2;
	if (is(place + 1, "(") || is(place + 1, "["))
		return none;
	// a difference of pointers is a length
	if (brackets && is(place + 1, "-"))
		return none;
	return place;
}

/// `(ULONG)pointer`: half of an address.
void Finder::cast(size_t place)
{
	const std::string &type = tokens_[place + 1].text;
	size_t value = place + 3;
	const bool of_address = is(value, "&") && value + 1 < tokens_.size() &&
				(tokens_[value + 1].is_name() || is(value + 1, "("));
	if (of_address) {
		// the offset of a member, as in (ULONG)&((T *)0)->m, is none
		if (is(value + 1, "("))
			return;
		add("address-in-32-bits", Severity::Warning, place,
		    "an address is cast to " + type +
			    ", which has 32 bits: keep it in a ULONG_PTR or PVOID");
		return;
	}
	if (is(value, "(") && value + 1 < tokens_.size() &&
	    is_pointer_type(tokens_[value + 1].text) && is(value + 2, ")")) {
		add("address-in-32-bits", Severity::Warning, place,
		    "a pointer is cast to " + type +
			    ", which has 32 bits: keep it in a ULONG_PTR or PVOID");
		return;
	}
	const size_t name = operand(value);
	if (name < tokens_.size() && declared_.pointers.count(tokens_[name].text))
		add("address-in-32-bits", Severity::Warning, place,
		    "the pointer " + tokens_[name].text + " is cast to " + type +
			    ", which has 32 bits: keep it in a ULONG_PTR or PVOID");
}

/// `(PVOID)word`: an address that was kept in 32 bits.
void Finder::pointer_cast(size_t place)
{
	size_t value = place + 1;
	while (!is(value, ")"))
		value++;
	const size_t name = operand(value + 1);
	if (name < tokens_.size() && declared_.words.count(tokens_[name].text))
		add("address-in-32-bits", Severity::Warning, place,
		    tokens_[name].text + " has 32 bits and becomes a pointer: addresses have 64");
}

void Finder::number(size_t place)
{
	const std::string &text = tokens_[place].text;
	const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
	if (hexadecimal || (text.find('.') == text.npos && text.find_first_of("eE") == text.npos))
		return;
	add("floating-point", Severity::Error, place,
	    "floating point (" + text + "): the kernel has none; compute with integers");
}

void Finder::word(size_t place)
{
	const std::string &text = tokens_[place].text;
	const auto one_of = [&text](std::initializer_list<std::string_view> words) {
		return std::find(words.begin(), words.end(), text) != words.end();
	};
	if (one_of({"__asm", "_asm", "__asm__", "asm"}))
		add("assembly", Severity::Error, place,
		    text + ": assembly of another compiler does not compile here; use the VideoPort "
			   "calls, or C");
	else if (one_of({"__try", "_try", "__except", "_except", "__finally", "_finally", "__leave",
			 "_SEH2_TRY", "_SEH2_EXCEPT", "_SEH2_FINALLY"}) ||
		 (text == "try" && (is(place + 1, "{") || is(place + 1, "("))) ||
		 (one_of({"except", "finally"}) && (is(place + 1, "(") || is(place + 1, "{")) &&
		  is(place - 1, "}")))
		add("structured-exceptions",
		    find_header("videoport/seh.h", HeaderFolder::First).empty() ? Severity::Error
										: Severity::Warning,
		    place,
		    text + ": nothing raises a structured exception here, and no handler runs: what is "
			   "wrong with memory must be asked before, not caught");
	else if (one_of({"float", "double", "FLOAT", "DOUBLE"}))
		add("floating-point", Severity::Error, place,
		    text + ": the kernel has no floating point; compute with integers");
	else if (text == "long" && !is(place + 1, "long") && !(place && is(place - 1, "long")) &&
		 !is(place + 1, "double"))
		add("long", Severity::Note, place,
		    "long has 64 bits on Linux, 32 on Windows: LONG and ULONG have 32 on both");
	else if (one_of({"MmGetPhysicalAddress", "MmGetMdlPfnArray", "MmGetMdlVirtualAddress"}) &&
		 is(place + 1, "("))
		add("physical-address",
		    find_call(text) && find_call(text)->standing == Standing::Works
			    ? Severity::Note
			    : Severity::Warning,
		    place,
		    text + ": a physical address is not what a device sees, behind an IOMMU least of "
			   "all: use the logical address that the port gives with the memory");
	else if (one_of({"KSEG0_BASE", "KSEG1_BASE", "VIRTUAL_TO_PHYSICAL"}))
		add("physical-address", Severity::Warning, place,
		    text + ": a physical address cannot be computed from a virtual one");
}

void Finder::find()
{
	for (size_t place = 0; place < tokens_.size(); place++) {
		if (tokens_[place].is_name())
			word(place);
		else if (tokens_[place].kind == Token::Kind::Number)
			number(place);
		else if (is(place, "(") && place + 3 < tokens_.size() &&
			 tokens_[place + 1].is_name()) {
			const std::string &type = tokens_[place + 1].text;
			// behind a name it is a parameter list
			if (place && (tokens_[place - 1].is_name() && !is(place - 1, "return")))
				continue;
			if (words_of_32_bits.count(type) && is(place + 2, ")"))
				cast(place);
			else if ((is_pointer_type(type) && is(place + 2, ")")) ||
				 (plain_types.count(type) && is(place + 2, "*") &&
				  is(place + 3, ")")))
				pointer_cast(place);
		}
	}
}

} // namespace

std::vector<Habit> find_habits(const std::vector<CSource> &sources)
{
	const Declared declared = declarations(sources);
	std::vector<Habit> habits;
	for (const CSource &source : sources)
		Finder(source, declared, habits).find();
	return habits;
}

} // namespace vpport
