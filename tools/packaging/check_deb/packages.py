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

from .cases import Cases, Wrong, expect, run

TOP = Path(__file__).resolve().parents[3]
BUILD = TOP / "tools/packaging/build-deb"
NAMES = ("videoport-dkms", "videoport-dev", "videoport-tools")


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
        check("a changelog of another version is refused", self._other_version)
        check("the source for DKMS is what Kbuild needs, and all of it", self._source)
        check("pkg-config finds headers and fragment", self._pkg_config)
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
        said = run(self.tree / "usr/bin/vpport", "--version")
        expect(said.split() == ["vpport", own], f"vpport says {said}")

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
