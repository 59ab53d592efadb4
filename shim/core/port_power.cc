// SPDX-License-Identifier: GPL-2.0
/*
 * What a miniport is told when its adapter's power changes, and when the system fails. The first in
 * process context, under the device lock; the second wherever the kernel panics.
 */
#include "port.h"
#include "registry.h"

using namespace vp;

/* ---- Power ---- */

bool vp_port::may_enter(VIDEO_POWER_STATE state)
{
	VIDEO_POWER_MANAGEMENT power{
		.Length = sizeof(power),
		.DPMSVersion = 0,
		.PowerState = static_cast<ULONG>(state),
	};

	return miniport_.hw.HwGetPowerState(extension_, DISPLAY_ADAPTER_HW_ID, &power) == NO_ERROR;
}

void vp_port::enter(VIDEO_POWER_STATE state)
{
	VIDEO_POWER_MANAGEMENT power{
		.Length = sizeof(power),
		.DPMSVersion = 0,
		.PowerState = static_cast<ULONG>(state),
	};
	VP_STATUS status = miniport_.hw.HwSetPowerState(extension_, DISPLAY_ADAPTER_HW_ID, &power);

	if (status != NO_ERROR)
		counters.refuse(
			Counter::MiniportError,
			"HwVidSetPowerState: returned %d for state %d, which it agreed to or cannot refuse: taken as done",
			status, state);
	power_state_ = static_cast<ULONG>(state);
}

/*
 * Off is what a device is that has lost its power (D3), and what is asked for first; Suspend says
 * of the adapter, too, that it is off. In lesser states it would go on to need its power.
 */
int vp_port::sleep(vp_sleep why)
{
	if (!sleeps())
		return -VP_EOPNOTSUPP;

	DeviceGuard guard(device_lock, DeviceGuard::Try, "HwVidSetPowerState");

	if (guard.error()) {
		vp_log(device_, why == VP_SLEEP_IDLE ? VP_LOG_DEBUG : VP_LOG_WARN,
		       "%s: cannot be asked about power: a request, or the miniport, holds the device lock",
		       miniport_.name);
		return guard.error();
	}
	/* Nobody has used the device yet, or it is gone: there is nothing to lose. */
	if (removed_ || !initialized_)
		return 0;
	if (why == VP_SLEEP_IMAGE) {
		/* As documented no question, but a message: the device keeps its power. */
		enter(VideoPowerHibernate);
		return 0;
	}

	VIDEO_POWER_STATE state = VideoPowerOff;

	if (why != VP_SLEEP_OFF && !may_enter(state)) {
		state = VideoPowerSuspend;
		if (!may_enter(state)) {
			vp_log(device_, why == VP_SLEEP_IDLE ? VP_LOG_DEBUG : VP_LOG_WARN,
			       "%s: HwVidGetPowerState refuses both VideoPowerOff and VideoPowerSuspend: the adapter stays on",
			       miniport_.name);
			return -VP_EBUSY;
		}
	}
	enter(state);
	/* What the device raises from here on comes when it wakes, or if it does not sleep after all. */
	vp_interrupt_hold(device_, VP_HOLD_POWER);
	vp_interrupt_wait(device_);
	quiesce();
	/*
	 * Between two pieces of a transfer the adapter looked idle, and a DPC has begun the next. From
	 * now on none runs that could.
	 */
	const bool busy = why != VP_SLEEP_OFF && counters.value(Counter::Transfers) != 0;

	if (busy) {
		vp_log(device_, VP_LOG_INFO, "%s: began a transfer meanwhile: the adapter stays on",
		       miniport_.name);
		asleep_ = false;
		enter(VideoPowerOn);
		unquiesce();
		vp_interrupt_resume(device_, VP_HOLD_POWER);
	}
	return busy ? -VP_EAGAIN : 0;
}

void vp_port::wake()
{
	/* Nothing was said to the miniport; and who holds the lock may sleep with the machine. */
	if (power_state_ == VideoPowerOn)
		return;

	DeviceGuard guard(device_lock, DeviceGuard::Always, "HwVidSetPowerState");

	if (removed_)
		return;
	/* What the device raises meanwhile comes when it is done. */
	vp_interrupt_hold(device_, VP_HOLD_POWER);
	vp_interrupt_wait(device_);

	bool slept = asleep_;

	asleep_ = false;
	enter(VideoPowerOn);
	if (slept)
		unquiesce();
	vp_interrupt_resume(device_, VP_HOLD_POWER);
	/* Another monitor may have been plugged in. */
	if (slept)
		enumerate_soon();
}

/* ---- The end of the system ---- */

/* any context, without locks */
void vp_port::panic()
{
	if (!initialized_ || gone_ || asleep_)
		return;
	bugcheck.run(extension_);
	if (!miniport_.hw.HwResetHw)
		return;
	/* Once: if that panics, too, it is not called again. */
	initialized_ = false;
	if (!miniport_.hw.HwResetHw(extension_, 80, 25))
		vp_log(device_, VP_LOG_WARN,
		       "%s: HwVidResetHw leaves the rest to the BIOS, which nobody calls here: the screen may stay as it is",
		       miniport_.name);
}

extern "C" {

bool vp_core_port_sleeps(const vp_port *port)
{
	return port->sleeps();
}

int vp_core_port_sleep(vp_port *port, vp_sleep why)
{
	return port->sleep(why);
}

void vp_core_port_wake(vp_port *port)
{
	port->wake();
}

void vp_core_panic(void)
{
	Registry::get().panic([](vp_port &port) { port.panic(); });
}

} // extern "C"
