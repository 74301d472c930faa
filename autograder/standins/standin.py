"""Stand-ins: what a suite holds in place of the submission's modules, classes, functions and objects.

Every use of one is carried out in the submission's process. Two rules keep verdicts on this side:

- a comparison or calculation with a value of the suite is carried out here, on a copy, if the object is plain data (a
  number, or a builtin container); the suite's value is shown to a submission's own operator only where the reference
  defines that operator in the class of that name;
- `repr`, `str` and `hash` are the submission's where a test asks for them (`asking`), and ask nobody where pytest or this
  package does, so that an assertion message never runs the submission.
"""

import functools
import math
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import numpy as np

from autograder.errors import AutograderError
from autograder.sandbox import containers, generators, values
from autograder.sandbox.decoder import LEAVES
from autograder.sandbox.introspection import DONE, EXHAUSTED
from autograder.sandbox.operators import ARITHMETIC, BINARY, COMPARISONS, IN_PLACE, UNARY
from autograder.sandbox.wire import EXCEPTION_NAMES, KINDS, MAX_TEXT, NAMED_KINDS, TYPE_INDEX, Tag
from autograder.standins.asking import SHOWERS, by_attribute_access, by_test, is_called
from autograder.standins.content import CONSTANTS, READING, Held, fresh, is_constant, is_constant_key
from autograder.standins.failures import SubmissionFailure, TrustedValueError
from autograder.standins.ledger import Ledger
from autograder.standins.lending import INSIDE
from autograder.standins.looks import is_raised_by_hand
from autograder.standins.requests import RequestEncoder

CONTAINERS = (dict, list, tuple, set, frozenset)
CONTAINER_KINDS = frozenset(name for name, kind in KINDS.items() if kind in CONTAINERS)
VIEWS = frozenset(f"{prefix}dict_{view}" for prefix in ("", "o") for view in ("keys", "values", "items"))
MAX_ITEMS = 5_000_000  # of a container that is copied in pieces
TEXTS = {"str": str, "bytes": bytes}
MAX_LENGTH = 1 << 26  # of one of these that is
UFUNC_OPERATORS = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "floor_divide": "floordiv",
    "remainder": "mod", "power": "pow", "matmul": "matmul", "equal": "eq", "not_equal": "ne", "less": "lt",
    "less_equal": "le", "greater": "gt", "greater_equal": "ge",
}  # fmt: skip


class Asks(Protocol):
    """What stand-ins need of the door to a process."""

    def ask(self, operation: str, arguments: Iterable[Any] = (), keywords: Iterable[str] = ()) -> Any:
        """Have one operation carried out and return its value, or raise what it has raised."""

    def look(self, key: Any, fetch: Callable[[], Any], keep: Callable[[Any], bool]) -> Any:
        """Return what `fetch` gives, or gave before where nothing can have changed it since."""

    def has_seen(self, key: Any) -> bool:
        """Whether `look` has an answer that still holds."""

    def is_in_step(self, value: Any) -> bool:
        """Whether both sides have a value, and are told of what the other one does to it."""

    def once(self, key: Any, fetch: Callable[[], Any]) -> Any:
        """Return what `fetch` gives, or gave the first time."""

    def ask_method(self, value: Any, name: str, arguments: tuple, keywords: dict[str, Any]) -> Any:
        """Have `value.name(...)` carried out and return its value, or raise what it has raised."""


class Keeps(Protocol):
    """What stand-ins need of the keeper of the submission's processes."""

    @property
    def active(self) -> bool:
        """Whether a test or fixture runs, so that the submission may be used."""

    def current(self) -> Asks:
        """The process of what runs now."""

    def permits(self, class_name: str, operator_name: str) -> bool:
        """Whether the reference's class of that name defines the operator."""

    def defines(self, class_name: str, name: str) -> bool:
        """Whether the reference's class of that name has code for an attribute."""

    def overrides(self, class_name: str, method: str) -> bool:
        """Whether the reference's class of that name has a method."""

    def new_key(self) -> int:
        """A number for an expression that a suite wrote outside of any test."""

    @property
    def swallowed(self) -> list[BaseException]:
        """Checks that have failed in a `with` block of the submission that swallows exceptions."""

    @property
    def may_swallow(self) -> bool:
        """Whether a context manager of the reference may swallow exceptions; where there is no reference, it may."""

    @property
    def classes(self) -> Any:
        """The stand-ins of the submission's classes, see `classes.Classes`."""


