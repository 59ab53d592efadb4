// SPDX-License-Identifier: GPL-2.0
/*
 * What sysfs says of the adapters that videoport hosts: their node, PCI address, driver, IOMMU
 * and counters. Reads only; owns nothing that must be given back.
 */
#ifndef VIDEOPORT_CLIENT_SYSFS_HPP
#define VIDEOPORT_CLIENT_SYSFS_HPP

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace videoport {

/// First line of a small file, without its newline; nothing if it cannot be read.
inline std::optional<std::string> read_line(const std::filesystem::path &path)
{
	std::ifstream file(path);
	std::string line;
	if (!std::getline(file, line))
		return std::nullopt;
	return line;
}

/// A decimal number at the start of @p text.
inline std::optional<uint64_t> parse_number(std::string_view text)
{
	uint64_t value = 0;
	auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
	if (error != std::errc{} || end == text.data())
		return std::nullopt;
	return value;
}

/// Last component of what a symbolic link points to; empty if there is none.
inline std::string link_target_name(const std::filesystem::path &link)
{
	std::error_code error;
	return std::filesystem::read_symlink(link, error).filename().string();
}

/// One adapter, as /sys/class/videoport shows it.
struct Adapter {
	std::string name; ///< "videoport0"
	std::filesystem::path node; ///< "/dev/videoport0"
	std::filesystem::path sysfs; ///< "/sys/class/videoport/videoport0"
	std::string pci_address; ///< "0000:00:05.0"
	std::string driver; ///< the miniport: "vp_edu"
	std::string iommu_group; ///< number of the group; empty without an IOMMU
	std::string iommu_type; ///< "DMA" (strict), "DMA-FQ" (lazy), "identity"; or empty
	std::string pci_id; ///< "1234:11e8 1af4:1100 10": vendor, device, subsystem's, revision
	std::string contract; ///< of DMA calls: "nt4" or "xp"
	std::string dma_mask; ///< "0xffffffff"
	std::string iommu_domain; ///< "none", or as @ref iommu_type
	std::string interrupt; ///< "msi 24", "intx 11" or "none"

	/// One counter of the adapter, by name: "locked_buffers"; nothing if it does not exist.
	std::optional<uint64_t> counter(std::string_view counter_name) const
	{
		auto line = read_line(sysfs / "counters" / counter_name);
		return line ? parse_number(*line) : std::nullopt;
	}

	/// All its counters.
	std::map<std::string, uint64_t> counters() const
	{
		std::map<std::string, uint64_t> found;
		std::error_code error;
		for (const auto &file :
		     std::filesystem::directory_iterator(sysfs / "counters", error)) {
			std::string counter_name = file.path().filename().string();
			if (auto value = counter(counter_name))
				found[counter_name] = *value;
		}
		return found;
	}
};

/**
 * The adapter called @p name ("videoport0"), whether it exists or not.
 *
 * @param root  where /sys and /dev are; another than "/" is for tests.
 */
inline Adapter adapter_named(const std::string &name, const std::filesystem::path &root = "/")
{
	Adapter found;
	found.name = name;
	found.node = root / "dev" / name;
	found.sysfs = root / "sys/class/videoport" / name;
	const auto device = found.sysfs / "device";
	found.pci_address = link_target_name(device);
	found.driver = link_target_name(device / "driver");
	found.iommu_group = link_target_name(device / "iommu_group");
	found.iommu_type = read_line(device / "iommu_group" / "type").value_or("");
	auto attribute = [&](const char *file) {
		return read_line(found.sysfs / file).value_or("");
	};
	found.pci_id = attribute("pci_id");
	found.contract = attribute("contract");
	found.dma_mask = attribute("dma_mask");
	found.iommu_domain = attribute("iommu_domain");
	found.interrupt = attribute("interrupt");
	return found;
}

/// All adapters, or only those of @p driver; sorted by number.
inline std::vector<Adapter> adapters(std::string_view driver = {},
				     const std::filesystem::path &root = "/")
{
	std::vector<Adapter> found;
	std::error_code error;
	for (const auto &entry :
	     std::filesystem::directory_iterator(root / "sys/class/videoport", error)) {
		Adapter adapter = adapter_named(entry.path().filename().string(), root);
		if (driver.empty() || adapter.driver == driver)
			found.push_back(adapter);
	}
	std::sort(found.begin(), found.end(), [](const Adapter &a, const Adapter &b) {
		return std::pair(a.name.size(), a.name) < std::pair(b.name.size(), b.name);
	});
	return found;
}

/// An adapter by any of its names: see open_adapter(). Nothing if there is none.
inline std::optional<Adapter> find_adapter(std::string_view name,
					   const std::filesystem::path &root = "/")
{
	for (const Adapter &each : adapters({}, root))
		if (name == each.name || name == each.node.native() || name == each.pci_address ||
		    name == each.driver)
			return each;
	return std::nullopt;
}

} // namespace videoport

#endif // VIDEOPORT_CLIENT_SYSFS_HPP
