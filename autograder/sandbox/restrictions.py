"""What files of a submission may use: the libraries that their restriction lists, and no function that it forbids.

It is put in place in the fork server, before there is any submission. An import that is not allowed succeeds and gives a
stand-in, whose use raises: a line that an editor has added costs nothing, and whatever uses the library fails and says so.

Who is asking is read off the call stack. This holds what a file imports by a statement, by `__import__` or `importlib`, in a
function, through another file of the submission or through `sys.modules`. It is no wall: the library is in memory for other
files, and code that searches memory finds it.
"""

import builtins
import contextlib
import functools
import importlib
import importlib.util
import inspect
import os
import re
import sys
import sysconfig
import types
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from autograder.sandbox.withheld import Missing, Shown

STANDARD = sys.stdlib_module_names - {"sys"}  # whose `modules` has everything
PACKAGES = tuple(
    {
        os.path.join(path, "")
        for path in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), os.path.dirname(os.path.dirname(__file__)))
    }
)
MOST_LOOKED_AT = 2000  # values that a function of another file may lead to


class Late(Protocol):
    """See `late.LateLibraries`, which needs NumPy, as this module must not."""

    def is_due(self, name: str) -> bool:
        """Whether the library that a dotted name begins with is still to be loaded."""

    def when_loaded(self, name: str, action: Callable[[], None]) -> None:
        """Do something as soon as it is there."""


class Rule(NamedTuple):
    """What one file may use.

    Attributes:
        libraries: beside Python's own and the submission's; None: any.
        forbidden: dotted names of functions and classes.
    """

    libraries: frozenset[str] | None = None
    forbidden: frozenset[str] = frozenset()


class Place(NamedTuple):
    """Where something is imported for a restricted file.

    Attributes:
        file, line: of the import; the file may be another one, whose function the restricted file has called.
        rule: of the restricted file.
    """

    file: str
    line: int
    rule: Rule

    def sentence(self, what: str, more: str = "") -> str:
        return f"{self.file} imports {what} in line {self.line}{more}; in this file {allowed(self.rule)}"


def allowed(rule: Rule) -> str:
    """Which libraries a file may import, as a clause."""
    names = sorted(rule.libraries or ())
    if not names:
        return "no library is allowed beside Python's own"
    return f"only {' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))} {'is' if len(names) == 1 else 'are'} allowed"


