// SPDX-License-Identifier: GPL-2.0
/*
 * Miniport modules as PCI drivers: registration, probe, removal, shutdown. Process context.
 * The order of removal is the reverse of probe: no new client, then the core ends everything, then
 * the device. Shutdown is the same but for the node, which nobody can use any more.
 */
#include <linux/dma-mapping.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <videoport_module.h>

#include "linux.h"

/**
 * struct vp_driver - a registered miniport
 * @pci: its PCI driver.
 * @miniport: the core's side of it.
 * @owner: its module.
 * @link: in the list of all.
 */
struct vp_driver {
	struct pci_driver pci;
	struct vp_miniport *miniport;
	struct module *owner;
	struct list_head link;
};

static LIST_HEAD(vp_drivers);
static DEFINE_SPINLOCK(vp_drivers_lock);

static void vp_driver_add(struct vp_driver *driver)
{
	spin_lock_irq(&vp_drivers_lock);
	list_add_tail(&driver->link, &vp_drivers);
	spin_unlock_irq(&vp_drivers_lock);
}

static void vp_driver_remove(struct vp_driver *driver)
{
	spin_lock_irq(&vp_drivers_lock);
	list_del(&driver->link);
	spin_unlock_irq(&vp_drivers_lock);
}

uint64_t vp_module_of(const void *code)
{
	struct vp_driver *driver;
	unsigned long flags;
	uint64_t found = 0;

	spin_lock_irqsave(&vp_drivers_lock, flags);
	list_for_each_entry(driver, &vp_drivers, link) {
		if (driver->owner && within_module((unsigned long)code, driver->owner)) {
			found = (uintptr_t)driver->owner;
			break;
		}
	}
	spin_unlock_irqrestore(&vp_drivers_lock, flags);
	return found;
}

static void vp_device_release(struct kref *kref)
{
	struct vp_device *vpd = container_of(kref, struct vp_device, kref);

	if (vpd->port)
		vp_core_port_destroy(vpd->port);
	pci_dev_put(vpd->pdev);
	vp_map_free_spare(vpd);
	vp_pin_free_spare(vpd);
	kfree(vpd);
}

/**
 * vp_device_put() - give up a reference to a device; the last one frees it
 * @vpd: the device.
 */
void vp_device_put(struct vp_device *vpd)
{
	kref_put(&vpd->kref, vp_device_release);
}

static int vp_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct vp_driver *driver = container_of(pdev->driver, struct vp_driver, pci);
	struct vp_device *vpd;
	int ret;

	vpd = kzalloc(sizeof(*vpd), GFP_KERNEL);
	if (!vpd)
		return -ENOMEM;
	vpd->pdev = pci_dev_get(pdev);
	kref_init(&vpd->kref);
	vp_events_init(vpd);
	vp_children_prepare(vpd);

	ret = pci_enable_device(pdev);
	if (ret)
		goto put;
	/* Nobody would answer its interrupt line yet: see vp_interrupt_connect(). */
	pci_intx(pdev, 0);
	/* What another driver has set stays with the device; the core begins with 32 bits. */
	ret = vp_dma_set_mask(vpd, 32);
	if (ret) {
		pci_err(pdev, "no memory that it could reach with 32-bit addresses\n");
		goto disable;
	}
	/* The core cuts segments to what a miniport's adapter takes. */
	dma_set_max_seg_size(&pdev->dev, UINT_MAX);

	ret = vp_core_port_create(driver->miniport, vpd, &vpd->port);
	if (ret)
		goto disable;
	ret = vp_chardev_add(vpd);
	if (ret)
		goto remove;
	vp_debugfs_add(vpd);
	pci_set_drvdata(pdev, vpd);
	vp_power_add(vpd);
	dev_dbg(&pdev->dev, "%s drives %s, DMA mask 0x%llx\n", driver->pci.name,
		dev_name(vpd->node), dma_get_mask(&pdev->dev));
	return 0;

remove:
	vp_core_port_remove(vpd->port);
disable:
	pci_disable_device(pdev);
put:
	vp_device_put(vpd);
	return ret;
}

/* Removal may follow shutdown; the device's lock keeps them apart. */
static void vp_end(struct vp_device *vpd)
{
	if (vpd->ended)
		return;
	vpd->ended = true;
	vp_core_port_remove(vpd->port);
	pci_disable_device(vpd->pdev);
}

static void vp_remove(struct pci_dev *pdev)
{
	struct vp_device *vpd = pci_get_drvdata(pdev);

	vp_debugfs_remove(vpd);
	vp_power_remove(vpd);
	vp_chardev_remove(vpd);
	vp_end(vpd);
	vp_device_put(vpd);
}

/*
 * The machine goes down, or another kernel takes over (kexec), perhaps with clients that nobody has
 * ended: after this the device writes to no memory, whoever owns it next.
 */
static void vp_shutdown(struct pci_dev *pdev)
{
	vp_end(pci_get_drvdata(pdev));
}

bool vp_pci_exists(const struct vp_pci_match *match)
{
	struct pci_dev *pdev = NULL;

	while ((pdev = pci_get_device(match->vendor, match->device, pdev))) {
		if (match->use_subsystem &&
		    (pdev->subsystem_vendor != match->subsystem_vendor ||
		     pdev->subsystem_device != match->subsystem_device))
			continue;
		if (match->use_revision && pdev->revision != match->revision)
			continue;
		pci_dev_put(pdev);
		return true;
	}
	return false;
}

int videoport_register_miniport(struct videoport_miniport *miniport)
{
	struct vp_driver *driver;
	int ret;

	driver = kzalloc(sizeof(*driver), GFP_KERNEL);
	if (!driver)
		return -ENOMEM;
	driver->owner = miniport->owner;
	vp_driver_add(driver);
	ret = vp_core_miniport_create(miniport->name, miniport->driver_entry, &driver->miniport);
	if (ret)
		goto free;
	vp_core_miniport_registry(driver->miniport, miniport->registry,
				  miniport->registry_text ? *miniport->registry_text : NULL);

	driver->pci.name = miniport->name;
	driver->pci.id_table = miniport->ids;
	driver->pci.probe = vp_probe;
	driver->pci.remove = vp_remove;
	driver->pci.shutdown = vp_shutdown;
	driver->pci.driver.pm = pm_ptr(&vp_pm_ops);
	ret = __pci_register_driver(&driver->pci, miniport->owner, miniport->mod_name);
	if (ret)
		goto destroy;
	miniport->private = driver;
	return 0;

destroy:
	vp_core_miniport_destroy(driver->miniport);
free:
	vp_driver_remove(driver);
	kfree(driver);
	return ret;
}
EXPORT_SYMBOL_GPL(videoport_register_miniport);

void videoport_unregister_miniport(struct videoport_miniport *miniport)
{
	struct vp_driver *driver = miniport->private;

	pci_unregister_driver(&driver->pci);
	vp_core_miniport_destroy(driver->miniport);
	vp_driver_remove(driver);
	kfree(driver);
	miniport->private = NULL;
}
EXPORT_SYMBOL_GPL(videoport_unregister_miniport);
