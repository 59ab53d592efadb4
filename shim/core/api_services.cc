// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of functions that a miniport asks the port for: which there are, who holds them. What is in
 * them is elsewhere (api_i2c.cc). PASSIVE.
 */
#include <video.h>

#include "api_i2c.h"
#include "port.h"

using namespace vp;

/* The port cannot go while a miniport that is linked to it is there: the count is for the balance. */
static void reference(PVOID Context)
{
	if (vp_port *port = vp_port::from_extension("InterfaceReference", Context))
		port->interfaces++;
}

static void dereference(PVOID Context)
{
	vp_port *port = vp_port::from_extension("InterfaceDereference", Context);

	if (!port)
		return;

	unsigned int held = port->interfaces.load();

	while (held && !port->interfaces.compare_exchange_weak(held, held - 1))
		;
	if (!held)
		port->counters.refuse(Counter::BadParameter,
				      "InterfaceDereference: no table is held any more; refused");
}

/* The head of a table, held once by whoever asked for it. */
template <class Table> static Table &begin(Table &table, vp_port &port)
{
	table.Context = port.extension();
	table.InterfaceReference = reference;
	table.InterfaceDereference = dereference;
	port.interfaces++;
	return table;
}

/* Return: there is room for a table of @size bytes. */
static bool has_room(vp_port *port, const char *call, const INTERFACE *wanted, size_t size)
{
	if (wanted->Size >= size)
		return true;
	port->counters.refuse(Counter::BadLength,
			      "%s: Size %u, but version %u of the table has %zu bytes; refused",
			      call, wanted->Size, wanted->Version, size);
	return false;
}

static VP_STATUS offer_i2c(vp_port *port, const char *call, PINTERFACE wanted)
{
	switch (wanted->Version) {
	case VIDEO_PORT_I2C_INTERFACE_VERSION_1: {
		auto *room = reinterpret_cast<PVIDEO_PORT_I2C_INTERFACE>(wanted);

		if (!has_room(port, call, wanted, sizeof(*room)))
			return ERROR_INVALID_PARAMETER;

		fill_i2c_table(begin(*room, *port));
		return NO_ERROR;
	}
	case VIDEO_PORT_I2C_INTERFACE_VERSION_2: {
		auto *room = reinterpret_cast<PVIDEO_PORT_I2C_INTERFACE_2>(wanted);

		if (!has_room(port, call, wanted, sizeof(*room)))
			return ERROR_INVALID_PARAMETER;

		fill_i2c_table(begin(*room, *port));
		return NO_ERROR;
	}
	default:
		port->counters.refuse(Counter::BadParameter,
				      "%s: I2C has no version %u, only %u and %u; refused", call,
				      wanted->Version, VIDEO_PORT_I2C_INTERFACE_VERSION_1,
				      VIDEO_PORT_I2C_INTERFACE_VERSION_2);
		return ERROR_INVALID_PARAMETER;
	}
}

static VP_STATUS offer_debug_report(vp_port *port, const char *call, PINTERFACE wanted)
{
	auto *room = reinterpret_cast<PVIDEO_PORT_DEBUG_REPORT_INTERFACE>(wanted);

	if (wanted->Version != VIDEO_PORT_DEBUG_REPORT_INTERFACE_VERSION_1) {
		port->counters.refuse(Counter::BadParameter,
				      "%s: DebugReport has no version %u, only %u; refused", call,
				      wanted->Version, VIDEO_PORT_DEBUG_REPORT_INTERFACE_VERSION_1);
		return ERROR_INVALID_PARAMETER;
	}
	if (!has_room(port, call, wanted, sizeof(*room)))
		return ERROR_INVALID_PARAMETER;
	begin(*room, *port);
	room->DbgReportCreate = VideoPortDbgReportCreate;
	room->DbgReportSecondaryData = VideoPortDbgReportSecondaryData;
	room->DbgReportComplete = VideoPortDbgReportComplete;
	return NO_ERROR;
}

/* What there is no table of here, and why. */
static const char *why_not(VIDEO_PORT_SERVICES type)
{
	switch (type) {
	case VideoPortServicesAGP:
		return "AGP: no machine that is supported has an AGP bridge";
	case VideoPortServicesHeadless:
		return "Headless: a machine without a screen needs no other service";
	case VideoPortServicesInt10:
		return "Int10: there is no real-mode BIOS";
	case VideoPortServicesWCMemoryProtection:
		return "WCMemoryProtection: write-combined mappings stay as they are";
	default:
		return nullptr;
	}
}

extern "C" {

/**
 * VideoPortQueryServices() - a table of functions of the port's
 * @HwDeviceExtension: the miniport's.
 * @ServicesType: which; I2C and DebugReport are offered, the others fail with their reason in the log.
 * @Interface: its Size and Version say which table is wanted; the rest is filled in.
 *
 * Documented: VideoPortQueryServices. Beyond it: a table counts as referenced once when it is handed
 * out; after a failure @Interface is as it was.
 *
 * Context: PASSIVE.
 * Return: NO_ERROR; ERROR_DEV_NOT_EXIST (there is no such thing here); ERROR_INVALID_PARAMETER.
 */
VP_STATUS VideoPortQueryServices(PVOID HwDeviceExtension, VIDEO_PORT_SERVICES ServicesType,
				 PINTERFACE Interface)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port || !port->caller(__func__).allowed_up_to(VP_PASSIVE, port->counters))
		return ERROR_INVALID_PARAMETER;
	if (!Interface) {
		port->counters.refuse(Counter::BadParameter, "%s: Interface is NULL; refused",
				      __func__);
		return ERROR_INVALID_PARAMETER;
	}
	if (ServicesType == VideoPortServicesI2C)
		return offer_i2c(port, __func__, Interface);
	if (ServicesType == VideoPortServicesDebugReport)
		return offer_debug_report(port, __func__, Interface);

	const char *why = why_not(ServicesType);

	port->counters.refuse(Counter::BadParameter, "%s: type %d: %s; refused", __func__,
			      static_cast<int>(ServicesType), why ? why : "not known");
	return why ? ERROR_DEV_NOT_EXIST : ERROR_INVALID_PARAMETER;
}

/**
 * VideoPortGetAgpServices() - the older way to the table of AGP's functions
 * @HwDeviceExtension: the miniport's.
 * @AgpServices: stays as it is.
 *
 * Documented: FALSE where there is no AGP bus; there is none here.
 *
 * Context: PASSIVE.
 * Return: FALSE.
 */
BOOLEAN VideoPortGetAgpServices(PVOID HwDeviceExtension, PVIDEO_PORT_AGP_SERVICES AgpServices)
{
	(void)AgpServices;
	if (vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension))
		port->counters.refuse(Counter::BadParameter, "%s: %s; refused", __func__,
				      why_not(VideoPortServicesAGP));
	return FALSE;
}

} // extern "C"
