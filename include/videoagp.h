/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AGP memory: reserve and commit physical pages of the aperture, then map them.
 * The functions are handed out as a table, by VideoPortQueryServices or here.
 * Facts: learn.microsoft.com (video.h, AGP services); checked by tools/abi.
 */
#ifndef __VIDEOAGP_H__
#define __VIDEOAGP_H__

#include "videoport/types.h"

VIDEOPORT_C_BEGIN

#define VIDEO_AGP_RATE_1X 0x00000001
#define VIDEO_AGP_RATE_2X 0x00000002
#define VIDEO_AGP_RATE_4X 0x00000004
#define VIDEO_AGP_RATE_8X 0x00000008

typedef enum _VIDEO_PORT_CACHE_TYPE {
	VpNonCached = 0,
	VpWriteCombined = 1,
	VpCached = 2
} VIDEO_PORT_CACHE_TYPE;

/* Pages and Offset count 4 KiB pages; Offset is from the start of the reservation */
typedef PHYSICAL_ADDRESS (NTAPI *PAGP_RESERVE_PHYSICAL)(
	IN PVOID HwDeviceExtension, IN ULONG Pages,
	IN VIDEO_PORT_CACHE_TYPE Caching, OUT PVOID *PhysicalReserveContext);
typedef VOID (NTAPI *PAGP_RELEASE_PHYSICAL)(
	IN PVOID HwDeviceExtension, IN PVOID PhysicalReserveContext);
typedef BOOLEAN (NTAPI *PAGP_COMMIT_PHYSICAL)(
	IN PVOID HwDeviceExtension, IN PVOID PhysicalReserveContext,
	IN ULONG Pages, IN ULONG Offset);
typedef VOID (NTAPI *PAGP_FREE_PHYSICAL)(
	IN PVOID HwDeviceExtension, IN PVOID PhysicalReserveContext,
	IN ULONG Pages, IN ULONG Offset);

typedef PVOID (NTAPI *PAGP_RESERVE_VIRTUAL)(
	IN PVOID HwDeviceExtension, IN HANDLE ProcessHandle,
	IN PVOID PhysicalReserveContext, OUT PVOID *VirtualReserveContext);
typedef VOID (NTAPI *PAGP_RELEASE_VIRTUAL)(
	IN PVOID HwDeviceExtension, IN PVOID VirtualReserveContext);
typedef PVOID (NTAPI *PAGP_COMMIT_VIRTUAL)(
	IN PVOID HwDeviceExtension, IN PVOID VirtualReserveContext,
	IN ULONG Pages, IN ULONG Offset);
typedef VOID (NTAPI *PAGP_FREE_VIRTUAL)(
	IN PVOID HwDeviceExtension, IN PVOID VirtualReserveContext,
	IN ULONG Pages, IN ULONG Offset);

typedef BOOLEAN (NTAPI *PAGP_SET_RATE)(IN PVOID HwDeviceExtension, IN ULONG AgpRate);

typedef struct _VIDEO_PORT_AGP_SERVICES {
	PAGP_RESERVE_PHYSICAL AgpReservePhysical;
	PAGP_RELEASE_PHYSICAL AgpReleasePhysical;
	PAGP_COMMIT_PHYSICAL AgpCommitPhysical;
	PAGP_FREE_PHYSICAL AgpFreePhysical;
	PAGP_RESERVE_VIRTUAL AgpReserveVirtual;
	PAGP_RELEASE_VIRTUAL AgpReleaseVirtual;
	PAGP_COMMIT_VIRTUAL AgpCommitVirtual;
	PAGP_FREE_VIRTUAL AgpFreeVirtual;
	ULONGLONG AllocationLimit; /* bytes */
} VIDEO_PORT_AGP_SERVICES, *PVIDEO_PORT_AGP_SERVICES;

/* The older way to the table; FALSE where there is no AGP */
BOOLEAN NTAPI VideoPortGetAgpServices(IN PVOID HwDeviceExtension,
				      IN PVIDEO_PORT_AGP_SERVICES AgpServices);

VIDEOPORT_C_END

#endif /* __VIDEOAGP_H__ */
