"""Choose which of a student's hand-ins counts, and make the rows of a class."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.course.model import HandIn, Person, Row
from autograder.course.names import key
from autograder.errors import UsageError
from autograder.grading.outcome import Outcome

WAYS = ("latest", "best")
UNSAFE = re.compile(r"[^A-Za-z0-9_.@+-]")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # of Windows, with any ending
MAX_ID = 60  # characters of a row's id, without what tells it from others


@dataclass(frozen=True)
class Choice:
    """A hand-in that counts.

    Attributes:
        number: its place among the hand-ins.
        people: those for whom it counts; of a group perhaps not all.
        others: how many more hand-ins of these people there are.
    """

    number: int
    people: tuple[Person, ...]
    others: int


def choose(hand_ins: Sequence[HandIn], which: str = "latest", scores: Sequence[float | None] | None = None) -> list[Choice]:
    """Say which hand-in counts for each student.

    Each student is looked at alone, in a group as well: whoever has handed in alone after the group, or in another group, has
    that hand-in, and the rest of the group has the group's. So a hand-in can count for some of its people only.

    Args:
        which: "latest": by time, else by the number of the attempt; or "best": by score and, of equal ones, the latest.
        scores: of all hand-ins, with what the policies take off, for "best"; None where grading has failed, which is below all.

    Returns:
        those that count, in the order of the hand-ins.

    Raises:
        UsageError: a student has several, and nothing says which is the latest; the message names all such students.
    """
    if which not in WAYS:
        raise UsageError(f"{which!r} is not a way to choose a submission; use {' or '.join(WAYS)}")
    if which == "best" and scores is None:
        raise ValueError("the best hand-in is known by its score only")
    people: dict[str, Person] = {}
    of_each: dict[str, list[int]] = {}
    for number, hand_in in enumerate(hand_ins):
        for person in hand_in.people:
            people.setdefault(key(person.id), person)
            of_each.setdefault(key(person.id), []).append(number)
    counting: dict[int, list[str]] = {}
    unclear = []
    for who, numbers in of_each.items():
        if scores is not None and which == "best":
            number = max(numbers, key=lambda each: (rank(scores[each]), *order(hand_ins[each]), each))
        else:
            times = [order(hand_ins[each]) for each in numbers]
            if len(numbers) > 1 and not tells_apart([hand_ins[each] for each in numbers]):
                unclear.append(f"{people[who].name or people[who].id} ({', '.join(hand_ins[each].label for each in numbers)})")
            number = numbers[times.index(max(times))]
        counting.setdefault(number, []).append(who)
    if unclear:
        raise UsageError(
            f"these students handed in several times, and the download does not say which is the latest: {'; '.join(unclear)}. "
            "Keep one of each, or pass --count best"
        )
    return [
        Choice(
            number,
            tuple(people[who] for who in counting[number]),
            len({n for who in counting[number] for n in of_each[who]}) - 1,
        )
        for number in sorted(counting)
    ]


def rank(score: float | None) -> float:
    return float("-inf") if score is None else score


def order(hand_in: HandIn) -> tuple[float, int]:
    """Later hand-ins have a larger one."""
    time = float("-inf") if hand_in.time is None else hand_in.time.timestamp()
    return time, -1 if hand_in.attempt is None else hand_in.attempt


def tells_apart(hand_ins: Sequence[HandIn]) -> bool:
    """Whether it is known which is the latest: of all the time is known, or of all the number of the attempt."""
    known = all(hand_in.time for hand_in in hand_ins) or all(
        hand_in.time is None and hand_in.attempt is not None for hand_in in hand_ins
    )
    orders = sorted(map(order, hand_ins))
    return known and orders[-1] != orders[-2]


def make_rows(
    hand_ins: Sequence[HandIn],
    choices: Sequence[Choice],
    absent: Sequence[Person] = (),
    roster: Sequence[Person] = (),
    outcomes: Sequence[Outcome | None] | None = None,
) -> list[Row]:
    """Return the rows of a class: those of the hand-ins that count, and of those who have handed in nothing.

    Args:
        absent: who has handed in nothing.
        roster: the rows are in its order; those who are in no roster come last, by name.
        outcomes: of all hand-ins, where they are graded already.
    """
    places = {key(person.id): place for place, person in enumerate(roster)}
    rows = [
        Row("", choice.people, hand_ins[choice.number], outcomes[choice.number] if outcomes else None, others=choice.others)
        for choice in choices
    ]
    rows += [Row("", (person,)) for person in absent]
    rows.sort(
        key=lambda row: (
            min(places.get(key(person.id), len(places)) for person in row.people),
            key(row.names),
            row.people[0].id,
        )
    )
    for row, name in zip(rows, row_ids(rows), strict=True):
        row.id = name
    return rows


def row_ids(rows: Sequence[Row]) -> list[str]:
    """Return names for the files that belong to the rows: the ids of their students, made safe and unique in any capitals.

    An id that is no safe name of a file, on any system, has part of its SHA-256 added. So has each of several that differ in
    capitals only. All others do not depend on what other rows there are.
    """
    whole = ["+".join(person.id for person in row.people) for row in rows]
    names = [safe_name(text) for text in whole]
    often = Counter(name.casefold() for name in names)
    names = [marked(name, text) if often[name.casefold()] > 1 else name for name, text in zip(names, whole, strict=True)]
    seen: Counter[str] = Counter()
    unique = []
    for name in names:  # the same students in several rows
        seen[name.casefold()] += 1
        number = seen[name.casefold()]
        unique.append(name if number == 1 else f"{name}-{number}")
    return unique


def safe_name(text: str) -> str:
    """A text as the name of a file, on any system."""
    name = UNSAFE.sub("_", text)[:MAX_ID]
    if name != text or name[:1] in ("", ".", "-") or name.endswith(".") or RESERVED.fullmatch(name):
        return marked(name, text)
    return name


def marked(name: str, text: str) -> str:
    """A name with what tells it from those of other texts."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    name = name.strip(".-")
    return f"{'id' if not name or RESERVED.fullmatch(name) else name}-{digest}"
