# SPDX-License-Identifier: GPL-2.0
"""One boot: a guest under the clock that counts instructions, and what its client prints.

Owns what the guest gets and how it is started. Judges no figure.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from .build import TOP, Built, ask_kernel
from .figures import Cell, FigureError
from .limits import size_name

# A lazy IOMMU gives addresses back all 10 ms: what is quickest shows only after that.
LAZY_MS = 25
DEVICE = "edu,addr=05.0,dma_mask=0xffffffff"


@dataclass(frozen=True)
class Work:
    """What the client is to measure."""

    kinds: list[str]
    sizes: list[int]
    methods: list[str]
    calls: list[int]  # bytes of requests that do nothing
    held: list[str]  # methods whose locks' memory is counted
    passes: int = 2

    def memory(self) -> str:
        """Return what a guest needs: the largest buffer, what describes it, and some to live in."""
        return f"{1280 + max(self.sizes) * 9 // 8 // 2**20}M"

    def arguments(self, iommu: str) -> list[str]:
        """Return the client's command line for a way to reach memory."""
        line = ["--passes", str(self.passes)]
        if iommu == "lazy":
            line += ["--least-ms", str(LAZY_MS)]
        for option, values in (("--kind", self.kinds), ("--size", self.sizes), ("--method", self.methods),
                               ("--call", self.calls), ("--held", self.held)):
            if values:
                line += [option, ",".join(map(str, values))]
        return line


def boot(kernel: str, iommu: str, built: Built, work: Work, label: str, timeout: float,
         say: Callable[[str], None]) -> Cell:
    """Boot a guest and take in its figures. Raises FigureError if they are not all there."""
    cell = Cell(kernel, ask_kernel(kernel, "release"), iommu)
    files = [f"{path}:/modules/{path.name}" for path in built.modules]
    files += [f"{built.client}:/client", f"{TOP / 'tools/bench/guest.sh'}:/guest.sh"]
    line = [TOP / "tools/vm/run", "--kernel", kernel, "--iommu", iommu, "--icount", "--quiet", "--memory", work.memory(),
            "--device", DEVICE, "--module", "videobuf2-dma-sg", "--name", label, "--timeout", str(timeout)]
    for file in files:
        line += ["--file", file]
    with subprocess.Popen([*line, "--", "/guest.sh", *work.arguments(iommu)], stdout=subprocess.PIPE, text=True,
                          errors="replace") as guest:
        assert guest.stdout
        for text in guest.stdout:
            if not text.startswith("{"):
                say(text.rstrip())
                continue
            cell.lines.append(json.loads(text))
            if "buffer" in cell.lines[-1]:
                say(f"{cell.name}: {cell.lines[-1]['buffer']}, {size_name(cell.lines[-1]['bytes'])}")
    if guest.returncode:
        raise FigureError(f"{cell.name}: the guest's status is {guest.returncode}; its logs are in build/vm/{label}")
    cell.check()
    return cell
