# SPDX-License-Identifier: GPL-2.0
"""What counts as trouble in a kernel log, and the few lines that look like it and are not.

Owns both lists: the only place for an exception. A rule is meant for one message (or one prefix
that the kernel uses for nothing else), so that a boot of a healthy kernel needs no exception; an
exception matches a whole line and says why that line is harmless. It never reads a log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A message, and what it means."""

    pattern: re.Pattern[str]
    meaning: str


def _rules(*pairs: tuple[str, str]) -> tuple[Rule, ...]:
    return tuple(Rule(re.compile(pattern), meaning) for pattern, meaning in pairs)


# Searched for anywhere in a message, in this order; the first match names the trouble.
TROUBLE = _rules(
    (r"Kernel panic", "panic"),
    # WARN(), and lockdep's, RCU's and irqflags' splats
    (r"\bWARNING: ", "kernel warning"),
    # sleeping or scheduling while atomic, soft lockup, bad page, KASAN, KCSAN, KFENCE, null pointer, …
    (r"\bBUG: ", "kernel bug report"),
    (r"\bkernel BUG at ", "BUG()"),
    (r"\bBUG [\w-]+ \(", "slab corruption"),
    (r"general protection fault", "general protection fault"),
    # any die(): "Oops: 0002 [#1]", on 6.1 also "invalid opcode: 0000 [#1]", "int3: 0000 [#1]"
    (r"\bOops\b|: [0-9a-f]{4} \[#\d+\]", "oops"),
    (r"scheduling while atomic", "scheduling while atomic"),
    (r"Unable to handle kernel|Internal error: ", "oops"),
    (r"\bUBSAN: ", "undefined behaviour"),
    (r"kmemleak: \d+ new suspected memory leaks|unreferenced object 0x", "memory leak"),
    # kernel/dma/debug.c begins every complaint with this
    (r"\bDMA-API: ", "DMA API misuse"),
    (r"\brefcount_t: ", "reference count misuse"),
    (r"\bODEBUG: ", "object lifetime misuse"),
    (r"\blist_(add|del) corruption", "list corruption"),
    (r"\bINFO: task \S+ blocked for more than", "hung task"),
    (r"\bINFO: rcu\w* (self-)?detected|\bINFO: rcu\w* detected expedited stalls|\brcu: INFO: .*\bstall", "RCU stall"),
    (r"\bhard LOCKUP\b", "hard lockup"),
    (r"\bINFO: trying to register non-static key", "lock without a key: lockdep is off now"),
    (r"\birq \d+: nobody cared|\bDisabling IRQ #|\bNo irq handler for vector\b", "interrupt that nobody handles"),
    (r"\bpage allocation failure: ", "allocation failure that was not marked as expected"),
    (r"\bOut of memory: |\binvoked oom-killer", "out of memory"),
    (r"cannot create duplicate filename", "duplicate sysfs name"),
    (r"\bkobject: .*(is not initialized|tried to init)", "kobject misuse"),
    (r"\[\d+\]: segfault at |\btraps: \S+\[\d+\] ", "a program in the guest crashed"),
    (r"\bUnknown symbol ", "module without its symbols"),
    (r"\bdisagrees about version of symbol\b", "module of another build"),
    (r"\bexports duplicate symbol ", "two modules with the same export"),
    (r"\bversion magic '.*' should be '", "module of another kernel"),
    (r"\bsection size must match the kernel's built struct module", "module of another kernel"),
    (r"\bDMAR: (ERROR: |VT-d detected |QI |\[INTR-REMAP\])", "IOMMU error"),
    (r"\barm-smmu-v3 \S+: (event 0x(?!1[0-3])|EVTQ overflow|CMDQ error|device has entered Service Failure)", "IOMMU error"),
    # Whatever comes with a stack, even if its first line was lost or is new.
    (r"\bCall Trace:|-+\[ cut here \]-+", "stack trace"),
)

# DMA faults are judged by address: announced ones are accepted. See dma_faults.py.
FAULT = re.compile(r"\bDMAR: \[DMA (?:Read|Write)[^]]*\] .*\bfault addr (0x[0-9a-f]+)\b")
FAULT_STATUS = re.compile(r"\bDMAR: DRHD: handling fault status reg ")
# An SMMUv3 prints the type of an event (0x10 to 0x13: translation, address size, access flag, permission)
# and then its four words, of which the third is the address.
SMMU_FAULT = re.compile(r"\barm-smmu-v3 \S+: event 0x1[0-3] received:")
SMMU_WORD = re.compile(r"\barm-smmu-v3 \S+: \t(0x[0-9a-f]{16})$")
FAULTS_SUPPRESSED = re.compile(r"\b(?:dmar_fault|arm_smmu_evtq_thread): \d+ callbacks suppressed")

