/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Structured exceptions, as far as drivers of one thread of control go: nothing raises one here, so a
 * guarded block is a plain one, its handler is never reached, and what must come last comes last.
 * In legacy source only.
 * Facts: learn.microsoft.com, "Structured Exception Handling".
 */
#ifndef VIDEOPORT_SEH_H
#define VIDEOPORT_SEH_H

#include "types.h"

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#ifdef VIDEOPORT_LEGACY_SOURCE

#define GetExceptionCode() ((ULONG)0)
#define GetExceptionInformation() NULL

/* leaves the block that it stands in, as a break does */
#define __try for (int VideoPortGuarded = 1; VideoPortGuarded; VideoPortGuarded = 0)
#define __except(filter) for (; ((void)(filter), 0);)
#define __finally
#define __leave break
#ifndef try
#define try __try
#define except(filter) __except(filter)
#define finally __finally
#define leave __leave
#endif

#define _SEH2_TRY __try
#define _SEH2_EXCEPT(filter) __except(filter)
#define _SEH2_FINALLY __finally
#define _SEH2_END
#define _SEH2_LEAVE __leave
#define _SEH2_GetExceptionCode() ((NTSTATUS)0)
#define _SEH2_YIELD(statement) statement

#endif /* VIDEOPORT_LEGACY_SOURCE */

#endif /* VIDEOPORT_SEH_H */
