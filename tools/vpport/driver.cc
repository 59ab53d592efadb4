// SPDX-License-Identifier: GPL-2.0
/*
 * What an INF file says of a display driver. See driver.hpp.
 */
#include "driver.hpp"

#include <algorithm>
#include <set>

namespace vpport {

namespace {

/// What stands behind the names of install sections, that of this machine first.
constexpr const char *decorations[] = {".NTamd64", ".NTx86", ".NT", "", ".NTia64", ".Win"};

/// AddService: this service drives the device.
constexpr uint32_t flag_function_driver = 0x2;

struct Service {
	std::string name;
	std::string section;
	Position at;
	bool drives = false;
};

class Reader {
public:
	Reader(Inf &inf, const std::string &wanted, Diagnostics &diagnostics)
		: inf_(inf),
		  wanted_(wanted),
		  diagnostics_(diagnostics)
	{
	}

	Driver read();

private:
	using Names = std::vector<std::string>;

	void error(Position at, std::string text)
	{
		diagnostics_.error(inf_.file(), at, std::move(text));
	}
	void warn(Position at, std::string text)
	{
		diagnostics_.warning(inf_.file(), at, std::move(text));
	}

	std::string text(const Section &section, std::string_view key);
	void read_version();
	void read_manufacturers();
	void read_models(const Section &section);
	void read_id(const Field &field, const std::string &description, const Field &install);
	const Section *variant(const std::string &install, const std::string &ending);
	std::vector<Service> services(const std::string &install);
	void choose_service();
	void read_service(const Service &service);
	void read_registry();
	void add_values(const Section &section, bool of_service, RegistryKey &key);

