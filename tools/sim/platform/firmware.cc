// SPDX-License-Identifier: GPL-2.0
/*
 * Files of the administrator's: what the machine has in its folder, and who has read what. Finds a
 * file that is never given back, one that is looked at afterwards, and a name that is none.
 */
#include "fail.hpp"
#include "machine.hpp"
#include "thread.hpp"

#include <cstring>

using namespace sim;

struct vp_firmware {
	std::vector<uint8_t> bytes;
	bool live = true;
};

namespace {

/* Those that were read, released or not: their memory stays until the machine ends. */
std::deque<vp_firmware> files;

vp_firmware *live_file(const vp_firmware *file, const char *call)
{
	for (auto &each : files)
		if (&each == file && each.live)
			return &each;
	fail("%s of a file that was not read, or was given back", call);
	return nullptr;
}

} // namespace

namespace sim {

void forget_firmware()
{
	files.clear();
}

void report_firmware_left()
{
	for (const auto &each : files)
		if (each.live)
			fail("a file of %zu bytes was read and not given back", each.bytes.size());
}

} // namespace sim

extern "C" {

int vp_firmware_load(vp_device *device, const char *name, vp_firmware **firmware)
{
	constexpr char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._-";

	may_sleep("vp_firmware_load()");
	point();
	if (!device)
		fail("vp_firmware_load() for no device");
	if (!*name || *name == '.' || name[strspn(name, letters)])
		fail("vp_firmware_load() of \"%s\", which is no name of a file", name);
	if (inject(Fallible::Firmware))
		return -VP_ENOMEM;

	RawGuard guard(machine().lock);
	const auto found = machine().firmware.find(name);

	if (found == machine().firmware.end())
		return -VP_ENOENT;
	if (found->second.unreadable)
		return -VP_EIO;
	files.push_back({found->second.bytes});
	*firmware = &files.back();
	return 0;
}

const void *vp_firmware_data(const vp_firmware *firmware, size_t *length)
{
	RawGuard guard(machine().lock);
	const vp_firmware *file = live_file(firmware, "vp_firmware_data()");

	*length = file ? file->bytes.size() : 0;
	return file ? file->bytes.data() : nullptr;
}

void vp_firmware_release(vp_firmware *firmware)
{
	may_sleep("vp_firmware_release()");

	RawGuard guard(machine().lock);

	if (vp_firmware *file = live_file(firmware, "vp_firmware_release()")) {
		file->live = false;
		/* A look at it now is a look at freed memory. */
		std::vector<uint8_t>().swap(file->bytes);
	}
}

} // extern "C"
