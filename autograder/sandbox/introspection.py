"""What a suite wants to know about the submission's functions and classes, and its coroutines: operations for `operations`."""

import contextlib
import dataclasses
import importlib
import inspect
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # loaded when it is needed: few suites do
    import asyncio

SLICE_SECONDS = 0.01  # that a coroutine runs before the suite's own ones have their turn
PENDING, DONE, EXHAUSTED = range(3)
MODULES = ("builtins", "copy", "dataclasses", "importlib", "inspect")  # whose functions a suite may have called on an object


def library(module: str, name: str, *arguments: Any, **keywords: Any) -> Any:
    """Call a function of the standard library."""
    if module not in MODULES:
        raise ValueError(f"{module}.{name} is not called here")
    return getattr(importlib.import_module(module), name)(*arguments, **keywords)


def signature(function: Callable) -> tuple:
    """Return what makes an `inspect.Signature`: name, kind, and in tuples default and annotation of each parameter."""
    found = inspect.signature(function)
    parameters = tuple(
        (parameter.name, int(parameter.kind), given(parameter.default), given(parameter.annotation))
        for parameter in found.parameters.values()
    )
    return parameters, given(found.return_annotation)


def given(value: Any) -> tuple:
    return () if value is inspect.Parameter.empty else (value,)


def fields(thing: Any) -> tuple:
    """Return name, type and default (in a tuple) of the fields of a dataclass or its instance."""
    return tuple(
        (field.name, field.type, () if field.default is dataclasses.MISSING else (field.default,), field.init, field.repr)
        for field in dataclasses.fields(thing)
    )


def test_module(module: Any, verbose: bool) -> tuple[int, int, str]:
    """Run the examples in a module's documentation; return how many failed, how many there are, and the report."""
    import doctest

    report = io.StringIO()
    with contextlib.redirect_stdout(report):
        result = doctest.testmod(module, verbose=verbose)
    return result.failed, result.attempted, report.getvalue()


class Coroutines:
    """Runs what the suite awaits. All of it shares one loop, so that coroutines of the submission can wait for each other."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.tasks: dict[int, tuple[Any, asyncio.Task]] = {}  # by the id of the awaitable

    def advance(self, awaitable: Any) -> tuple[int, Any]:
        """Run for a while; return DONE and the result, EXHAUSTED at the end of an asynchronous iterator, or PENDING."""
        import asyncio

        task = self.task(awaitable)
        assert self.loop
        self.loop.run_until_complete(asyncio.wait({task}, timeout=SLICE_SECONDS))
        if not task.done():
            return PENDING, None
        del self.tasks[id(awaitable)]
        return task.result()

    def cancel(self, awaitable: Any) -> bool:
        """Cancel it; return whether that has ended it, as it does unless its code catches CancelledError."""
        import asyncio

        task = self.task(awaitable)
        assert self.loop
        task.cancel()
        self.loop.run_until_complete(asyncio.wait({task}))
        del self.tasks[id(awaitable)]
        return task.cancelled()

    def task(self, awaitable: Any) -> "asyncio.Task":
        import asyncio

        if self.loop is None:
            self.loop = asyncio.new_event_loop()
        known = self.tasks.get(id(awaitable))
        if known is None:
            known = self.tasks[id(awaitable)] = (awaitable, self.loop.create_task(result_of(awaitable)))
        return known[1]


async def result_of(awaitable: Any) -> tuple[int, Any]:
    try:
        return DONE, await awaitable
    except StopAsyncIteration:
        return EXHAUSTED, None


COROUTINES = Coroutines()
OPERATIONS: dict[str, Callable] = {
    "library": library,
    "signature": signature,
    "fields": fields,
    "doctest": test_module,
    "advance": COROUTINES.advance,
    "cancel": COROUTINES.cancel,
    "aiter": lambda value: type(value).__aiter__(value),
    "anext": lambda value: type(value).__anext__(value),
    "aenter": lambda manager: type(manager).__aenter__(manager),
}
