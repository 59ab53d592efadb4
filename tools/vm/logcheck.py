#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Check a guest's kernel log for trouble.

Owns the verdict: any warning, oops, stall, leak, DMA fault or the like that was not announced is
trouble (log_rules.py lists them, dma_faults.py reads announcements). Used by tools/vm/run on every
log, and on a file by hand. It never looks at what the test itself printed.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from dma_faults import Faults
from log_rules import (
    ANNOUNCED_REPORTS, BAD_TAINTS, EMULATOR_RACE, HARMLESS, HARMLESS_TAINTS, INTERRUPTED, KERNELS_RACE, OUR_CODE, RACE,
    REPORTS, STACK_END, TROUBLE)

# "[    1.234567] ", and with CONFIG_PRINTK_CALLER "[    1.234567][   T12] "
TIME = re.compile(r"^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ")
ANNOUNCEMENT = re.compile(r"^vm-announce: (\S+)$")
LAST_WORDS = re.compile(r"^vm-init: status \d+ tainted (\d+)$")

# How much of the log to show around trouble, and at most in all.
LINES_BEFORE = 3
LINES_AFTER = 20
LINES_SHOWN = 60

# Lines that a report may have; the taint that a warning leaves.
LONGEST_REPORT = 200
WARNED = 9


@dataclass(frozen=True, order=True)
class Finding:
    """Trouble: where (an index into the log's lines) and what."""

    line: int
    meaning: str


def read(path: Path) -> list[str]:
    """Return a log's lines, without the serial console's carriage returns."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")] if text else []


def check(lines: list[str], complete: bool = True) -> list[Finding]:
    """Return all trouble in a log, in order.

    `complete` says that the guest reported the command's status: only then must announcements have
    come true, and init's last words be there.
    """
    findings: list[Finding] = []
    faults = Faults()
    taints: int | None = None
    messages = [TIME.sub("", line) for line in lines]
    excused, excused_taints = _excuse(messages)
    for number, message in enumerate(messages):
        if number in excused or _announced(message):
            continue
        wrong = faults.take(number, message)
        if wrong:
            findings.append(Finding(*wrong))
        elif meaning := _trouble(message):
            findings.append(Finding(number, meaning))
        elif last_words := LAST_WORDS.match(message):
            taints = int(last_words.group(1))
            harmless = HARMLESS_TAINTS.keys() | excused_taints
            bad = [bit for bit in range(64) if taints >> bit & 1 and bit not in harmless]
            if bad:
                names = ", ".join(BAD_TAINTS.get(bit, f"bit {bit}") for bit in bad)
                findings.append(Finding(number, f"the kernel is tainted: {names}"))
    findings += [Finding(*wrong) for wrong in faults.finish(complete)]
    if complete and taints is None:
        findings.append(Finding(max(len(lines) - 1, 0), "the log ends without init's last words"))
    return sorted(findings)


def _announced(message: str) -> tuple[re.Pattern[str], ...]:
    """Return the reports that a message announces."""
    announcement = ANNOUNCEMENT.match(message)
    return ANNOUNCED_REPORTS.get(announcement.group(1), ()) if announcement else ()


def _excuse(messages: list[str]) -> tuple[set[int], set[int]]:
    """Return the lines of reports that are no trouble, and the taints that come with them.

    Those are data races in which none of our code takes part, and reports that were announced.
    """
    excused: set[int] = set()
    taints: set[int] = set()
    expected = [pattern for message in messages for pattern in _announced(message)]
    number = 0
    while number < len(messages):
        end = _end_of_report(messages, number)
        report = messages[number:end]
        if len(report) > 1 and any(RACE.search(line) for line in report[:2]):
            if KERNELS_RACE.search(report[1]) or not _is_ours(report):
                excused.update(range(number, end))
        elif len(report) > 1 and any(pattern.search("\n".join(report[:9])) for pattern in expected):
            excused.update(range(number, end))
            taints.add(WARNED)
        number = end
    return excused, taints


def _is_ours(race: list[str]) -> bool:
    """Say whether our code takes part in a data race."""
    interrupted = False
    for line in race:
        interrupted = not STACK_END.match(line) and (interrupted or bool(INTERRUPTED.match(line)))
        if not interrupted and OUR_CODE.search(line):
            return True
    return False


def _end_of_report(messages: list[str], number: int) -> int:
    """Return where the report ends that begins at a line; the next line if none does."""
    for first, last in REPORTS:
        if first.match("\n".join(messages[number:number + 2])):
            for end in range(number + 1, min(number + LONGEST_REPORT, len(messages))):
                if last.search(messages[end]):
                    return end + 1
    return number + 1


def is_emulator_race(lines: list[str]) -> bool:
    """Say whether QEMU, rather than the kernel, ended the guest: see EMULATOR_RACE.

    It is not to blame where there was other trouble before.
    """
    text = "\n".join(TIME.sub("", line) for line in lines)
    race = EMULATOR_RACE.search(text)
    return race is not None and check(lines, complete=False)[0].line == text.count("\n", 0, race.start())


def _trouble(message: str) -> str:
    """Return what a message means, if it means trouble."""
    for rule in TROUBLE:
        if rule.pattern.search(message):
            harmless = any(exception.pattern.fullmatch(message) for exception in HARMLESS)
            return "" if harmless else rule.meaning
    return ""


def describe(lines: list[str], findings: list[Finding], name: str) -> str:
    """Return findings for a person: the log around the first, then the others in a line each."""
    text = [f"{name}: {len(findings)} lines of trouble in the kernel log"]
    meanings: dict[int, str] = {}
    for finding in findings:
        meanings.setdefault(finding.line, finding.meaning)
    near = sorted({
        number for line in meanings
        for number in range(max(line - LINES_BEFORE, 0), min(line + LINES_AFTER + 1, len(lines)))})[:LINES_SHOWN]
    previous = -1
    for number in near:
        if number != previous + 1:
            text.append("    …")
        previous = number
        mark = ">" if number in meanings else " "
        text.append(f"  {mark} {number + 1:5} {lines[number]}")
        if number in meanings:
            text.append(f"          ^ {meanings.pop(number)}")
    if meanings:
        text.append("    … and further on:")
        text += [
            f"  > {number + 1:5} {lines[number] if lines else ''}  ({meaning})" for number, meaning in meanings.items()]
    return "\n".join(text)


def main() -> int:
    """Check the named logs."""
    parser = argparse.ArgumentParser(
        prog="tools/vm/logcheck.py", description=(__doc__ or "").splitlines()[0],
        epilog="Exit status: 0 if there is none, 1 if there is, 2 if a log cannot be read.")
    parser.add_argument("--incomplete", action="store_true", help="the guest did not come to its end")
    parser.add_argument("log", nargs="+", type=Path)
    args = parser.parse_args()
    status = 0
    for log in args.log:
        try:
            lines = read(log)
        except OSError as error:
            print(f"tools/vm/logcheck.py: {error}", file=sys.stderr)
            return 2
        findings = check(lines, complete=not args.incomplete)
        if findings:
            print(describe(lines, findings, str(log)))
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
