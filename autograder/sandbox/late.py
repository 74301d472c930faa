"""Libraries that a process gets only when it asks for them, although preloading names them.

A fork server on a lower rung leaves them to the rungs above it; see `ladder.py`. Whatever asks for one all the same, a
statement in a function of the submission or a tensor that arrives, gets it with all that preloading brings along: the modules
of this package that know it, what restrictions forbid of it, and the seeds and modes that the suite has set.
"""

import functools
import importlib
import importlib.machinery
import sys
import time
from collections.abc import Callable, Sequence
from types import CodeType, ModuleType
from typing import Any

from autograder.sandbox.after_import import then
from autograder.sandbox.libraries import code_of, load
from autograder.sandbox.requests import RequestDecoder
from autograder.sandbox.wire import Tag, WireError

# Modules of ours that know a library, each after those that it imports; a confined process cannot read their files.
OURS = {"torch": ("autograder.sandbox.put_off", "autograder.sandbox.tensors", "autograder.sandbox.autograd")}
TAGS = {"torch": (Tag.TENSOR, Tag.CONSTANT, Tag.DEVICE, Tag.SIZE, Tag.TENSOR_STATE)}  # of values that only it can hold


class LateLibraries:
    """Finds the libraries that are left to higher rungs, and does what is due when one has been loaded.

    Attributes:
        due: top-level name -> what is to be done once it is there, in order.
    """

    def __init__(self) -> None:
        self.due: dict[str, list[Callable[[], None]]] = {}
        self.path: list[str] = []
        self.told: Callable[[str, int], None] = lambda library, milliseconds: None

    def leave(self, modules: Sequence[str]) -> None:
        """Leave modules to higher rungs. Called once, by the fork server."""
        self.path = list(sys.path)  # no file of a submission is taken for a library
        for top in dict.fromkeys(module.partition(".")[0] for module in modules):
            if top in sys.modules:
                continue
            self.due[top] = []
            for name in OURS.get(top, ()) if top in modules else ():
                self.when_loaded(top, functools.partial(self.add, name, code_of(name)))
            for tag in TAGS.get(top, ()) if top in modules else ():
                RequestDecoder.READERS[tag] = reader(top, tag)
        if self.due:
            sys.meta_path.insert(0, self)

    def is_due(self, name: str) -> bool:
        """Whether the library that a dotted name begins with is one that was left, and has not been loaded since."""
        return name.partition(".")[0] in self.due

    def when_loaded(self, name: str, action: Callable[[], None]) -> None:
        """Do something as soon as the library that a dotted name begins with has been loaded."""
        self.due[name.partition(".")[0]].append(action)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name not in self.due:
            return None
        began = time.process_time()

        def loaded(module: ModuleType) -> None:
            for action in self.due.pop(name, ()):
                action()
            self.told(name, int(1000 * (time.process_time() - began)))

        return then(importlib.machinery.PathFinder.find_spec(name, self.path), loaded)

    @staticmethod
    def add(name: str, code: CodeType) -> None:
        if name not in sys.modules:
            load(name, code)


LEFT = LateLibraries()


def reader(top: str, tag: int) -> Callable:
    """What reads a value of a library that is not there yet."""

    def read(decoder: RequestDecoder, node: list, depth: int) -> Any:
        importlib.import_module(top)
        if RequestDecoder.READERS[tag] is read:
            raise WireError(f"a value of {top} arrives where it cannot be loaded")
        return RequestDecoder.READERS[tag](decoder, node, depth)

    return read
