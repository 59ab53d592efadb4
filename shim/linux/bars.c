// SPDX-License-Identifier: GPL-2.0
/*
 * The device's own address ranges and configuration space: what they are, claiming them, mapping
 * them into the kernel. Maps nothing that is not a BAR of the device.
 */
#include <linux/io.h>
#include <linux/overflow.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include "linux.h"

static_assert(VP_MAX_BARS == PCI_STD_NUM_BARS);

void vp_bar_info(struct vp_device *device, unsigned int index, struct vp_bar *bar)
{
	/* Behind the BARs PCI counts the ROM, the core the legacy address spaces. */
	if (index >= VP_MAX_BARS) {
		*bar = (struct vp_bar) {};
		return;
	}
	bar->start = pci_resource_start(device->pdev, index);
	bar->length = pci_resource_len(device->pdev, index);
	bar->io = pci_resource_flags(device->pdev, index) & IORESOURCE_IO;
}

int vp_bars_claim(struct vp_device *device)
{
	if (vp_console_take(device))
		return -EBUSY;
	return pci_request_regions(device->pdev, "videoport") ? -EBUSY : 0;
}

void vp_bars_release(struct vp_device *device)
{
	pci_release_regions(device->pdev);
}

/**
 * vp_range_start() - where a BAR or a legacy address space begins
 * @vpd: the device.
 * @index: of the BAR, or VP_LEGACY_MEMORY, VP_LEGACY_PORTS.
 *
 * Return: the CPU's address, or the port.
 */
resource_size_t vp_range_start(struct vp_device *vpd, unsigned int index)
{
	return index < VP_MAX_BARS ? pci_resource_start(vpd->pdev, index) : 0;
}

static resource_size_t vp_range_length(struct vp_device *vpd, unsigned int index)
{
	if (index < VP_MAX_BARS)
		return pci_resource_len(vpd->pdev, index);
	return index == VP_LEGACY_PORTS ? SZ_64K : SZ_1M;
}

static bool vp_range_is_io(struct vp_device *vpd, unsigned int index)
{
	if (index < VP_MAX_BARS)
		return pci_resource_flags(vpd->pdev, index) & IORESOURCE_IO;
	return index == VP_LEGACY_PORTS;
}

void *vp_bar_map(struct vp_device *device, unsigned int index, uint64_t offset, size_t length,
		 bool write_combining)
{
	resource_size_t start = vp_range_start(device, index);
	uint64_t end;

	if (!length || check_add_overflow(offset, (uint64_t)length, &end) ||
	    end > vp_range_length(device, index))
		return NULL;
	start += offset;
	if (vp_range_is_io(device, index))
		return (void *)(uintptr_t)start;
	return (void __force *)(write_combining ? ioremap_wc(start, length) :
						  ioremap(start, length));
}

void vp_bar_unmap(struct vp_device *device, void *mapped)
{
	iounmap((void __iomem __force *)mapped);
}

void vp_device_ids(struct vp_device *device, struct vp_device_ids *ids)
{
	struct pci_dev *pdev = device->pdev;

	ids->vendor = pdev->vendor;
	ids->device = pdev->device;
	ids->subsystem_vendor = pdev->subsystem_vendor;
	ids->subsystem_device = pdev->subsystem_device;
	ids->revision = pdev->revision;
	ids->bus = pdev->bus->number;
	ids->slot = PCI_SLOT(pdev->devfn) | PCI_FUNC(pdev->devfn) << 5;
	ids->interrupt_line = pdev->pin || pdev->msi_cap ? max_t(u32, pdev->irq, 1) : 0;
}

size_t vp_config_read(struct vp_device *device, size_t offset, void *buffer, size_t length)
{
	size_t size = device->pdev->cfg_size;
	u8 *bytes = buffer;
	size_t i;

	if (offset >= size)
		return 0;
	length = min(length, size - offset);
	for (i = 0; i < length; i++)
		if (pci_read_config_byte(device->pdev, offset + i, &bytes[i]))
			break;
	return i;
}

size_t vp_config_write(struct vp_device *device, size_t offset, const void *buffer,
		       size_t length)
{
	size_t size = device->pdev->cfg_size;
	const u8 *bytes = buffer;
	size_t i;

	if (offset >= size)
		return 0;
	length = min(length, size - offset);
	for (i = 0; i < length; i++)
		if (pci_write_config_byte(device->pdev, offset + i, bytes[i]))
			break;
	return i;
}

void vp_bus_master(struct vp_device *device, bool on)
{
	if (on)
		pci_set_master(device->pdev);
	else
		pci_clear_master(device->pdev);
}
