# SPDX-License-Identifier: GPL-2.0
"""The log check finds what it must and nothing else.

Owns the samples in logs/: cut from consoles of Debian 6.1.192 and 6.12.117 under QEMU 7.2, where
trouble.c, a crashing program, a module of the other kernel and edu made the trouble.
"""

from __future__ import annotations

import subprocess
import sys
import unittest
from pathlib import Path

import logcheck

LOGS = Path(__file__).with_name("logs")

# What each sample must be found to show; all come from both kernels.
SAMPLES = {
    "warning": "kernel warning",
    "null-pointer": "oops",
    "list-corruption": "list corruption",
    "refcount": "reference count misuse",
    "scheduling-while-atomic": "kernel bug report",
    "unknown-symbol": "module without its symbols",
    "segfault": "a program in the guest crashed",
    "hung-task": "hung task",
    "soft-lockup": "kernel bug report",
    "rcu-stall": "RCU stall",
    "rcu-expedited-stall": "RCU stall",
    "panic": "panic",
}

# Messages that no stock kernel under QEMU can be made to say, as the kernel's sources spell them.
QUOTED = {
    "BUG: KASAN: slab-out-of-bounds in foo+0x1/0x2 [bar]": "kernel bug report",
    "BUG: KCSAN: data-race in foo / bar": "kernel bug report",
    "BUG: KFENCE: use-after-free read in foo+0x1/0x2": "kernel bug report",
    "BUG: sleeping function called from invalid context at mm/slab.h:1": "kernel bug report",
    "BUG kmalloc-32 (Tainted: G           OE     ): Redzone overwritten": "slab corruption",
    "UBSAN: array-index-out-of-bounds in a.c:1:2": "undefined behaviour",
    "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)": "memory leak",
    "DMA-API: videoport 0000:00:05.0: device driver frees DMA memory with different size": "DMA API misuse",
    "DMA-API: debugging out of memory - disabling": "DMA API misuse",
    "WARNING: possible circular locking dependency detected": "kernel warning",
    "WARNING: suspicious RCU usage": "kernel warning",
    "INFO: rcu_tasks detected stalls on tasks:": "RCU stall",
    "general protection fault, probably for non-canonical address 0x1: 0000 [#1] SMP": "general protection fault",
    "irq 11: nobody cared (try booting with the \"irqpoll\" option)": "interrupt that nobody handles",
    "videoport: exports duplicate symbol VideoPortInitialize (owned by other)": "two modules with the same export",
    "x: version magic '6.1.0-56-amd64 SMP' should be '6.12.117+deb12-amd64 SMP'": "module of another kernel",
    "DMAR: [INTR-REMAP] Request device [00:05.0] fault index 0x1 [fault reason 0x25]": "IOMMU error",
    "DMAR: ERROR: DMA PTE for vPFN 0xfffff already set (to 1 not 2)": "IOMMU error",
    "DMAR: VT-d detected Invalidation Time-out Error: SID 0": "IOMMU error",
    "vm-init: status 0 tainted 512": "the kernel is tainted: warning",
}

HARMLESS = (
    "DMA-API: preallocated 65536 debug entries",
    "DMA-API: debugging enabled by kernel config",
    "kmemleak: Kernel memory leak detector initialized (mem pool available: 15679)",
    "videoport: loading out-of-tree module taints kernel.",
    "videoport: module verification failed: signature and/or required key missing - tainting kernel",
    "AMD-Vi: AMD IOMMUv2 functionality not available on this system - This is not a bug.",
    "RCU CPU stall warnings timeout set to 60 (rcu_cpu_stall_timeout).",
    "vm-init: status 1 tainted 12288",
)

ANNOUNCEMENT = "[    1.000000] vm-announce: dmar-fault addr=0x12345678"
STATUS = "[    2.000000] DMAR: DRHD: handling fault status reg 2"
FAULT = ("[    2.000001] DMAR: [DMA Write NO_PASID] Request device [00:05.0] fault addr 0x12345000 "
         "[fault reason 0x05] PTE Write access is not set")
END = "[    9.000000] vm-init: status 0 tainted 0"


def meanings(lines: list[str], complete: bool = False) -> list[str]:
    """Return what the check says about a log."""
    return [finding.meaning for finding in logcheck.check(lines, complete)]


