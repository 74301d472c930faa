"""What the submission's process keeps for the suite: objects by handle, arrays that both sides keep in step."""

import importlib
import os
import sys
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from autograder.sandbox.failures import SuiteInterrupt, import_failure, plain_text
from autograder.sandbox.mirrors import Mirror
from autograder.sandbox.naming import Origins, is_library, lineage, own_name
from autograder.sandbox.proxies import Ask, Description, make_proxy
from autograder.sandbox.wire import EXCEPTION_NAMES, EXCEPTIONS, KINDS, MAX_NAME, NAMED_KINDS, Tag

# Classes of libraries that an object may be an instance of, and their numbers: a suite asks isinstance(model, nn.Module).
BASES: dict[type, int] = {}


class UnusableModule(Exception):
    """A module of the submission cannot be used; the cause says why."""

    def __init__(self, module: str, text: str) -> None:
        super().__init__(text)
        self.module = module


class World:
    """What the suite has been given so far: objects by handle, arrays that both sides keep in step."""

    def __init__(self) -> None:
        self.objects: dict[int, Any] = {}
        self.handles: dict[int, int] = {}  # id(object) -> handle
        self.mirrors: dict[int, Mirror] = {}
        self.mirror_ids: dict[int, int] = {}  # id(array or tensor) -> number of its mirror
        self.anchors: dict[int, weakref.ref] = {}  # leaves, by the numbers of what the suite knows that they stand for
        self.let_go: list[int] = []  # numbers of those that nothing here refers to any more, since the last message
        self.next_id = 1
        self.deferred: dict[int, Any] = {}
        self.failed: dict[str, str] = {}  # module -> why it cannot be imported
        self.names: dict[str, dict[str, Any]] = {}  # module -> what it had defined when it was imported
        self.origins = Origins(self.names)
        self.proxies: dict[int, Any] = {}  # of objects of the suite, by their numbers
        self.proxy_ids: dict[int, int] = {}  # id(proxy) -> number
        self.proxy_classes: dict = {}
        self.call_back: Ask | None = None  # uses an object of the suite; the process's conversation sets it
        self.importing: Callable[[], AbstractContextManager] = nullcontext  # surrounds the import of a module
        self.stage = ""

    def new_id(self) -> int:
        self.next_id += 2  # odd numbers are given here, even ones by the suite's side
        return self.next_id

    def handle(self, value: Any) -> list:
        known = self.number_of(value)
        kind = next((name for name, cls in KINDS.items() if isinstance(value, cls)), "")
        named = value if kind in NAMED_KINDS else type(value)
        try:
            name = plain_text(named.__name__)[:MAX_NAME]
        except Exception:  # a name that is no string, a metaclass that raises
            name = "nameless"
        base = next((BASES[cls] for cls in type(value).__mro__ if cls in BASES), None) if BASES else None
        origin = self.class_node(value) if kind == "type" else None if kind in NAMED_KINDS else self.class_node(type(value))
        return [Tag.HANDLE, known, kind, name, base, origin]

    def number_of(self, value: Any) -> int:
        """The number by which the suite knows an object from now on."""
        known = self.handles.get(id(value))
        if known is None:
            known = self.new_id()
            self.handles[id(value)] = known
            self.objects[known] = value
        return known

    def class_node(self, cls: type) -> Any:
        """A class of the submission, nil for any other: [module, name] where these name it, or its number and its own name.

        What an exception class derives from follows: the nearest builtin class, and those of the submission before it.
        """
        try:
            if is_library(cls, self.stage):
                return None
            node = self.origins.of(cls) or (self.number_of(cls), own_name(cls))
            if not issubclass(cls, BaseException):
                return [Tag.LIST, *node]
            known = next(base for base in cls.__mro__ if base in EXCEPTION_NAMES)
            between = [self.origins.of(base) or (self.number_of(base), own_name(base)) for base in lineage(cls, self.stage)]
            return [Tag.LIST, *node, EXCEPTION_NAMES[known], [Tag.LIST, *([Tag.LIST, *base] for base in between)]]
        except Exception:  # a metaclass that is in the way
            return None

    def release(self, ids: list[int]) -> None:
        """Forget handles and mirrors that the suite does not refer to any more."""
        for number in ids:
            if number in self.objects:
                del self.handles[id(self.objects.pop(number))]
            elif number in self.mirrors:
                del self.mirror_ids[id(self.mirrors.pop(number).value)]

    def add_proxy(self, number: int, description: Description) -> Any:
        """Make the proxy of an object that the suite lends for the first time."""

        def ask(*request: Any) -> Any:
            assert self.call_back
            return self.call_back(*request)

        return self.know(number, make_proxy(ask, number, description, self.proxy_classes))

    def suite_error(self, known: str, name: str, own: type | None, arguments: tuple, number: int) -> BaseException:
        """The exception that an object of the suite has raised, as the submission sees it.

        Args:
            known: the nearest builtin class; "" where that is none that code is meant to catch.
            name: of its own class.
            own: its class, if the submission has that.
        """
        base = EXCEPTIONS.get(known, SuiteInterrupt)
        ask = self.call_back
        assert ask

        def attribute(self: BaseException, attribute: str) -> Any:
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            return ask("getattr", number, (attribute,), {})

        space = {"__module__": "tests", "__getattr__": attribute}
        kind: type = base if own is None and name == known else type(name, (own or base,), space)
        error = kind.__new__(kind, *arguments)
        error.args = arguments
        return self.know(number, error)

    def know(self, number: int, proxy: Any) -> Any:
        """Let something stand for the suite's object of that number."""
        self.proxies[number] = proxy
        self.proxy_ids[id(proxy)] = number
        return proxy

    def add_mirror(self, number: int, mirror: Mirror) -> None:
        self.mirrors[number] = mirror
        self.mirror_ids[id(mirror.value)] = number

    def add_anchor(self, number: int, leaf: Any) -> None:
        """Know a leaf by its number for as long as a graph has it."""
        key = id(leaf)

        def forget(_: Any) -> None:
            if self.mirror_ids.get(key) == number:
                del self.mirror_ids[key]
            del self.anchors[number]
            self.let_go.append(number)

        self.anchors[number] = weakref.ref(leaf, forget)
        self.mirror_ids[key] = number

    def take_let_go(self) -> list[int]:
        """What the suite need not keep for this process any more."""
        numbers, self.let_go = self.let_go, []
        return numbers

    def update(self, updates: list) -> None:
        """Take what the suite has written into arrays and tensors that live here."""
        for number, new in updates:
            self.mirrors[number].take(new, partly=len(updates) > 1)

    def drop_mirrors(self, ids: list[int]) -> None:
        """Forget mirrors whose values were not sent after all."""
        for number in ids:
            del self.mirror_ids[id(self.mirrors.pop(number).value)]

    def changes(self) -> list[tuple[int, Mirror]]:
        """What the submission has written into arrays and tensors that the suite has."""
        return [(number, mirror) for number, mirror in self.mirrors.items() if mirror.changed()]

    def resolve(self, module: str, attribute: str) -> Any:
        """Return what `from module import attribute` gives, where that is the first statement to import the module."""
        known = self.names.get(module)
        if known and attribute in known and module not in self.failed:
            return known[attribute]
        loaded = self.load(module)
        if not attribute:
            return loaded
        if attribute in self.names[module]:
            return self.names[module][attribute]
        try:
            if "__getattr__" in self.names[module]:
                return getattr(loaded, attribute)
            return importlib.import_module(f"{module}.{attribute}")
        except (AttributeError, ImportError):
            file = os.path.basename(getattr(loaded, "__file__", None) or module)
            raise UnusableModule(module, f"{file} does not define {attribute}") from None

    def load(self, module: str) -> Any:
        """Import a module of the submission."""
        if module in self.failed:
            raise UnusableModule(module, self.failed[module])
        try:
            with nullcontext() if module in sys.modules else self.importing():
                loaded = importlib.import_module(module)
        except BaseException as error:
            self.failed[module] = import_failure(module, error, self.stage)
            raise UnusableModule(module, self.failed[module]) from None
        if module not in self.names:
            self.names[module] = dict(vars(loaded))
        return loaded
