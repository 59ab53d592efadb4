// SPDX-License-Identifier: GPL-2.0
/*
 * vpctl list: the adapters that there are. Reads sysfs alone.
 */
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands.hpp"

namespace vpctl {

static std::string or_dash(const std::string &text)
{
	return text.empty() ? "-" : text;
}

int list(const Common &common, const ListOptions &options)
{
	const auto found = to_show(common, options.adapters);

	if (common.json) {
		auto all = nlohmann::json::array();
		for (const auto &each : found)
			all.push_back({{"name", each.name},
				       {"node", "/dev/" + each.name},
				       {"pci_address", each.pci_address},
				       {"pci_id", each.pci_id},
				       {"miniport", each.driver},
				       {"contract", each.contract},
				       {"dma_mask", each.dma_mask},
				       {"iommu_domain", each.iommu_domain},
				       {"iommu_group", each.iommu_group},
				       {"interrupt", each.interrupt}});
		fmt::print("{}\n", all.dump(2));
		return Ok;
	}
	if (found.empty())
		return Ok;
	Table table(
		{"ADAPTER", "PCI", "ID", "MINIPORT", "CONTRACT", "DMA MASK", "IOMMU", "INTERRUPT"});
	for (const auto &each : found)
		table.add({each.name, or_dash(each.pci_address),
			   or_dash(each.pci_id.substr(0, each.pci_id.find(' '))),
			   or_dash(each.driver), or_dash(each.contract), or_dash(each.dma_mask),
			   or_dash(each.iommu_domain), or_dash(each.interrupt)});
	fmt::print("{}", table.text(common.color));
	return Ok;
}

} // namespace vpctl
