/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of functions that VideoPortQueryServices fills in: AGP, I2C, the video
 * BIOS, write-combined memory, debug reports; and DDC, which I2C feeds.
 * Facts: learn.microsoft.com (video.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_SERVICES_H
#define VIDEOPORT_SERVICES_H

#include "types.h"
#include "debug.h"
#include "../miniport.h"
#include "../videoagp.h"

VIDEOPORT_C_BEGIN

typedef enum _VIDEO_PORT_SERVICES {
	VideoPortServicesAGP = 1,
	VideoPortServicesI2C = 2,
	VideoPortServicesHeadless = 3,
	VideoPortServicesInt10 = 4,
	VideoPortServicesDebugReport = 5,
	VideoPortServicesWCMemoryProtection = 6
} VIDEO_PORT_SERVICES;

/* Interface->Size and Version say which table is wanted */
VPAPI VP_STATUS NTAPI VideoPortQueryServices(IN PVOID HwDeviceExtension,
					     IN VIDEO_PORT_SERVICES ServicesType,
					     IN OUT PINTERFACE Interface);

/* ---- AGP ---- */

#define VIDEO_PORT_AGP_INTERFACE_VERSION_1 1
#define VIDEO_PORT_AGP_INTERFACE_VERSION_2 2

typedef struct _VIDEO_PORT_AGP_INTERFACE {
	SHORT Size;
	SHORT Version;
	PVOID Context;
	PINTERFACE_REFERENCE InterfaceReference;
	PINTERFACE_DEREFERENCE InterfaceDereference;
	PAGP_RESERVE_PHYSICAL AgpReservePhysical;
	PAGP_RELEASE_PHYSICAL AgpReleasePhysical;
	PAGP_COMMIT_PHYSICAL AgpCommitPhysical;
	PAGP_FREE_PHYSICAL AgpFreePhysical;
	PAGP_RESERVE_VIRTUAL AgpReserveVirtual;
	PAGP_RELEASE_VIRTUAL AgpReleaseVirtual;
	PAGP_COMMIT_VIRTUAL AgpCommitVirtual;
	PAGP_FREE_VIRTUAL AgpFreeVirtual;
	ULONGLONG AgpAllocationLimit; /* bytes */
} VIDEO_PORT_AGP_INTERFACE, *PVIDEO_PORT_AGP_INTERFACE;

typedef struct _VIDEO_PORT_AGP_INTERFACE_2 {
	USHORT Size;
	USHORT Version;
	PVOID Context;
	PINTERFACE_REFERENCE InterfaceReference;
	PINTERFACE_DEREFERENCE InterfaceDereference;
	PAGP_RESERVE_PHYSICAL AgpReservePhysical;
	PAGP_RELEASE_PHYSICAL AgpReleasePhysical;
	PAGP_COMMIT_PHYSICAL AgpCommitPhysical;
	PAGP_FREE_PHYSICAL AgpFreePhysical;
	PAGP_RESERVE_VIRTUAL AgpReserveVirtual;
	PAGP_RELEASE_VIRTUAL AgpReleaseVirtual;
	PAGP_COMMIT_VIRTUAL AgpCommitVirtual;
	PAGP_FREE_VIRTUAL AgpFreeVirtual;
	ULONGLONG AgpAllocationLimit; /* bytes */
	PAGP_SET_RATE AgpSetRate;
} VIDEO_PORT_AGP_INTERFACE_2, *PVIDEO_PORT_AGP_INTERFACE_2;

/* ---- I2C over two lines that the miniport drives; DDC over I2C ---- */

typedef VOID (NTAPI *PVIDEO_WRITE_CLOCK_LINE)(PVOID HwDeviceExtension, UCHAR Data);
typedef VOID (NTAPI *PVIDEO_WRITE_DATA_LINE)(PVOID HwDeviceExtension, UCHAR Data);
typedef BOOLEAN (NTAPI *PVIDEO_READ_CLOCK_LINE)(PVOID HwDeviceExtension);
typedef BOOLEAN (NTAPI *PVIDEO_READ_DATA_LINE)(PVOID HwDeviceExtension);
typedef VOID (NTAPI *PVIDEO_WAIT_VSYNC_ACTIVE)(PVOID HwDeviceExtension);

typedef struct _I2C_FNC_TABLE {
	ULONG Size;
	PVIDEO_WRITE_CLOCK_LINE WriteClockLine;
	PVIDEO_WRITE_DATA_LINE WriteDataLine;
	PVIDEO_READ_CLOCK_LINE ReadClockLine;
	PVIDEO_READ_DATA_LINE ReadDataLine;
	PVIDEO_WAIT_VSYNC_ACTIVE WaitVsync;
	PVOID Reserved;
} I2C_FNC_TABLE, *PI2C_FNC_TABLE;

typedef struct _I2C_CALLBACKS {
	PVIDEO_WRITE_CLOCK_LINE WriteClockLine;
	PVIDEO_WRITE_DATA_LINE WriteDataLine;
	PVIDEO_READ_CLOCK_LINE ReadClockLine;
	PVIDEO_READ_DATA_LINE ReadDataLine;
} I2C_CALLBACKS, *PI2C_CALLBACKS;

typedef struct _VIDEO_I2C_CONTROL {
	PVIDEO_WRITE_CLOCK_LINE WriteClockLine;
	PVIDEO_WRITE_DATA_LINE WriteDataLine;
	PVIDEO_READ_CLOCK_LINE ReadClockLine;
	PVIDEO_READ_DATA_LINE ReadDataLine;
	ULONG I2CDelay; /* 100 ns units */
} VIDEO_I2C_CONTROL, *PVIDEO_I2C_CONTROL;

typedef struct _DDC_CONTROL {
	ULONG Size;
	I2C_CALLBACKS I2CCallbacks;
	UCHAR EdidSegment;
} DDC_CONTROL, *PDDC_CONTROL;

typedef BOOLEAN (NTAPI *PI2C_START)(IN PVOID HwDeviceExtension,
				    IN PI2C_CALLBACKS I2CCallbacks);
typedef BOOLEAN (NTAPI *PI2C_STOP)(IN PVOID HwDeviceExtension,
				   IN PI2C_CALLBACKS I2CCallbacks);
typedef BOOLEAN (NTAPI *PI2C_WRITE)(IN PVOID HwDeviceExtension,
				    IN PI2C_CALLBACKS I2CCallbacks,
				    IN PUCHAR Buffer, IN ULONG Length);
typedef BOOLEAN (NTAPI *PI2C_READ)(IN PVOID HwDeviceExtension,
				   IN PI2C_CALLBACKS I2CCallbacks,
				   OUT PUCHAR Buffer, IN ULONG Length);

typedef BOOLEAN (NTAPI *PI2C_START_2)(IN PVOID HwDeviceExtension,
				      IN PVIDEO_I2C_CONTROL I2CControl);
typedef BOOLEAN (NTAPI *PI2C_STOP_2)(IN PVOID HwDeviceExtension,
				     IN PVIDEO_I2C_CONTROL I2CControl);
typedef BOOLEAN (NTAPI *PI2C_WRITE_2)(IN PVOID HwDeviceExtension,
				      IN PVIDEO_I2C_CONTROL I2CControl,
				      IN PUCHAR Buffer, IN ULONG Length);
typedef BOOLEAN (NTAPI *PI2C_READ_2)(IN PVOID HwDeviceExtension,
				     IN PVIDEO_I2C_CONTROL I2CControl,
				     OUT PUCHAR Buffer, IN ULONG Length,
				     IN BOOLEAN EndOfRead);

#define VIDEO_PORT_I2C_INTERFACE_VERSION_1 1
#define VIDEO_PORT_I2C_INTERFACE_VERSION_2 2

typedef struct _VIDEO_PORT_I2C_INTERFACE {
	USHORT Size;
	USHORT Version;
	PVOID Context;
	PINTERFACE_REFERENCE InterfaceReference;
	PINTERFACE_DEREFERENCE InterfaceDereference;
	PI2C_START I2CStart;
	PI2C_STOP I2CStop;
	PI2C_WRITE I2CWrite;
	PI2C_READ I2CRead;
} VIDEO_PORT_I2C_INTERFACE, *PVIDEO_PORT_I2C_INTERFACE;

typedef struct _VIDEO_PORT_I2C_INTERFACE_2 {
	USHORT Size;
	USHORT Version;
	PVOID Context;
	PINTERFACE_REFERENCE InterfaceReference;
	PINTERFACE_DEREFERENCE InterfaceDereference;
	PI2C_START_2 I2CStart;
	PI2C_STOP_2 I2CStop;
	PI2C_WRITE_2 I2CWrite;
	PI2C_READ_2 I2CRead;
} VIDEO_PORT_I2C_INTERFACE_2, *PVIDEO_PORT_I2C_INTERFACE_2;

/* DDCControl is a PDDC_CONTROL */
VPAPI BOOLEAN NTAPI VideoPortDDCMonitorHelper(IN PVOID HwDeviceExtension,
					      IN PVOID DDCControl,
					      IN OUT PUCHAR EdidBuffer,
					      IN ULONG EdidBufferSize);

/* ---- The video BIOS ---- */

typedef struct _VIDEO_X86_BIOS_ARGUMENTS {
	ULONG Eax;
	ULONG Ebx;
	ULONG Ecx;
	ULONG Edx;
	ULONG Esi;
	ULONG Edi;
	ULONG Ebp;
} VIDEO_X86_BIOS_ARGUMENTS, *PVIDEO_X86_BIOS_ARGUMENTS;

VPAPI VP_STATUS NTAPI VideoPortInt10(IN PVOID HwDeviceExtension,
				     IN PVIDEO_X86_BIOS_ARGUMENTS BiosArguments);

typedef struct _INT10_BIOS_ARGUMENTS {
	ULONG Eax;
	ULONG Ebx;
	ULONG Ecx;
	ULONG Edx;
	ULONG Esi;
	ULONG Edi;
	ULONG Ebp;
	USHORT SegDs;
	USHORT SegEs;
} INT10_BIOS_ARGUMENTS, *PINT10_BIOS_ARGUMENTS;

typedef VP_STATUS (NTAPI *PINT10_CALL_BIOS)(IN PVOID Context,
					    IN OUT PINT10_BIOS_ARGUMENTS BiosArguments);
typedef VP_STATUS (NTAPI *PINT10_ALLOCATE_BUFFER)(IN PVOID Context, OUT PUSHORT Seg,
						  OUT PUSHORT Off, IN OUT PULONG Length);
typedef VP_STATUS (NTAPI *PINT10_FREE_BUFFER)(IN PVOID Context, IN USHORT Seg,
					      IN USHORT Off);
typedef VP_STATUS (NTAPI *PINT10_READ_MEMORY)(IN PVOID Context, IN USHORT Seg,
					      IN USHORT Off, OUT PVOID Buffer,
					      IN ULONG Length);
typedef VP_STATUS (NTAPI *PINT10_WRITE_MEMORY)(IN PVOID Context, IN USHORT Seg,
					       IN USHORT Off, IN PVOID Buffer,
					       IN ULONG Length);

#define VIDEO_PORT_INT10_INTERFACE_VERSION_1 1

typedef struct _VIDEO_PORT_INT10_INTERFACE {
	USHORT Size;
	USHORT Version;
	PVOID Context;
	PINTERFACE_REFERENCE InterfaceReference;
	PINTERFACE_DEREFERENCE InterfaceDereference;
	PINT10_ALLOCATE_BUFFER Int10AllocateBuffer;
	PINT10_FREE_BUFFER Int10FreeBuffer;
	PINT10_READ_MEMORY Int10ReadMemory;
	PINT10_WRITE_MEMORY Int10WriteMemory;
	PINT10_CALL_BIOS Int10CallBios;
} VIDEO_PORT_INT10_INTERFACE, *PVIDEO_PORT_INT10_INTERFACE;

/* ---- Write-combined memory, hidden from the CPU for a while ---- */

typedef VP_STATUS (NTAPI *PROTECT_WC_MEMORY)(IN PVOID Context, IN PVOID HwDeviceExtension);
typedef VP_STATUS (NTAPI *RESTORE_WC_MEMORY)(IN PVOID Context, IN PVOID HwDeviceExtension);

#define VIDEO_PORT_WCMEMORYPROTECTION_INTERFACE_VERSION_1 1

typedef struct _VIDEO_PORT_WCMEMORYPROTECTION_INTERFACE {
	USHORT Size;
	USHORT Version;
	PVOID Context;
	PINTERFACE_REFERENCE InterfaceReference;
	PINTERFACE_DEREFERENCE InterfaceDereference;
	PROTECT_WC_MEMORY VideoPortProtectWCMemory;
	RESTORE_WC_MEMORY VideoPortRestoreWCMemory;
} VIDEO_PORT_WCMEMORYPROTECTION_INTERFACE, *PVIDEO_PORT_WCMEMORYPROTECTION_INTERFACE;

/* ---- Debug reports: what a miniport knows when its hardware hangs ---- */

#define VIDEO_DEBUG_REPORT_MAX_SIZE 0x8000

typedef struct _VIDEO_DEBUG_REPORT *PVIDEO_DEBUG_REPORT;

VPAPI PVIDEO_DEBUG_REPORT NTAPI VideoPortDbgReportCreate(
	IN PVOID HwDeviceExtension, IN ULONG ulCode, IN ULONG_PTR ulpArg1,
	IN ULONG_PTR ulpArg2, IN ULONG_PTR ulpArg3, IN ULONG_PTR ulpArg4);
VPAPI BOOLEAN NTAPI VideoPortDbgReportSecondaryData(IN OUT PVIDEO_DEBUG_REPORT pReport,
						    IN PVOID pvData, IN ULONG ulDataSize);
VPAPI VOID NTAPI VideoPortDbgReportComplete(IN OUT PVIDEO_DEBUG_REPORT pReport);

#define VIDEO_PORT_DEBUG_REPORT_INTERFACE_VERSION_1 1

typedef struct _VIDEO_PORT_DEBUG_REPORT_INTERFACE {
	USHORT Size;
	USHORT Version;
	PVOID Context;
	PINTERFACE_REFERENCE InterfaceReference;
	PINTERFACE_DEREFERENCE InterfaceDereference;
	PVIDEO_DEBUG_REPORT (*DbgReportCreate)(
		IN PVOID HwDeviceExtension, IN ULONG ulCode, IN ULONG_PTR ulpArg1,
		IN ULONG_PTR ulpArg2, IN ULONG_PTR ulpArg3, IN ULONG_PTR ulpArg4);
	BOOLEAN (*DbgReportSecondaryData)(IN OUT PVIDEO_DEBUG_REPORT pReport,
					  IN PVOID pvData, IN ULONG ulDataSize);
	VOID (*DbgReportComplete)(IN OUT PVIDEO_DEBUG_REPORT pReport);
} VIDEO_PORT_DEBUG_REPORT_INTERFACE, *PVIDEO_PORT_DEBUG_REPORT_INTERFACE;

VIDEOPORT_C_END

#endif /* VIDEOPORT_SERVICES_H */
