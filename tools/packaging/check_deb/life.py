# SPDX-License-Identifier: GPL-2.0
"""The packages in a Debian root: install, a new kernel, upgrade, downgrade, remove, purge.

Owns the order of these, and what must hold after each. What is built there is taken out for the guests:
the modules of DKMS, and miniports that were built against the installed packages alone.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .cases import Cases, Wrong, expect, run
from .leftovers import EXCLUDED, Snapshot, differences, snapshot
from .packages import NAMES, TOP
from .root import Root

DRIVERS = TOP / "tools/vpport/tests/drivers"
HEADERS = "/lib/modules/{}/build"


class Life:
    """One root from its first package to its last."""

    def __init__(self, cases: Cases, root: Root, releases: dict[str, str], out: Path) -> None:
        self.cases, self.root, self.out = cases, root, out
        self.releases = releases  # the older kernel first
        self.old, self.new = releases.values()
        self.clean: Snapshot = {}

    # What a root is like.

    def _bring(self, debs: dict[str, Path]) -> list[str]:
        folder = self.root.path("/var/cache/videoport")
        folder.mkdir(exist_ok=True)
        return [f"/var/cache/videoport/{Path(shutil.copy(deb, folder)).name}" for deb in debs.values()]

    def _status(self) -> dict[str, str]:
        """For each kernel the version that DKMS has installed."""
        found = re.findall(r"^videoport/([^,]+), ([^,]+), x86_64: installed$", self.root.run("dkms", "status"),
                           re.MULTILINE)
        return {kernel: version for version, kernel in found}

    def _module(self, release: str) -> Path:
        """Where the module is for a kernel: DKMS compresses it if that kernel's own modules are."""
        found = list(self.root.path(f"/lib/modules/{release}/updates/dkms").glob("videoport.ko*"))
        expect(len(found) == 1, f"in updates/dkms of {release}: {found}")
        return found[0]

    def _installed(self, version: str, *releases: str) -> None:
        """The module of a version is installed for these kernels, and no other is anywhere."""
        status = self._status()
        expect(status == dict.fromkeys(releases, version), f"dkms status: {status}")
        for release in releases:
            found = self.root.script(f"modprobe --show-depends --set-version {release} videoport")
            module = self._module(release)
            path = f"/{module.relative_to(self.root.folder)}"
            expect(found.split() == ["insmod", path], f"modprobe would load {found}, not {path}")
            for field, wanted in (("version", version), ("vermagic", release), ("signer", "DKMS module signing key")):
                said = run("modinfo", "--field", field, module).strip()
                expect(said == wanted or said.startswith(f"{wanted} "), f"{release}: {field} is {said}, not {wanted}")
        sources = sorted(path.name for path in self.root.path("/usr/src").glob("videoport-*"))
        expect(sources == [f"videoport-{version}"], f"in /usr/src: {sources}")
        kept = sorted(path.name for path in self.root.path("/var/lib/dkms/videoport").iterdir()
                      if not path.is_symlink())
        expect(kept == [version], f"in /var/lib/dkms/videoport: {kept}")

    # The steps.

    def run(self, first: dict[str, Path], second: dict[str, Path], versions: tuple[str, str]) -> bool:
        """Go through them; say whether what the guests need is there."""
        check, one, two = self.cases.check, *versions
        if not check("apt finds all that the packages need", lambda: self._prepare(first)):
            return False
        if not check(f"installed, DKMS has built the module for {self.old}", lambda: self._install(first, one)):
            print(self._build_log())
            return False
        if not check(f"a kernel that comes later, {self.new}, gets its module", lambda: self._new_kernel(one)):
            print(self._build_log())
            return False
        built = self._miniports()
        check("a miniport can be signed with the key that DKMS made", self._sign)
        check("without the module's symbols a miniport's build says what to do", self._no_symbols)
        check("vpctl and vpport run where they are installed, and say what is missing", lambda: self._programs(one))
        check(f"upgraded to {two}, both kernels have that, not the newest alone", lambda: self._go(second, two))
        check(f"downgraded to {one}, both kernels have that", lambda: self._go(first, one))
        check("removed, no module, source or program is left", self._remove)
        check("after that the root is as it was before: no file more, none less, none changed", self._as_before)
        check("where an administrator wants no modules built, none are", lambda: self._no_autoinstall(first))
        check("purged, dpkg knows none of them", self._purge)
        check("after that, too, the root is as it was before", self._as_before)
        return built

    def _prepare(self, debs: dict[str, Path]) -> None:
        """Install what the packages depend on and both kernels' headers: the state to come back to."""
        self.root.apt("update")
        names = self._bring(debs)
        said = self.root.apt("--simulate", "install", *names)
        needed = [name for name in re.findall(r"^Inst (\S+) ", said, re.MULTILINE) if name not in NAMES]
        for name in ("dkms", "g++", "make"):
            expect(name in needed, f"{name} is not among what apt would install: {needed}")
        self.root.apt("install", *needed, "openssl", *self._headers(self.old), *self._headers(self.new))
        # as the kernel's own package would do
        self.root.run("depmod", self.old)
        # DKMS alone would build upgrades for this one, which is the newest, too, and for no other
        self.root.pretend(self.new)
        self.clean = snapshot(self.root.folder)
        self.root.apt("purge", "--auto-remove", *self._kernel_packages())

    def _headers(self, release: str) -> list[str]:
        return [f"linux-headers-{release}"]

    def _kernel_packages(self) -> list[str]:
        """What belongs to the newer kernel alone."""
        listed = self.root.run("dpkg-query", "--show", "--showformat", "${Package}\n").split()
        return [name for name in listed if self.new in name]

    def _install(self, debs: dict[str, Path], version: str) -> None:
        self.root.apt("install", *self._bring(debs))
        self._installed(version, self.old)

    def _new_kernel(self, version: str) -> None:
        self.root.apt("install", *self._headers(self.new))
        self._installed(version, self.old, self.new)

    def _go(self, debs: dict[str, Path], version: str) -> None:
        self.root.apt("install", "--allow-downgrades", *self._bring(debs))
        self._installed(version, *self.releases.values())

    def _miniports(self) -> bool:
        """Build miniports in the root, for both kernels, and take out what the guests need."""
        good = True
        shutil.copytree(DRIVERS, self.root.path("/root/drivers"))
        for driver in sorted(path.name for path in DRIVERS.iterdir()):
            command = f"vpport new /root/{driver} --inf /root/drivers/{driver}/{driver}.inf"
            good &= self.cases.check(f"vpport makes a module folder of {driver}",
                                     lambda command=command: self.root.script(command))
        self.root.script("cp -r /usr/share/doc/videoport-dev/examples/edu /root/vp_edu")
        for kernel, release in self.releases.items():
            folder = self.out / kernel
            folder.mkdir(parents=True)
            module = Path(shutil.copy(self._module(release), folder))
            if module.suffix == ".xz":
                run("xz", "--decompress", module)
            for driver in [*sorted(path.name for path in DRIVERS.iterdir()), "vp_edu"]:
                good &= self.cases.check(f"{driver} builds for {release} against what is installed, unwarned",
                                         lambda driver=driver, release=release: self._build(driver, release, folder))
        self.root.script("rm -rf /root/drivers /root/vp_edu " + " ".join(
            f"/root/{path.name}" for path in DRIVERS.iterdir()))
        return good

    def _build(self, driver: str, release: str, out: Path) -> None:
        headers = HEADERS.format(release)
        if driver == "vp_edu":
            make = f"make -C {headers} M=/root/{driver} EDU_LATE_DMA=y"
        else:
            make = f"make -C /root/{driver} KERNELDIR={headers}"
        said = self.root.script(f"{make} && cp /root/{driver}/{driver}.ko /root/keep.ko && {make} clean")
        expect(not re.search("warning", said, re.IGNORECASE), said)
        shutil.move(self.root.path("/root/keep.ko"), out / f"{driver}.ko")
        said = run("modinfo", "--field", "depends", out / f"{driver}.ko")
        expect("videoport" in said, f"it depends on {said}")

    def _sign(self) -> None:
        """By the command of the README: DKMS signs its own modules alone."""
        module = shutil.copy(self.out / "6.12/vp_edu.ko", self.root.path("/root/vp_edu.ko"))
        key = "/var/lib/dkms/mok"
        self.root.run(HEADERS.format(self.new) + "/scripts/sign-file", "sha256", f"{key}.key", f"{key}.pub",
                      "/root/vp_edu.ko")
        signer = run("modinfo", "--field", "signer", module).strip()
        expect(signer == "DKMS module signing key", f"its signer is {signer}")
        Path(module).unlink()

    def _programs(self, version: str) -> None:
        for program, subject in (("vpctl", "selftest"), ("vpport", "check")):
            said = self.root.run(program, "--version")
            expect(said.split() == [program, version], f"{program} --version: {said}")
            expect(re.search(rf"^  {subject}\b", self.root.run(program, "--help"), re.MULTILINE),
                   f"{program} --help does not name {subject}")
        said = self.root.script("status=0; vpctl list 2>&1 || status=$?; echo status $status")
        expect(said.split("\n") == ["vpctl: module not loaded", "       sudo modprobe videoport", "status 1", ""],
               f"vpctl list: {said}")
        said = self.root.run("bash", "-c", ". /usr/share/bash-completion/completions/vpctl; "
                             "COMP_WORDS=(vpctl se); COMP_CWORD=1; _vpctl; echo ${COMPREPLY[*]}")
        expect(said.strip() == "selftest", f"its completion makes of se: {said}")

    def _no_symbols(self) -> None:
        """A miniport's build for a kernel that has no videoport fails, and the reason is the first line."""
        kept = self.root.path(f"/var/lib/dkms/videoport/kernel-{self.old}-x86_64")
        hidden = kept.with_name("hidden")
        kept.rename(hidden)
        self.root.script("cp -r /usr/share/doc/videoport-dev/examples/edu /root/vp_edu")
        try:
            self.root.run("make", "-C", HEADERS.format(self.old), "M=/root/vp_edu")
        except Wrong as error:
            expect(f"videoport is not built for {self.old}" in str(error), str(error))
            expect(str(error).count("is not built for") == 1, str(error))
        else:
            raise Wrong("it was built without the symbols")
        finally:
            hidden.rename(kept)
            self.root.script("rm -rf /root/vp_edu")

    def _remove(self) -> None:
        self.root.apt("remove", *NAMES)
        found = [str(path.relative_to(self.root.folder)) for pattern in
                 ("lib/modules/*/updates/**/videoport*", "usr/src/videoport*", "var/lib/dkms/videoport*",
                  "usr/bin/vp*", "usr/include/**/videoport*", "lib/udev/rules.d/*videoport*")
                 for path in self.root.folder.glob(pattern)]
        expect(not found, f"there is still {found}")

    def _no_autoinstall(self, debs: dict[str, Path]) -> None:
        """Also what makes an installation to purge: one that was removed has nothing left to purge."""
        off = self.root.path("/etc/dkms/no-autoinstall")
        off.touch()
        self.root.apt("install", *self._bring(debs))
        expect(not self._status(), f"dkms status: {self._status()}")
        off.unlink()

    def _purge(self) -> None:
        self.root.apt("purge", *NAMES)
        shutil.rmtree(self.root.path("/var/cache/videoport"))
        for name in ("var/lib/dpkg/status", "var/lib/apt/extended_states"):
            text = self.root.path(name).read_text(encoding="utf-8")
            expect("Package: videoport" not in text, f"/{name} still speaks of videoport")
        found = [path.name for path in self.root.path("/var/lib/dpkg/info").glob("videoport*")]
        expect(not found, f"in /var/lib/dpkg/info: {found}")

    def _as_before(self) -> None:
        found = differences(self.clean, snapshot(self.root.folder))
        expect(not found, "\n".join(found) + f"\n(not looked at: {', '.join(EXCLUDED)})")

    def _build_log(self) -> str:
        """The end of what DKMS's last build said."""
        logs = sorted(self.root.folder.glob("var/lib/dkms/videoport/*/**/make.log"))
        lines = logs[-1].read_text(errors="replace").splitlines() if logs else []
        return "\n".join(f"    {line}" for line in lines[-40:])
