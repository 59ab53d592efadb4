# SPDX-License-Identifier: GPL-2.0
"""Ours against one reference: what must be equal, and how a difference is worded.

The list of what to compare always comes from the reference. A Reference holds everything that
depends on it alone, so that the self-test can compare many mutants of ours with it.
"""
import re
from dataclasses import dataclass

from . import model, probe, sides, types


@dataclass(frozen=True)
class Difference:
    kind: str  # structure, member, enumerator, constant, macro, function, callback, type, variable
    name: str
    ours: str
    reference: str

    def __str__(self):
        return f"{self.kind} {self.name}: ours {self.ours}, reference {self.reference}"


def _samples(name, parameters):
    """Two uses of a function-like macro, with small distinct integers."""
    if not parameters:
        return [f"{name}()"]
    return [f"{name}({', '.join(str(n * k + 1) for n in range(1, len(parameters) + 1))})"
            for k in (2, 70001)]


class Reference:
    """A reference side, parsed and evaluated; `only` limits it to names that ours has too."""

    def __init__(self, side, work, only=None, but_not=()):
        self.side, self.model = side, model.parse(side, work)
        if only is not None:
            for part in ("records", "enumerators", "typedefs", "macros"):
                known = getattr(only, part).keys() - {n for m in but_not for n in getattr(m, part)}
                setattr(self.model, part, {n: v for n, v in getattr(self.model, part).items()
                                           if n in known})
            self.model.macros = {n: m for n, m in self.model.macros.items() if m[0] is None}
            # many of the reference's are inline functions of a processor: what ours links to counts
            self.model.functions = {n: t for n, t in self.model.functions.items()
                                    if n in only.functions and
                                    not any(n in m.functions for m in but_not)}
            self.model.variables = {}
        self._evaluate(work)

    def _evaluate(self, work):
        m, gcc = self.model, sides.MINGW_GCC
        plain = [n for n, (p, body) in m.macros.items() if p is None and body]
        uses = [u for n, (p, _) in m.macros.items() if p is not None for u in _samples(n, p)]
        texts = probe.expansions(self.side, gcc, plain + uses, work)
        numeric = [u for u in plain + uses if self._may_be_number(texts[u])]
        fixed = [e for r in m.records.values() for e, _ in _record_questions(r)] + \
            list(m.enumerators)
        self.values, failed = probe.numbers(self.side, gcc, fixed + numeric, work)
        unanswered = [e for e in fixed if e in failed]
        if unanswered:
            raise RuntimeError(f"the reference does not answer {unanswered[0]}: "
                               f"{failed[unanswered[0]]}")
        self.constants = [n for n in plain if n in self.values]
        self.strings = probe.strings(self.side, gcc, [n for n in plain if '"' in texts[n]], work)
        self.texts = {u: t for u, t in texts.items() if u not in self.values and
                      u not in self.strings and self.side.own_files}
        self.bits = [(r.name, x.path) for r in m.records.values() for x in r.members
                     if x.bits >= 0]
        self.bit_images = probe.bit_images(self.side, gcc, self.bits, work)
        self.guids = probe.guids(self.side, gcc, work) if m.variables else ""

    def _may_be_number(self, text):
        """No number without a digit, a size or an enumerator; no statement or string is one.

        What is wrongly left out here is still compared, as text.
        """
        return not re.search(r'[;{"]', text) and \
            (re.search(r"\d|sizeof|offsetof", text) is not None or text in self.model.enumerators)

    def counts(self):
        m = self.model
        return {"structures": sum(r.complete for r in m.records.values()),
                "functions": len(m.functions),
                "constants": len(m.enumerators) + len(self.constants),
                "callbacks": sum(types.is_callback(t) for t in m.typedefs.values())}


def _record_questions(record):
    """(expression, what it asks) for the size of a record and the place of each member."""
    if not record.complete:
        return
    yield f"sizeof({record.name})", f"size of {record.name}"
    for m in record.members:
        if m.bits >= 0:
            continue
        what = f"{record.name}.{m.path}"
        yield f"__builtin_offsetof({record.name}, {m.path})", f"offset of {what}"
        element = "[0]" if m.type[0] == "array" and not m.type[2] else ""
        yield f"sizeof((({record.name} *)0)->{m.path}{element})", f"size of {what}"


