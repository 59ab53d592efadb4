# SPDX-License-Identifier: GPL-2.0
"""Kernels built from Debian's source packages, for what no stock kernel has: KUnit and debugging.

Owns how such a kernel is configured and built into a cache entry. The key of the entry is the
source's version and a digest of the configuration, so that a change of either is another kernel. The
source tree stays in the entry, without objects, as the headers that modules are built against.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .cache import Cache
from .entry import KernelEntry, KernelError, Say

CONFIGS = Path(__file__).resolve().parents[3] / "kunit" / "config"
SETTING = re.compile(r"^(CONFIG_\w+)=(.*)$", re.MULTILINE)
GCC = ("CC=gcc-12",)  # the C++ core needs the same version
SAY_EVERY = 20.0  # seconds between two lines of progress


@dataclass(frozen=True)
class SourceKernel:
    """A kernel of a Debian source package, configured by fragments of kunit/config."""

    name: str
    package: str
    fragments: tuple[str, ...]
    suite: str = ""  # where the machine's own apt sources do not have the package
    make: tuple[str, ...] = GCC  # which compiler and linker, for the kernel and for modules

    def provide(self, cache: Cache, say: Say) -> KernelEntry:
        """Return the kernel, building it first if the cache does not have it, or raise KernelError."""
        digest = hashlib.sha256(repr(sorted(self._settings().items())).encode()).hexdigest()[:12]
        shelf = f"kernels/source-{self.name}"
        archive = apt.Archive((self.suite,), cache.root / "apt" / self.suite) if self.suite else None
        try:
            if archive:
                archive.refresh()
            source, = apt.candidates(self.package, archive=archive)
        except apt.AptError as error:
            cached = cache.newest(shelf)
            if cached and cached.name.endswith(digest):
                say(f"kernel {self.name}: {error}; using the cached version {cached.name}")
                return KernelEntry(cached, make=self.make)
            raise KernelError(f"kernel {self.name}: {error}") from error
        key = f"{source.version}-{digest}"
        found = cache.get(shelf, key, lambda folder: self._build(source, archive, folder, say))
        return KernelEntry(found, make=self.make)

    def _settings(self) -> dict[str, str]:
        """What the fragments ask for; a later one overrides an earlier one."""
        settings: dict[str, str] = {}
        for fragment in self.fragments:
            settings.update(SETTING.findall((CONFIGS / f"{fragment}.config").read_text(encoding="ascii")))
        return settings

    def _build(self, source: apt.Package, archive: apt.Archive | None, folder: Path, say: Say) -> None:
        tree = self._unpack(source, archive, folder, say)
        self._configure(tree, self._settings())
        log = folder / "build.log"
        say(f"kernel {self.name}: building {source.version} (about ten minutes on two cores)")
        self._make(tree, log, say, f"-j{os.cpu_count() or 1}", "bzImage", "modules")
        release = self._output(tree, "kernelrelease")
        self._make(tree, log, say, f"INSTALL_MOD_PATH={folder}", "modules_install")
        (folder / "boot").mkdir()
        shutil.copy2(tree / "arch/x86/boot/bzImage", folder / "boot" / f"vmlinuz-{release}")
        shutil.copy2(tree / "System.map", folder / "boot" / f"System.map-{release}")
        shutil.copy2(tree / ".config", folder / "boot" / f"config-{release}")
        _drop_objects(tree)
        tree.rename(tree.with_name(f"linux-headers-{release}"))
        for name in ("build", "source"):
            link = folder / "lib/modules" / release / name
            link.unlink(missing_ok=True)
            link.symlink_to(f"../../../usr/src/linux-headers-{release}")
        (folder / "release").write_text(f"{release}\n", encoding="ascii")
        KernelEntry(folder).check()

    def _unpack(self, source: apt.Package, archive: apt.Archive | None, folder: Path, say: Say) -> Path:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            say(f"kernel {self.name}: fetching {source.name} ({source.size / 1e6:.0f} MB)")
            apt.unpack(apt.download(source, Path(scratch), archive), Path(scratch))
            tarball, = Path(scratch).glob("usr/src/linux-source-*.tar.xz")
            say(f"kernel {self.name}: unpacking")
            (folder / "usr/src").mkdir(parents=True)
            subprocess.run(["tar", "-xf", tarball, "-C", folder / "usr/src"], check=True)
        tree, = (folder / "usr/src").iterdir()
        return tree

    def _configure(self, tree: Path, wanted: dict[str, str]) -> None:
        request = tree / "videoport.config"
        local = {"CONFIG_LOCALVERSION": f'"-{self.fragments[-1]}"', "CONFIG_LOCALVERSION_AUTO": "n"}
        request.write_text("".join(f"{name}={value}\n" for name, value in (wanted | local).items()), encoding="ascii")
        self._output(tree, f"KCONFIG_ALLCONFIG={request.name}", "allnoconfig")
        final = dict(SETTING.findall((tree / ".config").read_text(encoding="ascii")))
        missing = [f"{name}={value} (it is {final.get(name, 'not set')})"
                   for name, value in wanted.items() if final.get(name, "n") != value]
        if missing:
            raise KernelError(f"kernel {self.name}: the configuration does not take " + ", ".join(missing))

    def _output(self, tree: Path, *arguments: str) -> str:
        done = subprocess.run(["make", "-s", "-C", tree, *self.make, *arguments], text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise KernelError(f"kernel {self.name}: make {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def _make(self, tree: Path, log: Path, say: Say, *arguments: str) -> None:
        """Run make with its output in a log, telling from time to time how far it is."""
        objects, told = 0, time.monotonic()
        with log.open("a", encoding="utf-8") as out:
            process = subprocess.Popen(["make", "-C", tree, *self.make, *arguments], text=True,
                                       errors="replace", stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            assert process.stdout
            try:
                for line in process.stdout:
                    out.write(line)
                    objects += line.startswith("  CC ")
                    if time.monotonic() - told > SAY_EVERY:
                        told = time.monotonic()
                        say(f"kernel {self.name}: building, {objects} objects so far")
                status = process.wait()
            except BaseException:
                process.terminate()
                process.wait()
                raise
        if status:
            tail = "".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[-30:])
            raise KernelError(f"kernel {self.name}: the build failed:\n{tail}")


def _drop_objects(tree: Path) -> None:
    """Remove what only building the kernel itself needs: its objects and its images."""
    keep = tree / "tools", tree / "scripts"
    for path in tree.rglob("*"):
        if path.suffix in (".o", ".a", ".cmd", ".gcno") and not any(path.is_relative_to(k) for k in keep):
            path.unlink()
    for name in ("vmlinux", "arch/x86/boot/bzImage", "arch/x86/boot/compressed/vmlinux"):
        (tree / name).unlink(missing_ok=True)
