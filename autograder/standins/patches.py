"""What a suite replaces in libraries while it runs, so that the submission meets the same.

`monkeypatch.setattr(np.linalg, "inv", forbidden)`, `patch("random.choice")` and `random.choice = first` all set an attribute of
a module or class in this process. Each such place is noted with what was there before. Before a process of the submission is
asked for anything, it is told what stands there now; when that is again what was there before, the patch is over.
Modules and classes of the submission need nothing of this: setting an attribute of a stand-in is a request.
"""

import operator
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from _pytest import monkeypatch

from autograder.sandbox.after_import import AfterImport
from autograder.sandbox.patches import MODULES, Place, Spot, put_all
from autograder.standins.lending import OURS, is_public

MOCK = "unittest.mock"
ABSENT = getattr(monkeypatch, "NOTSET", None) or getattr(monkeypatch, "notset", None)  # its own word for that
# What this process has of its own, and what crosses in other ways.
LAST = ("last_type", "last_value", "last_traceback", "last_exc")  # which pytest sets after each failure
OWN = {
    "sys": ("stdin", "stdout", "stderr", "argv", "path", "modules", "meta_path", "path_hooks", *LAST),
    "os": ("environ",),
}
Change = tuple[str, str, str, tuple | None]  # a place; (value,), () for none, or None for what was there before
is_subclass = issubclass  # what the name gives while suites run asks stand-ins


class Patches:
    """The places where something was replaced since the suites began.

    Attributes:
        before: place -> where it is, and what was there before.
        present: what the suite has put there, while that is not in place: see `ours`.
    """

    def __init__(self) -> None:
        self.before: dict[Place, tuple[Spot, tuple]] = {}
        self.present: dict[Place, tuple[Spot, tuple]] | None = None

    def note(self, target: Any, name: Any, before: tuple) -> None:
        """An attribute of a module or class, or an entry of sys.modules, is being replaced."""
        place = place_of(target, name)
        if place and place not in self.before:
            self.before[place] = Spot(target, name), before

    def look(self) -> dict[Place, tuple[Spot, tuple]]:
        """What stands now where something else was before."""
        now = {place: (spot, spot.get()) for place, (spot, _) in self.before.items()}
        return {place: found for place, found in now.items() if not same(found[1], self.before[place][1])}

    @contextmanager
    def ours(self) -> Iterator[None]:
        """While this lasts, all is as it was before: our own code needs functions as they are."""
        outer, self.present = self.present, self.look()
        put_all(self.before[place] for place in self.present)
        try:
            yield
        finally:
            put_all(self.present.values())
            self.present = outer

    @contextmanager
    def theirs(self) -> Iterator[None]:
        """While this lasts, within `ours`, all is as the suite has replaced it."""
        assert self.present is not None
        put_all(self.present.values())
        self.present = None
        try:
            yield
        finally:
            self.present = self.look()
            put_all(self.before[place] for place in self.present)

    def changes(self, known: dict[Place, tuple]) -> list[Change]:
        """What a process must change that has these values in place; from now on they count as changed."""
        present = self.look() if self.present is None else self.present
        found: list[Change] = []
        for place in [place for place in known if place not in present]:
            del known[place]
            found.append((*place, None))
        for place, (_, value) in present.items():
            if place not in known or not same(known[place], value):
                known[place] = value
                found.append((*place, value))
        return found


def same(value: tuple, other: tuple) -> bool:
    return len(value) == len(other) and all(map(operator.is_, value, other))


def place_of(target: Any, name: Any) -> Place | None:
    """Where the other side finds an attribute; None if it is none of a library."""
    if target is sys.modules:
        return MODULES, "", name
    kind = type(target)  # not isinstance, which would ask a stand-in
    if is_subclass(kind, types.ModuleType):
        module, qualname = vars(target).get("__name__"), ""
    elif is_subclass(kind, type):
        module, qualname = target.__module__, target.__qualname__
    else:
        return None
    if not isinstance(module, str) or name in OWN.get(module, ()) or not is_known(module):
        return None
    return module, qualname, name


