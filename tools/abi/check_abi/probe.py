# SPDX-License-Identifier: GPL-2.0
"""Questions to a real compiler: numbers, types, strings and GUIDs, answered by an object file.

A probe is a source file with one question a line. What does not compile is reported for its line;
nothing that was compiled is ever run.
"""
import os
import struct
import subprocess

from . import objfile, sides, types

_SECTION = '__attribute__((used, section("%s")))'
_SAME_C = "typedef char abi_t{0}[__builtin_types_compatible_p(__typeof__({1}), __typeof__({2})) " \
          "? 1 : -1];"
_SAME_CXX = "typedef char abi_t{0}[abi_same<__typeof__({1}), __typeof__({2})>::value ? 1 : -1];"
_SAME_TEMPLATE = "template <class A, class B> struct abi_same { enum { value = 0 }; }; " \
                 "template <class A> struct abi_same<A, A> { enum { value = 1 }; };"


def _is_cxx(command):
    return command[0].endswith("++")


def _file(command, work):
    return os.path.join(work, "probe.cc" if _is_cxx(command) else "probe.c")


def numbers(side, command, expressions, work):
    """Evaluate integer constant expressions: ({expression: value}, {expression: error}).

    An expression that is none can upset the compiler for the lines after it: whatever failed in
    company is asked again alone.
    """
    expressions = list(dict.fromkeys(expressions))
    good, suspects = list(expressions), []
    while True:
        values, errors = _table(side, command, good, work)
        bad = [good[n] for n in errors if 0 <= n < len(good)]
        if values is not None:
            break
        if not bad:
            raise RuntimeError(f"{side.name}: the probe does not compile with "
                               f"{' '.join(command)}: {next(iter(errors.values()))}")
        suspects += bad
        good = [e for e in good if e not in bad]
    found, failed = dict(zip(good, values)), {}
    for e in suspects:
        values, errors = _table(side, command, [e], work)
        if values is None:
            failed[e] = next(iter(errors.values()))
        else:
            found[e] = values[0]
    return found, failed


def _table(side, command, expressions, work):
    """One table of numbers, compiled: (values, {}) or (None, {index of expression: error})."""
    output = os.path.join(work, "probe.o")
    head = side.prologue + f"extern const long long abi_table[] {_SECTION % '.abi'};\n" \
        "const long long abi_table[] = {\n"
    first = head.count("\n") + 1
    source = head + "".join(f"(long long)({e}),\n" for e in expressions) + "0 };\n"
    errors = sides.compile_lines(command + side.flags, source, _file(command, work), output)
    if errors:
        return None, {n - first: e for n, e in errors.items()}
    data = objfile.section(output, ".abi")
    return struct.unpack_from(f"<{len(expressions)}q", data), {}


def wrong_types(side, command, expected, work):
    """Of {name: reduced type} those that the compiler finds to be another type: {name: error}."""
    cxx = _is_cxx(command)
    head = side.prologue + (_SAME_TEMPLATE if cxx else "") + "\n"
    first = head.count("\n") + 1
    names = list(expected)
    same = _SAME_CXX if cxx else _SAME_C
    source = head + "".join(same.format(i, n, types.render(expected[n], "", cxx)) + "\n"
                            for i, n in enumerate(names))
    errors = sides.compile_lines(command + side.flags, source, _file(command, work))
    unplaced = [e for n, e in errors.items() if not 0 <= n - first < len(names)]
    if unplaced:
        raise RuntimeError(f"{side.name}: the type probe does not compile with "
                           f"{' '.join(command)}: {unplaced[0]}")
    return {names[n - first]: e for n, e in errors.items()}


def strings(side, command, macros, work):
    """The bytes of those macros that are string literals: {macro: bytes}."""
    found = {}
    for macro in macros:
        source = side.prologue + f"const __typeof__(({macro})[0]) abi_string[] " \
                                 f"{_SECTION % '.abis'} = {macro};\n" \
            f"const int abi_size[] {_SECTION % '.abin'} = {{ sizeof({macro}) }};\n"
        output = os.path.join(work, "probe.o")
        if not sides.compile_lines(command + side.flags, source, _file(command, work), output):
            size, = struct.unpack_from("<i", objfile.section(output, ".abin"))
            found[macro] = objfile.section(output, ".abis")[:size]
    return found


def guids(side, command, work):
    """The bytes of all GUIDs that the headers define under INITGUID, in their order."""
    source = f"#define INITGUID\n#define DECLSPEC_SELECTANY {_SECTION % '.abig'}\n" + \
        side.prologue
    output = os.path.join(work, "probe.o")
    errors = sides.compile_lines(command + side.flags, source, _file(command, work), output)
    return str(errors) if errors else (objfile.section(output, ".abig") or b"").hex()


def bit_images(side, command, members, work):
    """Where bit-fields lie: the bytes of a record with all bits of one set: {(record, path)}."""
    found = {}
    for record, path in members:
        source = side.prologue + f"const {record} abi_bits {_SECTION % '.abib'} = " \
                                 f"{{ .{path} = -1 }};\n"
        output = os.path.join(work, "probe.o")
        if not sides.compile_lines(command + side.flags, source, _file(command, work), output):
            found[record, path] = objfile.section(output, ".abib")
    return found


def expansions(side, command, uses, work):
    """What macro uses expand to, as text without blanks: {use: text}."""
    path = os.path.join(work, "expand.c")
    with open(path, "w") as f:
        f.write(side.prologue + "".join(f"abi_{i}_begin {u} abi_{i}_end\n"
                                        for i, u in enumerate(uses)))
    text = subprocess.run(command + ["-E", "-P", path] + side.flags, check=True,
                          capture_output=True, text=True).stdout
    text = "".join(text.split())
    return {u: text.split(f"abi_{i}_begin")[1].split(f"abi_{i}_end")[0]
            for i, u in enumerate(uses)}
