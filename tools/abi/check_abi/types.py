# SPDX-License-Identifier: GPL-2.0
"""A C type reduced to what the two ABIs must agree on.

Typedef names vanish; integers become kind, width and sign, so that the reference's 32-bit `long`
equals our `int`; pointees, const, tags and parameters stay. A reduced type is a nested tuple: it
can be compared, printed for a message, and rendered back as C or C++.
"""
from clang.cindex import TypeKind

_INT = {TypeKind.SCHAR: "i", TypeKind.SHORT: "i", TypeKind.INT: "i", TypeKind.LONG: "i",
        TypeKind.LONGLONG: "i", TypeKind.UCHAR: "u", TypeKind.USHORT: "u", TypeKind.UINT: "u",
        TypeKind.ULONG: "u", TypeKind.ULONGLONG: "u"}
_C_INT = {8: "char", 16: "short", 32: "int", 64: "long long"}


def reduce(t):
    """The clang type `t` as a tuple; the first element is the kind, the last is const or ''."""
    const = t.is_const_qualified()
    while t.kind in (TypeKind.TYPEDEF, TypeKind.ELABORATED):
        if t.kind == TypeKind.ELABORATED:
            t = t.get_named_type()
        elif t.get_declaration().spelling in ("WCHAR", "wchar_t"):
            return ("wchar", _q(const))
        else:
            t = t.get_declaration().underlying_typedef_type
        const = const or t.is_const_qualified()
    return _reduce_plain(t, _q(const))


def _q(const):
    return "const" if const else ""


def _reduce_plain(t, const):
    kind = t.kind
    if kind in (TypeKind.CHAR_S, TypeKind.CHAR_U):
        return ("char", const)
    if kind in _INT:
        return (_INT[kind] + str(t.get_size() * 8), const)
    if kind in (TypeKind.VOID, TypeKind.BOOL, TypeKind.FLOAT, TypeKind.DOUBLE):
        return (kind.name.lower(), const)
    if kind == TypeKind.POINTER:
        return ("pointer", reduce(t.get_pointee()), const)
    if kind == TypeKind.FUNCTIONPROTO:
        params = tuple(_unqualified(reduce(p)) for p in t.argument_types())
        return ("function", reduce(t.get_result()), params, t.is_function_variadic(), "")
    if kind == TypeKind.FUNCTIONNOPROTO:
        return ("function", reduce(t.get_result()), None, False, "")
    if kind == TypeKind.CONSTANTARRAY:
        count = t.get_array_size()
        return ("array", reduce(t.get_array_element_type()), count if count > 0 else 0, "")
    if kind == TypeKind.INCOMPLETEARRAY:
        return ("array", reduce(t.get_array_element_type()), 0, "")
    if kind in (TypeKind.RECORD, TypeKind.ENUM):
        return _reduce_tagged(t, const)
    return (t.get_canonical().spelling, const)


def _unqualified(reduced):
    """const of a parameter itself is not part of a function's type."""
    return reduced[:-1] + ("",)


def _reduce_tagged(t, const):
    decl = t.get_declaration()
    if t.kind == TypeKind.ENUM:
        word = "enum"
    else:
        word = "union" if decl.kind.name == "UNION_DECL" else "struct"
    if is_unnamed(decl):
        members = [(f.spelling, reduce(f.type)) for f in t.get_fields()]
        if word == "union":  # all at offset 0: their order is arrangement, not layout
            members.sort(key=lambda m: m[0])
        return (word, None, tuple(members), const)
    return (word, decl.spelling, const)


def is_unnamed(decl):
    """Has neither a tag nor a typedef name that stands in for one."""
    return not decl.spelling or "unnamed" in decl.type.spelling or \
        "anonymous" in decl.type.spelling


def is_callback(reduced):
    return reduced[0] == "pointer" and reduced[1][0] == "function"


def render(reduced, inner="", cxx=False):
    """The reduced type as a C or C++ declaration of `inner` (empty: a type name)."""
    kind, const = reduced[0], reduced[-1]
    if kind == "pointer":
        inner = "*" + (const + " " if const else "") + inner
        if reduced[1][0] in ("function", "array"):
            inner = f"({inner})"
        return render(reduced[1], inner, cxx)
    if kind == "function":
        params = [render(p, "", cxx) for p in reduced[2] or ()] + (["..."] if reduced[3] else [])
        return render(reduced[1], f"{inner}({', '.join(params) or 'void'})", cxx)
    if kind == "array":
        return render(reduced[1], f"{inner}[{reduced[2] or ''}]", cxx)
    if kind in ("struct", "union", "enum"):
        word = f"{kind} {reduced[1]}" if reduced[1] else f"{kind} (unnamed)"
    elif kind == "wchar":
        word = "wchar_t" if cxx else "__WCHAR_TYPE__"
    elif kind[0] in "iu" and kind[1:].isdigit():
        sign = "unsigned" if kind[0] == "u" else "signed" if kind == "i8" else ""
        word = f"{sign} {_C_INT[int(kind[1:])]}".strip()
    else:
        word = kind
    return " ".join(w for w in (const, word, inner) if w)
