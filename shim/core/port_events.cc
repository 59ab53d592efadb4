// SPDX-License-Identifier: GPL-2.0
/*
 * What comes to a port by itself: interrupts, DPCs, timer ticks, and work that was put off. The
 * context of each stands beside it.
 */
#include "port.h"

using namespace vp;

/* DIRQL */
bool vp_port::interrupt(bool again)
{
	if (!delivers_interrupts_)
		return false;

	SpinGuard guard(interrupt_lock_);

	if (asleep_)
		return false;
	if (!again)
		counters.add(Counter::Interrupts);
	return miniport_.hw.HwInterrupt(extension_);
}

/* any context */
bool vp_port::queue_dpc(const Dpc &dpc)
{
	if (gone_)
		return false;
	switch (dpcs_.push(dpc)) {
	case DpcQueue::Queued::Already:
		return false;
	case DpcQueue::Queued::Full:
		counters.refuse(Counter::BadRequest,
				"VideoPortQueueDpc: more DPCs are queued than there is room for");
		return false;
	case DpcQueue::Queued::Yes:
		break;
	}
	vp_dpc_schedule(device_);
	return true;
}

/* DISPATCH. A DPC that queues itself runs in the next softirq, not in this one for ever. */
void vp_port::run_dpcs()
{
	Dpc dpc;

	if (asleep_)
		return; /* they wait for it to wake */
	for (unsigned int left = dpcs_.count(); left && dpcs_.pop(dpc); left--) {
		counters.add(Counter::Dpcs);
		dpc.routine(extension_, dpc.context);
	}
	if (dpcs_.count())
		vp_dpc_schedule(device_);
}

/* The documented period. */
static constexpr unsigned int timer_period_ms = 1000;

/* DISPATCH; the miniport may stop the timer from inside. */
void vp_port::tick()
{
	if (!timer_on_ || asleep_)
		return;
	miniport_.hw.HwTimer(extension_);
	if (timer_on_ && !asleep_)
		vp_timer_start(device_, timer_period_ms);
}

void vp_port::start_timer()
{
	if (!miniport_.hw.HwTimer) {
		counters.refuse(Counter::BadRequest, "VideoPortStartTimer: there is no HwVidTimer");
		return;
	}
	if (gone_ || timer_on_.exchange(true) || asleep_)
		return;
	vp_timer_start(device_, timer_period_ms);
}

void vp_port::stop_timer()
{
	timer_on_ = false;
	vp_timer_stop(device_);
}

/* PASSIVE */
void vp_port::quiesce()
{
	{
		SpinGuard guard(interrupt_lock_);

		asleep_ = true;
	}
	vp_timer_pause(device_);
	vp_dpc_drain(device_);
}

/* PASSIVE */
void vp_port::unquiesce()
{
	asleep_ = false;
	if (timer_on_)
		vp_timer_start(device_, timer_period_ms);
	if (dpcs_.count())
		vp_dpc_schedule(device_);
}

BOOLEAN vp_port::synchronize(VIDEO_SYNCHRONIZE_PRIORITY priority,
			     PMINIPORT_SYNCHRONIZE_ROUTINE routine, PVOID context)
{
	if (vp_context_now() == VP_DIRQL) {
		counters.refuse(
			Counter::WrongContext,
			"VideoPortSynchronizeExecution: called at DIRQL, where it would wait for itself; refused");
		return FALSE;
	}
	if (priority == VpLowPriority) {
		DispatchGuard dispatch;

		return routine(context);
	}

	SpinGuard guard(interrupt_lock_);

	return routine(context);
}

/* PASSIVE */
void vp_port::work()
{
	dma.work();
	events.work();
	resources.work();
	pool.work();
	reports.work();
}

/* PASSIVE */
void vp_port::look()
{
	watch.look([this](Look &look) {
		SpinGuard guard(lock_);

		served_.show(look);
		dma.show(look);
	});
}

/*
 * PASSIVE. Serialised with the requests, as documented for all callbacks of a miniport. It has a work
 * item of its own: a request may wait for what the other work does.
 */
void vp_port::enumerate(DeviceGuard::Kind kind)
{
	uint32_t changed = 0;

	{
		DeviceGuard guard(device_lock, kind, "HwVidGetVideoChildDescriptor");

		/* Inside HwVidFindAdapter it is too early; when that is over it is done anyway. So it
		 * is when a device that sleeps wakes.
		 */
		if (guard.error() || !started_ || removed_ || asleep_)
			return;
		changed = children.enumerate(extension_, miniport_.hw);
	}
	if (changed)
		vp_children_changed(device_, changed);
}

/* any context */
void vp_port::enumerate_soon()
{
	if (!gone_ && miniport_.hw.HwGetVideoChildDescriptor)
		vp_enumerate_schedule(device_);
}

extern "C" {

bool vp_core_interrupt(vp_port *port, bool again)
{
	return port->interrupt(again);
}

void vp_core_dpc(vp_port *port)
{
	port->run_dpcs();
}

void vp_core_timer(vp_port *port)
{
	port->tick();
}

void vp_core_work(vp_port *port)
{
	port->work();
}

void vp_core_watch(vp_port *port)
{
	port->look();
}

void vp_core_enumerate(vp_port *port)
{
	/* by nobody, but a long wait of this kind is not taken for a hang */
	port->enumerate(DeviceGuard::Killable);
}

bool vp_core_child(const vp_port *port, unsigned int slot, vp_child *child)
{
	return port->children.copy(slot, *child);
}

} // extern "C"
