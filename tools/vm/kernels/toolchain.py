# SPDX-License-Identifier: GPL-2.0
"""A compiler of a newer Debian release, and what else reads its debug information, run where it is unpacked.

Owns which packages make it up. Its programs want a newer C library than this machine has: they are
told where theirs lies, beside them, so that they disturb nothing and need no root. An entry is tied to
its place in the cache.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .cache import Cache
from .entry import KernelError, Say

ELF = b"\x7fELF"
LIBRARIES = Path("usr/lib/x86_64-linux-gnu")
LOADER = "ld-linux-x86-64.so.2"


@dataclass(frozen=True)
class Tools:
    """A toolchain of one version, unpacked under `dir`."""

    dir: Path
    compiler: str

    @property
    def make(self) -> tuple[str, ...]:
        """What make has to be told to use it."""
        programs = self.dir / "usr/bin"
        return f"CC={programs / self.compiler}", f"PAHOLE={programs / 'pahole'}"

    def adopt(self, folder: Path) -> None:
        """Make programs of the same release, below `folder`, run with the libraries that lie here."""
        _settle(folder, self.dir)


@dataclass(frozen=True)
class Toolchain:
    """The C and C++ compiler of a Debian release, and the libraries that it is linked with."""

    name: str
    suite: str
    compiler: str  # by the name that its kernels were built with: Kbuild compares
    packages: tuple[str, ...]  # the first one's version is the toolchain's

    def provide(self, cache: Cache, say: Say) -> Tools:
        """Return it, fetching it first if the cache does not have it, or raise KernelError."""
        shelf = f"toolchains/{self.name}"
        archive = apt.Archive((self.suite,), cache.root / "apt" / self.suite)
        digest = hashlib.sha256(" ".join(self.packages).encode()).hexdigest()[:8]
        cached = cache.newest(shelf)
        if cached and cached.name.endswith(digest):  # a release's compiler stays what it is
            return Tools(cached, self.compiler)
        try:
            archive.refresh()
            packages = apt.candidates(*self.packages, archive=archive)
            key = f"{packages[0].version}-{digest}"
            final = cache.path(shelf, key)
            return Tools(cache.get(
                shelf, key, lambda folder: self._build(packages, archive, folder, final, say),
                lambda: say(f"{self.name}: waiting for another run that is fetching it")), self.compiler)
        except apt.AptError as error:
            raise KernelError(f"{self.name}: {error}") from error

    def _build(
            self, packages: list[apt.Package], archive: apt.Archive, folder: Path, final: Path, say: Say) -> None:
        if not shutil.which("patchelf"):
            raise KernelError(f"{self.name}: patchelf is missing; run: tools/vm/install-packages tools/matrix/packages")
        say(f"{self.name}: fetching {len(packages)} packages of {self.suite} "
            f"({sum(package.size for package in packages) / 1e6:.0f} MB)")
        for package in packages:
            deb = apt.download(package, folder, archive)
            apt.unpack(deb, folder)
            deb.unlink()
        if not (folder / LIBRARIES / LOADER).exists():
            raise KernelError(f"{self.name}: the packages of {self.suite} hold no {LIBRARIES / LOADER}")
        _settle(folder / "usr", final)
        if not (folder / "usr/bin" / self.compiler).exists():
            raise KernelError(f"{self.name}: the packages of {self.suite} hold no {self.compiler}")


def _settle(folder: Path, home: Path) -> None:
    """Tell each program below `folder` that its loader and its libraries are those below `home`."""
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file() or not path.stat().st_mode & 0o111 or re.search(r"\.so(\.|$)", path.name):
            continue
        with path.open("rb") as content:
            if content.read(4) != ELF:
                continue
        done = subprocess.run(
            ["patchelf", "--set-interpreter", home / LIBRARIES / LOADER, "--force-rpath", "--set-rpath",
             home / LIBRARIES, path], text=True, capture_output=True, check=False)
        if done.returncode and "cannot find section '.interp'" not in done.stderr:  # a static program is as it is
            raise KernelError(f"{path.name}: {done.stderr.strip()}")


GCC_14 = Toolchain(
    "gcc-14", "trixie", "x86_64-linux-gnu-gcc-14",
    ("gcc-14-x86-64-linux-gnu", "g++-14-x86-64-linux-gnu", "cpp-14-x86-64-linux-gnu", "libgcc-14-dev",
     "libstdc++-14-dev", "libc6", "libgcc-s1", "libstdc++6", "libgmp10", "libisl23", "libmpc3", "libmpfr6", "libzstd1",
     "zlib1g", "libelf1t64", "libssl3t64", "pahole", "libbpf1", "libdw1t64", "liblzma5", "libbz2-1.0"))
