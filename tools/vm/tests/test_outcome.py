# SPDX-License-Identifier: GPL-2.0
"""A boot's outcome: which of several things that went wrong decides the exit status."""

from __future__ import annotations

import unittest

from guest.outcome import CANNOT_RUN, KERNEL_TROUBLE, NO_STATUS, TIMED_OUT, decide
from guest.session import Ending, Reports

CLEAN = ["[    1.000000] boot", "[    9.000000] vm-init: status 0 tainted 0"]
WARNING = ["[    1.000000] WARNING: x", *CLEAN]
ANNOUNCED = ["[    1.000000] vm-announce: dmar-fault addr=0x1000", *CLEAN]


class OutcomeTest(unittest.TestCase):
    """decide()."""

    def status(self, ending: Ending, lines: list[str], qemu_words: str = "") -> int:
        """Return the exit status."""
        return decide(ending, lines, qemu_words, "console.log").status

    def test_a_clean_run_has_the_commands_status(self) -> None:
        for status in (0, 7, 124, 255):
            outcome = decide(Ending(up=True, status=status), CLEAN, "", "console.log")
            self.assertEqual((outcome.word, outcome.status, outcome.message), ("exited", status, ""))

    def test_kernel_trouble_counts_most(self) -> None:
        for ending in (Ending(up=True, status=0), Ending(up=True, timed_out=True), Ending()):
            self.assertEqual(self.status(ending, WARNING), KERNEL_TROUBLE)

    def test_an_announcement_need_not_have_come_true_when_the_time_is_over(self) -> None:
        self.assertEqual(self.status(Ending(up=True, timed_out=True), ANNOUNCED), TIMED_OUT)
        self.assertEqual(self.status(Ending(up=True, status=0), ANNOUNCED), KERNEL_TROUBLE)

    def test_a_guest_that_does_not_power_off_timed_out(self) -> None:
        outcome = decide(Ending(up=True, status=0, timed_out=True), CLEAN, "", "console.log")
        self.assertEqual(outcome.status, TIMED_OUT)
        self.assertIn("did not power off", outcome.message)

    def test_a_guest_that_dies_has_no_status(self) -> None:
        self.assertEqual(self.status(Ending(up=True), CLEAN[:1]), NO_STATUS)
        self.assertEqual(self.status(Ending(up=True, status=0, qemu_status=-6), CLEAN), NO_STATUS)
        self.assertEqual(self.status(Ending(setup_failure="no IOMMU"), CLEAN[:1]), NO_STATUS)

    def test_a_request_that_was_refused_fails_the_run(self) -> None:
        refused = ["unplug one: Device 'one' not found"]
        outcome = decide(Ending(up=True, status=0, refused=refused), CLEAN, "", "console.log")
        self.assertEqual((outcome.word, outcome.status), ("not-as-asked", NO_STATUS))
        self.assertIn("the guest's request unplug one: Device 'one' not found", outcome.message)
        outcome = decide(Ending(up=True, timed_out=True, refused=refused), CLEAN, "", "console.log")
        self.assertEqual(outcome.status, TIMED_OUT)
        self.assertIn("unplug one", outcome.message)

    def test_a_qemu_that_does_not_start_cannot_run(self) -> None:
        outcome = decide(Ending(qemu_status=1), [], "no such device", "console.log")
        self.assertEqual(outcome.status, CANNOT_RUN)
        self.assertIn("no such device", outcome.message)


class ReportsTest(unittest.TestCase):
    """What counts on the status channel."""

    def test_only_lines_with_the_nonce_count(self) -> None:
        ending = Ending()
        reports = Reports("secret", ending, lambda: None)
        for line in (b"status 0\n", b"guess status 0\n", b"\xff\xfe\n", b"secretstatus 0\n"):
            reports.take(line)
        self.assertEqual(ending, Ending())
        reports.take(b"secret up\r\n")
        reports.take(b"secret status 7\r\n")
        self.assertEqual((ending.up, ending.status), (True, 7))
