# SPDX-License-Identifier: GPL-2.0
"""One run from a plan to its outcome, in a directory of its own.

Owns the run's directory (build/vm/LABEL), what is kept in it, and the decision to boot again when
the emulator failed before anything of ours ran. It never parses arguments.
"""

from __future__ import annotations

import fcntl
import json
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import logcheck
from kernels.entry import Say

from . import initramfs, qemu, session
from .outcome import Outcome, decide
from .plan import GuestError, Plan

ATTEMPTS = 3  # with an emulator that fails about once in a hundred boots


def claim_folder(parent: Path, label: str, may_number: bool, stack: ExitStack) -> Path:
    """Make PARENT/LABEL and hold it until `stack` is unwound: two runs never share one.

    If another run holds it, take LABEL.2 and so on if `may_number`, else raise GuestError.
    """
    for number in range(1, 100):
        folder = parent / (label if number == 1 else f"{label}.{number}")
        folder.mkdir(parents=True, exist_ok=True)
        lock = stack.enter_context((folder / ".lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return folder
        except BlockingIOError:
            if not may_number:
                break
    raise GuestError(f"another run is using {parent / label}: choose another --name")


def boot(plan: Plan, folder: Path, console: Path, stdout: BinaryIO, say: Say) -> Outcome:
    """Boot the guest, run its command, check the kernel's log; leave the outcome in result.json.

    The command's output goes to `stdout`, the kernel's log to the file `console`. Raises GuestError
    if the guest cannot be put together or started.
    """
    archive = folder / "initramfs.cpio"
    pictures = (path for kind in ("png", "ppm") for path in folder.glob(f"*.{kind}"))
    for stale in (folder / "result.json", *pictures, *console.parent.glob(f"{console.name}.failed-*")):
        stale.unlink(missing_ok=True)
    try:
        initramfs.write(plan, archive)
        say(f"initramfs: {archive.stat().st_size / 1e6:.1f} MB, {len(plan.files)} files and trees of yours")
        for attempt in range(1, ATTEMPTS + 1):
            say(f"booting: iommu {plan.iommu.value}, {plan.cpus} CPUs, {plan.memory}, "
                f"{qemu.accelerator(plan)}; the kernel's log is {_shown(console)}")
            if plan.gdb:
                say(f"waiting: in gdb, `target remote :{qemu.GDB_PORT}` and `continue`")
            ending = session.run(
                plan, folder, archive, console, stdout, lambda seconds: say(f"guest up after {seconds:.1f} s"))
            lines = logcheck.read(console)
            if ending.up or attempt == ATTEMPTS or not logcheck.is_emulator_race(lines):
                break
            # Nothing of ours has run: booting again hides nothing, and the log is kept.
            kept = console.rename(console.with_name(f"{console.name}.failed-{attempt}"))
            say(f"QEMU, not the kernel, ended the guest before it was up (log_rules.py, {_shown(kept)}): booting again")
    finally:
        archive.unlink(missing_ok=True)
    outcome = decide(ending, lines, (folder / "qemu.log").read_text(errors="replace").strip(), str(_shown(console)))
    (folder / "result.json").write_text(json.dumps({"outcome": outcome.word, "status": outcome.status}) + "\n")
    if outcome.word == "exited":
        say(f"done: status {outcome.status} after {ending.seconds:.1f} s; the kernel's log is clean")
    return outcome


def _shown(path: Path) -> Path:
    """Shorten a path for the reader."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
