// SPDX-License-Identifier: GPL-2.0
/*
 * Looking at an EDID. See edid.h.
 */
#include "edid.h"

namespace vp {

bool edid_sum_is_right(const uint8_t *bytes, size_t count)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum = static_cast<uint8_t>(sum + bytes[i]);
	return !sum;
}

bool edid_is_first_block(const uint8_t *block)
{
	for (size_t i = 0; i < 8; i++)
		if (block[i] != (i == 0 || i == 7 ? 0x00 : 0xff))
			return false;
	return edid_sum_is_right(block, edid_block);
}

bool edid_is_version_2(const uint8_t *bytes)
{
	return bytes[0] >> 4 == 2 && edid_sum_is_right(bytes, edid_most);
}

size_t edid_length(const uint8_t *bytes, size_t count)
{
	const uint8_t *second = bytes + edid_block;

	if (count >= edid_block && edid_is_first_block(bytes)) {
		/* no extension has the tag 0: memory that nobody wrote to has it */
		bool both = count >= edid_most && bytes[edid_extensions] && second[0] &&
			    edid_sum_is_right(second, edid_block);

		return both ? edid_most : edid_block;
	}
	return count >= edid_most && edid_is_version_2(bytes) ? edid_most : 0;
}

} // namespace vp
