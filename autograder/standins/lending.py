"""Objects of the suite that the submission may use: which they are, and what may be done with them.

The submission holds a proxy (see `sandbox/proxies.py`). What it does with one arrives here as an operation, a number and
arguments, and may be forged. So only what was lent can be used, functions can only be called, and of other objects nothing
can be had that leads into the machinery of Python or of this tool: no names between double underscores, no frames, no code.
What belongs to a library is lent only where all of it may be used with any argument; the rest goes by name or by value.
"""

import dataclasses
import enum
import functools
import inspect
import sys
import sysconfig
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import TestCase
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
METHODS_OF: tuple[str, ...] = (
    *LENT_WHOLE,
    "random",
    "numpy.random",
    "threading",
    "_thread",
    "logging",
    "itertools",
    "torch.nn.modules.",
)
METHODS_OF += ("_csv",)
# Libraries from which the class of an object may derive whose attributes the submission sets.
SETTABLE = ("builtins", "abc", "typing", "collections", "collections.abc", "enum", "unittest.mock")
ITERATORS = ("builtins", "itertools", "contextlib", "functools", "_csv", "threading", "_thread")
STAYING = ("unittest.mock", "io", "_io", "logging", "queue")
STAYING_TYPES: tuple[type, ...] = (types.GeneratorType, type(iter(())), type(iter([])), map, zip, filter, enumerate, reversed)
LEADING_INSIDE = ("gi_", "cr_", "ag_", "f_", "tb_", "co_", "func_", "im_")
OF_MOCKS = frozenset(dir(NonCallableMock)) | {"method_calls"}
READ_OF_MOCKS = frozenset(("called", "call_count"))
OF_ALL = frozenset(("getattr", "setattr", "delattr", "dir", "copy", "deepcopy", "too deep", "too large"))
OF_CLASSES = frozenset(("call", "isinstance", "derive")) | OF_ALL
OF_OBJECTS = frozenset(("new", "vars")) | OF_ALL
OF_OUR_OWN: dict[type, frozenset[str]] = {}  # objects that this package lends: class -> operations
OF_EXCEPTIONS = frozenset(("getattr", "too deep", "too large"))
OF_FUNCTIONS = frozenset(("call",)) | OF_ALL
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
    if owner is None or isinstance(owner, (type, types.ModuleType, NonCallableMock)) or not isinstance(value.__name__, str):
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


# What the submission may ask for.


def permits(operation: str, value: Any) -> bool:
    """Whether an honest process uses an object in this way: a special method must be one of the object's class.

    Python would find ways without one: to look for an item it would go through an iterator that has no end.
    """
    if type(value) in OF_OUR_OWN:
        return operation in OF_OUR_OWN[type(value)]
    if isinstance(value, BaseException):
        return operation in OF_EXCEPTIONS
    if isinstance(value, type):
        return operation in OF_CLASSES or (operation in SPECIALS and has_special(type(value), operation, type))
    if isinstance(value, FUNCTIONS):
        return operation in OF_FUNCTIONS
    return operation in OF_OBJECTS or (operation in SPECIALS and has_special(type(value), operation))


def attribute(value: Any, name: Any) -> Any:
    """An attribute of a lent object.

    Raises:
        AttributeError: there is none, or it leads where the submission must not go.
        TrustedValueError: it is one of a library.
    """
    check_name(value, name, OF_MOCKS - READ_OF_MOCKS)
    if isinstance(value, FUNCTIONS):
        return getattr(value, name) if name in getattr(value, "__dict__", ()) else missing(value, name)
    if isinstance(value, BaseException):
        check_exception(value, name)
    owner = owner_of(value, name)
    if owner is not None and is_public(owner.__module__) and not belongs_to(owner, (*LENT_BASES, *METHODS_OF)):
        found = getattr(value, name)  # raises if it is missing today
        raise TrustedValueError(f"the submission uses {name!r} of {describe(value)}, {describe(found)} of a library; {INSIDE}")
    return getattr(value, name)


def owner_of(value: Any, name: str) -> type | None:
    """The class that defines an attribute."""
    cls = value if isinstance(value, type) else type(value)
    return next((owner for owner in cls.__mro__ if name in vars(owner)), None)


def check_exception(value: BaseException, name: str) -> None:
    """Refuse what the submission is not told of an exception: it has the rest itself, and a check holds what is expected."""
    owner = owner_of(value, name)
    if isinstance(value, AssertionError) or not isinstance(value, Exception) or (owner and is_public(owner.__module__)):
        missing(value, name)


def set_attribute(value: Any, name: Any, new: Any) -> None:
    check_change(value, name)
    setattr(value, name, new)


def delete_attribute(value: Any, name: Any) -> None:
    check_change(value, name)
    delattr(value, name)


def check_change(value: Any, name: Any) -> None:
    """Refuse to change what an object does: data may be changed, where no library makes something else of it.

    Raises:
        AttributeError, TypeError: as Python says of such objects.
        TrustedValueError: Python would do it.
    """
    check_name(value, name, OF_MOCKS)
    if isinstance(value, (*FUNCTIONS, type, enum.Enum)):
        raise TypeError(f"cannot change attributes of {describe(value)}, which belongs to the tests")
    cls = type(value)
    method = callable(getattr(cls, name, None)) and not isinstance(value, NonCallableMock)
    if method or any(is_public(base.__module__) and not belongs_to(base, SETTABLE) for base in cls.__mro__):
        raise TrustedValueError(f"the submission changes {name!r} of {describe(value)} of the suite; {INSIDE}")


def check_name(value: Any, name: Any, of_mocks: frozenset[str]) -> None:
    hidden = ("__", *LEADING_INSIDE) if isinstance(value, (*NEVER, types.GeneratorType)) else "__"
    is_name = type(name) is str and not name.startswith(hidden)
    if not is_name or (isinstance(value, NonCallableMock) and (name in of_mocks or name.startswith(("_mock", "_spec")))):
        missing(value, name)


def missing(value: Any, name: Any) -> Any:
    raise AttributeError(f"{type(value).__name__!r} object has no attribute {name!r}")


def another(value: Any, /, *arguments: Any, **keywords: Any) -> Any:
    """An object of the same class, which is the suite's."""
    if is_public(type(value).__module__):
        raise TrustedValueError(f"the submission makes another object like {describe(value)}; {INSIDE}")
    return type(value)(*arguments, **keywords)


def attributes(value: Any) -> dict[str, Any]:
    """A copy of what `vars` gives."""
    if any(is_public(base.__module__) and not belongs_to(base, SETTABLE) for base in type(value).__mro__):
        raise TrustedValueError(f"the submission looks at all attributes of {describe(value)}; {INSIDE}")
    return {name: part for name, part in vars(value).items() if type(name) is str and not name.startswith("__")}


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
    "array": lambda value, *arguments, **keywords: type(value).__array__(value, *arguments, **keywords),
    "dataclass_fields": lambda value: [field.name for field in dataclasses.fields(value)],
    "new": another,
    "vars": attributes,
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
