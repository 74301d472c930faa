"""Which libraries the process of a test will use, read off the test before it runs, so that it is no heavier than it must be.

A test's code is followed from its names: to what it imports, to functions, classes and fixtures of the suite, and to modules of
the submission, whose own imports the intake has read from their syntax trees. Nothing depends on the answer but time: a
process that turns out to need more loads it (`sandbox/late.py`).
"""

import functools
import types
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.background import BackgroundRun
from autograder.grading.decorations import function_of
from autograder.standins.importer import SubmissionModule
from autograder.standins.keeper import Keeper, Owner
from autograder.standins.names import Name, parts_of

MOST_PARTS = 1000  # of a container that are looked at
SET_UP = (
    "setUp",
    "tearDown",
    "setUpClass",
    "tearDownClass",
    "setup_method",
    "teardown_method",
    "setup_class",
    "teardown_class",
)
SET_UP_MODULE = ("setup_module", "teardown_module", "setup_function", "teardown_function", "setUpModule", "tearDownModule")


class Libraries:
    """What tests will use, as far as their code tells.

    Args:
        preloaded: top-level names of libraries; no others matter.
        uses: module or file of the submission, or support file -> top-level names that it imports.
        folders: of code that is looked through: the suites and the support files.
    """

    def __init__(self, preloaded: Collection[str], uses: Mapping[str, Collection[str]], folders: Iterable[Path]) -> None:
        self.preloaded = frozenset(preloaded)
        self.uses = uses
        self.folders = tuple(f"{folder}/" for folder in folders)
        self.items: dict[str, pytest.Item] = {}
        self.known: dict[str, frozenset[str]] = {}
        self.inside: set[str] = set()  # ids of tests that run whole in the submission's process
        self.prepared: dict[Owner, Any] = {}  # functions that prepare what runs apart
        self.learned: dict[Path, set[str]] = {}  # file of a suite -> what a process of a test in it has loaded late
        self.heard = 0  # of the imports that processes have told
        self.of_module = functools.cache(self.find_of_module)

    def of(self, owner: Owner, keeper: Keeper) -> frozenset[str] | None:
        """What the process of a test, of a scope, or apart from the tests will use; None if that cannot be told."""
        if owner in self.prepared:
            return Reading(self, keeper).read([self.prepared[owner]])
        if owner.scope == "function":
            item = self.items.get(owner.node)
            return self.of_item(item, keeper) if item else None
        found = [self.of_item(item, keeper) for item in self.items.values() if uses_scope(item, owner)]
        return None if None in found or not found else frozenset().union(*filter(None, found))

    def of_item(self, item: pytest.Item, keeper: Keeper) -> frozenset[str] | None:
        if item.nodeid in self.inside:
            return None
        if item.nodeid not in self.known:
            try:
                self.known[item.nodeid] = self.read(item, keeper)
            except Exception:  # an object of the suite that does not let itself be looked at
                self.known[item.nodeid] = self.preloaded
        return self.known[item.nodeid] | self.learned.get(item.path, set())

    def read(self, item: pytest.Item, keeper: Keeper) -> frozenset[str]:
        cls, module = getattr(item, "cls", None), getattr(item, "module", None)
        values = [function_of(item), *getattr(getattr(item, "callspec", None), "params", {}).values()]
        values += [getattr(cls, name, None) for name in SET_UP] if cls else []
        values += [vars(module).get(name) for name in SET_UP_MODULE] if module else []
        values += [fixture.func for fixture in fixtures_of(item)]
        reading = Reading(self, keeper, cls)
        for name in keeper.needs.get(str(item.path), ()):
            reading.meet(name)
        return reading.read(values)

    def learn(self, file: Path, imports: Sequence[tuple[str, int]]) -> None:
        """Note what processes have loaded late: the next tests of that file may need it as well.

        Args:
            imports: of all processes so far, that took long: names and milliseconds.
        """
        new, self.heard = imports[self.heard :], len(imports)
        self.learned.setdefault(file, set()).update(name.partition(".")[0] for name, _ in new)

    def find_of_module(self, name: str) -> frozenset[str]:
        """What a module of the submission imports, with what the modules import that it imports."""
        found, waiting = {name}, [name]
        while waiting:
            for other in self.uses.get(waiting.pop(), ()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return self.preloaded & found

    def is_own(self, file: str | None) -> bool:
        return bool(file) and str(file).startswith(self.folders)


class Reading:
    """Follows the names in some code of a suite.

    Args:
        cls: the class of the test, in which the code may use methods.
    """

    def __init__(self, known: Libraries, keeper: Keeper, cls: type | None = None) -> None:
        self.known = known
        self.cls = cls
        self.classes = {made: module for (module, _), made in keeper.classes.named.items()}
        self.found: set[str] = set()
        self.seen: set[int] = set()

    def read(self, values: Iterable[Any]) -> frozenset[str]:
        waiting = list(values)
        while waiting:
            value = waiting.pop()
            if id(value) not in self.seen:
                self.seen.add(id(value))
                waiting += self.follow(value)
        return frozenset(self.found)

    def meet(self, name: str) -> None:
        """Note the name of a module, or of a program's file; any other text means nothing."""
        top = name.partition(".")[0]
        if top in self.known.preloaded:
            self.found.add(top)
        if name in self.known.uses or top in self.known.uses:
            self.found |= self.known.of_module(name if name in self.known.uses else top)

    def follow(self, value: Any) -> Iterable[Any]:
        """Note what a value needs, and give those that it leads to."""
        kind = type(value)
        if kind is str:
            self.meet(value)
        elif kind is SubmissionModule:
            self.meet(types.ModuleType.__getattribute__(value, "__name__"))
        elif issubclass(kind, Name):
            module, parts = parts_of(value)
            self.meet(module)
            return parts
        elif issubclass(kind, type) and value in self.classes:
            self.meet(self.classes[value])
        elif kind is types.FunctionType and self.known.is_own(value.__code__.co_filename):
            return self.function(value)
        elif kind in (types.MethodType, staticmethod, classmethod):
            return [value.__func__]
        elif kind is functools.partial:
            return [value.func, *value.args, *value.keywords.values()]
        elif kind is property:
            return [value.fget]
        elif kind is BackgroundRun:
            return [value.prepare]
        elif kind in (list, tuple, set, frozenset):
            return list(value)[:MOST_PARTS]
        elif kind is dict:
            return [*value.values()][:MOST_PARTS]
        elif issubclass(kind, type) and self.known.is_own(file_of(value)):
            return [part for base in value.__mro__[:-1] for part in vars(base).values()]
        elif kind is types.ModuleType:
            if not self.known.is_own(getattr(value, "__file__", None)):
                self.meet(value.__name__)
        else:
            self.meet(str((value if issubclass(kind, (type, types.FunctionType)) else kind).__module__))
        return ()

    def function(self, function: types.FunctionType) -> Iterator[Any]:
        yield from (cell.cell_contents for cell in function.__closure__ or () if not is_empty(cell))
        yield from function.__defaults__ or ()
        yield from (function.__kwdefaults__ or {}).values()
        codes = [function.__code__]
        while codes:
            code = codes.pop()
            codes += [part for part in code.co_consts if isinstance(part, types.CodeType)]
            yield from (part for part in code.co_consts if isinstance(part, (str, tuple)))
            yield from self.names(code.co_names, function.__globals__)

    def names(self, names: Collection[str], space: Mapping[str, Any]) -> Iterator[Any]:
        """What names in a function stand for: globals, attributes of its own modules and class, and what it imports."""
        for name in names:
            if name in space:
                yield space[name]
                if type(space[name]) is types.ModuleType and self.known.is_own(getattr(space[name], "__file__", None)):
                    yield from (vars(space[name])[other] for other in names if other in vars(space[name]))
            else:
                self.meet(name)
            for base in self.cls.__mro__[:-1] if self.cls else ():
                if name in vars(base):
                    yield vars(base)[name]


def is_empty(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return True
    return False


def file_of(cls: type) -> str | None:
    """The file that a class was written in, as far as its methods tell."""
    functions = (part for part in vars(cls).values() if type(part) is types.FunctionType)
    return next((function.__code__.co_filename for function in functions), None)


def fixtures_of(item: pytest.Item) -> list[Any]:
    """What pytest has found for a test's fixtures; it has no public name."""
    known = getattr(item, "_fixtureinfo", None)
    return [fixture for found in known.name2fixturedefs.values() for fixture in found] if known else []


def uses_scope(item: pytest.Item, owner: Owner) -> bool:
    """Whether a test lies in a scope and has a fixture of that width."""
    inside = any(node.nodeid == owner.node for node in item.listchain())
    return inside and any(fixture.scope == owner.scope for fixture in fixtures_of(item))