class Samples(unittest.TestCase):
    """Captured logs."""

    def test_healthy_boots_are_clean(self) -> None:
        for kernel in ("6.1", "6.12"):
            with self.subTest(kernel):
                self.assertEqual(meanings(logcheck.read(LOGS / f"{kernel}-healthy.kmsg"), complete=True), [])

    def test_each_kind_of_trouble_is_found(self) -> None:
        for kernel in ("6.1", "6.12"):
            for name, meaning in SAMPLES.items():
                with self.subTest(kernel=kernel, trouble=name):
                    self.assertIn(meaning, meanings(logcheck.read(LOGS / f"{kernel}-{name}.kmsg")))

    def test_a_module_of_another_kernel_is_found(self) -> None:
        self.assertEqual(meanings(logcheck.read(LOGS / "6.1-other-kernels-module.kmsg")), ["module of another build"])
        self.assertEqual(meanings(logcheck.read(LOGS / "6.12-other-kernels-module.kmsg")), ["module of another kernel"])

    def test_of_two_dma_faults_the_unannounced_one_is_found(self) -> None:
        for kernel in ("6.1", "6.12"):
            with self.subTest(kernel):
                lines = logcheck.read(LOGS / f"{kernel}-dma-faults.kmsg")
                findings = logcheck.check(lines)
                self.assertEqual([finding.meaning for finding in findings], ["DMA fault that was not announced"])
                self.assertIn("0x22222000", lines[findings[0].line])

    def test_qemus_race_is_told_from_a_kernels_oops(self) -> None:
        self.assertTrue(logcheck.is_emulator_race(logcheck.read(LOGS / "6.12-emulator-race.kmsg")))
        on_6_1 = ["[    2.322785] int3: 0000 [#1] PREEMPT SMP NOPTI", "[    2.322790] CPU: 1 PID: 0 Comm: swapper/1",
                  "[    2.323805] Code: 55 53 66 <90> e8 41"]
        self.assertTrue(logcheck.is_emulator_race(on_6_1))
        # a breakpoint that is there: a jump into what the compiler fills gaps with
        self.assertFalse(logcheck.is_emulator_race([*on_6_1[:2], "[    2.323805] Code: 55 c3 cc <cc> cc 41"]))
        self.assertFalse(logcheck.is_emulator_race(on_6_1[:1]))
        self.assertFalse(logcheck.is_emulator_race(["[    2.1] WARNING: CPU: 0 at mm/x.c:1 f+0x1/0x2", *on_6_1]))
        for sample in LOGS.glob("*.kmsg"):
            if sample.name != "6.12-emulator-race.kmsg":
                with self.subTest(sample.name):
                    self.assertFalse(logcheck.is_emulator_race(logcheck.read(sample)))


class Messages(unittest.TestCase):
    """Single messages."""

    def test_quoted_trouble_is_found(self) -> None:
        for message, meaning in QUOTED.items():
            for prefix in ("[    1.234567] ", "[    1.234567][  T123] ", ""):
                with self.subTest(prefix + message):
                    self.assertEqual(meanings([prefix + message]), [meaning])

    def test_harmless_messages_are_not(self) -> None:
        for message in HARMLESS:
            with self.subTest(message):
                self.assertEqual(meanings([f"[    1.234567] {message}"]), [])

    def test_a_complete_log_has_inits_last_words(self) -> None:
        self.assertEqual(meanings(["[    1.0] x"], complete=True), ["the log ends without init's last words"])
        self.assertEqual(meanings([], complete=True), ["the log ends without init's last words"])
        self.assertEqual(meanings([END], complete=True), [])

    def test_carriage_returns_do_not_matter(self) -> None:
        done = subprocess.run(
            [sys.executable, logcheck.__file__, "/dev/stdin"], text=True, capture_output=True, check=False,
            input=f"{ANNOUNCEMENT}\r\n{STATUS}\r\n{FAULT}\r\n{END}\r\n")
        self.assertEqual((done.returncode, done.stdout), (0, ""))


SMMU = [f"[    2.00000{number}] arm-smmu-v3 9050000.smmuv3: {text}" for number, text in enumerate((
    "event 0x10 received:", "\t0x0000002800000010", "\t0x0000020000000000", "\t0x0000000012345040",
    "\t0x0000000000000000"))]


