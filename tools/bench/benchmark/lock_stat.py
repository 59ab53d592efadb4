# SPDX-License-Identifier: GPL-2.0
"""What /proc/lock_stat says of the kernel's locks, and whose each is.

Owns the forms of those files. A class is videoport's if its key lies in the module, or if the module itself has
waited for it or kept others waiting; /proc/lockdep says where keys lie (no_hash_pointers), sysfs where modules do.
Judges nothing.
"""

from __future__ import annotations

import bisect
import re
import shutil
import subprocess
from dataclasses import dataclass, field

MODULE = "videoport"
# NAME: con-bounces contentions four times acq-bounces acquisitions four times
COUNTS = re.compile(r"^\s*(\S.*?)(-[WR])?:\s*(\d+)\s+(\d+)((?:\s+-?\d+\.\d+){4})\s+(\d+)\s+(\d+)((?:\s+-?\d+\.\d+){4})\s*$")
# NAME count [<address>] symbol
POINT = re.compile(r"^\s*(\S.*?)\s+(\d+)\s+\[<[^>]*>\]\s+(\S.*?)\s*$")
CLASS = re.compile(r"^([0-9a-f]{8,16})\b[^:]*?(?:\s[-.+?]+)?: (\S.*?)\s*$")
SUFFIX = re.compile(r"((?:#\d)?(?:/\d)?)$")
# Names are cut to so many characters, less two for each of their suffixes.
LONGEST = 37


class LockStatError(Exception):
    """The files do not say what they must: the text says what is missing."""


@dataclass
class LockClass:
    """What the kernel counted of one class; readers and writers together."""

    name: str
    ours: bool = False
    waits: int = 0  # somebody found it taken
    waits_of_others: int = 0  # of those: it was last taken on another processor
    moves: int = 0  # taken on another processor than the last time
    taken: int = 0
    places: list[tuple[int, str]] = field(default_factory=list)  # how many waits, where

    def place(self) -> str:
        """Return where it was waited for most, as a person reads it; nothing if it was not."""
        return readable(self.places[0][1]) if self.places else ""

    def add(self, bounces: int, waits: int, moves: int, taken: int) -> None:
        """Take in a line of counts."""
        self.waits_of_others += bounces
        self.waits += waits
        self.moves += moves
        self.taken += taken


def readable(symbol: str) -> str:
    """Return a symbol without its offset, in C++'s own words; its module behind it."""
    name, _, rest = symbol.partition("+")
    module = rest.partition(" ")[2]
    if name.startswith("_Z") and shutil.which("c++filt"):
        name = subprocess.run(["c++filt", "--no-params", name], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    return f"{name} {module}".rstrip()


def shown_name(name: str) -> str:
    """Return how /proc/lock_stat shows a name of /proc/lockdep."""
    found = SUFFIX.search(name)
    suffix = found.group(1) if found else ""
    base = name[:len(name) - len(suffix)] if suffix else name
    return base[:LONGEST - len(suffix)] + suffix


def owners(sections: str) -> list[tuple[int, str]]:
    """Return where each module's sections begin, and whose they are, in order."""
    found = []
    for line in sections.splitlines():
        address, module, _ = line.split(maxsplit=2)
        if value := int(address, 16):
            found.append((value, module))
    return sorted(found)


def owned(lockdep: str, sections: str, module: str = MODULE) -> set[str]:
    """Return the names of the classes whose keys lie in a module, as lock_stat shows them."""
    starts = owners(sections)
    if not any(name == module for _, name in starts):
        raise LockStatError(f"nothing says where {module} lies")
    # A module's data is in pages of its own: what lies far behind a section is no part of it.
    addresses = [start for start, _ in starts]
    names = set()
    for line in lockdep.splitlines():
        if not (match := CLASS.match(line)):
            continue
        key = int(match.group(1), 16)
        at = bisect.bisect_right(addresses, key) - 1
        if at >= 0 and starts[at][1] == module and key - starts[at][0] < 1 << 20:
            names.add(shown_name(match.group(2)))
    if not names:
        raise LockStatError(f"no class of locks lies in {module}: boot with no_hash_pointers")
    return names


def parse(lock_stat: str, lockdep: str, sections: str) -> list[LockClass]:
    """Return all classes that were taken, those most waited for first."""
    mine = owned(lockdep, sections)
    classes: dict[str, LockClass] = {}
    for line in lock_stat.splitlines():
        if match := COUNTS.match(line):
            name = match.group(1)
            known = classes.setdefault(name, LockClass(name, name in mine))
            known.add(*(int(match.group(group)) for group in (3, 4, 6, 7)))
        elif match := POINT.match(line):
            # the second list of a class says who had it meanwhile
            known = classes.setdefault(match.group(1), LockClass(match.group(1), match.group(1) in mine))
            known.places.append((int(match.group(2)), match.group(3)))
            known.ours |= match.group(3).endswith(f"[{MODULE}]")
    if not classes:
        raise LockStatError("the kernel counted no lock: it wants CONFIG_LOCK_STAT")
    return sorted(classes.values(), key=lambda each: (-each.waits, -each.moves, each.name))
