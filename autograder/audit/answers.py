"""What mutants answer, for staff who grade: mistakes/mutants.json. A mistake that nobody has written down can be one of them.

A mutant that a test of its own part has killed was not run by slow tests and by those of other parts. So it explains a
submission only where these have no say.
"""

from collections.abc import Iterable, Sequence

from autograder.assignment import Assignment
from autograder.audit.grading import GradedMutant
from autograder.audit.mutants import Mutant
from autograder.audit.whole import Audit
from autograder.errors import AssignmentError
from autograder.gradescope.wording import plural
from autograder.grading.mistakes.fingerprint import are_same
from autograder.grading.mistakes.library import MUTANTS, Answers, Described, Library, digest_of_tests


def kept(assignment: Assignment, audit: Audit) -> Library:
    """The answers of the mutants of an audit, and those that the file has of mutants of other files."""
    tests = digest_of_tests(assignment)
    before = earlier(assignment, tests)
    others = before.without(*(name for name in before.answers if name.partition(":")[0] in audit.files))
    groups = alike(audit.graded)
    return Library(
        {**others.mistakes, **{group[0].mutant.id: Described(words(group)) for group in groups}},
        {**others.answers, **{group[0].mutant.id: group[0].answers for group in groups}},
        tests,
    )


def earlier(assignment: Assignment, tests: str) -> Library:
    """What the file has; nothing where it was made with other tests."""
    try:
        found = Library.read(assignment.folder / MUTANTS)
    except AssignmentError:
        found = Library({}, {})
    return found if found.tests == tests else Library({}, {})


def alike(graded: Iterable[GradedMutant]) -> list[list[GradedMutant]]:
    """Put together mutants with the same answers in the same tests, but for those that fail none, or could not be judged."""
    groups: dict[frozenset[str], list[list[GradedMutant]]] = {}
    for one in graded:
        if one.answers and not one.faults:
            of_tests = groups.setdefault(frozenset(one.answers), [])
            group = next((group for group in of_tests if are_alike(group[0].answers, one.answers)), None)
            if group:
                group.append(one)
            else:
                of_tests.append([one])
    return [group for of_tests in groups.values() for group in of_tests]


def are_alike(some: Answers, others: Answers) -> bool:
    return all(are_same(answers, others[test]) for test, answers in some.items())


def words(group: Sequence[GradedMutant]) -> str:
    """The first change of a group, as in: the reference with ..."""
    others = f", or {plural(len(group) - 1, 'other change')}" if len(group) > 1 else ""
    return f"{changed(group[0].mutant)}{others} ({place(group[0].mutant)})"


def changed(mutant: Mutant) -> str:
    before, after = (" ".join(text.split()) for text in (mutant.before, mutant.after))
    return f"`{after}` in place of `{before}`" if after else f"`{before}` left out"


def place(mutant: Mutant) -> str:
    return f"{mutant.file}, {mutant.function}" if mutant.function else mutant.file
