// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading the modules from a test, and binding a device by hand. Whoever takes a
 * module out puts it back, so that the next test finds the bench as it was.
 */
#ifndef INTEGRATION_MODULE_CONTROL_HPP
#define INTEGRATION_MODULE_CONTROL_HPP

#include <cerrno>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.hpp"

namespace integration {

/// The miniports' modules.
inline constexpr const char *miniports[] = {"vp_edu", "vp_edu_nt4", "vp_probe", "vp_probe_nt4",
					    "vp_vgpu"};

/// insmod. Return: 0 or an errno value.
inline int load_module(const std::string &name, const char *parameters = "")
{
	const std::string path = run().modules + "/" + name + ".ko";
	const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	const int result = syscall(SYS_finit_module, fd, parameters, 0) == 0 ? 0 : errno;
	close(fd);
	return result;
}

/// rmmod, without waiting for users to go. Return: 0 or an errno value.
inline int unload_module(const std::string &name)
{
	return syscall(SYS_delete_module, name.c_str(), O_NONBLOCK) == 0 ? 0 : errno;
}

/// Write into a file of sysfs. Return: 0 or an errno value.
inline int write_sysfs(const std::string &path, const std::string &text)
{
	const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	const int result = write(fd, text.data(), text.size()) < 0 ? errno : 0;
	close(fd);
	return result;
}

/// Take a device from its driver, or give it to one.
inline int unbind(const std::string &driver, Place place)
{
	return write_sysfs("/sys/bus/pci/drivers/" + driver + "/unbind", pci_address(place));
}
inline int bind(const std::string &driver, Place place)
{
	return write_sysfs("/sys/bus/pci/drivers/" + driver + "/bind", pci_address(place));
}

/// Wait until an edu that no driver holds has ended its DMA. False: it cannot be seen, or goes on.
inline bool edu_ends_its_dma(Place place)
{
	const std::string path = "/sys/bus/pci/devices/" + pci_address(place) + "/resource0";
	const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	void *registers = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (registers == MAP_FAILED)
		return false;
	const auto *command = static_cast<volatile uint32_t *>(registers) + 0x98 / 4;
	const bool ended = eventually([&] { return (*command & 1) == 0; });
	munmap(registers, 4096);
	return ended;
}

/// Does the device's configuration keep it from raising its interrupt line?
inline bool interrupt_line_masked(Place place)
{
	std::ifstream file("/sys/bus/pci/devices/" + pci_address(place) + "/config",
			   std::ios::binary);
	unsigned char header[6] = {};
	return file.read(reinterpret_cast<char *>(header), sizeof(header)) && header[5] & 4;
}

} // namespace integration

#endif // INTEGRATION_MODULE_CONTROL_HPP
