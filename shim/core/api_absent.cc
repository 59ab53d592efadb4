// SPDX-License-Identifier: GPL-2.0
/*
 * Calls for what is not there: keys, sections, interrupt vectors, a debugger, a reason to stop the
 * machine. Each is counted, said, and fails as documented. Any context.
 */
#include <ntddk.h>

#include "system.h"

using namespace vp;

/* Return: @status, after saying that there is no @what, and what to use. */
static NTSTATUS absent(const char *call, const char *what, NTSTATUS status, const void *code)
{
	System::get().refuse(code, Counter::BadParameter, "%s: %s; fails with 0x%08x", call, what,
			     static_cast<unsigned int>(status));
	return status;
}

static const char no_key[] = "no key of the registry is there: use VideoPortGetRegistryParameters";
static const char no_section[] = "no section is there: use VideoPortMapMemory for a claimed range";

extern "C" {

/** ZwOpenKey() - Return: STATUS_OBJECT_NAME_NOT_FOUND: there is no such key. */
NTSTATUS ZwOpenKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
		   POBJECT_ATTRIBUTES ObjectAttributes)
{
	(void)DesiredAccess;
	(void)ObjectAttributes;
	if (KeyHandle)
		*KeyHandle = nullptr;
	return absent(__func__, no_key, STATUS_OBJECT_NAME_NOT_FOUND, __builtin_return_address(0));
}

/** ZwCreateKey() - Return: STATUS_ACCESS_DENIED: no key is made. */
NTSTATUS ZwCreateKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
		     POBJECT_ATTRIBUTES ObjectAttributes, ULONG TitleIndex, PUNICODE_STRING Class,
		     ULONG CreateOptions, PULONG Disposition)
{
	(void)DesiredAccess;
	(void)ObjectAttributes;
	(void)TitleIndex;
	(void)Class;
	(void)CreateOptions;
	(void)Disposition;
	if (KeyHandle)
		*KeyHandle = nullptr;
	return absent(__func__, no_key, STATUS_ACCESS_DENIED, __builtin_return_address(0));
}

/** ZwQueryValueKey() - Return: STATUS_INVALID_HANDLE: no handle was given out. */
NTSTATUS ZwQueryValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName,
			 KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
			 PVOID KeyValueInformation, ULONG Length, PULONG ResultLength)
{
	(void)KeyHandle;
	(void)ValueName;
	(void)KeyValueInformationClass;
	(void)KeyValueInformation;
	(void)Length;
	if (ResultLength)
		*ResultLength = 0;
	return absent(__func__, no_key, STATUS_INVALID_HANDLE, __builtin_return_address(0));
}

/** ZwSetValueKey() - Return: STATUS_INVALID_HANDLE. */
NTSTATUS ZwSetValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName, ULONG TitleIndex, ULONG Type,
		       PVOID Data, ULONG DataSize)
{
	(void)KeyHandle;
	(void)ValueName;
	(void)TitleIndex;
	(void)Type;
	(void)Data;
	(void)DataSize;
	return absent(__func__, no_key, STATUS_INVALID_HANDLE, __builtin_return_address(0));
}

/** ZwClose() - Return: STATUS_INVALID_HANDLE. */
NTSTATUS ZwClose(HANDLE Handle)
{
	(void)Handle;
	return absent(__func__, "no handle was given out", STATUS_INVALID_HANDLE,
		      __builtin_return_address(0));
}

/** RtlQueryRegistryValues() - Return: STATUS_OBJECT_NAME_NOT_FOUND; no routine is called. */
NTSTATUS RtlQueryRegistryValues(ULONG RelativeTo, PCWSTR Path, PRTL_QUERY_REGISTRY_TABLE QueryTable,
				PVOID Context, PVOID Environment)
{
	(void)RelativeTo;
	(void)Path;
	(void)QueryTable;
	(void)Context;
	(void)Environment;
	return absent(__func__, no_key, STATUS_OBJECT_NAME_NOT_FOUND, __builtin_return_address(0));
}

/** RtlWriteRegistryValue() - Return: STATUS_OBJECT_NAME_NOT_FOUND. */
NTSTATUS RtlWriteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName, ULONG ValueType,
			       PVOID ValueData, ULONG ValueLength)
{
	(void)RelativeTo;
	(void)Path;
	(void)ValueName;
	(void)ValueType;
	(void)ValueData;
	(void)ValueLength;
	return absent(__func__, no_key, STATUS_OBJECT_NAME_NOT_FOUND, __builtin_return_address(0));
}

/** RtlCheckRegistryKey() - Return: STATUS_OBJECT_NAME_NOT_FOUND. */
NTSTATUS RtlCheckRegistryKey(ULONG RelativeTo, PWSTR Path)
{
	(void)RelativeTo;
	(void)Path;
	return absent(__func__, no_key, STATUS_OBJECT_NAME_NOT_FOUND, __builtin_return_address(0));
}

