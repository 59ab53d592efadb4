# SPDX-License-Identifier: GPL-2.0
"""What a set of headers declares, found by a real parser (libclang) and a real preprocessor.

A Model is plain data: records with their flattened members, enumerators, functions, typedefs,
variables and macros, each only from the files that count for its side.
"""
import os
import re
import subprocess
from dataclasses import dataclass, field

from clang import cindex
from clang.cindex import CursorKind, TypeKind

from . import types


@dataclass
class Member:
    path: str  # as in offsetof: u.Port.Length, LookupTable[0].RgbLong
    type: tuple
    bits: int  # width of a bit-field, else -1
    bit_offset: int  # from the start of the record, as clang sees it


@dataclass
class Record:
    name: str  # how C spells it: a typedef name if there is one, else "struct tag"
    complete: bool
    members: list


@dataclass
class Model:
    records: dict = field(default_factory=dict)
    enumerators: dict = field(default_factory=dict)  # name: (value, enum)
    functions: dict = field(default_factory=dict)  # name: reduced type
    typedefs: dict = field(default_factory=dict)
    variables: dict = field(default_factory=dict)
    macros: dict = field(default_factory=dict)  # name: (parameters or None, body)


def parse(side, work):
    """The Model of `side`; raises RuntimeError when the headers do not parse."""
    path = os.path.join(work, "model.c")
    with open(path, "w") as f:
        f.write(side.prologue)
    unit = cindex.Index.create().parse(path, side.clang_args)
    errors = [str(d) for d in unit.diagnostics if d.severity >= cindex.Diagnostic.Error]
    if errors:
        raise RuntimeError(f"{side.name}: the headers do not parse:\n  " + "\n  ".join(errors[:10]))
    model = Model()
    own = {os.path.realpath(f) for f in side.own_files}
    tags = {}  # tag: typedef name, for records spelled by their tag otherwise
    for cursor in unit.cursor.get_children():
        where = cursor.location.file
        if where is None or (own and os.path.realpath(where.name) not in own):
            continue
        _add(model, cursor, tags)
    _name_records(model, tags)
    model.macros = _macros(side, path, own)
    return model


def _add(model, cursor, tags):
    kind = cursor.kind
    if kind in (CursorKind.STRUCT_DECL, CursorKind.UNION_DECL):
        _add_record(model, cursor)
    elif kind == CursorKind.ENUM_DECL:
        for c in cursor.get_children():
            if c.kind == CursorKind.ENUM_CONSTANT_DECL:
                model.enumerators[c.spelling] = (c.enum_value, cursor.spelling)
    elif kind == CursorKind.FUNCTION_DECL:
        model.functions[cursor.spelling] = types.reduce(cursor.type)
    elif kind == CursorKind.VAR_DECL:
        model.variables[cursor.spelling] = types.reduce(cursor.type)
    elif kind == CursorKind.TYPEDEF_DECL:
        t = cursor.underlying_typedef_type
        reduced = ("wchar", "") if cursor.spelling == "WCHAR" else types.reduce(t)
        model.typedefs[cursor.spelling] = reduced
        if reduced[0] in ("struct", "union"):
            if reduced[1]:
                tags.setdefault(f"{reduced[0]} {reduced[1]}", cursor.spelling)
            else:
                model.records[cursor.spelling] = _record(cursor.spelling, t.get_canonical())


def _add_record(model, cursor):
    if types.is_unnamed(cursor):
        return  # reached through the member or typedef that uses it
    word = "union" if cursor.kind == CursorKind.UNION_DECL else "struct"
    name = f"{word} {cursor.spelling}"
    old = model.records.get(name)
    if not (old and old.complete):
        model.records[name] = _record(name, cursor.type)


def _record(name, t):
    complete = t.get_size() >= 0
    return Record(name, complete, list(_members(t, "", 0)) if complete else [])


def _members(record_type, prefix, base_bits):
    for f in record_type.get_fields():
        bits = f.get_bitfield_width() if f.is_bitfield() else -1
        at = base_bits + f.get_field_offsetof()
        path = prefix + f.spelling
        if f.spelling:
            yield Member(path, types.reduce(f.type), bits, at)
        inner, suffix = _strip(f.type)
        if inner.kind == TypeKind.RECORD and types.is_unnamed(inner.get_declaration()):
            step = path + suffix + "." if f.spelling else prefix
            yield from _members(inner, step, at)


def _strip(t):
    """The type without sugar and arrays, and the subscripts that reach its first element."""
    suffix = ""
    t = t.get_canonical()
    while t.kind in (TypeKind.CONSTANTARRAY, TypeKind.INCOMPLETEARRAY):
        t, suffix = t.get_array_element_type().get_canonical(), suffix + "[0]"
    return t, suffix


def _name_records(model, tags):
    """Key every record by the name that source uses: its typedef name, where it has one."""
    for key, record in model.records.items():
        record.name = tags.get(key, key)
    model.records = {record.name: record for record in model.records.values()}


def _macros(side, path, own):
    """Macros by -dD: definitions with line markers, so that each is known by its file."""
    compiler = ["x86_64-w64-mingw32-gcc"] if side.name.startswith("reference") else \
        ["gcc", "-fshort-wchar"]
    text = subprocess.run(compiler + ["-std=gnu11", "-E", "-dD", path] + side.flags, check=True,
                          capture_output=True, text=True).stdout
    found, current = {}, ""
    for line in text.splitlines():
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker:
            current = os.path.realpath(marker.group(1))
        elif line.startswith("#undef "):
            found.pop(line.split()[1], None)
        elif line.startswith("#define ") and (not own or current in own):
            m = re.match(r"#define (\w+)(\(([^)]*)\))?\s*(.*)", line)
            parameters = None if m.group(2) is None else \
                [p.strip() for p in m.group(3).split(",") if p.strip()]
            found[m.group(1)] = (parameters, m.group(4).strip())
    return found
