# SPDX-License-Identifier: GPL-2.0
"""The picture of the module's layers, as source for graphviz.

Owns what is drawn: groups of files in their layers, an arrow where one calls the other through
shim/core/platform.h, and a thin one where a file of the core includes a header of another group. What all
use has no arrows: they would hide the others.
"""

from __future__ import annotations

import html

from .tree import Group, Tree

LOOK = {"core": ("#eaf3ff", "shim/core: the rules, C++20, no kernel header"),
        "linux": ("#eefbe9", "shim/linux: what the kernel offers, C")}
# What is called by miniports and by Linux; the rest of the core is used by these.
UPPER = ("core_whatminiportscall", "core_thelifeofanadapter")
WIDTH = 26  # characters of file names in a line of a box
HEAD = """\
digraph videoport {
	rankdir=TB; splines=true; nodesep=0.25; ranksep=0.6; newrank=true;
	fontname="Helvetica"; node [shape=plain, fontname="Helvetica", fontsize=11];
	edge [color="#5a6472", arrowsize=0.7, fontname="Helvetica"];
"""


def _box(title: str, names: list[str], colour: str) -> str:
    lines, line = [], ""
    for name in names:
        if line and len(line) + len(name) > WIDTH:
            lines.append(line)
            line = ""
        line += (" " if line else "") + name
    rows = "<BR/>".join(html.escape(one) for one in [*lines, line] if one)
    small = f'<TR><TD><FONT POINT-SIZE="9" COLOR="#333333">{rows}</FONT></TD></TR>' if rows else ""
    return (f'<<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3" BGCOLOR="{colour}" STYLE="rounded">'
            f"<TR><TD><B>{html.escape(title)}</B></TD></TR>{small}</TABLE>>")


def _arrows(tree: Tree) -> list[str]:
    """An arrow for each pair of groups of which one calls the other; each group's calls below it."""
    pairs: dict[tuple[str, str], None] = {}
    for group in tree.groups:
        for unit in group.units:
            for key in unit.calls:
                other = tree.group_of(key)
                if not other.common and not group.common:
                    pairs[group.name, other.name] = None
    lines = []
    for one, other in sorted(pairs):
        if one.startswith("core"):
            back = (other, one) in pairs
            lines.append(f"{one} -> {other}{' [dir=both]' if back else ''};")
        elif (other, one) not in pairs:
            lines.append(f"{other} -> {one} [dir=back];")
    return lines


def _includes(tree: Tree) -> list[str]:
    """A thin arrow for each pair of groups of the core of which one uses the other's classes."""
    pairs = set()
    for group in tree.groups:
        for unit in group.units if group.layer == "core" and not group.common else []:
            for stem in unit.uses:
                other = tree.group_of(("core", stem))
                if other is not group and not other.common:
                    pairs.add((group.name, other.name))
    return [f'{one} -> {other} [color="#a9c3e0", constraint={"true" if one in UPPER else "false"}];'
            for one, other in sorted(pairs) if one in UPPER]


def _layer(layer: str, groups: list[Group], ranks: list[list[str]]) -> list[str]:
    colour, title = LOOK[layer]
    lines = [f"\tsubgraph cluster_{layer} {{", f'\t\tlabel="{title}"; style="rounded,filled"; fillcolor="{colour}"; '
             'color="#9aa5b1"; fontsize=12; labeljust=l;']
    lines += [f"\t\t{group.name} [label={_box(group.title, [unit.stem for unit in group.units], 'white')}];"
              for group in groups]
    lines += [f"\t\t{{ rank=same; {'; '.join(rank)}; }}" for rank in ranks]
    return [*lines, "\t}"]


def dot(tree: Tree) -> str:
    """The whole picture."""
    core = [group for group in tree.groups if group.layer == "core"]
    linux = [group for group in tree.groups if group.layer == "linux"]
    rest = [group.name for group in core if group.name not in UPPER]
    lines = [HEAD.rstrip()]
    for name, title, words in (("miniport", "Miniport modules", ["their source unchanged"]),
                               ("client", "Clients", ["uapi/linux/videoport.h", "libvideoport", "vpctl"])):
        lines.append(f"\t{name} [label={_box(title, words, '#fff4e0')}];")
    lines += ["\t{ rank=same; miniport; client; }"]
    lines += _layer("core", core, [list(UPPER), rest])
    lines += _layer("linux", linux, [[group.name for group in linux]])
    lines.append(f'\tkernel [label={_box("The Linux kernel", ["mm, DMA API, PCI, interrupts, VFS"], "#f2f2f2")}];')
    lines += [f"\t{arrow}" for arrow in [*_arrows(tree), *_includes(tree)]]
    lines += [f'\tminiport -> {UPPER[0]} [label="VideoPort*()", fontsize=10];',
              f'\t{UPPER[1]} -> miniport [label="HwVid*()", fontsize=10, constraint=false];',
              *(f"\t{name} -> {group.name} [style=invis];" for name in rest[:1] for group in linux),
              *(f"\t{UPPER[0]} -> {name} [style=invis];" for name in rest),
              '\tclient -> linux_clients [label="open, ioctl, poll", fontsize=10];',
              "\tlinux_pinsandmappings -> kernel; linux_moduleandpcifunctions -> kernel; linux_clients -> kernel;",
              "\tlinux_interruptsandwork -> kernel [dir=both];"]
    return "\n".join([*lines, "}", ""])
