# SPDX-License-Identifier: GPL-2.0
"""The figures as text: costs, ratios beside their limits, and what changed since other figures.

Owns how a table looks; computes nothing that figures.py or limits.py could.
"""

from __future__ import annotations

from collections.abc import Sequence

from .figures import Cell
from .limits import Verdict, size_name

PAGE = 4096
HUGE = 2 * 2**20


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
                     for row in [head, *rows])


def methods(cell: Cell) -> list[str]:
    """Return the methods that were measured, in their order."""
    return list(dict.fromkeys(line["method"] for line in cell.having("method")))


def costs(cell: Cell) -> str:
    """Return the instructions of a cycle, by method and size."""
    parts = []
    for kind in cell.kinds():
        sizes = cell.sizes(kind)
        rows = []
        for method in methods(cell):
            values = [cell.cost(method, kind, size) for size in sizes]
            if any(value is not None for value in values):
                rows.append([method, *("-" if value is None else f"{value:,}" for value in values)])
        elements = {line["bytes"]: line for line in cell.having("buffer", buffer=kind)}
        rows.append(["(contiguous pieces)", *(f"{elements[size]['runs']:,}" for size in sizes)])
        parts.append(grid([f"{cell.name}, {kind}: instructions of a cycle", *map(size_name, sizes)], rows))
    return "\n\n".join(parts)


def calls(cell: Cell) -> str:
    """Return what a system call costs that does nothing."""
    rows = []
    for size in sorted({line["bytes"] for line in cell.having("call")}):
        least = {line["call"]: 0 for line in cell.having("call", bytes=size)}
        for name in least:
            least[name] = min(line["ticks"] for line in cell.having("call", call=name, bytes=size))
        rows.append([f"{size} bytes in, {size} out", *(f"{ticks:,}" for ticks in least.values())])
    names = list(dict.fromkeys(line["call"] for line in cell.having("call")))
    return grid(["instructions of a call that does nothing", *names], rows) if rows else ""


def elements(cell: Cell) -> str:
    """Return how many elements each method's list has, where it is not the least that is possible."""
    rows, seen = [], 0
    for kind in cell.kinds():
        for size in cell.sizes(kind):
            least = cell.having("buffer", buffer=kind, bytes=size)[0]["least_elements"]
            for method in methods(cell):
                got = {line["elements"] for line in cell.having("method", method=method, kind=kind, bytes=size)} - {0}
                seen += bool(got)
                if got and got != {least}:
                    rows.append([f"{method}, {kind}, {size_name(size)}", f"{max(got):,}", f"{least:,}"])
    if not seen:
        return ""
    if not rows:
        return f"elements of the device's list: the least possible, in all {seen} lists"
    return grid([f"elements of the device's list ({seen - len(rows)} others: the least)", "is", "least"], rows)


def metadata(cell: Cell) -> str:
    """Return the kernel's memory that a lock takes."""
    rows = []
    for line in cell.having("metadata"):
        page = HUGE if line["kind"].startswith("huge") else PAGE
        each = f"{line['each'] * page / line['bytes']:.1f}" if line["bytes"] >= page else "-"
        rows.append([f"{line['metadata']}, {line['kind']}, {size_name(line['bytes'])}", f"{line['each']:,.0f}", each,
                     size_name(page)])
    return grid(["memory of the kernel's that a lock takes", "bytes", "a page", "of"], rows) if rows else ""


def verdicts(found: Sequence[Verdict]) -> str:
    """Return each limit, the figure, and whether it is kept."""
    rows = []
    for verdict in found:
        word = ("ok" if verdict.ok else "NOT OK") if verdict.judged else "-"
        rows.append([verdict.name, verdict.size, f"{verdict.value:.{verdict.digits}f}",
                     f"{verdict.limit:.{verdict.digits}f}", word])
    return grid(["must show", "size", "is", "limit", ""], rows)
