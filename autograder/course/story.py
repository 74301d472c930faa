"""Grade a class, from hand-ins to rows: look up stored results, grade the missing ones, and combine them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from autograder.assignment import Assignment
from autograder.course.jobs import (
    Answer,
    Job,
    Taken,
    is_complete,
    is_final,
    outcome_of,
    piece,
)
from autograder.course.keys import Group, Ingredients, digest, of_sources
from autograder.course.model import HandIn
from autograder.course.pool import Engine
from autograder.course.store import Store
from autograder.course.suites import Suites, suites_of
from autograder.grading.mistakes.naming import Namer
from autograder.grading.outcome import Outcome
from autograder.grading.story import variant_of
from autograder.results.ungraded import ungraded

# What can be graded again although its result is stored: tests that were ended because they took too long, or everything.
AGAIN = ("time", "all")
TIME = ("cpu", "wall", "reply")
NAMES = {"tool": "the autograder", "environment": "Python or a library", "settings": "assignment.toml", "mode": "--sandbox"}


@dataclass
class Entry:
    """A hand-in on its way.

    Attributes:
        intake: the key of what is taken of it.
        taken: None while that is not known.
        variant: the code of the students' own numbers.
        missing: the groups whose results are not stored.
        fault: why there is no result, for staff.
        pieces: name of a group -> its result.
    """

    hand_in: HandIn
    intake: str
    variant: str | None = None
    taken: Taken | None = None
    missing: list[Group] = field(default_factory=list)
    fault: str = ""
    pieces: dict[str, dict[str, Any]] = field(default_factory=dict)


class Grading:
    """The grading of a class.

    Args:
        store: of results.
        mode: of the sandbox.
        again: see AGAIN; what else is to be graded again.
    """

    def __init__(self, assignment: Assignment, store: Store, mode: str = "auto", again: Sequence[str] = ()) -> None:
        self.assignment = assignment
        self.store = store
        self.again = again
        self.ingredients = Ingredients.of(assignment, mode)
        whole = self.ingredients.whole()
        found = store.read("suites", whole)
        if found is None:
            found = suites_of(assignment).document()
            store.write("suites", whole, found)
        self.suites = Suites.read(found)
        self.keys: dict[tuple[str, str, str | None], str] = {}
        self.namer = Namer(assignment)

    def entry(self, hand_in: HandIn) -> Entry:
        """Look up what is known of a hand-in."""
        students = [person.id for person in hand_in.people]
        variant = variant_of(self.assignment, students)
        entry = Entry(hand_in, self.ingredients.intake(digest([of_sources(hand_in.sources), variant])), variant)
        known = self.store.read("intake", entry.intake)
        if known:
            entry.taken = Taken.read(known)
        self.look_up(entry, self.again)
        return entry

    def look_up(self, entry: Entry, again: Sequence[str] = ()) -> None:
        """Read what is stored of an entry, and note what is missing."""
        entry.missing = []
        for group in self.suites.groups:
            found = self.stored(group, entry.taken, entry.variant) if entry.taken else None
            if found and not is_asked_again(found, again):
                entry.pieces[group.name] = found
            else:
                entry.missing.append(group)

    def stored(self, group: Group, taken: Taken, variant: str | None) -> dict[str, Any] | None:
        found = self.store.read("results", self.key(group, taken, variant))
        return found if found and is_complete(found, group) else None

    def key(self, group: Group, taken: Taken, variant: str | None) -> str:
        place = (group.name, taken.digest, variant)
        if place not in self.keys:
            self.keys[place] = digest(self.ingredients.piece(group, self.suites.tested, taken.digest, variant))
        return self.keys[place]

    def is_known(self, taken: Taken, variant: str | None, job: Job) -> bool:
        """Whether all results that a job is to work out are stored already, of another hand-in with the same files."""
        wanted = [group for group in self.suites.groups if not job.only or set(group.files) <= set(job.only)]
        return not self.again and all(self.stored(group, taken, variant) for group in wanted)

    def state(self, entry: Entry) -> list[Any]:
        """What an entry is, and the keys of its results."""
        if entry.taken is None:
            return [entry.intake]
        return [entry.intake, *(self.key(group, entry.taken, entry.variant) for group in self.suites.groups)]

    def grade(
        self,
        entries: Sequence[Entry],
        engine_for: Callable[["Grading"], Engine],
        on_done: Callable[[Entry], None] = lambda entry: None,
    ) -> None:
        """Have an engine grade what is missing, and store it.

        Args:
            engine_for: gives the engine.
            on_done: called with each entry that has its result, or a fault.
        """
        waiting = {number: entry for number, entry in enumerate(entries) if entry.missing}

        def on_answer(answer: Answer) -> None:
            entry = waiting[answer.job.number]
            self.take(entry, answer)
            on_done(entry)

        if waiting:
            engine_for(self).run([self.job(number, entry) for number, entry in waiting.items()], on_answer)

    def job(self, number: int, entry: Entry) -> Job:
        whole = len(entry.missing) == len(self.suites.groups)
        only = () if whole else tuple(name for group in entry.missing for name in group.files)
        students = tuple(person.id for person in entry.hand_in.people) if self.assignment.variants else ()
        return Job(number, tuple(str(source) for source in entry.hand_in.sources), students, only)

    def take(self, entry: Entry, answer: Answer) -> None:
        """Store what an answer has, and put it into the entry."""
        if answer.document is None:
            entry.fault = answer.fault
            return
        entry.taken = Taken.read(answer.document["taken"])
        wanted, entry.missing = entry.missing, []
        if entry.taken.refused:  # which may be the machine's fault, and costs little to find again
            return
        self.store.write("intake", entry.intake, asdict(entry.taken))
        for group in wanted:
            key = self.key(group, entry.taken, entry.variant)
            found = piece(answer.document, group) if answer.document["records"] else self.store.read("results", key)
            if not found or not is_complete(found, group):
                entry.missing.append(group)
                entry.fault = f"the tests of {group.name} are not complete in the answer of the grader"
            elif is_final(found):
                self.store.write("results", key, found)
            if found:
                entry.pieces[group.name] = found

    def outcome(self, entry: Entry) -> Outcome | None:
        """The result of an entry; None where there is none."""
        if entry.taken is None or entry.missing:
            return None
        if entry.taken.refused:
            return ungraded(self.assignment, self.suites.records, entry.taken.refused)
        pieces = [entry.pieces[group.name] for group in self.suites.groups]
        return self.namer.name(outcome_of(self.assignment, entry.taken, pieces, entry.variant))


def is_asked_again(found: dict[str, Any], again: Sequence[str]) -> bool:
    """Whether a stored result is of a kind that is to be graded again."""
    if "all" in again:
        return True
    return "time" in again and any(record["killed_for"] in TIME for record in found["records"])


def changes(before: dict[str, Any] | None, now: Ingredients) -> list[str]:
    """What all results depend on and has changed since an earlier run, in words."""
    if before is None:
        return []
    found = []
    for name, words in NAMES.items():
        if before.get(name) != getattr(now, name):
            found.append(words)
    files = {**before.get("files", {}), **now.files}
    found += sorted(name for name in files if before.get("files", {}).get(name) != now.files.get(name))
    return found
