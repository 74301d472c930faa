"""What the submission's process keeps for the suite: objects by handle, arrays that both sides keep in step."""

import contextlib
import importlib
import os
import types
from typing import Any

import numpy as np

from autograder.sandbox.failures import import_failure, plain_text
from autograder.sandbox.wire import FINGERPRINT_BYTES, Tag, fingerprint

MAX_NAME = 200
KINDS: tuple[tuple[str, Any], ...] = (
    ("type", type),
    ("module", types.ModuleType),
    ("function", types.FunctionType),
    ("method", types.MethodType),
    ("builtin function", types.BuiltinFunctionType),
    ("generator", types.GeneratorType),
    ("dict", dict),
    ("list", list),
    ("tuple", tuple),
    ("set", set),
    ("frozenset", frozenset),
)
NAMED_KINDS = ("type", "module", "function", "method", "builtin function")


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
        self.mirrors: dict[int, list] = {}  # mirror id -> [array, bytes at the last crossing]
        self.mirror_ids: dict[int, int] = {}  # id(array) -> mirror id
        self.next_id = 1
        self.deferred: dict[int, Any] = {}
        self.failed: dict[str, str] = {}  # module -> why it cannot be imported
        self.stage = ""

    def new_id(self) -> int:
        self.next_id += 2  # odd numbers are given here, even ones by the suite's side
        return self.next_id

    def handle(self, value: Any) -> list:
        known = self.handles.get(id(value))
        if known is None:
            known = self.new_id()
            self.handles[id(value)] = known
            self.objects[known] = value
        kind = next((name for name, types_ in KINDS if isinstance(value, types_)), "")
        named = value if kind in NAMED_KINDS else type(value)
        try:
            name = plain_text(named.__name__)[:MAX_NAME]
        except Exception:  # a name that is no string, a metaclass that raises
            name = "nameless"
        return [Tag.HANDLE, known, kind, name]

    def release(self, ids: list[int]) -> None:
        """Forget handles and mirrors that the suite does not refer to any more."""
        for number in ids:
            if number in self.objects:
                del self.handles[id(self.objects.pop(number))]
            elif number in self.mirrors:
                del self.mirror_ids[id(self.mirrors.pop(number)[0])]

    def add_mirror(self, array: np.ndarray, mirror: int) -> None:
        self.mirrors[mirror] = [array, fingerprint(array)]
        self.mirror_ids[id(array)] = mirror

    def update(self, updates: list) -> None:
        """Take what the suite has written into arrays that live here."""
        for mirror, value in updates:
            array, old = entry = self.mirrors[mirror]
            written = changed_items(value, old) if len(updates) > 1 and value.nbytes <= FINGERPRINT_BYTES else True
            writeable = array.flags.writeable
            with contextlib.suppress(ValueError):  # the submission has given it another shape, or protected its base
                array.flags.writeable = True
                np.copyto(array, value, where=written)
                array.flags.writeable = writeable
            entry[1] = fingerprint(array)

    def drop_mirrors(self, ids: list[int]) -> None:
        """Forget mirrors whose arrays were not sent after all."""
        for number in ids:
            del self.mirror_ids[id(self.mirrors.pop(number)[0])]

    def changes(self) -> list[tuple[int, np.ndarray]]:
        """What the submission has written into arrays that the suite has."""
        found = []
        for mirror, entry in self.mirrors.items():
            now = fingerprint(entry[0])
            if now != entry[1]:
                entry[1] = now
                found.append((mirror, entry[0]))
        return found

    def resolve(self, module: str, attribute: str) -> Any:
        """Return what `from module import attribute` gives."""
        if module in self.failed:
            raise UnusableModule(module, self.failed[module])
        try:
            loaded = importlib.import_module(module)
        except BaseException as error:
            self.failed[module] = import_failure(module, error, self.stage)
            raise UnusableModule(module, self.failed[module]) from None
        if not attribute:
            return loaded
        try:
            return getattr(loaded, attribute)
        except AttributeError:
            file = os.path.basename(getattr(loaded, "__file__", None) or module)
            raise UnusableModule(module, f"{file} does not define {attribute}") from None


def changed_items(value: np.ndarray, old: bytes) -> np.ndarray:
    """Which items of a contiguous array differ from the bytes it had; by bytes, so that -0.0 differs from 0.0.

    Two views of one array may have been written to: each must bring its own changes only.
    """
    before = np.frombuffer(old, np.uint8).reshape(-1, value.itemsize)
    return (value.reshape(-1).view(np.uint8).reshape(-1, value.itemsize) != before).any(axis=1).reshape(value.shape)
