# SPDX-License-Identifier: GPL-2.0
"""Counts the cases of a test program and prints them as they end.

Owns the lines `ok ...` and `FAILED ...` and the last one. A case is a function that raises if what it
is named after does not hold; what it says is printed under it.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable


class Wrong(Exception):
    """What a case is named after does not hold; the text says why."""


def expect(holds: object, why: str) -> None:
    """Raise Wrong unless something holds."""
    if not holds:
        raise Wrong(why)


def run(*command: object, **options: object) -> str:
    """Run a command and return its output, stderr in it; raise Wrong with it if the command fails."""
    done = subprocess.run([str(word) for word in command], text=True, errors="replace", stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode:
        raise Wrong(f"{' '.join(str(word) for word in command)}: status {done.returncode}\n{done.stdout}")
    return done.stdout


class Cases:
    """Runs cases one after another."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def check(self, what: str, case: Callable[[], object]) -> bool:
        """Run one case, print what came of it, and say whether it passed."""
        start = time.monotonic()
        try:
            case()
        except (Wrong, OSError) as error:
            self.failed += 1
            print(f"FAILED  {what}")
            print("\n".join(f"        {line}" for line in str(error).splitlines()[-60:]), flush=True)
            return False
        self.passed += 1
        print(f"ok      {what} ({time.monotonic() - start:.0f} s)", flush=True)
        return True

    def end(self) -> int:
        """Print the counts; the status of the program."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
