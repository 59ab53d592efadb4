// SPDX-License-Identifier: GPL-2.0
/*
 * Which PCI functions a hardware ID of an INF file means: PCI\VEN_1234&DEV_1111&SUBSYS_... and how
 * Linux writes the same.
 */
#ifndef VPPORT_PCI_ID_HPP
#define VPPORT_PCI_ID_HPP

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vpport {

/// What is absent may be anything.
struct PciId {
	std::optional<uint16_t> vendor, device;
	std::optional<uint16_t> subsystem_vendor, subsystem; ///< both or none
	std::optional<uint32_t> device_class; ///< 24 bits
	uint32_t class_mask = 0; ///< which of them count
	std::optional<uint8_t> revision; ///< Linux cannot ask for one

	auto operator<=>(const PciId &) const = default;
};

/// What became of a hardware ID: a PCI ID, a bus that is not PCI, or a mistake.
struct HardwareId {
	std::optional<PciId> pci;
	std::string mistake; ///< if it is meant as one of PCI
	size_t mistake_offset = 0; ///< in the ID's text
};

HardwareId parse_hardware_id(std::string_view text);

/// VVVV:DDDD or VVVV:DDDD:SSSS:TTTT, all hexadecimal, the subsystem's vendor before its device.
std::optional<PciId> parse_pci_id(std::string_view text);

/// As an element of a struct pci_device_id table: { PCI_DEVICE(0x1234, 0x1111) }.
std::string table_entry(const PciId &id);

/// For people: 1234:1111, subsystem 1af4:1100.
std::string describe(const PciId &id);

} // namespace vpport

#endif /* VPPORT_PCI_ID_HPP */
