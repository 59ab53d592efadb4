/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VP_STATUS, and how legacy source says that something is wrong: debug prints,
 * assertions, PAGED_CODE. All but the function vanish unless DBG is non-zero.
 * Facts: learn.microsoft.com (VideoPortDebugPrint, VideoDebugPrint).
 */
#ifndef VIDEOPORT_DEBUG_H
#define VIDEOPORT_DEBUG_H

#include "types.h"

VIDEOPORT_C_BEGIN

/* A number from dderror.h; NO_ERROR is 0 */
typedef LONG VP_STATUS, *PVP_STATUS;

typedef enum VIDEO_DEBUG_LEVEL {
	Error = 0,
	Warn = 1,
	Trace = 2,
	Info = 3
} VIDEO_DEBUG_LEVEL, *PVIDEO_DEBUG_LEVEL;

VPAPI VOID __cdecl VideoPortDebugPrint(IN VIDEO_DEBUG_LEVEL DebugPrintLevel,
				       IN PSTR DebugMessage, IN ...);

/* 0 PASSIVE, 1 APC, 2 DISPATCH, above it DIRQL */
VPAPI UCHAR NTAPI VideoPortGetCurrentIrql(VOID);

VIDEOPORT_C_END

#if defined(DBG) && DBG
#define VideoDebugPrint(arguments) VideoPortDebugPrint arguments
#else
#define VideoDebugPrint(arguments)
#endif

#ifndef ASSERT
#if defined(DBG) && DBG
#define ASSERT(condition) \
	((condition) ? (void)0 : \
		VideoPortDebugPrint(Error, (PSTR)"%s:%d: not so: %s\n", \
				    __FILE__, __LINE__, #condition))
#else
#define ASSERT(condition) ((void)0)
#endif
#endif

#ifndef PAGED_CODE
#if defined(DBG) && DBG
#define PAGED_CODE() \
	do { \
		if (VideoPortGetCurrentIrql() > 1) \
			VideoPortDebugPrint(Error, (PSTR)"%s: pageable code at IRQL %d\n", \
					    __func__, VideoPortGetCurrentIrql()); \
	} while (0)
#else
#define PAGED_CODE()
#endif
#endif

#endif /* VIDEOPORT_DEBUG_H */
