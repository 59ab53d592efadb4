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


@dataclass(frozen=True)
class DebianKernel:
    """A kernel that Debian builds: `meta` is the package that always depends on the newest one."""

    series: str
    meta: str
    arch: str = "amd64"

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
        if apt.can_refresh():
            # Lists that are absent or older than the archive: look again once.
            say(f"kernel {self.series}: {reason}; refreshing the package lists")
            try:
                apt.refresh()
                return self._fetch(cache, say)
            except apt.AptError as error:
                reason = error
        cached = cache.newest(self.shelf)
        if not cached:
            hint = "" if apt.can_refresh() else " (run `apt-get update` as root if the package lists are old)"
            raise KernelError(f"kernel {self.series}: {reason}{hint}")
        say(f"kernel {self.series}: {reason}; using the cached version {cached.name}")
        return KernelEntry(cached)

    def _fetch(self, cache: Cache, say: Say) -> KernelEntry:
        memo = cache.root / self.shelf / ".candidate"
        state = apt.lists_state()
        if memo.is_file():
            # Asking apt takes most of a second, and make asks often: once for each state of its lists.
            known_state, _, version = memo.read_text(encoding="utf-8").partition("\n")
            found = cache.find(self.shelf, version)
            if known_state == state and found:
                return KernelEntry(found)
        meta, = apt.candidates(self.meta)
        found = cache.get(
            self.shelf, meta.version, lambda folder: self._build(meta, folder, say),
            lambda: say(f"kernel {self.series}: waiting for another run that is fetching it"))
        write_whole(memo, f"{state}\n{meta.version}")
        return KernelEntry(found)

    def _build(self, meta: apt.Package, folder: Path, say: Say) -> None:
        release = meta.dependency(r"linux-image-\d.*").removeprefix("linux-image-")
        image, headers = apt.candidates(f"linux-image-{release}", f"linux-headers-{release}")
        parts = apt.candidates(
            headers.dependency(r"linux-headers-.*-common"), headers.dependency(r"linux-kbuild-.*"))
        with tempfile.TemporaryDirectory(dir=folder) as debs:
            for package in (image, headers, *parts):
                say(f"kernel {self.series}: fetching {package.name} ({package.size / 1e6:.0f} MB)")
                deb = apt.download(package, Path(debs))
                say(f"kernel {self.series}: unpacking {package.name}")
                apt.unpack(deb, folder)
                deb.unlink()
        _make_relocatable(folder, release)
        (folder / "release").write_text(f"{release}\n", encoding="ascii")
        KernelEntry(folder).check()


def _make_relocatable(folder: Path, release: str) -> None:
    """Replace the absolute /usr/src paths in the packages by relative ones.

    The headers' Makefile is one line, `include /usr/src/…-common/Makefile`: it becomes relative to
    itself, so that the entry can be renamed into place afterwards. The links `build` and `source`
    of the modules directory lead to the same places.
    """
    makefile = folder / "usr/src" / f"linux-headers-{release}" / "Makefile"
    text, count = re.subn(
        r"^include /usr/src/", "include $(dir $(lastword $(MAKEFILE_LIST)))../", makefile.read_text(),
        flags=re.MULTILINE)
    if count != 1 or "/usr/src/" in text:
        raise KernelError(f"{makefile}: not the one-line Makefile that was expected:\n{text}")
    makefile.write_text(text)
    for name in ("build", "source"):
        link = folder / "lib/modules" / release / name
        if link.is_symlink():
            target = Path("../../../usr/src") / link.readlink().name
            link.unlink()
            link.symlink_to(target)
