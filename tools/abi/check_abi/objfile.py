# SPDX-License-Identifier: GPL-2.0
"""Bytes of one section of an object file, ELF64 or COFF: all that a probe needs read back."""
import struct


def section(path, name):
    """The contents of section `name` (at most 8 characters), or None."""
    with open(path, "rb") as f:
        data = f.read()
    sections = _elf(data) if data[:4] == b"\x7fELF" else _coff(data)
    for found, offset, size in sections:
        if found == name.encode():
            return data[offset:offset + size]
    return None


def _elf(data):
    table, = struct.unpack_from("<Q", data, 0x28)
    entry, count, names = struct.unpack_from("<HHH", data, 0x3A)
    strings, = struct.unpack_from("<Q", data, table + names * entry + 0x18)
    for i in range(count):
        at = table + i * entry
        name, = struct.unpack_from("<I", data, at)
        offset, size = struct.unpack_from("<QQ", data, at + 0x18)
        start = strings + name
        yield data[start:data.index(b"\0", start)], offset, size


def _coff(data):
    count, = struct.unpack_from("<H", data, 2)
    optional, = struct.unpack_from("<H", data, 16)
    for i in range(count):
        at = 20 + optional + i * 40
        size, offset = struct.unpack_from("<II", data, at + 16)
        yield data[at:at + 8].rstrip(b"\0"), offset, size
