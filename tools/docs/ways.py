# SPDX-License-Identifier: GPL-2.0
"""Where the commands of the documentation are run: here, in a Debian root, in a guest.

Owns what each of these places has when the first command comes. A command gets its output checked; where one
fails in a root or a guest, the next ones are tried all the same.
"""

from __future__ import annotations

import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .pages import TOP
from .table import Entry

KERNEL = "6.12"
ROOT_TREE = "/root/videoport"
BUILD = TOP / "build/docs"
SAMPLE = TOP / "tools/vpport/tests/drivers/bochsfb"
# What a root has beside Debian's own: nobody is asked for a password, and nothing is loaded into the
# machine's kernel, which is not the root's.
ROOT_COMMANDS = {"sudo": 'exec "$@"', "modprobe": 'exec /sbin/modprobe --dry-run --verbose --set-version "$(uname -r)" "$@"'}
PROMPT = re.compile(rb"# (\x1b\[[0-9;]*[a-z])*$", re.IGNORECASE)
PROGRAMS = ("bpftrace", "jq", "perf")  # of Debian, that the guest needs


@dataclass
class Outcome:
    """What came of a command."""

    status: int
    said: str

    def mistake(self, says: str) -> str:
        """Why it is not as it must be; empty if it is."""
        if self.status:
            return f"{self.said}\nstatus {self.status}"
        if says and not re.search(says, self.said):
            return f"{self.said}\nits output has nothing like {says}"
        return ""


def here(text: str, timeout: float, given: str = "") -> Outcome:
    """Run a command in bash on this machine; what it started ends with it if it takes too long.

    Of what is given, it gets a line for each prompt of a shell that it prints.
    """
    process = subprocess.Popen(["bash", "-euo", "pipefail", "-c", text], cwd=TOP, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    assert process.stdin and process.stdout
    waiting, said, end = given.encode().splitlines(keepends=True), b"", time.monotonic() + timeout
    if not waiting:
        process.stdin.close()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, end - time.monotonic())):
            part = os.read(process.stdout.fileno(), 65536)
            said += part
            if waiting and PROMPT.search(said):
                process.stdin.write(waiting.pop(0))
                process.stdin.flush()
            if not part:
                break
        else:
            os.killpg(process.pid, signal.SIGKILL)
            said += f"still running after {timeout:.0f} s".encode()
    return Outcome(process.wait(), said.decode(errors="replace").replace("\r", ""))


def _lines(*command: str | Path) -> list[str]:
    return subprocess.run(command, cwd=TOP, text=True, check=True, stdout=subprocess.PIPE).stdout.splitlines()


def release() -> str:
    """The release of the kernel that root and guest have."""
    return _lines(TOP / "tools/vm/kernel", KERNEL, "--print", "release")[-1]


class DebianRoot:
    """A fresh Debian with a kernel's headers, the tree, and the packages that make deb has built."""

    def __init__(self, say: Callable[[str], None]) -> None:
        # these are on the path by then: tools/check-docs puts them there
        from check_deb import root
        from kernels.cache import Cache
        self.release = release()
        releases = [_lines(TOP / "tools/vm/kernel", kernel, "--print", "release")[-1] for kernel in ("6.1", KERNEL)]
        # the same list as tools/packaging/check-deb has: they share the archive
        archive = root.base(Cache(), [f"linux-headers-{one}" for one in releases] + ["dkms", "g++", "make", "openssl"],
                            say)
        self.remove = root.remove_tree
        self.root = root.unpacked(archive)
        say(f"the root is in {self.root.folder}")

    def prepare(self) -> None:
        """Bring what a newcomer has: headers, a clone, a driver."""
        shutil.rmtree(BUILD, ignore_errors=True)  # a guest gets what this root builds, or nothing
        self.root.apt("update")
        self.root.apt("install", "make", "openssl", "python3", f"linux-headers-{self.release}")
        self.root.run("depmod", self.release)
        self.root.pretend(self.release)
        for name, text in ROOT_COMMANDS.items():
            command = self.root.path(f"/usr/local/bin/{name}")
            command.write_text(f"#!/bin/sh\n{text}\n", encoding="ascii")
            command.chmod(0o755)
        # manual pages are left out of small roots
        for part in self.root.path("/etc/dpkg/dpkg.cfg.d").glob("*"):
            part.unlink()
        tree = self.root.path(ROOT_TREE)
        tree.mkdir()
        _copy_tree(tree)
        built = TOP / "build/deb"
        if built.is_dir():
            shutil.copytree(built, tree / "build/deb", ignore=shutil.ignore_patterns("videoport-[0-9]*"))
        for name in ("mydriver", "bochsfb"):
            folder = self.root.path(f"/root/{name}")
            folder.mkdir()
            shutil.copy(SAMPLE / "bochsfb.c", folder / f"{name}.c")
            inf = (SAMPLE / "bochsfb.inf").read_bytes().replace(b"bochsfb", name.encode())
            (folder / f"{name}.inf").write_bytes(inf)
        shutil.copytree(TOP / "tools/miniports/edu", self.root.path("/root/edu"))
        fragment = self.root.path("/root/edu/Kbuild")
        fragment.write_text(re.sub(r"(?m)^include .*/videoport.mk$", f"include {ROOT_TREE}/include/videoport.mk",
                                   fragment.read_text(encoding="utf-8")), encoding="utf-8")

    def run(self, entry: Entry) -> Outcome:
        """Run one command there."""
        from check_deb.cases import Wrong
        try:
            return Outcome(0, self.root.run("bash", "-euo", "pipefail", "-c",
                                            f"cd {entry.cwd or ROOT_TREE}; {{ {entry.form}; }} 2>&1"))
        except Wrong as error:
            return Outcome(1, str(error))

    def keep(self, entry: Entry) -> None:
        """Take a file out for the guest."""
        if entry.keep:
            BUILD.mkdir(parents=True, exist_ok=True)
            name = entry.keep.format(release=self.release)
            shutil.copy(self.root.path(name), BUILD / Path(name).name)

    def close(self) -> None:
        """Remove it."""
        self.remove(self.root.folder)