class SmmuFaults(unittest.TestCase):
    """The same as an SMMUv3 reports them, word by word."""

    def test_an_announced_page_may_fault(self) -> None:
        self.assertEqual(meanings([ANNOUNCEMENT, *SMMU, END], complete=True), [])

    def test_others_may_not(self) -> None:
        self.assertEqual(meanings([*SMMU, END], complete=True), ["DMA fault that was not announced"])
        other = [line.replace("12345040", "12346040") for line in SMMU]
        self.assertEqual(meanings([ANNOUNCEMENT, *SMMU, *other]), ["DMA fault that was not announced"])

    def test_an_event_without_its_address_is_not_accepted(self) -> None:
        self.assertEqual(
            meanings([ANNOUNCEMENT, *SMMU, *SMMU[:3]]), ["DMA fault status without the fault's own line"])

    def test_other_events_are_trouble(self) -> None:
        self.assertEqual(meanings([SMMU[0].replace("0x10", "0x04"), *SMMU[1:]]), ["IOMMU error"])


class Announcements(unittest.TestCase):
    """DMA faults that a test provokes on purpose."""

    def test_an_announced_page_may_fault(self) -> None:
        self.assertEqual(meanings([ANNOUNCEMENT, STATUS, FAULT, END], complete=True), [])

    def test_an_announcement_after_the_fault_does_not_count(self) -> None:
        self.assertEqual(
            meanings([STATUS, FAULT, ANNOUNCEMENT, END], complete=True),
            ["DMA fault that was not announced", "announced, but only 0 of 1 DMA faults came"])

    def test_an_announcement_is_for_one_page(self) -> None:
        other = FAULT.replace("0x12345000", "0x12346000")
        self.assertEqual(meanings([ANNOUNCEMENT, STATUS, FAULT, STATUS, other]), ["DMA fault that was not announced"])

    def test_an_announcement_must_come_true(self) -> None:
        self.assertEqual(meanings([ANNOUNCEMENT, END], complete=True), ["announced, but only 0 of 1 DMA faults came"])
        twice = f"{ANNOUNCEMENT} count>=2"
        self.assertEqual(
            meanings([twice, STATUS, FAULT, END], complete=True), ["announced, but only 1 of 2 DMA faults came"])
        self.assertEqual(meanings([twice, STATUS, FAULT, STATUS, FAULT, END], complete=True), [])

    def test_unless_the_test_did_not_come_to_its_end(self) -> None:
        self.assertEqual(meanings([ANNOUNCEMENT], complete=False), [])

    def test_a_misspelt_announcement_is_trouble(self) -> None:
        for text in ("dmar-fault addr=12345000", "dmar-fault", "dmar-fault addr=0x1 count=2", "warning"):
            with self.subTest(text):
                self.assertEqual(
                    meanings([f"[    1.000000] vm-announce: {text}"]), ["not an announcement that this check knows"])

    def test_faults_that_cannot_be_seen_are_not_accepted(self) -> None:
        self.assertEqual(
            meanings([ANNOUNCEMENT, STATUS, STATUS, FAULT]), ["DMA fault status without the fault's own line"])
        self.assertEqual(
            meanings([ANNOUNCEMENT, STATUS, FAULT, "[    3.0] dmar_fault: 2 callbacks suppressed"]),
            ["DMA faults went unseen: provoke fewer than 5 in 5 seconds"])


