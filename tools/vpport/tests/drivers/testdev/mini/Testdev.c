// SPDX-License-Identifier: GPL-2.0
/*
 * Testdev.c - miniport driver for QEMU's test device (PCI 1B36:0005): where it begins, and requests.
 */
#include "TESTDEV.H"

#ifndef TESTDEV_CHECKED
#error "the SOURCES file says what this is built with"
#endif

VP_STATUS NTAPI TestFindAdapter(PVOID HwDeviceExtension, PVOID HwContext, PWSTR ArgumentString,
                                PVIDEO_PORT_CONFIG_INFO ConfigInfo, PUCHAR Again)
{
    PTEST_DEVICE_EXTENSION ext = (PTEST_DEVICE_EXTENSION)HwDeviceExtension;
    VP_STATUS status;
    UCHAR width;

    UNREFERENCED_PARAMETER(HwContext);
    UNREFERENCED_PARAMETER(ArgumentString);

    *Again = 0;
    status = TestMapRegisters(ext);
    if (status != NO_ERROR)
        return status;

    VideoPortWriteRegisterUchar(ext->Registers + TESTDEV_REG_TEST, 0);
    width = VideoPortReadRegisterUchar(ext->Registers + TESTDEV_REG_WIDTH);
    if (width != 1 && width != 2 && width != 4)
        return ERROR_DEV_NOT_EXIST;
    TestCopyName(ext);

    ConfigInfo->NumEmulatorAccessEntries = 0;
    ConfigInfo->HardwareStateSize = 0;
    VideoPortDebugPrint(Warn, "TESTDEV: first test \"%s\", %d bytes wide\n", ext->Name, width);
    return NO_ERROR;
}

BOOLEAN NTAPI TestInitialize(PVOID HwDeviceExtension)
{
    UNREFERENCED_PARAMETER(HwDeviceExtension);
    return TRUE;
}

BOOLEAN NTAPI TestStartIO(PVOID HwDeviceExtension, PVIDEO_REQUEST_PACKET RequestPacket)
{
    UNREFERENCED_PARAMETER(HwDeviceExtension);
    RequestPacket->StatusBlock->Status = ERROR_INVALID_FUNCTION;
    return TRUE;
}

ULONG NTAPI DriverEntry(PVOID Context1, PVOID Context2)
{
    VIDEO_HW_INITIALIZATION_DATA initData;

    VideoPortZeroMemory(&initData, sizeof(initData));
    initData.HwInitDataSize = sizeof(initData);
    initData.AdapterInterfaceType = PCIBus;
    initData.HwFindAdapter = TestFindAdapter;
    initData.HwInitialize = TestInitialize;
    initData.HwStartIO = TestStartIO;
    initData.HwDeviceExtensionSize = sizeof(TEST_DEVICE_EXTENSION);
    return VideoPortInitialize(Context1, Context2, &initData, NULL);
}
