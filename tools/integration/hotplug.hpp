// SPDX-License-Identifier: GPL-2.0
/*
 * A hot-plug slot of the guest: an adapter that goes with and without warning, and one that comes.
 * Needs root, and a guest started by `tools/vm/run --control` with, for each slot,
 *     --device pcie-root-port,id=port1,bus=pcie.0,chassis=1,slot=1,addr=11.0
 *     --device edu,bus=port1,id=one,dma_mask=0xffffffff
 */
#ifndef INTEGRATION_HOTPLUG_HPP
#define INTEGRATION_HOTPLUG_HPP

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

namespace integration {

/**
 * A PCIe root port with a slot that the kernel's pciehp drives. Knows what to put into it; whether
 * something is in it the kernel knows. Each step returns when pciehp is done with the slot, and false
 * if it was not after @p patience: only then can the next step begin.
 */
class Slot {
public:
	/// What QEMU calls things: the port, the device in it, and the device in words of --device.
	struct Names {
		std::string port; ///< "port1"
		std::string device; ///< "one"
		std::string spec = "edu,dma_mask=0xffffffff"; ///< without bus= and id=
	};

	/// @p address is the port's own on the bus: "0000:00:11.0".
	Slot(const std::string &address, Names names)
		: port_("/sys/bus/pci/devices/" + address),
		  names_(std::move(names))
	{
	}

	/// The guest has such a slot, and whoever started it plugs devices on demand.
	bool usable() const { return slot_control() && getenv("VM_CONTROL"); }

	/// The address of the device that is or will be in the slot: "0000:01:00.0".
	std::string device() const
	{
		char address[16];
		snprintf(address, sizeof(address), "0000:%02x:00.0",
			 atoi(line_of(port_ / "secondary_bus_number").c_str()));
		return address;
	}

	/// Something is in the slot, as far as the kernel knows.
	bool occupied() const
	{
		return !device_path().empty() && std::filesystem::exists(device_path());
	}

	/**
	 * Surprise removal: the device is gone when this returns, its driver not yet. Switched off by its
	 * power controller, QEMU takes a device out at once, as if it were pulled. The slot's interrupt
	 * is off until the power is on again: pciehp would leave a slot without power as it is. What it
	 * then hears is that there is no card in a slot that ought to have one. The registers of a device
	 * that is gone read as 0 in QEMU 7.2, where real hardware gives ones.
	 *
	 * Wait with wait_empty() until the driver has let go.
	 */
	bool pull() const
	{
		const auto control = slot_control();
		if (!control)
			return false;
		const uint16_t value = read_port(*control);
		return write_port(*control, (value & ~(interrupt | indicator)) | indicator_off |
						    power_is_off) &&
		       write_port(*control, value);
	}

	/// Orderly removal: the kernel takes the driver away, then the slot's power.
	bool power_off(std::chrono::milliseconds patience = std::chrono::seconds(60)) const
	{
		const std::string address = device();
		std::error_code error;
		for (const auto &slot :
		     std::filesystem::directory_iterator("/sys/bus/pci/slots", error)) {
			if (line_of(slot.path() / "address") + ".0" == address)
				return put(slot.path() / "power", "0") && wait_empty(patience);
		}
		return false;
	}

	/// Orderly removal as somebody asks for who presses the slot's button: that takes five seconds.
	bool press(std::chrono::milliseconds patience = std::chrono::seconds(60)) const
	{
		return ask("unplug " + names_.device) && wait_empty(patience);
	}

	/// Put a new device into the empty slot, and wait until its driver, if there is one, has it.
	bool plug(std::chrono::milliseconds patience = std::chrono::seconds(60)) const
	{
		return ask("plug " + names_.spec + ",id=" + names_.device +
			   ",bus=" + names_.port) &&
		       wait([&] { return state() == on && occupied(); }, patience);
	}

	/// The same, for a driver that does not take such a device by itself.
	bool plug_for(const std::string &driver,
		      std::chrono::milliseconds patience = std::chrono::seconds(60)) const
	{
		return plug(patience) && give(driver);
	}

