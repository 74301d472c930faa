"""The parts of a file, one after the other, and how much of it is searched."""

import zlib
from dataclasses import dataclass
from typing import IO


class Unreadable(Exception):
    """Nobody knows what a file holds; the text says why."""


@dataclass
class Budget:
    """How much of one file of the zip is looked through, whatever it unfolds to."""

    content_bytes: int = 64 << 20
    text_letters: int = 8 << 20
    parts: int = 5000

    def take(self, content_bytes: int = 0, text_letters: int = 0) -> None:
        """Count one more part.

        Raises:
            Unreadable: it is too much.
        """
        self.content_bytes -= content_bytes
        self.text_letters -= text_letters
        self.parts -= 1
        if min(self.content_bytes, self.text_letters, self.parts) < 0:
            raise Unreadable("holds more than is looked through")

    def read(self, file: IO[bytes]) -> bytes:
        """Return all that an open file holds, which a small one may have been packed from."""
        content = file.read(self.content_bytes + 1)
        self.take(len(content))
        return content


@dataclass(frozen=True)
class Part:
    """Something in a file: bytes that are looked at as a file would be, a text, or numbers.

    Attributes:
        name: that it has there; "" for the only one.
    """

    name: str
    content: bytes | str | frozenset[float]


def inflated(content: bytes, budget: Budget) -> bytes:
    found = zlib.decompressobj().decompress(content, budget.content_bytes + 1)
    budget.take(len(found))
    return found
