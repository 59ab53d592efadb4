// SPDX-License-Identifier: GPL-2.0
/*
 * The values that AddReg sections put into a driver's registry. See registry.hpp.
 */
#include "registry.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace vpport {

namespace {

// FLG_ADDREG_*, as documented for AddReg
constexpr uint32_t flag_binary_type = 0x00000001;
constexpr uint32_t flag_no_clobber = 0x00000002;
constexpr uint32_t flag_delete_value = 0x00000004;
constexpr uint32_t flag_append = 0x00000008;
constexpr uint32_t flag_key_only = 0x00000010;
constexpr uint32_t flag_overwrite_only = 0x00000020;
constexpr uint32_t flag_key_only_common = 0x00002000;
constexpr uint32_t type_mask = 0xffff0001;

constexpr uint32_t type_string = 0x00000000;
constexpr uint32_t type_binary = 0x00000001;
constexpr uint32_t type_multi_string = 0x00010000;
constexpr uint32_t type_number = 0x00010001;
constexpr uint32_t type_expand_string = 0x00020000;
constexpr uint32_t type_none = 0x00020001;

constexpr size_t value_at = 4; // of the fields: root, subkey, name, flags, value...

std::string hexadecimal(uint32_t number)
{
	std::ostringstream text;
	text << "0x" << std::hex << number;
	return text.str();
}

} // namespace

std::optional<uint32_t> parse_number(std::string_view text)
{
	const bool negative = text.starts_with('-');
	if (negative || text.starts_with('+'))
		text.remove_prefix(1);
	const bool hexadecimal = begins_with_name(text, "0x");
	if (hexadecimal)
		text.remove_prefix(2);
	uint64_t value = 0;
	const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value,
						  hexadecimal ? 16 : 10);
	if (error != std::errc() || end != text.data() + text.size())
		return std::nullopt;
	if (value > (negative ? uint64_t{1} << 31 : UINT32_MAX))
		return std::nullopt;
	return static_cast<uint32_t>(negative ? -value : value);
}

bool RegistryValue::same_value(const RegistryValue &other) const
{
	return type == other.type && strings == other.strings && bytes == other.bytes &&
	       number == other.number;
}

RegistryValue *RegistryKey::find(const std::string &name)
{
	const auto found =
		std::find_if(values_.begin(), values_.end(), [&](const RegistryValue &value) {
			return equal_names(value.name, name);
		});
	return found == values_.end() ? nullptr : &*found;
}

void RegistryKey::add(const Section &section, bool of_service)
{
	for (const Entry &entry : section.entries)
		add(entry, of_service);
}

void RegistryKey::add(const Entry &entry, bool of_service)
{
	const std::string &file = inf_.file();
	const std::string root = inf_.expand(entry.value(0));
	if (entry.key) {
		diagnostics_.warning(file, entry.at,
				     "a line of an AddReg section begins with HKR, not with " +
					     cited(entry.key->text) + " =: left out");
		return;
	}
	if (!equal_names(root, "HKR")) {
		const bool known = equal_names(root, "HKLM") || equal_names(root, "HKCR") ||
				   equal_names(root, "HKCU") || equal_names(root, "HKU");
		diagnostics_.warning(
			file, entry.at,
			known ? root + " is the registry of Windows, which is not here: left out"
			      : "an AddReg line begins with HKR, not with " + cited(root) +
					": left out");
		return;
	}

	uint32_t flags = 0;
	const std::string flags_text = inf_.expand(entry.value(3));
	if (!flags_text.empty()) {
		const auto number = parse_number(flags_text);
		if (!number) {
			diagnostics_.error(file, entry.value(3).at,
					   "the flags of a registry value are a number, not " +
						   cited(flags_text));
			return;
		}
		flags = *number;
	}
	if (flags & (flag_key_only | flag_key_only_common))
		return;

	RegistryValue value;
	value.at = entry.at;
	value.name = inf_.expand(entry.value(2));
	std::string path = inf_.expand(entry.value(1));
	while (path.starts_with('\\'))
		path.erase(0, 1);
	while (path.ends_with('\\'))
		path.pop_back();
	if (of_service && begins_with_name(path, "Device")) {
		const std::string first = path.substr(0, path.find('\\'));
		if (equal_names(first, "Device0")) {
			path.erase(0, first.size() + (path.size() > first.size()));
		} else if (parse_number(first.substr(6))) {
			diagnostics_.warning(file, entry.value(1).at,
					     first + ": the values of Device0 are those of all "
						     "adapters here: left out");
			return;
		}
	}
	if (value.name.empty()) {
		if (entry.values.size() > value_at)
			diagnostics_.warning(file, entry.at,
					     "a key's own value, which has no name: no call reads "
					     "it; left out");
		return;
	}
	if (!path.empty())
		value.name = path + "\\" + value.name;
	if ((flags & flag_delete_value) || fill(entry, flags, value))
		put(flags, std::move(value));
}

