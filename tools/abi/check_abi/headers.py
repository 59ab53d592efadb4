# SPDX-License-Identifier: GPL-2.0
"""Our headers as compilers meet them: alone, in every order, beside libc, and under old source.

Everything is compiled with -Wall -Wextra -Werror; only macro_test is run.
"""
import glob
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from . import sides

STRICT = ["-Wall", "-Wextra", "-Werror"]
STANDARDS = {"c": ["gnu99", "gnu11"], "c++": ["gnu++98", "gnu++20"]}
# as include/videoport/spelling.h asks for, and what only -Wextra adds
LEGACY_FLAGS = [sides.SHORT, "-Wno-unknown-pragmas", "-Wno-missing-braces", "-Wno-undef",
                "-Wno-multichar", "-Wno-write-strings", "-Wno-missing-field-initializers"]
C_SYSTEM = ["stdio.h", "stdlib.h", "string.h", "wchar.h", "limits.h", "errno.h", "stdint.h",
            "stddef.h", "stdarg.h", "unistd.h", "sys/ioctl.h", "sys/mman.h", "poll.h", "fcntl.h",
            "pthread.h", "linux/types.h", "linux/pci_regs.h"]
CXX_SYSTEM = ["vector", "string", "map", "algorithm", "iostream", "memory", "limits", "cstring"]
CXX20_SYSTEM = ["array", "atomic", "bit", "chrono", "concepts", "functional", "optional", "span",
                "string_view", "thread", "type_traits", "utility", "variant"]


def public_headers(include_dir):
    """The headers that legacy source names, without those that belong to Linux."""
    return sorted(h for h in map(os.path.basename, glob.glob(os.path.join(include_dir, "*.h")))
                  if h != "videoport_module.h")


def _part_headers(include_dir):
    return sorted(os.path.relpath(h, include_dir) for folder in ("videoport", "reactos")
                  for h in glob.glob(os.path.join(include_dir, folder, "*.h")))


def _library_headers(include_dir):
    """Those of the C library, which only legacy source sees; the packing ones mean nothing alone."""
    return sorted(os.path.basename(h) for h in glob.glob(os.path.join(include_dir, "crt", "*.h"))
                  if not os.path.basename(h).startswith(("pshpack", "poppack")))


def _tasks(include_dir):
    """(label, compiler arguments, source or None, file or None)"""
    public, parts = public_headers(include_dir), _part_headers(include_dir)
    for lang, standards in STANDARDS.items():
        compiler = "gcc" if lang == "c" else "g++"
        for std in standards:
            base = [compiler, "-x", lang, f"-std={std}"]
            for wide in ([sides.SHORT], []):
                for h in public + parts:
                    yield f"{h} alone, {std} {' '.join(wide)}", base + wide, _include([h])
            yield from _beside_system_headers(lang, std, base, public)
            yield from _legacy_sample(std, base)
        newest = [compiler, "-x", lang, f"-std={standards[-1]}", sides.SHORT]
        for a in public:
            for b in public:
                if a != b:
                    yield f"{a} before {b}, {standards[-1]}", newest, _include([a, b])
        kernel = newest + ["-nostdinc", "-ffreestanding", "-Wundef", "-fms-extensions"]
        yield f"freestanding {standards[-1]}", kernel, _include(public)
        clang = ["clang-14", "--target=aarch64-linux-gnu"] + kernel[1:]
        yield f"freestanding {standards[-1]}, clang arm64", clang, _include(public)
        library = newest + ["-nostdinc", "-ffreestanding", "-DVIDEOPORT_LEGACY_SOURCE",
                            f"-I{include_dir}/crt"]
        for h in _library_headers(include_dir):
            yield f"{h} of ours alone, {standards[-1]}", library, _include([h])
        yield f"all of ours as legacy source, {standards[-1]}", library, \
            _include(_library_headers(include_dir) + public + ["pshpack1.h"]) + \
            "typedef struct { UCHAR A; ULONG B; } PACKED;\n" + _include(["poppack.h"]) + \
            "C_ASSERT(sizeof(PACKED) == 5);\n"
        yield f"first-generation annotations, {standards[-1]}", \
            newest + ["-DVIDEOPORT_LEGACY_SOURCE"], _include(["video.h"]) + \
            "ULONG f(__in PULONG a, __out_opt PULONG b);\n" \
            "ULONG f(__in PULONG a, __out_opt PULONG b)\n" \
            "{ return b ? min(*a, *b) : max(*a, 1); }\n"


def _include(headers):
    return "".join(f"#include <{h}>\n" for h in headers)


def _beside_system_headers(lang, std, base, public):
    system = C_SYSTEM + ([] if lang == "c" else CXX_SYSTEM) + \
        (CXX20_SYSTEM if std == "gnu++20" else [])
    yield f"after libc, {std}", base, _include(system + public)
    yield f"before libc, {std}", base, _include(public + system)


def _legacy_sample(std, base):
    path = os.path.join(sides.HERE, "legacy_sample.c")
    for debug in ([], ["-DDBG=0"], ["-DDBG=1"]):
        yield f"legacy_sample.c, {std} {' '.join(debug)}", base + LEGACY_FLAGS + debug, \
            f'#include "{path}"\n'


def check(include_dir, work):
    """(number of compilations, [failure])."""
    def compile_one(task):
        label, command, source = task
        run = subprocess.run(command + STRICT + ["-I" + include_dir, "-fsyntax-only", "-"],
                             input=source, capture_output=True, text=True)
        lines = [l for l in run.stderr.splitlines() if "error:" in l] or run.stderr.splitlines()
        return f"{label}: {lines[0] if lines else 'fails'}" if run.returncode else None

    tasks = list(_tasks(include_dir))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        failures = [f for f in pool.map(compile_one, tasks) if f]
    return len(tasks) + 2, failures + _macro_test(include_dir, work)


def _macro_test(include_dir, work):
    """The checked DMA macros, compiled as C and as C++ and run."""
    failures = []
    for command in (["gcc", "-std=gnu11"], ["g++", "-x", "c++", "-std=gnu++20"]):
        program = os.path.join(work, "macro_test")
        source = os.path.join(sides.HERE, "macro_test.c")
        build = subprocess.run(command + STRICT + ["-I" + include_dir, source, "-o", program],
                               capture_output=True, text=True)
        if build.returncode:
            failures.append(f"macro_test.c, {command[0]}: {build.stderr.splitlines()[0]}")
            continue
        run = subprocess.run([program], capture_output=True, text=True)
        if run.returncode:
            failures.append(f"macro_test.c, {command[0]}: {run.stdout.splitlines()[:1]}")
    return failures
