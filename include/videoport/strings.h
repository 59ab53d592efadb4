/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counted strings of bytes, names of objects, and the severities of a status.
 * Facts: learn.microsoft.com (ntdef.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_STRINGS_H
#define VIDEOPORT_STRINGS_H

#include "types.h"

VIDEOPORT_C_BEGIN

typedef struct _STRING {
	USHORT Length; /* bytes in use, without a terminator */
	USHORT MaximumLength; /* bytes that Buffer has room for */
	PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING, OEM_STRING, *POEM_STRING;

#define UNICODE_STRING_MAX_BYTES ((USHORT)65534)
#define UNICODE_STRING_MAX_CHARS (32767)

/* A string whose text is known when it is compiled */
#define RTL_CONSTANT_STRING(text) \
	{ sizeof(text) - sizeof((text)[0]), sizeof(text), (text) }

typedef struct _OBJECT_ATTRIBUTES {
	ULONG Length; /* bytes, of this structure */
	HANDLE RootDirectory;
	PUNICODE_STRING ObjectName;
	ULONG Attributes; /* OBJ_* */
	PVOID SecurityDescriptor;
	PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;

#define OBJ_INHERIT 0x00000002
#define OBJ_PERMANENT 0x00000010
#define OBJ_EXCLUSIVE 0x00000020
#define OBJ_CASE_INSENSITIVE 0x00000040
#define OBJ_OPENIF 0x00000080
#define OBJ_KERNEL_HANDLE 0x00000200

#define InitializeObjectAttributes(p, n, a, r, s) \
	do { \
		(p)->Length = sizeof(OBJECT_ATTRIBUTES); \
		(p)->RootDirectory = (r); \
		(p)->ObjectName = (n); \
		(p)->Attributes = (a); \
		(p)->SecurityDescriptor = (s); \
		(p)->SecurityQualityOfService = NULL; \
	} while (0)

#define NT_INFORMATION(status) ((ULONG)(status) >> 30 == 1)
#define NT_WARNING(status) ((ULONG)(status) >> 30 == 2)
#define NT_ERROR(status) ((ULONG)(status) >> 30 == 3)

VIDEOPORT_C_END

#endif /* VIDEOPORT_STRINGS_H */