# QEMU before 8.1, with a thread for each CPU, may run a breakpoint that the kernel has already taken
# out again: while one CPU patches code, the other translates it and keeps the stale translation
# (mended by QEMU's deba78709ae8, "accel/tcg: Always lock pages before translation"). About one boot
# in a hundred dies of it, most often where sched_clock becomes stable. What tells it from a jump into
# padding: the breakpoint that was run (0xcc, before the byte in <>) is no longer in memory.
EMULATOR_RACE = re.compile(
    r"(?:^|\bOops: )int3: 0000 \[#1\].*\n(?:.*\n){1,9}?Code: (?:[0-9a-f]{2} )*(?!cc)[0-9a-f]{2} <[0-9a-f]{2}>", re.MULTILINE)

# Matched against a whole message, without its time. Stock Debian 6.1 and 6.12 need none of these,
# in any IOMMU mode; the debug kernel's are here because its rule is a prefix.
HARMLESS = _rules(
    (r"DMA-API: preallocated \d+ debug entries", "DMA-API debugging says that it is on"),
    (r"DMA-API: debugging (enabled|disabled) (by|on) kernel (config|command line)", "likewise"),
    (r"DMA-API: dma_debug_entry pool grown to \d+ \(\d+%\)", "many live mappings: its tables grow, nothing is lost"),
)

# A whole report: its first two lines, its last one, and everything between: WARN(), KCSAN, lockdep.
REPORTS = (
    (re.compile(r"-+\[ cut here \]-+\n"), re.compile(r"---\[ end trace [0-9a-f]+ \]---")),
    (re.compile(r"={20,}\nBUG: KCSAN: "), re.compile(r"={20,}")),
    (re.compile(r"={20,}\nWARNING: possible circular locking "), re.compile(r"^ </TASK>")),
)

# A data race is ours if our code takes part in it: KCSAN watches the whole kernel.
RACE = re.compile(r"\bBUG: KCSAN: ")
OUR_CODE = re.compile(r"\[(?:videoport|videoport_kunit|vp_\w+)\]")
# But not where it only calls what is meant to race: a latch (linux/seqlock.h) is read while it is written.
KERNELS_RACE = re.compile(r"\bBUG: KCSAN: data-race in ktime_get_mono_fast_ns / timekeeping_update$")
# What an interrupt has interrupted takes no part in what it does: its frames are behind such a line …
INTERRUPTED = re.compile(r"^ asm_(?:sysvec_|common_interrupt)")
# … and the next stack is behind an empty one.
STACK_END = re.compile(r"^\s*$")

# Reports that a test expects if it says so first, in /dev/kmsg: "vm-announce: NAME". A client that
# has the same memory mapped more than once brings DMA-API debugging to its limits (kernel/dma/debug.c).
ANNOUNCED_REPORTS = {
    "same-memory-often": (
        # it counts no more than seven mappings of a cache line, and takes an eighth for a leak
        re.compile(r"DMA-API: exceeded 7 overlapping mappings of cacheline"),
        # without an IOMMU they have one address; of several that do not fit exactly it finds none
        re.compile(r"DMA-API: vp_\w+ \S+: device driver tries to sync DMA memory it has not allocated"),
    ),
    # pciehp of 6.12 takes its two locks in both orders; lockdep is off from then on
    "pulled-out": (re.compile(r" is trying to acquire lock:\n\S+ \(&ctrl->reset_lock\).* at: pciehp_unconfigure_device"),),
}

# Taints (Documentation/admin-guide/tainted-kernels.rst) that say nothing bad: bit and why …
HARMLESS_TAINTS = {
    12: "an out-of-tree module: ours",
    13: "an unsigned module: ours",
    17: "the kernel was built with randstruct",
    18: "a KUnit test was run",
}

# … and what the likelier ones of all others say.
BAD_TAINTS = {0: "proprietary module", 5: "bad page", 7: "oops", 9: "warning", 14: "soft lockup"}
