# SPDX-License-Identifier: GPL-2.0
"""The kernels that videoport is built for and tested on, by the name people type.

Owns that list. A further kernel is a further line here, and, if it comes from elsewhere than
Debian's packages, a further provider with a `provide(cache, say)` of its own.
"""

from __future__ import annotations

from typing import Protocol

from .cache import Cache
from .debian import DebianKernel
from .entry import KernelEntry, Say
from .source import SourceKernel
from .toolchain import GCC_14


class Provider(Protocol):
    """Somewhere a kernel comes from."""

    def provide(self, cache: Cache, say: Say) -> KernelEntry:
        """Return the kernel, getting it first if the cache does not have it, or raise KernelError."""


KERNELS: dict[str, Provider] = {
    "6.1": DebianKernel("6.1", "linux-image-amd64"),
    "6.12": DebianKernel("6.12", "linux-image-6.12-amd64"),
    "6.12-rt": DebianKernel("6.12-rt", "linux-image-6.12-rt-amd64"),
    "6.12-arm64": DebianKernel(
        "6.12", "linux-image-6.12-arm64", arch="arm64", suites=("bookworm", "bookworm-security"),
        make=("ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-", "CC=aarch64-linux-gnu-gcc-12")),
    "7.3": DebianKernel("7.3", "linux-image-amd64", suites=("trixie-backports",), toolchain=GCC_14),
    "6.1-debug": SourceKernel("6.1-debug", "linux-source-6.1", ("base", "debug")),
    "6.12-debug": SourceKernel("6.12-debug", "linux-source-6.12", ("base", "endings", "coverage", "debug")),
    "6.12-races": SourceKernel("6.12-races", "linux-source-6.12", ("base", "endings", "races")),
    "6.12-locks": SourceKernel("6.12-locks", "linux-source-6.12", ("base", "locks")),
    "7.3-lean": SourceKernel("7.3-lean", "linux-source-7.3", ("base", "lean"), suite="trixie-backports"),
    "6.12-cfi": SourceKernel("6.12-cfi", "linux-source-6.12", ("base", "endings", "cfi"), make=("LLVM=-19",)),
}
