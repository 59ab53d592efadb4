/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports, registers and buses without VideoPort: the same calls by their older names, and the
 * configuration space of the driver's own adapters.
 * Facts: learn.microsoft.com (wdm.h, ntddk.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_HAL_H
#define VIDEOPORT_HAL_H

#include "types.h"
#include "io.h"
#include "../miniport.h"

VIDEOPORT_C_BEGIN

#define READ_PORT_UCHAR(address) VideoPortReadPortUchar((PUCHAR)(address))
#define WRITE_PORT_UCHAR(address, value) \
	VideoPortWritePortUchar((PUCHAR)(address), (value))
#define READ_PORT_BUFFER_UCHAR(address, buffer, count) \
	VideoPortReadPortBufferUchar((PUCHAR)(address), (buffer), (count))
#define WRITE_PORT_BUFFER_UCHAR(address, buffer, count) \
	VideoPortWritePortBufferUchar((PUCHAR)(address), (buffer), (count))
#define READ_PORT_USHORT(address) VideoPortReadPortUshort((PUSHORT)(address))
#define WRITE_PORT_USHORT(address, value) \
	VideoPortWritePortUshort((PUSHORT)(address), (value))
#define READ_PORT_BUFFER_USHORT(address, buffer, count) \
	VideoPortReadPortBufferUshort((PUSHORT)(address), (buffer), (count))
#define WRITE_PORT_BUFFER_USHORT(address, buffer, count) \
	VideoPortWritePortBufferUshort((PUSHORT)(address), (buffer), (count))
#define READ_PORT_ULONG(address) VideoPortReadPortUlong((PULONG)(address))
#define WRITE_PORT_ULONG(address, value) \
	VideoPortWritePortUlong((PULONG)(address), (value))
#define READ_PORT_BUFFER_ULONG(address, buffer, count) \
	VideoPortReadPortBufferUlong((PULONG)(address), (buffer), (count))
#define WRITE_PORT_BUFFER_ULONG(address, buffer, count) \
	VideoPortWritePortBufferUlong((PULONG)(address), (buffer), (count))

#define READ_REGISTER_UCHAR(address) VideoPortReadRegisterUchar((PUCHAR)(address))
#define WRITE_REGISTER_UCHAR(address, value) \
	VideoPortWriteRegisterUchar((PUCHAR)(address), (value))
#define READ_REGISTER_BUFFER_UCHAR(address, buffer, count) \
	VideoPortReadRegisterBufferUchar((PUCHAR)(address), (buffer), (count))
#define WRITE_REGISTER_BUFFER_UCHAR(address, buffer, count) \
	VideoPortWriteRegisterBufferUchar((PUCHAR)(address), (buffer), (count))
#define READ_REGISTER_USHORT(address) VideoPortReadRegisterUshort((PUSHORT)(address))
#define WRITE_REGISTER_USHORT(address, value) \
	VideoPortWriteRegisterUshort((PUSHORT)(address), (value))
#define READ_REGISTER_BUFFER_USHORT(address, buffer, count) \
	VideoPortReadRegisterBufferUshort((PUSHORT)(address), (buffer), (count))
#define WRITE_REGISTER_BUFFER_USHORT(address, buffer, count) \
	VideoPortWriteRegisterBufferUshort((PUSHORT)(address), (buffer), (count))
#define READ_REGISTER_ULONG(address) VideoPortReadRegisterUlong((PULONG)(address))
#define WRITE_REGISTER_ULONG(address, value) \
	VideoPortWriteRegisterUlong((PULONG)(address), (value))
#define READ_REGISTER_BUFFER_ULONG(address, buffer, count) \
	VideoPortReadRegisterBufferUlong((PULONG)(address), (buffer), (count))
#define WRITE_REGISTER_BUFFER_ULONG(address, buffer, count) \
	VideoPortWriteRegisterBufferUlong((PULONG)(address), (buffer), (count))

/* both return the bytes transferred; 0: no such bus, 2: no such device on it */
ULONG NTAPI HalGetBusData(IN BUS_DATA_TYPE BusDataType, IN ULONG BusNumber, IN ULONG SlotNumber,
			  OUT PVOID Buffer, IN ULONG Length);
ULONG NTAPI HalGetBusDataByOffset(IN BUS_DATA_TYPE BusDataType, IN ULONG BusNumber,
				  IN ULONG SlotNumber, OUT PVOID Buffer, IN ULONG Offset,
				  IN ULONG Length);
ULONG NTAPI HalSetBusData(IN BUS_DATA_TYPE BusDataType, IN ULONG BusNumber, IN ULONG SlotNumber,
			  IN PVOID Buffer, IN ULONG Length);
ULONG NTAPI HalSetBusDataByOffset(IN BUS_DATA_TYPE BusDataType, IN ULONG BusNumber,
				  IN ULONG SlotNumber, IN PVOID Buffer, IN ULONG Offset,
				  IN ULONG Length);
/* *AddressSpace: 0 memory, 1 I/O */
BOOLEAN NTAPI HalTranslateBusAddress(IN INTERFACE_TYPE InterfaceType, IN ULONG BusNumber,
				     IN PHYSICAL_ADDRESS BusAddress, IN OUT PULONG AddressSpace,
				     OUT PPHYSICAL_ADDRESS TranslatedAddress);
/* always 0: the port connects the interrupt itself */
ULONG NTAPI HalGetInterruptVector(IN INTERFACE_TYPE InterfaceType, IN ULONG BusNumber,
				  IN ULONG BusInterruptLevel, IN ULONG BusInterruptVector,
				  OUT PKIRQL Irql, OUT PKAFFINITY Affinity);

VIDEOPORT_C_END

#endif /* VIDEOPORT_HAL_H */
