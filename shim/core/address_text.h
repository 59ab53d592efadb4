/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An address as the log may show it: one of the kernel's own says which one it is without giving it
 * away, others are shown as they are. Any context.
 */
#ifndef VP_CORE_ADDRESS_TEXT_H
#define VP_CORE_ADDRESS_TEXT_H

#include <cstdint>

#include "platform.h"

namespace vp {

class AddressText {
public:
	explicit AddressText(uint64_t address)
	{
		if (address >= vp_kernel_start())
			vp_pointer_text(reinterpret_cast<const void *>(address), text_);
		else
			show(address);
	}
	AddressText(const AddressText &) = delete;
	AddressText &operator=(const AddressText &) = delete;

	const char *text() const { return text_; }

private:
	void show(uint64_t address)
	{
		unsigned int digits = 1;
		char *out = text_;

		while (digits < 16 && address >> (4 * digits))
			digits++;
		*out++ = '0';
		*out++ = 'x';
		while (digits--)
			*out++ = "0123456789abcdef"[address >> (4 * digits) & 0xf];
		*out = '\0';
	}

	char text_[VP_POINTER_TEXT];
};

} // namespace vp

#endif
