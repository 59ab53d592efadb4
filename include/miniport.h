/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every legacy miniport shares: buses, interrupts, DMA widths, interface
 * headers, resource descriptors, port emulation, and PCI configuration space.
 * Facts: learn.microsoft.com (miniport.h, wdm.h); checked by tools/abi.
 */
#ifndef _MINIPORT_
#define _MINIPORT_

#include "videoport/types.h"
#include "guiddef.h"
#include "videoport/pci.h"

VIDEOPORT_C_BEGIN

/* Buses: where an adapter sits, and which configuration space is meant */
typedef enum _INTERFACE_TYPE {
	InterfaceTypeUndefined = -1,
	Internal = 0,
	Isa = 1,
	Eisa = 2,
	MicroChannel = 3,
	TurboChannel = 4,
	PCIBus = 5,
	VMEBus = 6,
	NuBus = 7,
	PCMCIABus = 8,
	CBus = 9,
	MPIBus = 10,
	MPSABus = 11,
	ProcessorInternal = 12,
	InternalPowerBus = 13,
	PNPISABus = 14,
	PNPBus = 15,
	Vmcs = 16,
	MaximumInterfaceType
} INTERFACE_TYPE, *PINTERFACE_TYPE;

typedef enum _BUS_DATA_TYPE {
	ConfigurationSpaceUndefined = -1,
	Cmos = 0,
	EisaConfiguration = 1,
	Pos = 2,
	CbusConfiguration = 3,
	PCIConfiguration = 4,
	VMEConfiguration = 5,
	NuBusConfiguration = 6,
	PCMCIAConfiguration = 7,
	MPIConfiguration = 8,
	MPSAConfiguration = 9,
	PNPISAConfiguration = 10,
	SgiInternalConfiguration = 11,
	MaximumBusDataType
} BUS_DATA_TYPE, *PBUS_DATA_TYPE;

/* Interrupts */
typedef enum _KINTERRUPT_MODE {
	LevelSensitive = 0,
	Latched = 1
} KINTERRUPT_MODE;

typedef enum _IRQ_DEVICE_POLICY {
	IrqPolicyMachineDefault = 0,
	IrqPolicyAllCloseProcessors = 1,
	IrqPolicyOneCloseProcessor = 2,
	IrqPolicyAllProcessorsInMachine = 3,
	IrqPolicySpecifiedProcessors = 4,
	IrqPolicySpreadMessagesAcrossAllProcessors = 5
} IRQ_DEVICE_POLICY, *PIRQ_DEVICE_POLICY;

typedef enum _IRQ_PRIORITY {
	IrqPriorityUndefined = 0,
	IrqPriorityLow = 1,
	IrqPriorityNormal = 2,
	IrqPriorityHigh = 3
} IRQ_PRIORITY, *PIRQ_PRIORITY;

/* Slave DMA of the ISA family: named in VIDEO_PORT_CONFIG_INFO only */
typedef enum _DMA_WIDTH {
	Width8Bits = 0,
	Width16Bits = 1,
	Width32Bits = 2,
	MaximumDmaWidth
} DMA_WIDTH, *PDMA_WIDTH;

typedef enum _DMA_SPEED {
	Compatible = 0,
	TypeA = 1,
	TypeB = 2,
	TypeC = 3,
	TypeF = 4,
	MaximumDmaSpeed
} DMA_SPEED, *PDMA_SPEED;

/* The head that every table of functions handed out by the port begins with */
typedef VOID (*PINTERFACE_REFERENCE)(PVOID Context);
typedef VOID (*PINTERFACE_DEREFERENCE)(PVOID Context);

typedef struct _INTERFACE {
	USHORT Size; /* bytes, of the whole table */
	USHORT Version;
	PVOID Context; /* first argument of the two functions */
	PINTERFACE_REFERENCE InterfaceReference;
	PINTERFACE_DEREFERENCE InterfaceDereference;
} INTERFACE, *PINTERFACE;

/*
 * A wish for hardware resources; VideoPortGetAccessRanges takes an array of
 * them. The constants of its first members are in wdm.h, not in miniport.h.
 */
#define IO_RESOURCE_PREFERRED 0x01
#define IO_RESOURCE_DEFAULT 0x02
#define IO_RESOURCE_ALTERNATIVE 0x08

#define CmResourceTypeNull 0
#define CmResourceTypePort 1
#define CmResourceTypeInterrupt 2
#define CmResourceTypeMemory 3
#define CmResourceTypeDma 4
#define CmResourceTypeDeviceSpecific 5
#define CmResourceTypeBusNumber 6

