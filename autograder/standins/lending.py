"""Objects of the suite that the submission may use: which they are, and what may be done with them.

The submission holds a proxy (see `sandbox/proxies.py`). What it does with one arrives here as an operation, a number and
arguments, and may be forged. So only what was lent can be used, functions can only be called, and of other objects nothing
can be had that leads into the machinery of Python or of this tool: no names between double underscores, no frames, no code.
What belongs to a library is lent only where all of it may be used with any argument; the rest goes by name or by value.
"""

import enum
import functools
import inspect
import sys
import sysconfig
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import NonCallableMock

from autograder.sandbox.operations import OPERATIONS, leave_block, next_item
from autograder.sandbox.operators import ARITHMETIC, COMPARISONS, IN_PLACE, UNARY
from autograder.sandbox.proxies import COMMON, SPECIALS, Description
from autograder.sandbox.wire import EXCEPTION_NAMES
from autograder.standins.failures import TrustedValueError

MAX_DOC = 2000  # characters of documentation that are sent along
INSIDE = "mark the test with @pytest.mark.inside, which runs all of it in the submission's process"

FUNCTIONS: tuple[type, ...] = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    functools.partial,
    type(functools.lru_cache(lambda: None)),
)
NEVER: tuple[type, ...] = (
    types.ModuleType,
    types.FrameType,
    types.CodeType,
    types.TracebackType,
    types.CoroutineType,
    types.AsyncGeneratorType,
)
OURS = ("autograder", "_pytest", "pytest", "pluggy")
# Libraries whose objects do nothing worse with any argument than what their names say.
LENT_WHOLE = ("builtins", "unittest.mock", "io", "_io", "collections", "collections.abc", "abc", "typing", "enum", "queue")
LENT_BASES = (*LENT_WHOLE, "torch.nn.modules.", "torch.utils.data.", "torch.optim.", "dataclasses", "sklearn.base", "datetime")
METHODS_OF = (*LENT_WHOLE, "random", "numpy.random", "threading", "logging", "itertools", "torch.nn.modules.")
ITERATORS = ("builtins", "itertools", "contextlib", "functools", "_csv", "threading", "_thread")
STAYING = ("unittest.mock", "io", "_io", "logging", "queue")
STAYING_TYPES: tuple[type, ...] = (types.GeneratorType, type(iter(())), type(iter([])), map, zip, filter, enumerate, reversed)
LEADING_INSIDE = ("gi_", "cr_", "ag_", "f_", "tb_", "co_", "func_", "im_")
OF_MOCKS = frozenset(dir(NonCallableMock)) - {"called", "call_count"}
LIBRARIES = tuple(
    {str(Path(path)) for name in ("stdlib", "platstdlib", "purelib", "platlib") for path in [sysconfig.get_path(name)] if path}
)


def is_public(module: str) -> bool:
    """Whether a module is one of an installed library, which the submission's process finds under the same name."""
    loaded = sys.modules.get(module)
    if loaded is None or module.partition(".")[0] in OURS or module == "__main__":
        return False
    file = getattr(loaded, "__file__", None)
    if file is None:
        return getattr(loaded.__spec__, "origin", None) in ("built-in", "frozen")
    return file.startswith(LIBRARIES) or "site-packages" in file or "dist-packages" in file


def belongs_to(cls: type, modules: tuple[str, ...]) -> bool:
    return cls.__module__ in modules or cls.__module__.startswith(tuple(name for name in modules if name.endswith(".")))


