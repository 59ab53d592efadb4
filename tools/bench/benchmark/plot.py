# SPDX-License-Identifier: GPL-2.0
"""The figures as pictures, drawn by gnuplot: instructions a page, and ratios, against the size of the buffer.

Owns how a picture looks. One line for a method, the same colour in all pictures.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .figures import Cell
from .limits import size_name

PAGE = 4096
# Colours that people who see few colours can tell apart; what is not ours is grey or black.
LOOKS = {
    "pin": ("pin and unpin alone", 'lc rgb "#bbbbbb" dt 3'),
    "v4l2": ("V4L2", 'lc rgb "#cc79a7"'),
    "rdma": ("RDMA style", 'lc rgb "#e69f00"'),
    "hand": ("by hand", 'lc rgb "#000000" lw 2'),
    "lock-pages": ("LockPages, UnlockPages", 'lc rgb "#0072b2" lw 3'),
    "four-calls": ("LockBuffer … UnlockBuffer", 'lc rgb "#56b4e9" lw 3'),
    "hand-held": ("by hand, pages held", 'lc rgb "#000000" dt 2'),
    "held": ("StartDma, CompleteDma, buffer held", 'lc rgb "#009e73" lw 3'),
}
RATIOS = (("lock-pages", "hand"), ("four-calls", "hand"), ("held", "hand-held"), ("lock-pages", "v4l2"),
          ("lock-pages", "rdma"))
# one of two lines about the same method
AGAINST = {"v4l2": 'lc rgb "#cc79a7" lw 2', "rdma": 'lc rgb "#e69f00" lw 2'}


class PlotError(Exception):
    """A picture cannot be drawn."""


def _curve(points: list[tuple[int, float]], name: str, look: str) -> tuple[str, str]:
    """Return a plot element for inline data, and the data."""
    data = "\n".join(f"{size} {value:.4f}" for size, value in points) + "\ne\n"
    return f'"-" using 1:2 with linespoints pt 7 ps 0.4 {look} title "{name}"', data


def _panel(title: str, axis: str, curves: list[tuple[str, str]], sizes: list[int], log: bool, extra: str = "") -> str:
    # short: two sizes may stand close together
    ticks = ", ".join(f'"{size_name(size).replace(" ", "").removesuffix("iB")}" {size}' for size in sizes)
    scale = "set logscale y 10\nset yrange [*:*]" if log else "unset logscale y\nset yrange [0:*]"
    # with one size the range would be empty
    return (f'set title "{title}"\nset ylabel "{axis}"\n{scale}\nset logscale x 2\nset xtics ({ticks})\n'
            f"set xrange [{sizes[0] / 1.3}:{sizes[-1] * 1.3}]\n{extra}\n"
            f"plot {', '.join(curve for curve, _ in curves)}\n{''.join(data for _, data in curves)}")


def cost_panel(cell: Cell, kind: str) -> str:
    """Return gnuplot's commands for instructions a page against size."""
    sizes = cell.sizes(kind)
    curves = []
    for method, (name, look) in LOOKS.items():
        points = [(size, cost * PAGE / size) for size in sizes if (cost := cell.cost(method, kind, size)) is not None]
        if points:
            curves.append(_curve(points, name, look))
    return _panel(f"{cell.name}: {kind} pages", "instructions for each 4 KiB", curves, sizes, log=True)


def ratio_panel(cell: Cell, kind: str) -> str:
    """Return gnuplot's commands for ratios against size."""
    sizes = cell.sizes(kind)
    curves = []
    for method, against in RATIOS:
        points = [(size, ratio) for size in sizes if (ratio := cell.ratio(method, against, kind, size)) is not None]
        if points:
            look = AGAINST.get(against, LOOKS[method][1])
            curves.append(_curve(points, f"{LOOKS[method][0]} : {LOOKS[against][0]}", look))
    one = f'set arrow 1 from {sizes[0] / 1.3},1 to {sizes[-1] * 1.3},1 nohead dt 3 lc rgb "#000000"'
    return _panel(f"{cell.name}: {kind} pages", "ratio of instructions", curves, sizes, log=False, extra=one)


def draw(path: Path, panels: list[str], columns: int) -> None:
    """Draw panels into one SVG file. Raises PlotError if gnuplot is missing or refuses."""
    if not shutil.which("gnuplot"):
        raise PlotError("no gnuplot: apt-get install gnuplot-nox")
    rows = -(-len(panels) // columns)
    script = (f'set terminal svg size {columns * 620},{rows * 440} dynamic background "#ffffff" font "sans,12"\n'
              f'set output "{path.with_suffix(".new")}"\nset encoding utf8\nset grid ytics lc rgb "#dddddd"\n'
              "set key outside below Left reverse maxcols 2 font ',10' samplen 2\nset border 3\nset tics nomirror\n"
              f"set multiplot layout {rows},{columns}\n"
              + "unset arrow\n".join(panel + "\n" for panel in panels) + "unset multiplot\n")
    done = subprocess.run(["gnuplot"], input=script, text=True, capture_output=True, check=False)
    if done.returncode or done.stderr.strip():
        raise PlotError(f"gnuplot: {done.stderr.strip() or done.returncode}")
    path.with_suffix(".new").replace(path)


def draw_all(cells: list[Cell], folder: Path) -> list[Path]:
    """Draw each cell's two pictures, a panel for each kind of memory; return the files."""
    drawn = []
    folder.mkdir(parents=True, exist_ok=True)
    for cell in cells:
        for what, panel in (("cost", cost_panel), ("ratio", ratio_panel)):
            path = folder / f"{what}-{cell.kernel}-{cell.iommu}.svg"
            draw(path, [panel(cell, kind) for kind in cell.kinds()], min(2, len(cell.kinds())))
            drawn.append(path)
    return drawn


def publish(cell: Cell, path: Path) -> None:
    """Draw the picture of the README: costs above, ratios below, of the first two kinds of memory."""
    kinds = cell.kinds()[:2]
    draw(path, [cost_panel(cell, kind) for kind in kinds] + [ratio_panel(cell, kind) for kind in kinds], len(kinds))
