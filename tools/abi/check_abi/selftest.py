# SPDX-License-Identifier: GPL-2.0
"""Does the check notice? Each mutant is a copy of our headers with one thing wrong.

A mutant whose pattern no longer matches the headers is a failure too: it would prove nothing.
"""
import os
import re
import shutil
from dataclasses import dataclass

from . import compare, headers, model, sides, wanted


@dataclass
class Mutant:
    what: str
    file: str
    pattern: str  # must match exactly once
    replacement: str
    expected: str  # must be part of some failure


MUTANTS = [
    Mutant("two members swapped", "videoport/adapter.h",
           r"(\tULONG HwDeviceExtensionSize;[^\n]*\n)((?:\t[^\n]*\n)*?)(\tPVIDEO_HW_TIMER[^\n]*\n)",
           r"\3\2\1", "member VIDEO_HW_INITIALIZATION_DATA.HwTimer"),
    Mutant("two members of one size swapped", "videoport/dma.h",
           r"(\tBOOLEAN ScatterGather;\n)(\tBOOLEAN Dma32BitAddresses;\n)", r"\2\1",
           "member VP_DEVICE_DESCRIPTION.ScatterGather"),
    Mutant("a member renamed", "videoport/dma.h", r"ULONG NumberOfElements;", "ULONG Count;",
           "member VP_SCATTER_GATHER_LIST.NumberOfElements: ours missing"),
    Mutant("a member too many", "videoport/vrp_data.h",
           r"(typedef struct _VIDEO_NUM_MODES \{\n)", r"\1\tULONG More;\n",
           "VIDEO_NUM_MODES.More"),
    Mutant("a member narrowed", "videoport/dma.h", r"__int64 PhysicalAddress;",
           "LONG PhysicalAddress;", "member VRB_SG.PhysicalAddress"),
    Mutant("a member's sign changed", "videoport/vrp_data.h", r"\tLONG RedPhosphoreDecay;",
           "\tULONG RedPhosphoreDecay;", "VIDEO_COLOR_CAPABILITIES.RedPhosphoreDecay"),
    Mutant("a nested member swapped", "miniport.h",
           r"(\t\t\tULONG MinimumVector;\n)(\t\t\tULONG MaximumVector;\n)", r"\2\1",
           "IO_RESOURCE_DESCRIPTOR.u"),
    Mutant("a structure dropped", "videoport/vrp_data.h",
           r"typedef struct _VIDEO_CLUTDATA(.*?)\} VIDEO_CLUTDATA, \*PVIDEO_CLUTDATA;",
           r"typedef struct _OTHER\1} VIDEO_CLUTDATA_, *PVIDEO_CLUTDATA;\n"
           "#define VIDEO_CLUTDATA VIDEO_CLUTDATA_", "structure VIDEO_CLUTDATA: ours missing"),
    Mutant("a structure packed", "videoport/vrp_data.h",
           r"\} VIDEO_MEMORY_INFORMATION,",
           "} __attribute__((packed)) VIDEO_MEMORY_INFORMATION,", "VIDEO_MEMORY_INFORMATION"),
    Mutant("a constant changed", "dderror.h", r"ERROR_MORE_DATA 234", "ERROR_MORE_DATA 235",
           "constant ERROR_MORE_DATA: ours value of ERROR_MORE_DATA is 235 with gcc, "
           "reference 234"),
    Mutant("a control code changed", "videoport/ioctls.h", r"VIDEOPORT_IOCTL\(0x116\)",
           "VIDEOPORT_IOCTL(0x117)", "constant IOCTL_VIDEO_MAP_VIDEO_MEMORY"),
    Mutant("CTL_CODE changed", "devioctl.h", r"\(\(Access\) << 14\)", "((Access) << 13)",
           "macro CTL_CODE"),
    Mutant("a constant dropped", "videoport/io.h",
           r"#define VIDEO_MEMORY_SPACE_P6CACHE 0x08\n", "",
           "constant VIDEO_MEMORY_SPACE_P6CACHE: ours missing"),
    Mutant("an enumerator changed", "videoport/dma.h", r"VideoPortDmaInitOnly = 3",
           "VideoPortDmaInitOnly = 4", "enumerator VideoPortDmaInitOnly"),
    Mutant("an enumerator dropped", "videoport/debug.h", r"\tInfo = 3\n", "\tInform = 3\n",
           "enumerator Info: ours missing"),
    Mutant("a string changed", "ntddvdeo.h", r'WVIDEO_DEVICE_NAME L"DISPLAY%d"',
           'WVIDEO_DEVICE_NAME L"DISPLAX%d"', "macro WVIDEO_DEVICE_NAME"),
    Mutant("a GUID changed", "ntddvdeo.h", r"0x5b45201d", "0x5b45201e", "GUIDs"),
    Mutant("a prototype dropped", "videoport/dma.h",
           r"VPAPI BOOLEAN NTAPI VideoPortUnlockPages\([^;]*;\n", "",
           "function VideoPortUnlockPages: ours missing"),
    Mutant("a parameter's type changed", "videoport/dma.h",
           r"(VideoPortLockBuffer\(IN PVOID HwDeviceExtension, IN PVOID BaseAddress,\s+IN )ULONG",
           r"\1USHORT", "function VideoPortLockBuffer"),
    Mutant("a parameter's pointee changed", "videoport/sync.h",
           r"(VideoPortInterlockedExchange\(IN OUT )PLONG", r"\1PULONG",
           "function VideoPortInterlockedExchange"),
    Mutant("a pointee made const", "videoport/sync.h",
           r"(VideoPortQuerySystemTime\(OUT )PLARGE_INTEGER", r"\1const LARGE_INTEGER *",
           "function VideoPortQuerySystemTime"),
    Mutant("a parameter too many", "videoport/system.h",
           r"VideoPortIsNoVesa\(VOID\)", "VideoPortIsNoVesa(PVOID HwDeviceExtension)",
           "function VideoPortIsNoVesa"),
    Mutant("a return type changed", "videoport/debug.h",
           r"VPAPI UCHAR NTAPI VideoPortGetCurrentIrql", "VPAPI ULONG NTAPI VideoPortGetCurrentIrql",
           "function VideoPortGetCurrentIrql"),
    Mutant("variable arguments dropped", "videoport/debug.h", r", IN \.\.\.\);", ");",
           "function VideoPortDebugPrint"),
    Mutant("a callback's parameter changed", "videoport/dma.h",
           r"(PVP_SCATTER_GATHER_LIST SGList, IN )PVOID Context", r"\1PULONG Context",
           "callback PEXECUTE_DMA"),
    Mutant("a callback dropped", "videoport/adapter.h",
           r"typedef VP_STATUS \(NTAPI \*PVIDEO_HW_CHILD_CALLBACK\)[^;]*;\n", "",
           "callback PVIDEO_HW_CHILD_CALLBACK: ours missing"),
    Mutant("a base type widened", "videoport/types.h", r"typedef int LONG,", "typedef long LONG,",
           "do not parse"),
    Mutant("a base type's sign changed", "videoport/types.h",
           r"typedef unsigned char BOOLEAN,", "typedef signed char BOOLEAN,", "BOOLEAN"),
    Mutant("a PCI bit-field moved", "videoport/pci.h",
           r"(\t\t\tULONG DeviceNumber:5;\n)(\t\t\tULONG FunctionNumber:3;\n)", r"\2\1",
           "PCI_SLOT_NUMBER.u.bits.DeviceNumber"),
    Mutant("an opaque structure opened", "ntddvdeo.h",
           r"(typedef struct _ENG_EVENT ENG_EVENT, \*PENG_EVENT;)",
           r"\1\nstruct _ENG_EVENT { PVOID pKEvent; ULONG fFlags; };",
           "wanted difference no longer there"),
]

