// SPDX-License-Identifier: GPL-2.0
/*
 * What calls the core by itself: the device's interrupt, the DPC softirq, the timer, and work and
 * watch in process context; and how each is started, stopped and waited for.
 */
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "linux.h"

/* As many as a status register has bits: an ISR that claims more calls tells nothing by it. */
#define VP_MOST_CAUSES 32

/*
 * Legacy ISRs expect a line, which calls them until they have served all that the device has to
 * say. An MSI comes once, so they are called again here.
 */
static void vp_interrupt_rest(struct vp_device *vpd)
{
	int calls;

	for (calls = 0; calls < VP_MOST_CAUSES && !READ_ONCE(vpd->held); calls++)
		if (!vp_core_interrupt(vpd->port, true))
			return;
}

static irqreturn_t vp_interrupt(int irq, void *data)
{
	struct vp_device *vpd = data;

	/* Another device's on the same line: this one is masked. */
	if (READ_ONCE(vpd->held) && !vpd->pdev->msi_enabled)
		return IRQ_NONE;
	if (!vp_core_interrupt(vpd->port, false))
		return IRQ_NONE;
	if (vpd->pdev->msi_enabled)
		vp_interrupt_rest(vpd);
	return IRQ_HANDLED;
}

/* An ISR that has held its interrupt back had perhaps not served all: a line would still be up. */
static void vp_interrupt_again(struct irq_work *again)
{
	vp_interrupt_rest(container_of(again, struct vp_device, irq_again));
}

static void vp_dpc(struct tasklet_struct *dpc)
{
	struct vp_device *vpd = container_of(dpc, struct vp_device, dpc);

	vp_core_dpc(vpd->port);
}

static void vp_timer(struct timer_list *timer)
{
	struct vp_device *vpd = container_of(timer, struct vp_device, timer);

	vp_core_timer(vpd->port);
}

static void vp_work(struct work_struct *work)
{
	struct vp_device *vpd = container_of(work, struct vp_device, work);

	vp_core_work(vpd->port);
}

static void vp_watch(struct work_struct *work)
{
	struct vp_device *vpd = container_of(to_delayed_work(work), struct vp_device, watch);

	vp_core_watch(vpd->port);
}

/**
 * vp_events_init() - prepare a device's DPC, timer, work and watch; nothing runs yet
 * @vpd: the device.
 */
void vp_events_init(struct vp_device *vpd)
{
	tasklet_setup(&vpd->dpc, vp_dpc);
	timer_setup(&vpd->timer, vp_timer, 0);
	INIT_WORK(&vpd->work, vp_work);
	INIT_DELAYED_WORK(&vpd->watch, vp_watch);
	vpd->irq = -1;
	raw_spin_lock_init(&vpd->irq_lock);
	init_irq_work(&vpd->irq_again, vp_interrupt_again);
}

/*
 * A device that still works when its adapter goes would raise its interrupt line with nobody to
 * quiet it, and the kernel would switch the line off for all who share it; a processor may not even
 * come to mask it. While there is an MSI the line is masked, and it stays so: the flag keeps the
 * kernel from unmasking it with the MSI's end.
 */
static void vp_interrupt_end(struct pci_dev *pdev)
{
	const pci_dev_flags_t flags = pdev->dev_flags;

	pdev->dev_flags |= PCI_DEV_FLAGS_MSI_INTX_DISABLE_BUG;
	pci_free_irq_vectors(pdev);
	pci_intx(pdev, 0);
	pdev->dev_flags = flags;
}

/* Can it be held back without others on its line? Devices older than PCI 2.3 have no mask. */
static bool vp_interrupt_has_gate(struct vp_device *vpd)
{
	return vpd->pdev->msi_enabled || pci_intx_mask_supported(vpd->pdev);
}

static bool vp_interrupt_is_shut(struct vp_device *vpd)
{
	return vp_interrupt_has_gate(vpd) ? vpd->held : vpd->held & ~VP_HOLD_START;
}

/*
 * What an MSI tells meanwhile the kernel keeps, and tells again; a line stays raised until the
 * device is served.
 */
static void vp_interrupt_gate(struct vp_device *vpd, int irq, bool shut)
{
	if (!vpd->pdev->msi_enabled && vp_interrupt_has_gate(vpd))
		pci_intx(vpd->pdev, !shut);
	else if (shut)
		disable_irq_nosync(irq);
	else
		enable_irq(irq);
	if (vpd->pdev->msi_enabled && !shut)
		irq_work_queue(&vpd->irq_again);
}

