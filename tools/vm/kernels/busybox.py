# SPDX-License-Identifier: GPL-2.0
"""The shell and the tools of guests: this machine's own, or for another architecture that of its packages.

Owns where busybox comes from. Installs nothing.
"""

from __future__ import annotations

from pathlib import Path

from . import apt
from .cache import Cache
from .entry import KernelError, Say

OWN = Path("/bin/busybox")
PACKAGE = "busybox-static"
SUITES = ("bookworm", "bookworm-security")


def provide(arch: str, cache: Cache, say: Say) -> Path:
    """Return a static busybox for an architecture, fetching it if it is not in the cache, or raise KernelError."""
    if arch == "amd64":
        return OWN
    shelf = f"programs/{PACKAGE}-{arch}"
    archive = apt.Archive(SUITES, cache.root / "apt" / f"{SUITES[-1]}-{arch}", arch)

    def build(folder: Path) -> None:
        say(f"{package.name} for {arch}: fetching ({package.size / 1e6:.0f} MB)")
        deb = apt.download(package, folder, archive)
        apt.unpack(deb, folder)
        deb.unlink()
        if not any((folder / place).exists() for place in ("bin/busybox", "usr/bin/busybox")):
            raise KernelError(f"{package.name} {package.version} holds no busybox")

    try:
        archive.refresh()
        package, = apt.candidates(PACKAGE, archive=archive)
        found = cache.get(shelf, package.version.replace(":", "%3a"), build)
    except apt.AptError as error:
        cached = cache.newest(shelf)
        if not cached:
            raise KernelError(f"{PACKAGE} for {arch}: {error}") from error
        found = cached
    return next(path for place in ("bin/busybox", "usr/bin/busybox") if (path := found / place).exists())