class Comparison:
    """Compares ours, as found in `include_dir`, with a Reference: see `differences`."""

    def __init__(self, reference, our_model, include_dir, compilers, work):
        self.ref, self.ours, self.work = reference, our_model, work
        self.side, self.compilers = sides.ours(include_dir), compilers
        self.differences = []
        self.questions = {}  # expression: (kind, name, what)

    def run(self):
        self._records()
        self._enumerators()
        self._types("function", self.ref.model.functions, self.ours.functions)
        self._types("typedef", self.ref.model.typedefs, self.ours.typedefs)
        self._types("variable", self.ref.model.variables, self.ours.variables)
        self._macros()
        for name in self.compilers:
            self._ask(name, sides.OUR_COMPILERS[name])
        self._bit_fields()
        return self.differences

    def _differ(self, kind, name, ours, reference):
        d = Difference(kind, name, str(ours), str(reference))
        if not any((x.kind, x.name) == (kind, name) for x in self.differences):
            self.differences.append(d)

    def _records(self):
        for name, theirs in self.ref.model.records.items():
            ours = self.ours.records.get(name)
            if ours is None or ours.complete != theirs.complete:
                self._differ("structure", name, "missing" if ours is None else
                             "complete" if ours.complete else "incomplete",
                             "complete" if theirs.complete else "incomplete")
                continue
            have = {m.path: m for m in ours.members}
            for m in theirs.members:
                full = f"{name}.{m.path}"
                if m.path not in have:
                    self._differ("member", full, "missing", types.render(m.type))
                elif have[m.path].type != m.type:
                    self._differ("member", full, types.render(have[m.path].type),
                                 types.render(m.type))
            for path in have.keys() - {m.path for m in theirs.members}:
                self._differ("member", f"{name}.{path}", types.render(have[path].type), "missing")
            missing = [m for m in theirs.members if m.path not in have]
            for expression, what in _record_questions(theirs):
                if not any(what.endswith(f" of {name}.{m.path}") for m in missing):
                    kind = "structure" if what == f"size of {name}" else "member"
                    self.questions[expression] = (kind, what.split(" of ")[1], what)

    def _enumerators(self):
        for name, (value, enum) in self.ref.model.enumerators.items():
            ours = self.ours.enumerators.get(name)
            if ours is None:
                self._differ("enumerator", name, "missing", f"{value} in enum {enum}")
            elif ours[1] != enum:
                self._differ("enumerator", name, f"in enum {ours[1]}", f"in enum {enum}")
            else:
                self.questions[name] = ("enumerator", name, f"value of {name}")

    def _types(self, kind, theirs, ours):
        for name, t in theirs.items():
            word = "callback" if kind == "typedef" and types.is_callback(t) else kind
            if name not in ours:
                self._differ(word, name, "missing", types.render(t, name))
            elif ours[name] != t:
                self._differ(word, name, types.render(ours[name], name), types.render(t, name))

    def _macros(self):
        for name, (parameters, body) in self.ref.model.macros.items():
            ours = self.ours.macros.get(name)
            kind = "constant" if name in self.ref.constants else "macro"
            if ours is None:
                self._differ(kind, name, "missing", body or "defined")
            elif (ours[0] is None) != (parameters is None) or \
                    len(ours[0] or []) != len(parameters or []):
                self._differ(kind, name, f"parameters {ours[0]}", f"parameters {parameters}")
            elif name in self.ref.constants:
                self.questions[name] = (kind, name, f"value of {name}")
            elif parameters is not None:
                for use in _samples(name, parameters):
                    if use in self.ref.values:
                        self.questions[use] = (kind, name, f"value of {use}")
        self._macro_texts()

    def _macro_texts(self):
        """Macros that are no number: equal as strings, else equal as text once expanded."""
        gcc = sides.OUR_COMPILERS["gcc"]
        ours = probe.strings(self.side, gcc, self.ref.strings, self.work)
        for name, value in self.ref.strings.items():
            if name in self.ours.macros and ours.get(name) != value:
                self._differ("macro", name, ours.get(name), value)
        known = [u for u in self.ref.texts if u.split("(")[0] in self.ours.macros]
        ours = probe.expansions(self.side, gcc, known, self.work)
        for use in known:
            if ours[use] != self.ref.texts[use]:
                self._differ("macro", use.split("(")[0], ours[use] or "empty",
                             self.ref.texts[use] or "empty")

    def _ask(self, compiler, command):
        values, failed = probe.numbers(self.side, command, self.questions, self.work)
        for expression, (kind, name, what) in self.questions.items():
            theirs = self.ref.values[expression]
            if expression in failed:
                self._differ(kind, name, f"{what} fails with {compiler}: {failed[expression]}",
                             theirs)
            elif values[expression] != theirs:
                self._differ(kind, name, f"{what} is {values[expression]} with {compiler}",
                             theirs)
        expected = {n: t for part in ("functions", "typedefs", "variables")
                    for n, t in getattr(self.ref.model, part).items()
                    if n in getattr(self.ours, part) and not _has_unnamed(t)}
        for name, error in probe.wrong_types(self.side, command, expected, self.work).items():
            kind = "function" if name in self.ref.model.functions else \
                "callback" if types.is_callback(expected[name]) else "type"
            self._differ(kind, name, f"another type with {compiler} ({error})",
                         types.render(expected[name], name))
        if self.ref.guids:
            ours = probe.guids(self.side, command, self.work)
            if ours != self.ref.guids:
                self._differ("variable", "GUIDs under INITGUID", f"{ours} with {compiler}",
                             self.ref.guids)

    def _bit_fields(self):
        known = [(r, p) for r, p in self.ref.bits if r in self.ours.records]
        gcc = sides.OUR_COMPILERS["gcc"]
        ours = probe.bit_images(self.side, gcc, known, self.work)
        for key in known:
            if ours.get(key) != self.ref.bit_images[key]:
                self._differ("member", ".".join(key), ours.get(key), self.ref.bit_images[key])


def _has_unnamed(reduced):
    """Types with an unnamed record inside cannot be spelled a second time."""
    if reduced[0] in ("struct", "union") and reduced[1] is None:
        return True
    return any(_has_unnamed(x) for x in reduced if isinstance(x, tuple) and x and
               isinstance(x[0], str))
