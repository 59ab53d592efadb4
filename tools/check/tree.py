# SPDX-License-Identifier: GPL-2.0
"""What the checks share: the files of the tree, calling a tool, and the exceptions file.

All paths are relative to the top of the tree, which is the working directory. Nothing is written
outside build/check, but what slow tools have found in files that did not change: that is in the cache.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
OUT = Path("build/check")
# ${XDG_CACHE_HOME:-$HOME/.cache}/videoport, as tools/vm has it.
ANSWERS = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "videoport/check"
EXCEPTIONS = Path("tools/check/exceptions")
ENDED = "ended with status"  # a tool, without a finding
NOT_OURS = {".git", "build", "__pycache__"}


class CannotRun(Exception):
    """A check cannot be run: what is missing, and how to get it."""


@cache
def all_files() -> tuple[str, ...]:
    """Every file of the tree but what a build makes, sorted."""
    found = []
    for folder, folders, names in os.walk("."):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        # checkpatch keeps a file of its own at the top while it runs
        found += [os.path.relpath(os.path.join(folder, name)) for name in names
                  if not name.endswith(".mod.c") and not name.startswith(".checkpatch-camelcase")]
    return tuple(sorted(name for name in found if os.path.isfile(name)))


def files(*patterns: str, but: Iterable[str] = ()) -> list[str]:
    """The files that match any of the patterns, where * may stand for folders too."""
    chosen = [name for name in all_files()
              if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
              and not any(fnmatch.fnmatchcase(name, pattern) for pattern in but)]
    for pattern in patterns:
        if not fnmatch.filter(chosen, pattern):
            raise CannotRun(f"no file is called {pattern}: tools/check/checks.py is out of date")
    return chosen


def scripts(language: str, suffix: str) -> list[str]:
    """The scripts in a language, by their suffix or, whatever they are called, by their first line."""
    first_line = re.compile(rb"#!.*\b" + language.encode() + rb"\b")
    chosen = []
    for name in all_files():
        with open(name, "rb") as file:
            if name.endswith(suffix) or first_line.match(file.readline(100)):
                chosen.append(name)
    return chosen


def call(*command: str | os.PathLike[str]) -> subprocess.CompletedProcess[str]:
    """Run a tool with both its outputs in one."""
    return subprocess.run(command, text=True, errors="replace", check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def lines_of(process: subprocess.CompletedProcess[str], pattern: str) -> list[str]:
    """The lines that match, each once; a tool that failed without such a line is a finding too."""
    found = list(dict.fromkeys(line.strip() for line in process.stdout.splitlines()
                               if re.search(pattern, line)))
    if process.returncode and not found:
        last = process.stdout.strip().splitlines()[-10:]
        return [f"{process.args[0]} {ENDED} {process.returncode}:", *last]
    return found


def one_by_one(check: str, names: list[str], others: Iterable[str],
               ask: Callable[[str], list[str]]) -> list[str]:
    """What a slow tool finds in each file; not asked again until the file or one of others changes."""
    memory = ANSWERS / check
    memory.mkdir(parents=True, exist_ok=True)
    common = hashlib.sha256()
    for name in sorted({*others, "tools/check/checks.py"}):
        common.update(Path(name).read_bytes())
    found = []
    for name in names:
        digest = common.copy()
        digest.update(name.encode() + b"\0" + Path(name).read_bytes())
        answer = memory / digest.hexdigest()
        if answer.exists():
            found += json.loads(answer.read_text())
            continue
        said = ask(name)
        if not any(ENDED in line for line in said):
            part = answer.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(said))
            part.rename(answer)
        found += said
    return list(dict.fromkeys(found))


def kernel(name: str) -> Path:
    """The headers of a kernel of the cache, which is asked for them."""
    process = subprocess.run(["tools/vm/kernel", name, "--print", "headers"], text=True, check=False,
                             stdout=subprocess.PIPE)
    if process.returncode:
        raise CannotRun(f"tools/vm/kernel {name} cannot provide the kernel; see above")
    return Path(process.stdout.strip())


@dataclass
class Exception_:
    """One line of the exceptions file."""

    place: str
    path: str
    pattern: re.Pattern[str]
    used: bool = False


class Exceptions:
    """What the exceptions file says of one check."""

    def __init__(self, check: str) -> None:
        self.of_check: list[Exception_] = []
        reason = False
        for number, line in enumerate((TOP / EXCEPTIONS).read_text(encoding="utf-8").splitlines(), 1):
            place = f"{EXCEPTIONS}:{number}"
            if line.startswith("#") or not line.strip():
                reason = line.startswith("#")
                continue
            if not reason:
                raise SystemExit(f"{place}: an exception needs its reason in a comment above")
            name, path, pattern = line.split(None, 2)
            if name == check:
                self.of_check.append(Exception_(place, path, re.compile(pattern)))

    def without(self, findings: list[str]) -> list[str]:
        """The findings that no exception covers."""
        return [finding for finding in findings if not self._covers(finding)]

    def unused(self) -> list[str]:
        """The exceptions that cover nothing any more."""
        return [f"{one.place}: excepts what is no longer found; remove it"
                for one in self.of_check if not one.used]

    def _covers(self, finding: str) -> bool:
        path = finding.partition(":")[0]
        for one in self.of_check:
            if fnmatch.fnmatchcase(path, one.path) and one.pattern.search(finding):
                one.used = True
                return True
        return False
