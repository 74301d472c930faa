"""What has crossed between the suite and one process of the submission: objects, arrays and tensors by number.

The submission's process has the same in its `World`. It numbers what it hands out with odd numbers, this side what it lends
with even ones.
"""

import sys
import types
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox.mirrors import Mirror, Untold, mirror_of
from autograder.sandbox.snapshots import Items
from autograder.standins.failures import ProcessGone, TrustedValueError


def identity(value: Any) -> Any:
    """What tells an object from others; a method is made anew each time that one asks for it."""
    return (id(value.__self__), id(value.__func__)) if type(value) is types.MethodType else id(value)


class Ledger:
    """What both sides know of each other's objects, as this side sees it.

    Attributes:
        serial: the process's number with the fork server.
        lineage: {serial: number}; handles and mirrors of that process are valid here up to that number. The process itself
            has no bound.
        standins: the handles that the suite still holds.
        mirrors: what both sides keep in step. These are strong references: what a suite writes into an array just before it
            drops it must still cross. `written` lets go of those that nobody else holds.
        imported: modules of the submission that the process is known to have imported.
        classes: stand-ins of classes that have no name, by number.
        derived: the first numbers and texts of the submission's own classes, by number, so that members of an enumeration
            are the same ones each time; Python has no weak references to such.
        fetched: what the names that the suite has imported stand for, and its expressions outside of any test.
        raised: exceptions of the submission's own classes that the suite still holds, by number.
        mirror_ids: {id(array or tensor): number of its mirror}.
        anchors: tensors of the suite of which the process has a copy, at which it has cut a graph. It says when it has none.
        released: numbers that the suite has let go since the last request.
        highest: the highest number seen so far.
        last_lent: the last number that this side has given.
        objects: of the suite that were lent to the process, by number: it holds proxies of them.
        object_ids: {identity of the object: number}.
        twins: objects of which the process has ones of its own, by their numbers and by those of their attributes.
        class_ids: the same of classes that the process has made anew, for objects of theirs.
        gone: why the process does not answer any more.
    """

    def __init__(self, serial: int) -> None:
        self.serial = serial
        self.lineage: dict[int, float] = {serial: float("inf")}
        self.standins: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.mirrors: dict[int, Mirror] = {}
        self.mirror_ids: dict[int, int] = {}
        self.anchors: dict[int, Any] = {}
        self.released: list[int] = []
        self.objects: dict[int, Any] = {}
        self.object_ids: dict[Any, int] = {}
        self.class_ids: dict[int, int] = {}
        self.twins: dict[int, Any] = {}
        self.imported: set[str] = set()
        self.classes: dict[int, type] = {}
        self.derived: dict[int, Any] = {}
        self.fetched: dict[Any, Any] = {}
        self.raised: weakref.WeakValueDictionary[int, BaseException] = weakref.WeakValueDictionary()
        self.highest = 0
        self.last_lent = 0
        self.gone: ProcessGone | TrustedValueError | None = None

    def next_number(self) -> int:
        """A number for an array or tensor of the suite."""
        self.last_lent += 2
        return self.last_lent

    def add_mirror(self, number: int, mirror: Mirror) -> None:
        self.mirrors[number] = mirror
        self.mirror_ids[id(mirror.value)] = number

    def add_object(self, number: int, value: Any) -> None:
        self.objects[number] = value
        self.object_ids[identity(value)] = number

    def retain(self, number: int, value: Any, copied: bool) -> None:
        """The submission has kept what it was lent."""
        if copied:
            self.anchors[number] = value  # and no number by which it would be sent again: its content may differ
        else:
            self.add_mirror(number, mirror_of(value))

    def take_released(self) -> list[int]:
        """What is to be let go over there, too."""
        released, self.released = self.released, []
        return released

    def written(self) -> list[tuple[int, Mirror]]:
        """What the suite has written into since the last crossing. What it has dropped is let go."""
        found = []
        for number, mirror in list(self.mirrors.items()):
            alone = sys.getrefcount(mirror.value) == 2  # the mirror's reference, and the call's
            if alone and mirror.idle:
                continue
            if mirror.changed():
                found.append((number, mirror))
            elif alone and not mirror.inherited:
                if mirror.is_held(mirror.value):
                    mirror.idle = True
                    continue
                del self.mirrors[number]
                self.mirror_ids.pop(id(mirror.value), None)
                self.released.append(number)
            mirror.idle = False
        return found

    def is_written(self) -> bool:
        """Whether the suite has written into something since the last crossing."""
        return any(mirror.written() for mirror in self.mirrors.values())

    def overwrite(self, number: int, lent: dict[int, Any], content: Any) -> None:
        """Let a local array or tensor show what the submission has written into it over there.

        Args:
            lent: {number: argument} of the request during which that has happened.
        """
        mirror = self.mirrors.get(number) or mirror_of(lent[number])
        try:
            self.take(mirror, number, content)
        except Untold as error:
            raise TrustedValueError(f"the submission has changed {error} into something that cannot be passed back") from None

    @staticmethod
    def take(mirror: Mirror, number: int, content: Any) -> None:
        own = number % 2 == 1  # the submission's, which may get another shape; an array of the suite cannot follow that
        if type(mirror.value) is np.ndarray:
            value = mirror.value
            if type(content) is Items:
                if own or value.flags.writeable:
                    mirror.take(content)
                return
            if value.size == content.size and value.dtype == content.dtype and (own or value.flags.writeable):
                mirror.take(content.reshape(value.shape))
        else:
            mirror.take(content if own else content.fitting(mirror.value))

    def snapshot(self) -> list[Callable[[], None]]:
        """Functions that give each mirrored array and tensor the content that it has now."""
        return [mirror.remember() for mirror in self.mirrors.values()]

    def copy(self, serial: int) -> "Ledger":
        """That of a copy of the process: what is known here is known there."""
        copy = Ledger(serial)
        copy.lineage.update(self.lineage)
        copy.lineage[self.serial] = self.highest
        copy.standins.update(self.standins)
        copy.classes.update(self.classes)
        copy.imported.update(self.imported)
        copy.raised.update(self.raised)
        copy.derived.update(self.derived)
        copy.fetched.update(self.fetched)
        copy.mirrors = {number: mirror.inherit() for number, mirror in self.mirrors.items()}
        copy.mirror_ids, copy.anchors = dict(self.mirror_ids), dict(self.anchors)
        copy.objects, copy.object_ids, copy.class_ids = dict(self.objects), dict(self.object_ids), dict(self.class_ids)
        copy.twins = dict(self.twins)
        copy.highest, copy.last_lent = self.highest, self.last_lent
        return copy
