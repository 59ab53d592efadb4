# SPDX-License-Identifier: GPL-2.0
"""The checks: for each what it looks at, and how its tool is asked.

A check returns its findings as PATH:LINE: TEXT. It prints nothing, changes no source, and knows of
no exception: these are the configuration's.
"""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tree import OUT, TOP, call, files, kernel, lines_of, one_by_one, scripts

FINDING = r"^[^ :]+:\d+:"
# The legacy sources and headers keep the style of where they come from.
KERNEL_C = ("shim/linux/*.[ch]", "kunit/*.[ch]", "include/uapi/*.h", "include/videoport_module.h",
            "tools/miniports/*/wrapper.c", "tools/vm/tests/trouble/trouble.c", "tools/bench/bench.h",
            "tools/bench/benchioctl.h", "tools/bench/kernel/*.[ch]", "tools/bench/miniport/wrapper.c",
            "tools/bench/scaling/scaleioctl.h", "tools/bench/scaling/miniport/wrapper.c")
CORE = ("shim/core/*.cc", "shim/core/*.h")
BOUNDARY = "shim/core/platform.h"  # C, which C++ includes
TOOLS_CXX = ("tools/*.cc", "tools/*.hpp")
# As shim/cxx.mk has them, where they change what the compiler sees.
CORE_FLAGS = ("-std=gnu++20", "-ffreestanding", "-fshort-wchar", "-fno-exceptions", "-fno-rtti", "-Iinclude")
CXX_INCLUDES = ("-Iinclude", "-Iinclude/uapi", "-Itools/libvideoport", "-Itools/guest", "-Itools/miniports/probe",
                "-Itools/bench", "-Itools/bench/scaling")


@dataclass(frozen=True)
class Check:
    """One check: what it needs, and what it finds."""

    name: str
    what: str
    tools: dict[str, str]  # command: Debian package
    findings: Callable[[], list[str]]


def _links(name: str, *sources: str) -> Path:
    """A build directory with links to sources, without those to what is gone."""
    folder = TOP / OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        target = folder / Path(source).parent
        target.mkdir(parents=True, exist_ok=True)
        call("cp", "-rsf", TOP / source, target)
    call("find", folder, "-xtype", "l", "-delete")
    return folder


def _sparse(folder: Path, module: str, sources: list[str], *arguments: str) -> list[str]:
    """What sparse finds in the C files of a module, which Kbuild compiles on the way."""
    objects = [Path(source).relative_to(module).with_suffix(".o").as_posix() for source in sources]
    process = call("make", "-C", kernel("6.12"), f"M={folder / module}", "C=2", "CHECK=sparse", "-k",
                   *arguments, *objects)
    process.stdout = process.stdout.replace(f"{folder}/", "")
    return lines_of(process, r"(warning|error|note):|\*\*\*")


def sparse() -> list[str]:
    """Look at the platform layer, and at the C wrappers of the miniports."""
    folder = _links("sparse", "Kbuild", "shim", "include", "tools/miniports")
    return _sparse(folder, ".", files("shim/linux/*.c", "tools/miniports/*/wrapper.c"), "VP_MINIPORTS=m")


def sparse_kunit() -> list[str]:
    """Look at the KUnit suites."""
    return _sparse(_links("sparse-kunit", "kunit"), "kunit", files("kunit/*.c"),
                   f"VIDEOPORT_INCLUDE={TOP / 'include'}")


def sparse_bench() -> list[str]:
    """Look at the benchmark's half that is the kernel's."""
    folder = _links("sparse-bench", "include", "tools/bench/Kbuild", "tools/bench/bench.h", "tools/bench/benchioctl.h",
                    "tools/bench/kernel")
    return _sparse(folder, "tools/bench/kernel", files("tools/bench/kernel/*.c"))


def checkpatch() -> list[str]:
    """Look at everything in kernel C. Its own configuration is .checkpatch.conf."""
    script = kernel("6.12-debug") / "scripts/checkpatch.pl"
    return one_by_one("checkpatch", [*files(*KERNEL_C), BOUNDARY],
                      [".checkpatch.conf", "tools/check/checkpatch.typedefs", str(script)],
                      lambda name: lines_of(call("perl", script, "-f", name), FINDING))


