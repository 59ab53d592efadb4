/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From DriverEntry to the running adapter: the HwVid callbacks of a miniport,
 * the structures that they are given, and how it finds its hardware.
 * Facts: learn.microsoft.com (video.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_ADAPTER_H
#define VIDEOPORT_ADAPTER_H

#include "types.h"
#include "debug.h"
#include "dma.h"
#include "../dderror.h"
#include "../miniport.h"
#include "../ntddvdeo.h"

VIDEOPORT_C_BEGIN

/* ---- Requests ---- */

typedef struct _STATUS_BLOCK {
	__extension__ union {
		VP_STATUS Status;
		PVOID Pointer;
	};
	ULONG_PTR Information; /* bytes of OutputBuffer that go back */
} STATUS_BLOCK, *PSTATUS_BLOCK;

typedef struct _VIDEO_REQUEST_PACKET {
	ULONG IoControlCode;
	PSTATUS_BLOCK StatusBlock;
	PVOID InputBuffer;
	ULONG InputBufferLength;
	PVOID OutputBuffer; /* the same memory as InputBuffer */
	ULONG OutputBufferLength;
} VIDEO_REQUEST_PACKET;

/* ---- Resources ---- */

#define VIDEO_RANGE_PASSIVE_DECODE 1
#define VIDEO_RANGE_10_BIT_DECODE 2

typedef struct _VIDEO_ACCESS_RANGE {
	PHYSICAL_ADDRESS RangeStart; /* as the bus sees it */
	ULONG RangeLength; /* bytes */
	UCHAR RangeInIoSpace;
	UCHAR RangeVisible;
	UCHAR RangeShareable;
	UCHAR RangePassive; /* VIDEO_RANGE_* */
} VIDEO_ACCESS_RANGE, *PVIDEO_ACCESS_RANGE;

typedef PVOID (NTAPI *PVIDEO_PORT_GET_PROC_ADDRESS)(IN PVOID HwDeviceExtension,
						    IN PUCHAR FunctionName);

typedef struct _VIDEO_PORT_CONFIG_INFO {
	ULONG Length; /* bytes, of this structure */
	ULONG SystemIoBusNumber;
	INTERFACE_TYPE AdapterInterfaceType;
	ULONG BusInterruptLevel; /* level and vector 0: no interrupt */
	ULONG BusInterruptVector;
	KINTERRUPT_MODE InterruptMode;
	ULONG NumEmulatorAccessEntries;
	PEMULATOR_ACCESS_ENTRY EmulatorAccessEntries;
	ULONG_PTR EmulatorAccessEntriesContext;
	PHYSICAL_ADDRESS VdmPhysicalVideoMemoryAddress;
	ULONG VdmPhysicalVideoMemoryLength;
	ULONG HardwareStateSize;
	ULONG DmaChannel;
	ULONG DmaPort;
	UCHAR DmaShareable;
	UCHAR InterruptShareable;
	/* NT4 ends here, unless the miniport asked for packet DMA */
	BOOLEAN Master;
	DMA_WIDTH DmaWidth;
	DMA_SPEED DmaSpeed;
	BOOLEAN bMapBuffers;
	BOOLEAN NeedPhysicalAddresses;
	BOOLEAN DemandMode;
	ULONG MaximumTransferLength; /* bytes */
	ULONG NumberOfPhysicalBreaks;
	BOOLEAN ScatterGather;
	ULONG MaximumScatterGatherChunkSize; /* bytes */
	PVIDEO_PORT_GET_PROC_ADDRESS VideoPortGetProcAddress;
	PWSTR DriverRegistryPath;
	ULONGLONG SystemMemorySize; /* bytes */
} VIDEO_PORT_CONFIG_INFO, *PVIDEO_PORT_CONFIG_INFO;

#define SIZE_OF_NT4_VIDEO_PORT_CONFIG_INFO FIELD_OFFSET(VIDEO_PORT_CONFIG_INFO, Master)
#define SIZE_OF_WXP_VIDEO_PORT_CONFIG_INFO sizeof(VIDEO_PORT_CONFIG_INFO)

/* ---- Children: monitors, and chips that are not the adapter itself ---- */

#define DISPLAY_ADAPTER_HW_ID 0xFFFFFFFF
#define VIDEO_INVALID_CHILD_ID 0xFFFFFFFF

typedef enum _VIDEO_CHILD_TYPE {
	Monitor = 1,
	NonPrimaryChip = 2,
	VideoChip = 3,
	Other = 4
} VIDEO_CHILD_TYPE, *PVIDEO_CHILD_TYPE;

typedef struct _VIDEO_CHILD_ENUM_INFO {
	ULONG Size; /* bytes, of this structure */
	ULONG ChildDescriptorSize;
	ULONG ChildIndex; /* 0: enumerated through ACPI */
	ULONG ACPIHwId;
	PVOID ChildHwDeviceExtension;
} VIDEO_CHILD_ENUM_INFO, *PVIDEO_CHILD_ENUM_INFO;

typedef struct _VIDEO_CHILD_STATE {
	ULONG Id;
	ULONG State; /* VIDEO_CHILD_* */
} VIDEO_CHILD_STATE, *PVIDEO_CHILD_STATE;

typedef struct _VIDEO_CHILD_STATE_CONFIGURATION {
	ULONG Count;
	VIDEO_CHILD_STATE ChildStateArray[ANYSIZE_ARRAY];
} VIDEO_CHILD_STATE_CONFIGURATION, *PVIDEO_CHILD_STATE_CONFIGURATION;

/* what HwVidGetVideoChildDescriptor returns */
#define VIDEO_ENUM_MORE_DEVICES ERROR_CONTINUE
#define VIDEO_ENUM_NO_MORE_DEVICES ERROR_NO_MORE_DEVICES
#define VIDEO_ENUM_INVALID_DEVICE ERROR_INVALID_NAME

/* ---- An interface that the miniport offers to another driver ---- */

typedef struct _QUERY_INTERFACE {
	CONST GUID *InterfaceType;
	USHORT Size; /* bytes, of *Interface */
	USHORT Version;
	PINTERFACE Interface;
	PVOID InterfaceSpecificData;
} QUERY_INTERFACE, *PQUERY_INTERFACE;

/* ---- Callbacks ---- */

typedef VP_STATUS (NTAPI *PVIDEO_HW_FIND_ADAPTER)(
	IN PVOID HwDeviceExtension, IN PVOID HwContext, IN PWSTR ArgumentString,
	IN OUT PVIDEO_PORT_CONFIG_INFO ConfigInfo, OUT PUCHAR Again);
typedef BOOLEAN (NTAPI *PVIDEO_HW_INITIALIZE)(IN PVOID HwDeviceExtension);
typedef BOOLEAN (NTAPI *PVIDEO_HW_INTERRUPT)(IN PVOID HwDeviceExtension);
typedef BOOLEAN (NTAPI *PVIDEO_HW_START_IO)(IN PVOID HwDeviceExtension,
					    IN PVIDEO_REQUEST_PACKET RequestPacket);
typedef BOOLEAN (NTAPI *PVIDEO_HW_RESET_HW)(IN PVOID HwDeviceExtension,
					    IN ULONG Columns, IN ULONG Rows);
typedef VOID (NTAPI *PVIDEO_HW_TIMER)(IN PVOID HwDeviceExtension);
typedef VP_STATUS (NTAPI *PVIDEO_HW_POWER_SET)(
	IN PVOID HwDeviceExtension, IN ULONG HwId,
	IN PVIDEO_POWER_MANAGEMENT VideoPowerControl);
typedef VP_STATUS (NTAPI *PVIDEO_HW_POWER_GET)(
	IN PVOID HwDeviceExtension, IN ULONG HwId,
	IN OUT PVIDEO_POWER_MANAGEMENT VideoPowerControl);
typedef VP_STATUS (NTAPI *PVIDEO_HW_GET_CHILD_DESCRIPTOR)(
	IN PVOID HwDeviceExtension, IN PVIDEO_CHILD_ENUM_INFO ChildEnumInfo,
	OUT PVIDEO_CHILD_TYPE VideoChildType, OUT PUCHAR pChildDescriptor,
	OUT PULONG UId, OUT PULONG pUnused);
typedef VP_STATUS (NTAPI *PVIDEO_HW_QUERY_INTERFACE)(
	IN PVOID HwDeviceExtension, IN OUT PQUERY_INTERFACE QueryInterface);
typedef VP_STATUS (NTAPI *PVIDEO_HW_CHILD_CALLBACK)(PVOID HwDeviceExtension,
						    PVOID ChildDeviceExtension);
typedef VOID (NTAPI *PVIDEO_HW_LEGACYRESOURCES)(
	IN ULONG VendorId, IN ULONG DeviceId,
	IN OUT PVIDEO_ACCESS_RANGE *LegacyResourceList,
	IN OUT PULONG LegacyResourceCount);

/* ---- What DriverEntry hands to VideoPortInitialize ---- */

typedef struct _VIDEO_HW_INITIALIZATION_DATA {
	ULONG HwInitDataSize; /* one of the three sizes below */
	INTERFACE_TYPE AdapterInterfaceType;
	PVIDEO_HW_FIND_ADAPTER HwFindAdapter;
	PVIDEO_HW_INITIALIZE HwInitialize;
	PVIDEO_HW_INTERRUPT HwInterrupt;
	PVIDEO_HW_START_IO HwStartIO;
	ULONG HwDeviceExtensionSize; /* bytes */
	ULONG StartingDeviceNumber;
	PVIDEO_HW_RESET_HW HwResetHw;
	PVIDEO_HW_TIMER HwTimer;
	/* NT4 ends here, unless the miniport does packet DMA */
	PVIDEO_HW_START_DMA HwStartDma;
	PVIDEO_HW_POWER_SET HwSetPowerState;
	PVIDEO_HW_POWER_GET HwGetPowerState;
	PVIDEO_HW_GET_CHILD_DESCRIPTOR HwGetVideoChildDescriptor;
	PVIDEO_HW_QUERY_INTERFACE HwQueryInterface;
	ULONG HwChildDeviceExtensionSize; /* bytes */
	PVIDEO_ACCESS_RANGE HwLegacyResourceList;
	ULONG HwLegacyResourceCount;
	PVIDEO_HW_LEGACYRESOURCES HwGetLegacyResources;
	BOOLEAN AllowEarlyEnumeration;
	/* Windows 2000 ends here */
	ULONG Reserved;
} VIDEO_HW_INITIALIZATION_DATA, *PVIDEO_HW_INITIALIZATION_DATA;

#define SIZE_OF_NT4_VIDEO_HW_INITIALIZATION_DATA \
	FIELD_OFFSET(VIDEO_HW_INITIALIZATION_DATA, HwStartDma)
#define SIZE_OF_W2K_VIDEO_HW_INITIALIZATION_DATA \
	FIELD_OFFSET(VIDEO_HW_INITIALIZATION_DATA, Reserved)
#define SIZE_OF_WXP_VIDEO_HW_INITIALIZATION_DATA \
	(SIZE_OF_W2K_VIDEO_HW_INITIALIZATION_DATA + sizeof(ULONG))

/* ---- Functions ---- */

/* the miniport's one entry point */
ULONG NTAPI DriverEntry(PVOID Context1, PVOID Context2);

VPAPI ULONG NTAPI VideoPortInitialize(
	IN PVOID Argument1, IN PVOID Argument2,
	IN PVIDEO_HW_INITIALIZATION_DATA HwInitializationData, IN PVOID HwContext);

VPAPI VP_STATUS NTAPI VideoPortGetAccessRanges(
	IN PVOID HwDeviceExtension, IN ULONG NumRequestedResources,
	IN PIO_RESOURCE_DESCRIPTOR RequestedResources OPTIONAL,
	IN ULONG NumAccessRanges, OUT PVIDEO_ACCESS_RANGE AccessRanges,
	IN PVOID VendorId, IN PVOID DeviceId, OUT PULONG Slot);
VPAPI VP_STATUS NTAPI VideoPortVerifyAccessRanges(IN PVOID HwDeviceExtension,
						  IN ULONG NumAccessRanges,
						  IN PVIDEO_ACCESS_RANGE AccessRanges);
VPAPI VP_STATUS NTAPI VideoPortSetTrappedEmulatorPorts(
	IN PVOID HwDeviceExtension, IN ULONG NumAccessRanges,
	IN PVIDEO_ACCESS_RANGE AccessRange);

VPAPI VP_STATUS NTAPI VideoPortEnumerateChildren(IN PVOID HwDeviceExtension,
						 IN PVOID Reserved);
VPAPI VP_STATUS NTAPI VideoPortCreateSecondaryDisplay(
	IN PVOID HwDeviceExtension, IN OUT PVOID *SecondaryDeviceExtension,
	IN ULONG ulFlag);
VPAPI PVOID NTAPI VideoPortGetAssociatedDeviceExtension(IN PVOID DeviceObject);
VPAPI ULONG NTAPI VideoPortGetAssociatedDeviceID(IN PVOID DeviceObject);

VPAPI VOID NTAPI VideoPortLogError(IN PVOID HwDeviceExtension,
				   IN PVIDEO_REQUEST_PACKET Vrp OPTIONAL,
				   IN VP_STATUS ErrorCode, IN ULONG UniqueId);

VIDEOPORT_C_END

#endif /* VIDEOPORT_ADAPTER_H */
