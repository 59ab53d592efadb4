# SPDX-License-Identifier: GPL-2.0
"""The kernel's own modules that a guest needs, in the order to load them.

Owns the lookup in an unpacked module tree, which has no modules.dep: depmod runs only when a kernel
is installed. It never deals with videoport's modules, which are plain files to the runner.
"""

from __future__ import annotations

import lzma
import subprocess
from pathlib import Path

from .plan import GuestError


def _key(name: str) -> str:
    return Path(name).name.split(".ko")[0].replace("-", "_")


def _depends(module: Path) -> list[str]:
    done = subprocess.run(
        ("modinfo", "-F", "depends", str(module)), text=True, capture_output=True, check=False)
    if done.returncode:
        raise GuestError(f"modinfo cannot read {module}: {done.stderr.strip()}")
    return [name for name in done.stdout.strip().split(",") if name]


def in_load_order(tree: Path, names: tuple[str, ...]) -> list[Path]:
    """Return the files of the named modules and all that they depend on, those first.

    Names may be spelt with - or _. What is built into the kernel needs no file and is left out.
    """
    if not names:
        return []
    files = {_key(path.name): path for path in tree.rglob("*.ko*")}
    builtin = {_key(line) for line in (tree / "modules.builtin").read_text(encoding="utf-8").splitlines()}
    order: list[Path] = []

    def visit(name: str) -> None:
        if _key(name) in builtin:
            return
        if _key(name) not in files:
            raise GuestError(f"kernel {tree.name} has no module {name}")
        module = files[_key(name)]
        if module in order:
            return
        for needed in _depends(module):
            visit(needed)
        order.append(module)

    for name in names:
        visit(name)
    return order


def content(module: Path) -> bytes:
    """Return the module itself, unpacked if the kernel keeps it compressed: busybox cannot."""
    packed = module.read_bytes()
    return lzma.decompress(packed) if module.suffix == ".xz" else packed
