"""Stand-ins: what a suite holds in place of the submission's modules, classes, functions and objects.

Every use of one is carried out in the submission's process. Two rules keep verdicts on this side:

- a comparison or calculation with a value of the suite is carried out here, on a copy, if the object is plain data (a
  number, or a builtin container); the suite's value is shown to a submission's own operator only where the reference
  defines that operator in the class of that name;
- `repr` asks nobody, so an assertion message never runs the submission.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import numpy as np

from autograder.errors import AutograderError
from autograder.sandbox import containers, generators, values
from autograder.sandbox.operators import ARITHMETIC, BINARY, COMPARISONS, IN_PLACE, UNARY
from autograder.sandbox.wire import EXCEPTION_NAMES, KINDS, NAMED_KINDS, TYPE_INDEX, Tag
from autograder.standins.failures import SubmissionFailure
from autograder.standins.ledger import Ledger
from autograder.standins.requests import RequestEncoder

CONTAINERS = (dict, list, tuple, set, frozenset)
CONTAINER_KINDS = frozenset(name for name, kind in KINDS.items() if kind in CONTAINERS)
VIEWS = frozenset(f"{prefix}dict_{view}" for prefix in ("", "o") for view in ("keys", "values", "items"))
MAX_ITEMS = 5_000_000  # of a container that is copied in pieces
UFUNC_OPERATORS = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "floor_divide": "floordiv",
    "remainder": "mod", "power": "pow", "matmul": "matmul", "equal": "eq", "not_equal": "ne", "less": "lt",
    "less_equal": "le", "greater": "gt", "greater_equal": "ge",
}  # fmt: skip


class Asks(Protocol):
    """What stand-ins need of the door to a process."""

    def ask(self, operation: str, arguments: Iterable[Any] = (), keywords: Iterable[str] = ()) -> Any:
        """Have one operation carried out and return its value, or raise what it has raised."""


class Keeps(Protocol):
    """What stand-ins need of the keeper of the submission's processes."""

    @property
    def active(self) -> bool:
        """Whether a test or fixture runs, so that the submission may be used."""

    def current(self) -> Asks:
        """The process of what runs now."""

    def permits(self, class_name: str, operator_name: str) -> bool:
        """Whether the reference's class of that name defines the operator."""

    def new_key(self) -> int:
        """A number for an expression that a suite wrote outside of any test."""