typedef enum _CM_SHARE_DISPOSITION {
	CmResourceShareUndetermined = 0,
	CmResourceShareDeviceExclusive = 1,
	CmResourceShareDriverExclusive = 2,
	CmResourceShareShared = 3
} CM_SHARE_DISPOSITION;

#define CM_RESOURCE_INTERRUPT_LEVEL_SENSITIVE 0x0000
#define CM_RESOURCE_INTERRUPT_LATCHED 0x0001
#define CM_RESOURCE_MEMORY_READ_WRITE 0x0000
#define CM_RESOURCE_MEMORY_READ_ONLY 0x0001
#define CM_RESOURCE_MEMORY_WRITE_ONLY 0x0002
#define CM_RESOURCE_MEMORY_PREFETCHABLE 0x0004
#define CM_RESOURCE_PORT_MEMORY 0x0000
#define CM_RESOURCE_PORT_IO 0x0001

typedef struct _IO_RESOURCE_DESCRIPTOR {
	UCHAR Option; /* IO_RESOURCE_* */
	UCHAR Type; /* CmResourceType* */
	UCHAR ShareDisposition; /* CM_SHARE_DISPOSITION */
	UCHAR Spare1;
	USHORT Flags; /* CM_RESOURCE_*, by type */
	USHORT Spare2;
	union {
		struct {
			ULONG Length;
			ULONG Alignment;
			PHYSICAL_ADDRESS MinimumAddress;
			PHYSICAL_ADDRESS MaximumAddress;
		} Port, Memory, Generic;
		struct {
			ULONG MinimumVector;
			ULONG MaximumVector;
			IRQ_DEVICE_POLICY AffinityPolicy;
			IRQ_PRIORITY PriorityPolicy;
			KAFFINITY TargetedProcessors;
		} Interrupt;
		struct {
			ULONG MinimumChannel;
			ULONG MaximumChannel;
		} Dma;
		struct {
			ULONG Data[3];
		} DevicePrivate;
		struct {
			ULONG Length;
			ULONG MinBusNumber;
			ULONG MaxBusNumber;
			ULONG Reserved;
		} BusNumber;
		struct {
			ULONG Priority;
			ULONG Reserved1;
			ULONG Reserved2;
		} ConfigData;
		/* lengths in units of 2^8, 2^16 and 2^32 bytes */
		struct {
			ULONG Length40;
			ULONG Alignment40;
			PHYSICAL_ADDRESS MinimumAddress;
			PHYSICAL_ADDRESS MaximumAddress;
		} Memory40;
		struct {
			ULONG Length48;
			ULONG Alignment48;
			PHYSICAL_ADDRESS MinimumAddress;
			PHYSICAL_ADDRESS MaximumAddress;
		} Memory48;
		struct {
			ULONG Length64;
			ULONG Alignment64;
			PHYSICAL_ADDRESS MinimumAddress;
			PHYSICAL_ADDRESS MaximumAddress;
		} Memory64;
	} u;
} IO_RESOURCE_DESCRIPTOR, *PIO_RESOURCE_DESCRIPTOR;

/* Port accesses of a DOS box that the miniport wants to see (x86 full-screen) */
#define EMULATOR_READ_ACCESS 0x01
#define EMULATOR_WRITE_ACCESS 0x02

typedef enum _EMULATOR_PORT_ACCESS_TYPE {
	Uchar = 0,
	Ushort = 1,
	Ulong = 2
} EMULATOR_PORT_ACCESS_TYPE, *PEMULATOR_PORT_ACCESS_TYPE;

typedef struct _EMULATOR_ACCESS_ENTRY {
	ULONG BasePort;
	ULONG NumConsecutivePorts;
	EMULATOR_PORT_ACCESS_TYPE AccessType;
	UCHAR AccessMode; /* EMULATOR_*_ACCESS */
	UCHAR StringSupport; /* non-zero: Routine takes a block of data */
	PVOID Routine; /* one of PDRIVER_IO_PORT_*, by type and string support */
} EMULATOR_ACCESS_ENTRY, *PEMULATOR_ACCESS_ENTRY;

/* Switches the banks of a frame buffer that is larger than its window */
typedef VOID (NTAPI *PBANKED_SECTION_ROUTINE)(IN ULONG ReadBank, IN ULONG WriteBank,
					      IN PVOID Context);

VIDEOPORT_C_END

#endif /* _MINIPORT_ */
