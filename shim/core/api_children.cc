// SPDX-License-Identifier: GPL-2.0
/*
 * What a miniport calls about devices other than its adapter: children, a second display, what a
 * firmware has found. Some of it has no meaning here: those calls fail as documented, and say so.
 */
#include <video.h>

#include "address_text.h"
#include "port.h"

using namespace vp;

/* A call that names no adapter that could count it. */
static void say_unknown(const char *call, const void *object)
{
	static std::atomic<uint64_t> quiet_until{0};
	uint64_t now = vp_clock_ms();
	uint64_t until = quiet_until.load(std::memory_order_relaxed);

	if (now >= until && quiet_until.compare_exchange_strong(until, now + vp_log_interval_ms()))
		vp_log(nullptr, VP_LOG_WARN,
		       "%s: %s is no device object: children have none here, nor drivers of their own; refused",
		       call, AddressText(reinterpret_cast<uintptr_t>(object)).text());
}

extern "C" {

/**
 * VideoPortEnumerateChildren() - ask the miniport again which children its adapter has
 * @HwDeviceExtension: the miniport's.
 * @Reserved: not looked at.
 *
 * Documented: VideoPortEnumerateChildren. HwVidGetVideoChildDescriptor is called soon, in process
 * context, while no request is served.
 *
 * Context: PASSIVE or DISPATCH; beyond it: works at DIRQL, too, but counts as a violation.
 * Return: NO_ERROR.
 */
VP_STATUS VideoPortEnumerateChildren(PVOID HwDeviceExtension, PVOID Reserved)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)Reserved;
	if (!port)
		return ERROR_INVALID_PARAMETER;
	(void)port->caller(__func__).allowed_up_to(VP_DISPATCH, port->counters,
						   "done all the same");
	port->enumerate_soon();
	return NO_ERROR;
}

/**
 * VideoPortGetAssociatedDeviceExtension() - the adapter of a child's device object
 * @DeviceObject: of a child.
 *
 * Documented: VideoPortGetAssociatedDeviceExtension, for the drivers of children. There are no device
 * objects here, and no such drivers.
 *
 * Context: any.
 * Return: NULL.
 */
PVOID VideoPortGetAssociatedDeviceExtension(PVOID DeviceObject)
{
	say_unknown(__func__, DeviceObject);
	return nullptr;
}

/**
 * VideoPortGetAssociatedDeviceID() - the miniport's name of a child, by its device object
 * @DeviceObject: of a child.
 *
 * As VideoPortGetAssociatedDeviceExtension(). Context: any.
 * Return: VIDEO_INVALID_CHILD_ID.
 */
ULONG VideoPortGetAssociatedDeviceID(PVOID DeviceObject)
{
	say_unknown(__func__, DeviceObject);
	return VIDEO_INVALID_CHILD_ID;
}

/**
 * VideoPortCreateSecondaryDisplay() - a second display device on the same adapter (DualView)
 * @HwDeviceExtension: the miniport's.
 * @SecondaryDeviceExtension: set to NULL.
 * @ulFlag: VIDEO_DUALVIEW_REMOVABLE.
 *
 * Documented: VideoPortCreateSecondaryDisplay, which may fail on purpose: the driver then stays with
 * one view. Here it always does: an adapter has one node, and so one display device.
 *
 * Context: PASSIVE.
 * Return: ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortCreateSecondaryDisplay(PVOID HwDeviceExtension, PVOID *SecondaryDeviceExtension,
					  ULONG ulFlag)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (SecondaryDeviceExtension)
		*SecondaryDeviceExtension = nullptr;
	if (port)
		port->counters.refuse(
			Counter::BadParameter,
			"%s: flags 0x%x: an adapter has one display device here; the driver stays with one view",
			__func__, ulFlag);
	return ERROR_INVALID_PARAMETER;
}

/**
 * VideoPortGetDeviceData() - what the firmware of an EISA or ARC machine has found
 * @HwDeviceExtension: the miniport's.
 * @DeviceDataType: which part of it.
 * @CallbackRoutine: not called.
 * @Context: not used.
 *
 * Documented: VideoPortGetDeviceData, over a part of the registry that such a machine's loader makes.
 * No machine with PCI needs it: VideoPortGetAccessRanges and VideoPortGetBusData tell more.
 *
 * Context: any.
 * Return: ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortGetDeviceData(PVOID HwDeviceExtension, VIDEO_DEVICE_DATA_TYPE DeviceDataType,
				 PMINIPORT_QUERY_DEVICE_ROUTINE CallbackRoutine, PVOID Context)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	(void)CallbackRoutine;
	(void)Context;
	if (port)
		port->counters.refuse(
			Counter::BadParameter,
			"%s: there is no hardware description of type %d: only EISA and ARC machines have one",
			__func__, static_cast<int>(DeviceDataType));
	return ERROR_INVALID_PARAMETER;
}

} // extern "C"
