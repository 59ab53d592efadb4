// SPDX-License-Identifier: GPL-2.0
/*
 * Which PCI functions a hardware ID means. See pci_id.hpp.
 */
#include "pci_id.hpp"

#include "text.hpp"

#include <charconv>
#include <cstdio>
#include <vector>

namespace vpport {

namespace {

/// Exactly so many hexadecimal digits.
std::optional<uint32_t> hexadecimal(std::string_view digits, size_t count)
{
	uint32_t value = 0;
	if (digits.size() != count)
		return std::nullopt;
	const auto [end, error] =
		std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
	if (error != std::errc() || end != digits.data() + digits.size())
		return std::nullopt;
	return value;
}

std::string hex(uint32_t value, int digits)
{
	char text[16];
	snprintf(text, sizeof(text), "%0*x", digits, value);
	return text;
}

std::string hex(const std::optional<uint16_t> &value)
{
	return value ? "0x" + hex(*value, 4) : "PCI_ANY_ID";
}

/// Put one part, as VEN_1234, into the ID; says what is wrong with it, or nothing.
std::string add_part(std::string_view part, PciId &id)
{
	const size_t line = part.find('_');
	if (line == part.npos)
		return "no part of a PCI ID";
	const std::string_view key = part.substr(0, line), digits = part.substr(line + 1);
	const auto small = [&](const char *what, size_t count, auto &field) -> std::string {
		const auto value = hexadecimal(digits, count);
		if (!value)
			return std::string(what) + "_ needs " + std::to_string(count) +
			       " hexadecimal digits";
		if (field)
			return std::string(what) + "_ stands twice";
		field = static_cast<typename std::decay_t<decltype(field)>::value_type>(*value);
		return "";
	};
	if (equal_names(key, "VEN"))
		return small("VEN", 4, id.vendor);
	if (equal_names(key, "DEV"))
		return small("DEV", 4, id.device);
	if (equal_names(key, "REV"))
		return small("REV", 2, id.revision);
	if (equal_names(key, "SUBSYS")) {
		std::optional<uint32_t> both;
		std::string mistake = small("SUBSYS", 8, both);
		if (mistake.empty() && id.subsystem)
			return "SUBSYS_ stands twice";
		if (both) {
			id.subsystem = static_cast<uint16_t>(*both >> 16);
			id.subsystem_vendor = static_cast<uint16_t>(*both);
		}
		return mistake;
	}
	if (equal_names(key, "CC")) {
		if (digits.size() == 4) {
			const std::string mistake = small("CC", 4, id.device_class);
			if (mistake.empty()) {
				*id.device_class <<= 8;
				id.class_mask = 0xffff00;
			}
			return mistake;
		}
		id.class_mask = 0xffffff;
		return hexadecimal(digits, 6) ? small("CC", 6, id.device_class)
					      : "CC_ needs four or six hexadecimal digits";
	}
	return "PCI IDs have VEN_, DEV_, SUBSYS_, REV_ and CC_, not " + cited(part);
}

} // namespace

HardwareId parse_hardware_id(std::string_view text)
{
	constexpr std::string_view bus = "PCI\\";
	HardwareId result;
	if (!begins_with_name(text, bus))
		return result;

	PciId id;
	size_t place = bus.size();
	while (place <= text.size()) {
		const size_t end = std::min(text.find('&', place), text.size());
		result.mistake = add_part(trimmed(text.substr(place, end - place)), id);
		if (!result.mistake.empty()) {
			result.mistake_offset = place;
			return result;
		}
		place = end + 1;
	}
	if (!id.vendor && (id.device || id.subsystem))
		result.mistake = "no VEN_, which the rest belongs to";
	else if (!id.vendor && !id.device_class)
		result.mistake = "neither VEN_ nor CC_: that is every PCI function";
	else
		result.pci = id;
	return result;
}

std::optional<PciId> parse_pci_id(std::string_view text)
{
	std::vector<uint16_t> numbers;
	for (size_t place = 0; place <= text.size();) {
		const size_t end = std::min(text.find(':', place), text.size());
		const auto number = hexadecimal(text.substr(place, end - place), 4);
		if (!number)
			return std::nullopt;
		numbers.push_back(static_cast<uint16_t>(*number));
		place = end + 1;
	}
	if (numbers.size() != 2 && numbers.size() != 4)
		return std::nullopt;
	PciId id;
	id.vendor = numbers[0];
	id.device = numbers[1];
	if (numbers.size() == 4) {
		id.subsystem_vendor = numbers[2];
		id.subsystem = numbers[3];
	}
	return id;
}

std::string table_entry(const PciId &id)
{
	std::string entry;
	const std::string the_class = "0x" + hex(id.device_class.value_or(0), 6),
			  mask = "0x" + hex(id.class_mask, 6);
	if (!id.vendor)
		return "{ PCI_DEVICE_CLASS(" + the_class + ", " + mask + ") }";
	if (id.subsystem)
		entry = "{ PCI_DEVICE_SUB(" + hex(id.vendor) + ", " + hex(id.device) + ", " +
			hex(id.subsystem_vendor) + ", " + hex(id.subsystem) + ")";
	else
		entry = "{ PCI_DEVICE(" + hex(id.vendor) + ", " + hex(id.device) + ")";
	if (id.device_class)
		entry += ", .class = " + the_class + ", .class_mask = " + mask;
	return entry + " }";
}

std::string describe(const PciId &id)
{
	std::string text;
	if (id.vendor)
		text = hex(*id.vendor, 4) + ":" + (id.device ? hex(*id.device, 4) : "any");
	if (id.subsystem)
		text += ", subsystem " + hex(*id.subsystem_vendor, 4) + ":" + hex(*id.subsystem, 4);
	if (id.device_class)
		text += (text.empty() ? "class " : ", class ") +
			(id.class_mask == 0xffffff ? hex(*id.device_class, 6)
						   : hex(*id.device_class >> 8, 4));
	return text;
}

} // namespace vpport
