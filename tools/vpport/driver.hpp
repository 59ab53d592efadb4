// SPDX-License-Identifier: GPL-2.0
/*
 * What an INF file says of a display driver: the service, the devices that it drives, and the values
 * that its registry begins with. Follows the directives from [Manufacturer] on, as Windows does,
 * but over all platforms that the file is for: the source is compiled anew.
 */
#ifndef VPPORT_DRIVER_HPP
#define VPPORT_DRIVER_HPP

#include "inf.hpp"
#include "pci_id.hpp"
#include "registry.hpp"

#include <string>
#include <vector>

namespace vpport {

struct Device {
	PciId id;
	std::string description;
	Position at;
	std::string install; ///< the section that installs it
};

struct Driver {
	std::string service; ///< its name; empty if the file installs none
	std::string display_name; ///< of the service
	std::string description; ///< of the service
	std::string binary; ///< file name of the .sys, if it is said
	std::string provider;
	std::string version; ///< DriverVer, as it stands there
	std::vector<Device> devices;
	std::vector<RegistryValue> registry;
};

/**
 * read_driver() - what a file says of the driver
 * @inf: the file.
 * @service: which, where a file installs several; empty: the only one.
 * @diagnostics: what is wrong is said here.
 *
 * Return: what could be found out, whatever else is wrong: see Diagnostics::failed().
 */
Driver read_driver(Inf &inf, const std::string &service, Diagnostics &diagnostics);

} // namespace vpport

#endif /* VPPORT_DRIVER_HPP */
