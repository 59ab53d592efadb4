# SPDX-License-Identifier: GPL-2.0
"""A run as a whole, with a QEMU that is played: booting again, and the directory of a run."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import unittest
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest import mock

from guest import initramfs, session
from guest.boot import boot, claim_folder
from guest.plan import GuestError, Plan
from guest.session import Ending
from kernels.entry import KernelEntry

RACE = Path(__file__).with_name("logs") / "6.12-emulator-race.kmsg"
CLEAN = "[    9.000000] vm-init: status 0 tainted 0\r\n"


class BootTest(unittest.TestCase):
    """boot()."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.plan = Plan(name="played", kernel=KernelEntry(self.folder), command=("true",))
        self.said: list[str] = []

    def boot(self, *boots: tuple[str, Ending]) -> tuple[str, int]:
        """Run with boots that leave these logs and end so; return the outcome and how many there were."""
        console = self.folder / "console.log"

        def play(*_arguments: object) -> Ending:
            log, ending = boots[played.call_count - 1]
            console.write_text(log, encoding="utf-8")
            (self.folder / "qemu.log").touch()
            return replace(ending)

        with mock.patch.object(session, "run", side_effect=play) as played, \
                mock.patch.object(initramfs, "write", side_effect=lambda plan, path: path.touch()):
            outcome = boot(self.plan, self.folder, console, io.BytesIO(), self.said.append)
        self.assertFalse((self.folder / "initramfs.cpio").exists())
        result = json.loads((self.folder / "result.json").read_text())
        self.assertEqual(result, {"outcome": outcome.word, "status": outcome.status})
        return outcome.word, played.call_count

    def test_qemus_race_before_the_guest_is_up_is_booted_again(self) -> None:
        outcome = self.boot((RACE.read_text(), Ending()), (CLEAN, Ending(up=True, status=0)))
        self.assertEqual(outcome, ("exited", 2))
        self.assertIn("booting again", "".join(self.said))
        self.assertEqual((self.folder / "console.log.failed-1").read_text(), RACE.read_text())

    def test_but_not_for_ever(self) -> None:
        self.assertEqual(self.boot(*[(RACE.read_text(), Ending())] * 3), ("kernel-trouble", 3))

    def test_nor_when_the_command_had_begun(self) -> None:
        self.assertEqual(self.boot((RACE.read_text(), Ending(up=True))), ("kernel-trouble", 1))

    def test_nor_for_other_trouble(self) -> None:
        panic = RACE.with_name("6.12-panic.kmsg").read_text()
        self.assertEqual(self.boot((panic, Ending())), ("kernel-trouble", 1))


class FolderTest(unittest.TestCase):
    """claim_folder()."""

    def test_two_runs_never_share_one(self) -> None:
        parent = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, parent)
        with ExitStack() as stack:
            self.assertEqual(claim_folder(parent, "label", True, stack).name, "label")
            self.assertEqual(claim_folder(parent, "label", True, stack).name, "label.2")
            with self.assertRaisesRegex(GuestError, "another run is using"):
                claim_folder(parent, "label", False, stack)
        with ExitStack() as stack:
            self.assertEqual(claim_folder(parent, "label", False, stack).name, "label")
