"""What the submission may do with an object of the suite that it was lent, and what is refused.

What arrives here may be forged: the operation, its arguments, the name of an attribute. An honest process uses an object only
in ways that its class defines, functions only by calls; nothing leads into the machinery of Python or of this tool.
"""

import dataclasses
import enum
import sys
import types
from collections.abc import Callable
from typing import Any

from autograder.sandbox.operations import OPERATIONS, leave_block, next_item
from autograder.sandbox.operators import ARITHMETIC, COMPARISONS, IN_PLACE, UNARY
from autograder.sandbox.proxies import SPECIALS
from autograder.sandbox.wire import EXCEPTION_NAMES
from autograder.standins.failures import TrustedValueError
from autograder.standins.lending import (
    FUNCTIONS,
    INSIDE,
    LENT_BASES,
    METHODS_OF,
    NEVER,
    belongs_to,
    describe,
    has_special,
    is_mock,
    is_public,
)

# Libraries from which the class of an object may derive whose attributes the submission sets.
SETTABLE = ("builtins", "abc", "typing", "collections", "collections.abc", "enum", "unittest.mock")
LEADING_INSIDE = ("gi_", "cr_", "ag_", "f_", "tb_", "co_", "func_", "im_")
READ_OF_MOCKS = frozenset(("called", "call_count"))
OF_ALL = frozenset(("getattr", "setattr", "delattr", "dir", "copy", "deepcopy", "too deep", "too large"))
OF_CLASSES = frozenset(("call", "isinstance", "derive")) | OF_ALL
OF_OBJECTS = frozenset(("new", "vars")) | OF_ALL
OF_EXCEPTIONS = frozenset(("getattr", "too deep", "too large"))
OF_FUNCTIONS = frozenset(("call",)) | OF_ALL


def permits(operation: str, value: Any) -> bool:
    """Whether an honest process uses an object in this way: a special method must be one of the object's class.

    Python would find ways without one: to look for an item it would go through an iterator that has no end.
    """
    if isinstance(value, BaseException):
        return operation in OF_EXCEPTIONS
    if isinstance(value, type):
        return operation in OF_CLASSES or (operation in SPECIALS and has_special(type(value), operation, type))
    if isinstance(value, FUNCTIONS):
        return operation in OF_FUNCTIONS
    if type(value) in OWN_USES:
        return operation in OWN_USES[type(value)]
    return operation in OF_OBJECTS or (operation in SPECIALS and has_special(type(value), operation))


def attribute(value: Any, name: Any) -> Any:
    """An attribute of a lent object.

    Raises:
        AttributeError: there is none, or it leads where the submission must not go.
        TrustedValueError: it is one of a library.
    """
    check_name(value, name, READ_OF_MOCKS)
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
    check_name(value, name)
    if isinstance(value, (*FUNCTIONS, type, enum.Enum)):
        raise TypeError(f"cannot change attributes of {describe(value)}, which belongs to the tests")
    cls = type(value)
    method = callable(getattr(cls, name, None)) and not is_mock(value)
    if method or any(is_public(base.__module__) and not belongs_to(base, SETTABLE) for base in cls.__mro__):
        raise TrustedValueError(f"the submission changes {name!r} of {describe(value)} of the suite; {INSIDE}")


def check_name(value: Any, name: Any, of_mocks: frozenset[str] = frozenset()) -> None:
    """Refuse names that lead inside, and those of a mock's own; `of_mocks` are allowed.

    Raises:
        AttributeError: as if there were none.
    """
    hidden = ("__", *LEADING_INSIDE) if isinstance(value, (*NEVER, types.GeneratorType)) else "__"
    is_name = type(name) is str and not name.startswith(hidden)
    if not is_name or (is_mock(value) and name not in of_mocks and is_of_mocks(name)):
        missing(value, name)


def is_of_mocks(name: str) -> bool:
    own = (*dir(sys.modules["unittest.mock"].NonCallableMock), "method_calls")
    return name in own or name.startswith(("_mock", "_spec"))


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
    raise TrustedValueError(f"the submission gives {describe(value)} of the suite more parts than can cross at once; {INSIDE}")


def leave(value: Any, name: Any, message: Any) -> bool:
    """Leave the suite's context manager; the submission's exception is shown as one of the nearest builtin type."""
    if name is not None and name not in EXCEPTION_NAMES.values():
        name = "Exception"
    return leave_block(value, name, str(message))


def reflected(operation: str) -> Callable:
    return lambda value, other: ARITHMETIC[operation](other, value)


OWN_USES: dict[type, frozenset[str]] = {}  # of classes of this tool, of which nothing else can be used
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
