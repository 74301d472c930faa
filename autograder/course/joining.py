"""Who has handed in, looked up in the roster: by id, then by e-mail address, then by name; never by what is merely similar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from autograder.course.model import HandIn, Person
from autograder.course.names import key, keys_of, some


@dataclass(frozen=True)
class Joined:
    """Hand-ins with the people of a roster.

    Attributes:
        hand_ins: in the same order as before.
        absent: who of the roster has handed in nothing, in its order.
        notes: for staff.
    """

    hand_ins: Sequence[HandIn]
    absent: Sequence[Person]
    notes: Sequence[str]


def join(hand_ins: Sequence[HandIn], people: Sequence[Person]) -> Joined:
    """Put the people of a roster in place of those that a download names.

    What a platform calls a student (`Person.accounts`) is compared with what the roster says of that platform. Only where the
    roster says nothing of it, it is compared with the ids of the roster, and counts where the names do not contradict. A name
    counts where it is the name of one person only, in the roster and in the download. Capitals never count; accents do.

    Args:
        people: the roster; empty if there is none.
    """
    if not people:
        return Joined(hand_ins, (), ())
    book = Roster(people, [person for hand_in in hand_ins for person in hand_in.people])
    joined: list[HandIn] = []
    present: set[str] = set()
    by_name: set[str] = set()
    unknown: dict[str, Person] = {}
    for hand_in in hand_ins:
        found: list[Person] = []
        for person in hand_in.people:
            match, how = book.look_up(person)
            if match is None:
                merged = book.apart(person)
                unknown[key(merged.id)] = merged
            else:
                merged = merge(match, person)
                present.add(key(match.id))
                if how == "name":
                    by_name.add(match.name)
            if key(merged.id) not in {key(each.id) for each in found}:
                found.append(merged)
        joined.append(replace(hand_in, people=tuple(found)))
    notes = []
    if by_name:
        notes.append(f"found in the roster by name alone: {some(sorted(by_name))}")
    if unknown:
        names = some([f"{person.name} ({person.id})" if person.name else person.id for person in unknown.values()])
        notes.append(f"not in the roster, but graded: {names}")
    return Joined(joined, [person for person in people if key(person.id) not in present], notes)


class Roster:
    """The people of a roster, by all that they may be known by."""

    def __init__(self, people: Sequence[Person], others: Iterable[Person]) -> None:
        """Make the tables.

        Args:
            others: whom the download names.
        """
        self.ids = {key(person.id): person for person in people}
        self.accounts = {(platform, key(account)): person for person in people for platform, account in person.accounts}
        self.platforms = {platform for platform, _ in self.accounts}
        self.emails = unique((key(person.email), person) for person in people if person.email)
        self.names = unique((name, person) for person in people for name in keys_of(person.name))
        self.others = unique((key(person.name), person) for person in others if person.name)

    def look_up(self, person: Person) -> tuple[Person | None, str]:
        """Return who that is, or None, and by what it was found."""
        return next(((match, how) for match, how in self.candidates(person) if match is not None), (None, ""))

    def apart(self, person: Person) -> Person:
        """Somebody who is not in the roster, with an id that nobody in it has."""
        while key(person.id) in self.ids:
            platform = person.accounts[0][0] if person.accounts else "other"
            person = replace(person, id=f"{platform}-{person.id}")
        return person

    def candidates(self, person: Person) -> Iterable[tuple[Person | None, str]]:
        for platform, account in person.accounts:
            yield self.accounts.get((platform, key(account))), "id"
        match = self.ids.get(key(person.id)) or self.accounts.get(("login", key(person.id)))
        told = self.platforms & dict(person.accounts).keys()
        if match and (not person.accounts or not (told or contradict(person, match))):
            yield match, "id"
        yield self.emails.get(key(person.email)), "e-mail"
        if key(person.name) in self.others:
            yield self.names.get(key(person.name)), "name"


def contradict(person: Person, other: Person) -> bool:
    """Whether both have names, and different ones."""
    return bool(person.name and other.name) and key(person.name) not in keys_of(other.name)


def unique(pairs: Iterable[tuple[str, Person]]) -> dict[str, Person]:
    """A table of what stands for one person only."""
    table: dict[str, dict[str, Person]] = {}
    for name, person in pairs:
        table.setdefault(name, {})[key(person.id)] = person
    return {name: next(iter(people.values())) for name, people in table.items() if len(people) == 1}


def merge(person: Person, other: Person) -> Person:
    """Somebody of the roster, with what only the download knows."""
    accounts = tuple((dict(other.accounts) | dict(person.accounts)).items())
    return replace(
        person,
        name=person.name or other.name,
        email=person.email or other.email,
        section=person.section or other.section,
        accounts=accounts,
    )