# Where libraries have what names no module itself: a ufunc, a function of C++.
PUBLIC_MODULES = ("numpy", "math", "operator", "torch", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.optim")


def public_name(value: Any) -> tuple[str, str] | None:
    """Return module and qualified name of a function, class or module of a library; None for anything else."""
    for name in ("stdout", "stderr", "stdin"):
        if value is getattr(sys, name) and type(value).__module__.startswith("_pytest."):
            return "sys", name  # what the submission prints there arrives in the same place
    if isinstance(value, types.ModuleType):
        name = value.__name__
        return (name, "") if sys.modules.get(name) is value and is_public(name) else None
    if not callable(value) or isinstance(value, NonCallableMock):
        return None
    qualname = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if not isinstance(qualname, str):
        return None
    of_class = getattr(value, "__objclass__", None)  # of str.upper
    module = getattr(of_class or value, "__module__", None)
    for place in (module, *PUBLIC_MODULES):
        if isinstance(place, str) and place in sys.modules and found(place, qualname) is value and is_public(place):
            return place, qualname
    return None


def found(module: str, qualname: str) -> Any:
    place: Any = sys.modules[module]
    for name in qualname.split("."):
        place = getattr(place, name, None)
    return place


def describe(value: Any) -> str:
    name = getattr(value, "__qualname__", None)
    return f"the {type(value).__name__} {name}" if isinstance(name, str) else f"a {type(value).__qualname__}"


def description_of(value: Any) -> Description:
    """Return what the submission is told of an object that is lent to it.

    Raises:
        TrustedValueError: the object cannot be lent; the message says what to do.
    """
    refused = why_not(value)
    if refused:
        raise TrustedValueError(f"{describe(value)} cannot be passed to the submission: {refused}; {INSIDE}")
    cls = type(value)
    kind = "object"
    named: Any = cls
    if isinstance(value, type):
        kind, named = "class", value
        if issubclass(value, BaseException):
            kind = f"exception {EXCEPTION_NAMES[next(base for base in value.__mro__ if base in EXCEPTION_NAMES)]}"
    elif isinstance(value, FUNCTIONS):
        kind, named = "function", value
    name = str(getattr(named, "__name__", cls.__name__))
    doc = getattr(value, "__doc__", None)
    return Description(
        kind,
        name,
        str(getattr(named, "__qualname__", name)),
        doc[:MAX_DOC] if isinstance(doc, str) else None,
        ["call"] if kind in ("class", "function") else specials_of(cls),
        parameters_of(value) if kind == "function" else None,
    )


def why_not(value: Any) -> str:
    """Why an object may not be lent; empty if it may."""
    cls = value if isinstance(value, type) else type(value)
    if isinstance(value, enum.Enum) or (type(value) is types.ModuleType and value.__spec__ is None):
        return ""  # a constant; a fake module that the suite has made
    if isinstance(value, NEVER) or cls.__module__.partition(".")[0] in OURS:
        return "it is part of how Python or the grader works"
    if isinstance(value, FUNCTIONS):
        owner = getattr(value, "__self__", None)
        if owner is None or isinstance(owner, (type, types.ModuleType)):
            return ""
        kind = type(owner)
        if isinstance(owner, NEVER) or kind.__module__.partition(".")[0] in OURS:
            return "it is part of how Python or the grader works"
        return "" if not is_public(kind.__module__) or belongs_to(kind, METHODS_OF) else "it works on an object of a library"
    if isinstance(value, type) or not is_public(cls.__module__) or belongs_to(cls, LENT_WHOLE) or belongs_to(cls, ITERATORS):
        return ""
    return "it is an object of a library, which would be used in the grader's own process"


def is_bound_over_there(value: Any) -> bool:
    """Whether a method is one of a value that crosses, so that it is the other side's value's as well."""
    owner = getattr(value, "__self__", None) if isinstance(value, (types.MethodType, types.BuiltinMethodType)) else None
    kind = type(owner)
    if owner is None or isinstance(owner, (type, types.ModuleType, NonCallableMock)) or not isinstance(value.__name__, str):
        return False
    return (
        is_public(kind.__module__) and not belongs_to(kind, (*STAYING, *ITERATORS[1:])) and not isinstance(owner, STAYING_TYPES)
    )


def specials_of(cls: type) -> list[str]:
    found = []
    for operation in SPECIALS:
        method = getattr(cls, f"__{operation}__", None)
        if method is None or (operation in COMMON and method is getattr(object, f"__{operation}__")):
            continue
        found.append(operation)
    return found


def parameters_of(function: Any) -> list | None:
    """[name, kind, [default] or []] of each parameter; a default that is no number or string shows as an ellipsis."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return None
    return [[given.name, int(given.kind), defaults(given)] for given in parameters]


def defaults(given: inspect.Parameter) -> list:
    if given.default is inspect.Parameter.empty:
        return []
    return [given.default if type(given.default) in (type(None), bool, int, float, str) else ...]


# What the submission may ask for.


def attribute(value: Any, name: Any) -> Any:
    """An attribute of a lent object.

    Raises:
        AttributeError: there is none, or it leads where the submission must not go.
    """
    check_name(value, name)
    if isinstance(value, FUNCTIONS):
        return getattr(value, name) if name in getattr(value, "__dict__", ()) else missing(value, name)
    cls = value if isinstance(value, type) else type(value)
    for owner in cls.__mro__:
        if name in vars(owner):
            if is_public(owner.__module__) and not belongs_to(owner, LENT_BASES):
                missing(value, name)
            break
    return getattr(value, name)


def set_attribute(value: Any, name: Any, new: Any) -> None:
    check_name(value, name)
    if isinstance(value, (*FUNCTIONS, type)):
        raise TypeError(f"cannot set attributes of {describe(value)}, which belongs to the tests")
    setattr(value, name, new)


def delete_attribute(value: Any, name: Any) -> None:
    check_name(value, name)
    if isinstance(value, (*FUNCTIONS, type)):
        raise TypeError(f"cannot delete attributes of {describe(value)}, which belongs to the tests")
    delattr(value, name)


def check_name(value: Any, name: Any) -> None:
    is_name = type(name) is str and not name.startswith(("__", *LEADING_INSIDE))
    if not is_name or (isinstance(value, NonCallableMock) and (name in OF_MOCKS or name.startswith(("_mock", "_spec")))):
        missing(value, name)


def missing(value: Any, name: Any) -> Any:
    raise AttributeError(f"{type(value).__name__!r} object has no attribute {name!r}")


def names(value: Any) -> list[str]:
    return [name for name in dir(value) if not name.startswith("_")]


def call(value: Any, /, *arguments: Any, **keywords: Any) -> Any:
    return value(*arguments, **keywords)


def refuse_class(value: Any) -> Any:
    raise TrustedValueError(f"the submission derives a class from {describe(value)} of the suite; {INSIDE}")


def too_deep(value: Any, *_: Any, **__: Any) -> Any:
    raise TrustedValueError(f"calls of the suite and of the submission are nested too deeply within each other; {INSIDE}")


def too_large(value: Any) -> Any:
    raise TrustedValueError(f"the submission gives {describe(value)} of the suite more than can cross at once; {INSIDE}")


def leave(value: Any, name: Any, message: Any) -> bool:
    """Leave the suite's context manager; the submission's exception is shown as one of the nearest builtin type."""
    if name is not None and name not in EXCEPTION_NAMES.values():
        name = "Exception"
    return leave_block(value, name, str(message))


def reflected(operation: str) -> Callable:
    return lambda value, other: ARITHMETIC[operation](other, value)


OF_ARGUMENTS: set[str] = set()  # operations on an array or tensor that was an argument
USES: dict[str, Callable] = {
    **{name: OPERATIONS[name] for name in (*COMPARISONS, *ARITHMETIC, *IN_PLACE, *UNARY)},
    **{f"r{name}": reflected(name) for name in ARITHMETIC},
    **{name: OPERATIONS[name] for name in ("getitem", "setitem", "delitem", "contains", "len", "bool", "str", "format")},
    **{name: OPERATIONS[name] for name in ("float", "int", "index", "complex", "round", "enter", "copy", "deepcopy")},
    "call": call,
    "getattr": attribute,
    "setattr": set_attribute,
    "delattr": delete_attribute,
    "dir": names,
    "iter": iter,
    "next": next_item,
    "reversed": reversed,
    "hash": hash,
    "repr": repr,
    "exit": leave,
    "isinstance": lambda value, other: isinstance(other, value),
    "derive": refuse_class,
    "too deep": too_deep,
    "too large": too_large,
}
