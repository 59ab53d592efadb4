/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registry keys, files, sections and threads as the kernel hands them out: none of these exists
 * here, so every call fails as documented. Settings are what VideoPortGetRegistryParameters is for.
 * Facts: learn.microsoft.com (wdm.h); checked by tools/abi.
 */
#ifndef VIDEOPORT_ZW_H
#define VIDEOPORT_ZW_H

#include "types.h"
#include "strings.h"

VIDEOPORT_C_BEGIN

typedef ULONG ACCESS_MASK, *PACCESS_MASK;

#define GENERIC_READ (0x80000000)
#define GENERIC_WRITE (0x40000000)
#define STANDARD_RIGHTS_REQUIRED (0x000F0000)
#define SYNCHRONIZE (0x00100000)
#define KEY_QUERY_VALUE (0x0001)
#define KEY_SET_VALUE (0x0002)
#define KEY_READ (0x00020019)
#define KEY_WRITE (0x00020006)
#define KEY_ALL_ACCESS (0x000F003F)
#define SECTION_ALL_ACCESS (0x000F001F)
#define SECTION_MAP_READ 0x0004
#define SECTION_MAP_WRITE 0x0002

#define REG_OPTION_NON_VOLATILE (0x00000000)
#define REG_OPTION_VOLATILE (0x00000001)

#define REG_NONE (0)
#define REG_SZ (1)
#define REG_EXPAND_SZ (2)
#define REG_BINARY (3)
#define REG_DWORD (4)
#define REG_MULTI_SZ (7)

/* Linux has these, too, with another meaning */
#ifdef VIDEOPORT_LEGACY_SOURCE
#define PAGE_READONLY 0x02
#define PAGE_READWRITE 0x04
#define PAGE_NOCACHE 0x200
#endif

typedef enum _KEY_VALUE_INFORMATION_CLASS {
	KeyValueBasicInformation = 0,
	KeyValueFullInformation = 1,
	KeyValuePartialInformation = 2
} KEY_VALUE_INFORMATION_CLASS;

typedef struct _KEY_VALUE_PARTIAL_INFORMATION {
	ULONG TitleIndex;
	ULONG Type;
	ULONG DataLength;
	UCHAR Data[1];
} KEY_VALUE_PARTIAL_INFORMATION, *PKEY_VALUE_PARTIAL_INFORMATION;

typedef struct _KEY_VALUE_FULL_INFORMATION {
	ULONG TitleIndex;
	ULONG Type;
	ULONG DataOffset;
	ULONG DataLength;
	ULONG NameLength;
	WCHAR Name[1];
} KEY_VALUE_FULL_INFORMATION, *PKEY_VALUE_FULL_INFORMATION;

typedef enum _SECTION_INHERIT {
	ViewShare = 1,
	ViewUnmap = 2
} SECTION_INHERIT;

NTSTATUS NTAPI ZwOpenKey(OUT PHANDLE KeyHandle, IN ACCESS_MASK DesiredAccess,
			 IN POBJECT_ATTRIBUTES ObjectAttributes);
NTSTATUS NTAPI ZwCreateKey(OUT PHANDLE KeyHandle, IN ACCESS_MASK DesiredAccess,
			   IN POBJECT_ATTRIBUTES ObjectAttributes, IN ULONG TitleIndex,
			   IN PUNICODE_STRING Class OPTIONAL, IN ULONG CreateOptions,
			   OUT PULONG Disposition OPTIONAL);
NTSTATUS NTAPI ZwQueryValueKey(IN HANDLE KeyHandle, IN PUNICODE_STRING ValueName,
			       IN KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
			       OUT PVOID KeyValueInformation OPTIONAL, IN ULONG Length,
			       OUT PULONG ResultLength);
NTSTATUS NTAPI ZwSetValueKey(IN HANDLE KeyHandle, IN PUNICODE_STRING ValueName,
			     IN ULONG TitleIndex OPTIONAL, IN ULONG Type,
			     IN PVOID Data OPTIONAL, IN ULONG DataSize);
NTSTATUS NTAPI ZwClose(IN HANDLE Handle);
NTSTATUS NTAPI ZwOpenSection(OUT PHANDLE SectionHandle, IN ACCESS_MASK DesiredAccess,
			     IN POBJECT_ATTRIBUTES ObjectAttributes);
NTSTATUS NTAPI ZwMapViewOfSection(IN HANDLE SectionHandle, IN HANDLE ProcessHandle,
				  IN OUT PVOID *BaseAddress, IN ULONG_PTR ZeroBits,
				  IN SIZE_T CommitSize, IN OUT PLARGE_INTEGER SectionOffset OPTIONAL,
				  IN OUT PSIZE_T ViewSize, IN SECTION_INHERIT InheritDisposition,
				  IN ULONG AllocationType, IN ULONG Protect);
NTSTATUS NTAPI ZwUnmapViewOfSection(IN HANDLE ProcessHandle, IN PVOID BaseAddress OPTIONAL);

#define RTL_REGISTRY_ABSOLUTE 0
#define RTL_REGISTRY_SERVICES 1
#define RTL_REGISTRY_CONTROL 2
#define RTL_REGISTRY_WINDOWS_NT 3
#define RTL_REGISTRY_DEVICEMAP 4

typedef NTSTATUS (NTAPI *PRTL_QUERY_REGISTRY_ROUTINE)(IN PWSTR ValueName, IN ULONG ValueType,
						      IN PVOID ValueData, IN ULONG ValueLength,
						      IN PVOID Context, IN PVOID EntryContext);

typedef struct _RTL_QUERY_REGISTRY_TABLE {
	PRTL_QUERY_REGISTRY_ROUTINE QueryRoutine;
	ULONG Flags;
	PCWSTR Name;
	PVOID EntryContext;
	ULONG DefaultType;
	PVOID DefaultData;
	ULONG DefaultLength;
} RTL_QUERY_REGISTRY_TABLE, *PRTL_QUERY_REGISTRY_TABLE;

#define RTL_QUERY_REGISTRY_SUBKEY 0x00000001
#define RTL_QUERY_REGISTRY_TOPKEY 0x00000002
#define RTL_QUERY_REGISTRY_REQUIRED 0x00000004
#define RTL_QUERY_REGISTRY_DIRECT 0x00000020

NTSTATUS NTAPI RtlQueryRegistryValues(IN ULONG RelativeTo, IN PCWSTR Path,
				      IN OUT PRTL_QUERY_REGISTRY_TABLE QueryTable,
				      IN PVOID Context OPTIONAL, IN PVOID Environment OPTIONAL);
NTSTATUS NTAPI RtlWriteRegistryValue(IN ULONG RelativeTo, IN PCWSTR Path, IN PCWSTR ValueName,
				     IN ULONG ValueType, IN PVOID ValueData, IN ULONG ValueLength);
NTSTATUS NTAPI RtlCheckRegistryKey(IN ULONG RelativeTo, IN PWSTR Path);

VIDEOPORT_C_END

#endif /* VIDEOPORT_ZW_H */
