// SPDX-License-Identifier: GPL-2.0
/*
 * RANGES.C - where the registers are.
 */
#include "testdev.h"

VP_STATUS TestMapRegisters(PTEST_DEVICE_EXTENSION Ext)
{
    VIDEO_ACCESS_RANGE ranges[6];
    VP_STATUS status;
    ULONG slot = 0;

    VideoPortZeroMemory(ranges, sizeof(ranges));
    status = VideoPortGetAccessRanges(Ext, 0, NULL, 6, ranges, NULL, NULL, &slot);
    if (status != NO_ERROR)
        return status;
    Ext->Registers = VideoPortGetDeviceBase(Ext, ranges[0].RangeStart, ranges[0].RangeLength,
                                            ranges[0].RangeInIoSpace);
    return Ext->Registers ? NO_ERROR : ERROR_NOT_ENOUGH_MEMORY;
}
