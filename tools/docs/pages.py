# SPDX-License-Identifier: GPL-2.0
"""What the documentation says: its pages, the commands on them, and their links.

Owns what counts as a command: each line of a block that is not marked as something else, and words between
backquotes that begin with a program. Reads files, runs nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
# Blocks whose mark says that they hold no command.
OTHER_MARKS = {"text", "c", "cpp", "mermaid", "toml", "ini"}
FENCE = re.compile(r"^```(\w*)\s*$")
INLINE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
COMMENT = re.compile(r"\s+#\s.*$")
# What begins a command between backquotes, beside the programs of this tree; alone such a word is a name.
PROGRAMS = {"apt", "apt-get", "bpftrace", "cat", "depmod", "dkms", "echo", "gdb", "grep", "insmod", "make", "man",
            "modinfo", "modprobe", "mokutil", "mount", "perf", "pkg-config", "qemu-system-x86_64", "rmmod", "sudo",
            "udevadm", "vpctl", "vpport"}


@dataclass(frozen=True)
class Block:
    """Lines that stand together in a page."""

    file: str
    line: int  # of the first one
    mark: str  # the word behind the fence; "" if there is none
    text: str
    section: str = ""  # of a manual page

    @property
    def first(self) -> str:
        """Its first line, by which lists name it."""
        return self.text.splitlines()[0].strip()

    @property
    def name(self) -> str:
        """File, line and first command: what the case is called."""
        return f"{self.file}:{self.line}: {self.first}"


@dataclass(frozen=True)
class Command:
    """A command that somebody may type."""

    place: str  # FILE:LINE
    text: str


def pages() -> list[Path]:
    """Every Markdown file and manual page of the tree."""
    found = [path for pattern in ("*.md", "*.[1-8]") for path in TOP.rglob(pattern)]
    return sorted(path for path in found if path.is_file() and path.relative_to(TOP).parts[0] not in ("build", ".git"))


def _markdown(page: Path) -> Iterator[Block]:
    name, mark, text, start = str(page.relative_to(TOP)), None, [], 0
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if fence := FENCE.match(line):
            if mark is None:
                mark, text, start = fence[1], [], number + 1
            else:
                if text:
                    yield Block(name, start, mark, "\n".join(text))
                mark = None
        elif mark is not None:
            text.append(line)


def _unescaped(line: str) -> str:
    return line.replace("\\-", "-").replace("\\&", "").replace("\\e", "\\")


def _manual(page: Path) -> Iterator[Block]:
    """The blocks of a manual page that are set as they stand; those with macros in them are prose."""
    name, section, text, start = str(page.relative_to(TOP)), "", None, 0
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith(".SH"):
            section = line[4:].strip('" ')
        elif line.startswith((".EX", ".nf")):
            text, start = [], number + 1
        elif line.startswith((".EE", ".fi")):
            if text and not any(word.startswith(".") for word in text):
                yield Block(name, start, "", "\n".join(_unescaped(word) for word in text), section)
            text = None
        elif text is not None:
            text.append(line)


def blocks(page: Path) -> list[Block]:
    """The blocks of a page."""
    return list(_markdown(page) if page.suffix == ".md" else _manual(page))


def normal(text: str) -> str:
    """A command with one space between its words and without the comment behind it."""
    return " ".join(COMMENT.sub("", text).split())


def lines(block: Block) -> list[Command]:
    """The commands of a block, one a line; a backslash at its end joins a line with the next."""
    found, held, start = [], "", 0
    for number, line in enumerate(block.text.splitlines(), block.line):
        start = start if held else number
        if line.endswith("\\"):
            held += line[:-1]
            continue
        text, held = normal(held + line), ""
        if text and not text.startswith("#"):
            found.append(Command(f"{block.file}:{start}", text))
    return found


def _begins_a_command(text: str) -> bool:
    words = text.split()
    program = words[0]
    if program.startswith(("tools/", "build/")):
        path = TOP / program
        return program.startswith("build/") and len(words) > 1 or path.is_file() and os.access(path, os.X_OK)
    return program in PROGRAMS and len(words) > 1


def inline(page: Path) -> list[Command]:
    """The commands between backquotes in the prose and tables of a Markdown page."""
    if page.suffix != ".md":
        return []
    text = re.sub(r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), page.read_text(encoding="utf-8"),
                  flags=re.MULTILINE | re.DOTALL)
    # an inline command may go on in the next line
    return [Command(f"{page.relative_to(TOP)}:{text.count(chr(10), 0, match.start()) + 1}", normal(match[1]))
            for match in INLINE.finditer(text) if match[1].strip() and _begins_a_command(match[1])]


def broken_links(page: Path) -> list[str]:
    """The links of a page to files that are not there."""
    if page.suffix != ".md":
        return []
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [target for target in LINK.findall(text.replace("\\_", "_"))
            if not (page.parent / target.replace("\\", "")).exists()]
