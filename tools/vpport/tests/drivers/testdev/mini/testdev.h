/* SPDX-License-Identifier: GPL-2.0 */
/* What the driver keeps for each adapter, and its functions in other files */
#include "DDError.h"
#include "devioctl.h"
#include "MINIPORT.H"
#include "ntddvdeo.h"
#include "Video.h"

#include "..\inc\TestRegs.h"

typedef struct _TEST_DEVICE_EXTENSION {
    PUCHAR Registers;
    CHAR Name[TESTDEV_NAME_LENGTH];
} TEST_DEVICE_EXTENSION, *PTEST_DEVICE_EXTENSION;

VP_STATUS TestMapRegisters(PTEST_DEVICE_EXTENSION Ext);
VOID TestCopyName(PTEST_DEVICE_EXTENSION Ext);
