/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The base types by the name under which legacy source includes them, with counted strings and
 * object attributes.
 * Facts: learn.microsoft.com, "Windows Data Types"; checked by tools/abi.
 */
#ifndef _NTDEF_
#define _NTDEF_

#include "videoport/types.h"
#include "videoport/strings.h"

#endif /* _NTDEF_ */
