# SPDX-License-Identifier: GPL-2.0
"""Clients on several processors: what a guest says of the locks that they took, judged, and as text.

Owns the cases of the contention run and what must hold of each. Boots nothing.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import lock_stat
from .lock_stat import LockClass
from .table import grid

ALONE, APART, TOGETHER = "alone", "two-adapters", "one-adapter"
# Each client: adapter and processor.
CASES = {ALONE: "0:0", APART: "0:0,1:1", TOGETHER: "0:0,0:1"}
TITLES = {ALONE: "one client", APART: "two clients, an adapter each", TOGETHER: "two clients of one adapter"}
# Clients of one adapter take turns, and sleep each time: a few cycles show it.
FEWER = 5
# A lock of a port, which each call takes: if it was not counted, nothing was.
PORT_LOCK = "videoport port"
# What may go to another processor without being shared between the clients, of 1,000 cycles: the watch over
# what takes too long runs every few seconds, wherever it likes.
STRAY = 2.0


@dataclass
class Case:
    """One set of clients, and the locks of the kernel while they ran."""

    name: str
    clients: list[dict[str, Any]]
    locks: list[LockClass]

    @property
    def cycles(self) -> int:
        """All clients' together."""
        return sum(client["cycles"] for client in self.clients)

    def rate(self, count: int) -> float:
        """Return a count for 1,000 cycles."""
        return 1000 * count / self.cycles

    def speed(self) -> float:
        """Return cycles a second, of all clients together."""
        return sum(client["cycles"] * 1e9 / client["ns"] for client in self.clients)

    def overlap(self) -> float:
        """Return the part of the longest client's time in which all were at work."""
        times = [client["ns"] for client in self.clients]
        return min(times) / max(times)

    def ours(self) -> list[LockClass]:
        """Return videoport's locks."""
        return [lock for lock in self.locks if lock.ours]


@dataclass(frozen=True)
class Finding:
    """Something that must hold, and whether it does."""

    what: str
    ok: bool
    why: str = ""


def orders(cycles: int) -> Iterator[str]:
    """Yield the arguments of the guest's script."""
    for name, clients in CASES.items():
        yield from (name, str(cycles // (FEWER if name == TOGETHER else 1)), clients)


def unpack(archive: bytes, lines: list[dict[str, Any]]) -> list[Case]:
    """Return the cases of a guest: its lines, and the archive of what its kernel said."""
    cases = []
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        texts: dict[str, str] = {}
        for member in tar:
            if member.isfile() and (file := tar.extractfile(member)):
                texts[str(Path(member.name))] = file.read().decode(errors="replace")
    for line in lines:
        parts = [texts.get(f"{line['case']}/{name}") for name in ("lock_stat", "lockdep", "sections")]
        stat, lockdep, sections = (part or "" for part in parts)
        cases.append(Case(line["case"], line["clients"], lock_stat.parse(stat, lockdep, sections)))
    return cases


def _named(locks: list[LockClass], case: Case, count: str) -> str:
    return "; ".join(f"{lock.name}: {getattr(lock, count)} times in {case.cycles:,} cycles"
                     + (f", in {lock.place()}" if count == "waits" and lock.places else "") for lock in locks)


def judge(place: str, cases: list[Case]) -> Iterator[Finding]:
    """Yield what must hold of a boot. The clients of one adapter show that all this can be seen."""
    by_name = {case.name: case for case in cases}
    for name in CASES:
        if name not in by_name:
            yield Finding(f"{place}, {TITLES[name]}: ran", False, "there are no figures of it")
            continue
        case = by_name[name]
        port = [lock for lock in case.ours() if lock.name == PORT_LOCK]
        taken = port[0].taken if port else 0
        yield Finding(f"{place}, {TITLES[name]}: the kernel counted videoport's locks", taken > case.cycles,
                      f"{PORT_LOCK}: taken {taken} times in {case.cycles:,} cycles")
    if case := by_name.get(APART):
        waited = [lock for lock in case.ours() if lock.waits]
        moved = [lock for lock in case.ours() if case.rate(lock.moves) > STRAY]
        yield Finding(f"{place}, {TITLES[APART]}: both at work at the same time", case.overlap() > 0.5,
                      f"only {case.overlap():.0%} of the time")
        yield Finding(f"{place}, {TITLES[APART]}: nobody waits for a lock of videoport's", not waited,
                      _named(waited, case, "waits"))
        yield Finding(f"{place}, {TITLES[APART]}: no lock of videoport's is shared by them", not moved,
                      _named(moved, case, "moves"))
    if case := by_name.get(TOGETHER):
        waits, moves = (sum(getattr(lock, count) for lock in case.ours()) for count in ("waits", "moves"))
        yield Finding(f"{place}, {TITLES[TOGETHER]}: both would be seen, and are there", bool(waits) and moves > case.cycles / 10,
                      f"{waits} waits and {moves} moves in {case.cycles:,} cycles")


def describe(place: str, case: Case) -> str:
    """Return a case's locks as a table: what was waited for, and what of videoport's was shared."""
    rows = []
    for lock in case.locks:
        if not lock.waits and not (lock.ours and lock.moves):
            continue
        rows.append([lock.name, "videoport" if lock.ours else "the kernel's", f"{case.rate(lock.waits):.2f}",
                     f"{case.rate(lock.waits_of_others):.2f}", f"{case.rate(lock.moves):.2f}",
                     f"{lock.taken / case.cycles:.1f}", lock.place()])
    head = [f"{place}, {TITLES[case.name]}: of 1,000 cycles", "whose", "waits", "for another CPU", "moves", "taken a cycle",
            "waited for in"]
    if not rows:
        return f"{place}, {TITLES[case.name]}: no lock was waited for, none of videoport's went to another CPU"
    return grid(head, rows)


def speeds(place: str, cases: list[Case]) -> str:
    """Return how many cycles a second the clients make; nothing is judged by it."""
    alone = next((case.speed() for case in cases if case.name == ALONE), 0.0)
    rows = [[TITLES[case.name], f"{case.speed():,.0f}", f"{case.speed() / alone:.2f}" if alone else "-",
             f"{case.overlap():.0%}"] for case in cases]
    return grid([f"{place}: emulated, on a host that others use: not judged", "cycles a second", "of one client's",
                 "at the same time"], rows)
