/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages to the kernel log, and what a driver does when it sees no way on. Formats are the legacy
 * ones: long is 32 bits, %I64x, %ws, %wZ.
 * Facts: learn.microsoft.com (DbgPrint, KdPrint, KeBugCheckEx); checked by tools/abi.
 */
#ifndef VIDEOPORT_NTPRINT_H
#define VIDEOPORT_NTPRINT_H

#include "types.h"

VIDEOPORT_C_BEGIN

/* Levels of DbgPrintEx: below 32 a severity, else a mask of bits */
#define DPFLTR_ERROR_LEVEL 0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL 2
#define DPFLTR_INFO_LEVEL 3
#define DPFLTR_MASK 0x80000000

/* Components of DbgPrintEx that a video driver names; not looked at */
#define DPFLTR_VIDEO_ID 55
#define DPFLTR_IHVVIDEO_ID 78
#define DPFLTR_IHVDRIVER_ID 77
#define DPFLTR_DEFAULT_ID 101

ULONG __cdecl DbgPrint(IN PCSTR Format, IN ...);
ULONG __cdecl DbgPrintEx(IN ULONG ComponentId, IN ULONG Level, IN PCSTR Format, IN ...);
VOID NTAPI DbgBreakPoint(VOID);
VOID NTAPI RtlAssert(IN PVOID FailedAssertion, IN PVOID FileName, IN ULONG LineNumber,
		     IN PSTR Message);
VOID NTAPI HalDisplayString(IN PUCHAR String);

/* Here both return: a driver's fault is no reason for a panic. It is counted, and said. */
VOID NTAPI KeBugCheck(IN ULONG BugCheckCode);
VOID NTAPI KeBugCheckEx(IN ULONG BugCheckCode, IN ULONG_PTR BugCheckParameter1,
			IN ULONG_PTR BugCheckParameter2, IN ULONG_PTR BugCheckParameter3,
			IN ULONG_PTR BugCheckParameter4);

#if defined(DBG) && DBG
#define KdPrint(arguments) DbgPrint arguments
#define KdPrintEx(arguments) DbgPrintEx arguments
#define KdBreakPoint() DbgBreakPoint()
#else
#define KdPrint(arguments)
#define KdPrintEx(arguments)
#define KdBreakPoint()
#endif

#ifndef ASSERTMSG
#if defined(DBG) && DBG
#define ASSERTMSG(message, condition) \
	((condition) ? (void)0 : \
		RtlAssert((PVOID)#condition, (PVOID)__FILE__, __LINE__, (PSTR)(message)))
#else
#define ASSERTMSG(message, condition) ((void)0)
#endif
#endif

VIDEOPORT_C_END

#endif /* VIDEOPORT_NTPRINT_H */
