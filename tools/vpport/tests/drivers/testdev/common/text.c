// SPDX-License-Identifier: GPL-2.0
/*
 * text.c - the device's text, for more than one driver.
 */
#include "..\mini\testdev.h"
#include <testregs.h>

VOID TestCopyName(PTEST_DEVICE_EXTENSION Ext)
{
    ULONG i;

    for (i = 0; i < TESTDEV_NAME_LENGTH - 1; i++)
        Ext->Name[i] = (CHAR)VideoPortReadRegisterUchar(Ext->Registers + TESTDEV_REG_NAME + i);
    Ext->Name[i] = 0;
}
