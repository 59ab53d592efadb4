// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts, DPCs, the timer, work and watch: when the core asks for them, when they happen, and what
 * waits until they are over. Each runs at most once at a time for a device, as in Linux.
 */
#include "device.hpp"
#include "fail.hpp"
#include "machine.hpp"

#include <utility>

using namespace sim;

/* Runs @call with @flag set, outside the monitor. */
template <class Call> static void run_flagged(vp_device &device, bool &flag, Call call)
{
	{
		Balanced balanced("an event of the core");

		call();
	}

	Monitor::Guard guard(device.monitor);

	flag = false;
}

/* Softirqs and the work run in order on the processor of whoever lets them. */
static bool start(vp_device &device, bool &pending, bool &running)
{
	Monitor::Guard guard(device.monitor);

	if (!pending || running)
		return false;
	pending = false;
	running = true;
	return true;
}

/* Takes what was raised, if it may come: as from an MSI, what comes meanwhile is taken again. */
static bool take_interrupt(vp_device &device, bool *handled)
{
	bool taken = false;

	for (;;) {
		{
			Monitor::Guard guard(device.monitor);

			if (!device.connected || device.in_interrupt || device.interrupt_held ||
			    !std::exchange(device.interrupt_raised, false))
				return taken;
			device.in_interrupt = true;
		}
		run_flagged(device, device.in_interrupt, [&] {
			InHardirq here;
			bool cause = vp_core_interrupt(device.port, false);

			if (handled && !taken)
				*handled = cause;
		});
		taken = true;
	}
}

namespace sim {

bool raise_interrupt(vp_device &device, bool *handled)
{
	{
		Monitor::Guard guard(device.monitor);

		if (!device.connected)
			return false;
		device.interrupt_raised = true;
	}
	return take_interrupt(device, handled);
}

bool run_dpc(vp_device &device)
{
	if (!start(device, device.dpc_pending, device.in_dpc))
		return false;
	run_flagged(device, device.in_dpc, [&] {
		InSoftirq here;

		vp_core_dpc(device.port);
	});
	return true;
}

bool run_timer(vp_device &device)
{
	{
		Monitor::Guard guard(device.monitor);

		if (device.timer_armed && machine().clock_ms < device.timer_due)
			return false;
	}
	if (!start(device, device.timer_armed, device.in_timer))
		return false;
	run_flagged(device, device.in_timer, [&] {
		InSoftirq here;

		vp_core_timer(device.port);
	});
	return true;
}

bool run_watch(vp_device &device)
{
	{
		Monitor::Guard guard(device.monitor);

		if (device.watch_armed && machine().clock_ms < device.watch_due)
			return false;
	}
	if (!start(device, device.watch_armed, device.in_watch))
		return false;
	run_flagged(device, device.in_watch, [&] { vp_core_watch(device.port); });
	return true;
}

void panic()
{
	Balanced balanced("vp_core_panic()");
	InHardirq here;

	machine().panics = true;
	vp_core_panic();
}

bool run_work(vp_device &device)
{
	if (!start(device, device.work_pending, device.in_work))
		return false;
	run_flagged(device, device.in_work, [&] { vp_core_work(device.port); });
	return true;
}

bool run_enumerate(vp_device &device)
{
	if (!start(device, device.enumerate_pending, device.in_enumerate))
		return false;
	run_flagged(device, device.in_enumerate, [&] { vp_core_enumerate(device.port); });
	return true;
}

} // namespace sim

