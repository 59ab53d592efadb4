# SPDX-License-Identifier: GPL-2.0
"""The limits of limits.toml, held against a cell's figures.

Owns what a limit means. The full run and the guard differ in the margin alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .figures import Cell

FILE = Path(__file__).resolve().parents[1] / "limits.toml"
UNITS = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def size_name(size: int) -> str:
    """Return "64 KiB"."""
    for unit, name in UNITS:
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"


@dataclass(frozen=True)
class Verdict:
    """One figure beside its limit."""

    cell: str
    name: str
    size: str
    value: float
    limit: float
    margin: float
    judged: bool  # on another kernel it is only shown
    digits: int = 2

    @property
    def ok(self) -> bool:
        """It keeps to the limit, and the margin."""
        return not self.judged or self.value <= self.limit * (1 + self.margin)


class Limits:
    """All of the file."""

    def __init__(self, path: Path = FILE) -> None:
        with path.open("rb") as file:
            self._table = tomllib.load(file)
        self.margin: float = self._table["margin"]

    def methods(self) -> set[str]:
        """Return the methods that a limit names."""
        pairs = self._table["ratio"] + self._table["extra"]
        return {row[key] for row in pairs for key in ("method", "against")} | {row["method"] for row in self._flat()}

    def _flat(self) -> list[dict[str, Any]]:
        return self._table.get("flat", [])

    def held(self) -> set[str]:
        """Return the methods whose locks' memory has a limit."""
        return {row["method"] for row in self._table["metadata"]}

    def _limit(self, row: dict[str, Any], size: int, guard: bool) -> float:
        """Return the limit for a size: of the largest class that it reaches; 0 is none."""
        limits = row.get("guard", row["limits"]) if guard else row["limits"]
        reached = [limit for least, limit in zip(self._table["sizes"], limits, strict=True) if size >= least]
        return reached[-1] if reached else 0

    def verdicts(self, cell: Cell, margin: float) -> Iterator[Verdict]:
        """Yield a verdict for every figure that has a limit."""
        judged = cell.kernel == self._table["kernel"]
        for row in self._table["ratio"] + self._table["extra"]:
            if row["iommu"] != cell.iommu:
                continue
            for size in cell.sizes(row["kind"]):
                ours, theirs = (cell.cost(row[key], row["kind"], size) for key in ("method", "against"))
                limit = self._limit(row, size, margin > 0)
                if ours is None or theirs is None or not limit:
                    continue
                extra = row in self._table["extra"]
                value = ours - theirs if extra else ours / theirs
                yield Verdict(cell.name, row["name"], size_name(size), value, limit, margin, judged, 0 if extra else 2)
        yield from self._growths(cell, margin, judged)
        for row in self._table["call"]:
            limit = row.get("guard", row["limit"]) if margin > 0 else row["limit"]
            for size in sorted({line["bytes"] for line in cell.having("call")}):
                ours, theirs = (min((line["ticks"] for line in cell.having("call", call=row[key], bytes=size)), default=0)
                                for key in ("call", "against"))
                if row["iommu"] == cell.iommu and theirs:
                    yield Verdict(cell.name, row["name"], f"{size} bytes", ours / theirs, limit, margin, judged)
        for row in self._table["metadata"]:
            lines = cell.having("metadata", metadata=row["method"], kind=row["kind"])
            # of the largest: a small lock is mostly what each has, whatever its length
            for line in sorted(lines, key=lambda line: line["bytes"])[-1:] if row["iommu"] == cell.iommu else []:
                value = line["each"] * row["page"] / line["bytes"]
                yield Verdict(cell.name, row["name"], size_name(line["bytes"]), value, row["limit"], margin, judged, 1)

    def _growths(self, cell: Cell, margin: float, judged: bool) -> Iterator[Verdict]:
        """Yield what a page costs in each buffer, divided by what it costs at best in those that are shorter."""
        for row in self._flat():
            least = None
            for size in cell.sizes(row["kind"]) if row["iommu"] == cell.iommu else []:
                cost = cell.cost(row["method"], row["kind"], size)
                if cost is None or size < row["from"]:
                    continue
                page = cost / size
                if least is not None:
                    yield Verdict(cell.name, row["name"], size_name(size), page / least, row["limit"], margin, judged)
                least = page if least is None else min(least, page)
