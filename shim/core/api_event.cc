// SPDX-License-Identifier: GPL-2.0
/*
 * The event calls of a miniport. What the documentation leaves open is said as "beyond it".
 */
#include <video.h>

#include "api.h"
#include "port.h"

using namespace vp;

static Ref<Event> find(vp_port *port, const char *call, PEVENT event)
{
	return port->events.find(port->caller(call), token_of(event));
}

extern "C" {

/**
 * VideoPortCreateEvent() - an event of the miniport's
 * @HwDeviceExtension: the miniport's.
 * @EventFlag: NOTIFICATION_EVENT (stays set until cleared) or SYNCHRONIZATION_EVENT (resets itself
 *	when it ends a wait), with INITIAL_EVENT_SIGNALED or INITIAL_EVENT_NOT_SIGNALED.
 * @Unused: not looked at.
 * @ppEvent: receives the event, a handle.
 *
 * Documented: VideoPortCreateEvent. Beyond it: what is not deleted goes with the adapter.
 *
 * Context: PASSIVE.
 * Return: NO_ERROR, ERROR_NOT_ENOUGH_MEMORY or ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortCreateEvent(PVOID HwDeviceExtension, ULONG EventFlag, PVOID Unused,
			       PEVENT *ppEvent)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)Unused;
	if (!port)
		return ERROR_INVALID_PARAMETER;
	if (!ppEvent || EventFlag & ~(EVENT_TYPE_MASK | INITIAL_EVENT_STATE_MASK)) {
		port->counters.refuse(Counter::BadParameter, "%s: flags 0x%x%s", __func__,
				      EventFlag, ppEvent ? " are not known" : ", ppEvent is NULL");
		return ERROR_INVALID_PARAMETER;
	}
	*ppEvent = handle_of<PEVENT>(port->events.create(port->caller(__func__), EventFlag));
	return *ppEvent ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}

/**
 * VideoPortDeleteEvent() - the event is not needed any more
 * @HwDeviceExtension: the miniport's.
 * @pEvent: the event; invalid afterwards. A client's is refused.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: NO_ERROR or ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortDeleteEvent(PVOID HwDeviceExtension, PEVENT pEvent)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return ERROR_INVALID_PARAMETER;
	return port->events.remove(port->caller(__func__), token_of(pEvent));
}

/**
 * VideoPortSetEvent() - set an event; who waits for it waits no more
 * @HwDeviceExtension: the miniport's.
 * @pEvent: the miniport's event, or a client's.
 *
 * Context: any.
 * Return: non-zero if it was set before; 0 also for an unknown handle.
 */
LONG VideoPortSetEvent(PVOID HwDeviceExtension, PEVENT pEvent)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);
	Ref<Event> event;

	if (port)
		event = find(port, __func__, pEvent);
	return event && event->set();
}

/** VideoPortClearEvent() - an event is not set any more. Any context. */
VOID VideoPortClearEvent(PVOID HwDeviceExtension, PEVENT pEvent)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return;
	if (Ref<Event> event = find(port, __func__, pEvent))
		event->clear();
}

/** VideoPortReadStateEvent() - Return: non-zero if it is set. Any context. */
LONG VideoPortReadStateEvent(PVOID HwDeviceExtension, PEVENT pEvent)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);
	Ref<Event> event;

	if (port)
		event = find(port, __func__, pEvent);
	return event && event->state();
}

/**
 * VideoPortWaitForSingleObject() - wait until an event is set
 * @HwDeviceExtension: the miniport's.
 * @Object: an event of the miniport's; a client's is refused.
 * @Timeout: in units of 100 ns: negative from now on, positive since 1601, zero only looks; NULL
 *	waits for ever.
 *
 * Documented: VideoPortWaitForSingleObject. Beyond it: a wait that ends because the client is
 * dying, or because the adapter goes, returns ERROR_INVALID_PARAMETER.
 *
 * Context: PASSIVE; any if *@Timeout is zero.
 * Return: NO_ERROR, WAIT_TIMEOUT or ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortWaitForSingleObject(PVOID HwDeviceExtension, PVOID Object,
				       PLARGE_INTEGER Timeout)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return ERROR_INVALID_PARAMETER;
	return port->events.wait(port->caller(__func__), token_of(Object), Timeout);
}

} // extern "C"
