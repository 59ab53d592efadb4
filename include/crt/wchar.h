/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The C run-time library's header of this name, for legacy source only: what videoport/crt.h has.
 */
#ifndef VIDEOPORT_CRT_WCHAR_H
#define VIDEOPORT_CRT_WCHAR_H

#include "../videoport/crt.h"

#endif /* VIDEOPORT_CRT_WCHAR_H */
