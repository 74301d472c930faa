"""All texts of a file in the zip: its own text, and texts that are packed, encoded or escaped in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from autograder.authoring.leaks.containers import parts
from autograder.authoring.leaks.documents import in_json
from autograder.authoring.leaks.encodings import PLAIN_SHARE, texts
from autograder.authoring.leaks.escapes import hidden_in
from autograder.authoring.leaks.parts import Budget, Part, Unreadable

MOST_NESTED = 6  # archives in archives, texts encoded twice


@dataclass(frozen=True)
class Place:
    """Where something stands.

    Attributes:
        file: its name in the zip, and below it the names in archives.
        line: what it is told to stand in; None where its own lines are those of the file.
        how: it is written there, in words; "" as it is.
    """

    file: str
    line: int | None = None
    how: str = ""


@dataclass(frozen=True)
class Reading:
    """What a file says in one way of reading it.

    Attributes:
        content: the bytes of a file or of a part of an archive, None for a text that is none.
        numbers: of an array.
        amid: whether it is pieces amid other bytes, in which any few digits may stand by chance.
    """

    place: Place
    text: str = ""
    content: bytes | None = None
    numbers: frozenset[float] = frozenset()
    amid: bool = False


@dataclass(frozen=True)
class Unread:
    """Something that cannot be read, and why."""

    place: Place
    why: str


@dataclass
class Reader:
    """Reads one file of the zip; what it has seen already it does not read again."""

    budget: Budget = field(default_factory=Budget)
    seen: set[str | bytes] = field(default_factory=set)

    def file(self, place: Place, content: bytes, depth: int = 0) -> Iterator[Reading | Unread]:
        """Yield the readings of a file, or of a part of an archive."""
        if content in self.seen:
            return
        self.seen.add(content)
        try:
            yield Reading(place, content=content)
            known = parts(content, self.budget)
            found, is_text = texts(content)
            for text in found:
                yield from self.text(place, text, depth, amid=not is_text)
            if known is not None and depth >= MOST_NESTED:
                raise Unreadable("is nested too deep")
            for part in known or ():
                yield from self.part(place, part, depth + 1)
            if known is None and not is_text and not place.how:  # what was decoded may be nothing at all
                raise Unreadable("is not text and has an unknown format")
        except Unreadable as problem:
            yield Unread(place, str(problem))

    def part(self, place: Place, part: Part, depth: int) -> Iterator[Reading | Unread]:
        inside = Place(f"{place.file}/{part.name}", None, place.how) if part.name else place
        if isinstance(part.content, bytes):
            yield from self.file(inside, part.content, depth)
        elif isinstance(part.content, str):
            yield from self.text(inside, part.content, depth)
        else:
            yield Reading(inside, numbers=part.content)

    def text(self, place: Place, text: str, depth: int, amid: bool = False) -> Iterator[Reading | Unread]:
        if not text or text in self.seen or depth > MOST_NESTED:
            return
        self.seen.add(text)
        self.budget.take(text_letters=len(text))
        yield Reading(place, text, amid=amid)
        for how, line, content in hidden_in(place.file, text):
            there = place if not how else Place(place.file, place.line or line, " in ".join(filter(None, (how, place.how))))
            if isinstance(content, bytes):
                yield from self.decoded(there, content, depth + 1)
            else:
                yield from self.text(there, content, depth + 1)
        if text.lstrip()[:1] in ("{", "["):
            for part in in_json(text):
                yield from self.part(Place(place.file, place.line or 1, place.how or "JSON"), part, depth + 1)

    def decoded(self, place: Place, content: bytes, depth: int) -> Iterator[Reading | Unread]:
        """Yield the readings of what digits stood for, if that is anything."""
        if plain(content) or parts(content, Budget()) is not None:
            for found in self.file(place, content, depth):
                if isinstance(found, Reading):
                    yield found


def plain(content: bytes) -> bool:
    """Whether bytes are a text, most of it in ASCII, as the code is that is looked for."""
    found, is_text = texts(content)
    return is_text and sum("\t" <= letter <= "~" for letter in found[0]) >= PLAIN_SHARE * len(found[0])
