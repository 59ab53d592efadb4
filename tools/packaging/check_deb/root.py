# SPDX-License-Identifier: GPL-2.0
"""A Debian root to install packages in: made by debootstrap once, kept in the cache, unpacked anew.

Owns the folder it is unpacked in, and what is mounted there. Every command in it gets a mount and a PID
namespace of its own, in which /proc and /dev are mounted: they go with the command, whatever ends it,
and the machine never sees them. Needs root.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kernels.cache import Cache

from .cases import Wrong, run

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
APART = ("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private", "--pid", "--fork",
         "--kill-child")
PATH = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENTER = f"""
set -e
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
exec chroot "$0" env -i PATH={PATH} HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive INITRD=No "$@"
"""


def mounts_below(folder: Path) -> list[str]:
    """What is mounted at a folder or below it, as this process sees it."""
    places = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]
    return [place for place in places if Path(place).is_relative_to(folder)]


def remove_tree(folder: Path) -> None:
    """Remove a folder, but not what is mounted in it: then it stays, and that is an error."""
    found = mounts_below(folder)
    if found:
        raise Wrong(f"{folder} stays: mounted in it: {', '.join(found)}; umount these, then remove it")
    shutil.rmtree(folder)


def _settings(folder: Path) -> None:
    """Give a root the machine's way to packages: its sources, its keys, its proxies, its name servers."""
    apt = folder / "etc/apt"
    for name in ("sources.list", "sources.list.d", "auth.conf", "auth.conf.d", "keyrings", "trusted.gpg",
                 "trusted.gpg.d", "preferences.d"):
        source = Path("/etc/apt") / name
        if source.is_dir():
            shutil.copytree(source, apt / name, dirs_exist_ok=True)
        elif source.is_file():
            shutil.copy2(source, apt / name)
    listed = apt / "sources.list.d/debian.sources"
    if listed.is_file():
        (apt / "sources.list").unlink(missing_ok=True)
        for key in {line.split(":", 1)[1].strip() for line in listed.read_text(encoding="utf-8").splitlines()
                    if line.startswith("Signed-By: /")}:
            (folder / key.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(key, folder / key.lstrip("/"))
    (apt / "apt.conf.d/90machine").write_text(
        run("apt-config", "dump", "Acquire") + 'Acquire::Languages "none";\nAPT::Install-Recommends "false";\n',
        encoding="utf-8")
    for name in ("resolv.conf", "hosts"):
        shutil.copy("/etc/" + name, folder / "etc" / name)


class Root:
    """One unpacked root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, inside: str) -> Path:
        """Where a path of the root is for the machine."""
        return self.folder / inside.lstrip("/")

    def run(self, *command: object) -> str:
        """Run a command in the root and return its output; raise Wrong if it fails."""
        return run(*APART, "sh", "-c", ENTER, self.folder, *command)

    def apt(self, *arguments: object) -> str:
        """Run apt-get in the root, asking nothing."""
        # apt gives dpkg, and so the packages' scripts, a PATH of its own, without what pretend() puts there
        return self.run("apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0", "-o", f"DPkg::Path={PATH}", *arguments)

    def pretend(self, release: str) -> None:
        """Let `uname -r` say that the root's machine runs this kernel, not the one it does."""
        command = self.path("/usr/local/bin/uname")
        command.write_text(f'#!/bin/sh\n[ "$*" != -r ] && exec /bin/uname "$@"\necho {release}\n', encoding="ascii")
        command.chmod(0o755)

    def script(self, text: str) -> str:
        """Run a line of shell in the root."""
        return self.run("sh", "-euc", text)


def base(cache: Cache, wanted: list[str], say: Callable[[str], None]) -> Path:
    """Return the archive of a fresh root with the `wanted` packages downloaded, not installed.

    It is made once for each list and each version of apt's answer to it.
    """
    answer = run("apt-cache", "policy", *wanted, "dkms", "apt")
    key = hashlib.sha256(repr((1, SUITE, wanted, answer)).encode()).hexdigest()[:12]
    shelf = f"roots/debian-{SUITE}-amd64"

    def make(folder: Path) -> None:
        say(f"making a Debian root ({SUITE}); about two minutes")
        tree = folder / "root"
        run(*APART, "debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, tree, MIRROR)
        _settings(tree)
        root = Root(tree)
        root.apt("update")
        root.apt("--download-only", "install", *wanted)
        run("tar", "--create", "--numeric-owner", "--xattrs", "--directory", tree, "--file", folder / "root.tar", ".")
        remove_tree(tree)

    entry = cache.get(shelf, key, make, lambda: say("waiting for another run that makes the Debian root"))
    for old in (cache.root / shelf).iterdir():
        # of another kernel version; a day old, no run uses it any more
        if old.name != entry.name and not old.name.startswith(".") and time.time() - old.stat().st_mtime > 86400:
            shutil.rmtree(old)
    return entry / "root.tar"


def unpacked(archive: Path) -> Root:
    """Unpack a root into a temporary folder; the caller removes it by remove_tree()."""
    folder = Path(tempfile.mkdtemp(prefix="videoport-root-", dir="/var/tmp"))
    folder.chmod(0o755)
    run("tar", "--extract", "--numeric-owner", "--xattrs", "--same-permissions", "--directory", folder,
        "--file", archive)
    # it is thrown away: no package needs to survive a loss of power
    (folder / "etc/dpkg/dpkg.cfg.d/unsafe-io").write_text("force-unsafe-io\n", encoding="ascii")
    return Root(folder)


def can_make_roots() -> str:
    """Say why no root can be made here; empty if one can."""
    for tool in ("debootstrap", "unshare", "setpriv"):
        if not shutil.which(tool):
            return f"{tool} is missing: see tools/packaging/packages"
    done = subprocess.run([*APART, "true"], capture_output=True, text=True, check=False)
    return f"no namespaces here (root is needed): {done.stderr.strip()}" if done.returncode else ""
