// SPDX-License-Identifier: GPL-2.0
/*
 * Reads and writes sysfs for place.hpp. Nothing is cached here: adapters come and go.
 */
#include "place.hpp"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include "sysfs.hpp"

namespace fuzz {

static const struct {
	const char *name, *address, *driver;
} places[place_count] = {
	{"edu_a", "0000:00:05.0", "vp_edu"},	       {"edu_b", "0000:00:06.0", "vp_edu"},
	{"probe_edu", "0000:00:07.0", "vp_probe"},     {"testdev", "0000:00:08.0", "vp_probe"},
	{"probe_nt4", "0000:00:09.0", "vp_probe_nt4"}, {"edu_nt4", "0000:00:0a.0", "vp_edu_nt4"},
};

const char *pci_address(Place place)
{
	return places[place].address;
}

const char *driver_of(Place place)
{
	return places[place].driver;
}

const char *name_of(Place place)
{
	return places[place].name;
}

uint64_t bar_of(Place place)
{
	const auto line = videoport::read_line(std::string("/sys/bus/pci/devices/") +
					       pci_address(place) + "/resource");
	return line ? strtoull(line->c_str(), nullptr, 16) : 0;
}

int minor_of(Place place)
{
	for (const auto &adapter : videoport::adapters()) {
		if (adapter.pci_address == pci_address(place))
			return atoi(adapter.name.c_str() + sizeof("videoport") - 1);
	}
	return -1;
}

uint64_t counter_of(int minor, const char *counter)
{
	return videoport::adapter_named("videoport" + std::to_string(minor))
		.counter(counter)
		.value_or(~0ULL);
}

int write_file(const std::string &path, const std::string &text)
{
	const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	const int result = write(fd, text.data(), text.size()) < 0 ? errno : 0;
	close(fd);
	return result;
}

int unbind(Place place)
{
	return write_file(std::string("/sys/bus/pci/drivers/") + driver_of(place) + "/unbind",
			  pci_address(place));
}

int bind(Place place)
{
	return write_file(std::string("/sys/bus/pci/drivers/") + driver_of(place) + "/bind",
			  pci_address(place));
}

} // namespace fuzz