class Standin:
    """Something that lives in the submission's process."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        """An attribute. What Python finds on this class is not what the submission's object has."""
        if name[:2] == "__" and name not in NATIVE and name[:12] != "__autograder" and self.__autograder_asks__():
            if name in BLOCKS and ask(self, "hasattr", name):
                return object.__getattribute__(self, name)
            return self.__getattr__(name)
        return object.__getattribute__(self, name)

    def __autograder_asks__(self) -> bool:
        """Whether it is a test that wants to know something of the object now."""
        return self.__autograder_keeper__().active and by_test()

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

    def __autograder_once__(self) -> Any:
        """What a name stands for; any other stand-in itself."""
        return self

    def __autograder_value__(self) -> Any:
        """A copy, if this is plain data or a builtin container; otherwise the object itself, as a handle."""
        value = ask(self, "value")
        if isinstance(value, Handle):
            builtin = KINDS.get(value.__autograder_kind__())
            if builtin in (list, tuple):  # too long to be sent at once
                return builtin(items_of(value))
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
        return items_of(self)

    def __next__(self) -> Any:
        more, item = ask(self, "next")
        if not more:
            raise StopIteration(*(() if item is None else (item,)))
        return whole(item)

    def __reversed__(self) -> Iterator[Any]:
        return iter(list(self)[::-1])

    def __hash__(self) -> int:
        return ask(self, "hash") if self.__autograder_asks__() else object.__hash__(self)

    def __repr__(self) -> str:
        if self.__autograder_keeper__().active and by_test(SHOWERS):
            return ask(self, "repr")
        return self.__autograder_label__()

    def __autograder_label__(self) -> str:
        """What stands for the object in messages."""
        raise NotImplementedError

    def __str__(self) -> str:
        if self.__autograder_keeper__().active and not by_test(SHOWERS):
            return self.__autograder_label__()
        return ask(self, "str")

    def __format__(self, specification: str) -> str:
        if self.__autograder_keeper__().active and not by_test(SHOWERS):
            return format(self.__autograder_label__(), "")
        value = self.__autograder_value__()
        return ask(self, "format", specification) if isinstance(value, Standin) else format(value, specification)

    def __bytes__(self) -> bytes:
        return ask(self, "bytes")

    def __floor__(self) -> Any:
        return ask(self, "floor")

    def __ceil__(self) -> Any:
        return ask(self, "ceil")

    def __trunc__(self) -> Any:
        return ask(self, "trunc")

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

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> bool:
        if kind is not None and not issubclass(kind, Exception):
            return False  # the end of the test is no business of the submission
        try:
            swallowed = ask(self, "exit", *self.__autograder_shown__(kind, error))
        except Exception:
            self.__autograder_swallows__(True, error, trace)  # another one takes its place
            raise
        return self.__autograder_swallows__(swallowed, error, trace)

    def __autograder_shown__(self, kind: type[BaseException] | None, error: BaseException | None) -> tuple:
        """What a context manager of the submission is told of an exception that leaves its block."""
        if getattr(error, "student_handle", None) is not None:
            return None, "", error
        known = next(cls for cls in kind.__mro__ if cls in EXCEPTION_NAMES) if kind else None
        # The message of an exception of the suite may hold an expected value.
        return EXCEPTION_NAMES[known] if known else None, ""

    def __autograder_swallows__(self, swallowed: Any, error: BaseException | None, trace: Any) -> bool:
        """Let the submission swallow an exception, unless a check of the suite has failed: that counts at the end of the test.

        Where no context manager of the reference swallows any, whatever the suite itself has raised is such a check.
        """
        keeper = self.__autograder_keeper__()
        if swallowed and error is not None and not hasattr(error, "student_type"):
            by_hand = is_raised_by_hand(error, trace)
            if not by_hand if isinstance(error, AssertionError) else not keeper.may_swallow:
                keeper.swallowed.append(error)
        return bool(swallowed)

    def __await__(self) -> Iterator[None]:
        while True:
            state, value = ask(self, "advance")
            if state == DONE:
                return value
            if state == EXHAUSTED:
                raise StopAsyncIteration
            yield  # so that coroutines of the suite have their turn

    def __aiter__(self) -> Any:
        return ask(self, "aiter")

    def __anext__(self) -> Any:
        return ask(self, "anext")

    def __aenter__(self) -> Any:
        return ask(self, "aenter")

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> Any:
        if kind is not None and not issubclass(kind, Exception):
            return False
        try:
            swallowed = await ask(self, "aexit", *self.__autograder_shown__(kind, error))
        except Exception:
            self.__autograder_swallows__(True, error, trace)
            raise
        return self.__autograder_swallows__(swallowed, error, trace)

    def __instancecheck__(self, value: Any) -> bool:
        return is_sendable(value) and self.__autograder_door__().ask("isinstance", [value, self])

    def __subclasscheck__(self, value: Any) -> bool:
        return (isinstance(value, Standin) or value in TYPE_INDEX) and self.__autograder_door__().ask(
            "issubclass", [value, self]
        )

    def __copy__(self) -> Any:
        return ask(self, "copy")

    def __deepcopy__(self, memo: dict) -> Any:
        return ask(self, "deepcopy")

    def __reduce__(self) -> str:
        raise AutograderError(
            f"{self.__autograder_label__()} cannot be pickled or given to another process: it is in that of the submission; "
            f"use a thread, or {INSIDE}"
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        value = self.__autograder_value__()
        if isinstance(value, Standin):
            value = value.__autograder_as_array__()
        if isinstance(value, (Standin, type(None))):
            raise TypeError(f"the submission gave a {self.__autograder_typename__()} object where an array is expected")
        return np.array(value, dtype=dtype)

    def __autograder_as_array__(self) -> Any:
        """The array that the object makes of itself; None where its class does not say how."""
        return ask(self, "array")

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


# What is found on the class of a stand-in, whoever asks: what Python and libraries need to handle the object.
NATIVE = frozenset((
    *("__class__", "__slots__", "__weakref__", "__getattribute__", "__getattr__", "__setattr__", "__delattr__"),
    *("__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__array__", "__array_ufunc__"),
    *("__instancecheck__", "__subclasscheck__", "__new__", "__init_subclass__", "__subclasshook__", "__set_name__"),
    *("__await__", "__mro_entries__", "__next__"),
))  # fmt: skip
# What `contextlib` and `itertools.tee` look for; it is found here if the submission's class has it.
BLOCKS = frozenset(("__enter__", "__exit__", "__aenter__", "__aexit__", "__copy__"))


def is_probe(name: str) -> bool:
    """Whether an attribute is one that libraries look for on any object (`__array_interface__`, `_ipython_display_`)."""
    return name.startswith(("__array", "__torch_function", "__cuda_array", "__dlpack", "_repr_", "_ipython", "__autograder"))


def ask(standin: Standin, operation: str, *arguments: Any) -> Any:
    """Have an operation carried out, on this side where a name stands for plain data."""
    __tracebackhide__ = True
    if operation in ON_DATA:
        value = standin.__autograder_once__()
        if value is not standin:
            return ask(value, operation, *arguments) if isinstance(value, Standin) else ON_DATA[operation](value, *arguments)
    return standin.__autograder_door__().ask(operation, [standin, *arguments])


def call_method(standin: Standin, name: str, /, *arguments: Any, **keywords: Any) -> Any:
    """Call an attribute that is looked up over there at the same time."""
    __tracebackhide__ = True
    return standin.__autograder_door__().ask_method(standin, name, arguments, keywords)


# What is done on this side with plain data that an imported name stands for.
ON_DATA: dict[str, Callable] = {
    **UNARY,
    **{kind.__name__: kind for kind in (bool, int, float, complex, str, bytes)},
    **{function.__name__: function for function in (len, round, format, hash, repr, operator.index)},
    **{function.__name__: function for function in (math.floor, math.ceil, math.trunc, operator.getitem)},
    "items": list,
    "keys": lambda value: value,
}


def items_of(standin: Standin) -> Iterator[Any]:
    """What a loop over an object of the submission finds."""
    __tracebackhide__ = True
    items = ask(standin, "items")
    if type(items) is list:
        return iter(items)
    iterator, at_once = items
    return iterator if at_once == 1 else follow(iterator, at_once)


def counted(items: Iterator[Any], length: int, name: str) -> Iterator[Any]:
    """Items of an object that has just said how many there are.

    Raises:
        TypeError: there are more or fewer.
    """
    count = 0
    for count, item in enumerate(items, start=1):  # noqa: B007  the last one is looked at below
        yield item
    if count != length:
        raise TypeError(f"the submission gave a {name} object that says it has {length} items and shows {count}")


def follow(iterator: Any, at_once: int) -> Iterator[Any]:
    """The items of an iterator over there; `at_once` at a time where nothing happens between them."""
    left = MAX_ITEMS
    while True:
        items = ask(iterator, "chunk", at_once)
        left -= len(items)
        if not items:
            return
        if left < 0:
            raise TypeError(f"the submission gave a container of more than {MAX_ITEMS} items")
        yield from map(whole, items)


def whole(value: Any) -> Any:
    """A text or bytes, too long for one message, fetched in pieces; anything else, and what is longer still, as it is."""
    if not issubclass(type(value), Handle) or value.__autograder_kind__() not in TEXTS:
        return value
    kind = TEXTS[value.__autograder_kind__()]
    length = ask(value, "len") if value.__autograder_typename__() == kind.__name__ else MAX_LENGTH + 1
    if type(length) is not int or length > MAX_LENGTH:
        return value
    pieces = [ask(value, "getitem", slice(start, start + MAX_TEXT)) for start in range(0, length, MAX_TEXT)]
    if any(type(piece) is not kind for piece in pieces) or sum(map(len, pieces)) != length:
        raise TypeError(f"the submission gave {kind.__name__} of a length that is not its own")
    return kind().join(pieces)


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
        given = there if standin is left else here
        return hold_the_same(standin, given) == (name == "eq")
    raise TypeError(f"the submission gave a {standin.__autograder_typename__()} object where a number or an array is expected")


def hold_the_same(standin: Any, given: Any) -> bool:
    """Whether a dict or set that stays over there, because of its keys or its size, holds what one of the suite does.

    Raises:
        TrustedValueError: it is a text or a number that is too long to be compared.
    """
    kind = KINDS.get(standin.__autograder_kind__()) if isinstance(standin, Handle) else None
    if kind is dict and type(given) is dict:
        rest = list(given.items())
        parts = list(standin.__getattr__("items")())
    elif kind in (set, frozenset) and type(given) in (set, frozenset):
        rest, parts = list(given), list(standin)
        if LEAVES.issuperset(map(type, parts)):
            return len(parts) == len(given) and given.issuperset(parts) and len(set(parts)) == len(given)
    elif isinstance(standin, Handle) and (kind in TEXTS.values() or standin.__autograder_typename__() == "int"):
        name = standin.__autograder_typename__()
        raise TrustedValueError(f"the submission gave a value of type {name} that is too long to be compared; {INSIDE}")
    else:
        return False
    for part in parts:
        found = next((index for index, other in enumerate(rest) if other == part), None)
        if found is None:
            return False
        del rest[found]
    return not rest


def is_sendable(value: Any) -> bool:
    if isinstance(value, BaseException):
        return getattr(value, "student_handle", None) is not None
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
            if not isinstance(value, Standin):
                return IN_PLACE[f"i{name}"](value, other)
            if not is_foreign(other) and self.__autograder_keeper__().permits(self.__autograder_typename__(), name):
                return ask(self, f"i{name}", other)
            return forward(self, other)

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
def library_class(name: str, base: type) -> type:
    """What `isinstance` finds to be the class of an instance of a library's class: its name, and what it derives from."""
    return base if base.__name__ == name else type(name, (base,), {"__module__": "submission"})


@functools.lru_cache(maxsize=1000)
def handle_class(name: str) -> type["Handle"]:
    """The class of stand-ins for objects whose class the suite cannot name: it has the same name."""
    return type(name, (Handle,), {"__slots__": (), "__module__": "submission"})


class OfLibrary(type):
    """What the class of stand-ins for objects of a library's class is: equal to that class."""

    def __eq__(cls, other: Any) -> bool:
        return other is cls or other is cls.__autograder_library__  # type: ignore[attr-defined]

    def __hash__(cls) -> int:
        return hash(cls.__autograder_library__)  # type: ignore[attr-defined]


@functools.lru_cache(maxsize=1000)
def library_handle_class(library: type) -> type["Handle"]:
    """The class of stand-ins for objects of exactly this class: `type(layer) == nn.Linear`."""
    space = {"__slots__": (), "__module__": library.__module__, "__autograder_library__": library}
    made: Any = OfLibrary(library.__name__, (Handle,), space)
    return made


class Handle(Standin):
    """An object that a process of the submission has handed out.

    It is an instance of the stand-in of its class, where that is a class of the submission; see `classes`.
    """

    __slots__ = ("__autograder_state", "__weakref__")

    def __autograder_init__(
        self, ledger: Ledger, keeper: Keeps, number: int, kind: str, name: str, base: type | None = None
    ) -> None:
        """Refer to an object; `base` is the class of a library that it is an instance of."""
        object.__setattr__(self, "_Handle__autograder_state", (ledger, keeper, number, kind, name, base))

    def __del__(self) -> None:
        ledger, _, number, _, _, _ = self.__autograder_state
        ledger.released.append(number)

    def __autograder_encode__(self, encoder: RequestEncoder) -> list:
        ledger, _, number, _, _, _ = self.__autograder_state
        check_lineage(self, ledger, number, encoder)
        return [Tag.HANDLE, number]

    def __autograder_door__(self) -> Asks:
        return self.__autograder_state[1].current()

    def __autograder_keeper__(self) -> Keeps:
        return self.__autograder_state[1]

    def __autograder_kind__(self) -> str:
        return self.__autograder_state[3]

    def __autograder_typename__(self) -> str:
        _, _, _, kind, name, _ = self.__autograder_state
        return kind if kind in NAMED_KINDS else name

    def __autograder_label__(self) -> str:
        _, _, _, kind, name, _ = self.__autograder_state
        if kind in NAMED_KINDS:
            return f"<submission's {'class' if kind == 'type' else kind} {name}>"
        return f"<submission's {name} object>"

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        _, _, _, kind, name, base = self.__autograder_state
        known = KINDS.get(kind) or (library_class(name, base) if base else None)
        if known is None or (kind not in NAMED_KINDS and issubclass(type(type(self)), Standin) and by_attribute_access()):
            return type(self)
        return known

    def __next__(self) -> Any:
        if self.__autograder_kind__() != "coroutine":
            return super().__next__()
        state, value = ask(self, "advance")  # a loop of the suite runs it
        if state == DONE:
            raise StopIteration(value)
        return None

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        kind = self.__autograder_state[3]
        if name in ("send", "throw"):
            if kind == "generator":
                return functools.partial(resume, self, name)
            if kind == "coroutine" and name == "throw":
                return functools.partial(cancel, self)
        if is_probe(name):
            raise AttributeError(name)
        if kind in READING and name in READING[kind] and not self.__autograder_overrides__(name):
            held = self.__autograder_held__()
            method = held.method(name) if held else None
            if method is not None:
                return method
        if is_called(name, 2):
            return functools.partial(call_method, self, name)
        return self.__autograder_look__("getattr", name)

    def __autograder_look__(self, operation: str, key: Any) -> Any:
        """An attribute or item: the same value while it cannot have changed, unless the reference has code for it."""
        __tracebackhide__ = True
        ledger, keeper, number, _, _, _ = self.__autograder_state
        if type(key) not in (str, int) or (operation == "getattr" and self.__autograder_defines__(key)):
            return ask(self, operation, key)
        door = keeper.current()
        place = (operation, ledger.serial, number, key)
        return door.look(
            place, lambda: door.ask(operation, [self, key]), lambda value: is_lasting(value) or door.is_in_step(value)
        )

    def __autograder_converted__(self, operation: str) -> Any:
        """What a conversion gives: the same number or array while it cannot have changed."""
        __tracebackhide__ = True
        ledger, keeper, number, _, _, _ = self.__autograder_state
        place = (operation, ledger.serial, number)
        return keeper.current().look(place, lambda: ask(self, operation), lambda value: True)

    def __autograder_as_array__(self) -> Any:
        return self.__autograder_converted__("array")

    def __float__(self) -> float:
        return self.__autograder_converted__("float")

    def __int__(self) -> int:
        return self.__autograder_converted__("int")

    def __index__(self) -> int:
        return self.__autograder_converted__("index")

    def __complex__(self) -> complex:
        return self.__autograder_converted__("complex")

    def __autograder_overrides__(self, method: str) -> bool:
        return self.__autograder_keeper__().overrides(self.__autograder_typename__(), method)

    def __autograder_defines__(self, name: str) -> bool:
        return self.__autograder_keeper__().defines(self.__autograder_typename__(), name)

    def __autograder_copy__(self) -> Any:
        value = super().__autograder_value__()
        # A number or an array would have come as itself: one that comes now is made up, and the next may be another.
        return value if type(value) in CONTAINERS else self

    def __autograder_value__(self) -> Any:
        ledger, keeper, number, kind, name, _ = self.__autograder_state
        place = ("value", ledger.serial, number)
        if kind in TEXTS:
            return keeper.current().look(place, lambda: whole(self), is_constant)
        if kind in CONTAINER_KINDS:
            return fresh(keeper.current().look(place, self.__autograder_copy__, lambda value: value is not self))
        return self.__autograder_copy__() if name in VIEWS else self

    def __autograder_held__(self, *operations: str) -> Held | None:
        """What a builtin container of a class of its own holds; None where that class's own methods are to answer.

        Args:
            operations: those for which the reference's class of that name may have methods.
        """
        ledger, keeper, number, kind, name, _ = self.__autograder_state
        if kind not in CONTAINER_KINDS or kind == name or any(keeper.permits(name, operation) for operation in operations):
            return None

        def fetch() -> Held:
            parts = ask(self, "parts")
            return Held(kind, list(items_of(parts)) if isinstance(parts, Handle) else parts)

        return keeper.current().look(("parts", ledger.serial, number), fetch, lambda held: True)

    def __len__(self) -> int:
        held = self.__autograder_held__("len")
        if held is not None:
            return len(held.items)
        if not self.__autograder_is_unforeseen__():
            return super().__len__()
        ledger, keeper, number, _, _, _ = self.__autograder_state
        return keeper.current().look(("len", ledger.serial, number), super().__len__, is_constant)

    def __autograder_is_unforeseen__(self) -> bool:
        """Whether the object is of a class of the submission, and the reference has none of that name with a length."""
        _, keeper, _, kind, name, _ = self.__autograder_state
        return not kind and issubclass(type(type(self)), Standin) and not keeper.defines(name, "__len__")

    def __bool__(self) -> bool:
        held = self.__autograder_held__("bool", "len")
        return super().__bool__() if held is None else bool(held.items)

    def __iter__(self) -> Iterator[Any]:
        __tracebackhide__ = True
        held = self.__autograder_held__("iter")
        if held is not None:
            return iter(held.items)
        ledger, keeper, number, kind, name, _ = self.__autograder_state
        if kind == name and kind in ("list", "tuple") and keeper.current().has_seen(("value", ledger.serial, number)):
            return iter(self.__autograder_value__())
        if not kind and keeper.current().has_seen(("len", ledger.serial, number)):
            length = len(self)  # as it was said before
            return counted(super().__iter__(), length, name)
        return super().__iter__()

    def __getitem__(self, key: Any) -> Any:
        __tracebackhide__ = True
        _, _, _, kind, name, _ = self.__autograder_state
        if kind not in ("list", "tuple", "dict") or isinstance(key, Standin) or not is_constant_key(key):
            return super().__getitem__(key)
        if kind == name:  # it is too large to be sent at once
            return self.__autograder_look__("getitem", key)
        held = self.__autograder_held__("getitem", "iter", "len", "missing")
        if held is None:
            return super().__getitem__(key)
        try:
            return held.plain[key]
        except (LookupError, TypeError):  # an index of its own kind
            return self.__autograder_look__("getitem", key)

    def __contains__(self, item: Any) -> bool:
        held = None if isinstance(item, Standin) else self.__autograder_held__("contains", "iter")
        return super().__contains__(item) if held is None else item in (held.items if held.plain is None else held.plain)


def is_lasting(value: Any) -> bool:
    """Whether an answer may be given a second time: nothing changes it on this side."""
    return type(value) in CONSTANTS or issubclass(type(value), Standin) or is_constant(value)


def cancel(coroutine: Handle, error: Any, *_: Any) -> None:
    """What a loop of the suite does to a coroutine that it gives up."""
    ask(coroutine, "cancel")
    raise error


def resume(generator: Handle, method: str, *arguments: Any) -> Any:
    """Call a generator's method that may end it."""
    more, item = ask(generator, method, *arguments)
    if not more:
        raise StopIteration(*(() if item is None else (item,)))
    return item


def new_handle(cls: type, ledger: Ledger, keeper: Keeps, number: int, kind: str, name: str, base: type | None = None) -> Handle:
    """Make a stand-in that is an instance of `cls`: Handle, or a class that derives from it."""
    handle: Any = object.__new__(cls)
    Handle.__autograder_init__(handle, ledger, keeper, number, kind, name, base)
    return handle


def check_lineage(standin: Any, ledger: Ledger, number: int, encoder: RequestEncoder) -> None:
    """Raise unless the process that a request goes to has the object."""
    if number > encoder.ledger.lineage.get(ledger.serial, -1):
        if ledger.gone:
            raise ledger.gone
        raise AutograderError(
            f"{standin.__autograder_label__()} belongs to a process that has ended or that this test does not share; "
            "hold it in a fixture whose scope covers both uses"
        )
