# SPDX-License-Identifier: GPL-2.0
"""The two sets of headers, and how each is parsed and compiled.

Owns paths, include orders and flags; knows nothing of what is compared. Runs compilers, never
what they made.
"""
import os
import re
import subprocess
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OURS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "include")
MINGW = "/usr/share/mingw-w64/include"

# The reference headers whose whole content must exist in ours, relative to MINGW.
OWN_HEADERS = ["ddk/video.h", "ddk/miniport.h", "ddk/videoagp.h", "ddk/dderror.h",
               "ntddvdeo.h", "devioctl.h"]

# The order in which a legacy miniport includes them.
LEGACY_ORDER = ["dderror.h", "devioctl.h", "miniport.h", "ntddvdeo.h", "video.h"]

# What ours has beside them, for drivers that call more than the port.
KERNEL_HEADERS = ["ntddk.h", "windef.h"]

MINGW_GCC = ["x86_64-w64-mingw32-gcc", "-std=gnu11", "-w"]
SHORT = "-fshort-wchar"
OUR_COMPILERS = {
    "gcc": ["gcc", "-std=gnu11", SHORT, "-w"],
    "gcc gnu99": ["gcc", "-std=gnu99", SHORT, "-w"],
    "g++": ["g++", "-std=gnu++20", SHORT, "-w"],
    "g++ gnu++98": ["g++", "-std=gnu++98", SHORT, "-w"],
    "clang arm64": ["clang-14", "--target=aarch64-linux-gnu", "-std=gnu11", SHORT, "-w",
                    "-ffreestanding"],
}
QUICK_COMPILERS = ["gcc", "g++"]


@dataclass
class Side:
    """One set of headers: its name in messages, what to include, and how to parse it."""
    name: str
    includes: list
    flags: list
    clang_args: list
    own_files: list = field(default_factory=list)  # absolute; empty: every file counts

    @property
    def prologue(self):
        return "".join(f"#include <{h}>\n" for h in self.includes)


def _clang_builtin_headers():
    out = subprocess.run(["clang-14", "-print-resource-dir"], capture_output=True, text=True,
                         check=True).stdout.strip()
    return os.path.join(out, "include")


def reference():
    """The six headers themselves, with the base headers that they silently expect."""
    return _mingw_side("reference", ["ntdef.h", "guiddef.h"] + LEGACY_ORDER,
                       [os.path.join(MINGW, h) for h in OWN_HEADERS])


def reference_base():
    """Those base headers: for the base types that ours must have as well."""
    return _mingw_side("reference base", ["ntdef.h", "guiddef.h"], [])


def reference_wdm():
    """ntddk.h, and wdm.h in it: for what ours repeats of them, functions too."""
    return _mingw_side("reference ntddk.h", ["ntstatus.h", "ntddk.h"], [])


def _mingw_side(name, includes, own_files):
    flags = ["-I" + os.path.join(MINGW, "ddk")]
    clang = ["-target", "x86_64-w64-mingw32", "-std=gnu11", "-nostdinc",
             "-isystem", _clang_builtin_headers(), "-isystem", MINGW] + flags
    return Side(name, includes, flags, clang, own_files)


def ours(include_dir=OURS):
    flags = ["-I" + include_dir]
    clang = ["-target", "x86_64-linux-gnu", "-std=gnu11", SHORT, "-nostdinc"] + flags
    own = [os.path.join(folder, f) for folder, _, files in os.walk(include_dir)
           for f in files if f.endswith(".h")]
    return Side("ours", LEGACY_ORDER + KERNEL_HEADERS, flags, clang, own)


def compile_lines(command, source, path, output=None):
    """Compile `source`, written to `path`; return {line number: first error at that line}.

    Macro expansion is not tracked, so that an error inside a macro counts for the line that
    uses it. Line 0 collects what belongs to no line of the source.
    """
    with open(path, "w") as f:
        f.write(source)
    no_tracking = [] if command[0].startswith("clang") else ["-ftrack-macro-expansion=0",
                                                             "-fmax-errors=0"]
    if command[0].startswith("clang"):
        no_tracking = ["-ferror-limit=0"]
    end = ["-c", "-o", output] if output else ["-fsyntax-only"]
    run = subprocess.run(command + no_tracking + [path] + end, capture_output=True, text=True)
    errors = {}
    for line in run.stderr.splitlines():
        m = re.match(r"(.*?):(\d+):(?:\d+:)? (?:fatal )?error: (.*)", line)
        if m:
            number = int(m.group(2)) if os.path.basename(m.group(1)) == os.path.basename(path) \
                else 0
            errors.setdefault(number, m.group(3))
    if run.returncode and not errors:
        errors[0] = run.stderr.strip() or f"{command[0]} failed"
    return errors
