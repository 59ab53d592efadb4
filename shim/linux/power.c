// SPDX-License-Identifier: GPL-2.0
/*
 * Power of a PCI function: the machine goes to sleep, is hibernated, or nobody uses the adapter.
 * The miniport is asked and told by the core; here is what the PCI core may then do. Process
 * context; the kernel calls nothing of this twice at once for one function.
 */
#include <linux/iopoll.h>
#include <linux/pci.h>
#include <linux/pm.h>
#include <linux/pm_runtime.h>
#include <linux/suspend.h>

#include "linux.h"

/* How long a device may take to end what it does when the machine goes to sleep. */
#define VP_SLEEP_PATIENCE_US	USEC_PER_SEC

/* Clients are frozen, but the device and its interrupt are not yet. */
static int vp_await_idle(struct vp_device *vpd)
{
	bool busy;

	return read_poll_timeout(vp_core_port_busy, busy, !busy, 2000, VP_SLEEP_PATIENCE_US, false,
				 vpd->port);
}

/*
 * Left to itself, the PCI core takes bus mastering from the device here, and with it what a
 * transfer moves and the interrupt that would tell of its end; and then its power. It leaves a
 * function in D0 whose state is saved already. So one keeps its power whose miniport takes no part
 * in this, or cannot be asked now: a transfer is under way, or a client that sleeps with the
 * machine is inside a request. Where the firmware takes all power, the latter must not be.
 */
static int vp_suspend(struct device *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	struct vp_device *vpd = pci_get_drvdata(pdev);
	int ret;

	if (vp_await_idle(vpd)) {
		pci_info(pdev, "goes to sleep with a transfer under way\n");
		ret = vp_core_port_sleeps(vpd->port) ? -EAGAIN : -EOPNOTSUPP;
	} else {
		ret = vp_core_port_sleep(vpd->port, VP_SLEEP_SYSTEM);
	}
	if (ret == -EOPNOTSUPP || (ret == -EAGAIN && !pm_suspend_via_firmware())) {
		pci_save_state(pdev);
		return 0;
	}
	return ret;
}

/* The image of a hibernation must not be of memory that a device writes to. */
static int vp_freeze(struct device *dev)
{
	struct vp_device *vpd = dev_get_drvdata(dev);
	int ret;

	if (vp_await_idle(vpd))
		return -EBUSY;
	ret = vp_core_port_sleep(vpd->port, VP_SLEEP_IMAGE);
	return ret == -EOPNOTSUPP ? 0 : ret;
}

/* The image is on the disk, and the machine goes off: nothing can keep it on. */
static int vp_poweroff(struct device *dev)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	if (vp_await_idle(vpd))
		pci_info(vpd->pdev, "is switched off with a transfer under way\n");
	vp_core_port_sleep(vpd->port, VP_SLEEP_OFF);
	return 0;
}

static int vp_resume(struct device *dev)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	vp_core_port_wake(vpd->port);
	return 0;
}

static int vp_runtime_suspend(struct device *dev)
{
	struct vp_device *vpd = dev_get_drvdata(dev);

	/* Anything but -EBUSY and -EAGAIN would end runtime PM of the function for good. */
	if (vp_core_port_busy(vpd->port))
		return -EBUSY;
	return vp_core_port_sleep(vpd->port, VP_SLEEP_IDLE) ? -EBUSY : 0;
}

const struct dev_pm_ops vp_pm_ops = {
	.suspend = pm_sleep_ptr(vp_suspend),
	.resume = pm_sleep_ptr(vp_resume),
	.freeze = pm_sleep_ptr(vp_freeze),
	.thaw = pm_sleep_ptr(vp_resume),
	.poweroff = pm_sleep_ptr(vp_poweroff),
	.restore = pm_sleep_ptr(vp_resume),
	RUNTIME_PM_OPS(vp_runtime_suspend, vp_resume, NULL)
};

/**
 * vp_power_add() - from now on the PCI core may take the function's power while nobody uses it
 * @vpd: the device, with its node.
 *
 * Only where the miniport takes part; and not before an administrator has written "auto" to the
 * function's power/control, as with all PCI functions.
 */
void vp_power_add(struct vp_device *vpd)
{
	vpd->may_idle = vp_core_port_sleeps(vpd->port);
	if (vpd->may_idle)
		pm_runtime_put_noidle(&vpd->pdev->dev);
}

/**
 * vp_power_remove() - undo vp_power_add(); the PCI core has given the function its power back
 * @vpd: the device.
 */
void vp_power_remove(struct vp_device *vpd)
{
	if (vpd->may_idle)
		pm_runtime_get_noresume(&vpd->pdev->dev);
}

/**
 * vp_power_get() - a client opens the node: the device has power until vp_power_put()
 * @vpd: the device.
 *
 * Return: 0 or a negative error.
 */
int vp_power_get(struct vp_device *vpd)
{
	return pm_runtime_resume_and_get(&vpd->pdev->dev);
}

/**
 * vp_power_put() - it has closed it
 * @vpd: the device.
 */
void vp_power_put(struct vp_device *vpd)
{
	pm_runtime_put(&vpd->pdev->dev);
}
