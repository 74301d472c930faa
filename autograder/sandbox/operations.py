"""What a suite can have done in the submission's process, by name: calls, attributes, items, helpers."""

import __future__

import copy
import functools
import importlib
import itertools
import math
import operator
import os
import tempfile
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox import introspection
from autograder.sandbox.failures import HELPER
from autograder.sandbox.operators import ARITHMETIC, COMPARISONS, IN_PLACE, UNARY
from autograder.sandbox.replies import MAX_LIST, Uncalled, is_plain
from autograder.sandbox.scripts import run_path, run_script
from autograder.sandbox.wire import EXCEPTIONS


def call(function: Callable, /, *arguments: Any, **keywords: Any) -> Any:
    return function(*arguments, **keywords)


def call_method(value: Any, name: str, /, *arguments: Any, **keywords: Any) -> Any:
    """Look an attribute up and call it, as `value.name(...)` does."""
    found = attribute(value, name)
    return found(*arguments, **keywords) if type(found) in METHODS else Uncalled(found)


METHODS = (types.MethodType, types.BuiltinFunctionType)  # any function may be one that the suite has lent


def partial_of(function: Callable, arguments: tuple, keywords: dict[str, Any]) -> Callable:
    """A partial function of the suite, made anew beside the submission."""
    return functools.partial(function, *arguments, **keywords)


def next_item(iterator: Any) -> Any:
    """Return (True, the next item), or False and what the generator has returned."""
    return step(next, iterator)


def step(function: Callable, *arguments: Any) -> Any:
    try:
        return True, function(*arguments)
    except StopIteration as end:
        return False, end.value


def next_items(iterator: Any, count: int) -> list:
    """Return the next items, at most `count` and fewer if they are large; none at the end."""
    items: list = []
    room = MAX_LIST
    for item in itertools.islice(iterator, count):
        items.append(item)
        room -= is_plain([item])[1] + 4
        if room < 0:
            break
    return items


def leave_block(
    manager: Any, name: str | None, message: str, error: BaseException | None = None, method: str = "__exit__"
) -> Any:
    """Leave a `with` block; an exception of the suite is shown as one of the same builtin type.

    Args:
        error: an exception that has come from here.
    """
    leave = getattr(type(manager), method)
    if error is None and name is None:
        return leave(manager, None, None, None)
    if error is None:
        try:
            error = EXCEPTIONS[str(name)](message)
        except Exception:  # one that needs more than a message
            error = Exception(message)
    return leave(manager, type(error), error, error.__traceback__)


def attribute(value: Any, name: str) -> Any:
    """Return an attribute; the dictionary of a class as a plain dict."""
    found = getattr(value, name)
    return dict(found) if type(found) is types.MappingProxyType else found


def as_array(value: Any) -> Any:
    """An array of an object that says how to be one; None of any other."""
    return np.asarray(value) if hasattr(type(value), "__array__") else None


def itself(value: Any) -> Any:
    """What is asked for is the value; how it is told depends on the operation's name, see ENCODINGS."""
    return value


def parts_of(container: Any) -> list:
    """Return what a builtin container holds, whatever class derives from it; of a dict, the pairs."""
    if isinstance(container, dict):
        return list(dict.items(container))
    kind = next(kind for kind in (list, tuple, set, frozenset) if isinstance(container, kind))
    return list(kind.__iter__(container))


def define_helper(source: str, name: str, names: list, values: list, modules: list) -> Any:
    """Define a suite's helper beside the submission's code."""
    space: dict[str, Any] = {"__name__": "suite_helper", **dict(zip(names, values, strict=True))}
    space.update({alias: importlib.import_module(module) for alias, module in modules})
    flags = __future__.annotations.compiler_flag  # annotations may name what exists in the suite only
    exec(compile(source, f"{HELPER}{name}>", "exec", flags), space)  # noqa: S102  source written by the instructor
    return space[name]


def write_files(names: list[str], contents: list[np.ndarray], folder: str | None) -> str:
    """Write files into a folder of the box, by default a new one, and return its path."""
    path = os.path.abspath(folder) if folder else tempfile.mkdtemp()
    os.makedirs(path, exist_ok=True)
    for name, content in zip(names, contents, strict=True):
        with open(os.path.join(path, name), "wb") as file:
            file.write(content.tobytes())
    return path


OPERATIONS: dict[str, Callable] = {
    **COMPARISONS,
    **ARITHMETIC,
    **IN_PLACE,
    **UNARY,
    "call": call,
    "method": call_method,
    "next": next_item,
    "exit": lambda *arguments: bool(leave_block(*arguments)),
    "helper": define_helper,
    "write_files": write_files,
    "run_script": run_script,
    "run_path": run_path,
    "sync": lambda: None,
    "array": as_array,
    "resolve": itself,
    "items": itself,
    "value": itself,
    "keys": itself,
    "parts": parts_of,
    "chunk": next_items,
    "enter": lambda manager: type(manager).__enter__(manager),
    "contains": operator.contains,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "getattr": attribute,
    "setattr": setattr,
    "delattr": delattr,
    "isinstance": isinstance,
    "issubclass": issubclass,
    "index": operator.index,
    "len": len,
    "bool": bool,
    "str": str,
    "repr": repr,
    "bytes": bytes,
    "floor": math.floor,
    "ceil": math.ceil,
    "trunc": math.trunc,
    "send": lambda generator, value: step(generator.send, value),
    "throw": lambda generator, *error: step(generator.throw, *error),
    "hash": hash,
    "callable": callable,
    "hasattr": hasattr,
    "float": float,
    "int": int,
    "complex": complex,
    "round": round,
    "format": format,
    "dir": dir,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **introspection.OPERATIONS,
    "aexit": functools.partial(leave_block, method="__aexit__"),
}


def perform(name: str, arguments: list, keywords: list[str]) -> Any:
    """Carry out one operation of the table; the last of its arguments are given by these keywords."""
    if not keywords:
        return OPERATIONS[name](*arguments)
    count = len(arguments) - len(keywords)
    return OPERATIONS[name](*arguments[:count], **dict(zip(keywords, arguments[count:], strict=True)))
