"""The mistake that a submission has made in a part: the one whose own answers are these answers, in all tests that it fails.

A mistake fits a part if the submission fails every test of the part that the mistake fails, with the same answers, and passes
no test of another part that the mistake fails. Mistakes explain the part if each of them fits, no two of them fail the same
test, and together they fail all tests that the submission fails. Where mistakes explain a part in two ways, nobody knows which
it was, and nothing is said. Names come from records alone: nothing is graded again when the library changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.assignment import Assignment
from autograder.errors import AssignmentError
from autograder.grading.mistakes.fingerprint import Answer, are_same
from autograder.grading.mistakes.library import (
    FILE,
    MUTANTS,
    OTHER_TESTS,
    OTHER_TESTS_OF_MUTANTS,
    Answers,
    Described,
    Library,
    answers_of,
    digest_of_tests,
)
from autograder.grading.outcome import Outcome
from autograder.grading.parts import by_part
from autograder.grading.records import Named, Record

MOST_STEPS = 2000  # of the search for mistakes that explain a part together
UNTOLD = frozenset({"nowhere finite"})  # the message of the test has said so


@dataclass(frozen=True)
class Fitting:
    """Mistakes that are described in the same words and give the same answers: one, for whoever names it.

    Attributes:
        name: of the first.
        tests: of the part, that it fails.
        is_telling: it gives an answer in the part that others are unlikely to give.
    """

    name: str
    said: Described
    tests: frozenset[str]
    is_telling: bool


class Namer:
    """Names the mistakes in results of an assignment.

    Attributes:
        library: None where the assignment has none, or none that can be used.
        mutants: changes of the reference, for what no mistake explains; None as above.
        notes: for staff: why they cannot be used.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.notes: list[str] = []
        self.library = self.read(FILE, OTHER_TESTS, "mistakes have no names")
        self.mutants = self.read(MUTANTS, OTHER_TESTS_OF_MUTANTS, "changes of the reference are not looked at")

    def read(self, name: str, other_tests: str, problem: str) -> Library | None:
        path = self.assignment.folder / name
        if not path.is_file():
            return None
        try:
            library = Library.read(path)
        except AssignmentError as error:
            self.notes.append(f"{problem}: {error}")
            return None
        # The reference and the mistakes are not looked at: the autograder zip has none.
        if library.tests != digest_of_tests(self.assignment):
            self.notes.append(f"{problem}: {other_tests}")
            return None
        return library

    def name(self, outcome: Outcome) -> Outcome:
        """Return a result with what explains its failed tests."""
        names = named(self.assignment, outcome.records, self.library, self.mutants)
        records = [
            replace(record, named=names[record.nodeid]) if record.nodeid in names else record for record in outcome.records
        ]
        return replace(outcome, records=records, notes=[*outcome.notes, *self.notes])


def named(
    assignment: Assignment, records: Sequence[Record], library: Library | None = None, mutants: Library | None = None
) -> dict[str, Named]:
    """Return, by the ids of failed tests, what explains them; tests that nothing explains are left out.

    Args:
        mutants: changes of the reference. One of them explains a part where no mistake does, if its answers are telling.
    """
    found: dict[str, Named] = {}
    if all(record.status == "passed" for record in records):
        return found
    # A test that passed only with our files in place of an earlier part's has failed, and has answers.
    unpassed = {record.nodeid for record in records if record.status != "passed" or record.answers}
    for _, of_part in by_part(assignment, records):
        failed = answers_of(of_part)
        if not failed or any(record.status == "broken" for record in of_part):
            continue
        part = {record.nodeid for record in of_part}
        mistakes = explanation(part, unpassed, failed, library) if library else ()
        changes = explanation(part, unpassed, failed, mutants) if mutants and not mistakes else ()
        change = changes[0].said.describe if len(changes) == 1 and changes[0].is_telling else ""
        told = common_relations(failed)
        sure = all(each.is_telling for each in mistakes)
        for test in failed:
            mistake = next((each for each in mistakes if test in each.tests), None)
            if mistake:
                found[test] = Named(mistake.name, mistake.said.describe, mistake.said.hint, told.get(test, ()), sure)
            elif change or test in told:
                found[test] = Named(relations=told.get(test, ()), change=change)
    return found


def explanation(part: set[str], unpassed: set[str], failed: Answers, library: Library) -> tuple[Fitting, ...]:
    """Return the mistakes that explain a part; none where none do, or where they do in two ways.

    Args:
        part: the ids of its tests.
        unpassed: those of all tests that have run and that the submission did not pass by itself.
        failed: the answers of the tests of the part that have failed.
    """
    ways = exact_covers(frozenset(failed), fitting(part, unpassed, failed, library))
    first = next(ways, None)
    if first is None or next(ways, None) is not None:
        return ()
    return first


def fitting(part: set[str], unpassed: set[str], failed: Answers, library: Library) -> list[Fitting]:
    """Return the mistakes that fit a part, by their names."""
    found: dict[tuple[frozenset[str], str], Fitting] = {}
    for name, answers in sorted(library.answers.items()):
        tests = frozenset(answers.keys() & part)
        if not tests or not tests <= failed.keys() or not answers.keys() <= unpassed:
            continue
        if all(are_same(answers[test], failed[test]) for test in tests):
            said = library.mistakes[name]
            telling = any(library.is_telling(test, answer) for test in tests for answer in answers[test])
            found.setdefault((tests, said.describe), Fitting(name, said, tests, telling))
    return list(found.values())


def exact_covers(tests: frozenset[str], fits: Sequence[Fitting]) -> Iterator[tuple[Fitting, ...]]:
    """Yield the ways to choose mistakes that fail each of these tests once; two at least where the search takes too long."""
    steps = 0

    def search(left: frozenset[str], chosen: tuple[Fitting, ...]) -> Iterator[tuple[Fitting, ...]]:
        nonlocal steps
        steps += 1
        if steps > MOST_STEPS:
            yield from (chosen, chosen)
        elif not left:
            yield chosen
        else:
            choices = {test: [each for each in fits if test in each.tests and each.tests <= left] for test in left}
            for each in min(choices.values(), key=len):
                yield from search(left - each.tests, (*chosen, each))

    return search(tests, ())


def common_relations(failed: Mapping[str, tuple[Answer, ...]]) -> dict[str, tuple[str, ...]]:
    """Return, for each failed test of a part, the sentences of those relations that hold for every failed comparison of it."""
    answers = [answer for found in failed.values() for answer in found]
    if not answers or not all(failed.values()):
        return {}
    common = set.intersection(*({relation.name for relation in answer.relations} for answer in answers)) - UNTOLD
    told = {
        test: tuple(dict.fromkeys(each.sentence for answer in found for each in answer.relations if each.name in common))
        for test, found in failed.items()
    }
    return {test: sentences for test, sentences in told.items() if sentences}
