# SPDX-License-Identifier: GPL-2.0
"""What every kernel in the cache looks like, wherever it came from.

Owns the layout that the builder of modules and the VM runner rely on: release, image, headers,
modules. A provider (Debian's packages, a kernel built from source) fills a directory in this
layout. It never fetches anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]
"""Takes one line of progress for the person who waits."""


class KernelError(Exception):
    """A kernel cannot be had; the text says why and what to do."""


@dataclass(frozen=True)
class KernelEntry:
    """One kernel of one version, unpacked under `dir`."""

    dir: Path
    arch: str = "amd64"  # Debian's name of it
    make: tuple[str, ...] = ()  # what make has to be told to build modules for it

    @property
    def release(self) -> str:
        """What `uname -r` says in the guest."""
        return (self.dir / "release").read_text(encoding="ascii").strip()

    @property
    def image(self) -> Path:
        """The kernel that QEMU boots."""
        return self.dir / "boot" / f"vmlinuz-{self.release}"

    @property
    def config(self) -> Path:
        """The configuration it was built with."""
        return self.dir / "boot" / f"config-{self.release}"

    @property
    def modules(self) -> Path:
        """The tree of its own modules."""
        return self.dir / "lib/modules" / self.release

    @property
    def headers(self) -> Path:
        """The directory for `make -C … M=… modules`."""
        return self.dir / "usr/src" / f"linux-headers-{self.release}"

    def check(self) -> None:
        """Raise KernelError if a part is missing: an entry that lacks one must not be completed."""
        for part in (self.image, self.config, self.modules, self.headers / "Makefile", self.headers / "Module.symvers"):
            if not part.exists():
                raise KernelError(f"{self.release}: the packages hold no {part.relative_to(self.dir)}")
