"""Stand-ins for what a suite imports from the submission, and for expressions with them outside of any test."""

import functools
from collections.abc import Callable
from typing import Any

from autograder.errors import AutograderError
from autograder.sandbox.wire import Tag
from autograder.standins.asking import by_test, is_called
from autograder.standins.failures import SubmissionFailure
from autograder.standins.requests import RequestEncoder
from autograder.standins.standin import Asks, Keeps, Standin, ask, call_method, copied, is_probe


class Name(Standin):
    """What `from modules import LinearModule` binds: a module (attribute "") or one of its attributes."""

    __slots__ = ("__autograder_state", "__weakref__")

    def __init__(self, keeper: Keeps, module: str, attribute: str) -> None:
        object.__setattr__(self, "_Name__autograder_state", (keeper, module, attribute))

    def __autograder_encode__(self, encoder: RequestEncoder) -> list:
        _, module, attribute = self.__autograder_state
        return [Tag.NAME, module, attribute]

    def __autograder_door__(self) -> Asks:
        return self.__autograder_keeper__().current()

    def __autograder_keeper__(self) -> Keeps:
        return self.__autograder_state[0]

    def __autograder_typename__(self) -> str:
        return self.__autograder_state[2] or "module"

    def __autograder_later__(self, function: Callable, operands: list) -> Standin | None:
        return None if self.__autograder_keeper__().active else Calculation(self, function, operands)

    def __autograder_once__(self) -> Any:
        """What the name stands for; a function of the submission's own is asked for what is done with it."""
        keeper, module, attribute = self.__autograder_state
        if not attribute or keeper.classes.is_fixed(module, attribute):
            return self
        return self.__autograder_door__().once((module, attribute), lambda: ask(self, "resolve"))

    def __autograder_value__(self) -> Any:
        value = self.__autograder_once__()
        return super().__autograder_value__() if value is self else copied(value)

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        keeper, _, attribute = self.__autograder_state
        if name in ("__name__", "__qualname__") and attribute and not (keeper.active and by_test()):
            return attribute
        if keeper.active:
            value = self if is_probe(name) else self.__autograder_once__()
            if value is not self:
                return getattr(value, name)
            return functools.partial(call_method, self, name) if is_called(name, 2) else super().__getattr__(name)
        return deferred_attribute(self, name)

    def __call__(self, /, *arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        keeper = self.__autograder_state[0]
        if keeper.active:
            return keeper.current().ask("call", [self, *arguments, *keywords.values()], keywords)
        return Deferred(keeper, "call", [self, *arguments, *keywords.values()], list(keywords))

    def __getitem__(self, key: Any) -> Any:
        __tracebackhide__ = True
        keeper = self.__autograder_keeper__()
        return super().__getitem__(key) if keeper.active else Deferred(keeper, "getitem", [self, key])

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        if not self.__autograder_keeper__().active:
            return type(self)
        try:
            resolved = self.__autograder_once__()
            if resolved is self:
                resolved = ask(self, "resolve")
        except (SubmissionFailure, AutograderError):
            return type(self)
        return resolved.__class__

    def __autograder_label__(self) -> str:
        _, module, attribute = self.__autograder_state
        return f"<submission's {module}.{attribute}>" if attribute else f"<submission's module {module}>"


class Deferred(Name):
    """An expression that a suite wrote outside of any test; each process works it out when it first needs it."""

    __slots__ = ("__autograder_expression",)

    def __init__(self, keeper: Keeps, operation: str, arguments: list, keywords: list[str] | None = None) -> None:
        super().__init__(keeper, "", "")
        expression = (keeper.new_key(), operation, arguments, keywords or [])
        object.__setattr__(self, "_Deferred__autograder_expression", expression)

    def __autograder_encode__(self, encoder: RequestEncoder) -> list:
        key, operation, arguments, keywords = self.__autograder_expression
        return [
            Tag.DEFERRED,
            key,
            operation,
            encoder.sequence(Tag.LIST, arguments),
            encoder.sequence(Tag.LIST, keywords),
        ]

    def __autograder_once__(self) -> Any:
        key, *_ = self.__autograder_expression
        return self.__autograder_door__().once(key, lambda: ask(self, "resolve"))

    def __autograder_typename__(self) -> str:
        return "value"

    def __autograder_label__(self) -> str:
        return "<an expression of the suite with the submission's names>"


class Calculation(Deferred):
    """A calculation that a suite wrote outside of any test with a name of the submission.

    It is made on this side, each time it is used, like one inside of a test.
    """

    __slots__ = ("__autograder_work",)

    def __init__(self, standin: Standin, function: Callable, operands: list) -> None:
        super().__init__(standin.__autograder_keeper__(), "calculation", [])
        object.__setattr__(self, "_Calculation__autograder_work", (function, operands))

    def __autograder_encode__(self, encoder: RequestEncoder) -> Any:
        return encoder.encode(self.__autograder_value__())

    def __autograder_once__(self) -> Any:
        return self.__autograder_value__()

    def __autograder_value__(self) -> Any:
        function, operands = self.__autograder_work
        return function(*map(copied, operands))


def parts_of(value: Name) -> tuple[str, list[Any]]:
    """The module that a stand-in is of, and what an expression that was written outside of any test is made of.

    The submission is not asked, not even what the class of the value is.
    """
    _, module, _ = value._Name__autograder_state
    if issubclass(type(value), Calculation):
        return module, value._Calculation__autograder_work[1]
    if issubclass(type(value), Deferred):
        return module, value._Deferred__autograder_expression[2]
    return module, []


class Refused(Name):
    """What a suite has made of the submission's names outside of any test and can be used in none."""

    __slots__ = ("__autograder_error",)

    def __init__(self, keeper: Keeps, error: AutograderError) -> None:
        super().__init__(keeper, "", "")
        object.__setattr__(self, "_Refused__autograder_error", error)

    def __autograder_encode__(self, encoder: RequestEncoder) -> list:
        raise self.__autograder_error

    def __autograder_door__(self) -> Asks:
        raise self.__autograder_error

    def __autograder_once__(self) -> Any:
        raise self.__autograder_error


def deferred_attribute(standin: Standin, name: str) -> Any:
    """The attribute of a name outside of any test: worked out later, and never anything that pytest looks for."""
    if name.startswith(("_", "pytest")):
        raise AttributeError(name)
    return Deferred(standin.__autograder_keeper__(), "getattr", [standin, name])