class Reports(unittest.TestCase):
    """Whole reports that are somebody else's, or that a test has announced."""

    RACE = ["=" * 66, "BUG: KCSAN: data-race in {0} / hrtimer_wakeup", "", "write to 0xffff888002df3e88 of 8 bytes:",
            " {0}+0xf4/0x240{1}", "=" * 66]
    OVERLAP = ["------------[ cut here ]------------",
               "DMA-API: exceeded 7 overlapping mappings of cacheline 0x0000000000096800",
               "WARNING: CPU: 1 PID: 164 at add_dma_entry+0x4a8/0x5a0", "Call Trace:",
               "---[ end trace 0000000000000000 ]---", "vm-init: status 0 tainted 4608"]

    def race(self, module: str) -> list[str]:
        return meanings([f"[    1.000000] {line.format('do_nanosleep', module)}" for line in self.RACE])

    def test_a_race_is_trouble_only_where_our_code_takes_part(self) -> None:
        self.assertEqual(self.race(""), [])
        self.assertEqual(self.race(" [videoport]"), ["kernel bug report"])
        self.assertEqual(self.race(" [vp_edu]"), ["kernel bug report"])
        self.assertEqual(self.race(" [other]"), [])

    def test_a_latch_that_our_code_reads_is_meant_to_race(self) -> None:
        race = [line.format("ktime_get_mono_fast_ns", "") for line in self.RACE]
        race.insert(5, " VideoPortStallExecution+0x8b/0xa0 [videoport]")
        latch = [line.replace("hrtimer_wakeup", "timekeeping_update") for line in race]
        self.assertEqual(meanings(race), ["kernel bug report"])
        self.assertEqual(meanings(latch), [])

    def test_code_that_was_interrupted_takes_no_part_in_a_race(self) -> None:
        race = [*self.RACE[:4], " hrtimer_wakeup+0x23/0x40", " asm_sysvec_apic_timer_interrupt+0x1a/0x20",
                " vp_spinlock_release+0x9/0x10 [videoport]", "", "read to 0xffff888002df3e88 of 8 bytes:",
                " {0}+0xf4/0x240{1}", self.RACE[-1]]
        self.assertEqual(meanings([line.format("do_nanosleep", "") for line in race]), [])
        self.assertEqual(meanings([line.format("foo", " [videoport]") for line in race]), ["kernel bug report"])
        ours = [line.replace("hrtimer_wakeup+0x23/0x40", "vp_interrupt+0x3/0x40 [videoport]") for line in race]
        self.assertEqual(meanings([line.format("foo", "") for line in ours]), ["kernel bug report"])

    def test_only_the_lock_order_that_was_announced_is_none(self) -> None:
        order = ["=" * 54, "WARNING: possible circular locking dependency detected", "6.12.117-debug #1", "-" * 54,
                 "irq/24-pciehp/41 is trying to acquire lock:",
                 "ffff888006f34300 (&ctrl->reset_lock){.+.+}-{3:3}, at: pciehp_unconfigure_device+0x1dc/0x2e0",
                 "Call Trace:", " <TASK>", " </TASK>"]
        self.assertEqual(meanings(["vm-announce: pulled-out", *order]), [])
        self.assertIn("kernel warning", meanings(order))
        other = [line.replace("ctrl->reset_lock", "port->lock") for line in order]
        self.assertIn("kernel warning", meanings(["vm-announce: pulled-out", *other]))

    def test_a_race_whose_report_is_cut_off_is_trouble(self) -> None:
        self.assertEqual(meanings(self.RACE[:3]), ["kernel bug report"])

    def test_a_report_that_was_announced_is_none_and_its_taint_neither(self) -> None:
        self.assertEqual(meanings(["vm-announce: same-memory-often", *self.OVERLAP], complete=True), [])
        self.assertIn("DMA API misuse", meanings(self.OVERLAP, complete=True))

    def test_an_announcement_excuses_no_other_report(self) -> None:
        other = [line.replace("exceeded 7", "exceeded 8") for line in self.OVERLAP]
        self.assertIn("DMA API misuse", meanings(["vm-announce: same-memory-often", *other], complete=True))


class Description(unittest.TestCase):
    """What a person is shown."""

    def test_it_shows_the_lines_and_their_neighbours(self) -> None:
        lines = [f"[    {number}.000000] line {number}" for number in range(9)] + ["[    9.000000] WARNING: x"]
        text = logcheck.describe(lines, logcheck.check(lines, complete=False), "console.log")
        self.assertIn("console.log: 1 lines of trouble", text)
        self.assertIn("line 8", text)
        self.assertNotIn("line 1", text)
        self.assertIn("^ kernel warning", text)

    def test_it_names_all_trouble_even_in_a_flood(self) -> None:
        lines = [f"[    1.000000] WARNING: number {number}" for number in range(500)]
        text = logcheck.describe(lines, logcheck.check(lines, complete=False), "console.log")
        self.assertIn("number 499", text)