/// Read type and value; false if it is said that they are wrong.
bool RegistryKey::fill(const Entry &entry, uint32_t flags, RegistryValue &value)
{
	using Type = RegistryValue::Type;

	switch (flags & type_mask) {
	case type_string:
	case type_expand_string:
		value.type = (flags & type_mask) == type_string ? Type::String : Type::ExpandString;
		value.strings = {inf_.expand(entry.value(value_at))};
		if (entry.values.size() > value_at + 1)
			diagnostics_.warning(inf_.file(), entry.value(value_at + 1).at,
					     "text behind the value of " + cited(value.name) +
						     ": a comma in a string needs quotes; ignored");
		return true;
	case type_multi_string:
		value.type = Type::MultiString;
		for (size_t number = value_at; number < entry.values.size(); number++) {
			std::string text = inf_.expand(entry.value(number));
			if (text.empty())
				break; // an empty string ends the list
			value.strings.push_back(std::move(text));
		}
		return true;
	case type_number:
		value.type = Type::Number;
		return fill_number(entry, value);
	case type_none:
		value.type = Type::None;
		return true;
	case type_binary:
		value.type = Type::Binary;
		return fill_bytes(entry, value.bytes);
	default:
		break;
	}
	if (!(flags & flag_binary_type)) {
		diagnostics_.error(inf_.file(), entry.value(3).at,
				   "flags " + hexadecimal(flags) +
					   " are of no known type of registry value");
		return false;
	}
	diagnostics_.note(inf_.file(), entry.value(3).at,
			  "type " + std::to_string(flags >> 16) + " of " + cited(value.name) +
				  " becomes a binary value");
	value.type = Type::Binary;
	return fill_bytes(entry, value.bytes);
}

bool RegistryKey::fill_number(const Entry &entry, RegistryValue &value)
{
	if (entry.values.size() > value_at + 1) { // four bytes, the lowest first
		std::vector<uint8_t> bytes;
		if (!fill_bytes(entry, bytes))
			return false;
		if (bytes.size() != 4) {
			diagnostics_.error(
				inf_.file(), entry.value(value_at).at,
				"a number of 32 bits is one number, or four bytes, not " +
					std::to_string(bytes.size()));
			return false;
		}
		for (size_t place = 0; place < 4; place++)
			value.number |= static_cast<uint32_t>(bytes[place]) << 8 * place;
		return true;
	}
	const std::string text = inf_.expand(entry.value(value_at));
	const auto number = text.empty() ? std::optional<uint32_t>(0) : parse_number(text);
	if (!number) {
		const Field &field = entry.value(value_at);
		diagnostics_.error(inf_.file(), field.at.line ? field.at : entry.at,
				   "no number of 32 bits: " + cited(text));
		return false;
	}
	value.number = *number;
	return true;
}

bool RegistryKey::fill_bytes(const Entry &entry, std::vector<uint8_t> &bytes)
{
	for (size_t number = value_at; number < entry.values.size(); number++) {
		const std::string text = inf_.expand(entry.value(number));
		if (text.empty() && number + 1 == entry.values.size())
			break;
		std::string_view digits = text;
		if (begins_with_name(digits, "0x"))
			digits.remove_prefix(2);
		unsigned int value = 0;
		const auto [end, error] =
			std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
		if (error != std::errc() || end != digits.data() + digits.size() || value > 0xff) {
			diagnostics_.error(inf_.file(), entry.value(number).at,
					   "no byte in hexadecimal digits: " + cited(text));
			return false;
		}
		bytes.push_back(static_cast<uint8_t>(value));
	}
	return true;
}

void RegistryKey::put(uint32_t flags, RegistryValue value)
{
	RegistryValue *known = find(value.name);
	if (flags & flag_delete_value) {
		if (known)
			values_.erase(values_.begin() + (known - values_.data()));
	} else if (known && (flags & flag_append)) {
		if (known->type == RegistryValue::Type::MultiString)
			known->strings.insert(known->strings.end(), value.strings.begin(),
					      value.strings.end());
	} else if (known && !(flags & flag_no_clobber)) {
		*known = std::move(value);
	} else if (!known && !(flags & flag_overwrite_only)) {
		values_.push_back(std::move(value));
	}
}

void RegistryKey::merge(const RegistryKey &other)
{
	for (const RegistryValue &value : other.values_) {
		const RegistryValue *known = find(value.name);
		if (!known)
			values_.push_back(value);
		else if (known->at != value.at && !known->same_value(value))
			diagnostics_.warning(
				inf_.file(), value.at,
				cited(value.name) + " differs from that of line " +
					std::to_string(known->at.line) +
					", for another device: a module has one table; "
					"left out");
	}
}

} // namespace vpport
