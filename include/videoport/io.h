/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The adapter's ports and registers, its memory mapped into the kernel or a
 * client, and memory moves. Port "addresses" are cookies for these functions.
 * Facts: learn.microsoft.com (video.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_IO_H
#define VIDEOPORT_IO_H

#include "types.h"
#include "debug.h"
#include "../miniport.h"

VIDEOPORT_C_BEGIN

/* ---- Mappings; InIoSpace takes these flags ---- */

#define VIDEO_MEMORY_SPACE_MEMORY 0x00
#define VIDEO_MEMORY_SPACE_IO 0x01
#define VIDEO_MEMORY_SPACE_USER_MODE 0x02
#define VIDEO_MEMORY_SPACE_DENSE 0x04
#define VIDEO_MEMORY_SPACE_P6CACHE 0x08

VPAPI PVOID NTAPI VideoPortGetDeviceBase(IN PVOID HwDeviceExtension,
					 IN PHYSICAL_ADDRESS IoAddress,
					 IN ULONG NumberOfUchars, IN UCHAR InIoSpace);
VPAPI VOID NTAPI VideoPortFreeDeviceBase(IN PVOID HwDeviceExtension,
					 IN PVOID MappedAddress);
VPAPI VP_STATUS NTAPI VideoPortMapMemory(IN PVOID HwDeviceExtension,
					 IN PHYSICAL_ADDRESS PhysicalAddress,
					 IN OUT PULONG Length, IN PULONG InIoSpace,
					 IN OUT PVOID *VirtualAddress);
VPAPI VP_STATUS NTAPI VideoPortMapBankedMemory(
	IN PVOID HwDeviceExtension, IN PHYSICAL_ADDRESS PhysicalAddress,
	IN OUT PULONG Length, PULONG InIoSpace, PVOID *VirtualAddress,
	ULONG BankLength, UCHAR ReadWriteBank,
	PBANKED_SECTION_ROUTINE BankRoutine, PVOID Context);
VPAPI VP_STATUS NTAPI VideoPortUnmapMemory(IN PVOID HwDeviceExtension,
					   IN OUT PVOID VirtualAddress,
					   IN HANDLE ProcessHandle);

/* ---- Memory ---- */

/* the number of leading bytes that are equal */
VPAPI ULONG NTAPI VideoPortCompareMemory(IN PVOID Source1, IN PVOID Source2,
					 IN SIZE_T Length);
/* the two ranges may overlap */
VPAPI VOID NTAPI VideoPortMoveMemory(IN PVOID Destination, IN PVOID Source,
				     IN ULONG Length);
VPAPI VOID NTAPI VideoPortZeroMemory(IN PVOID Destination, IN ULONG Length);
VPAPI VOID NTAPI VideoPortZeroDeviceMemory(IN PVOID Destination, IN ULONG Length);

/* ---- Ports; Count is in units of the access, all at the same port ---- */

VPAPI UCHAR NTAPI VideoPortReadPortUchar(IN PUCHAR Port);
VPAPI USHORT NTAPI VideoPortReadPortUshort(IN PUSHORT Port);
VPAPI ULONG NTAPI VideoPortReadPortUlong(IN PULONG Port);
VPAPI VOID NTAPI VideoPortWritePortUchar(IN PUCHAR Port, IN UCHAR Value);
VPAPI VOID NTAPI VideoPortWritePortUshort(IN PUSHORT Port, IN USHORT Value);
VPAPI VOID NTAPI VideoPortWritePortUlong(IN PULONG Port, IN ULONG Value);
VPAPI VOID NTAPI VideoPortReadPortBufferUchar(IN PUCHAR Port, OUT PUCHAR Buffer,
					      IN ULONG Count);
VPAPI VOID NTAPI VideoPortReadPortBufferUshort(IN PUSHORT Port, OUT PUSHORT Buffer,
					       IN ULONG Count);
VPAPI VOID NTAPI VideoPortReadPortBufferUlong(IN PULONG Port, OUT PULONG Buffer,
					      IN ULONG Count);
VPAPI VOID NTAPI VideoPortWritePortBufferUchar(IN PUCHAR Port, IN PUCHAR Buffer,
					       IN ULONG Count);
VPAPI VOID NTAPI VideoPortWritePortBufferUshort(IN PUSHORT Port, IN PUSHORT Buffer,
						IN ULONG Count);
VPAPI VOID NTAPI VideoPortWritePortBufferUlong(IN PULONG Port, IN PULONG Buffer,
					       IN ULONG Count);

/* ---- Registers in memory; Count is in units of the access, upwards ---- */

VPAPI UCHAR NTAPI VideoPortReadRegisterUchar(IN PUCHAR Register);
VPAPI USHORT NTAPI VideoPortReadRegisterUshort(IN PUSHORT Register);
VPAPI ULONG NTAPI VideoPortReadRegisterUlong(IN PULONG Register);
VPAPI VOID NTAPI VideoPortWriteRegisterUchar(IN PUCHAR Register, IN UCHAR Value);
VPAPI VOID NTAPI VideoPortWriteRegisterUshort(IN PUSHORT Register, IN USHORT Value);
VPAPI VOID NTAPI VideoPortWriteRegisterUlong(IN PULONG Register, IN ULONG Value);
VPAPI VOID NTAPI VideoPortReadRegisterBufferUchar(IN PUCHAR Register, OUT PUCHAR Buffer,
						  IN ULONG Count);
VPAPI VOID NTAPI VideoPortReadRegisterBufferUshort(IN PUSHORT Register, OUT PUSHORT Buffer,
						   IN ULONG Count);
VPAPI VOID NTAPI VideoPortReadRegisterBufferUlong(IN PULONG Register, OUT PULONG Buffer,
						  IN ULONG Count);
VPAPI VOID NTAPI VideoPortWriteRegisterBufferUchar(IN PUCHAR Register, IN PUCHAR Buffer,
						   IN ULONG Count);
VPAPI VOID NTAPI VideoPortWriteRegisterBufferUshort(IN PUSHORT Register, IN PUSHORT Buffer,
						    IN ULONG Count);
VPAPI VOID NTAPI VideoPortWriteRegisterBufferUlong(IN PULONG Register, IN PULONG Buffer,
						   IN ULONG Count);

VIDEOPORT_C_END

/* What the calls for one register are on this processor, where they are called by their names. */
#if defined(__x86_64__) && !defined(VIDEOPORT_NO_INLINE)
#include "registers_x86.h"
#endif

#endif /* VIDEOPORT_IO_H */