def kernel_doc() -> list[str]:
    """Look at the comments of the shim and its headers, in copies that the parser of C understands."""
    copies = TOP / OUT / "kernel-doc"
    shutil.rmtree(copies, ignore_errors=True)
    names = files("shim/linux/*.[ch]", *CORE, "include/uapi/*.h", "include/videoport_module.h", "tools/bench/bench.h",
                  "tools/bench/kernel/*.[ch]")
    for name in names:
        text = Path(name).read_text(encoding="utf-8")
        text = re.sub(r"^VOID\b", "void", text, flags=re.MULTILINE)
        text = re.sub(r'^extern "C" (?!\{)', "", text, flags=re.MULTILINE)
        (copies / name).parent.mkdir(parents=True, exist_ok=True)
        (copies / name).write_text(text, encoding="utf-8")
    script = kernel("6.12") / "scripts/kernel-doc"
    process = call("perl", script, "-none", "-Wall", *(copies / name for name in names))
    process.stdout = process.stdout.replace(f"{copies}/", "")
    return lines_of(process, FINDING)


def clang_format() -> list[str]:
    """Look at the layout of all C++; one finding a file."""
    names = files(*CORE, *TOOLS_CXX, but=[BOUNDARY])
    process = call("clang-format-14", "--dry-run", "-Werror", *names)
    places: dict[str, list[str]] = {}
    for line in lines_of(process, ": error:"):
        name, _, rest = line.partition(":")
        places.setdefault(name, []).append(rest.partition(":")[0])
    return [f"{name}:{lines[0]}: and {len(lines) - 1} more places: clang-format-14 -i {name}"
            for name, lines in places.items()]


def clang_tidy() -> list[str]:
    """Look for mistakes in the core."""
    def ask(name: str) -> list[str]:
        process = call("clang-tidy-14", "--quiet", name, "--", *CORE_FLAGS)
        process.stdout = process.stdout.replace(f"{TOP}/", "")
        return lines_of(process, FINDING + r"\d+: (warning|error):")

    return one_by_one("clang-tidy", files("shim/core/*.cc"),
                      [".clang-tidy", str(shutil.which("clang-tidy-14")),
                       *files("shim/core/*.h", "include/*.h")], ask)


def cppcheck() -> list[str]:
    """Look for mistakes in all C++, in the one configuration that is built."""
    cache = OUT / "cppcheck"
    cache.mkdir(parents=True, exist_ok=True)
    process = call(
        "cppcheck", "--quiet", "--std=c++20", "--library=googletest", "--max-configs=1", "--error-exitcode=1",
        "--enable=warning,performance,portability,style", f"--cppcheck-build-dir={cache}",
        "--suppressions-list=tools/check/.cppcheck-suppressions", *CXX_INCLUDES,
        "--template={file}:{line}: {severity}: {message} [{id}]",
        *files("shim/core/*.cc", "tools/*.cc"))
    return lines_of(process, FINDING)


def shellcheck() -> list[str]:
    """Look at every shell script."""
    return lines_of(call("shellcheck", "--format=gcc", *scripts("(ba|da)?sh", ".sh")), FINDING)


def python() -> list[str]:
    """Compile every Python script, without writing what comes of it, and look for unused names."""
    found, names = [], scripts("python3", ".py")
    for name in names:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                compile(Path(name).read_text(encoding="utf-8"), name, "exec")
        except (SyntaxError, ValueError) as error:
            found.append(f"{name}:{getattr(error, 'lineno', 1)}: {error}")
    return found + lines_of(call("pyflakes3", *names), FINDING)


def spelling() -> list[str]:
    """Look for common misspellings in all that people read."""
    names = files("*", but=["LICENSE", "*.kmsg", "tools/sim/corpus/*", "tools/vpport/tests/drivers/*.inf"])
    return lines_of(call("codespell", *names), FINDING)


MAKE = {"make": "make", "gcc-12": "gcc-12", "sparse": "sparse"}

# The long ones first, so that the cores end together.
CHECKS = (
    Check("clang-tidy", "the core, for mistakes", {"clang-tidy-14": "clang-tidy-14"}, clang_tidy),
    Check("sparse-kunit", "the KUnit suites, against the 6.12 headers", MAKE, sparse_kunit),
    Check("checkpatch", "kernel C, for the kernel's style", {"perl": "perl"}, checkpatch),
    Check("sparse", "the platform layer, against the 6.12 headers", MAKE, sparse),
    Check("sparse-bench", "the benchmark's kernel modules, against the 6.12 headers", MAKE, sparse_bench),
    Check("cppcheck", "all C++, for mistakes", {"cppcheck": "cppcheck"}, cppcheck),
    Check("clang-format", "all C++, for its layout", {"clang-format-14": "clang-format-14"}, clang_format),
    Check("kernel-doc", "the comments of the shim, against the code", {"perl": "perl"}, kernel_doc),
    Check("shellcheck", "every shell script", {"shellcheck": "shellcheck"}, shellcheck),
    Check("python", "every Python script", {"pyflakes3": "pyflakes3"}, python),
    Check("spelling", "everything", {"codespell": "codespell"}, spelling),
)
