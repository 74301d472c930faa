"""Mirrors: arrays and tensors that both sides hold and keep in step.

Each side has a `Mirror` of the value that it holds, under a number that both know. It tells whether the value was written to,
says what it has become, and takes over what the other side's has become.
"""

import contextlib
import copy
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox.encoder import Encoder
from autograder.sandbox.snapshots import Items, changed_items, changes, holds, snapshot_of


class Untold(Exception):
    """A value has become something over there that cannot be told here."""


class Mirror:
    """This side of a value that both sides hold, and its state when the two last agreed.

    Attributes:
        loaded: whether this side has the content. Of a parameter that only takes part in a graph, the suite has none.
        inherited: from the process that this one is a copy of.
        idle: nobody could have written to it since it was last looked at.
    """

    update_types: tuple[type, ...]  # of what the other side sends when its value has changed
    loaded = True
    inherited = False
    idle = False

    def __init__(self, value: Any) -> None:
        self.value = value
        self.state = self.look()

    def look(self) -> Any:
        """What tells one content from another."""
        raise NotImplementedError

    def changed(self) -> bool:
        """Whether the value was written to since the last crossing; it counts as crossed from now on."""
        before, self.state = self.state, self.look()
        return self.state != before

    def written(self) -> bool:
        """Whether the value was written to since the last crossing; it still has to cross."""
        return self.look() != self.state

    def load(self, loaded: bool) -> None:
        """Keep the content in step from now on, or not."""
        self.loaded = loaded
        self.state = self.look()

    def encode(self, encoder: Encoder) -> Any:
        """What the other side's value must become."""
        raise NotImplementedError

    def take(self, new: Any, partly: bool = False) -> None:
        """Become what the other side's value is.

        Args:
            partly: bring only the items that differ from the common state; another view of the same memory has others.
        """
        raise NotImplementedError

    def remember(self) -> Callable[[], None]:
        """Return a function that gives the value its present content back."""
        raise NotImplementedError

    @classmethod
    def of_written(cls, value: Any, original: Any) -> "Mirror | None":
        """The mirror of a copy, if it was written to since it was made."""
        raise NotImplementedError

    @staticmethod
    def is_held(value: Any) -> bool:
        """Whether something refers to the value that Python does not count."""
        return False

    @staticmethod
    def is_aliased(value: Any) -> bool:
        """Whether something else refers to the value's memory."""
        return False

    def inherit(self) -> "Mirror":
        """The mirror of the same value in a copy of the other side's process."""
        mirror = copy.copy(self)
        mirror.inherited = True
        return mirror


class ArrayMirror(Mirror):
    """An array.

    Attributes:
        items: those that were found to have changed last, if they were few.
        untold: whether what was found to have changed is still to be encoded.
    """

    update_types = (np.ndarray, Items)
    value: np.ndarray
    items: Items | None = None
    untold = False

    def look(self) -> bytes | bytearray:
        return snapshot_of(self.value)

    def changed(self) -> bool:
        if holds(self.value, self.state):
            return False
        self.items = None if self.untold else changed_items(self.value, self.state)
        self.untold = True
        if not (self.items and self.items.put_into(self.state, self.value.nbytes)):
            self.state = self.look()
        return True

    def written(self) -> bool:
        return not holds(self.value, self.state)

    def encode(self, encoder: Encoder) -> list:
        self.untold = False
        return (self.items and encoder.items_alone(self.items)) or encoder.plain_array(self.value, 0, True)

    def take(self, new: np.ndarray | Items, partly: bool = False) -> None:
        value = self.value
        items = new if type(new) is Items else None
        if items and not items.fit(value):
            return
        written = changes(new, self.state) if partly and type(new) is np.ndarray else None
        writeable = value.flags.writeable
        with contextlib.suppress(ValueError):  # the submission has given it another shape, or protected its base
            if not writeable:
                value.flags.writeable = True
            if type(new) is Items:
                new.put(value)
            elif type(new) is np.ndarray:
                np.copyto(value, new, where=True if written is None else written.reshape(value.shape))
            if not writeable:
                value.flags.writeable = False
        if not (items and items.put_into(self.state, value.nbytes)):
            self.state = self.look()

    def inherit(self) -> Mirror:
        mirror: Any = super().inherit()
        mirror.state = self.state[:]  # a copy, for this is written to
        return mirror

    @staticmethod
    def is_aliased(value: np.ndarray) -> bool:
        base = value.base  # a second array may lie below one that was made by reshaping a new one
        return base is not None and not (type(base) is np.ndarray and base.base is None and sys.getrefcount(base) == 3)

    def remember(self) -> Callable[[], None]:
        content = self.value.copy()

        def restore() -> None:
            if self.value.tobytes() != content.tobytes():
                writeable = self.value.flags.writeable  # it may be the submission's, protected and changed over there
                self.value.flags.writeable = True
                np.copyto(self.value, content)
                self.value.flags.writeable = writeable

        return restore


# By the type of what they mirror; those of tensors are added where torch is used.
MIRROR_KINDS: dict[type, type[Mirror]] = {np.ndarray: ArrayMirror}


def mirror_of(value: Any) -> Mirror:
    return MIRROR_KINDS[type(value)](value)
