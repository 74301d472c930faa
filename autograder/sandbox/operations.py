"""What a suite can have done in the submission's process, by name: calls, attributes, items, helpers."""

import __future__

import copy
import importlib
import itertools
import operator
import os
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox.failures import HELPER
from autograder.sandbox.replies import MAX_LIST, is_plain
from autograder.sandbox.wire import EXCEPTIONS
from autograder.sandbox.world import World


def op_call(world: World, function: Callable, *arguments: Any, **keywords: Any) -> Any:
    return function(*arguments, **keywords)


def op_next(world: World, iterator: Any) -> Any:
    """Return (True, the next item) or (False, None)."""
    try:
        return True, next(iterator)
    except StopIteration:
        return False, None


def op_chunk(world: World, iterator: Any, count: int) -> list:
    """Return the next items, at most `count` and fewer if they are large; none at the end."""
    items: list = []
    room = MAX_LIST
    for item in itertools.islice(iterator, count):
        items.append(item)
        room -= is_plain([item])[1] + 4
        if room < 0:
            break
    return items


def op_exit(world: World, manager: Any, name: str | None, message: str) -> bool:
    """Leave a `with` block; an exception of the suite is shown as one of the same builtin type."""
    if name is None:
        return bool(type(manager).__exit__(manager, None, None, None))
    kind = EXCEPTIONS[name]
    try:
        error = kind(message)
    except Exception:  # one that needs more than a message
        kind, error = Exception, Exception(message)
    return bool(type(manager).__exit__(manager, kind, error, None))


def op_helper(world: World, source: str, name: str, names: list, values: list, modules: list) -> Any:
    """Define a suite's helper beside the submission's code."""
    space: dict[str, Any] = {"__name__": "suite_helper", **dict(zip(names, values, strict=True))}
    space.update({alias: importlib.import_module(module) for alias, module in modules})
    flags = __future__.annotations.compiler_flag  # annotations may name what exists in the suite only
    exec(compile(source, f"{HELPER}{name}>", "exec", flags), space)  # noqa: S102  source written by the instructor
    return space[name]


def op_write_files(world: World, names: list[str], contents: list[np.ndarray], folder: str | None) -> str:
    """Write files into a folder of the box, by default a new one, and return its path."""
    path = os.path.abspath(folder) if folder else tempfile.mkdtemp(dir=os.getcwd())
    os.makedirs(path, exist_ok=True)
    for name, content in zip(names, contents, strict=True):
        with open(os.path.join(path, name), "wb") as file:
            file.write(content.tobytes())
    return path


OPERATIONS: dict[str, Callable] = {
    "call": op_call,
    "next": op_next,
    "exit": op_exit,
    "helper": op_helper,
    "write_files": op_write_files,
    "sync": lambda world: None,
    "resolve": lambda world, value: value,
    "items": lambda world, value: value,
    "value": lambda world, value: value,
    "keys": lambda world, value: value,
    "chunk": op_chunk,
    "format": lambda world, value, specification: format(value, specification),
    "enter": lambda world, manager: type(manager).__enter__(manager),
    "isinstance": lambda world, value, kind: isinstance(value, kind),
    "issubclass": lambda world, value, kind: issubclass(value, kind),
    "getattr": lambda world, value, name: getattr(value, name),
    "setattr": lambda world, value, name, new: setattr(value, name, new),
    "delattr": lambda world, value, name: delattr(value, name),
    "len": lambda world, value: len(value),
    "bool": lambda world, value: bool(value),
    "str": lambda world, value: str(value),
    "float": lambda world, value: float(value),
    "int": lambda world, value: int(value),
    "complex": lambda world, value: complex(value),
    "round": lambda world, *values: round(*values),
    "dir": lambda world, value: dir(value),
    "copy": lambda world, value: copy.copy(value),
    "deepcopy": lambda world, value: copy.deepcopy(value),
    "divmod": lambda world, a, b: divmod(a, b),
    "contains": lambda world, container, item: item in container,
}


def perform(world: World, name: str, arguments: list, keywords: list[str]) -> Any:
    """Carry out one operation: a name from the table above, or a function of the standard module `operator`."""
    operation = OPERATIONS.get(name)
    if operation is None:
        return getattr(operator, name)(*arguments)
    count = len(arguments) - len(keywords)
    return operation(world, *arguments[:count], **dict(zip(keywords, arguments[count:], strict=True)))
