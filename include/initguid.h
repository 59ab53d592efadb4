/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From here on DEFINE_GUID defines its GUID in this unit instead of declaring
 * it; repeated definitions in one module are merged (weak symbols).
 * Facts: learn.microsoft.com (initguid.h).
 */
#ifndef INITGUID
#define INITGUID
#endif
#include "guiddef.h"
