// SPDX-License-Identifier: GPL-2.0
/*
 * The probe's Linux side: QEMU's pci-testdev, and by driver_override whatever a test wants.
 */
#include <videoport_module.h>

static const struct videoport_registry_value vp_probe_registry[] = {
	VIDEOPORT_REG_DWORD("DefaultSettings.BitsPerPel", 32),
	VIDEOPORT_REG_SZ("Device Description", "probe: Größe, żółw, 漢"),
	VIDEOPORT_REG_EXPAND_SZ("Path", "%SystemRoot%\\firmware.bin"),
	VIDEOPORT_REG_MULTI_SZ("InstalledDisplayDrivers", "framebuf\0other\0"),
	VIDEOPORT_REG_BINARY("Monitor\\Edid", 0x00, 0xff, 0xff, 0x01),
	VIDEOPORT_REG_NONE("Marker"),
	VIDEOPORT_REG_SZ("Probe\\Größe 漢🖥", "źródło 🖥"),
	{ }
};

VIDEOPORT_MINIPORT_REGISTRY(vp_probe, vp_probe_registry, { PCI_DEVICE(0x1b36, 0x0005) });

MODULE_DESCRIPTION("videoport test miniport: makes any VideoPort call, for tests only");
MODULE_LICENSE("GPL");
