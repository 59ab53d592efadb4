/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For a miniport's Linux wrapper file, the only file of a ported driver that knows it is on Linux:
 * names the PCI functions that the miniport drives and turns its DriverEntry into a module.
 * Never included by legacy source; includes nothing of the legacy headers.
 */
#ifndef VIDEOPORT_MODULE_H
#define VIDEOPORT_MODULE_H

#include <linux/module.h>
#include <linux/pci.h>

/**
 * struct videoport_miniport - what the port knows of a miniport module
 * @name: name of the driver, as under /sys/bus/pci/drivers and in the log.
 * @driver_entry: the legacy entry point, called once from the module's init.
 * @ids: PCI functions that the miniport drives, ended by an empty entry.
 * @owner: the miniport's module.
 * @mod_name: its name, for sysfs.
 * @private: the port's own; NULL while not registered.
 *
 * Must stay valid until videoport_unregister_miniport() has returned.
 */
struct videoport_miniport {
	const char *name;
	unsigned int (*driver_entry)(void *context1, void *context2);
	const struct pci_device_id *ids;
	struct module *owner;
	const char *mod_name;
	void *private;
};

/**
 * videoport_register_miniport() - run a miniport's DriverEntry and bind it to its adapters
 * @miniport: the description; see VIDEOPORT_MINIPORT().
 *
 * Context: module init; may sleep.
 * Return: 0, -EINVAL if DriverEntry or VideoPortInitialize refused (the log says why), -ENOMEM,
 *	or what pci_register_driver() returns.
 */
int videoport_register_miniport(struct videoport_miniport *miniport);

/**
 * videoport_unregister_miniport() - remove a miniport's adapters and forget it
 * @miniport: what was registered.
 *
 * Waits for running requests, then ends every adapter: nothing that was locked stays locked.
 * Context: module exit; may sleep.
 */
void videoport_unregister_miniport(struct videoport_miniport *miniport);

/**
 * VIDEOPORT_MINIPORT() - make a Linux module of a legacy miniport
 * @_name: name of the driver, an identifier.
 * @...: its PCI functions, each a struct pci_device_id initialiser: { PCI_DEVICE(0x1234, 0x11e8) }.
 *
 * Stands once in the wrapper file, beside MODULE_LICENSE() and MODULE_DESCRIPTION().
 */
#define VIDEOPORT_MINIPORT(_name, ...)							\
	unsigned int DriverEntry(void *context1, void *context2);			\
	static const struct pci_device_id _name##_ids[] = { __VA_ARGS__, { } };	\
	MODULE_DEVICE_TABLE(pci, _name##_ids);						\
	static struct videoport_miniport _name##_miniport = {				\
		.name = #_name,								\
		.driver_entry = DriverEntry,						\
		.ids = _name##_ids,							\
		.owner = THIS_MODULE,							\
		.mod_name = KBUILD_MODNAME,						\
	};										\
	module_driver(_name##_miniport, videoport_register_miniport,			\
		      videoport_unregister_miniport)

#endif /* VIDEOPORT_MODULE_H */
