/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a miniport asks of the system around it: memory, bus configuration,
 * registry, ROM, versions, crash data, and the port traps of a DOS box.
 * Facts: learn.microsoft.com (video.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_SYSTEM_H
#define VIDEOPORT_SYSTEM_H

#include "types.h"
#include "debug.h"
#include "../miniport.h"

VIDEOPORT_C_BEGIN

/* ---- Memory ---- */

typedef enum _VP_POOL_TYPE {
	VpNonPagedPool = 0,
	VpPagedPool = 1,
	VpNonPagedPoolCacheAligned = 4,
	VpPagedPoolCacheAligned = 5
} VP_POOL_TYPE, *PVP_POOL_TYPE;

VPAPI PVOID NTAPI VideoPortAllocatePool(IN PVOID HwDeviceExtension,
					IN VP_POOL_TYPE PoolType,
					IN SIZE_T NumberOfBytes, IN ULONG Tag);
VPAPI VOID NTAPI VideoPortFreePool(IN PVOID HwDeviceExtension, IN PVOID Ptr);
/* the older pair */
VPAPI VP_STATUS NTAPI VideoPortAllocateBuffer(IN PVOID HwDeviceExtension, IN ULONG Size,
					      OUT PVOID *Buffer);
VPAPI VOID NTAPI VideoPortReleaseBuffer(IN PVOID HwDeviceExtension, IN PVOID Buffer);

/* ---- Bus and devices ---- */

/* both return the bytes transferred; for PCI, SlotNumber is a PCI_SLOT_NUMBER */
VPAPI ULONG NTAPI VideoPortGetBusData(IN PVOID HwDeviceExtension,
				      IN BUS_DATA_TYPE BusDataType, IN ULONG SlotNumber,
				      IN OUT PVOID Buffer, IN ULONG Offset,
				      IN ULONG Length);
VPAPI ULONG NTAPI VideoPortSetBusData(IN PVOID HwDeviceExtension,
				      IN BUS_DATA_TYPE BusDataType, IN ULONG SlotNumber,
				      IN PVOID Buffer, IN ULONG Offset, IN ULONG Length);

#define CDE_USE_SUBSYSTEM_IDS 0x00000001
#define CDE_USE_REVISION 0x00000002

VPAPI BOOLEAN NTAPI VideoPortCheckForDeviceExistence(
	IN PVOID HwDeviceExtension, IN USHORT VendorId, IN USHORT DeviceId,
	IN UCHAR RevisionId, IN USHORT SubVendorId, IN USHORT SubSystemId,
	IN ULONG Flags);

typedef enum _VIDEO_DEVICE_DATA_TYPE {
	VpMachineData = 0,
	VpCmosData = 1,
	VpBusData = 2,
	VpControllerData = 3,
	VpMonitorData = 4
} VIDEO_DEVICE_DATA_TYPE, *PVIDEO_DEVICE_DATA_TYPE;

typedef struct _VIDEO_HARDWARE_CONFIGURATION_DATA {
	INTERFACE_TYPE InterfaceType;
	ULONG BusNumber;
	USHORT Version;
	USHORT Revision;
	USHORT Irql;
	USHORT Vector;
	ULONG ControlBase;
	ULONG ControlSize;
	ULONG CursorBase;
	ULONG CursorSize;
	ULONG FrameBase;
	ULONG FrameSize;
} VIDEO_HARDWARE_CONFIGURATION_DATA, *PVIDEO_HARDWARE_CONFIGURATION_DATA;

typedef VP_STATUS (NTAPI *PMINIPORT_QUERY_DEVICE_ROUTINE)(
	IN PVOID HwDeviceExtension, IN PVOID Context,
	IN VIDEO_DEVICE_DATA_TYPE DeviceDataType, IN PVOID Identifier,
	IN ULONG IdentifierLength, IN PVOID ConfigurationData,
	IN ULONG ConfigurationDataLength, IN OUT PVOID ComponentInformation,
	IN ULONG ComponentInformationLength);

VPAPI VP_STATUS NTAPI VideoPortGetDeviceData(
	IN PVOID HwDeviceExtension, IN VIDEO_DEVICE_DATA_TYPE DeviceDataType,
	IN PMINIPORT_QUERY_DEVICE_ROUTINE CallbackRoutine, IN PVOID Context);

/* ---- ROM and VGA ---- */

#define DEVICE_VGA_ENABLED 1

VPAPI VP_STATUS NTAPI VideoPortGetVgaStatus(IN PVOID HwDeviceExtension,
					    OUT PULONG VgaStatus);
VPAPI PVOID NTAPI VideoPortGetRomImage(IN PVOID HwDeviceExtension, IN PVOID Unused1,
				       IN ULONG Unused2, IN ULONG Length);
VPAPI BOOLEAN NTAPI VideoPortScanRom(PVOID HwDeviceExtension, PUCHAR RomBase,
				     ULONG RomLength, PUCHAR String);

/* ---- Registry ---- */

typedef VP_STATUS (NTAPI *PMINIPORT_GET_REGISTRY_ROUTINE)(
	IN PVOID HwDeviceExtension, IN PVOID Context, IN OUT PWSTR ValueName,
	IN OUT PVOID ValueData, IN ULONG ValueLength);

VPAPI VP_STATUS NTAPI VideoPortGetRegistryParameters(
	IN PVOID HwDeviceExtension, IN PWSTR ParameterName,
	IN UCHAR IsParameterFileName,
	IN PMINIPORT_GET_REGISTRY_ROUTINE CallbackRoutine, IN PVOID Context);
VPAPI VP_STATUS NTAPI VideoPortSetRegistryParameters(IN PVOID HwDeviceExtension,
						     IN PWSTR ValueName,
						     IN PVOID ValueData,
						     IN ULONG ValueLength);
VPAPI VP_STATUS NTAPI VideoPortFlushRegistry(PVOID HwDeviceExtension);

/* ---- Versions ---- */

typedef struct _VPOSVERSIONINFO {
	ULONG Size; /* bytes, of this structure; in */
	ULONG MajorVersion;
	ULONG MinorVersion;
	ULONG BuildNumber;
	USHORT ServicePackMajor;
	USHORT ServicePackMinor;
} VPOSVERSIONINFO, *PVPOSVERSIONINFO;

VPAPI VP_STATUS NTAPI VideoPortGetVersion(IN PVOID HwDeviceExtension,
					  IN OUT PVPOSVERSIONINFO pVpOsVersionInfo);
VPAPI BOOLEAN NTAPI VideoPortIsNoVesa(VOID);

/* ---- Data for a crash dump ---- */

#define BUGCHECK_DATA_SIZE_RESERVED 48

typedef VOID (NTAPI *PVIDEO_BUGCHECK_CALLBACK)(IN PVOID HwDeviceExtension,
					       IN ULONG BugcheckCode, IN PUCHAR Buffer,
					       IN ULONG BufferSize);

VPAPI VP_STATUS NTAPI VideoPortRegisterBugcheckCallback(
	IN PVOID HwDeviceExtension, IN ULONG BugcheckCode,
	IN PVIDEO_BUGCHECK_CALLBACK Callback, IN ULONG BugcheckDataSize);

/* ---- Port traps of a DOS box: EMULATOR_ACCESS_ENTRY.Routine ---- */

typedef VP_STATUS (NTAPI *PDRIVER_IO_PORT_UCHAR)(IN ULONG_PTR Context, IN ULONG Port,
						 IN UCHAR AccessMode, IN PUCHAR Data);
typedef VP_STATUS (NTAPI *PDRIVER_IO_PORT_USHORT)(IN ULONG_PTR Context, IN ULONG Port,
						  IN UCHAR AccessMode, IN PUSHORT Data);
typedef VP_STATUS (NTAPI *PDRIVER_IO_PORT_ULONG)(IN ULONG_PTR Context, IN ULONG Port,
						 IN UCHAR AccessMode, IN PULONG Data);
typedef VP_STATUS (NTAPI *PDRIVER_IO_PORT_UCHAR_STRING)(
	IN ULONG_PTR Context, IN ULONG Port, IN UCHAR AccessMode, IN PUCHAR Data,
	IN ULONG DataLength);
typedef VP_STATUS (NTAPI *PDRIVER_IO_PORT_USHORT_STRING)(
	IN ULONG_PTR Context, IN ULONG Port, IN UCHAR AccessMode, IN PUSHORT Data,
	IN ULONG DataLength);
typedef VP_STATUS (NTAPI *PDRIVER_IO_PORT_ULONG_STRING)(
	IN ULONG_PTR Context, IN ULONG Port, IN UCHAR AccessMode, IN PULONG Data,
	IN ULONG DataLength);

VIDEOPORT_C_END

#endif /* VIDEOPORT_SYSTEM_H */
