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

#include "videoport/registry_value.h"

/**
 * struct videoport_miniport - what the port knows of a miniport module
 * @name: name of the driver, as under /sys/bus/pci/drivers and in the log.
 * @driver_entry: the legacy entry point, called once from the module's init.
 * @ids: PCI functions that the miniport drives, ended by an empty entry.
 * @owner: the miniport's module.
 * @mod_name: its name, for sysfs.
 * @private: the port's own; NULL while not registered.
 * @registry: registry values that its adapters have by themselves, ended by an empty one; or NULL.
 * @registry_text: its module parameter with registry values as text; or NULL.
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
	const struct videoport_registry_value *registry;
	char *const *registry_text;
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
	VIDEOPORT_MINIPORT_MODULE(_name, NULL, __VA_ARGS__)

/**
 * VIDEOPORT_MINIPORT_REGISTRY() - the same for a miniport that wants registry values
 * @_name: name of the driver, an identifier.
 * @_registry: a static array of struct videoport_registry_value, made of VIDEOPORT_REG_*(), that
 *	ends with an empty one.
 * @...: its PCI functions.
 *
 * A value of the file videoport/NAME.reg, where the system keeps firmware, comes before one of the
 * array, and one of the module's parameter "registry" before both.
 */
#define VIDEOPORT_MINIPORT_REGISTRY(_name, _registry, ...)				\
	VIDEOPORT_MINIPORT_MODULE(_name, _registry, __VA_ARGS__)

/* What both are made of. */
#define VIDEOPORT_MINIPORT_MODULE(_name, _registry, ...)				\
	static char *_name##_registry_text;						\
	module_param_named(registry, _name##_registry_text, charp, 0444);		\
	MODULE_PARM_DESC(registry,							\
			 "registry values: Name=text;Key\\Name=dword:1f;Name=hex:01,02");	\
	unsigned int DriverEntry(void *context1, void *context2);			\
	static const struct pci_device_id _name##_ids[] = { __VA_ARGS__, { } };	\
	MODULE_DEVICE_TABLE(pci, _name##_ids);						\
	static struct videoport_miniport _name##_miniport = {				\
		.name = #_name,								\
		.driver_entry = DriverEntry,						\
		.ids = _name##_ids,							\
		.owner = THIS_MODULE,							\
		.mod_name = KBUILD_MODNAME,						\
		.registry = (_registry),						\
		.registry_text = &_name##_registry_text,				\
	};										\
	module_driver(_name##_miniport, videoport_register_miniport,			\
		      videoport_unregister_miniport)

#endif /* VIDEOPORT_MODULE_H */
