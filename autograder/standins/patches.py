"""What a suite replaces in libraries while it runs, so that the submission meets the same.

`monkeypatch.setattr(np.linalg, "inv", forbidden)`, `patch("random.choice")` and `random.choice = first` all set an attribute of
a module or class in this process. Each such place is noted with what was there before. Before a process of the submission is
asked for anything, it is told what stands there now; when that is again what was there before, the patch is over.
Modules and classes of the submission need nothing of this: setting an attribute of a stand-in is a request.
"""

import builtins
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

import pytest
from _pytest import monkeypatch

from autograder.sandbox.patches import MODULES, Place, builtins_as, builtins_now
from autograder.standins.lending import OURS, is_public

is_subclass = issubclass  # what the name gives while suites run asks stand-ins
MISSING: Any = object()
ABSENT = getattr(monkeypatch, "NOTSET", None) or getattr(monkeypatch, "notset", None)  # its own word for that
# What this process has of its own, and what crosses in other ways.
LAST = ("last_type", "last_value", "last_traceback", "last_exc")  # which pytest sets after each failure
OWN = {
    "sys": ("stdin", "stdout", "stderr", "argv", "path", "modules", "meta_path", "path_hooks", *LAST),
    "os": ("environ",),
}
Change = tuple[str, str, str, tuple | None]  # a place; (value,), () for none, or None for what was there before


class Patches:
    """The places where something was replaced since the suites began.

    Attributes:
        before: place -> the module or class, and the value that was there before, or MISSING.
        builtins: the same of builtins, as (value,) or (): our own code runs with these, see `ours`.
        present: the builtins that the suite has put in their place.
    """

    def __init__(self) -> None:
        self.before: dict[Place, tuple[Any, Any]] = {}
        self.builtins: dict[str, tuple] = {}
        self.present: dict[str, tuple] = {}

    @contextmanager
    def ours(self) -> Iterator[None]:
        """While this lasts, builtins are as Python has them."""
        self.present = builtins_now(self.builtins)
        with builtins_as(self.builtins):
            yield

    def theirs(self) -> AbstractContextManager[None]:
        """While this lasts, builtins are as the suite has replaced them."""
        return builtins_as(self.present)

    def note(self, target: Any, name: Any, before: Any) -> None:
        """An attribute of a module or class, or an entry of sys.modules, is being replaced."""
        place = place_of(target, name)
        if place and place not in self.before:
            self.before[place] = target, before
            if target is builtins:
                self.builtins[name] = () if before is MISSING else (before,)

    def changes(self, known: dict[Place, Any]) -> list[Change]:
        """What a process must change that has these values in place; from now on they count as changed."""
        found: list[Change] = []
        for place, (target, before) in self.before.items():
            now = value_at(target, place[2]) if target is not builtins else (*self.present[place[2]], MISSING)[0]
            if now is known.get(place, before):
                continue
            if now is before:
                del known[place]
                found.append((*place, None))
            else:
                known[place] = now
                found.append((*place, () if now is MISSING else (now,)))
        return found


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


def value_at(target: Any, name: str) -> Any:
    if target is sys.modules:
        return sys.modules.get(name, MISSING)
    known = is_subclass(type(target), (types.ModuleType, type))
    return vars(target).get(name, MISSING) if known else MISSING


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
                patches.note(self, name, vars(self).get(name, MISSING))
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            if active() and is_suite(caller(2)):
                patches.note(self, name, vars(self).get(name, MISSING))
            super().__delattr__(name)

    watched = [module for name, module in list(sys.modules.items()) if type(module) is types.ModuleType and is_public(name)]
    for module in watched:
        module.__class__ = Watched
    try:
        with pytest.MonkeyPatch.context() as own:
            watch_tools(own, patches)
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
    enter, fill = mock._patch.__enter__, mock._patch_dict._patch_dict  # type: ignore[attr-defined]

    def enter_patch(self: Any) -> Any:
        target = self.getter()
        patches.note(target, self.attribute, value_at(target, self.attribute))
        return enter(self)

    def patch_dict(self: Any) -> Any:
        before = dict(sys.modules)
        fill(self)
        for name in {*before, *sys.modules} if self.in_dict is sys.modules else ():
            if sys.modules.get(name, MISSING) is not before.get(name, MISSING):
                patches.note(sys.modules, name, before.get(name, MISSING))

    def noting(function: Callable, done: str) -> Callable:
        def change(self: Any, *arguments: Any, **keywords: Any) -> Any:
            count = len(getattr(self, done))
            result = function(self, *arguments, **keywords)
            for target, name, before in getattr(self, done)[count:]:
                if done == "_setattr" or target is sys.modules:
                    patches.note(target, name, MISSING if before is ABSENT else before)
            return result

        return change

    own.setattr(mock._patch, "__enter__", enter_patch)
    own.setattr(mock._patch_dict, "_patch_dict", patch_dict)
    for name, done in (("setattr", "_setattr"), ("delattr", "_setattr"), ("setitem", "_setitem"), ("delitem", "_setitem")):
        setattr_of_own = getattr(pytest.MonkeyPatch, name)
        own.setattr(pytest.MonkeyPatch, name, noting(setattr_of_own, done))
