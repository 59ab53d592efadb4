// SPDX-License-Identifier: GPL-2.0
/*
 * Which system a miniport is told that it runs on: the one whose interface it gets.
 */
#include <video.h>

#include "port.h"

extern "C" {

/**
 * VideoPortGetVersion() - the version of the system
 * @HwDeviceExtension: the miniport's.
 * @pVpOsVersionInfo: in: its Size; out: the rest of it.
 *
 * Documented: VideoPortGetVersion. It is Windows XP, 5.1 build 2600, service pack 3: the last system
 * whose documentation this port follows.
 *
 * Context: any.
 * Return: NO_ERROR; ERROR_INVALID_PARAMETER if Size is another one.
 */
VP_STATUS VideoPortGetVersion(PVOID HwDeviceExtension, PVPOSVERSIONINFO pVpOsVersionInfo)
{
	vp_port *port = vp_port::from_extension(__func__, HwDeviceExtension);

	if (!port)
		return ERROR_INVALID_PARAMETER;
	if (!pVpOsVersionInfo || pVpOsVersionInfo->Size != sizeof(*pVpOsVersionInfo)) {
		port->counters.refuse(vp::Counter::BadParameter,
				      "%s: Size is %u: want that of VPOSVERSIONINFO, %zu", __func__,
				      pVpOsVersionInfo ? pVpOsVersionInfo->Size : 0,
				      sizeof(*pVpOsVersionInfo));
		return ERROR_INVALID_PARAMETER;
	}
	pVpOsVersionInfo->MajorVersion = 5;
	pVpOsVersionInfo->MinorVersion = 1;
	pVpOsVersionInfo->BuildNumber = 2600;
	pVpOsVersionInfo->ServicePackMajor = 3;
	pVpOsVersionInfo->ServicePackMinor = 0;
	return NO_ERROR;
}

/**
 * VideoPortIsNoVesa() - is the video BIOS not to be asked for VESA modes?
 *
 * Context: any.
 * Return: TRUE: no video BIOS can be called here.
 */
BOOLEAN VideoPortIsNoVesa()
{
	return TRUE;
}

} // extern "C"
