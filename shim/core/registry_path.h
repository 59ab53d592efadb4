/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a miniport's registry key would be: the path that DriverEntry and HwVidFindAdapter are told.
 * Nothing is looked up by it; drivers print it, or hand it to calls that know of one key only.
 */
#ifndef VP_CORE_REGISTRY_PATH_H
#define VP_CORE_REGISTRY_PATH_H

#include <cstddef>

#include <video.h>

namespace vp {

class RegistryPath {
public:
	/**
	 * @miniport: its name, in ASCII; what is too long is cut.
	 * @adapter: number of the adapter, or -1 for the miniport's own key.
	 */
	explicit RegistryPath(const char *miniport, int adapter = -1)
	{
		put("\\Registry\\Machine\\System\\CurrentControlSet\\Services\\", room);
		put(miniport, room - tail);
		if (adapter >= 0)
			put_adapter(static_cast<unsigned int>(adapter));
	}

	/** With a terminating zero. */
	PWSTR text() { return text_; }
	/** Borrows the text. */
	UNICODE_STRING string()
	{
		auto bytes = static_cast<USHORT>(length_ * sizeof(WCHAR));

		return {bytes, static_cast<USHORT>(bytes + sizeof(WCHAR)), text_};
	}

private:
	static constexpr size_t room = 160; /* units */
	static constexpr size_t tail = 20; /* for \DeviceN and the zero */

	void put(const char *from, size_t limit)
	{
		while (*from && length_ < limit - 1)
			text_[length_++] = static_cast<UCHAR>(*from++);
	}
	void put_adapter(unsigned int number)
	{
		char digits[12] = {};
		size_t first = sizeof(digits) - 1;

		do {
			digits[--first] = static_cast<char>('0' + number % 10);
		} while (number /= 10);
		put("\\Device", room);
		put(digits + first, room);
	}

	size_t length_ = 0;
	WCHAR text_[room] = {};
};

} // namespace vp

#endif
