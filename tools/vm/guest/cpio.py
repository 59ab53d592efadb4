# SPDX-License-Identifier: GPL-2.0
"""Write an initramfs archive: the "newc" cpio format that the kernel unpacks.

Owns the format (Documentation/driver-api/early-userspace/buffer-format.rst). Everything in the
archive belongs to root, whoever runs this. It never decides what goes in.
"""

from __future__ import annotations

import shutil
import stat
from pathlib import Path, PurePosixPath
from typing import BinaryIO


class Archive:
    """An archive being written to `out`. Parent directories are added as they are needed."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._inode = 0
        self._known: set[PurePosixPath] = {PurePosixPath("/")}

    def directory(self, target: str, mode: int = 0o755) -> None:
        """Add a directory, and those above it; one that is there already stays as it is."""
        path = PurePosixPath("/") / target
        if path in self._known:
            return
        self.directory(str(path.parent))
        self._known.add(path)
        self._header(path, stat.S_IFDIR | mode)

    def link(self, target: str, points_to: str) -> None:
        """Add a symbolic link."""
        self._data(target, stat.S_IFLNK | 0o777, points_to.encode())

    def text(self, target: str, content: str, mode: int = 0o644) -> None:
        """Add a file with this content."""
        self._data(target, stat.S_IFREG | mode, content.encode())

    def data(self, target: str, content: bytes, mode: int = 0o644) -> None:
        """Add a file with these bytes."""
        self._data(target, stat.S_IFREG | mode, content)

    def file(self, target: str, source: Path) -> None:
        """Add a copy of a file, with its permission bits; what a link points to, not the link."""
        info = source.stat()
        self.directory(str(PurePosixPath(target).parent))
        self._header(PurePosixPath("/") / target, stat.S_IFREG | stat.S_IMODE(info.st_mode), info.st_size)
        with source.open("rb") as content:
            shutil.copyfileobj(content, self._out)
        self._pad(info.st_size)

    def tree(self, target: str, source: Path) -> None:
        """Add a copy of a directory and all below it; links inside it stay links."""
        self.directory(target)
        for path in sorted(source.rglob("*")):
            place = str(PurePosixPath(target) / path.relative_to(source))
            if path.is_symlink():
                self.link(place, str(path.readlink()))
            elif path.is_dir():
                self.directory(place, stat.S_IMODE(path.stat().st_mode))
            elif path.is_file():
                self.file(place, path)

    def close(self) -> None:
        """Write the end of the archive; the caller closes the file."""
        self._entry("TRAILER!!!", 0, 0)

    def _data(self, target: str, mode: int, content: bytes) -> None:
        self.directory(str(PurePosixPath(target).parent))
        self._header(PurePosixPath("/") / target, mode, len(content))
        self._out.write(content)
        self._pad(len(content))

    def _header(self, path: PurePosixPath, mode: int, size: int = 0) -> None:
        self._entry(str(path).lstrip("/"), mode, size)

    def _entry(self, name: str, mode: int, size: int) -> None:
        self._inode += 1
        encoded = name.encode() + b"\0"
        # inode, mode, uid, gid, links, mtime, size, device (2), special file's device (2), name, check
        fields = (self._inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, len(encoded), 0)
        header = b"070701" + b"".join(b"%08x" % value for value in fields) + encoded
        self._out.write(header)
        self._pad(len(header))

    def _pad(self, length: int) -> None:
        self._out.write(b"\0" * (-length % 4))
