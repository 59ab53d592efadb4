/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What makes an EDID: the identification that a monitor gives of itself, in blocks of 128 bytes.
 * Looks only whether it is whole, not what it says. Any context.
 */
#ifndef VP_CORE_EDID_H
#define VP_CORE_EDID_H

#include <cstddef>
#include <cstdint>

namespace vp {

constexpr size_t edid_block = 128;
/** What a child descriptor has room for, and a segment of an E-DDC memory has: two blocks. */
constexpr size_t edid_most = 2 * edid_block;
/** Byte of the first block: how many further ones there are. */
constexpr size_t edid_extensions = 126;

/** Return: the bytes of a block, or of more, add up to zero. */
bool edid_sum_is_right(const uint8_t *bytes, size_t count);

/** Return: a first block of the kind that VESA has had since EDID 1.0, with its sum. */
bool edid_is_first_block(const uint8_t *block);

/** Return: 256 bytes of the other kind, EDID 2.0, with their sum. */
bool edid_is_version_2(const uint8_t *bytes);

/** Return: bytes of the EDID that @bytes begin with, up to edid_most; 0: it is none. */
size_t edid_length(const uint8_t *bytes, size_t count);

} // namespace vp

#endif
