# SPDX-License-Identifier: GPL-2.0
"""Our own programs as modules, for whoever wants one of their lists; their names have no .py.

Owns how they are loaded. It never runs one.
"""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

TOP = Path(__file__).resolve().parents[2]


def load(program: str) -> ModuleType:
    """Return a program, named from the top of the tree, as a module; a new one each time."""
    loader = SourceFileLoader("videoport_" + program.replace("/", "_"), str(TOP / program))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    sys.modules[loader.name] = module  # where its dataclasses look for it
    loader.exec_module(module)
    return module
