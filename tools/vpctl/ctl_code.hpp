// SPDX-License-Identifier: GPL-2.0
/*
 * IOCTL codes as people write them: a number, the name of a display driver's request, or the four parts
 * that CTL_CODE() puts together. Parses and names; sends nothing.
 */
#ifndef VPCTL_CTL_CODE_HPP
#define VPCTL_CTL_CODE_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vpctl {

/// "0x23208c", "2302092", "IOCTL_VIDEO_RESET_DEVICE", "VIDEO_RESET_DEVICE", "CTL_CODE(0x23,0x840,0,0)".
std::optional<uint32_t> parse_code(std::string_view text);

/// "IOCTL_VIDEO_RESET_DEVICE", or the parts: "CTL_CODE(0x23, 0x840, 0, 0)".
std::string code_name(uint32_t code);

} // namespace vpctl

#endif // VPCTL_CTL_CODE_HPP
