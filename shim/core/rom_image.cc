// SPDX-License-Identifier: GPL-2.0
/*
 * Making and freeing the copy of a ROM. See rom_image.h. PASSIVE.
 */
#include "rom_image.h"

namespace vp {

void *RomImage::read(const char *call, size_t length)
{
	release();

	size_t most = vp_rom_size(device_);

	if (length > most) {
		counters_.refuse(Counter::BadLength,
				 "%s: %zu bytes wanted, but the adapter's ROM has %zu", call,
				 length, most);
		return nullptr;
	}

	auto *bytes = static_cast<uint8_t *>(vp_alloc(length));

	if (!bytes) {
		counters_.refuse(Counter::NoMemory, "%s: no %zu bytes", call, length);
		return nullptr;
	}

	size_t got = vp_rom_read(device_, bytes, length);

	if (!got) {
		counters_.refuse(Counter::BadAccess, "%s: the adapter's ROM cannot be read", call);
		vp_free(bytes);
		return nullptr;
	}
	/* What is behind the images reads as erased. */
	for (size_t i = got; i < length; i++)
		bytes[i] = 0xff;

	MutexGuard guard(mutex_, MutexGuard::Uninterruptible);

	/* Another call may have come in between. */
	vp_free(bytes_);
	bytes_ = bytes;
	length_ = length;
	return bytes;
}

void RomImage::release()
{
	MutexGuard guard(mutex_, MutexGuard::Uninterruptible);

	vp_free(bytes_);
	bytes_ = nullptr;
	length_ = 0;
}

} // namespace vp
