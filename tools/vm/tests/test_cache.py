# SPDX-License-Identifier: GPL-2.0
"""The cache holds whole entries only, and a kernel is had from it when apt has none to offer."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from kernels import apt
from kernels.cache import STAMP, Cache
from kernels.debian import DebianKernel
from kernels.entry import KernelError
from kernels.toolchain import GCC_14


def build(folder: Path) -> None:
    """Fill an entry, slowly enough for others to come along."""
    (folder / "first").write_text("1", encoding="ascii")
    time.sleep(0.3)
    (folder / "second").write_text("2", encoding="ascii")


def fail(folder: Path) -> None:
    """Fill half of an entry."""
    (folder / "first").write_text("1", encoding="ascii")
    raise KernelError("no space, no network, or the user's Ctrl-C")


def get_in_process(root: Path, builders: str) -> None:
    """Get an entry, and leave a mark if this process had to build it."""
    def build_and_mark(folder: Path) -> None:
        tempfile.mkstemp(dir=builders)
        build(folder)

    entry = Cache(root).get("shelf", "1.0", build_and_mark)
    assert (entry / "second").exists()


class CacheTest(unittest.TestCase):
    """Entries of any kind."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.cache = Cache(self.root)

    def names(self) -> list[str]:
        """Return what is on the shelf, locks aside."""
        return sorted(path.name for path in (self.root / "shelf").iterdir() if not path.name.endswith(".lock"))

    def test_an_entry_is_built_once(self) -> None:
        entry = self.cache.get("shelf", "1.0", build)
        self.assertEqual((entry / "second").read_text(encoding="ascii"), "2")
        self.assertEqual(self.cache.get("shelf", "1.0", fail), entry)
        self.assertEqual(self.names(), ["1.0"])

    def test_a_failed_build_leaves_nothing(self) -> None:
        with self.assertRaises(KernelError):
            self.cache.get("shelf", "1.0", fail)
        self.assertIsNone(self.cache.find("shelf", "1.0"))
        self.assertEqual(self.names(), [])

    def test_a_half_made_entry_is_redone(self) -> None:
        half = self.root / "shelf" / "1.0"
        half.mkdir(parents=True)
        (half / "first").write_text("half", encoding="ascii")
        self.assertIsNone(self.cache.find("shelf", "1.0"))
        self.assertIsNone(self.cache.newest("shelf"))
        entry = self.cache.get("shelf", "1.0", build)
        self.assertEqual((entry / "first").read_text(encoding="ascii"), "1")

    def test_what_a_killed_run_left_is_removed(self) -> None:
        part = self.root / "shelf" / ".1.0.part-abc"
        part.mkdir(parents=True)
        other = self.root / "shelf" / ".1.1.part-def"
        other.mkdir()
        self.cache.get("shelf", "1.0", build)
        self.assertEqual(self.names(), [".1.1.part-def", "1.0"])

    def test_of_concurrent_runs_one_builds(self) -> None:
        context = multiprocessing.get_context("fork")
        with tempfile.TemporaryDirectory() as builders:
            processes = [context.Process(target=get_in_process, args=(self.root, builders)) for _ in range(4)]
            for process in processes:
                process.start()
            for process in processes:
                process.join()
            self.assertEqual([process.exitcode for process in processes], [0] * 4)
            self.assertEqual(len(list(Path(builders).iterdir())), 1)

    def test_the_newest_is_the_one_completed_last(self) -> None:
        for version in ("1.9", "1.10"):
            (self.cache.get("shelf", version, lambda folder: None) / STAMP).touch()
            time.sleep(0.02)
        newest = self.cache.newest("shelf")
        self.assertEqual(newest and newest.name, "1.10")


class DebianTest(unittest.TestCase):
    """Debian's kernels, with an apt that is out of reach or has something new."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.cache = Cache(Path(folder.name))
        self.kernel = DebianKernel("6.1", "linux-image-amd64")
        self.said: list[str] = []
        for name, replacement in {
            "candidates": mock.Mock(side_effect=apt.AptError("E: no network")),
            "can_refresh": lambda: False,
        }.items():
            patch = mock.patch.object(apt, name, replacement)
            patch.start()
            self.addCleanup(patch.stop)

    def test_without_apt_the_newest_cached_version_is_used_and_said(self) -> None:
        entry = self.cache.get(self.kernel.shelf, "6.1.99-1", lambda folder: None)
        self.assertEqual(self.kernel.provide(self.cache, self.said.append).dir, entry)
        self.assertIn("using the cached version 6.1.99-1", self.said[0])

    def test_without_apt_and_cache_the_reason_is_given(self) -> None:
        with self.assertRaisesRegex(KernelError, "no network.*apt-get update"):
            self.kernel.provide(self.cache, self.said.append)

    def test_a_new_candidate_is_fetched_though_an_older_version_is_cached(self) -> None:
        self.cache.get(self.kernel.shelf, "6.1.99-1", lambda folder: None)
        new = apt.Package("linux-image-amd64", "6.1.100-1", 1, ("linux-image-6.1.0-99-amd64",))
        with mock.patch.object(apt, "candidates", return_value=[new]), \
                mock.patch.object(DebianKernel, "_build") as fetch:
            entry = self.kernel.provide(self.cache, self.said.append)
            self.assertEqual(entry.dir.name, "6.1.100-1")
            self.assertEqual(self.kernel.provide(self.cache, self.said.append).dir.name, "6.1.100-1")
        fetch.assert_called_once()

    def test_apt_is_asked_again_when_its_lists_change(self) -> None:
        new = apt.Package("linux-image-amd64", "6.1.100-1", 1, ())
        with mock.patch.object(apt, "candidates", return_value=[new]) as asked, \
                mock.patch.object(DebianKernel, "_build"):
            for state in ("monday", "monday", "tuesday"):
                with mock.patch.object(apt, "lists_state", return_value=state):
                    self.kernel.provide(self.cache, self.said.append)
        self.assertEqual(asked.call_count, 2)


class ToolchainTest(unittest.TestCase):
    """A compiler of a newer release, on a machine that cannot fit it in."""

    def test_what_is_missing_is_named_before_anything_is_fetched(self) -> None:
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch.object(apt.Archive, "refresh"), \
                mock.patch.object(apt, "candidates", return_value=[apt.Package("gcc-14", "14.2.0-1", 1, ())]), \
                mock.patch.object(apt, "download") as download, \
                mock.patch("shutil.which", return_value=None):
            with self.assertRaisesRegex(KernelError, "patchelf is missing; run: tools/vm/install-packages"):
                GCC_14.provide(Cache(Path(folder)), lambda line: None)
            download.assert_not_called()
