# SPDX-License-Identifier: GPL-2.0
"""What came of a boot: one exit status, one word for it, and what to tell the person who ran it.

Owns the order in which the things that can go wrong count: what the kernel log shows explains all
the rest. It decides from what the other parts found and looks at nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import logcheck

from .session import Ending

CANNOT_RUN = 2
TIMED_OUT = 124
KERNEL_TROUBLE = 125
NO_STATUS = 126

TAIL = 15
RACE_HINT = "An int3 oops without a breakpoint is a bug of QEMU before 8.1: run it again, or with --one-thread."


@dataclass(frozen=True)
class Outcome:
    """How it ended: a word for result.json, the runner's exit status, and an explanation."""

    word: str
    status: int
    message: str = ""


def decide(ending: Ending, lines: list[str], qemu_words: str, log_name: str) -> Outcome:
    """Return the outcome of a boot that ended so, with this kernel log.

    `qemu_words` is what QEMU itself had to say; `log_name` tells the reader where the log is.
    """
    finished = ending.status is not None and not ending.timed_out
    findings = logcheck.check(lines, complete=finished)
    story = _story(ending)
    if findings:
        hint = f"\n{RACE_HINT}" if logcheck.is_emulator_race(lines) else ""
        trouble = logcheck.describe(lines, findings, log_name)
        return Outcome("kernel-trouble", KERNEL_TROUBLE, f"{story}\n{trouble}{hint}")
    tail = "\n".join([f"The last lines of {log_name}:", *(f"    {line}" for line in lines[-TAIL:] or ["(none)"])])
    if ending.timed_out:
        return Outcome("timeout", TIMED_OUT, f"{story}\n{tail}")
    if ending.setup_failure:
        return Outcome("not-as-asked", NO_STATUS, f"the guest is not as asked for: {ending.setup_failure}")
    if ending.refused:
        return Outcome("not-as-asked", NO_STATUS, story)
    if not lines:
        return Outcome("cannot-run", CANNOT_RUN, f"QEMU did not start (status {ending.qemu_status}): {qemu_words}")
    if ending.status is None or ending.qemu_status:
        return Outcome(
            "no-status", NO_STATUS, f"{story}; QEMU ended with {ending.qemu_status} {qemu_words}\n{tail}")
    return Outcome("exited", ending.status)


def _story(ending: Ending) -> str:
    """Say how far the guest got, and what it asked for in vain."""
    return "\n".join([_progress(ending), *(f"the guest's request {refusal}" for refusal in ending.refused)])


def _progress(ending: Ending) -> str:
    if ending.status is not None:
        got = f"the command ended with {ending.status}"
    elif ending.up:
        got = "the command had not ended"
    else:
        got = "the guest was not up yet"
    if not ending.timed_out:
        return got
    late = ", but the guest did not power off" if ending.status is not None else ""
    return f"time over after {ending.seconds:.0f} s: {got}{late}"