	/// Take the device from the driver that has it, and give it to @p driver, which is loaded.
	bool give(const std::string &driver) const
	{
		const auto path = device_path();
		std::error_code error;
		if (std::filesystem::exists(path / "driver", error) &&
		    !put(path / "driver" / "unbind", device()))
			return false;
		return put(path / "driver_override", driver) &&
		       put("/sys/bus/pci/drivers_probe", device()) &&
		       std::filesystem::read_symlink(path / "driver", error).filename() == driver;
	}

	/// Wait until nothing is in the slot, no driver has it any more, and a device may be plugged.
	bool wait_empty(std::chrono::milliseconds patience = std::chrono::seconds(60)) const
	{
		return wait([&] { return state() == off && !occupied(); }, patience);
	}

	/// Put a line to the host, without an answer.
	static bool ask(const std::string &request)
	{
		const char *word = getenv("VM_CONTROL");
		if (!word)
			return false;
		const std::string line = std::string(word) + " " + request + "\n";
		return put("/dev/ttyS2", line);
	}

private:
	/* The Slot Control register of the port's PCI Express capability. */
	static constexpr unsigned int pci_express = 0x10, slot_control_offset = 0x18;
	static constexpr uint16_t interrupt = 0x20; // hot-plug interrupt enable
	static constexpr uint16_t indicator = 0x300, indicator_on = 0x100, indicator_off = 0x300;
	static constexpr uint16_t power_is_off = 0x400;

	/* What pciehp leaves behind when it is done; while it is not, the light blinks. */
	static constexpr uint16_t on = indicator_on, off = indicator_off | power_is_off;

	uint16_t state() const
	{
		const auto control = slot_control();
		return control ? read_port(*control) & (indicator | power_is_off) : 0;
	}

	std::filesystem::path device_path() const { return "/sys/bus/pci/devices/" + device(); }

	/// Where the register is in the port's configuration space; nothing if there is no such port.
	std::optional<unsigned int> slot_control() const
	{
		unsigned int at = read_port(0x34) & 0xff;
		for (int i = 0; i < 48 && at >= 0x40; i++) {
			const uint16_t header = read_port(at);
			if ((header & 0xff) == pci_express)
				return at + slot_control_offset;
			at = header >> 8;
		}
		return std::nullopt;
	}

	/// 16 bits of the port's configuration space; 0 if they cannot be read.
	uint16_t read_port(unsigned int offset) const
	{
		uint16_t value = 0;
		const int fd = open((port_ / "config").c_str(), O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return 0;
		const ssize_t got = pread(fd, &value, sizeof(value), offset);
		close(fd);
		return got == sizeof(value) ? value : 0;
	}

	bool write_port(unsigned int offset, uint16_t value) const
	{
		const int fd = open((port_ / "config").c_str(), O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			return false;
		const ssize_t wrote = pwrite(fd, &value, sizeof(value), offset);
		close(fd);
		return wrote == sizeof(value);
	}

	static bool put(const std::filesystem::path &path, const std::string &text)
	{
		const int fd = open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
		if (fd < 0)
			return false;
		const ssize_t wrote = write(fd, text.data(), text.size());
		close(fd);
		return wrote == static_cast<ssize_t>(text.size());
	}

	static std::string line_of(const std::filesystem::path &path)
	{
		std::ifstream file(path);
		std::string line;
		std::getline(file, line);
		return line;
	}

	template <typename Condition>
	static bool wait(Condition condition, std::chrono::milliseconds patience)
	{
		const auto deadline = std::chrono::steady_clock::now() + patience;
		while (!condition()) {
			if (std::chrono::steady_clock::now() > deadline)
				return false;
			const timespec pace = {0, 2'000'000};
			nanosleep(&pace, nullptr);
		}
		return true;
	}

	std::filesystem::path port_;
	Names names_;
};

} // namespace integration

#endif // INTEGRATION_HOTPLUG_HPP
