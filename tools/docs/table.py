# SPDX-License-Identifier: GPL-2.0
"""What becomes of each command of the documentation: the list in docs/commands.toml, held against the pages.

Owns the rules of that list: every command has an entry, every entry a command, and one way in which it is
proven. A command that a stage of tools/test runs is looked up there; options are looked up in --help.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from dataclasses import dataclass, field
from functools import cache

from programs import load

from .pages import OTHER_MARKS, TOP, Block, Command, blocks, inline, lines, normal, pages

LIST = TOP / "tools/docs/commands.toml"
RUN = ("host", "root", "guest")
WAYS = (*RUN, "stage", "person")


class Wrong(Exception):
    """The list is not as it must be; the text says where, and what to do."""


@dataclass
class Entry:
    """A command, and how it is proven."""

    text: str
    host: str | bool = False  # run from the top of the tree: as it stands, or in this form
    root: str | bool = False  # likewise in a Debian root, where the tree is in /root/videoport
    guest: str | bool = False  # likewise in a guest with the module
    stage: str = ""  # a stage of tools/test runs it
    person: str = ""  # nobody can run it here: why
    like: list[str] = field(default_factory=list)  # of `person`: a file that a test runs, and the text in it
    why: str = ""  # it is run in another form than it stands in the page
    cwd: str = ""
    says: str = ""  # a regular expression that its output must have
    keep: str = ""  # a file of the root that a guest needs afterwards
    input: str = ""
    used: bool = False

    @property
    def way(self) -> str:
        """Which of the ways."""
        return next((way for way in WAYS if getattr(self, way)), "")

    @property
    def form(self) -> str:
        """What is run."""
        given = getattr(self, self.way)
        return given if isinstance(given, str) else self.text

    def mistakes(self) -> list[str]:
        """What is wrong with the entry by itself."""
        ways = [way for way in WAYS if getattr(self, way)]
        if len(ways) != 1:
            return [f"{self.text}: want one of {', '.join(WAYS)}, there is {' and '.join(ways) or 'none'}"]
        found = []
        if self.way in RUN and self.form != self.text and not self.why:
            found.append(f"{self.text}: runs as {self.form}: say `why`")
        if self.like and self.like[1] not in (TOP / self.like[0]).read_text(encoding="utf-8"):
            found.append(f"{self.text}: {self.like[0]} has no {self.like[1]}")
        if self.way == "person" and len(self.person.split()) < 5:
            found.append(f"{self.text}: `person` wants the reason")
        return found


@dataclass(frozen=True)
class Pages:
    """The commands of all pages."""

    scripts: list[Block]  # marked sh: run whole
    listed: list[Command]  # want an entry
    mentioned: list[Command]  # between backquotes: want one unless they are part of something that is run


class Table:
    """The list."""

    def __init__(self) -> None:
        content = tomllib.loads(LIST.read_text(encoding="utf-8"))
        self.entries = {}
        for values in content["command"]:
            entry = Entry(**values)
            if entry.text in self.entries:
                raise Wrong(f"{LIST.relative_to(TOP)}: {entry.text} is there twice")
            self.entries[entry.text] = entry
        self.figures = {(figure["page"], figure["first"]): False for figure in content["figure"]}

    def sort(self) -> Pages:
        """Look at all pages."""
        found = Pages([], [], [])
        for page in pages():
            for block in blocks(page):
                if (block.file, block.first) in self.figures:
                    self.figures[block.file, block.first] = True
                elif block.mark == "sh":
                    found.scripts.append(block)
                elif block.mark not in OTHER_MARKS:
                    found.listed.extend(lines(block))
            found.mentioned.extend(inline(page))
        return found

    def _part_of_something(self, command: Command, scripts: list[Block]) -> bool:
        words = set(re.split(r"[\s'\"]+", command.text)) - {"sudo", ""}
        run = [line.text for block in scripts for line in lines(block)]
        run += [entry.text for entry in self.entries.values() if entry.way in (*RUN, "stage")]
        return any(words <= set(re.split(r"[\s'\"]+", text)) for text in run)

    def mistakes(self, found: Pages) -> list[str]:
        """What is not as it must be, between the pages and the list."""
        wrong = [mistake for entry in self.entries.values() for mistake in entry.mistakes()]
        for command in [*found.listed, *found.mentioned]:
            if entry := self.entries.get(command.text):
                entry.used = True
            elif command in found.listed or not self._part_of_something(command, found.scripts):
                wrong.append(f"{command.place}: nobody has listed `{command.text}`: add it to {LIST.relative_to(TOP)}")
        wrong += [f"{LIST.relative_to(TOP)}: no page has `{entry.text}`: remove it"
                  for entry in self.entries.values() if not entry.used]
        wrong += [f"{LIST.relative_to(TOP)}: no block of {page} begins with `{first}`: remove it"
                  for (page, first), used in self.figures.items() if not used]
        return wrong


@cache
def stages() -> dict[str, list[str]]:
    """The stages of tools/test and their commands, without building what they want."""
    test = load("tools/test")
    test.modules = lambda kernel: "MODULES"
    return {stage.name: [str(word) for word in stage.command()] for stage in test.stages(False)}


@cache
def _help(program: str) -> str:
    done = subprocess.run([TOP / program, "--help"], text=True, check=False, cwd=TOP, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.stdout if done.returncode == 0 else ""


@cache
def programs(text: str) -> list[list[str]]:
    """The programs of the tree that a command comes to, each with its arguments; `make` is asked for its recipe."""
    words = shlex.split(text)
    recipe = [text]
    if words[0] == "make" and "-C" not in words:
        done = subprocess.run([*words, "--dry-run", "--no-print-directory"], text=True, check=False, cwd=TOP,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise Wrong(f"{text}: {done.stdout.strip().splitlines()[-1]}")
        recipe = done.stdout.replace("\\\n", " ").splitlines()
    found = []
    for line in recipe:
        # what is built for it stands in parentheses
        parts = shlex.split(re.sub(r"\$\([^()]*\)", "X", line), comments=True) if "tools/" in line else []
        for number, word in enumerate(parts):
            if word.startswith("tools/") and (number == 0 or parts[number - 1] in ("&&", "nice", "||", "|")):
                found.append(parts[number:])
    return found


def look_up(entry: Entry) -> bool:
    """Raise Wrong unless the stage of an entry runs its program, and its programs know its options.

    Return whether there was anything to look at: not in commands of other places, and of other programs.
    """
    if entry.way in ("root", "guest"):
        return False
    known = programs(entry.text)
    for program, *arguments in known:
        for word in arguments:
            option = word.split("=")[0]
            if option.startswith("--") and not re.search(rf"{option}(?![\w-])", _help(program)):
                raise Wrong(f"{entry.text}: {program} --help says nothing of {option}")
    if entry.way != "stage":
        return bool(known)
    if entry.stage not in stages():
        raise Wrong(f"{entry.text}: tools/test has no stage {entry.stage}; there are {', '.join(stages())}")
    runs = stages()[entry.stage][0]
    if runs not in [program for program, *_ in known]:
        raise Wrong(f"{entry.text} comes to {[program for program, *_ in known]}; the stage {entry.stage} runs {runs}")
    return True


__all__ = ["Entry", "Pages", "Table", "Wrong", "look_up", "normal"]
