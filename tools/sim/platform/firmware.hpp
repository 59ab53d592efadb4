/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files that an administrator has put beside the firmware of the simulated machine.
 */
#ifndef SIM_FIRMWARE_HPP
#define SIM_FIRMWARE_HPP

#include <cstdint>
#include <string>
#include <vector>

namespace sim {

/// One file. Made of a string, or of nothing if it cannot be read.
struct FirmwareFile {
	FirmwareFile() = default;
	explicit FirmwareFile(const std::string &text) : bytes(text.begin(), text.end()) {}

	std::vector<uint8_t> bytes;
	bool unreadable = false;
};

/// Forget what was read.
void forget_firmware();
/// Report what was read and not given back.
void report_firmware_left();

} // namespace sim

#endif
