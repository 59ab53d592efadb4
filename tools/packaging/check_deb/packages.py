# SPDX-License-Identifier: GPL-2.0
"""The packages by themselves: that they build, are the same each time, and are what they should be.

Owns the cases that need no root: contents, versions, lintian, the helpers of DKMS. Nothing is installed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import programs

from .cases import Cases, Wrong, expect, run

TOP = Path(__file__).resolve().parents[3]
BUILD = TOP / "tools/packaging/build-deb"
NAMES = ("videoport-dkms", "videoport-dev", "videoport-tools")

# What people look for, by package; a name that ends with .gz is one that debhelper compresses.
HOLDS = {
    "videoport-dkms": ("usr/share/man/man4/videoport.4.gz", "usr/share/doc/videoport-dkms/ABI-sysfs-videoport",
                       "usr/share/doc/videoport-dkms/README.md.gz", "lib/udev/rules.d/70-videoport.rules"),
    "videoport-dev": ("usr/include/linux/videoport.h", "usr/include/videoport/video.h",
                      "usr/include/videoport/videoport.mk", "usr/include/libvideoport/videoport.hpp",
                      "usr/share/pkgconfig/videoport.pc", "usr/share/pkgconfig/libvideoport.pc",
                      "usr/share/doc/videoport-dev/PORTING.md.gz", "usr/share/doc/videoport-dev/examples/edu/edu.c",
                      "usr/share/doc/videoport-dev/examples/edu_nt4/edu4.c"),
    "videoport-tools": ("usr/bin/vpctl", "usr/bin/vpport", "usr/share/man/man1/vpctl.1.gz",
                        "usr/share/man/man1/vpport.1.gz", "usr/share/bash-completion/completions/vpctl"),
}
# What the kernel calls an architecture that the matrix names.
MACHINES = {"x86-64": "x86_64", "arm64": "aarch64"}


def version() -> str:
    """The version of the tree."""
    found = re.search(r'^#define VP_VERSION\t"(.*)"$', (TOP / "shim/linux/version.h").read_text(), re.MULTILINE)
    if not found:
        raise Wrong("shim/linux/version.h defines no VP_VERSION")
    return found[1]


def build(out: Path, *arguments: str, **environment: str) -> dict[str, Path]:
    """Build packages into a folder; they by their names."""
    done = subprocess.run(["nice", BUILD, "--out", out, *arguments], text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          env={**os.environ, **environment})
    if done.returncode:
        raise Wrong(done.stderr)
    debs = {Path(line).name.split("_")[0]: Path(line) for line in done.stdout.splitlines()}
    expect(sorted(debs) == sorted(NAMES), f"the packages are {sorted(debs)}, not {sorted(NAMES)}")
    return debs


def _digests(debs: dict[str, Path]) -> dict[str, str]:
    return {name: hashlib.sha256(deb.read_bytes()).hexdigest() for name, deb in debs.items()}


class Packages:
    """The packages of this tree, built once, unpacked side by side, and looked at."""

    def __init__(self, cases: Cases, scratch: Path) -> None:
        self.cases, self.scratch = cases, scratch
        self.debs: dict[str, Path] = {}
        self.tree = scratch / "unpacked"

    def build(self) -> bool:
        """Build, with lintian: without this nothing else makes sense."""
        def built() -> None:
            self.debs = build(self.scratch / "first", "--lintian")
            for deb in self.debs.values():
                run("dpkg-deb", "--extract", deb, self.tree)
        return self.cases.check("the packages build, and lintian has nothing to say", built)

    def look(self) -> None:
        """The cases about what is in them."""
        check = self.cases.check
        check("all carry the version of shim/linux/version.h", self._versions)
        check("each package holds what people look for in it", self._contents)
        check("a changelog of another version is refused", self._other_version)
        check("the source for DKMS is what Kbuild needs, and all of it", self._source)
        check("DKMS builds for the architectures and kernels of the matrix, and for no other", self._exclusive)
        check("pkg-config finds headers and fragment", self._pkg_config)
        check("the client library's example builds by pkg-config alone", self._client)
        check("each program has a man page that names all its options", self._man_pages)
        check("a missing C++ compiler is named, with its package", self._compiler)

    def repeat(self) -> None:
        """Build again, elsewhere, under other circumstances: the same bits."""
        def same() -> None:
            again = build(self.scratch / "a-longer-name", "--binary", TZ="Pacific/Kiritimati", LC_ALL="C",
                          CCACHE="", DEB_BUILD_OPTIONS="parallel=1")
            one, other = _digests(self.debs), _digests(again)
            expect(one == other, f"{one}\n{other}")
        self.cases.check("built again, elsewhere and without a cache, they are the same bit by bit", same)

    def _versions(self) -> None:
        own = version()
        for name, deb in self.debs.items():
            found = run("dpkg-deb", "--field", deb, "Version").strip()
            expect(found == own, f"{name} has version {found}, the tree {own}")
        conf = (self.tree / f"usr/src/videoport-{own}/dkms.conf").read_text()
        expect(f'PACKAGE_VERSION="{own}"' in conf, f"dkms.conf:\n{conf}")
        for program in ("vpport", "vpctl"):
            said = run(self.tree / "usr/bin" / program, "--version")
            expect(said.split() == [program, own], f"{program} says {said}")

    def _contents(self) -> None:
        for name, wanted in HOLDS.items():
            listed = {line.split()[5].removeprefix("./") for line in
                      run("dpkg-deb", "--contents", self.debs[name]).splitlines()}
            missing = sorted(set(wanted) - listed)
            expect(not missing, f"{name} lacks {missing}")

    def _exclusive(self) -> None:
        """The patterns of dkms.conf, as the shell reads them, against what the matrix tests."""
        conf = self.tree / f"usr/src/videoport-{version()}/dkms.conf"

        def value(name: str) -> str:
            return run("bash", "-ec", f'. "$1"; printf %s "${name}"', "-", conf)

        def pattern(name: str) -> re.Pattern[str]:
            return re.compile(value(name))

        def takes(*options: str) -> bool:
            return all((wish.removeprefix("!") in options) != wish.startswith("!")
                       for wish in value("BUILD_EXCLUSIVE_CONFIG").split())

        matrix = programs.load("tools/matrix/run")
        architecture, kernel = pattern("BUILD_EXCLUSIVE_ARCH"), pattern("BUILD_EXCLUSIVE_KERNEL")
        for cell in matrix.CELLS:
            machine, release = MACHINES[cell.arch], f"{cell.kernel.split('-')[0]}.0-1-{cell.arch}"
            expect(architecture.search(machine), f"{machine}, of the cell {cell.name}, is not built for")
            expect(kernel.search(release), f"{release}, of the cell {cell.name}, is not built for")
        for other in {"i686", "armv7l", "riscv64", "x86_64_32", *MACHINES.values()} - \
                {MACHINES[cell.arch] for cell in matrix.CELLS}:
            expect(not architecture.search(other), f"{other} is built for, and in no cell of the matrix")
        for release in ("5.10.0-30-amd64", "6.0.12-amd64", "4.19.0"):
            expect(not kernel.search(release), f"{release} is built for")
        for pages, built in (("4K", True), ("16K", False), ("64K", False)):
            expect(takes("CONFIG_MODULES", "CONFIG_PCI", f"CONFIG_ARM64_{pages}_PAGES") == built,
                   f"built for pages of {pages}: {not built}")

    def _other_version(self) -> None:
        copy = self.scratch / "other"
        (copy / "shim/linux").mkdir(parents=True)
        (copy / "shim/linux/version.h").write_text('#define VP_VERSION\t"99.9"\n')
        shutil.copytree(TOP / "tools/packaging/debian", copy / "debian")
        try:
            run("debian/rules", "override_dh_auto_configure", cwd=copy)
        except Wrong as error:
            expect("shim/linux/version.h another version" in str(error), str(error))
        else:
            raise Wrong("debian/rules took version 99.9")

    def _source(self) -> None:
        folder = self.tree / f"usr/src/videoport-{version()}"
        wanted = {path.relative_to(TOP).as_posix() for part in ("shim", "include")
                  for path in (TOP / part).rglob("*")
                  if path.is_file() and path.suffix in (".c", ".cc", ".h", ".mk", ".def", ".inc")
                  and not path.name.endswith(".mod.c")}
        wanted |= {"Kbuild", "dkms.conf", "dkms/check-compiler", "dkms/keep-symbols"}
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        expect(wanted == found, f"missing: {sorted(wanted - found)}\nneedless: {sorted(found - wanted)}")

    def _pkg_config(self) -> None:
        environment = {**os.environ, "PKG_CONFIG_LIBDIR": str(self.tree / "usr/share/pkgconfig")}
        for variable, what in (("headersdir", "/usr/include/videoport"),
                               ("fragment", "/usr/include/videoport/videoport.mk")):
            found = run("pkg-config", f"--variable={variable}", "videoport", env=environment).strip()
            expect(found == what, f"{variable} is {found}")
            expect((self.tree / what.lstrip("/")).exists(), f"{what} is not in videoport-dev")
        found = run("pkg-config", "--modversion", "videoport", env=environment).strip()
        expect(found == version(), f"its version is {found}")

    def _client(self) -> None:
        environment = {**os.environ, "PKG_CONFIG_LIBDIR": str(self.tree / "usr/share/pkgconfig"),
                       "PKG_CONFIG_SYSROOT_DIR": str(self.tree), "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1"}
        flags = run("pkg-config", "--cflags", "libvideoport", env=environment).split()
        expect(flags and all(str(self.tree) in flag for flag in flags if flag.startswith("-I")), f"flags: {flags}")
        found = run("pkg-config", "--modversion", "libvideoport", env=environment).strip()
        expect(found == version(), f"its version is {found}")
        examples = self.tree / "usr/share/doc/videoport-dev/examples"
        run("g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *flags,
            f"-I{examples / 'edu_nt4'}", examples / "example.cc")

    def _man_pages(self) -> None:
        for program in sorted((self.tree / "usr/bin").iterdir()):
            page = self.tree / f"usr/share/man/man1/{program.name}.1.gz"
            expect(page.is_file(), f"{program.name} has no man page")
            text = re.sub(r"\\-", "-", run("zcat", page))
            said = run(program, "--help")
            commands = re.findall(r"^  ([a-z]+) ", said[said.find("Subcommands"):], re.MULTILINE)
            helps = said + "".join(run(program, command, "--help") for command in commands)
            options = set(re.findall(r"--[a-z][a-z-]+", helps))
            missing = sorted(option for option in options if option not in text)
            expect(commands and not missing, f"{program.name}.1 says nothing of {missing}; commands: {commands}")

    def _compiler(self) -> None:
        headers = self.scratch / "headers"
        headers.mkdir()
        (headers / ".kernelvariables").write_text("CC = $(CROSS_COMPILE)gcc-99\n")
        script = self.tree / f"usr/src/videoport-{version()}/dkms/check-compiler"
        try:
            run(script, "9.9-amd64", headers)
        except Wrong as error:
            expect("apt-get install g++-99\n" in str(error) and "kernel 9.9-amd64, gcc-99," in str(error), str(error))
        else:
            raise Wrong("it took gcc-99, which nobody has")
        (headers / ".kernelvariables").unlink()
        (headers / ".config").write_text('CONFIG_CC_VERSION_TEXT="gcc-12 (Debian 12.2.0-14) 12.2.0"\n')
        run(script, "9.9-amd64", headers)
