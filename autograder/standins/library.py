"""Functions of Python and its standard library that look into an object, for stand-ins: what they look at is elsewhere.

While suites run these functions are replaced. With anything but a stand-in they do what they have always done.
"""

import abc
import builtins
import dataclasses
import doctest
import importlib
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import AutograderError
from autograder.standins.asking import by_test
from autograder.standins.classes import ClassStandin, lineage
from autograder.standins.failures import SubmissionFailure, TrustedValueError
from autograder.standins.names import Name
from autograder.standins.standin import Standin, ask

REAL: dict[str, Any] = {"callable": builtins.callable, "issubclass": builtins.issubclass}


def is_standin(value: Any) -> bool:
    """Whether a value is a stand-in that can be asked now; its class is not believed, which a stand-in of it may say."""
    return REAL["issubclass"](type(value), Standin) and value.__autograder_keeper__().active


def call_there(module: str, name: str) -> Callable:
    """What calls a function of the standard library where the object is."""

    def call(value: Any, *arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        given = [module, name, value, *arguments, *keywords.values()]
        return value.__autograder_keeper__().current().ask("library", given, keywords)

    return call


def is_callable(value: Any) -> bool:
    if type(value) is Name:
        keeper, module, attribute = value._Name__autograder_state
        has = keeper.classes.has(module, attribute)
        if not keeper.active:
            return has is not False
        if attribute and not ask(Name(keeper, module, ""), "hasattr", attribute):
            return False
    return ask(value, "callable")


def is_subclass(value: Any, classes: Any) -> bool:
    if type(classes) is tuple:
        return any(is_subclass(value, cls) for cls in classes)
    if isinstance(classes, Standin):
        return REAL["issubclass"](value, classes)
    if type(value) is ClassStandin and any(base is classes for base in lineage(value)):
        return True
    try:
        return ask_library(value, "builtins", "issubclass", classes)
    except TrustedValueError:  # a class of the suite, from which nothing over there derives
        return False


def ask_library(value: Any, module: str, name: str, *arguments: Any) -> Any:
    return value.__autograder_keeper__().current().ask("library", [module, name, value, *arguments])


def signature(value: Any, **_: Any) -> inspect.Signature:
    """As `inspect.signature`.

    Raises:
        ValueError, TypeError: Python finds none over there, or what is told of it is none.
    """
    parameters, returned = ask(value, "signature")
    empty = inspect.Parameter.empty
    return inspect.Signature(
        [
            inspect.Parameter(
                name,
                inspect._ParameterKind(kind),
                default=default[0] if default else empty,
                annotation=annotation[0] if annotation else empty,
            )
            for name, kind, default, annotation in parameters
        ],
        return_annotation=returned[0] if returned else empty,
    )


def argument_specification(value: Any) -> inspect.FullArgSpec:
    found = list(signature(value).parameters.values())

    def of(*kinds: Any) -> list[str]:
        return [parameter.name for parameter in found if parameter.kind in kinds]

    kind, empty = inspect.Parameter, inspect.Parameter.empty
    defaults = tuple(p.default for p in found if p.default is not empty and p.kind is not kind.KEYWORD_ONLY)
    return inspect.FullArgSpec(
        of(kind.POSITIONAL_ONLY, kind.POSITIONAL_OR_KEYWORD),
        next(iter(of(kind.VAR_POSITIONAL)), None),
        next(iter(of(kind.VAR_KEYWORD)), None),
        defaults or None,
        of(kind.KEYWORD_ONLY),
        {p.name: p.default for p in found if p.kind is kind.KEYWORD_ONLY and p.default is not empty} or None,
        {p.name: p.annotation for p in found if p.annotation is not empty},
    )


def source_lines(value: Any) -> tuple[list[str], int]:
    """As `inspect.getsourcelines`; of what the outline of a file has, from the file itself."""
    place = place_of(value)
    if place:
        file, (first, last) = place
        return file.read_text(encoding="utf-8").splitlines(keepends=True)[first - 1 : last], first
    lines, first = ask_library(value, "inspect", "getsourcelines")
    return list(lines), first


def place_of(value: Any) -> tuple[Path, list[int]] | None:
    """Return the file of a name of the submission, and its first and last line there."""
    keeper = value.__autograder_keeper__()
    origin = value._ClassStandin__autograder_state[1] if isinstance(type(value), type) and type(value) is ClassStandin else None
    if type(value) is Name:
        origin = value._Name__autograder_state[1:]
    if not isinstance(origin, tuple) or not origin[1]:
        return None
    module, name, _ = keeper.classes.entry(*origin)
    outline = keeper.classes.outlines.get(module)
    file = file_of(keeper, module)
    return (file, outline.lines[name]) if outline and name in outline.lines and file.exists() else None


def file_of(keeper: Any, module: str) -> Path:
    return Path(keeper.stage, *module.split(".")).with_suffix(".py")


def file_name(value: Any) -> str:
    keeper = value.__autograder_keeper__()
    return str(file_of(keeper, str(value.__getattr__("__module__"))))


def dataclass_fields(value: Any) -> tuple:
    """As `dataclasses.fields`."""
    found = []
    for name, kind, default, init, shown in ask(value, "fields"):
        field: Any = dataclasses.field(init=bool(init), repr=bool(shown), **({"default": default[0]} if default else {}))
        field.name, field.type = name, kind
        field._field_type = dataclasses._FIELD  # type: ignore[attr-defined]
        found.append(field)
    return tuple(found)


def as_dict(value: Any, *, dict_factory: Callable = dict) -> Any:
    found = ask_library(value, "dataclasses", "asdict")
    return found if dict_factory is dict else dict_factory(list(found.items()))


def is_dataclass(value: Any) -> bool:
    return bool(ask_library(value, "dataclasses", "is_dataclass"))


def test_module(module: Any, *, verbose: bool = False) -> doctest.TestResults:
    """As `doctest.testmod` for a module of the submission: its examples are its own, and so is what comes of them."""
    failed, attempted, report = ask(module.__autograder_name__(), "doctest", bool(verbose))
    if type(failed) is not int or type(attempted) is not int:
        raise TypeError("doctest has counted nothing")
    print(report, end="")
    return doctest.TestResults(failed, attempted)


def reload(module: Any) -> Any:
    """As `importlib.reload` for a module of the submission."""
    keeper = module.__autograder_name__().__autograder_keeper__()
    keeper.classes.reloaded.add(module.__name__)
    ask_library(module.__autograder_name__(), "importlib", "reload")
    return module


FUNCTIONS: dict[tuple[types.ModuleType, str], Callable] = {
    (inspect, "signature"): signature,
    (inspect, "getfullargspec"): argument_specification,
    (inspect, "getsourcelines"): source_lines,
    (inspect, "getsource"): lambda value: "".join(source_lines(value)[0]),
    (inspect, "getfile"): file_name,
    (inspect, "getsourcefile"): file_name,
    (inspect, "getmodule"): lambda value, *_: sys.modules.get(value.__getattr__("__module__")),
    (inspect, "isabstract"): lambda value: bool(ask_library(value, "inspect", "isabstract")),
    (dataclasses, "fields"): dataclass_fields,
    (dataclasses, "asdict"): as_dict,
    (dataclasses, "astuple"): call_there("dataclasses", "astuple"),
    (dataclasses, "replace"): call_there("dataclasses", "replace"),
    (dataclasses, "is_dataclass"): is_dataclass,
}


def for_standins(real: Callable, ours: Callable) -> Callable:
    """A function that is `ours` where its first argument is a stand-in, and `real` otherwise."""

    def function(*arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        if arguments and is_standin(arguments[0]):
            return ours(*arguments, **keywords)
        return real(*arguments, **keywords)

    return named_as(function, real)


def for_modules(real: Callable, ours: Callable) -> Callable:
    def function(*arguments: Any, **keywords: Any) -> Any:
        if not arguments or not hasattr(type(arguments[0]), "__autograder_name__"):
            return real(*arguments, **keywords)
        if not arguments[0].__autograder_name__().__autograder_keeper__().active:
            raise AutograderError(f"the suite calls {real.__name__} on the submission outside of a test; do so in a fixture")
        return ours(*arguments, **keywords)

    return named_as(function, real)


def module_source(real: Callable) -> Callable:
    def getsource(value: Any) -> str:
        if hasattr(type(value), "__autograder_name__"):
            return Path(value.__file__).read_text(encoding="utf-8")
        return real(value)

    return named_as(getsource, real)


def named_as(function: Callable, real: Callable) -> Callable:
    function.__name__, function.__qualname__, function.__doc__ = real.__name__, real.__qualname__, real.__doc__
    function.__module__ = real.__module__
    return function


@contextmanager
def standins_understood() -> Iterator[None]:
    """While this lasts, these functions take stand-ins."""
    real_callable, real_issubclass = REAL["callable"], REAL["issubclass"]

    def callable_(value: Any) -> bool:
        if real_issubclass(type(value), Standin) and by_test():
            return is_callable(value)
        return real_callable(value)

    def issubclass_(value: Any, classes: Any) -> bool:
        if real_issubclass(type(value), Standin) and value.__autograder_keeper__().active and by_test():
            return is_subclass(value, classes)
        return real_issubclass(value, classes)

    real_check = abc.ABCMeta.__instancecheck__

    def instance_check(cls: Any, value: Any) -> bool:
        if cls.__module__ == "collections.abc" and is_standin(value):
            with suppress(SubmissionFailure, AutograderError):  # whatever looks at a value must not end the test
                return ask(value, "isinstance", cls)  # a stand-in has the methods of every one of them
        return real_check(cls, value)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(abc.ABCMeta, "__instancecheck__", instance_check)
        patch.setattr(builtins, "callable", named_as(callable_, real_callable))
        patch.setattr(builtins, "issubclass", named_as(issubclass_, real_issubclass))
        for (module, name), ours in FUNCTIONS.items():
            patch.setattr(module, name, for_standins(getattr(module, name), ours))
        patch.setattr(inspect, "getsource", module_source(inspect.getsource))
        patch.setattr(doctest, "testmod", for_modules(doctest.testmod, test_module))
        patch.setattr(importlib, "reload", for_modules(importlib.reload, reload))
        yield