class Restrictions:
    """The restrictions of an assignment, for the submission in one folder.

    Args:
        stage: where the submission's files will be.
        boxes: the folder of the boxes, in each of which there is a copy of them.
        rules: {"files": regular expressions, "libraries": names or None, "forbidden": dotted names}, as `client.Sandbox` sends.
        support: files in the stage that are the assignment's own.
    """

    def __init__(self, stage: str, boxes: str, rules: Sequence[dict[str, Any]], support: Sequence[str] = ()) -> None:
        self.path = re.compile(rf"(?:{re.escape(stage)}|{re.escape(boxes)}/[0-9]+/submission)/(.+)", re.DOTALL)
        self.rules = [([re.compile(pattern) for pattern in rule["files"]], rule) for rule in rules]
        self.support = frozenset(support)
        lists = [frozenset(rule["libraries"]) for rule in rules if rule["libraries"] is not None]
        self.free = STANDARD | {"autograder"} | (frozenset.intersection(*lists) if lists else frozenset())
        self.restricts_imports = bool(lists)
        self.original = builtins.__import__
        self.by_name = importlib.import_module
        self.rule_of = functools.cache(self.find_rule)
        self.submitted = functools.cache(self.find_file)

    def install(self, late: Late) -> list[str]:
        """Put the restrictions in place for all children; return what is forbidden and not there, in words.

        Args:
            late: libraries that a child loads itself, where it does.
        """
        problems = []
        for name in sorted({name for _, rule in self.rules for name in rule["forbidden"]}):
            try:
                if late.is_due(name):
                    late.when_loaded(name, functools.partial(self.forbid_if_there, name))
                else:
                    self.forbid(name)
            except (ImportError, AttributeError, TypeError) as error:
                problems.append(f"{name}, which a restriction forbids: {error}")
        if self.restricts_imports:
            builtins.__import__ = self.guard_statement(self.original)
            importlib.__import__ = self.guard_statement(importlib.__import__)
            importlib.import_module = self.guard_function()
        return problems

    # Whose code it is

    def find_rule(self, file: str) -> Rule:
        own = [rule for patterns, rule in self.rules if any(pattern.fullmatch(file) for pattern in patterns)]
        lists = [frozenset(rule["libraries"]) for rule in own if rule["libraries"] is not None]
        return Rule(
            frozenset.intersection(*lists) if lists else None,
            frozenset(name for rule in own for name in rule["forbidden"]),
        )

    def find_file(self, path: str) -> str | None:
        """The name of a file of the submission by its path; None for any other path."""
        found = self.path.fullmatch(path)
        return found[1] if found else None

    def file_of(self, frame: types.FrameType) -> str | None:
        """The file of the submission that a frame's code stands in, whatever file the code says it is of."""
        path = frame.f_globals.get("__file__")
        return self.submitted(frame.f_code.co_filename) or (self.submitted(path) if type(path) is str else None)

    def importer(self, frame: types.FrameType | None) -> Place | None:
        """The restricted file that an import is made for; None where there is none.

        A file that may use everything imports for itself while it is being imported, and for its caller in its functions. So
        does Python's own library; any other library imports for itself.
        """
        first = None
        while frame is not None:
            file = self.file_of(frame)
            if file is not None:
                if file in self.support:
                    return None
                first = first or (file, frame.f_lineno)
                rule = self.rule_of(file)
                if rule.libraries is not None:
                    return Place(*first, rule)
                if frame.f_code.co_name == "<module>":
                    return None
            elif frame.f_code.co_filename.startswith(PACKAGES):
                return None
            frame = frame.f_back
        return None

    def origin(self, module: str) -> str | None:
        """The file or folder of a module; "" where it has none, None where there is no such module."""
        try:
            spec = importlib.util.find_spec(module)
        except Exception:  # a module may say anything of itself
            return "" if module in sys.modules else None
        return next(iter([spec.origin, *(spec.submodule_search_locations or ())]), "") or "" if spec else None

    def is_own(self, module: str) -> bool:
        """Whether a module lies in the submission."""
        return self.submitted(os.path.join(self.origin(module) or "", "")) is not None

    def is_foreign(self, library: str, rule: Rule) -> bool:
        """Whether a module at top level is a library that is there and that the rule does not allow."""
        if library in sys.stdlib_module_names or library in ("__main__", "autograder") or library in (rule.libraries or ()):
            return False
        return self.origin(library) is not None and not self.is_own(library)

    # Imports

    def guard_statement(self, original: Callable) -> Callable:
        free, slowly = self.free, self.import_for

        def guarded(
            name: str, globals: Any = None, locals: Any = None, fromlist: Sequence[str] = (), level: int = 0
        ) -> Any:  # by the names that callers may use
            if level == 0 and name.partition(".")[0] in free:
                return original(name, globals, locals, fromlist, level)
            place = self.importer(sys._getframe(1))
            if place is None:
                return original(name, globals, locals, fromlist, level)
            return slowly(place, name, level, lambda: original(name, globals, locals, fromlist, level))

        return guarded

    def guard_function(self) -> Callable:
        by_name, slowly = self.by_name, self.import_for

        @functools.wraps(by_name)
        def import_module(name: str, package: str | None = None) -> Any:
            place = self.importer(sys._getframe(1))
            if place is None:
                return by_name(name, package)
            return slowly(place, name, int(name.startswith(".")), lambda: by_name(name, package))

        return import_module

    def import_for(self, place: Place, name: str, level: int, load: Callable[[], Any]) -> Any:
        """Import a module for a restricted file: as it is, without what the file may not use, or a stand-in for it."""
        library = name.partition(".")[0]
        if level == 0 and self.is_foreign(library, place.rule):
            return Missing(place.sentence(library))
        return self.shown(load(), place)

    def shown(self, module: Any, place: Place) -> Any:
        """A module as a restricted file gets it."""
        if module is sys:
            return Shown(module, lambda name, value: self.modules(place) if name == "modules" else value)
        path = getattr(module, "__file__", None)
        file = self.submitted(path) if type(path) is str else None
        if file is None:
            return module
        libraries = self.rule_of(file).libraries
        if file in self.support or (libraries is not None and libraries <= (place.rule.libraries or frozenset())):
            return module
        title = module.__name__

        def look(name: str, value: Any) -> Any:
            library = self.library_behind(value, place.rule, {})
            if library:
                return Missing(place.sentence(title, f", whose {name} uses {library}"))
            return self.shown(value, place) if isinstance(value, types.ModuleType) else value

        return Shown(module, look)

    def modules(self, place: Place) -> dict[str, Any]:
        """`sys.modules` without what a file may not use."""
        tops = {name.partition(".")[0] for name in sys.modules}
        foreign = {name for name in tops if self.is_foreign(name, place.rule)}
        return {name: module for name, module in sys.modules.items() if name.partition(".")[0] not in foreign}

    def library_behind(self, value: Any, rule: Rule, seen: dict[int, Any]) -> str | None:
        """A library that is not allowed and that a value of another file is of, or uses."""
        if id(value) in seen or len(seen) > MOST_LOOKED_AT:
            return None
        seen[id(value)] = value
        if isinstance(value, types.ModuleType):
            top = value.__name__.partition(".")[0]
            return top if self.is_foreign(top, rule) else None
        owner = value if isinstance(value, type) else type(value)
        for name in (
            getattr(value, "__module__", None),
            *(cls.__module__ for cls in owner.__mro__),
            getattr(getattr(value, "__self__", None), "__name__", None),
            getattr(getattr(value, "__self__", None), "__module__", None),
        ):
            top = name.partition(".")[0] if type(name) is str else ""
            if top and self.is_foreign(top, rule):
                return top
        waiting: list[Any] = []
        if isinstance(value, types.FunctionType):
            if self.submitted(value.__code__.co_filename):
                waiting = [value.__globals__[name] for name in names_in(value.__code__) if name in value.__globals__]
        elif isinstance(value, (staticmethod, classmethod)):
            waiting = [value.__func__]
        elif isinstance(value, property):
            waiting = [value.fget]
        elif owner.__module__ in sys.modules and self.is_own(owner.__module__):
            waiting = [*vars(owner).values()]
        return next(filter(None, (self.library_behind(each, rule, seen) for each in waiting)), None)

    # Functions by name

    def forbid(self, dotted: str) -> None:
        """Let a function, or the making of an object of a class, look first who calls it."""
        parts = dotted.split(".")
        owner: Any = self.by_name(parts[0])
        for count, part in enumerate(parts[1:-1], start=2):
            if not hasattr(owner, part):
                self.by_name(".".join(parts[:count]))
            owner = getattr(owner, part)
        kind = inspect.getattr_static(owner, parts[-1])
        if isinstance(kind, type):
            kind.__init__ = self.guarded(kind.__init__, dotted)  # type: ignore[misc]
        elif isinstance(kind, (staticmethod, classmethod)):
            setattr(owner, parts[-1], type(kind)(self.guarded(kind.__func__, dotted)))
        else:
            setattr(owner, parts[-1], self.guarded(kind, dotted))

    def forbid_if_there(self, dotted: str) -> None:
        """As `forbid`, in a child; what is not there was told when the server began."""
        with contextlib.suppress(ImportError, AttributeError, TypeError):
            self.forbid(dotted)

    def guarded(self, function: Any, dotted: str) -> Callable:
        if not callable(function):
            raise TypeError("is no function")

        @functools.wraps(function)
        def guarded(*arguments: Any, **keywords: Any) -> Any:
            self.refuse(dotted, sys._getframe(1))
            return function(*arguments, **keywords)

        del guarded.__wrapped__  # which is what nobody is to call past this
        with contextlib.suppress(TypeError, ValueError):  # a builtin function has none
            guarded.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        return guarded

    def refuse(self, dotted: str, frame: types.FrameType | None) -> None:
        """Raise where a restricted file is among the callers."""
        while frame is not None:
            file = self.file_of(frame)
            if file is not None and dotted in self.rule_of(file).forbidden:
                raise RuntimeError(f"{file} uses {dotted} in line {frame.f_lineno}; in this file it is not allowed")
            if file is not None and frame.f_code.co_name == "<module>":
                return  # what a file does while it is imported it does for itself
            frame = frame.f_back


def names_in(code: types.CodeType) -> set[str]:
    """The names that a function's code mentions, and that of the functions in it."""
    inner = (names_in(part) for part in code.co_consts if isinstance(part, types.CodeType))
    return set(code.co_names).union(*inner)
