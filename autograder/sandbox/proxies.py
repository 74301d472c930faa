"""Objects of the suite in the submission's process: proxies, whose use is carried out where the suite is.

A proxy looks like what it stands for, as far as Python asks: a function of the suite is a function here, with its name and
signature; an exception class is an exception class; any other object gets a class of its own with the special methods that the
object's class has. An object is named [PROXY, number] once both sides know it. Before that a description follows the number:

    [PROXY, number, kind, name, qualified name, documentation, special methods, parameters]

`standins/lending.py` says which objects may be lent, `standins/uses.py` what may be done with them.
"""

import dataclasses
import inspect
import types
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

from autograder.sandbox.operators import ARITHMETIC, COMPARISONS, IN_PLACE, UNARY
from autograder.sandbox.wire import EXCEPTIONS

# Special methods that a proxy has if the object's class has them, by the name of the operation.
SPECIALS: tuple[str, ...] = (
    *("call", "getitem", "setitem", "delitem", "contains", "iter", "next", "len", "reversed", "bool", "hash", "str", "repr"),
    *("format", "float", "int", "index", "complex", "round", "enter", "exit", "array", "dataclass_fields"),
    *(*UNARY, *COMPARISONS, *ARITHMETIC, *(f"r{name}" for name in ARITHMETIC), *IN_PLACE),
)
# What every object has; only a class that defines it anew has it sent.
COMMON = frozenset(("hash", "str", "repr", "format", "eq", "ne", "lt", "le", "gt", "ge"))
MAX_NESTED = 200  # requests within each other: the suite's function calls the submission's, which calls the suite's
Ask = Callable[..., Any]


class Description(NamedTuple):
    """What is told of an object when it is lent for the first time.

    Attributes:
        kind: "function", "class", "object", or "exception" followed by the builtin class that it derives from.
        specials: operations of SPECIALS.
        parameters: of a function: [name, kind, default or nil] each, or nil where Python knows no signature.
    """

    kind: str
    name: str
    qualname: str
    doc: str | None
    specials: list[str]
    parameters: list | None


class Proxy:
    """An object of the suite. What it has of Python's special methods is added by `proxy_class`."""

    __slots__ = ("__autograder__", "__weakref__")

    def __new__(cls, /, *arguments: Any, **keywords: Any) -> Any:
        """What the submission gets by `type(proxy)(...)`: another object of the suite's class."""
        return use(cls.__autograder_sample__(), "new", *arguments, **keywords)  # type: ignore[attr-defined]

    def __init__(self, /, *_: Any, **__: Any) -> None:
        """Nothing is left to be done."""

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        return types.MappingProxyType(use(self, "vars"))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return use(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        use(self, "setattr", name, value)

    def __delattr__(self, name: str) -> None:
        use(self, "delattr", name)

    def __dir__(self) -> list[str]:
        return use(self, "dir")

    def __copy__(self) -> Any:
        return use(self, "copy")

    def __deepcopy__(self, memo: dict) -> Any:
        return use(self, "deepcopy")

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(f"cannot pickle this {type(self).__name__} object: it belongs to the tests")


class ClassProxy(Proxy):
    """A class of the suite."""

    __slots__ = ("__dict__",)  # of its name and documentation

    def __instancecheck__(self, value: Any) -> bool:
        return use(self, "isinstance", value)

    def __mro_entries__(self, bases: tuple) -> tuple:
        return use(self, "derive")


def use(proxy: Any, operation: str, *arguments: Any, **keywords: Any) -> Any:
    ask, number = object.__getattribute__(proxy, "__autograder__")
    return ask(operation, number, arguments, keywords)


def special_method(operation: str) -> Callable:
    if operation == "next":

        def advance(self: Any) -> Any:
            more, item = use(self, "next")
            if not more:
                raise StopIteration
            return item

        return advance
    if operation == "exit":

        def leave(self: Any, kind: Any, error: Any, _: Any) -> Any:
            return use(self, "exit", *((kind.__name__, str(error)) if kind else (None, "")))

        return leave
    if operation == "dataclass_fields":  # which all but their names are none of the submission's

        def fields(self: Any) -> Any:
            return vars(dataclasses.make_dataclass("Fields", use(self, "dataclass_fields")))["__dataclass_fields__"]

        return property(fields)  # type: ignore[return-value]
    return lambda self, /, *arguments, **keywords: use(self, operation, *arguments, **keywords)


METHODS = {operation: special_method(operation) for operation in SPECIALS}


def proxy_class(name: str, specials: list[str], base: type = Proxy) -> type:
    space: dict[str, Any] = {f"__{operation}__": METHODS[operation] for operation in specials}
    if "eq" in specials and "hash" not in specials:
        space["__hash__"] = None
    return type(name, (base,), {"__slots__": (), "__module__": "tests", **space})


def function_proxy(ask: Ask, number: int, description: Description) -> Callable:
    def function(*arguments: Any, **keywords: Any) -> Any:
        return ask("call", number, arguments, keywords)

    function.__name__, function.__qualname__ = description.name, description.qualname
    function.__doc__, function.__module__ = description.doc, "tests"
    if description.parameters is not None:
        function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter(name, inspect._ParameterKind(kind), default=(*default, inspect.Parameter.empty)[0])
                for name, kind, default in description.parameters
            ]
        )
    return function


def make_proxy(ask: Ask, number: int, description: Description, known: dict) -> Any:
    """Make what stands for an object of the suite.

    Args:
        ask: carries out an operation where the suite is: its name, the object's number, arguments, keywords.
        known: classes of proxies made so far.
    """
    if description.kind == "function":
        return function_proxy(ask, number, description)
    if description.kind.startswith("exception "):
        base = EXCEPTIONS[description.kind.partition(" ")[2]]
        return type(description.name, (base,), {"__module__": "tests", "__doc__": description.doc})
    is_class = description.kind == "class"
    key = (description.qualname, is_class, *description.specials)
    if key not in known:
        known[key] = proxy_class(description.name, description.specials, ClassProxy if is_class else Proxy)
    proxy = object.__new__(known[key])
    object.__setattr__(proxy, "__autograder__", (ask, number))
    known[key].__autograder_sample__ = weakref.ref(proxy)
    if is_class:
        for attribute in ("name", "qualname", "doc"):
            object.__setattr__(proxy, f"__{attribute}__", getattr(description, attribute))
    return proxy
