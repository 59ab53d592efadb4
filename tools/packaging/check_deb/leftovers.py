# SPDX-License-Identifier: GPL-2.0
"""Compares a root before and after: what was left behind, what is missing, what is different.

Owns the list of what is excluded, with the reason for each. Of every file it takes kind, mode, owner and
contents (not times: what a trigger writes anew with the same contents is the same file).
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import stat
from pathlib import Path

# What a package manager is there to write, whatever is installed. That no file of its database speaks
# of videoport is a case of its own.
EXCLUDED = {
    "var/log/*": "the logs of apt and dpkg",
    "var/lib/dpkg/*": "dpkg's database: the order of its entries, backups of it",
    "var/lib/apt/*": "apt's database: which packages were installed automatically",
    "var/cache/*": "caches: of apt, ldconfig, debconf",
    "etc/ld.so.cache": "ldconfig's, written anew with every library",
    "var/lib/dkms/mok.*": "the machine's key for all modules, which DKMS makes when it first signs one",
}

Snapshot = dict[str, tuple[object, ...]]


def excluded(name: str) -> bool:
    """Say whether a path of the root is none of our business."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in EXCLUDED)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def snapshot(root: Path) -> Snapshot:
    """Look at every file of a root."""
    found: Snapshot = {}
    for folder, folders, names in os.walk(root):
        for name in folders + names:
            path = Path(folder, name)
            inside = str(path.relative_to(root))
            if excluded(inside):
                continue
            status = path.lstat()
            what: object = None
            if stat.S_ISLNK(status.st_mode):
                what = os.readlink(path)
            elif stat.S_ISREG(status.st_mode):
                what = _digest(path)
            found[inside] = (stat.filemode(status.st_mode), status.st_uid, status.st_gid, what)
    return found


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """Say in lines what is not as it was."""
    lines = [f"left behind: /{name}" for name in sorted(after.keys() - before.keys())]
    lines += [f"gone: /{name}" for name in sorted(before.keys() - after.keys())]
    lines += [f"changed: /{name}: {before[name]} -> {after[name]}"
              for name in sorted(before.keys() & after.keys()) if before[name] != after[name]]
    return lines
