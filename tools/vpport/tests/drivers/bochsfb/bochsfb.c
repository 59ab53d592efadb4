// SPDX-License-Identifier: GPL-2.0
/*++

Module Name:

    bochsfb.c

Abstract:

    Miniport driver for the display adapter of Bochs and QEMU (PCI 1234:1111):
    all of it in one file. Finds the adapter, and says what modes there are.

--*/

#include "dderror.h"
#include "devioctl.h"
#include "miniport.h"
#include "ntddvdeo.h"
#include "video.h"

#define DISPI_OFFSET	0x500	/* in the register range */
#define DISPI_ID	0xB0C0	/* and a revision */
#define MODE_WIDTH	640
#define MODE_HEIGHT	480

typedef struct _HW_DEVICE_EXTENSION {
    PUCHAR Registers;
    PHYSICAL_ADDRESS FrameAddress;
    ULONG FrameLength;
    ULONG BitsPerPlane;
    USHORT ChipId;
} HW_DEVICE_EXTENSION, *PHW_DEVICE_EXTENSION;

typedef VP_STATUS (NTAPI *PGET_REGISTRY_PARAMETERS)(PVOID, PWSTR, UCHAR,
    PMINIPORT_GET_REGISTRY_ROUTINE, PVOID);

#if defined(ALLOC_PRAGMA)
#pragma alloc_text(PAGE, DriverEntry)
#pragma alloc_text(PAGE, BochsFindAdapter)
#endif

VP_STATUS NTAPI
BochsRegistryValue(
    PVOID HwDeviceExtension,
    PVOID Context,
    PWSTR ValueName,
    PVOID ValueData,
    ULONG ValueLength
    )
{
    PHW_DEVICE_EXTENSION ext = (PHW_DEVICE_EXTENSION) HwDeviceExtension;

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(ValueName);

    if (ValueLength != sizeof(ULONG)) {
        return ERROR_INVALID_PARAMETER;
    }
    ext->BitsPerPlane = *(PULONG) ValueData;
    return NO_ERROR;
}

VP_STATUS NTAPI
BochsFindAdapter(
    PVOID HwDeviceExtension,
    PVOID HwContext,
    PWSTR ArgumentString,
    PVIDEO_PORT_CONFIG_INFO ConfigInfo,
    PUCHAR Again
    )
{
    PHW_DEVICE_EXTENSION ext = (PHW_DEVICE_EXTENSION) HwDeviceExtension;
    VIDEO_ACCESS_RANGE ranges[3];
    PGET_REGISTRY_PARAMETERS getParameters;
    VP_STATUS status;
    ULONG slot = 0;
    ULONG i, registers = 3;

    UNREFERENCED_PARAMETER(HwContext);
    UNREFERENCED_PARAMETER(ArgumentString);

    *Again = FALSE;
    if (ConfigInfo->Length < sizeof(VIDEO_PORT_CONFIG_INFO)) {
        return ERROR_INVALID_PARAMETER;
    }

    VideoPortZeroMemory(ranges, sizeof(ranges));
    status = VideoPortGetAccessRanges(ext, 0, NULL, 3, ranges, NULL, NULL, &slot);
    if (status != NO_ERROR) {
        return status;
    }
    ext->FrameAddress = ranges[0].RangeStart;
    ext->FrameLength = ranges[0].RangeLength;
    for (i = 1; i < 3; i++) {
        if (ranges[i].RangeLength >= 0x600 && !ranges[i].RangeInIoSpace) {
            registers = i;
        }
    }
    if (registers == 3) {
        return ERROR_DEV_NOT_EXIST;
    }
    ext->Registers = VideoPortGetDeviceBase(ext, ranges[registers].RangeStart,
                                            ranges[registers].RangeLength, FALSE);
    if (ext->Registers == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }

    ext->ChipId = VideoPortReadRegisterUshort((PUSHORT) (ext->Registers + DISPI_OFFSET));
    if ((ext->ChipId & 0xFFF0) != DISPI_ID) {
        return ERROR_DEV_NOT_EXIST;
    }

    /* A port of NT4's time may lack what we can do without */
    ext->BitsPerPlane = 16;
    getParameters = (PGET_REGISTRY_PARAMETERS)
        ConfigInfo->VideoPortGetProcAddress(ext, (PUCHAR) "VideoPortGetRegistryParameters");
    if (getParameters != NULL) {
        getParameters(ext, L"DefaultSettings.BitsPerPel", FALSE, BochsRegistryValue, NULL);
    }

    ConfigInfo->NumEmulatorAccessEntries = 0;
    ConfigInfo->EmulatorAccessEntries = NULL;
    ConfigInfo->HardwareStateSize = 0;
    ConfigInfo->VdmPhysicalVideoMemoryLength = 0;

    VideoPortDebugPrint(Warn, "BOCHSFB: chip 0x%x, %u KB, %u bits per pixel\n",
                     ext->ChipId, ext->FrameLength / 1024, ext->BitsPerPlane);
    return NO_ERROR;
}

BOOLEAN NTAPI
BochsInitialize(
    PVOID HwDeviceExtension
    )
{
    UNREFERENCED_PARAMETER(HwDeviceExtension);
    return TRUE;
}

BOOLEAN NTAPI
BochsStartIO(
    PVOID HwDeviceExtension,
    PVIDEO_REQUEST_PACKET RequestPacket
    )
{
    PHW_DEVICE_EXTENSION ext = (PHW_DEVICE_EXTENSION) HwDeviceExtension;
    PVIDEO_NUM_MODES modes = (PVIDEO_NUM_MODES) RequestPacket->OutputBuffer;

    switch (RequestPacket->IoControlCode) {
    case IOCTL_VIDEO_QUERY_NUM_AVAIL_MODES:
        if (RequestPacket->OutputBufferLength < sizeof(VIDEO_NUM_MODES)) {
            RequestPacket->StatusBlock->Status = ERROR_INSUFFICIENT_BUFFER;
            break;
        }
        modes->NumModes = MODE_WIDTH * MODE_HEIGHT * (ext->BitsPerPlane / 8) <= ext->FrameLength;
        modes->ModeInformationLength = sizeof(VIDEO_MODE_INFORMATION);
        RequestPacket->StatusBlock->Information = sizeof(VIDEO_NUM_MODES);
        RequestPacket->StatusBlock->Status = NO_ERROR;
        break;

    default:
        RequestPacket->StatusBlock->Status = ERROR_INVALID_FUNCTION;
        break;
    }
    return TRUE;
}

ULONG NTAPI
DriverEntry(
    PVOID Context1,
    PVOID Context2
    )
{
    VIDEO_HW_INITIALIZATION_DATA initData;

    VideoPortZeroMemory(&initData, sizeof(initData));
    initData.HwInitDataSize = sizeof(initData);
    initData.AdapterInterfaceType = PCIBus;
    initData.HwFindAdapter = BochsFindAdapter;
    initData.HwInitialize = BochsInitialize;
    initData.HwStartIO = BochsStartIO;
    initData.HwDeviceExtensionSize = sizeof(HW_DEVICE_EXTENSION);

    return VideoPortInitialize(Context1, Context2, &initData, NULL);
}
