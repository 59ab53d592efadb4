# SPDX-License-Identifier: GPL-2.0
"""The list of wanted differences: reads it, and sorts what was found into wanted and not."""
import os

from . import sides

FILE = os.path.join(sides.HERE, "wanted-differences")


def read(path=FILE):
    """[(kind, name, ours, reason)]; raises ValueError for a line that is not of that form."""
    entries = []
    with open(path) as f:
        for number, line in enumerate(f, 1):
            if line.strip() and not line.startswith("#"):
                fields = [x.strip() for x in line.split("|", 3)]
                if len(fields) != 4 or not all(fields):
                    raise ValueError(f"{path}:{number}: want kind | name | ours | reason")
                entries.append(tuple(fields))
    return entries


def sort(differences, entries):
    """(wanted differences, [failure])."""
    wanted, failures, used = [], [], set()
    for d in differences:
        match = next((e for e in entries if (d.kind, d.name) == e[:2] and
                      e[2] in ("*", d.ours)), None)
        if match:
            wanted.append(d)
            used.add(match)
        else:
            failures.append(str(d))
    for e in entries:
        if e not in used:
            failures.append(f"wanted difference no longer there, remove it from the list: "
                            f"{e[0]} {e[1]}")
    return wanted, failures
