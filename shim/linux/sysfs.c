// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/class/videoport/videoportN/: what the adapter is and how its device reaches memory, and in
 * counters/ one file for each of the core's counters. All of it is read-only, for everybody; it
 * stays as include/ABI-sysfs-videoport says. Process context, while the adapter is there.
 */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/sysfs.h>

#include "linux.h"

#define VP_COUNTERS_MAX	48

static ssize_t miniport_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	return sysfs_emit(page, "%s\n", vpd->pdev->dev.driver->name);
}
static DEVICE_ATTR_RO(miniport);

static ssize_t contract_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	return sysfs_emit(page, "%s\n", vp_core_port_packet_dma(vpd->port) ? "nt4" : "xp");
}
static DEVICE_ATTR_RO(contract);

static ssize_t pci_address_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	return sysfs_emit(page, "%s\n", pci_name(vpd->pdev));
}
static DEVICE_ATTR_RO(pci_address);

static ssize_t pci_id_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_device *vpd = dev_get_drvdata(dev);
	const struct pci_dev *pdev = vpd->pdev;

	return sysfs_emit(page, "%04x:%04x %04x:%04x %02x\n", pdev->vendor, pdev->device,
			  pdev->subsystem_vendor, pdev->subsystem_device, pdev->revision);
}
static DEVICE_ATTR_RO(pci_id);

static ssize_t dma_mask_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	return sysfs_emit(page, "0x%llx\n", dma_get_mask(&vpd->pdev->dev));
}
static DEVICE_ATTR_RO(dma_mask);

/* The words are those of /sys/kernel/iommu_groups/N/type. */
static const char *vp_iommu_domain(struct device *dev)
{
#ifdef CONFIG_IOMMU_API
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	if (!domain)
		return "none";
	switch (domain->type) {
	case IOMMU_DOMAIN_BLOCKED:
		return "blocked";
	case IOMMU_DOMAIN_IDENTITY:
		return "identity";
	case IOMMU_DOMAIN_UNMANAGED:
		return "unmanaged";
	case IOMMU_DOMAIN_DMA:
		return "DMA";
	case IOMMU_DOMAIN_DMA_FQ:
		return "DMA-FQ";
	default:
		return "unknown";
	}
#else
	return "none";
#endif
}

static ssize_t iommu_domain_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	return sysfs_emit(page, "%s\n", vp_iommu_domain(&vpd->pdev->dev));
}
static DEVICE_ATTR_RO(iommu_domain);

static ssize_t interrupt_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	if (READ_ONCE(vpd->irq) < 0)
		return sysfs_emit(page, "none\n");
	return sysfs_emit(page, "%s %d\n", pci_dev_msi_enabled(vpd->pdev) ? "msi" : "intx",
			  vpd->irq);
}
static DEVICE_ATTR_RO(interrupt);

static struct attribute *vp_node_attributes[] = {
	&dev_attr_miniport.attr,
	&dev_attr_contract.attr,
	&dev_attr_pci_address.attr,
	&dev_attr_pci_id.attr,
	&dev_attr_dma_mask.attr,
	&dev_attr_iommu_domain.attr,
	&dev_attr_interrupt.attr,
	NULL,
};

static const struct attribute_group vp_node_group = {
	.attrs = vp_node_attributes,
};

static struct device_attribute vp_counters[VP_COUNTERS_MAX];
static struct attribute *vp_counter_attributes[VP_COUNTERS_MAX + 1];

static ssize_t vp_counter_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	return sysfs_emit(page, "%llu\n",
			  (u64)vp_core_counter(vpd->port, attribute - vp_counters));
}

static const struct attribute_group vp_counters_group = {
	.name = "counters",
	.attrs = vp_counter_attributes,
};

const struct attribute_group *vp_node_groups[] = { &vp_node_group, &vp_counters_group, NULL };

void vp_sysfs_init(void)
{
	unsigned int i;

	for (i = 0; i < VP_COUNTERS_MAX && vp_core_counter_name(i); i++) {
		sysfs_attr_init(&vp_counters[i].attr);
		vp_counters[i].attr.name = vp_core_counter_name(i);
		vp_counters[i].attr.mode = 0444;
		vp_counters[i].show = vp_counter_show;
		vp_counter_attributes[i] = &vp_counters[i].attr;
	}
	WARN_ON(vp_core_counter_name(i));
}
