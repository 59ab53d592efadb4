/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Types and places of fields by the standard names, for legacy source only.
 */
#ifndef VIDEOPORT_CRT_STDDEF_H
#define VIDEOPORT_CRT_STDDEF_H

#include "../videoport/crt.h"

typedef __PTRDIFF_TYPE__ ptrdiff_t;
#ifndef __cplusplus
typedef __WCHAR_TYPE__ wchar_t;
#endif

#endif /* VIDEOPORT_CRT_STDDEF_H */
