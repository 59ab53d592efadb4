/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The adapters of the guest, in the order that tools/torture/guest.sh gives them: where they are on
 * the bus, who drives them, and as which node a client finds them now.
 */
#ifndef FUZZ_PLACE_HPP
#define FUZZ_PLACE_HPP

#include <cstdint>
#include <string>

namespace fuzz {

enum Place : uint8_t { edu_a, edu_b, probe_edu, probe_testdev, probe_nt4, edu_nt4, place_count };

/// Sets of places, for requests that only some miniports know.
enum Places : uint8_t {
	on_edu = 1 << edu_a | 1 << edu_b,
	on_edu_nt4 = 1 << edu_nt4,
	on_xp_probe = 1 << probe_edu,
	on_nt4_probe = 1 << probe_nt4,
	on_probe = 1 << probe_edu | 1 << probe_testdev | 1 << probe_nt4,
	everywhere = (1 << place_count) - 1,
};

/// "0000:00:05.0"
const char *pci_address(Place place);
/// "vp_edu"
const char *driver_of(Place place);
/// "edu_a"
const char *name_of(Place place);
/// Start of its first memory range; 0 if nothing is there. Root's business.
uint64_t bar_of(Place place);
/// The number N of /dev/videoportN, or -1. Reads sysfs.
int minor_of(Place place);
/// The counter's value now, or nothing: ~0.
uint64_t counter_of(int minor, const char *counter);

/// Write into a file of sysfs. Return: 0 or an errno value.
int write_file(const std::string &path, const std::string &text);
/// Take a device from its miniport, or give it back. Return: 0 or an errno value.
int unbind(Place place);
int bind(Place place);

} // namespace fuzz

#endif // FUZZ_PLACE_HPP
