/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Run-time library: memory, and strings that are counted. Bytes of a string are Latin-1.
 * Facts: learn.microsoft.com (wdm.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_RTL_H
#define VIDEOPORT_RTL_H

#include "types.h"
#include "strings.h"

VIDEOPORT_C_BEGIN

/* ---- Memory ---- */

#define RtlMoveMemory(destination, source, length) \
	((void)__builtin_memmove((destination), (source), (length)))
#define RtlCopyMemory(destination, source, length) \
	((void)__builtin_memcpy((destination), (source), (length)))
#define RtlCopyBytes RtlCopyMemory
#define RtlFillMemory(destination, length, fill) \
	((void)__builtin_memset((destination), (fill), (length)))
#define RtlZeroMemory(destination, length) ((void)__builtin_memset((destination), 0, (length)))
#define RtlZeroBytes RtlZeroMemory
#define RtlEqualMemory(destination, source, length) \
	(!__builtin_memcmp((destination), (source), (length)))
#define RtlSecureZeroMemory(destination, length) \
	do { \
		__builtin_memset((destination), 0, (length)); \
		__asm__ __volatile__("" : : "r"(destination) : "memory"); \
	} while (0)

/* the number of leading bytes that are equal */
SIZE_T NTAPI RtlCompareMemory(IN CONST VOID *Source1, IN CONST VOID *Source2, IN SIZE_T Length);

/* ---- Counted strings ---- */

VOID NTAPI RtlInitAnsiString(IN OUT PANSI_STRING DestinationString, IN PCSZ SourceString OPTIONAL);
VOID NTAPI RtlInitUnicodeString(IN OUT PUNICODE_STRING DestinationString,
				IN PCWSTR SourceString OPTIONAL);
#define RtlInitString(destination, source) RtlInitAnsiString((destination), (source))
#define RtlInitEmptyUnicodeString(string, buffer, bytes) \
	((string)->Buffer = (buffer), (string)->MaximumLength = (bytes), \
	 (void)((string)->Length = 0))
#define RtlInitEmptyAnsiString(string, buffer, bytes) \
	RtlInitEmptyUnicodeString(string, buffer, bytes)

LONG NTAPI RtlCompareString(IN const STRING *String1, IN const STRING *String2,
			    IN BOOLEAN CaseInSensitive);
LONG NTAPI RtlCompareUnicodeString(IN PCUNICODE_STRING String1, IN PCUNICODE_STRING String2,
				   IN BOOLEAN CaseInSensitive);
BOOLEAN NTAPI RtlEqualString(IN const STRING *String1, IN const STRING *String2,
			     IN BOOLEAN CaseInSensitive);
BOOLEAN NTAPI RtlEqualUnicodeString(IN CONST UNICODE_STRING *String1,
				    IN CONST UNICODE_STRING *String2, IN BOOLEAN CaseInSensitive);
VOID NTAPI RtlCopyString(OUT PSTRING DestinationString, IN const STRING *SourceString OPTIONAL);
VOID NTAPI RtlCopyUnicodeString(IN OUT PUNICODE_STRING DestinationString,
				IN PCUNICODE_STRING SourceString OPTIONAL);
NTSTATUS NTAPI RtlAppendUnicodeToString(IN OUT PUNICODE_STRING Destination, IN PCWSTR Source);
NTSTATUS NTAPI RtlAppendUnicodeStringToString(IN OUT PUNICODE_STRING Destination,
					      IN PCUNICODE_STRING Source);
WCHAR NTAPI RtlUpcaseUnicodeChar(IN WCHAR SourceCharacter);

NTSTATUS NTAPI RtlUnicodeStringToAnsiString(IN OUT PANSI_STRING DestinationString,
					    IN PCUNICODE_STRING SourceString,
					    IN BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlAnsiStringToUnicodeString(IN OUT PUNICODE_STRING DestinationString,
					    IN PANSI_STRING SourceString,
					    IN BOOLEAN AllocateDestinationString);
VOID NTAPI RtlFreeAnsiString(IN OUT PANSI_STRING AnsiString);
VOID NTAPI RtlFreeUnicodeString(IN OUT PUNICODE_STRING UnicodeString);

NTSTATUS NTAPI RtlIntegerToUnicodeString(IN ULONG Value, IN ULONG Base OPTIONAL,
					 IN OUT PUNICODE_STRING String);
NTSTATUS NTAPI RtlUnicodeStringToInteger(IN PCUNICODE_STRING String, IN ULONG Base OPTIONAL,
					 OUT PULONG Value);

#define RtlUshortByteSwap(value) __builtin_bswap16(value)
#define RtlUlongByteSwap(value) __builtin_bswap32(value)
#define RtlUlonglongByteSwap(value) __builtin_bswap64(value)

VIDEOPORT_C_END

#endif /* VIDEOPORT_RTL_H */
