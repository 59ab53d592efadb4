# SPDX-License-Identifier: GPL-2.0
"""install-packages installs what is missing, or says how; it is tried with stand-ins for apt."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "install-packages"
PACKAGES = Path(__file__).parents[1] / "packages"


class InstallPackagesTest(unittest.TestCase):
    """Runs the script with a PATH on which id, sudo, dpkg-query and apt-get are ours."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.list = self.folder / "list"
        self.list.write_text("# a comment\nmake # why\n\n  gcc-12\n", encoding="ascii")
        self.command("dpkg-query", "echo 'installed make'")
        self.command("apt-get", f"""printf '%s\\n' "$*" >>{self.folder}/calls
            case "$*" in *gcc-13*) exit 100 ;; esac""")

    def command(self, name: str, body: str) -> None:
        """Put a stand-in on the PATH."""
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="ascii")
        path.chmod(0o755)

    def run_script(self, *files: Path, user: int = 0) -> subprocess.CompletedProcess[str]:
        """Run it as if by this user."""
        self.command("id", f"echo {user}")
        return subprocess.run(
            [SCRIPT, *files], env={**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"},
            text=True, capture_output=True, check=False)

    def calls(self) -> list[str]:
        """Return what apt-get was asked for."""
        path = self.folder / "calls"
        return path.read_text(encoding="ascii").splitlines() if path.exists() else []

    def test_root_installs_what_is_missing_without_recommended_packages(self) -> None:
        self.assertEqual(self.run_script(self.list).returncode, 0)
        self.assertEqual(self.calls()[-1], "-q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends gcc-12")
        self.assertFalse(any("update" in call for call in self.calls()))

    def test_nothing_is_done_when_nothing_is_missing(self) -> None:
        self.command("dpkg-query", "echo 'installed make'; echo 'installed gcc-12'")
        self.assertEqual(self.run_script(self.list).returncode, 0)
        self.assertEqual(self.calls(), [])

    def test_a_package_that_was_removed_counts_as_missing(self) -> None:
        self.command("dpkg-query", "echo 'installed make'; echo 'config-files gcc-12'")
        self.run_script(self.list)
        self.assertIn("gcc-12", self.calls()[-1])

    def test_an_ordinary_user_is_shown_the_line_to_run(self) -> None:
        self.command("sudo", "exit 1")
        done = self.run_script(self.list, user=1000)
        self.assertEqual((done.returncode, done.stdout), (2, "apt-get install -y --no-install-recommends gcc-12\n"))
        self.assertEqual(self.calls(), [])

    def test_a_sudo_that_asks_no_password_is_used(self) -> None:
        self.command("sudo", f"printf '%s\\n' \"$*\" >>{self.folder}/sudo-calls")
        self.assertEqual(self.run_script(self.list, user=1000).returncode, 0)
        calls = (self.folder / "sudo-calls").read_text(encoding="ascii").splitlines()
        self.assertEqual(calls[0], "-n true")
        self.assertRegex(calls[-1], "^-n env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get .* install .* gcc-12$")

    def test_the_lists_are_refreshed_when_they_do_not_know_a_package(self) -> None:
        self.list.write_text("gcc-13\n", encoding="ascii")
        self.assertEqual(self.run_script(self.list).returncode, 100)
        self.assertEqual(sum("update" in call for call in self.calls()), 1)

    def test_a_lock_on_the_lists_is_waited_for(self) -> None:
        self.command("sleep", "true")
        self.command("apt-get", f"""printf '%s\\n' "$*" >>{self.folder}/calls
            case "$*" in
            *simulate*) exit 100 ;;
            *update*) grep -c update {self.folder}/calls | grep -q 3 || {{ echo 'E: Could not get lock'; exit 100; }} ;;
            esac""")
        self.assertEqual(self.run_script(self.list).returncode, 0)
        self.assertEqual(sum("update" in call for call in self.calls()), 3)
        self.assertIn("install", self.calls()[-1])

    def test_an_unreadable_list_is_an_error(self) -> None:
        self.assertEqual(self.run_script(self.folder / "none").returncode, 2)
        self.assertEqual(self.run_script().returncode, 2)

    def test_our_own_list_is_checked_in_well_under_a_second(self) -> None:
        (self.folder / "dpkg-query").unlink()
        (self.folder / "apt-get").unlink()
        start = time.monotonic()
        done = self.run_script(PACKAGES)
        self.assertLess(time.monotonic() - start, 0.5)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
