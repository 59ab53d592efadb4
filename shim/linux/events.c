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

static irqreturn_t vp_interrupt(int irq, void *data)
{
	struct vp_device *vpd = data;

	return vp_core_interrupt(vpd->port) ? IRQ_HANDLED : IRQ_NONE;
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
}

/*
 * A device that still works when its adapter goes would raise its interrupt line with nobody to
 * quiet it, and the kernel would switch the line off for all who share it; a processor may not even
 * come to mask it. While there is an MSI the line is masked, and it stays so: the flag keeps the
 * kernel from unmasking it with the MSI's end.
 */
static void vp_interrupt_mask(struct pci_dev *pdev)
{
	const pci_dev_flags_t flags = pdev->dev_flags;

	pdev->dev_flags |= PCI_DEV_FLAGS_MSI_INTX_DISABLE_BUG;
	pci_free_irq_vectors(pdev);
	pci_intx(pdev, 0);
	pdev->dev_flags = flags;
}

int vp_interrupt_connect(struct vp_device *device)
{
	int ret;

	ret = pci_alloc_irq_vectors(device->pdev, 1, 1, PCI_IRQ_MSI | PCI_IRQ_INTX);
	if (ret < 0)
		return ret;
	ret = pci_request_irq(device->pdev, 0, vp_interrupt, NULL, device, "videoport %s",
			      pci_name(device->pdev));
	if (ret) {
		vp_interrupt_mask(device->pdev);
		return ret;
	}
	device->irq = pci_irq_vector(device->pdev, 0);
	return 0;
}

void vp_interrupt_disconnect(struct vp_device *device)
{
	if (device->irq < 0)
		return;
	pci_free_irq(device->pdev, 0, device);
	vp_interrupt_mask(device->pdev);
	device->irq = -1;
}

void vp_interrupt_hold(struct vp_device *device)
{
	if (device->irq >= 0)
		disable_irq(device->irq);
}

void vp_interrupt_resume(struct vp_device *device)
{
	if (device->irq >= 0)
		enable_irq(device->irq);
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
