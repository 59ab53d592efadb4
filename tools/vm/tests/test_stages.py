# SPDX-License-Identifier: GPL-2.0
"""The stages of `make test`: which of them is run again, and what counts then."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import programs
from guest.outcome import RACE_HINT

COUNTS = "echo '{} passed, {} failed'; exit {}"


class StageTest(unittest.TestCase):
    """Runner.run()."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.test = programs.load("tools/test")
        self.said: list[str] = []

    def run_stage(self, *scripts: str, least: int = 1) -> tuple[int, int]:
        """Run a stage that is the next of these scripts each time; return what passed and failed."""
        left = list(scripts)
        stage = self.test.Stage("played", "nothing", lambda: ["sh", "-c", left.pop(0)], least=least)
        runner = self.test.Runner(1, verbose=False)
        with mock.patch.multiple(self.test, LOGS=self.folder, TOP=self.folder), \
                mock.patch.object(runner, "say", lambda *lines: self.said.extend(lines)):
            result = runner.run(stage)
        self.assertEqual(left, [])
        return result.passed, result.failed

    def test_one_that_qemu_ended_is_run_again(self) -> None:
        self.assertEqual(
            self.run_stage(f"echo '{RACE_HINT}'; echo FAILED: a case; {COUNTS.format(3, 2, 1)}", COUNTS.format(5, 0, 0)),
            (5, 0))
        self.assertIn("    FAILED: a case", self.said)
        self.assertIn(RACE_HINT, (self.folder / "played.log.failed").read_text())

    def test_but_once_only(self) -> None:
        script = f"echo '{RACE_HINT}'; {COUNTS.format(3, 2, 1)}"
        self.assertEqual(self.run_stage(script, script), (3, 2))

    def test_another_failure_stands(self) -> None:
        self.assertEqual(self.run_stage(COUNTS.format(3, 2, 1)), (3, 2))
        self.assertEqual(self.run_stage("exit 1"), (0, 1))

    def test_a_status_counts_beside_the_cases(self) -> None:
        self.assertEqual(self.run_stage(COUNTS.format(3, 0, 1)), (3, 1))

    def test_too_few_cases_are_a_failure(self) -> None:
        self.assertEqual(self.run_stage(COUNTS.format(3, 0, 0), least=4), (3, 1))