class Standin:
    """Something that lives in the submission's process."""

    __slots__ = ("__weakref__",)
    __hash__ = object.__hash__

    def __autograder_encode__(self, encoder: RequestEncoder) -> list:
        """How this object is named in a request."""
        raise NotImplementedError

    def __autograder_door__(self) -> Asks:
        """The process that carries out what is done with this object now."""
        raise NotImplementedError

    def __autograder_keeper__(self) -> Keeps:
        raise NotImplementedError

    def __autograder_typename__(self) -> str:
        raise NotImplementedError

    def __autograder_later__(self, function: Callable, operands: list) -> "Standin | None":
        """The calculation as an expression, if it must wait for a test to be made in; otherwise None."""
        return None

    def __autograder_value__(self) -> Any:
        """A copy, if this is plain data or a builtin container; otherwise the object itself, as a handle."""
        value = ask(self, "value")
        if isinstance(value, Handle):
            builtin = KINDS.get(value.__autograder_kind__())
            if builtin in (list, tuple):  # too long to be sent at once
                return builtin(iter(value))
        return value

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        if is_probe(name):
            raise AttributeError(name)
        return ask(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        ask(self, "setattr", name, value)

    def __delattr__(self, name: str) -> None:
        ask(self, "delattr", name)

    def __call__(self, /, *arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        return self.__autograder_door__().ask("call", [self, *arguments, *keywords.values()], keywords)

    def __getitem__(self, key: Any) -> Any:
        __tracebackhide__ = True
        return ask(self, "getitem", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        ask(self, "setitem", key, value)

    def __delitem__(self, key: Any) -> None:
        ask(self, "delitem", key)

    def __len__(self) -> int:
        value = judged(self, "len")
        return ask(self, "len") if isinstance(value, Standin) else len(value)

    def __bool__(self) -> bool:
        value = judged(self, "bool")
        return ask(self, "bool") if isinstance(value, Standin) else bool(value)

    def __contains__(self, item: Any) -> bool:
        if isinstance(item, Standin):
            return ask(self, "contains", item)
        keys = ask(self, "keys")
        if not isinstance(keys, Standin):
            return item in keys
        if self.__autograder_keeper__().permits(self.__autograder_typename__(), "contains"):
            return ask(self, "contains", item)
        return any(part is item or part == item for part in self)

    def __iter__(self) -> Iterator[Any]:
        __tracebackhide__ = True
        items = ask(self, "items")
        return iter(items) if type(items) is list else follow(*items)

    def __next__(self) -> Any:
        more, item = ask(self, "next")
        if not more:
            raise StopIteration
        return item

    def __reversed__(self) -> Iterator[Any]:
        return iter(list(self)[::-1])

    def __str__(self) -> str:
        return ask(self, "str")

    def __format__(self, specification: str) -> str:
        value = self.__autograder_value__()
        return ask(self, "format", specification) if isinstance(value, Standin) else format(value, specification)

    def __float__(self) -> float:
        return ask(self, "float")

    def __int__(self) -> int:
        return ask(self, "int")

    def __index__(self) -> int:
        return ask(self, "index")

    def __complex__(self) -> complex:
        return ask(self, "complex")

    def __round__(self, *digits: int) -> Any:
        return ask(self, "round", *digits)

    def __dir__(self) -> list[str]:
        try:
            return ask(self, "dir")
        except SubmissionFailure:  # Python asks, too, when it words an AttributeError; that must not end the grading
            return []

    def __enter__(self) -> Any:
        return ask(self, "enter")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: Any) -> bool:
        if kind is not None and not issubclass(kind, Exception):
            return False  # the end of the test is no business of the submission
        known = next(cls for cls in kind.__mro__ if cls in EXCEPTION_NAMES) if kind else None
        # The message of an exception of the suite may hold an expected value.
        message = str(error) if hasattr(error, "student_type") else ""
        return ask(self, "exit", EXCEPTION_NAMES[known] if known else None, message)

    def __instancecheck__(self, value: Any) -> bool:
        if isinstance(value, BaseException):
            return self.__subclasscheck__(type(value))
        return is_sendable(value) and self.__autograder_door__().ask("isinstance", [value, self])

    def __subclasscheck__(self, value: Any) -> bool:
        value = getattr(value, "student_class", None) or value  # an exception that has come from over there
        return (isinstance(value, Standin) or value in TYPE_INDEX) and self.__autograder_door__().ask(
            "issubclass", [value, self]
        )

    def __copy__(self) -> Any:
        return ask(self, "copy")

    def __deepcopy__(self, memo: dict) -> Any:
        return ask(self, "deepcopy")

    def __reduce__(self) -> str:
        raise AutograderError(f"{self!r} cannot be pickled")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        value = self.__autograder_value__()
        if isinstance(value, Standin):
            value = ask(self, "array")
        if isinstance(value, (Standin, type(None))):
            raise TypeError(f"the submission gave a {self.__autograder_typename__()} object where an array is expected")
        return np.array(value, dtype=dtype)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        later = self.__autograder_later__(functools.partial(getattr(ufunc, method), **keywords), list(inputs))
        if later is not None:
            return later
        values = [copied(value) for value in inputs]
        if not any(isinstance(value, Standin) for value in values):
            return getattr(ufunc, method)(*values, **keywords)
        name = UFUNC_OPERATORS.get(ufunc.__name__)
        if name and method == "__call__" and len(inputs) == 2 and not keywords:
            return combine(name, *inputs)
        return NotImplemented


def is_probe(name: str) -> bool:
    """Whether an attribute is one that libraries look for on any object (`__array_interface__`, `_ipython_display_`)."""
    return name.startswith(("__array", "__torch_function", "__cuda_array", "__dlpack", "_repr_", "_ipython", "__autograder"))


def ask(standin: Standin, operation: str, *arguments: Any) -> Any:
    __tracebackhide__ = True
    return standin.__autograder_door__().ask(operation, [standin, *arguments])


def follow(iterator: Any, at_once: int) -> Iterator[Any]:
    """The items of an iterator over there; `at_once` at a time where nothing happens between them."""
    if at_once == 1:
        yield from single_steps(iterator)
        return
    left = MAX_ITEMS
    while True:
        items = ask(iterator, "chunk", at_once)
        left -= len(items)
        if not items:
            return
        if left < 0:
            raise TypeError(f"the submission gave a container of more than {MAX_ITEMS} items")
        yield from items


def single_steps(iterator: Any) -> Iterator[Any]:
    while True:
        more, item = ask(iterator, "next")
        if not more:
            return
        yield item


def judged(standin: Standin, operation: str) -> Any:
    """What answers a question about a builtin container, whatever class derives from it: one copy of it.

    The object itself answers if the reference's class of that name defines the operation.
    """
    if standin.__autograder_keeper__().permits(standin.__autograder_typename__(), operation):
        return standin
    return standin.__autograder_value__()


def copied(value: Any) -> Any:
    """A stand-in's value where it has one that may be copied; anything else as it is."""
    return value.__autograder_value__() if isinstance(value, Standin) else value


def combine(name: str, left: Any, right: Any) -> Any:
    """Carry out a binary operator of which at least one side is a stand-in; see the rules above."""
    __tracebackhide__ = True
    if isinstance(left, Standin) and isinstance(right, Standin):
        return ask(left, name, right)
    standin = left if isinstance(left, Standin) else right
    here, there = copied(left), copied(right)
    if not isinstance(here, Standin) and not isinstance(there, Standin):
        return BINARY[name](here, there)
    if standin.__autograder_keeper__().permits(standin.__autograder_typename__(), name):
        return standin.__autograder_door__().ask(name, [left, right])
    if name in ("eq", "ne"):
        return name == "ne"
    raise TypeError(f"the submission gave a {standin.__autograder_typename__()} object where a number or an array is expected")


def is_sendable(value: Any) -> bool:
    return (type(value) is type and value in TYPE_INDEX) or isinstance(value, (Standin, *PLAIN_TYPES))


def is_foreign(value: Any) -> bool:
    """Whether a value could neither be copied to the submission nor compared with plain data: pytest.approx, a mock."""
    return not isinstance(value, (Standin, *PLAIN_TYPES))


PLAIN_TYPES: tuple[type, ...] = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    list,
    tuple,
    dict,
    set,
    frozenset,
    np.ndarray,
    np.generic,
    *containers.KIND_INDEX,
    *values.TYPES,
    *(kind.cls for kind in generators.KINDS),
)


def add_operators() -> None:
    """Give `Standin` the operators; they differ in nothing but their name."""

    def binary(name: str) -> tuple[Callable, Callable, Callable]:
        calculate = BINARY[name]

        def forward(self: Standin, other: Any) -> Any:
            __tracebackhide__ = True
            later = None if name in COMPARISONS else self.__autograder_later__(calculate, [self, other])
            if later is not None:
                return later
            return NotImplemented if is_foreign(other) else combine(name, self, other)

        def reflected(self: Standin, other: Any) -> Any:
            __tracebackhide__ = True
            later = self.__autograder_later__(calculate, [other, self])
            if later is not None:
                return later
            return NotImplemented if is_foreign(other) else combine(name, other, self)

        def in_place(self: Standin, other: Any) -> Any:
            __tracebackhide__ = True
            later = self.__autograder_later__(calculate, [self, other])
            if later is not None:
                return later
            if isinstance(other, Standin):
                return ask(self, f"i{name}", other)
            value = self.__autograder_value__()  # what it is combined with may be what is expected, and stays here
            return forward(self, other) if isinstance(value, Standin) else IN_PLACE[f"i{name}"](value, other)

        return forward, reflected, in_place

    for name in COMPARISONS:
        setattr(Standin, f"__{name}__", binary(name)[0])
    for name in ARITHMETIC:
        forward, reflected, in_place = binary(name)
        setattr(Standin, f"__{name}__", forward)
        setattr(Standin, f"__r{name}__", reflected)
        if f"i{name}" in IN_PLACE:
            setattr(Standin, f"__i{name}__", in_place)

    def unary(name: str) -> Callable:
        def apply(self: Standin) -> Any:
            later = self.__autograder_later__(UNARY[name], [self])
            return ask(self, name) if later is None else later

        return apply

    for name in UNARY:
        setattr(Standin, f"__{name}__", unary(name))


add_operators()


@functools.lru_cache(maxsize=1000)
def stand_in_class(name: str, base: type | None) -> type:
    """What `standin.__class__` gives for an instance of a submission's class: its name, and what it derives from."""
    if base is None or base.__name__ == name:
        return base or type(name, (Standin,), {"__module__": "submission"})
    return type(name, (base,), {"__module__": "submission"})


class Handle(Standin):
    """An object that a process of the submission has handed out."""

    __slots__ = ("__autograder_state",)

    def __init__(self, ledger: Ledger, keeper: Keeps, number: int, kind: str, name: str, base: type | None = None) -> None:
        """Refer to an object; `base` is the class of a library that it is an instance of."""
        object.__setattr__(self, "_Handle__autograder_state", (ledger, keeper, number, kind, name, base))

    def __del__(self) -> None:
        ledger, _, number, _, _, _ = self.__autograder_state
        ledger.released.append(number)

    def __autograder_encode__(self, encoder: RequestEncoder) -> list:
        ledger, _, number, _, _, _ = self.__autograder_state
        if number > encoder.ledger.lineage.get(ledger.serial, -1):
            if ledger.gone:
                raise ledger.gone
            raise AutograderError(
                f"{self!r} belongs to a process that has ended or that this test does not share; "
                "hold it in a fixture whose scope covers both uses"
            )
        return [Tag.HANDLE, number]

    def __autograder_door__(self) -> Asks:
        return self.__autograder_keeper__().current()

    def __autograder_keeper__(self) -> Keeps:
        return self.__autograder_state[1]

    def __autograder_kind__(self) -> str:
        return self.__autograder_state[3]

    def __autograder_typename__(self) -> str:
        _, _, _, kind, name, _ = self.__autograder_state
        return kind if kind in NAMED_KINDS else name

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        _, _, _, kind, name, base = self.__autograder_state
        return KINDS.get(kind) or stand_in_class(name, base)

    def __autograder_value__(self) -> Any:
        _, _, _, kind, name, _ = self.__autograder_state
        if kind not in CONTAINER_KINDS and name not in VIEWS:
            return self
        value = super().__autograder_value__()
        # A number or an array would have come as itself: one that comes now is made up, and the next may be another.
        return value if type(value) in CONTAINERS else self

    def __repr__(self) -> str:
        _, _, _, kind, name, _ = self.__autograder_state
        if kind in NAMED_KINDS:
            return f"<submission's {'class' if kind == 'type' else kind} {name}>"
        return f"<submission's {name} object>"