	Inf &inf_;
	const std::string &wanted_;
	Diagnostics &diagnostics_;
	Driver driver_;
	std::optional<Service> service_;
};

/// A directive's text, or nothing.
std::string Reader::text(const Section &section, std::string_view key)
{
	for (const Entry &entry : section.entries) {
		if (entry.key && equal_names(entry.key->text, key))
			return inf_.expand(entry.value(0));
	}
	return "";
}

void Reader::read_version()
{
	const Section *version = inf_.find("Version");
	if (!version) {
		error({}, "no [Version] section: this is no INF file of a driver");
		return;
	}
	const std::string signature = text(*version, "Signature");
	if (!begins_with_name(signature, "$"))
		error(version->at, "[Version] has no Signature=\"$Windows NT$\" or the like");
	const std::string kind = text(*version, "Class");
	if (!kind.empty() && !equal_names(kind, "Display"))
		warn(version->at, "Class=" + kind + ": this is not a driver of a display adapter");
	driver_.provider = text(*version, "Provider");
	for (const Entry &entry : version->entries) {
		if (!entry.key || !equal_names(entry.key->text, "DriverVer"))
			continue;
		driver_.version = inf_.expand(entry.value(0));
		if (!entry.value(1).text.empty())
			driver_.version += ", " + inf_.expand(entry.value(1));
	}
}

void Reader::read_manufacturers()
{
	const Section *section = inf_.find("Manufacturer");
	if (!section) {
		error({}, "no [Manufacturer] section: nothing says which devices there are");
		return;
	}
	std::set<std::string> seen;
	for (const Entry &entry : section->entries) {
		const std::string models = inf_.expand(entry.value(0));
		bool found = false;
		std::set<std::string> named = {lower(models)};
		for (size_t number = 1; number < entry.values.size(); number++)
			named.insert(lower(models + "." + inf_.expand(entry.value(number))));
		for (const std::string &name : named) {
			const Section *one = inf_.find(name);
			found |= one != nullptr;
			if (one && seen.insert(name).second)
				read_models(*one);
		}
		for (const std::string &name : inf_.names(models + ".nt")) {
			if (!models.empty() && !named.count(lower(name)))
				warn(entry.at, "[" + name +
						       "] is not named here, in [Manufacturer]: "
						       "left out, as Windows does");
		}
		if (!found)
			error(entry.value(0).at,
			      "no section [" + models + "], nor one with what is named behind it");
	}
	if (section->entries.empty())
		error(section->at, "[Manufacturer] is empty: no devices");
}

void Reader::read_models(const Section &section)
{
	for (const Entry &entry : section.entries) {
		if (!entry.key) {
			error(entry.at,
			      "no = in a line of [" + section.name +
				      "]: \"description\" = install-section, PCI\\VEN_...");
			continue;
		}
		const std::string description = inf_.expand(*entry.key);
		if (entry.value(0).text.empty()) {
			error(entry.value(0).at.line ? entry.value(0).at : entry.at,
			      "no install section for " + cited(description));
			continue;
		}
		if (entry.values.size() < 2)
			warn(entry.at, cited(description) +
					       " has no hardware ID, as in the days of NT 4: say "
					       "its PCI ID with --id VVVV:DDDD");
		for (size_t number = 1; number < entry.values.size(); number++)
			read_id(entry.values[number], description, entry.value(0));
		if (entry.values.size() < 2) {
			Device none;
			none.description = description;
			none.at = entry.at;
			none.install = inf_.expand(entry.value(0));
			driver_.devices.push_back(std::move(none));
		}
	}
}

void Reader::read_id(const Field &field, const std::string &description, const Field &install)
{
	const std::string id = inf_.expand(field);
	if (id.empty())
		return;
	const HardwareId hardware = parse_hardware_id(id);
	if (!hardware.mistake.empty()) {
		Position at = field.at;
		at.column += hardware.mistake_offset;
		error(at, cited(id) + ": " + hardware.mistake);
	}
	if (!hardware.pci) {
		if (hardware.mistake.empty())
			warn(field.at, cited(id) + " is no PCI ID: left out");
		return;
	}
	PciId pci = *hardware.pci;
	if (pci.revision) {
		warn(field.at, cited(id) + ": Linux matches every revision; look in "
					   "HwVidFindAdapter if yours must not");
		pci.revision.reset();
	}
	if (!pci.vendor || !pci.device)
		warn(field.at,
		     cited(id) + " matches adapters of every kind, also such as Linux "
				 "needs itself: remove it from wrapper.c if that is not meant");
	const auto known = std::find_if(driver_.devices.begin(), driver_.devices.end(),
					[&](const Device &one) { return one.id == pci; });
	if (known == driver_.devices.end())
		driver_.devices.push_back({pci, description, field.at, inf_.expand(install)});
}

/// [install.NT... .ending], as it is written for one of the platforms, or nullptr.
const Section *Reader::variant(const std::string &install, const std::string &ending)
{
	for (const char *decoration : decorations) {
		if (const Section *found = inf_.find(install + decoration + ending))
			return found;
	}
	return nullptr;
}

/// The services that an install section adds; of several those that drive the device.
std::vector<Service> Reader::services(const std::string &install)
{
	std::vector<Service> found;
	const Section *section = variant(install, ".Services");
	if (!section)
		return found;
	for (const Entry &entry : section->entries) {
		if (!entry.key || !equal_names(entry.key->text, "AddService"))
			continue;
		Service service;
		service.name = inf_.expand(entry.value(0));
		service.at = entry.at;
		service.section = inf_.expand(entry.value(2));
		const std::string flags_text = inf_.expand(entry.value(1));
		const auto flags =
			flags_text.empty() ? std::optional<uint32_t>(0) : parse_number(flags_text);
		if (!flags) {
			error(entry.value(1).at,
			      "the flags of AddService are a number, not " + cited(flags_text));
			continue;
		}
		if (service.name.empty())
			continue; // for devices that need no driver
		service.drives = *flags & flag_function_driver;
		if (service.section.empty() || !inf_.has(service.section)) {
			error(service.section.empty() ? entry.at : entry.value(2).at,
			      service.section.empty()
				      ? "AddService=" + service.name + " names no section"
				      : "no section [" + service.section + "]");
			continue;
		}
		found.push_back(std::move(service));
	}
	if (std::any_of(found.begin(), found.end(), [](const Service &one) { return one.drives; }))
		std::erase_if(found, [](const Service &one) { return !one.drives; });
	return found;
}

/// Keep one service, and the devices that it drives.
void Reader::choose_service()
{
	std::vector<Service> all;
	for (const Device &device : driver_.devices) {
		for (const Service &service : services(device.install)) {
			if (std::none_of(all.begin(), all.end(), [&](const Service &one) {
				    return equal_names(one.name, service.name);
			    }))
				all.push_back(service);
		}
	}
	std::string names;
	for (const Service &service : all)
		names += (names.empty() ? "" : ", ") + service.name;
	if (!wanted_.empty()) {
		std::erase_if(all,
			      [&](const Service &one) { return !equal_names(one.name, wanted_); });
		if (all.empty())
			error({}, "installs no service " + wanted_ +
					  (names.empty() ? "" : "; there is: " + names));
	} else if (all.size() > 1) {
		error(all[1].at, "several services: " + names + "; choose with --service NAME");
	}
	if (all.empty())
		return;
	service_ = all.front();
	driver_.service = service_->name;
	std::erase_if(driver_.devices, [&](const Device &device) {
		const std::vector<Service> of_device = services(device.install);
		return std::none_of(of_device.begin(), of_device.end(), [&](const Service &one) {
			return equal_names(one.name, service_->name);
		});
	});
}

void Reader::read_service(const Service &service)
{
	const Section *section = inf_.find(service.section);
	driver_.display_name = text(*section, "DisplayName");
	driver_.description = text(*section, "Description");
	const std::string binary = text(*section, "ServiceBinary");
	driver_.binary = binary.substr(binary.find_last_of("\\/%") + 1);
}

/// Apply the AddReg directives of a section.
void Reader::add_values(const Section &section, bool of_service, RegistryKey &key)
{
	for (const Entry &entry : section.entries) {
		if (!entry.key)
			continue;
		if (equal_names(entry.key->text, "Needs") ||
		    equal_names(entry.key->text, "Include"))
			diagnostics_.note(inf_.file(), entry.at,
					  "what other INF files add is not read");
		if (!equal_names(entry.key->text, "AddReg"))
			continue;
		for (const Field &field : entry.values) {
			const std::string name = inf_.expand(field);
			if (name.empty())
				continue;
			if (const Section *values = inf_.find(name))
				key.add(*values, of_service);
			else
				error(field.at, "no section [" + name + "]");
		}
	}
}

void Reader::read_registry()
{
	RegistryKey all(inf_, diagnostics_);
	std::set<std::string> seen;
	for (const Device &device : driver_.devices) {
		if (!seen.insert(lower(device.install)).second)
			continue;
		RegistryKey key(inf_, diagnostics_);
		const Section *install = variant(device.install, "");
		if (!install)
			error(device.at, "no section [" + device.install + "] to install " +
						 cited(device.description));
		else
			add_values(*install, false, key);
		for (const char *ending : {".HW", ".Hardware"}) {
			if (const Section *section = variant(device.install, ending))
				add_values(*section, false, key);
		}
		if (const Section *section = service_ ? inf_.find(service_->section) : nullptr)
			add_values(*section, true, key);
		if (const Section *section = variant(device.install, ".SoftwareSettings"))
			add_values(*section, false, key);
		all.merge(key);
	}
	driver_.registry = all.values();
}

Driver Reader::read()
{
	read_version();
	read_manufacturers();
	choose_service();
	if (service_)
		read_service(*service_);
	read_registry();
	inf_.report();
	return std::move(driver_);
}

} // namespace

Driver read_driver(Inf &inf, const std::string &service, Diagnostics &diagnostics)
{
	Driver driver = Reader(inf, service, diagnostics).read();
	std::erase_if(driver.devices, [](const Device &device) {
		return !device.id.vendor && !device.id.device_class;
	});
	return driver;
}

} // namespace vpport
