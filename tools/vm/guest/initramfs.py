# SPDX-License-Identifier: GPL-2.0
"""What a guest boots into: busybox, our init, its orders, and the files of the test.

Owns the contents of the initramfs. It is written for each boot and not compressed: writing 2 MB
takes milliseconds, and gzip gains an emulated guest nothing (measured up to 22 MB). It never
contains anything that the command line did not ask for.
"""

from __future__ import annotations

import shlex
import struct
from pathlib import Path

from . import modules
from .cpio import Archive
from .plan import GuestError, Plan

INIT = Path(__file__).with_name("init")
ACCOUNTS = "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:an ordinary user:/tmp:/bin/sh\n"
GROUPS = "root:x:0:\nuser:x:1000:\n"


def write(plan: Plan, path: Path) -> None:
    """Write the guest's initramfs. Raises GuestError if one of its files cannot be read."""
    try:
        with path.open("wb") as out:
            _fill(plan, Archive(out))
    except OSError as error:
        raise GuestError(f"initramfs: {error}") from error


def _fill(plan: Plan, archive: Archive) -> None:
    for folder in ("bin", "sbin", "usr/bin", "usr/sbin", "dev", "proc", "sys", "root", "vm"):
        archive.directory(folder)
    archive.directory("tmp", 0o1777)
    if _is_dynamic(plan.busybox):
        raise GuestError(f"{plan.busybox} is not static: the guest has no libraries (install busybox-static)")
    archive.file("bin/busybox", plan.busybox)
    archive.link("bin/sh", "busybox")
    archive.file("init", INIT)
    archive.text("etc/passwd", ACCOUNTS)
    archive.text("etc/group", GROUPS)
    archive.text("vm/orders", _orders(plan), 0o600)
    needed = modules.in_load_order(plan.kernel.modules, plan.modules)
    for number, module in enumerate(needed):
        archive.data(f"vm/modules/{number:03}-{module.name.split('.ko')[0]}.ko", modules.content(module))
    for item in plan.files:
        if item.is_tree:
            archive.tree(item.target, item.source)
        else:
            archive.file(item.target, item.source)
    archive.close()


def _is_dynamic(program: Path) -> bool:
    """Say whether a 64-bit little-endian ELF program asks for an interpreter (PT_INTERP)."""
    data = program.read_bytes()
    table, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    return any(struct.unpack_from("<I", data, table + number * size)[0] == 3 for number in range(count))


def _orders(plan: Plan) -> str:
    """Shell assignments that init reads and then deletes, before the command can see them."""
    orders = {
        "nonce": plan.nonce,
        "iommu": plan.iommu.value,
        "shell": "yes" if plan.shell else "",
        "fetch": plan.fetch.source if plan.fetch else "",
        "control": plan.control,
        "command": shlex.join(plan.command),
    }
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in orders.items())
