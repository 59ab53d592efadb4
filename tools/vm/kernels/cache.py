# SPDX-License-Identifier: GPL-2.0
"""The cache directory: entries that exist whole or not at all.

Owns: ${XDG_CACHE_HOME:-$HOME/.cache}/videoport, its locks and its completion stamps. An entry is
built in a directory of its own beside its final place, stamped, and renamed; whoever sees the
final name with the stamp in it sees a whole entry. It never knows what an entry contains.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

STAMP = ".complete"


def default_root() -> Path:
    """Return the cache root that the environment asks for (XDG base directories)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "videoport"


def write_whole(path: Path, text: str) -> None:
    """Replace a small file in one step: a reader sees the old text or the new one."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.rename(path)


class Cache:
    """A two-level store: a `shelf` (what is kept) holds one entry for each `key` (its version)."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or default_root()

    def path(self, shelf: str, key: str) -> Path:
        """Return where the entry is, or would be: it need not exist."""
        return self.root / shelf / key

    def find(self, shelf: str, key: str) -> Path | None:
        """Return the whole entry, or None. Takes no lock: a stamp is never seen too early."""
        path = self.path(shelf, key)
        return path if (path / STAMP).is_file() else None

    def newest(self, shelf: str) -> Path | None:
        """Return the whole entry that was completed last on this shelf, or None."""
        stamps = sorted((self.root / shelf).glob(f"*/{STAMP}"), key=lambda p: p.stat().st_mtime)
        return stamps[-1].parent if stamps else None

    def get(
            self, shelf: str, key: str, build: Callable[[Path], None],
            on_wait: Callable[[], None] = lambda: None) -> Path:
        """Return the whole entry; if there is none, let `build` fill an empty directory first.

        Only one process builds an entry; others that want the same one call `on_wait` and wait for
        it. If `build` raises, the cache is as it was before. What an interrupted run left behind is
        removed.
        """
        found = self.find(shelf, key)
        if found:
            return found
        with self._locked(shelf, key, on_wait):
            found = self.find(shelf, key)
            if found:
                return found
            final = self.path(shelf, key)
            prefix = f".{key}.part-"
            for stale in final.parent.iterdir():
                # Under the lock nobody else works on this key: its parts are from dead runs.
                if stale.name.startswith(prefix):
                    shutil.rmtree(stale)
            if final.exists():
                shutil.rmtree(final)
            part = Path(tempfile.mkdtemp(prefix=prefix, dir=final.parent))
            try:
                part.chmod(0o755)
                build(part)
                (part / STAMP).touch()
                os.sync()
                part.rename(final)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
            return final

    @contextlib.contextmanager
    def _locked(self, shelf: str, key: str, on_wait: Callable[[], None]) -> Iterator[None]:
        folder = self.root / shelf
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / f".{key}.lock", "w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                on_wait()
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
