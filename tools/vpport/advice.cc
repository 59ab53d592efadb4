// SPDX-License-Identifier: GPL-2.0
/*
 * Which names are calls of the kernel that miniports were written for, and what to do about those
 * that are not here. Families by their prefix, as documented; single calls where there is more to say.
 */
#include "api_list.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace vpport {

namespace {

struct Family {
	std::string_view prefix;
	std::string_view advice;
};

constexpr std::string_view own_file =
	"put the call under a condition, or write the function in a file of your own beside wrapper.c";

// A prefix that begins with another stands before it.
constexpr Family families[] = {
	{"VideoPort", "not offered: a driver that calls it does not link"},
	{"ZwQueryValueKey", "read the registry with VideoPortGetRegistryParameters"},
	{"ZwSetValueKey", "write the registry with VideoPortSetRegistryParameters"},
	{"ZwMapViewOfSection", "map memory with VideoPortMapMemory"},
	{"Zw", "there are no Windows objects and files: the registry is read with "
	       "VideoPortGetRegistryParameters, memory is mapped with VideoPortMapMemory"},
	{"Nt", "there are no Windows objects and files: see the VideoPort calls"},
	{"IoAllocateMdl", "lock memory with VideoPortLockBuffer"},
	{"IoConnectInterrupt",
	 "set HwInterrupt in VIDEO_HW_INITIALIZATION_DATA: the port connects it"},
	{"IoGetDmaAdapter", "use VideoPortGetDmaAdapter"},
	{"IoMapTransfer", "use VideoPortStartDma"},
	{"IoReadPartition", "there are no disks here"},
	{"Io",
	 "there are no device objects and IRPs: the port owns them, a miniport gets requests in "
	 "HwStartIO"},
	{"ExAllocatePool", "use VideoPortAllocatePool"},
	{"ExFreePool", "use VideoPortFreePool"},
	{"Ex", own_file},
	{"KeWaitFor", "wait with VideoPortWaitForSingleObject"},
	{"KeSetEvent", "use VideoPortCreateEvent and VideoPortSetEvent"},
	{"KeInitializeEvent", "use VideoPortCreateEvent"},
	{"KeSetTimer", "set HwTimer, or wait with VideoPortWaitForSingleObject and a timeout"},
	{"KeInsertQueueDpc", "use VideoPortQueueDpc"},
	{"KeInitializeDpc", "use VideoPortQueueDpc, which needs no object"},
	{"KeSynchronizeExecution", "use VideoPortSynchronizeExecution"},
	{"KeStallExecutionProcessor", "use VideoPortStallExecution"},
	{"KeSaveFloatingPointState", "the kernel has no floating point: compute with integers"},
	{"Ke", own_file},
	{"Kf", own_file},
	{"Kd", "use VideoPortDebugPrint"},
	{"MmGetPhysicalAddress",
	 "a physical address is not what a device sees: use the logical address that "
	 "VideoPortAllocateCommonBuffer, VideoPortStartDma or GET_VIDEO_PHYSICAL_ADDRESS gives"},
	{"MmMapIoSpace", "map with VideoPortGetDeviceBase"},
	{"MmUnmapIoSpace", "unmap with VideoPortFreeDeviceBase"},
	{"MmAllocateContiguousMemory", "use VideoPortAllocateCommonBuffer"},
	{"MmProbeAndLockPages", "lock memory with VideoPortLockBuffer"},
	{"Mm", "the memory manager is Linux's: allocate, lock and map with the VideoPort calls"},
	{"HalGetBusData", "use VideoPortGetBusData"},
	{"HalSetBusData", "use VideoPortSetBusData"},
	{"HalGetInterruptVector", "the port connects the interrupt: set HwInterrupt"},
	{"HalTranslateBusAddress", "use VideoPortGetDeviceBase, which translates"},
	{"HalAllocateCommonBuffer", "use VideoPortAllocateCommonBuffer"},
	{"Hal", "the machine is Linux's: use the VideoPort calls"},
	{"Rtl", own_file},
	{"DbgPrint", "use VideoPortDebugPrint"},
	{"DbgBreakPoint", "remove it from the build: #if DBG"},
	{"Dbg", "use VideoPortDebugPrint"},
	{"Po", "power comes to HwSetPowerState and HwGetPowerState"},
	{"PsCreateSystemThread", "work later with VideoPortQueueDpc, or at a client's request"},
	{"Ps", "there are no Windows processes and threads: clients come in HwStartIO"},
	{"Ob", "there are no Windows objects: use the handles that VideoPort calls give"},
	{"Se", "there is no Windows security: the device node has its rights"},
	{"Eng",
	 "belongs to a display driver (a DLL in Windows' GDI), not to a miniport: leave the file out"},
	{"Interlocked", "use the VideoPortInterlocked calls"},
	{"READ_PORT_", "use the VideoPortReadPort calls"},
	{"WRITE_PORT_", "use the VideoPortWritePort calls"},
	{"READ_REGISTER_", "use the VideoPortReadRegister calls"},
	{"WRITE_REGISTER_", "use the VideoPortWriteRegister calls"},
};

constexpr std::string_view port_intrinsic =
	"an instruction of its own: use the VideoPortReadPort and VideoPortWritePort calls";
constexpr std::string_view processor_intrinsic = "an instruction of the processor: not offered";
constexpr std::string_view c_library = "of the C library: no header here declares it; ";

constexpr std::string_view port_intrinsics[] = {
	"inp",	    "inpw",	"inpd",	     "outp",	  "outpw",     "outpd",
	"_inp",	    "_inpw",	"_inpd",     "_outp",	  "_outpw",    "_outpd",
	"__inbyte", "__inword", "__indword", "__outbyte", "__outword", "__outdword"};
constexpr std::string_view processor_intrinsics[] = {"_enable",	   "_disable", "__readmsr",
						     "__writemsr", "__cpuid",  "__rdtsc",
						     "__halt",	   "__wbinvd", "__debugbreak"};
constexpr std::string_view c_functions[] = {
	"atoi",	    "atol",	 "free",      "malloc",	    "memchr",	"memcmp",    "memcpy",
	"memmove",  "memset",	 "printf",    "qsort",	    "rand",	"realloc",   "sprintf",
	"srand",    "sscanf",	 "strcat",    "strchr",	    "strcmp",	"strcpy",    "stricmp",
	"strlen",   "strncat",	 "strncmp",   "strncpy",    "strrchr",	"strstr",    "strtol",
	"strtoul",  "swprintf",	 "tolower",   "toupper",    "vsprintf", "wcscat",    "wcschr",
	"wcscmp",   "wcscpy",	 "wcslen",    "wcsncat",    "wcsncmp",	"wcsncpy",   "wcsrchr",
	"wcsstr",   "_itow",	 "_snprintf", "_snwprintf", "_stricmp", "_strnicmp", "_vsnprintf",
	"_wcsicmp", "_wcsnicmp", "_itoa",     "_ultoa",	    "_wtoi",	"isdigit",   "isspace",
	"sin",	    "cos",	 "sqrt",      "pow",	    "floor",	"_lrotl",    "_lrotr",
	"_rotl",    "_rotr",	 "abs",	      "labs",	    "div",	"time"};

template <size_t Count> bool among(std::string_view name, const std::string_view (&names)[Count])
{
	return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// Prefix, capital, and more: KeSetEvent; a prefix in capitals ends with its own line.
bool is_of(const Family &family, std::string_view name)
{
	if (!name.starts_with(family.prefix))
		return false;
	const std::string_view rest = name.substr(family.prefix.size());
	if (family.prefix.ends_with('_'))
		return !rest.empty();
	return rest.empty() || std::isupper(static_cast<unsigned char>(rest[0]));
}

const Family *family_of(std::string_view name)
{
	const auto found = std::find_if(std::begin(families), std::end(families),
					[&](const Family &family) { return is_of(family, name); });
	return found == std::end(families) ? nullptr : &*found;
}

/// As KeSetEvent, not KEVENT or KeX: a name of words.
bool has_words(std::string_view name)
{
	return std::count_if(name.begin(), name.end(),
			     [](unsigned char c) { return std::islower(c); }) > 2;
}

} // namespace

bool is_kernel_name(std::string_view name)
{
	if (among(name, port_intrinsics) || among(name, processor_intrinsics) ||
	    among(name, c_functions))
		return true;
	const Family *family = family_of(name);
	return family && (family->prefix.ends_with('_') || has_words(name));
}

std::string advice(std::string_view name)
{
	if (among(name, port_intrinsics))
		return std::string(port_intrinsic);
	if (among(name, processor_intrinsics))
		return std::string(processor_intrinsic);
	if (among(name, c_functions))
		return std::string(c_library) + std::string(own_file);
	const Family *family = family_of(name);
	return std::string(family ? family->advice : own_file);
}

} // namespace vpport
