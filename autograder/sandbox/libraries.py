"""Values of libraries that are loaded only where somebody uses them: pandas.

Neither side imports pandas before the suite or the submission has. A value of it shows that one of them did.
"""

import importlib.machinery
import importlib.util
import os
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

from autograder.sandbox.wire import Tag, WireError

FRAMES = "autograder.sandbox.frames"
NAMES = ("autograder.sandbox.columns", "autograder.sandbox.new_columns", FRAMES)  # each after those that it imports


def code_of(name: str) -> types.CodeType:
    spec: Any = importlib.machinery.PathFinder.find_spec(name, [os.path.dirname(__file__)])
    return spec.loader.get_code(name)


# Compiled now: a process that is confined cannot read the files of this package.
CODE = {name: code_of(name) for name in NAMES}


def frames() -> Any:
    """The module that knows pandas; None where that cannot be imported.

    The name `pandas` may be that of a file that was handed in: then this is not it.
    """
    if FRAMES in sys.modules:
        return sys.modules[FRAMES]
    loaded = sys.modules.get("pandas")
    if loaded is not None and not issubclass(type(vars(loaded).get("DataFrame")), type):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own, about its dependencies
            importlib.import_module("pandas")
            for name in NAMES:
                load(name, CODE[name])
    except (ImportError, AttributeError):
        return None
    return sys.modules[FRAMES]


def load(name: str, code: types.CodeType) -> None:
    """Make a module of this package of its code."""
    sys.modules[name] = importlib.util.module_from_spec(importlib.machinery.ModuleSpec(name, None))
    try:
        exec(code, vars(sys.modules[name]))  # noqa: S102  our own
    except BaseException:
        del sys.modules[name]
        raise


def writer(kind: type) -> Callable | None:
    """What writes values of a class of pandas; None for any other class."""
    module = kind.__module__
    if type(module) is not str or module.partition(".")[0] != "pandas" or "pandas" not in sys.modules:
        return None
    known = frames()
    return known.WRITERS.get(kind) if known else None


def write_foreign(encoder: Any, value: Any) -> Any:
    """A value of pandas; None for anything else, and for what of pandas does not cross."""
    write = writer(type(value))
    return write(encoder, value) if write else None


def reader(name: str) -> Callable:
    def read(decoder: Any, node: list, depth: int) -> Any:
        known = frames()
        if not known:
            raise WireError("a table arrives where pandas is not installed")
        return getattr(known, name)(decoder, node, depth)

    return read


READERS: dict[int, Callable] = {Tag.FRAME: reader("read_frame"), Tag.FRAME_STATE: reader("read_state")}
