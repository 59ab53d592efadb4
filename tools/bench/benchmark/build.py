# SPDX-License-Identifier: GPL-2.0
"""Build the benchmark, and the contention run: their modules for a kernel, and their clients.

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


# What the benchmark's modules are made of, and what they become; and the contention run's.
PARTS = ("Kbuild", "bench.h", "benchioctl.h", "edu.h", "kernel", "miniport"), ("kernel/vp_bench_kernel.ko", "miniport/vp_bench.ko")
SCALING_PARTS = ("edu.h", "scaling"), ("scaling/miniport/vp_scale.ko",)


def _modules(subject: Subject, kernel: str, port: Path, what: str, parts: tuple[tuple[str, ...], tuple[str, ...]],
             below: str = "") -> tuple[Path, ...]:
    """Build modules of this folder: `parts` names sources and results, `below` is where the Kbuild file is."""
    sources, results = parts
    release = ask_kernel(kernel, "release")
    apart = "" if subject.tree == TOP else "-" + hashlib.sha256(bytes(subject.tree)).hexdigest()[:8]
    folder = TOP / "build" / f"{release}-{what}{apart}"
    place = folder / "tools/bench"
    place.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["cp", "-rsf", subject.tree / "include", folder], check=True)
        subprocess.run(["cp", "-rsf", *(HERE / name for name in sources), place], check=True)
        subprocess.run(["find", folder, "-xtype", "l", "-delete"], check=True)
        log = folder / "build.log"
        with log.open("w") as out:
            made = subprocess.run(
                ["make", "-C", ask_kernel(kernel, "headers"), *ask_kernel(kernel, "make").split(), f"M={place / below}", "W=1",
                 f"-j{os.cpu_count()}", f"KBUILD_EXTRA_SYMBOLS={port / 'Module.symvers'}", "modules"],
                stdout=out, stderr=subprocess.STDOUT, check=False)
    text = log.read_text(errors="replace")
    if made.returncode or re.search("warning", text, re.IGNORECASE):
        raise BuildError(f"{text}\nthe modules of tools/bench: the build failed or warned; see {log}")
    return tuple(place / name for name in results)


def _client(subject: Subject, name: str, sources: str) -> Path:
    """Build the program of a folder of sources, below build/bench."""
    out = TOP / "build/bench" / name
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(["make", "-s", f"-j{os.cpu_count()}", "-f", "tools/bench/build.mk", f"OUT={out.relative_to(TOP)}",
                               f"CLIENT={sources}", f"TREE={subject.tree}"], cwd=TOP, check=False)
    if made.returncode:
        raise BuildError(f"the client of tools/bench/{sources} cannot be built")
    return out / "client"


def build(subject: Subject, kernel: str) -> Built:
    """Build all that a guest of the benchmark needs."""
    port = videoport(subject, kernel)
    return Built((port / "videoport.ko", *_modules(subject, kernel, port, "bench", PARTS)), _client(subject, "client", "client"))


def build_scaling(subject: Subject, kernel: str) -> Built:
    """Build all that a guest of the contention run needs."""
    port = videoport(subject, kernel)
    modules = _modules(subject, kernel, port, "scaling", SCALING_PARTS, "scaling")
    return Built((port / "videoport.ko", *modules), _client(subject, "scaling", "scaling/client"))
