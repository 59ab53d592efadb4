# SPDX-License-Identifier: GPL-2.0
"""What changed between two runs: figure by figure, those alone that did.

Owns what counts as a change. The cells are matched by kernel and by how devices reach memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from .figures import Cell
from .limits import size_name
from .table import grid, methods

# Two runs of one build differ by as much when memory lies differently.
NOISE = 0.002


def _figures(cell: Cell) -> Iterator[tuple[tuple[str, str, int], float]]:
    """Yield every figure of a cell by what it is of."""
    for kind in cell.kinds():
        for size in cell.sizes(kind):
            for method in methods(cell):
                cost = cell.cost(method, kind, size)
                if cost is not None:
                    yield (method, kind, size), cost
    for line in cell.having("call"):
        key = (line["call"], "system call", line["bytes"])
        yield key, min(other["ticks"] for other in cell.having("call", call=line["call"], bytes=line["bytes"]))
    for line in cell.having("metadata"):
        yield (f"{line['metadata']}, bytes a lock", line["kind"], line["bytes"]), line["each"]


def compare(old: list[Cell], new: list[Cell]) -> str:
    """Return a table of the figures that both runs have and that differ."""
    rows = []
    before = {(cell.kernel, cell.iommu): dict(_figures(cell)) for cell in old}
    for cell in new:
        known = before.get((cell.kernel, cell.iommu), {})
        for (what, kind, size), value in dict(_figures(cell)).items():
            was = known.get((what, kind, size))
            if was and abs(value / was - 1) > NOISE:
                rows.append([f"{cell.name}: {what}, {kind}, {size_name(size)}", f"{was:,.0f}", f"{value:,.0f}",
                             f"{value / was - 1:+.1%}"])
    return grid(["changed", "was", "is", ""], rows) if rows else "Nothing has changed."