# Noticed by the compilations of headers.py, not by the comparison.
HEADER_MUTANTS = [
    Mutant("a header that leans on another", "videoport/pci.h", r'#include "types.h"\n', "",
           "videoport/pci.h alone, gnu11"),
    Mutant("a name of libstdc++ as a macro", "videoport/spelling.h", r"#define NEAR\n",
           "#define NEAR\n#define __in\n", "before libc, gnu++20"),
    Mutant("a walk that does not stop at the end", "videoport/dma.h",
           r"\(Address\) = 0; \\", r"(Address) = 1; \\", "macro_test.c, g++"),
]
COUNT = len(MUTANTS) + len(HEADER_MUTANTS)


def run(references, work):
    """(mutants noticed, [failure])."""
    folder = os.path.join(work, "mutant")
    shutil.copytree(sides.OURS, folder)
    found = problems(folder, references, work)
    if found:
        return 0, [f"self-test: an unchanged copy already differs: {found[0]}"]
    failures = []
    for m in MUTANTS:
        failures += _missed(folder, [m], lambda: problems(folder, references, work))
    # all at once: their failures do not hide each other, and the compilations take long
    failures += _missed(folder, HEADER_MUTANTS, lambda: headers.check(folder, work)[1])
    return COUNT - len(failures), failures


def _missed(folder, mutants, look):
    """Apply `mutants` to a fresh copy in `folder`; [failure] for each that `look` misses."""
    shutil.rmtree(folder)
    shutil.copytree(sides.OURS, folder)
    failures = []
    for m in mutants:
        path = os.path.join(folder, m.file)
        with open(path) as f:
            text, changed = re.subn(m.pattern, m.replacement, f.read(), flags=re.S)
        if changed != 1:
            failures.append(f"self-test, {m.what}: the pattern matches {changed} times in {m.file}")
        with open(path, "w") as f:
            f.write(text)
    found = look() if not failures else []
    return failures or [f"self-test, {m.what}: not noticed; found {found[:3] or 'nothing'}"
                        for m in mutants if not any(m.expected in p for p in found)]


def problems(include_dir, references, work):
    """Everything that is wrong with the headers in `include_dir`, as text."""
    try:
        ours = model.parse(sides.ours(include_dir), work)
        differences = [d for r in references
                       for d in compare.Comparison(r, ours, include_dir, sides.QUICK_COMPILERS,
                                                   work).run()]
    except RuntimeError as e:
        return [str(e)]
    return wanted.sort(differences, wanted.read())[1]
