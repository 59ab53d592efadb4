// SPDX-License-Identifier: GPL-2.0
/*++

Module Name:

    legacy_sample.c

Abstract:

    A miniport as one was written in 1999, in the spellings of that time, against the headers in
    include/. It is compiled by check-abi, as C and as C++, and never run: it proves that source
    in this style needs no change.

--*/

#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#pragma warning(disable:4201) // nonstandard extension: nameless struct/union

#define SAMPLE_VENDOR_ID    0x1234
#define SAMPLE_POOL_TAG     'plmS'
#define IOCTL_SAMPLE_DMA \
    CTL_CODE(FILE_DEVICE_VIDEO, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define NUM_ACCESS_RANGES   2

typedef struct _SAMPLE_REGISTERS {
    volatile ULONG Command;
    volatile ULONG Status;
    union {
        UCHAR Bytes[8];
        unsigned __int64 Quad;
    };
} SAMPLE_REGISTERS, FAR *PSAMPLE_REGISTERS;

typedef struct _HW_DEVICE_EXTENSION {
    PSAMPLE_REGISTERS Registers;
    PHYSICAL_ADDRESS FrameAddress;
    ULONG FrameLength;
    ULONG CurrentMode;
    PVP_DMA_ADAPTER DmaAdapter;
    PVOID CommonBuffer;
    PHYSICAL_ADDRESS CommonBufferLogical;
    PSPIN_LOCK Lock;
    PEVENT DoneEvent;
    PDMA Dma;
    LONG InterruptCount;
    __int64 BytesMoved;
    BOOLEAN Timer;
} HW_DEVICE_EXTENSION, *PHW_DEVICE_EXTENSION;

C_ASSERT(sizeof(ULONG) == 4);
C_ASSERT(FIELD_OFFSET(SAMPLE_REGISTERS, Bytes) == 8);
C_ASSERT(sizeof(LARGE_INTEGER) == sizeof(__int64));

// {7D3A1E52-90F4-4C6E-8A44-6E0C5E2F1B77}
DEFINE_GUID(GUID_SAMPLE_INTERFACE,
            0x7d3a1e52, 0x90f4, 0x4c6e, 0x8a, 0x44, 0x6e, 0xc, 0x5e, 0x2f, 0x1b, 0x77);

EXTERN_C ULONG SampleGlobal;
ULONG SampleGlobal = MAXULONG;

VIDEO_MODE_INFORMATION SampleModes[] = {
    { sizeof(VIDEO_MODE_INFORMATION), 0, 640, 480, 640, 1, 8, 60, 320, 240, 8, 8, 8, 0, 0, 0,
      VIDEO_MODE_COLOR | VIDEO_MODE_GRAPHICS | VIDEO_MODE_PALETTE_DRIVEN, 640, 480, 0 },
};

// RangeStart low, high; length, I/O space, visible, shareable, passive
VIDEO_ACCESS_RANGE SampleLegacyRanges[] = {
    { 0x000003B0, 0x00000000, 0x0000000C, 1, 1, TRUE, VIDEO_RANGE_10_BIT_DECODE },
    { 0x000A0000, 0x00000000, 0x00020000, 0, 1, TRUE },
};

VP_STATUS NTAPI SampleFindAdapter(IN PVOID HwDeviceExtension, IN PVOID HwContext,
    IN PWSTR ArgumentString, IN OUT PVIDEO_PORT_CONFIG_INFO ConfigInfo, OUT PUCHAR Again);
BOOLEAN NTAPI SampleInitialize(PVOID HwDeviceExtension);
BOOLEAN NTAPI SampleInterrupt(PVOID HwDeviceExtension);
BOOLEAN NTAPI SampleStartIO(PVOID HwDeviceExtension, PVIDEO_REQUEST_PACKET RequestPacket);
HW_DMA_RETURN NTAPI SampleStartDma(PVOID HwDeviceExtension, PDMA pDma);
VOID NTAPI SampleDpc(PVOID HwDeviceExtension, PVOID Context);
VOID NTAPI SampleTimer(PVOID HwDeviceExtension);

#if defined(ALLOC_PRAGMA)
#pragma alloc_text(PAGE, SampleFindAdapter)
#endif
#pragma code_seg("PAGE")

static __inline ULONG
SampleRead(PSAMPLE_REGISTERS Registers)
{
    return VideoPortReadRegisterUlong((PULONG)&Registers->Status);
}

__forceinline BOOLEAN
SampleIsBusy(CONST SAMPLE_REGISTERS *Registers)
{
    return (BOOLEAN)((Registers->Status & 1) ? TRUE : FALSE);
}

VP_STATUS NTAPI
SampleRegistryCallback(
    IN PVOID HwDeviceExtension,
    IN PVOID Context,
    IN OUT PWSTR ValueName,
    IN OUT PVOID ValueData,
    IN ULONG ValueLength
    )
{
    UNREFERENCED_PARAMETER(HwDeviceExtension);
    UNREFERENCED_PARAMETER(ValueName);

    if (ValueLength != sizeof(ULONG)) {
        return ERROR_INVALID_PARAMETER;
    }
    *(PULONG)Context = *(ULONG UNALIGNED *)ValueData;
    return NO_ERROR;
}

VP_STATUS NTAPI
SampleFindAdapter(
    IN PVOID HwDeviceExtension,
    IN PVOID HwContext OPTIONAL,
    IN PWSTR ArgumentString,
    IN OUT PVIDEO_PORT_CONFIG_INFO ConfigInfo,
    OUT PUCHAR Again
    )
{
    PHW_DEVICE_EXTENSION hwDeviceExtension = (PHW_DEVICE_EXTENSION)HwDeviceExtension;
    VIDEO_ACCESS_RANGE accessRange[NUM_ACCESS_RANGES];
    PCI_COMMON_CONFIG pciConfig;
    PCI_SLOT_NUMBER pciSlot;
    USHORT vendorId = SAMPLE_VENDOR_ID;
    USHORT deviceId = 0x11e8;
    ULONG slot = 0, useDma = 0;
    VP_STATUS status;
    PWSTR chip = L"Sample chip";

    PAGED_CODE();
    UNREFERENCED_PARAMETER(HwContext);
    UNREFERENCED_PARAMETER(ArgumentString);

    if (ConfigInfo->Length < sizeof(VIDEO_PORT_CONFIG_INFO)) {
        return ERROR_INVALID_PARAMETER;
    }
    VideoPortZeroMemory((PVOID)accessRange, sizeof(accessRange));
    status = VideoPortGetAccessRanges(hwDeviceExtension, 0, NULL, NUM_ACCESS_RANGES, accessRange,
                                      &vendorId, &deviceId, &slot);
    if (status != NO_ERROR) {
        VideoDebugPrint((Error, "Sample: no access ranges, status %d\n", status));
        return status;
    }

    pciSlot.u.AsULONG = slot;
    if (VideoPortGetBusData(hwDeviceExtension, PCIConfiguration, pciSlot.u.AsULONG, &pciConfig, 0,
                            PCI_COMMON_HDR_LENGTH) != PCI_COMMON_HDR_LENGTH ||
        pciConfig.BaseClass != PCI_CLASS_DISPLAY_CTLR ||
        !(pciConfig.u.type0.BaseAddresses[0] & ~PCI_ADDRESS_IO_SPACE)) {
        VideoDebugPrint((Warn, "Sample: device %d is odd\n", pciSlot.u.bits.DeviceNumber));
    }

    hwDeviceExtension->FrameAddress = accessRange[0].RangeStart;
    hwDeviceExtension->FrameLength = accessRange[0].RangeLength;
    hwDeviceExtension->Registers = (PSAMPLE_REGISTERS)VideoPortGetDeviceBase(
        hwDeviceExtension, accessRange[1].RangeStart, accessRange[1].RangeLength,
        (UCHAR)(accessRange[1].RangeInIoSpace | VIDEO_MEMORY_SPACE_MEMORY));
    if (hwDeviceExtension->Registers == NULL) {
        return ERROR_INVALID_PARAMETER;
    }

    VideoPortGetRegistryParameters(hwDeviceExtension, L"Settings\\UseDma", FALSE,
                                   SampleRegistryCallback, &useDma);
    VideoPortSetRegistryParameters(hwDeviceExtension, L"HardwareInformation.ChipType", chip,
                                   sizeof(L"Sample chip"));

    ConfigInfo->NumEmulatorAccessEntries = 0;
    ConfigInfo->EmulatorAccessEntries = NULL;
    ConfigInfo->EmulatorAccessEntriesContext = 0;
    ConfigInfo->VdmPhysicalVideoMemoryAddress.LowPart = 0x000A0000;
    ConfigInfo->VdmPhysicalVideoMemoryAddress.HighPart = 0x00000000;
    ConfigInfo->VdmPhysicalVideoMemoryLength = 0x00020000;
    ConfigInfo->HardwareStateSize = 0;
    ConfigInfo->Master = 1;
    ConfigInfo->InterruptMode = LevelSensitive;
    ConfigInfo->ScatterGather = (BOOLEAN)(useDma != 0);

    *Again = 0;
    return NO_ERROR;
}

BOOLEAN NTAPI
SampleInitialize(
    PVOID HwDeviceExtension
    )
{
    PHW_DEVICE_EXTENSION hwDeviceExtension = (PHW_DEVICE_EXTENSION)HwDeviceExtension;
    VP_DEVICE_DESCRIPTION description = { TRUE, TRUE, FALSE, 0x10000 };
    VPOSVERSIONINFO version;
    LARGE_INTEGER timeout;

    version.Size = sizeof(VPOSVERSIONINFO);
    if (VideoPortGetVersion(HwDeviceExtension, &version) != NO_ERROR ||
        version.MajorVersion < 5) {
        return FALSE;
    }
    hwDeviceExtension->DmaAdapter = VideoPortGetDmaAdapter(HwDeviceExtension, &description);
    if (!hwDeviceExtension->DmaAdapter) {
        return FALSE;
    }
    hwDeviceExtension->CommonBuffer = VideoPortAllocateCommonBuffer(
        HwDeviceExtension, hwDeviceExtension->DmaAdapter, 4096,
        &hwDeviceExtension->CommonBufferLogical, FALSE, NULL);
    if (VideoPortCreateSpinLock(HwDeviceExtension, &hwDeviceExtension->Lock) != NO_ERROR ||
        VideoPortCreateEvent(HwDeviceExtension, NOTIFICATION_EVENT | INITIAL_EVENT_NOT_SIGNALED,
                             NULL, &hwDeviceExtension->DoneEvent) != NO_ERROR) {
        return FALSE;
    }

    timeout.QuadPart = Int32x32To64(-10, 1000);
    (VOID) VideoPortWaitForSingleObject(HwDeviceExtension, hwDeviceExtension->DoneEvent, &timeout);
    while (SampleIsBusy(hwDeviceExtension->Registers)) {
        VideoPortStallExecution(5);
    }
    VideoPortStartTimer(HwDeviceExtension);
    VideoPortEnableInterrupt(HwDeviceExtension);
    return TRUE;
}

BOOLEAN NTAPI
SampleInterrupt(
    PVOID HwDeviceExtension
    )
{
    PHW_DEVICE_EXTENSION hwDeviceExtension = (PHW_DEVICE_EXTENSION)HwDeviceExtension;

    if (!(SampleRead(hwDeviceExtension->Registers) & 0x80000000)) {
        return FALSE;
    }
    VideoPortWriteRegisterUlong((PULONG)&hwDeviceExtension->Registers->Status, 0x80000000);
    VideoPortInterlockedIncrement(&hwDeviceExtension->InterruptCount);
    VideoPortQueueDpc(HwDeviceExtension, SampleDpc, hwDeviceExtension->Dma);
    return TRUE;
}

VOID NTAPI
SampleDpc(
    IN PVOID HwDeviceExtension,
    IN PVOID Context
    )
{
    PHW_DEVICE_EXTENSION hwDeviceExtension = (PHW_DEVICE_EXTENSION)HwDeviceExtension;

    VideoPortAcquireSpinLockAtDpcLevel(HwDeviceExtension, hwDeviceExtension->Lock);
    VideoPortSetBytesUsed(HwDeviceExtension, (PDMA)Context, 4096);
    hwDeviceExtension->BytesMoved += 4096;
    VideoPortReleaseSpinLockFromDpcLevel(HwDeviceExtension, hwDeviceExtension->Lock);
    VideoPortSignalDmaComplete(HwDeviceExtension, (PDMA)Context);
    VideoPortSetEvent(HwDeviceExtension, hwDeviceExtension->DoneEvent);
}

HW_DMA_RETURN NTAPI
SampleStartDma(
    PVOID HwDeviceExtension,
    PDMA pDma
    )
{
    PHW_DEVICE_EXTENSION hwDeviceExtension = (PHW_DEVICE_EXTENSION)HwDeviceExtension;
    PVRB_SG scatterList = GET_VIDEO_SCATTERGATHER(&pDma);
    PCHAR buffer = (PCHAR)VideoPortGetDmaContext(HwDeviceExtension, pDma);
    ULONG length, physical;
    __int64 physical64;

    GET_VIDEO_PHYSICAL_ADDRESS(scatterList, buffer, buffer, &length, physical);
    VideoPortWriteRegisterUlong((PULONG)&hwDeviceExtension->Registers->Command, physical);
    GET_VIDEO_PHYSICAL_ADDRESS(scatterList, buffer + length, buffer + length, &length, physical64);
    hwDeviceExtension->Dma = pDma;
    return physical64 ? DmaAsyncReturn : DmaSyncReturn;
}

VOID NTAPI
SampleExecuteDma(
    IN PVOID HwDeviceExtension,
    IN PVP_DMA_ADAPTER VpDmaAdapter,
    IN PVP_SCATTER_GATHER_LIST SGList,
    IN PVOID Context
    )
{
    ULONG i;

    for (i = 0; i < SGList->NumberOfElements; i++) {
        VideoDebugPrint((Info, "element %d: %x:%x\n", i, SGList->Elements[i].Address.HighPart,
                         SGList->Elements[i].Address.u.LowPart));
    }
    VideoPortCompleteDma(HwDeviceExtension, VpDmaAdapter, SGList, (BOOLEAN)(Context != NULL));
}

BOOLEAN NTAPI
SampleStartIO(
    PVOID HwDeviceExtension,
    PVIDEO_REQUEST_PACKET RequestPacket
    )
{
    PHW_DEVICE_EXTENSION hwDeviceExtension = (PHW_DEVICE_EXTENSION)HwDeviceExtension;
    PVIDEO_CLUT clut;
    PVOID mdl;
    ULONG i, length;
    VP_STATUS status;

    ASSERT(RequestPacket != NULL);
    switch (RequestPacket->IoControlCode) {

    case IOCTL_VIDEO_QUERY_NUM_AVAIL_MODES:
        if (RequestPacket->OutputBufferLength <
            (RequestPacket->StatusBlock->Information = sizeof(VIDEO_NUM_MODES))) {
            status = ERROR_INSUFFICIENT_BUFFER;
        } else {
            ((PVIDEO_NUM_MODES)RequestPacket->OutputBuffer)->NumModes = ARRAYSIZE(SampleModes);
            ((PVIDEO_NUM_MODES)RequestPacket->OutputBuffer)->ModeInformationLength =
                sizeof(VIDEO_MODE_INFORMATION);
            status = NO_ERROR;
        }
        break;

    case IOCTL_VIDEO_SET_COLOR_REGISTERS:
        clut = (PVIDEO_CLUT)RequestPacket->InputBuffer;
        if (RequestPacket->InputBufferLength < (ULONG)FIELD_OFFSET(VIDEO_CLUT, LookupTable) +
                clut->NumEntries * sizeof(clut->LookupTable[0])) {
            status = ERROR_INSUFFICIENT_BUFFER;
            break;
        }
        for (i = 0; i < clut->NumEntries; i++) {
            VideoPortWritePortUchar((PUCHAR)0x3c9, clut->LookupTable[i].RgbArray.Red);
        }
        status = NO_ERROR;
        break;

    case IOCTL_SAMPLE_DMA:
        if (VideoPortLockPages(HwDeviceExtension, RequestPacket, hwDeviceExtension->DoneEvent,
                               NULL, VideoPortDmaInitOnly)) {
            PDMA pDma = *(PDMA *)RequestPacket->OutputBuffer;

            pDma = VideoPortDoDma(HwDeviceExtension, pDma, VideoPortKeepPagesLocked);
            VideoPortUnlockPages(HwDeviceExtension, pDma);
            status = NO_ERROR;
            break;
        }
        mdl = VideoPortLockBuffer(HwDeviceExtension, RequestPacket->InputBuffer,
                                  RequestPacket->InputBufferLength, VpModifyAccess);
        length = RequestPacket->InputBufferLength;
        status = VideoPortStartDma(HwDeviceExtension, hwDeviceExtension->DmaAdapter, mdl, 0,
                                   &length, SampleExecuteDma, NULL, TRUE);
        VideoPortUnLockBuffer(HwDeviceExtension, mdl);
        VideoPortUnlockBuffer(HwDeviceExtension, mdl);
        break;

    default:
        VideoDebugPrint((Trace, "Sample: request %x\n",
                         METHOD_FROM_CTL_CODE(RequestPacket->IoControlCode)));
        status = ERROR_INVALID_FUNCTION;
        break;
    }

    RequestPacket->StatusBlock->Status = status;
    return TRUE;
}

ULONG NTAPI
DriverEntry(
    PVOID Context1,
    PVOID Context2
    )
{
    VIDEO_HW_INITIALIZATION_DATA hwInitData;

    VideoPortZeroMemory(&hwInitData, sizeof(VIDEO_HW_INITIALIZATION_DATA));
    hwInitData.HwInitDataSize = sizeof(VIDEO_HW_INITIALIZATION_DATA);
    hwInitData.HwFindAdapter = SampleFindAdapter;
    hwInitData.HwInitialize = SampleInitialize;
    hwInitData.HwInterrupt = SampleInterrupt;
    hwInitData.HwStartIO = SampleStartIO;
    hwInitData.HwStartDma = SampleStartDma;
    hwInitData.HwDeviceExtensionSize = sizeof(HW_DEVICE_EXTENSION);
    hwInitData.AdapterInterfaceType = PCIBus;
    hwInitData.HwLegacyResourceList = SampleLegacyRanges;
    hwInitData.HwLegacyResourceCount = RTL_NUMBER_OF(SampleLegacyRanges);
#if DBG
    VideoDebugPrint((Context2 ? Trace : Error, "Sample: checked build\n"));
#endif

    if (VideoPortInitialize(Context1, Context2, &hwInitData, NULL) == NO_ERROR) {
        return NO_ERROR;
    }
    hwInitData.HwInitDataSize = SIZE_OF_W2K_VIDEO_HW_INITIALIZATION_DATA;
    return VideoPortInitialize(Context1, Context2, &hwInitData, NULL);
}