/* Nobody would quiet the device before all of this is done: it begins shut where it can. */
int vp_interrupt_connect(struct vp_device *device)
{
	struct pci_dev *pdev = device->pdev;
	unsigned long flags;
	int irq, ret;
	char *name;

	ret = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI | PCI_IRQ_INTX);
	if (ret < 0)
		return ret;
	if (!pdev->msi_enabled)
		pci_intx(pdev, 0);
	irq = pci_irq_vector(pdev, 0);
	name = kasprintf(GFP_KERNEL, "videoport %s", pci_name(pdev));
	ret = name ? request_irq(irq, vp_interrupt,
				 pdev->msi_enabled ? IRQF_NO_AUTOEN : IRQF_SHARED, name, device) :
		     -ENOMEM;
	if (ret) {
		kfree(name);
		vp_interrupt_end(pdev);
		return ret;
	}

	raw_spin_lock_irqsave(&device->irq_lock, flags);
	device->irq = irq;
	if (vp_interrupt_is_shut(device) != vp_interrupt_has_gate(device))
		vp_interrupt_gate(device, irq, vp_interrupt_is_shut(device));
	raw_spin_unlock_irqrestore(&device->irq_lock, flags);
	return 0;
}

void vp_interrupt_disconnect(struct vp_device *device)
{
	const int irq = device->irq;
	unsigned long flags;

	if (irq < 0)
		return;
	raw_spin_lock_irqsave(&device->irq_lock, flags);
	device->irq = -1;
	/* For the others on its line. */
	if (!vp_interrupt_has_gate(device) && vp_interrupt_is_shut(device))
		vp_interrupt_gate(device, irq, false);
	raw_spin_unlock_irqrestore(&device->irq_lock, flags);
	pci_free_irq(device->pdev, 0, device);
	irq_work_sync(&device->irq_again);
	vp_interrupt_end(device->pdev);
}

static void vp_interrupt_set_held(struct vp_device *device, unsigned int gone, unsigned int come)
{
	unsigned long flags;
	bool was;

	raw_spin_lock_irqsave(&device->irq_lock, flags);
	was = vp_interrupt_is_shut(device);
	WRITE_ONCE(device->held, (device->held & ~gone) | come);
	if (device->irq >= 0 && was != vp_interrupt_is_shut(device))
		vp_interrupt_gate(device, device->irq, !was);
	raw_spin_unlock_irqrestore(&device->irq_lock, flags);
}

void vp_interrupt_hold(struct vp_device *device, enum vp_hold why)
{
	vp_interrupt_set_held(device, 0, why);
}

void vp_interrupt_resume(struct vp_device *device, enum vp_hold why)
{
	vp_interrupt_set_held(device, why, 0);
}

void vp_interrupt_wait(struct vp_device *device)
{
	if (device->irq < 0)
		return;
	synchronize_irq(device->irq);
	irq_work_sync(&device->irq_again);
}

void vp_dpc_schedule(struct vp_device *device)
{
	tasklet_schedule(&device->dpc);
}

void vp_dpc_drain(struct vp_device *device)
{
	tasklet_kill(&device->dpc);
}

void vp_timer_start(struct vp_device *device, unsigned int milliseconds)
{
	mod_timer(&device->timer, jiffies + msecs_to_jiffies(milliseconds));
}

void vp_timer_stop(struct vp_device *device)
{
	vp_timer_delete(&device->timer);
}

void vp_timer_pause(struct vp_device *device)
{
	vp_timer_delete_sync(&device->timer);
}

void vp_timer_drain(struct vp_device *device)
{
	vp_timer_shutdown_sync(&device->timer);
}

void vp_work_schedule(struct vp_device *device)
{
	schedule_work(&device->work);
}

void vp_work_drain(struct vp_device *device)
{
	flush_work(&device->work);
}

void vp_watch_start(struct vp_device *device, unsigned int milliseconds)
{
	schedule_delayed_work(&device->watch, msecs_to_jiffies(milliseconds));
}

void vp_watch_drain(struct vp_device *device)
{
	cancel_delayed_work_sync(&device->watch);
}
