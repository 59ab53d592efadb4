// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes as hexadecimal text, both ways, and as a dump with offsets and characters.
 */
#ifndef VPCTL_HEX_HPP
#define VPCTL_HEX_HPP

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vpctl {

/// Pairs of digits; blanks, colons and an "0x" before a pair may stand between pairs, not inside.
std::optional<std::vector<std::byte>> parse_hex(std::string_view text);
/// "00ff10".
std::string hex_text(std::span<const std::byte> bytes);
/// Lines of sixteen bytes.
std::string hex_dump(std::span<const std::byte> bytes);

} // namespace vpctl

#endif // VPCTL_HEX_HPP
