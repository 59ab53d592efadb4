// SPDX-License-Identifier: GPL-2.0
/*
 * What a VGA adapter has beside its BARs: the VGA addresses of a PC, locked in the kernel's VGA
 * arbiter while an adapter has them; its expansion ROM; and the system's console, from which it is
 * taken over when a miniport claims the adapter. Process context.
 */
#include <linux/aperture.h>
#include <linux/console.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/vgaarb.h>

#include "linux.h"

static bool keep_console;
module_param(keep_console, bool, 0644);
MODULE_PARM_DESC(keep_console,
		 "leave an adapter to the system's console: a miniport that wants it is refused (default: it takes the adapter over, and the console goes blank)");

/* The copy of the video BIOS that firmware leaves in memory: read-only, the kernel lists it. */
#define VP_VIDEO_BIOS	0xc0000

#define VP_VGA_OWNER	"videoport"

/* Is the adapter the one that shows the kernel's text console by VGA's own means? */
static bool vp_shows_vgacon(const struct pci_dev *pdev)
{
#ifdef CONFIG_VGA_CONSOLE
	bool bound;

	if (pdev != vga_default_device())
		return false;
	console_lock();
	bound = con_is_bound(&vga_con);
	console_unlock();
	return bound;
#else
	return false;
#endif
}

/**
 * vp_console_take() - nothing of the system draws on the adapter any more
 * @vpd: the adapter.
 *
 * As any display driver of the kernel does: framebuffer drivers that only go on with what firmware
 * set up are unbound, and the text console gets a dummy for a screen. There is no way back.
 *
 * Return: NULL, or what of the system keeps it.
 */
const char *vp_console_take(struct vp_device *vpd)
{
	struct pci_dev *pdev = vpd->pdev;
	bool shows;

	if (vpd->console_taken || pdev->class >> 16 != PCI_BASE_CLASS_DISPLAY)
		return NULL;
	shows = vp_shows_vgacon(pdev);
	if (READ_ONCE(keep_console))
		return shows ? "the text console (vgacon), which keep_console=1 leaves it" : NULL;
	if (shows)
		pci_info(pdev, "takes the screen from the text console (vgacon); videoport's keep_console=1 would leave it there\n");
	if (aperture_remove_conflicting_pci_devices(pdev, VP_VGA_OWNER))
		return "the system's framebuffer, which does not let it go";
	vpd->console_taken = true;
	return NULL;
}

/* ---- VGA's addresses ---- */

static bool vp_is_vga(const struct pci_dev *pdev)
{
	return pdev->class >> 8 == PCI_CLASS_DISPLAY_VGA;
}

bool vp_vga_enabled(struct vp_device *device)
{
	/* Elsewhere what drivers take for VGA's memory is flash, or whatever else is there. */
	if (!IS_ENABLED(CONFIG_X86))
		return false;
	/* Without an arbiter there is no saying which of several it is: claims find out. */
	if (!IS_ENABLED(CONFIG_VGA_ARB))
		return vp_is_vga(device->pdev);
	return device->pdev == vga_default_device();
}

/* Does firmware list it as reserved, as on many PCs? Then no driver can claim it, and none has. */
static bool vp_is_firmware_reserved(u64 start, u64 length)
{
	return region_intersects(start, length, IORESOURCE_MEM, IORES_DESC_RESERVED) ==
	       REGION_INTERSECTS;
}

static unsigned int vp_vga_resource(bool io)
{
	return io ? VGA_RSRC_LEGACY_IO : VGA_RSRC_LEGACY_MEM;
}

const char *vp_legacy_claim(struct vp_device *device, uint64_t start, uint64_t length, bool io)
{
	const char *owner = vp_console_take(device);
	bool requested;

	if (owner)
		return owner;
	if (!io && start >= VP_VIDEO_BIOS)
		return NULL;
	requested = io ? request_region(start, length, VP_VGA_OWNER) :
			 request_mem_region(start, length, VP_VGA_OWNER);
	if (!requested && io)
		return "another driver (see /proc/ioports)";
	if (!requested && !vp_is_firmware_reserved(start, length))
		return "another driver (see /proc/iomem)";
	/* Each claim counts there. */
	if (vga_get_interruptible(device->pdev, vp_vga_resource(io))) {
		if (io)
			release_region(start, length);
		else if (requested)
			release_mem_region(start, length);
		return "another VGA adapter, for which waiting was interrupted";
	}
	if (!io)
		device->vga_memory_requested = requested;
	return NULL;
}

void vp_legacy_release(struct vp_device *device, uint64_t start, uint64_t length, bool io)
{
	if (!io && start >= VP_VIDEO_BIOS)
		return;
	vga_put(device->pdev, vp_vga_resource(io));
	if (io)
		release_region(start, length);
	else if (device->vga_memory_requested)
		release_mem_region(start, length);
}

/* ---- The expansion ROM ---- */

/*
 * Of adapters on one bus Linux takes each for the one whose ROM firmware has copied into memory;
 * only of the boot device it is true.
 */
static bool vp_rom_is_anothers(struct pci_dev *pdev)
{
	return pci_resource_flags(pdev, PCI_ROM_RESOURCE) & IORESOURCE_ROM_SHADOW &&
	       vga_default_device() && vga_default_device() != pdev;
}

size_t vp_rom_size(struct vp_device *device)
{
	if (vp_rom_is_anothers(device->pdev))
		return 0;
	return pci_resource_len(device->pdev, PCI_ROM_RESOURCE);
}

size_t vp_rom_read(struct vp_device *device, void *buffer, size_t length)
{
	size_t size = 0;
	void __iomem *rom;

	if (vp_rom_is_anothers(device->pdev))
		return 0;
	rom = pci_map_rom(device->pdev, &size);
	if (!rom)
		return 0;
	size = min(size, length);
	memcpy_fromio(buffer, rom, size);
	pci_unmap_rom(device->pdev, rom);
	return size;
}

uint8_t vp_register_byte(const void *mapped)
{
	return readb((const void __iomem __force *)mapped);
}
