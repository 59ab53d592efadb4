/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The base types of the legacy contract, with the widths of the 64-bit Windows
 * ABI: LONG and ULONG are 32 bits, pointers and *_PTR native, WCHAR 16 bits.
 * Facts: learn.microsoft.com, "Windows Data Types"; checked by tools/abi.
 */
#ifndef VIDEOPORT_TYPES_H
#define VIDEOPORT_TYPES_H

#include "spelling.h"

/* What makes versions of a module's symbols knows this word in front of declarations only */
#ifdef __GENKSYMS__
#define __extension__
#endif

VIDEOPORT_C_BEGIN

/* Characters and integers */
typedef char CHAR, CCHAR, *PCHAR, *LPCH, *PCH, *PSZ, *PCCHAR;
typedef char *PSTR, *LPSTR, *NPSTR;
typedef const char *PCSTR, *LPCSTR, *PCSZ, *LPCCH, *PCCH;
typedef signed char SCHAR, *PSCHAR, INT8, *PINT8;
typedef unsigned char UCHAR, *PUCHAR, UINT8, *PUINT8, BYTE, *PBYTE, FCHAR;
typedef const unsigned char *PCUCHAR;
typedef unsigned char BOOLEAN, *PBOOLEAN;
typedef short SHORT, *PSHORT, CSHORT, *PCSHORT, INT16, *PINT16;
typedef unsigned short USHORT, *PUSHORT, WORD, *PWORD, UINT16, *PUINT16, FSHORT;
typedef const unsigned short *PCUSHORT;
typedef int INT, *PINT, BOOL, *PBOOL, INT32, *PINT32;
typedef unsigned int UINT, *PUINT, UINT32, *PUINT32;
typedef int LONG, *PLONG, LONG32, *PLONG32;
typedef unsigned int ULONG, *PULONG, DWORD, *PDWORD, FLONG, CLONG, *PCLONG;
typedef unsigned int ULONG32, *PULONG32, DWORD32, *PDWORD32, LOGICAL, *PLOGICAL;
typedef const unsigned int *PCULONG;
typedef __int64 LONGLONG, *PLONGLONG, LONG64, *PLONG64, INT64, *PINT64;
typedef unsigned __int64 ULONGLONG, *PULONGLONG, ULONG64, *PULONG64, UINT64, *PUINT64;
typedef unsigned __int64 DWORDLONG, *PDWORDLONG, DWORD64, *PDWORD64, QWORD;

/* Native words: on 64 bits the type of __int64, as legacy code relies on */
#if __SIZEOF_POINTER__ == 8
typedef __int64 INT_PTR, *PINT_PTR, LONG_PTR, *PLONG_PTR;
typedef unsigned __int64 UINT_PTR, *PUINT_PTR, ULONG_PTR, *PULONG_PTR;
#else
typedef int INT_PTR, *PINT_PTR, LONG_PTR, *PLONG_PTR;
typedef unsigned int UINT_PTR, *PUINT_PTR, ULONG_PTR, *PULONG_PTR;
#endif
typedef ULONG_PTR DWORD_PTR, *PDWORD_PTR, SIZE_T, *PSIZE_T, KAFFINITY, *PKAFFINITY;
typedef LONG_PTR SSIZE_T, *PSSIZE_T;

/* Pointers, handles, status */
typedef void *PVOID, *LPVOID, *HANDLE;
typedef PVOID *PPVOID;
typedef HANDLE *PHANDLE;
typedef LONG NTSTATUS, *PNTSTATUS, HRESULT;
typedef UCHAR KIRQL, *PKIRQL;

/*
 * Wide characters: L"" is 16 bits wide under -fshort-wchar, and WCHAR is its
 * type. Without that flag WCHAR still has its width, but L"" is of another type.
 * In a kernel it is C's type in C++, too: kernels that check calls (kCFI) compare
 * the types of functions that the port calls in a driver.
 */
#if __SIZEOF_WCHAR_T__ == 2
#define VIDEOPORT_WIDE_LITERALS 1
#if defined(__cplusplus) && !defined(__KERNEL__)
typedef wchar_t WCHAR;
#else
typedef __WCHAR_TYPE__ WCHAR;
#endif
#else
#define VIDEOPORT_WIDE_LITERALS 0
typedef __CHAR16_TYPE__ WCHAR;
#endif
typedef WCHAR *PWCHAR, *LPWCH, *PWCH, *NWPSTR, *LPWSTR, *PWSTR;
typedef const WCHAR *LPCWCH, *PCWCH, *LPCWSTR, *PCWSTR;
typedef struct _UNICODE_STRING {
	USHORT Length; /* bytes in use, without a terminator */
	USHORT MaximumLength; /* bytes that Buffer has room for */
	PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;
#define UNICODE_NULL ((WCHAR)0)
#define ANSI_NULL ((CHAR)0)

/* 64-bit quantities that legacy code takes apart by halves */
typedef union _LARGE_INTEGER {
	__extension__ struct {
		ULONG LowPart;
		LONG HighPart;
	};
	struct {
		ULONG LowPart;
		LONG HighPart;
	} u;
	LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
	__extension__ struct {
		ULONG LowPart;
		ULONG HighPart;
	};
	struct {
		ULONG LowPart;
		ULONG HighPart;
	} u;
	ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef struct _LIST_ENTRY {
	struct _LIST_ENTRY *Flink;
	struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

/* Limits */
#define MINCHAR 0x80
#define MAXCHAR 0x7f
#define MINSHORT 0x8000
#define MAXSHORT 0x7fff
#define MINLONG 0x80000000
#define MAXLONG 0x7fffffff
#define MAXUCHAR 0xff
#define MAXUSHORT 0xffff
#define MAXULONG 0xffffffff
#define MAXDWORD 0xffffffff
#define MAXLONGLONG (0x7fffffffffffffffLL)
#define MAXULONGLONG (0xffffffffffffffffULL)
#define MAXULONG_PTR (~((ULONG_PTR)0))
#define MAXLONG_PTR ((LONG_PTR)(MAXULONG_PTR >> 1))
#define MINLONG_PTR (~MAXLONG_PTR)

/* Casts between pointers and 32-bit integers, in the spellings that say so */
#define PtrToUlong(p) ((ULONG)(ULONG_PTR)(p))
#define PtrToLong(p) ((LONG)(LONG_PTR)(p))
#define UlongToPtr(ul) ((PVOID)(ULONG_PTR)(ULONG)(ul))
#define ULongToPtr(ul) UlongToPtr(ul)
#define LongToPtr(l) ((PVOID)(LONG_PTR)(LONG)(l))
#define HandleToUlong(h) PtrToUlong(h)
#define UlongToHandle(ul) UlongToPtr(ul)
#define Int32x32To64(a, b) ((LONGLONG)(LONG)(a) * (LONGLONG)(LONG)(b))
#define UInt32x32To64(a, b) ((ULONGLONG)(ULONG)(a) * (ULONGLONG)(ULONG)(b))
#define NT_SUCCESS(status) ((NTSTATUS)(status) >= 0)

C_ASSERT(sizeof(LONG) == 4 && sizeof(LONGLONG) == 8);
C_ASSERT(sizeof(ULONG_PTR) == sizeof(PVOID));
C_ASSERT(sizeof(WCHAR) == 2);
C_ASSERT(sizeof(LARGE_INTEGER) == 8);

VIDEOPORT_C_END

/* Compilers of that time knew memcpy() and its like without a header */
#ifdef VIDEOPORT_LEGACY_SOURCE
#include "crt.h"
#endif

#endif /* VIDEOPORT_TYPES_H */
