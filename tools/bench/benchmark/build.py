# SPDX-License-Identifier: GPL-2.0
"""Build the benchmark: its two modules for a kernel, and its client.

Owns build/RELEASE-bench*, directories of links, so that several kernels' objects, and those against
several trees of videoport, do not meet. Builds videoport itself only by asking its tree to.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
TOP = HERE.parents[1]


class BuildError(Exception):
    """Something cannot be built; the text says what and where the log is."""


@dataclass(frozen=True)
class Subject:
    """The videoport that is measured: its sources, and where it is built, or None: it is built first."""

    tree: Path
    modules: Path | None = None

    def __post_init__(self) -> None:
        if not (self.tree / "include/video.h").is_file():
            raise BuildError(f"{self.tree} is no tree of videoport: it has no include/video.h")


@dataclass(frozen=True)
class Built:
    """What goes into a guest."""

    modules: tuple[Path, ...]  # in the order to load them
    client: Path


def ask_kernel(kernel: str, what: str) -> str:
    """Ask the cache about a kernel, which it gets first if need be."""
    done = subprocess.run([TOP / "tools/vm/kernel", kernel, "--print", what], stdout=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        raise BuildError(f"kernel {kernel} cannot be had")
    return done.stdout.strip()


def videoport(subject: Subject, kernel: str) -> Path:
    """Return the directory of videoport.ko and its Module.symvers, building it unless that was named."""
    if not subject.modules:
        done = subprocess.run([subject.tree / "tools/vm/modules", "--quiet", kernel], stdout=subprocess.PIPE,
                              text=True, check=False)
        if done.returncode:
            raise BuildError(f"videoport of {subject.tree} cannot be built for {kernel}")
        return Path(done.stdout.strip().splitlines()[-1])
    for name in ("videoport.ko", "Module.symvers"):
        if not (subject.modules / name).is_file():
            raise BuildError(f"no {name} in {subject.modules}")
    return subject.modules


def _modules(subject: Subject, kernel: str, port: Path) -> tuple[Path, ...]:
    release = ask_kernel(kernel, "release")
    apart = "" if subject.tree == TOP else "-" + hashlib.sha256(bytes(subject.tree)).hexdigest()[:8]
    folder = TOP / "build" / f"{release}-bench{apart}"
    place = folder / "tools/bench"
    place.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["cp", "-rsf", subject.tree / "include", folder], check=True)
        subprocess.run(
            ["cp", "-rsf", *(HERE / name for name in ("Kbuild", "bench.h", "benchioctl.h", "kernel", "miniport")), place],
            check=True)
        subprocess.run(["find", folder, "-xtype", "l", "-delete"], check=True)
        log = folder / "build.log"
        with log.open("w") as out:
            made = subprocess.run(
                ["make", "-C", ask_kernel(kernel, "headers"), f"M={place}", "W=1", f"-j{os.cpu_count()}",
                 f"KBUILD_EXTRA_SYMBOLS={port / 'Module.symvers'}", "modules"],
                stdout=out, stderr=subprocess.STDOUT, check=False)
    text = log.read_text(errors="replace")
    if made.returncode or re.search("warning", text, re.IGNORECASE):
        raise BuildError(f"{text}\nthe benchmark's modules: the build failed or warned; see {log}")
    return (place / "kernel/vp_bench_kernel.ko", place / "miniport/vp_bench.ko")


def _client(subject: Subject) -> Path:
    out = TOP / "build/bench/client"
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(["make", "-s", f"-j{os.cpu_count()}", "-f", "tools/bench/build.mk", f"OUT={out.relative_to(TOP)}",
                               f"TREE={subject.tree}"], cwd=TOP, check=False)
    if made.returncode:
        raise BuildError("the benchmark's client cannot be built")
    return out / "client"


def build(subject: Subject, kernel: str) -> Built:
    """Build all that a guest with the kernel needs."""
    port = videoport(subject, kernel)
    return Built((port / "videoport.ko", *_modules(subject, kernel, port)), _client(subject))
