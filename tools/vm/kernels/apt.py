# SPDX-License-Identifier: GPL-2.0
"""Questions to apt, and downloads through it, without installing anything.

Owns every call of apt-cache, apt-get and dpkg-deb that fetching a kernel needs. It never chooses
a package: callers name them. It never changes what is installed; refreshing the package lists
needs root and is done only when asked.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path


MIRROR = "http://deb.debian.org/debian"


class AptError(Exception):
    """apt does not know a package, or could not fetch it; the text says which, and apt's reason."""


@dataclass(frozen=True)
class Package:
    """The candidate version of one package."""

    name: str
    version: str
    size: int  # bytes to download
    depends: tuple[str, ...]  # names only; of alternatives, the first

    def dependency(self, pattern: str) -> str:
        """Return the one dependency whose whole name matches `pattern`."""
        found = self.dependencies(pattern)
        if len(found) != 1:
            raise AptError(f"{self.name} {self.version}: expected one dependency like {pattern}, found {found}")
        return found[0]

    def dependencies(self, pattern: str) -> list[str]:
        """Return the dependencies whose whole names match `pattern`."""
        return [name for name in self.depends if re.fullmatch(pattern, name)]


def _run(*command: str, cwd: Path | None = None) -> str:
    """Run a command and return its output; on failure raise with the last line of its complaint."""
    try:
        done = subprocess.run(
            command, cwd=cwd, env={**os.environ, "LC_ALL": "C"}, text=True, capture_output=True,
            stdin=subprocess.DEVNULL, check=False)
    except FileNotFoundError as error:
        raise AptError(f"{command[0]} is missing: kernels are fetched with Debian's apt") from error
    if done.returncode:
        complaint = [line for line in done.stderr.splitlines() if line.startswith("E:")]
        raise AptError("; ".join(complaint) or f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout


def _dependency_names(field: str) -> tuple[str, ...]:
    first_choices = (clause.split("|")[0].strip() for clause in field.split(",") if clause.strip())
    return tuple(re.split(r"[ (:]", clause)[0] for clause in first_choices)


@dataclass(frozen=True)
class Archive:
    """Suites of Debian's archive, with lists of their own: the machine's sources stay as they are."""

    suites: tuple[str, ...]
    folder: Path  # the lists are kept there
    arch: str = ""  # of the packages, where it is not the machine's; those of the machine end in :amd64 then

    def options(self) -> tuple[str, ...]:
        """What makes apt see these suites, and only them."""
        settings = {
            "Dir::Etc::sourcelist": self.folder / "sources.list", "Dir::Etc::sourceparts": "-",
            "Dir::State::lists": self.folder / "lists", "Dir::Cache::pkgcache": "", "Dir::Cache::srcpkgcache": "",
            "APT::Sandbox::User": "root"}
        if self.arch:
            settings |= {"APT::Architecture": self.arch, "APT::Architectures": f"{self.arch},amd64"}
        return tuple(word for name, value in settings.items() for word in ("-o", f"{name}={value}"))

    def refresh(self) -> None:
        """Fetch the suites' lists, unless that was done within the hour. Needs no root."""
        stamp = self.folder / "refreshed"
        if stamp.is_file() and time.time() - stamp.stat().st_mtime < 3600:
            return
        (self.folder / "lists/partial").mkdir(parents=True, exist_ok=True)
        mirrors = (f"{MIRROR}-security" if suite.endswith("-security") else MIRROR for suite in self.suites)
        (self.folder / "sources.list").write_text(
            "".join(f"deb {mirror} {suite} main\n" for mirror, suite in zip(mirrors, self.suites)), encoding="ascii")
        _run("apt-get", "-q", *self.options(), "update")
        stamp.touch()

    def state(self) -> str:
        """Return a text that changes when the answers may."""
        return str((self.folder / "refreshed").stat().st_mtime_ns)


def candidates(*names: str, archive: Archive | None = None) -> list[Package]:
    """Return the candidate version of each named package, in the order of `names`."""
    found: dict[str, Package] = {}
    options = archive.options() if archive else ()
    for stanza in _run("apt-cache", *options, "show", "--no-all-versions", *names).split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", stanza, re.MULTILINE))
        if "Package" in fields:
            found[fields["Package"]] = Package(
                fields["Package"], fields["Version"], int(fields["Size"]), _dependency_names(fields.get("Depends", "")))
    missing = [name for name in names if name.partition(":")[0] not in found]
    if missing:
        raise AptError(f"apt knows no package {', '.join(missing)}")
    return [replace(found[name.partition(":")[0]], name=name) for name in names]


def download(package: Package, folder: Path, archive: Archive | None = None) -> Path:
    """Fetch one package into `folder` and return the .deb. apt checks its hash against the lists."""
    before = set(folder.glob("*.deb"))
    # The sandbox user cannot write here; without this option apt warns and does the same.
    options = archive.options() if archive else ("-o", "APT::Sandbox::User=root")
    _run("apt-get", "-q", *options, "download", f"{package.name}={package.version}", cwd=folder)
    return (set(folder.glob("*.deb")) - before).pop()


def unpack(deb: Path, folder: Path) -> None:
    """Unpack the files of a .deb into `folder`, running none of its scripts."""
    _run("dpkg-deb", "--extract", str(deb), str(folder))


def lists_state() -> str:
    """Return a text that changes when apt's answers may: its lists, sources and pins."""
    places = [Path("/var/lib/apt/lists"), Path("/etc/apt")]
    places += sorted(place for place in places[1].rglob("*") if not place.name.startswith("."))
    return " ".join(str(place.stat().st_mtime_ns) for place in places if place.exists())


def can_refresh() -> bool:
    """Say whether this user may refresh the package lists."""
    return os.geteuid() == 0


def refresh() -> None:
    """Run `apt-get update`, waiting for another apt rather than failing."""
    deadline = time.monotonic() + 300
    while True:
        try:
            _run("apt-get", "-q", "update")
            return
        except AptError as error:
            # DPkg::Lock::Timeout is for dpkg's lock; apt does not wait for that of the lists.
            if "Could not get lock" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(1)
