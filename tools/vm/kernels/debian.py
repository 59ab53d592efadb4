# SPDX-License-Identifier: GPL-2.0
"""Stock Debian kernels: from apt into a cache entry, without installing them.

Owns which packages make up a kernel and how they are laid out once unpacked. An entry holds the
unpacked packages, edited so that they work where they lie, and a `release` file. It never boots or
builds anything.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .cache import Cache, write_whole
from .entry import KernelEntry, KernelError, Say
from .toolchain import Toolchain


@dataclass(frozen=True)
class DebianKernel:
    """A kernel that Debian builds: `meta` is the package that always depends on the newest one."""

    series: str
    meta: str
    arch: str = "amd64"
    suites: tuple[str, ...] = ()  # where the machine's own apt sources do not have it
    make: tuple[str, ...] = ()  # what make has to be told to build modules for it
    toolchain: Toolchain | None = None  # that it was built with, where this machine's is an older one

    @property
    def name(self) -> str:
        """What people type."""
        return self.series if self.arch == "amd64" else f"{self.series}-{self.arch}"

    @property
    def shelf(self) -> str:
        """Where in the cache its versions are kept."""
        return f"kernels/debian-{self.series}-{self.arch}"

    def provide(self, cache: Cache, say: Say) -> KernelEntry:
        """Return the kernel that apt would install now, fetching it if it is not in the cache.

        Where apt cannot be asked or cannot download, the newest cached version will do, and `say`
        is told so. Raises KernelError if there is none either.
        """
        try:
            return self._fetch(cache, say)
        except apt.AptError as error:
            reason = error
        if apt.can_refresh() and not self.suites:
            # Lists that are absent or older than the archive: look again once.
            say(f"kernel {self.name}: {reason}; refreshing the package lists")
            try:
                apt.refresh()
                return self._fetch(cache, say)
            except apt.AptError as error:
                reason = error
        cached = cache.newest(self.shelf)
        if not cached:
            hint = "" if apt.can_refresh() else " (run `apt-get update` as root if the package lists are old)"
            raise KernelError(f"kernel {self.name}: {reason}{hint}")
        say(f"kernel {self.name}: {reason}; using the cached version {cached.name}")
        return self._entry(cached, cache, say)

    def _entry(self, folder: Path, cache: Cache, say: Say) -> KernelEntry:
        tools = self.toolchain.provide(cache, say).make if self.toolchain else ()
        return KernelEntry(folder, self.arch, (*self.make, *tools))

    def _archive(self, cache: Cache) -> apt.Archive | None:
        if not self.suites:
            return None
        foreign = self.arch if self.arch != "amd64" else ""
        name = "-".join((*self.suites[-1:], *([foreign] if foreign else [])))
        return apt.Archive(self.suites, cache.root / "apt" / name, foreign)

    def _fetch(self, cache: Cache, say: Say) -> KernelEntry:
        memo = cache.root / self.shelf / ".candidate"
        archive = self._archive(cache)
        if archive:
            archive.refresh()
        state = archive.state() if archive else apt.lists_state()
        if memo.is_file():
            # Asking apt takes most of a second, and make asks often: once for each state of its lists.
            known_state, _, version = memo.read_text(encoding="utf-8").partition("\n")
            found = cache.find(self.shelf, version)
            if known_state == state and found:
                return self._entry(found, cache, say)
        meta, = apt.candidates(self.meta, archive=archive)
        found = cache.get(
            self.shelf, meta.version, lambda folder: self._build(meta, archive, folder, cache, say),
            lambda: say(f"kernel {self.name}: waiting for another run that is fetching it"))
        write_whole(memo, f"{state}\n{meta.version}")
        return self._entry(found, cache, say)

    def _build(self, meta: apt.Package, archive: apt.Archive | None, folder: Path, cache: Cache, say: Say) -> None:
        release = meta.dependency(r"linux-image-\d.*").removeprefix("linux-image-")
        image, headers = apt.candidates(f"linux-image-{release}", f"linux-headers-{release}", archive=archive)
        # Programs of the machine's that build modules, whatever the kernel is for.
        kbuild = headers.dependency(r"linux-kbuild-.*") + (":amd64" if archive and archive.arch else "")
        parts = apt.candidates(
            headers.dependency(r"linux-headers-.*-common(-rt)?"), kbuild,
            # From 7.3 on the image is in pieces.
            *image.dependencies(r"linux-(base|binary|modules)-\d.*"), archive=archive)
        with tempfile.TemporaryDirectory(dir=folder) as debs:
            for package in (image, headers, *parts):
                say(f"kernel {self.name}: fetching {package.name} ({package.size / 1e6:.0f} MB)")
                deb = apt.download(package, Path(debs), archive)
                say(f"kernel {self.name}: unpacking {package.name}")
                apt.unpack(deb, folder)
                deb.unlink()
        _lay_out(folder, release)
        _make_relocatable(folder, release)
        if self.toolchain:
            self.toolchain.provide(cache, say).adopt(folder / "usr/lib")
        (folder / "release").write_text(f"{release}\n", encoding="ascii")
        KernelEntry(folder).check()


def _lay_out(folder: Path, release: str) -> None:
    """Show what packages since 7.3 have below /usr/lib/modules where others have it."""
    modern = Path("usr/lib/modules") / release
    if not (folder / modern / "vmlinuz").exists():
        return
    if not (folder / "lib").exists():
        (folder / "lib").symlink_to("usr/lib")
    (folder / "boot").mkdir(exist_ok=True)
    for name in ("vmlinuz", "config", "System.map"):
        (folder / "boot" / f"{name}-{release}").symlink_to(Path("..") / modern / name)


def _make_relocatable(folder: Path, release: str) -> None:
    """Replace the absolute /usr/src paths in the packages by relative ones.

    The headers' Makefile includes /usr/src/…-common/Makefile, and from 7.3 on names its own directory
    before: both become relative to itself, so that the entry can be renamed into place afterwards. The
    links `build` and `source` of the modules directory lead to the same places.
    """
    makefile = folder / "usr/src" / f"linux-headers-{release}" / "Makefile"
    here = "$(abspath $(dir $(lastword $(MAKEFILE_LIST)))..)/"
    text, count = re.subn(r"^(include |KBUILD_OUTPUT(?==))=?/usr/src/", lambda found: found[1].replace(
        "OUTPUT", "OUTPUT := ") + here, makefile.read_text(), flags=re.MULTILINE)
    if not count or "/usr/src/" in text:
        raise KernelError(f"{makefile}: not the short Makefile that was expected:\n{text}")
    makefile.write_text(text)
    for name in ("build", "source"):
        link = folder / "lib/modules" / release / name
        if link.is_symlink():
            target = Path("../../../usr/src") / link.readlink().name
            link.unlink()
            link.symlink_to(target)
