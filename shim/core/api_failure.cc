// SPDX-License-Identifier: GPL-2.0
/*
 * What a miniport calls for those who look into a failure: its callback for the end of the system,
 * and reports of failures that it survives.
 */
#include <video.h>

#include "api.h"
#include "port.h"
#include "registry.h"

using namespace vp;

extern "C" {

/**
 * VideoPortRegisterBugcheckCallback() - have a routine called when the system fails
 * @HwDeviceExtension: the miniport's.
 * @BugcheckCode: 0xEA; no other code can be hooked.
 * @Callback: the routine, called with that code and a zeroed buffer; NULL: it is called no more.
 * @BugcheckDataSize: bytes of its data, and BUGCHECK_DATA_SIZE_RESERVED; at most 4000; 0: as NULL.
 *
 * Documented: VideoPortRegisterBugcheckCallback. Beyond it: called at every panic of the kernel,
 * before HwVidResetHw; the data goes into the kernel's log as a hex dump. A second routine replaces
 * the first.
 *
 * Context: PASSIVE.
 * Return: NO_ERROR, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY.
 */
VP_STATUS VideoPortRegisterBugcheckCallback(PVOID HwDeviceExtension, ULONG BugcheckCode,
					    PVIDEO_BUGCHECK_CALLBACK Callback,
					    ULONG BugcheckDataSize)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	return port ? port->bugcheck.hook(port->caller(__func__), BugcheckCode, Callback,
					  BugcheckDataSize)
		    : ERROR_INVALID_PARAMETER;
}

/**
 * VideoPortDbgReportCreate() - begin a report about a failure
 * @HwDeviceExtension: the miniport's.
 * @ulCode: what has failed, in the miniport's own numbers, as those that follow.
 * @ulpArg1: anything.
 * @ulpArg2: anything.
 * @ulpArg3: anything.
 * @ulpArg4: anything.
 *
 * Documented: VIDEO_PORT_DEBUG_REPORT_INTERFACE. Beyond it: one report at a time for each adapter,
 * and one in an interval of log_interval_ms.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: a handle for the other two calls, or NULL.
 */
PVIDEO_DEBUG_REPORT VideoPortDbgReportCreate(PVOID HwDeviceExtension, ULONG ulCode,
					     ULONG_PTR ulpArg1, ULONG_PTR ulpArg2,
					     ULONG_PTR ulpArg3, ULONG_PTR ulpArg4)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return nullptr;
	return handle_of<PVIDEO_DEBUG_REPORT>(port->reports.create(
		port->caller(__func__), ulCode, {ulpArg1, ulpArg2, ulpArg3, ulpArg4}));
}

/**
 * VideoPortDbgReportSecondaryData() - add data to a report
 * @pReport: of VideoPortDbgReportCreate().
 * @pvData: the data; copied.
 * @ulDataSize: bytes; a report takes VIDEO_DEBUG_REPORT_MAX_SIZE in all.
 *
 * Context: PASSIVE or DISPATCH.
 * Return: TRUE; FALSE if nothing was added.
 */
BOOLEAN VideoPortDbgReportSecondaryData(PVIDEO_DEBUG_REPORT pReport, PVOID pvData, ULONG ulDataSize)
{
	Token token = token_of(pReport);
	vp_port *port = Registry::get().find_by_token(__func__, token);

	return port && port->reports.add(port->caller(__func__), token, pvData, ulDataSize);
}

/**
 * VideoPortDbgReportComplete() - the report is complete: publish it
 * @pReport: of VideoPortDbgReportCreate(); no handle any more.
 *
 * Beyond the documentation: the report becomes a device coredump (/sys/class/devcoredump).
 *
 * Context: PASSIVE or DISPATCH.
 */
VOID VideoPortDbgReportComplete(PVIDEO_DEBUG_REPORT pReport)
{
	Token token = token_of(pReport);

	if (vp_port *port = Registry::get().find_by_token(__func__, token))
		port->reports.complete(port->caller(__func__), token);
}

} // extern "C"
