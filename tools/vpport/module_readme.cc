// SPDX-License-Identifier: GPL-2.0
/*
 * README.md of a module folder: what was made of what, how it is built, and what is left to do.
 */
#include "module_files.hpp"

#include <algorithm>

namespace vpport {

namespace {

/// For a table's cell.
std::string cell(std::string text)
{
	for (size_t place = 0; (place = text.find('|', place)) != text.npos; place += 2)
		text.insert(place, "\\");
	return text.empty() ? "-" : text;
}

std::string value_text(const RegistryValue &value)
{
	using Type = RegistryValue::Type;

	std::string text;
	switch (value.type) {
	case Type::None:
		return "";
	case Type::Number:
		return std::to_string(value.number);
	case Type::Binary:
		return std::to_string(value.bytes.size()) + " bytes";
	case Type::String:
	case Type::ExpandString:
	case Type::MultiString:
		break;
	}
	for (const std::string &one : value.strings)
		text += (text.empty() ? "" : ", ") + one;
	return text;
}

std::string place_list(const std::vector<Place> &places)
{
	constexpr size_t most = 3;
	std::string text;
	for (size_t number = 0; number < places.size() && number < most; number++) {
		const std::string &file = places[number].file;
		text += (number ? ", " : "") + file.substr(file.find_last_of('/') + 1) + ":" +
			std::to_string(places[number].at.line);
	}
	return text + (places.size() > most ? ", ..." : "");
}

} // namespace

std::string readme(const Module &module, const std::vector<CallUse> &calls)
{
	const Driver &driver = module.driver;
	const std::string &name = module.name;
	std::string text = "# " + name + ": a legacy display miniport as a Linux module\n\n";
	text += "Made by `vpport new` from `" + module.inf + "`";
	if (!driver.service.empty())
		text += ", service `" + driver.service + "`";
	if (!driver.provider.empty())
		text += ", by " + driver.provider;
	if (!driver.version.empty())
		text += ", version " + driver.version;
	text += ". All files are yours to change.\n\n";
	text += "```\nmake                     # KERNELDIR=DIR: for another kernel; VIDEOPORT=DIR: other headers\n"
		"sudo modprobe videoport && sudo insmod " +
		name +
		".ko\n"
		"vpport check .           # what the sources call, and what of it works\n```\n\n"
		"To have it loaded at each boot where the device is there: `sudo make install`; undone by\n"
		"`sudo make uninstall`. With Secure Boot the module has to be signed (\"Key was rejected by\n"
		"service\"): videoport's README says with what. Where Linux has a driver of its own for the device\n"
		"(`lspci -k`), take the device from it: `driver_override`, in PORTING.md.\n\n"
		"The module declares the licence GPL, as the port's calls need; that the sources may be given\n"
		"away under it is for you to know.\n\n";

	text += "| file | what |\n| --- | --- |\n"
		"| `source/` | the driver's sources, unchanged |\n"
		"| `wrapper.c` | PCI IDs, description: makes a module of it |\n";
	if (!driver.registry.empty())
		text += "| `registry.h` | what its registry begins with |\n";
	if (!module.spellings.empty())
		text += "| `spellings/` | headers as the sources spell them, where the files are called otherwise |\n";
	text += "| `Kbuild`, `Makefile` | how it is built |\n\n## Devices\n\n| PCI | description |\n| --- | --- |\n";
	for (const Device &device : driver.devices)
		text += "| " + describe(device.id) + " | " + cell(device.description) + " |\n";

	if (!driver.registry.empty()) {
		text += "\n## Registry\n\n| name | value |\n| --- | --- |\n";
		for (const RegistryValue &value : driver.registry)
			text += "| `" + cell(value.name) + "` | " + cell(value_text(value)) +
				" |\n";
	}
	if (!module.left_out.empty()) {
		text += "\n## Left out\n\n";
		for (const std::string &one : module.left_out)
			text += "- " + one + "\n";
	}
	const bool all_work = std::none_of(calls.begin(), calls.end(), [](const CallUse &use) {
		return use.standing == Standing::Missing || use.standing == Standing::Fails;
	});
	text += "\n## Calls that do not work\n\n";
	if (all_work)
		return text + "None, when this was made.\n";
	text += "As of the day when this was made; `vpport check` knows more.\n\n"
		"| call | where | what, and what to do |\n| --- | --- | --- |\n";
	for (const CallUse &use : calls) {
		if (use.standing == Standing::Missing)
			text += "| `" + use.name + "` | " + place_list(use.places) +
				" | missing: " + cell(advice(use.name)) + " |\n";
		if (use.standing == Standing::Fails)
			text += "| `" + use.name + "` | " + place_list(use.places) + " | returns " +
				cell(use.call->result) + ": " + cell(use.call->note) + " |\n";
	}
	return text;
}

} // namespace vpport