def is_known(module: str) -> bool:
    """Whether the submission's process finds a module under the same name: of a library, or a support file."""
    spec = getattr(sys.modules.get(module), "__spec__", None)
    return is_public(module) or getattr(spec, "loader_state", None) == "support"


def value_at(target: Any, name: str) -> tuple:
    """(value,) of a module or class, or of sys.modules; () where there is none."""
    known = target is sys.modules or is_subclass(type(target), (types.ModuleType, type))
    return Spot(target, name).get() if known else ()


@contextmanager
def noted(patches: Patches, active: Callable[[], bool]) -> Iterator[None]:
    """While this lasts, what a suite replaces is noted.

    Args:
        active: whether a test or fixture runs.
    """

    class Watched(types.ModuleType):
        """A module of which a plain assignment by the suite is seen. What libraries do to each other is not."""

        def __setattr__(self, name: str, value: Any) -> None:
            if active() and not isinstance(value, types.ModuleType) and is_suite(caller(2)):
                patches.note(self, name, value_at(self, name))
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            if active() and is_suite(caller(2)):
                patches.note(self, name, value_at(self, name))
            super().__delattr__(name)

    watched = [module for name, module in list(sys.modules.items()) if type(module) is types.ModuleType and is_public(name)]
    for module in watched:
        module.__class__ = Watched
    try:
        with pytest.MonkeyPatch.context() as own:
            watch_tools(own, patches)
            with mock_is_watched(own, patches):
                yield
    finally:
        for module in watched:
            module.__class__ = types.ModuleType


def is_suite(module: str) -> bool:
    return not is_public(module) and module.partition(".")[0] not in OURS


def caller(depth: int) -> str:
    return sys._getframe(depth).f_globals.get("__name__", "")


def watch_tools(own: pytest.MonkeyPatch, patches: Patches) -> None:
    """Note what pytest's monkeypatch and unittest.mock replace."""

    def noting(function: Callable, done: str) -> Callable:
        def change(self: Any, *arguments: Any, **keywords: Any) -> Any:
            count = len(getattr(self, done))
            result = function(self, *arguments, **keywords)
            if caller(2).partition(".")[0] in OURS[:1]:  # what this tool replaces is for this process
                return result
            for target, name, before in getattr(self, done)[count:]:
                if done == "_setattr" or target is sys.modules:
                    patches.note(target, name, () if before is ABSENT else (before,))
            return result

        return change

    for name, done in (("setattr", "_setattr"), ("delattr", "_setattr"), ("setitem", "_setitem"), ("delitem", "_setitem")):
        setattr_of_own = getattr(pytest.MonkeyPatch, name)
        own.setattr(pytest.MonkeyPatch, name, noting(setattr_of_own, done))


@contextmanager
def mock_is_watched(own: pytest.MonkeyPatch, patches: Patches) -> Iterator[None]:
    """While this lasts, what unittest.mock replaces is noted; it brings asyncio and ssl along, so it is not loaded for that."""
    if MOCK in sys.modules:
        watch_mock(own, patches, sys.modules[MOCK])
        yield
        return
    hook: Any = AfterImport(MOCK, lambda mock: watch_mock(own, patches, mock))
    sys.meta_path.insert(0, hook)
    try:
        yield
    finally:
        sys.meta_path.remove(hook)


def watch_mock(own: pytest.MonkeyPatch, patches: Patches, mock: Any) -> None:
    enter, fill = mock._patch.__enter__, mock._patch_dict._patch_dict

    def enter_patch(self: Any) -> Any:
        target = self.getter()
        patches.note(target, self.attribute, value_at(target, self.attribute))
        return enter(self)

    def patch_dict(self: Any) -> Any:
        before = dict(sys.modules)
        fill(self)
        for name in {*before, *sys.modules} if self.in_dict is sys.modules else ():
            if sys.modules.get(name) is not before.get(name):
                patches.note(sys.modules, name, (before[name],) if name in before else ())

    own.setattr(mock._patch, "__enter__", enter_patch)
    own.setattr(mock._patch_dict, "_patch_dict", patch_dict)
