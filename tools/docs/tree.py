# SPDX-License-Identifier: GPL-2.0
"""What the sources say of themselves: first comments, and who calls whom across shim/core/platform.h.

Owns the reading of the tree for tools/architecture, which draws it. Writes nothing.
"""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
GROUPS = TOP / "tools/docs/groups.toml"
LAYERS = {"core": TOP / "shim/core", "linux": TOP / "shim/linux"}
BOUNDARY = TOP / "shim/core/platform.h"
CONTEXT = re.compile(
    r"^(?!Invariants).{0,50}(PASSIVE|DISPATCH|DIRQL|(process|any|every) contexts?\b|context of|softirq)", re.IGNORECASE)
KIND = re.compile(r"\b(hard interrupt|softirq|process context|PASSIVE or DISPATCH|PASSIVE|[Aa]ny context)\b")
SENTENCE = re.compile(r"(?<=[.?])\s+(?=[A-Z(/])")


class Stale(Exception):
    """The tree has something that the lists do not know; the text says what to do."""


def comment(path: Path) -> str:
    """The first comment of a file that is not its licence, as one line; of a script, its second line on."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix in (".c", ".cc", ".h", ".hpp", ".def"):
        found = re.search(r"/\*(?! SPDX)(.*?)\*/", text, re.DOTALL)
        said = re.sub(r"^\s*\*", "", found[1], flags=re.MULTILINE) if found else ""
    elif found := re.search(r'"""(.*?)"""', text, re.DOTALL):
        said = found[1]
    else:
        found = re.search(r"^(?:#(?!!| ?SPDX).*\n)+", text, re.MULTILINE)
        said = re.sub(r"^# ?", "", found[0], flags=re.MULTILINE) if found else ""
    return " ".join(said.split())


def sentences(text: str) -> list[str]:
    """The sentences of a comment, but for those that only point to another file."""
    return [one for one in SENTENCE.split(text) if one and not re.fullmatch(r"See \S+[.;].*|Facts: .*", one)]


def _code(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@dataclass
class Unit:
    """A source file with its header: what the page has a line for."""

    layer: str
    stem: str
    files: list[Path]
    calls: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    uses: set[str] = field(default_factory=set)  # the headers of its own layer that it includes

    @property
    def main(self) -> Path:
        """Where its first comment says most: in the core, whose headers have the classes, the header."""
        return next((path for path in self.files if (path.suffix == ".h") == (self.layer == "core")), self.files[0])

    @property
    def owns(self) -> str:
        """What it owns: the first sentence of its first comment."""
        for path in (self.main, *self.files):
            if said := sentences(comment(path)):
                return said[0].rstrip(".:")
        raise Stale(f"{self.main.relative_to(TOP)} has no first comment: say there what the file owns")

    @property
    def context(self) -> str:
        """The sentence of its comments that says from where it is called."""
        for path in reversed(self.files):  # the source before the header
            for one in reversed(sentences(comment(path))[1:]):
                if CONTEXT.search(one):
                    return one.rstrip(".")
        return ""


@dataclass
class Group:
    """Files that own one thing together."""

    layer: str
    title: str
    files: list[str]
    common: bool = False
    units: list[Unit] = field(default_factory=list)

    @property
    def name(self) -> str:
        """A name for drawings."""
        return f"{self.layer}_{re.sub('[^a-z]', '', self.title.lower())}"


@dataclass(frozen=True)
class Function:
    """A function of the boundary."""

    name: str
    context: str


class Tree:
    """The sources of the module, as they are now."""

    @cached_property
    def functions(self) -> dict[str, Function]:
        """All functions of platform.h."""
        found, said = {}, ""
        for line in BOUNDARY.read_text(encoding="utf-8").splitlines():
            said = line if line.startswith("/**") else f"{said} {line}"
            if declared := re.match(r"(?!static)\w[\w *]*?\b(vp_\w+)\(", line):
                context = re.search(r"Context:\s+([^.;*]+)", said) or KIND.search(said.partition(" - ")[2])
                found[declared[1]] = Function(declared[1], context[1].strip() if context else "")
        return found

    @cached_property
    def units(self) -> dict[tuple[str, str], Unit]:
        """Every file of shim/core and shim/linux, and the calls between the layers."""
        found: dict[tuple[str, str], Unit] = {}
        for layer, folder in LAYERS.items():
            for path in sorted(folder.iterdir()):
                if path.suffix in (".c", ".cc", ".h") and path != BOUNDARY and not path.name.endswith(".mod.c"):
                    found.setdefault((layer, path.stem), Unit(layer, path.stem, [])).files.append(path)
        code = {key: "\n".join(_code(path) for path in unit.files) for key, unit in found.items()}
        home = {}
        for name in self.functions:
            defined = re.compile(rf"^(?:extern \"C\" )?\w[\w *]*?\b{name}\([^;{{]*\)\s*\{{", re.MULTILINE)
            home[name] = next((key for key, text in code.items() if name in text and defined.search(text)), None)
            if home[name] is None:
                raise Stale(f"{BOUNDARY.relative_to(TOP)}: nothing in shim/ defines {name}()")
        for key, unit in found.items():
            unit.uses = set(re.findall(r'^#include "(\w+)\.h"', code[key], re.MULTILINE)) - {unit.stem, "platform"}
            for name in set(re.findall(r"\bvp_\w+(?=\()", code[key])) & home.keys():
                if home[name][0] != key[0]:
                    unit.calls[home[name]].add(name)
        return found

    @cached_property
    def groups(self) -> list[Group]:
        """The groups with their files; a file in none, or in two, is an error."""
        groups = [Group(**entry) for entry in tomllib.loads(GROUPS.read_text(encoding="utf-8"))["group"]]
        for (layer, stem), unit in self.units.items():
            fitting = [group for group in groups if group.layer == layer
                       and any(fnmatch.fnmatchcase(stem, one) for one in group.files)]
            # a name in full goes before a pattern
            exact = [group for group in fitting if stem in group.files]
            if len(exact or fitting) != 1:
                raise Stale(f"{unit.main.relative_to(TOP)} is in {len(fitting)} groups of {GROUPS.relative_to(TOP)}; "
                            "put it into the one that it belongs to")
            (exact or fitting)[0].units.append(unit)
        for group in groups:
            for one in group.files:
                if not any(fnmatch.fnmatchcase(unit.stem, one) for unit in group.units):
                    raise Stale(f"{GROUPS.relative_to(TOP)}: {group.title}: no file is called {one}: remove it")
        return groups

    def group_of(self, key: tuple[str, str]) -> Group:
        """The group of a file."""
        return next(group for group in self.groups if self.units[key] in group.units)
