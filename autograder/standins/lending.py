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
from pathlib import Path
from typing import Any
from unittest import TestCase

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
METHODS_OF = (
    *LENT_WHOLE,
    "random",
    "numpy.random",
    "threading",
    "_thread",
    "logging",
    "itertools",
    "_csv",
    "torch.nn.modules.",
)
ITERATORS = ("builtins", "itertools", "contextlib", "functools", "_csv", "threading", "_thread")
STAYING = ("unittest.mock", "io", "_io", "logging", "queue")
STAYING_TYPES: tuple[type, ...] = (types.GeneratorType, type(iter(())), type(iter([])), map, zip, filter, enumerate, reversed)
LIBRARIES = tuple(
    {str(Path(path)) for name in ("stdlib", "platstdlib", "purelib", "platlib") for path in [sysconfig.get_path(name)] if path}
)


def is_mock(value: Any) -> bool:
    """Whether a value is a mock of unittest's, which nobody has before that module is loaded."""
    mock = sys.modules.get("unittest.mock")
    return mock is not None and isinstance(value, mock.NonCallableMock)


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
    if not callable(value) or is_mock(value):
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
        specials_of(cls, type) if kind == "class" else ["call"] if kind == "function" else specials_of(cls),
        parameters_of(value) if kind == "function" else None,
    )


def why_not(value: Any) -> str:
    """Why an object may not be lent; empty if it may."""
    cls = value if isinstance(value, type) else type(value)
    if isinstance(value, enum.Enum) or (type(value) is types.ModuleType and value.__spec__ is None):
        return ""  # a constant; a fake module that the suite has made
    if isinstance(value, NEVER) or cls.__module__.partition(".")[0] in OURS:
        return "it is part of how Python or the grader works"
    if isinstance(value, TestCase):
        return "it decides what becomes of the test (its methods may be passed, or an object of a class of its own)"
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
    if owner is None or isinstance(owner, (type, types.ModuleType)) or is_mock(owner) or not isinstance(value.__name__, str):
        return False
    return (
        is_public(kind.__module__) and not belongs_to(kind, (*STAYING, *ITERATORS[1:])) and not isinstance(owner, STAYING_TYPES)
    )


def specials_of(cls: type, beyond: type = object) -> list[str]:
    return [operation for operation in SPECIALS if has_special(cls, operation, beyond) or (beyond, operation) == (type, "call")]


def has_special(cls: type, operation: str, beyond: type = object) -> bool:
    """Whether a class defines a special method, beyond what every object, or every class, has."""
    name = f"__{operation}__"  # `getattr` would ask the metaclass, too
    method = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
    common = beyond is type or operation in COMMON
    return method is not None and not (common and method is vars(beyond).get(name))


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
