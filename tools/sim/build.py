# SPDX-License-Identifier: GPL-2.0
"""Build a program of tools/sim with a line of progress. Used by run and fuzz."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
OUT = TOP / "build" / "sim"
CANNOT_RUN = 2
SANITIZERS = {
    # freed memory is poisoned by the simulation's own allocator, and never given out again
    "ASAN_OPTIONS": "quarantine_size_mb=16:malloc_context_size=8:detect_stack_use_after_return=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "second_deadlock_stack=1:history_size=4",
}
for _name, _value in SANITIZERS.items():
    os.environ[_name] = f"{_value}:{os.environ[_name]}" if _name in os.environ else _value


def missing(packages: str) -> None:
    """Say what to install, where a program or a header is not there."""
    names = [line for line in (HERE / packages).read_text(encoding="ascii").splitlines() if line and line[0] != "#"]
    print(f"tools/sim: if something is missing: apt-get install {' '.join(names)}", file=sys.stderr)


def progress(text: str) -> None:
    """Show a line that the next one replaces, where somebody is looking."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def build(variant: str, *programs: str, jobs: int, core: str = "") -> list[Path]:
    """Build programs of a variant, and return where they are; leave the program if that fails."""
    command = ["make", "--no-print-directory", f"-j{jobs}", "-C", HERE, f"VARIANT={variant}", *programs]
    command += [f"CORE={Path(core).resolve()}", f"BUILD={OUT / 'other' / variant}"] if core else []
    folder = (OUT / "other" if core else OUT) / variant
    # what is up to date is not built: ask first, to know how much there is to do
    plan = subprocess.run([*command, "-n"], stdout=subprocess.PIPE, text=True, check=False).stdout
    total = len(re.findall(r" -o ", plan))
    done = 0
    words = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as make:
        for line in make.stdout or ():
            if line.startswith("  ") and not line[2:3].isspace():
                done += 1
                progress(f"{variant}: building {done}/{total} {line.strip()}")
            words.append(line)
    progress("")
    if make.returncode:
        print("".join(word for word in words if not re.match(r"  \S+\.cc$", word)), file=sys.stderr)
        missing("fuzz-packages" if variant == "fuzz" else "packages")
        sys.exit(CANNOT_RUN)
    return [folder / "bin" / program for program in programs]


def processors() -> int:
    """How many jobs at once."""
    return len(os.sched_getaffinity(0))
