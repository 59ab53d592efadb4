# SPDX-License-Identifier: GPL-2.0
"""What one guest is to be: everything that a boot depends on, decided before it starts.

Owns the vocabulary between the command line and the parts that build and start the guest. It never
looks at the machine and never runs anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from kernels.busybox import OWN as OWN_BUSYBOX
from kernels.entry import KernelEntry


class Iommu(Enum):
    """How the guest's devices reach memory."""

    OFF = "off"
    """No IOMMU: a device address is a physical address."""
    STRICT = "strict"
    """An Intel vIOMMU, on arm64 an SMMUv3; an unmapped address faults at once."""
    LAZY = "lazy"
    """Likewise; unmapped addresses stay reachable until the flush queue is emptied."""


class GuestError(Exception):
    """The guest cannot be started as asked; the text says why."""


@dataclass(frozen=True)
class GuestFile:
    """One file or, with `is_tree`, one directory to copy into the guest."""

    source: Path
    target: str
    is_tree: bool = False


@dataclass(frozen=True)
class GuestTree:
    """A directory of the guest that comes out of it at the end, as an archive: tar, gzip."""

    source: str
    target: Path


@dataclass(frozen=True)
class Plan:
    """One guest. Built once from the command line, read by everything else."""

    name: str
    kernel: KernelEntry
    command: tuple[str, ...]
    busybox: Path = OWN_BUSYBOX  # for the kernel's architecture
    iommu: Iommu = Iommu.OFF
    append: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    files: tuple[GuestFile, ...] = ()
    modules: tuple[str, ...] = ()
    fetch: GuestTree | None = None
    memory: str = "1G"
    cpus: int = 2
    timeout: float | None = 300.0  # seconds from the start of QEMU
    shell: bool = False
    gdb: bool = False
    icount: bool = False
    one_thread: bool = False
    nonce: str = field(default="", repr=False)
    control: str = field(default="", repr=False)  # what requests to plug devices begin with; empty: none are served
