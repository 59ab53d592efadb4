# SPDX-License-Identifier: GPL-2.0
"""What a guest's client printed, and questions to it.

Owns the form of build/bench/results.json. A cell is one boot: a kernel and a way to reach memory. Every
figure is kept as each pass gave it; what counts is the least.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class FigureError(Exception):
    """The client did not come to its end, or what it says cannot be used."""


@dataclass
class Cell:
    """One boot's figures, as the client printed them."""

    kernel: str
    release: str
    iommu: str
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.kernel}, " + ("no IOMMU" if self.iommu == "off" else f"{self.iommu} IOMMU")

    def having(self, key: str, **wanted: object) -> list[dict[str, Any]]:
        """Return the lines that have a key, and these values."""
        return [line for line in self.lines
                if key in line and all(line.get(name) == value for name, value in wanted.items())]

    def check(self) -> None:
        """Raise FigureError unless the client came to its end under a clock that counts instructions."""
        if not self.having("end"):
            raise FigureError(f"{self.name}: the client did not come to its end")
        clock = self.having("clock")[0]
        if abs(clock["clock"] / clock["instructions"] - 1) > 0.001:
            raise FigureError(f"{self.name}: {clock['instructions']} instructions were measured as {clock['clock']}: "
                              "the guest's clock does not count instructions (tools/vm/run --icount)")

    def kinds(self) -> list[str]:
        """Return the kinds of memory, in the order of measuring."""
        return list(dict.fromkeys(line["buffer"] for line in self.having("buffer")))

    def sizes(self, kind: str) -> list[int]:
        """Return the sizes of a kind, in bytes."""
        return sorted({line["bytes"] for line in self.having("buffer", buffer=kind)})

    def cost(self, method: str, kind: str, size: int, part: str = "whole") -> int | None:
        """Return a method's instructions for a cycle; None if it was not measured."""
        return min((line[part] for line in self.having("method", method=method, kind=kind, bytes=size)), default=None)

    def ratio(self, method: str, against: str, kind: str, size: int) -> float | None:
        """Return one method's cost divided by another's; None if one was not measured."""
        ours, theirs = self.cost(method, kind, size), self.cost(against, kind, size)
        return ours / theirs if ours is not None and theirs else None

    def disagreement(self) -> tuple[float, str]:
        """Return how far two passes are apart at worst, in parts of the lesser, and where."""
        worst, where = 0.0, "nowhere"
        groups: dict[tuple[str, str, int], list[int]] = {}
        for line in self.having("method"):
            groups.setdefault((line["method"], line["kind"], line["bytes"]), []).append(line["whole"])
        for line in self.having("call"):
            groups.setdefault((line["call"], "system call", line["bytes"]), []).append(line["ticks"])
        for (method, kind, size), costs in groups.items():
            # a few instructions are no part of anything
            apart = (max(costs) - min(costs)) / max(min(costs), 200)
            if apart > worst:
                worst, where = apart, f"{method}, {kind}, {size} bytes"
        return worst, where


def save(path: Path, cells: list[Cell], about: dict[str, Any]) -> None:
    """Write all figures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**about, "cells": [vars(cell) for cell in cells]}, separators=(",", ":"))
    path.write_text(text.replace('{"', '\n{"') + "\n", encoding="utf-8")


def load(path: Path) -> tuple[list[Cell], dict[str, Any]]:
    """Read what save() wrote. Raises FigureError if it is something else."""
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        return [Cell(**cell) for cell in about.pop("cells")], about
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FigureError(f"{path} has no figures of a benchmark: {error}") from error
