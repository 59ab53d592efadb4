// SPDX-License-Identifier: GPL-2.0
/*
 * CRC-32 as zlib, PNG and Ethernet have it (polynomial 0xedb88320), so that anybody can check the
 * demo's numbers with a tool of their own. Made for clarity, not for speed.
 */
#ifndef DEMO_CRC32_HPP
#define DEMO_CRC32_HPP

#include <cstddef>
#include <cstdint>
#include <span>

/// CRC-32 of some bytes: of "123456789" it is 0xcbf43926.
inline uint32_t crc32(std::span<const std::byte> bytes)
{
	uint32_t crc = 0xffffffff;
	for (std::byte byte : bytes) {
		crc ^= static_cast<uint32_t>(byte);
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

#endif // DEMO_CRC32_HPP