/** ZwOpenSection() - Return: STATUS_OBJECT_NAME_NOT_FOUND: nobody maps \Device\PhysicalMemory. */
NTSTATUS ZwOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
		       POBJECT_ATTRIBUTES ObjectAttributes)
{
	(void)DesiredAccess;
	(void)ObjectAttributes;
	if (SectionHandle)
		*SectionHandle = nullptr;
	return absent(__func__, no_section, STATUS_OBJECT_NAME_NOT_FOUND,
		      __builtin_return_address(0));
}

/** ZwMapViewOfSection() - Return: STATUS_INVALID_HANDLE. */
NTSTATUS ZwMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, PVOID *BaseAddress,
			    ULONG_PTR ZeroBits, SIZE_T CommitSize, PLARGE_INTEGER SectionOffset,
			    PSIZE_T ViewSize, SECTION_INHERIT InheritDisposition,
			    ULONG AllocationType, ULONG Protect)
{
	(void)SectionHandle;
	(void)ProcessHandle;
	(void)BaseAddress;
	(void)ZeroBits;
	(void)CommitSize;
	(void)SectionOffset;
	(void)ViewSize;
	(void)InheritDisposition;
	(void)AllocationType;
	(void)Protect;
	return absent(__func__, no_section, STATUS_INVALID_HANDLE, __builtin_return_address(0));
}

/** ZwUnmapViewOfSection() - Return: STATUS_INVALID_PARAMETER. */
NTSTATUS ZwUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress)
{
	(void)ProcessHandle;
	(void)BaseAddress;
	return absent(__func__, no_section, STATUS_INVALID_PARAMETER, __builtin_return_address(0));
}

/** HalGetInterruptVector() - Return: 0: the port connects the interrupt. */
ULONG HalGetInterruptVector(INTERFACE_TYPE InterfaceType, ULONG BusNumber, ULONG BusInterruptLevel,
			    ULONG BusInterruptVector, PKIRQL Irql, PKAFFINITY Affinity)
{
	(void)InterfaceType;
	(void)BusNumber;
	(void)BusInterruptLevel;
	(void)BusInterruptVector;
	if (Irql)
		*Irql = 0;
	if (Affinity)
		*Affinity = 0;
	System::get().refuse(
		__builtin_return_address(0), Counter::BadParameter,
		"%s: the port connects the interrupt: set HwInterrupt, and BusInterruptLevel in the configuration; 0",
		__func__);
	return 0;
}

/* ---- A driver that sees no way on ---- */

/* An address of the kernel must not come to whoever reads the log. */
static ULONG_PTR shown(ULONG_PTR parameter)
{
	return parameter >> 63 ? ~ULONG_PTR{0} : parameter;
}

/**
 * KeBugCheckEx() - the driver wants the machine to stop
 * @BugCheckCode: why.
 * @BugCheckParameter1: more about it.
 * @BugCheckParameter2: likewise.
 * @BugCheckParameter3: likewise.
 * @BugCheckParameter4: likewise.
 *
 * Documented: does not return. Here it does: a driver's fault is no reason for a panic.
 *
 * Context: any.
 */
VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2,
		  ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4)
{
	System::get().refuse(
		__builtin_return_address(0), Counter::MiniportError,
		"%s: the driver wants the machine to stop: 0x%x (0x%llx, 0x%llx, 0x%llx, 0x%llx): not done; the driver goes on in a state that it did not foresee",
		__func__, BugCheckCode, shown(BugCheckParameter1), shown(BugCheckParameter2),
		shown(BugCheckParameter3), shown(BugCheckParameter4));
}

/** KeBugCheck() - the same with a code alone. */
VOID KeBugCheck(ULONG BugCheckCode)
{
	System::get().refuse(
		__builtin_return_address(0), Counter::MiniportError,
		"%s: the driver wants the machine to stop: 0x%x: not done; the driver goes on in a state that it did not foresee",
		__func__, BugCheckCode);
}

/** DbgBreakPoint() - no debugger is there to break into. Any context. */
VOID DbgBreakPoint(VOID)
{
	System::get().refuse(__builtin_return_address(0), Counter::MiniportError,
			     "%s: the driver wants a debugger: there is none", __func__);
}

/** RtlAssert() - something does not hold: said, and nothing else. Any context. */
VOID RtlAssert(PVOID FailedAssertion, PVOID FileName, ULONG LineNumber, PSTR Message)
{
	System::get().refuse(__builtin_return_address(0), Counter::MiniportError,
			     "%s: %s:%u: not so: %s%s%s", __func__,
			     FileName ? static_cast<const char *>(FileName) : "?", LineNumber,
			     FailedAssertion ? static_cast<const char *>(FailedAssertion) : "?",
			     Message ? ": " : "", Message ? Message : "");
}

} // extern "C"
