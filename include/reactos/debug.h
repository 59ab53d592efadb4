/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How ReactOS drivers print: DPRINT unless NDEBUG is defined, DPRINT1 always.
 */
#ifndef VIDEOPORT_REACTOS_DEBUG_H
#define VIDEOPORT_REACTOS_DEBUG_H

#include "../videoport/ntprint.h"

#define DPRINT1(format, ...) \
	DbgPrint("(%s:%d) " format, __FILE__, __LINE__, ##__VA_ARGS__)
#ifdef NDEBUG
#define DPRINT(format, ...) do { } while (0)
#else
#define DPRINT DPRINT1
#endif
#define UNIMPLEMENTED DPRINT1("%s is not implemented\n", __func__)
#define UNIMPLEMENTED_DBGBREAK(...) UNIMPLEMENTED
#define ERR_(channel, ...) DPRINT1(__VA_ARGS__)
#define WARN_(channel, ...) DPRINT(__VA_ARGS__)
#define INFO_(channel, ...) DPRINT(__VA_ARGS__)
#define TRACE_(channel, ...) DPRINT(__VA_ARGS__)

#endif /* VIDEOPORT_REACTOS_DEBUG_H */
