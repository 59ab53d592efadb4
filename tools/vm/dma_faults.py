# SPDX-License-Identifier: GPL-2.0
"""DMA faults in a kernel log: which were announced, which came unannounced, which never came.

Owns the language of announcements. A test writes `vm-announce: dmar-fault addr=0x… [count>=N]` to
/dev/kmsg before it provokes a fault; faults in that page are then expected. It never accepts a
fault whose address it cannot see: not if the kernel rationed its messages either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from log_rules import FAULT, FAULT_STATUS, FAULTS_SUPPRESSED, SMMU_FAULT, SMMU_WORD

ANNOUNCEMENT = re.compile(r"\bvm-announce:")
DMAR_FAULT = re.compile(r"vm-announce: dmar-fault addr=(0x[0-9a-fA-F]+)(?: count>=(\d+))?")
PAGE_SHIFT = 12  # the vIOMMU maps in 4 KiB pages, whatever the guest's page size is


@dataclass
class Announced:
    """One announcement and the faults that came true since."""

    line: int
    page: int
    at_least: int
    seen: int = 0


class Faults:
    """Takes in a log's messages in order. Each method returns what is wrong, or an empty string."""

    def __init__(self) -> None:
        self._announced: list[Announced] = []
        self._status_line: int | None = None
        self._event: list[int] | None = None  # the words so far of what an SMMU reports

    def take(self, line: int, message: str) -> tuple[int, str] | None:
        """Take in one message; return the line to blame and why, if it shows something wrong.

        The kernel prints a line with the fault status, then one for each fault. The status alone
        means that the faults' own lines were suppressed, or that the IOMMU itself is in error.
        """
        if ANNOUNCEMENT.search(message):
            return self._announce(line, message)
        if FAULTS_SUPPRESSED.search(message):
            return line, "DMA faults went unseen: provoke fewer than 5 in 5 seconds"
        if FAULT_STATUS.search(message):
            alone, self._status_line = self._status_line, line
            return None if alone is None else (alone, _STATUS_ALONE)
        address = self._address(line, message)
        if address is None:
            return None
        self._status_line = None
        page = address >> PAGE_SHIFT
        expected = [item for item in self._announced if item.page == page]
        for item in expected:
            item.seen += 1
        return None if expected else (line, "DMA fault that was not announced")

    def _address(self, line: int, message: str) -> int | None:
        """Return the address of the fault that is complete with this message."""
        if SMMU_FAULT.search(message):
            self._status_line, self._event = line, []
        elif self._event is not None and (word := SMMU_WORD.search(message)):
            self._event.append(int(word.group(1), 16))
            if len(self._event) == 3:
                address, self._event = self._event[2], None
                return address
        fault = FAULT.search(message)
        return int(fault.group(1), 16) if fault else None

    def finish(self, complete: bool) -> list[tuple[int, str]]:
        """Return what is wrong at the log's end; `complete` says that the test ran to its end."""
        wrong = [] if self._status_line is None else [(self._status_line, _STATUS_ALONE)]
        if complete:
            wrong += [
                (item.line, f"announced, but only {item.seen} of {item.at_least} DMA faults came")
                for item in self._announced if item.seen < item.at_least]
        return wrong

    def _announce(self, line: int, message: str) -> tuple[int, str] | None:
        text = message[message.index("vm-announce:"):].strip()
        found = DMAR_FAULT.fullmatch(text)
        if not found:
            return line, "not an announcement that this check knows"
        self._announced.append(Announced(line, int(found.group(1), 16) >> PAGE_SHIFT, int(found.group(2) or 1)))
        return None


_STATUS_ALONE = "DMA fault status without the fault's own line"