extern "C" {

int vp_interrupt_connect(vp_device *device)
{
	may_sleep("vp_interrupt_connect()");
	point();
	if (inject(Fallible::Interrupt))
		return -VP_EBUSY;

	Monitor::Guard guard(device->monitor);

	if (device->connected)
		fail("interrupt connected twice");
	device->connected = true;
	return 0;
}

void vp_interrupt_disconnect(vp_device *device)
{
	may_sleep("vp_interrupt_disconnect()");
	point();

	Monitor::Guard guard(device->monitor);

	device->connected = false;
	guard.wait([&] { return !device->in_interrupt; });
}

void vp_interrupt_hold(vp_device *device, vp_hold why)
{
	Monitor::Guard guard(device->monitor);

	device->interrupt_held |= why;
}

/* Where interrupts are off, what was raised comes with the next one. */
void vp_interrupt_resume(vp_device *device, vp_hold why)
{
	{
		Monitor::Guard guard(device->monitor);

		device->interrupt_held &= ~static_cast<unsigned int>(why);
	}
	if (vp_context_now() == VP_DIRQL)
		return;
	point();
	take_interrupt(*device, nullptr);
}

void vp_interrupt_wait(vp_device *device)
{
	may_sleep("vp_interrupt_wait()");
	point();

	Monitor::Guard guard(device->monitor);

	guard.wait([&] { return !device->in_interrupt; });
}

void vp_dpc_schedule(vp_device *device)
{
	Monitor::Guard guard(device->monitor);

	device->dpc_pending = true;
}

/* A tasklet that is scheduled runs before tasklet_kill() returns. */
void vp_dpc_drain(vp_device *device)
{
	may_sleep("vp_dpc_drain()");
	point();
	for (;;) {
		{
			Monitor::Guard guard(device->monitor);

			guard.wait([&] { return !device->in_dpc; });
			if (!device->dpc_pending)
				return;
		}
		run_dpc(*device);
	}
}

void vp_timer_start(vp_device *device, unsigned int milliseconds)
{
	point();

	Monitor::Guard guard(device->monitor);

	device->timer_armed = true;
	device->timer_due = machine().clock_ms + milliseconds;
}

void vp_timer_stop(vp_device *device)
{
	Monitor::Guard guard(device->monitor);

	device->timer_armed = false;
}

void vp_timer_pause(vp_device *device)
{
	may_sleep("vp_timer_pause()");
	point();

	Monitor::Guard guard(device->monitor);

	device->timer_armed = false;
	guard.wait([&] { return !device->in_timer; });
	device->timer_armed = false; /* it may have started itself again */
}

/* Older kernels let it be started again. */
void vp_timer_drain(vp_device *device)
{
	vp_timer_pause(device);
}

void vp_work_schedule(vp_device *device)
{
	Monitor::Guard guard(device->monitor);

	device->work_pending = true;
}

void vp_work_drain(vp_device *device)
{
	may_sleep("vp_work_drain()");
	point();
	for (;;) {
		{
			Monitor::Guard guard(device->monitor);

			guard.wait([&] { return !device->in_work; });
			if (!device->work_pending)
				return;
		}
		run_work(*device);
	}
}

void vp_enumerate_schedule(vp_device *device)
{
	Monitor::Guard guard(device->monitor);

	device->enumerate_pending = true;
}

void vp_enumerate_drain(vp_device *device)
{
	may_sleep("vp_enumerate_drain()");
	point();
	for (;;) {
		{
			Monitor::Guard guard(device->monitor);

			guard.wait([&] { return !device->in_enumerate; });
			if (!device->enumerate_pending)
				return;
		}
		run_enumerate(*device);
	}
}

void vp_children_changed(vp_device *device, uint32_t slots)
{
	may_sleep("vp_children_changed()");
	point();
	if (!current().mutexes.empty())
		fail("vp_children_changed() under a mutex of the core");
	if (!slots)
		fail("vp_children_changed(), but none is");

	Monitor::Guard guard(device->monitor);

	device->children_changed |= slots;
}

void vp_watch_start(vp_device *device, unsigned int milliseconds)
{
	Monitor::Guard guard(device->monitor);

	if (device->watch_armed)
		return; /* as delayed work */
	device->watch_armed = true;
	device->watch_due = machine().clock_ms + milliseconds;
}

void vp_watch_drain(vp_device *device)
{
	may_sleep("vp_watch_drain()");
	point();

	Monitor::Guard guard(device->monitor);

	/* one that runs may have armed it again */
	guard.wait([&] { return !device->in_watch; });
	device->watch_armed = false;
}

} // extern "C"