def _copy_tree(target: Path) -> None:
    """Copy what belongs to the tree: what git knows or would; of an archive of it, all but what was built."""
    if (TOP / ".git").exists():
        names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=TOP,
                               check=True, text=True, stdout=subprocess.PIPE).stdout.split("\0")
    else:
        names = [str(path.relative_to(TOP)) for path in TOP.rglob("*") if path.relative_to(TOP).parts[0] != "build"]
    for name in sorted(one for one in names if one):
        if (TOP / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, target / name)


def _libraries(programs: Iterable[str]) -> set[str]:
    found = set()
    for line in _lines("ldd", *programs):
        found |= set(re.findall(r"/[^ ]+\.so[^ ]*", line))
    return found


class Guest:
    """A guest with the module that the root has built, adapters, and Debian's tracing tools."""

    MARK = "-- docs --"

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries

    def _script(self) -> str:
        # each in a shell of its own, in /root unless it says otherwise
        lines = ["#!/bin/sh", ". /prepare.sh"]
        for number, entry in enumerate(self.entries):
            lines += [f"cat >/tmp/command <<'END'\n{entry.form}\nEND", f"cd {entry.cwd or '/root'}",
                      f'sh -eu /tmp/command 2>&1 </dev/null; printf "\\n%s\\n" "{self.MARK} {number} $?"']
        return "\n".join([*lines, "cd /; . /finish.sh", ""])

    def run(self, timeout: float) -> Iterator[tuple[Entry, Outcome]]:
        """Run all commands in one boot; the guest's own end comes last, as an entry without a text."""
        modules = Path(_lines(TOP / "tools/vm/modules", "--quiet", KERNEL)[-1])
        subprocess.run(["make", "-s", "-f", "tools/vpctl/build.mk", "vpctl", "example"], cwd=TOP, check=True)
        vpctl = TOP / "build/vpctl"
        programs = {"/usr/bin/vpctl": str(vpctl / "vpctl"), "/root/client": str(vpctl / "example"),
                    "/root/myclient": str(vpctl / "example")}
        programs |= {f"/usr/bin/{name}": str(Path(str(shutil.which(name))).resolve()) for name in PROGRAMS}
        files = {target: source for target, source in programs.items()}
        files |= {name: name for name in _libraries(sorted(set(programs.values())))}
        files |= {f"/lib/modules/{release()}/updates/videoport.ko": str(BUILD / "videoport.ko"),
                  "/root/bochsfb-linux/bochsfb.ko": str(BUILD / "bochsfb.ko"), "/vp_edu.ko": str(modules / "vp_edu.ko"),
                  "/vp_edu_nt4.ko": str(modules / "vp_edu_nt4.ko"), "/root/vp_vgpu.ko": str(modules / "vp_vgpu.ko"),
                  "/prepare.sh": str(TOP / "tools/docs/prepare.sh"), "/finish.sh": str(TOP / "tools/docs/finish.sh")}
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
            script.write(self._script())
            script.flush()
            Path(script.name).chmod(0o755)
            files["/commands.sh"] = script.name
            words = [word for target, source in files.items() for word in ("--file", f"{source}:{target}")]
            for device in ("virtio-gpu-pci,addr=05.0,disable-legacy=on,iommu_platform=on",
                           "edu,addr=06.0,dma_mask=0xffffffff", "edu,addr=07.0,dma_mask=0xffffffff",
                           "bochs-display,addr=08.0"):
                words += ["--device", device]
            done = subprocess.run([TOP / "tools/vm/run", "--kernel", KERNEL, "--iommu", "strict", "--name", "docs",
                                   "--quiet", "--one-thread", "--memory", "3G", "--timeout", str(int(timeout)), *words,
                                   "--", "/commands.sh"], text=True, errors="replace", check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        rest = done.stdout.replace("\r", "")
        for number, entry in enumerate(self.entries):
            said, mark, after = rest.partition(f"\n{self.MARK} {number} ")
            if not mark:
                yield entry, Outcome(1, "the guest ended before it")
                continue
            status, _, rest = after.partition("\n")
            yield entry, Outcome(int(status), said)
        yield Entry("the guest ends well, and its kernel reports nothing"), Outcome(done.returncode, rest)
