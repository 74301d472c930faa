"""Which tests a known submission can reach: those that execute a function that it changes (see autograder/audit/tracing.py).

Changes outside of functions reach all tests of the test files that grade the submission.
"""

from collections.abc import Sequence

from known import WINDOWS_ZIP, Corpus
from reach import suite_of

from autograder.audit.changes import changed_places
from autograder.audit.tracing import Test, traced
from autograder.authoring.mistakes import Mistake
from autograder.grading.outcome import Outcome


def reached_tests(corpus: Corpus, known: Mistake, tests: Sequence[Test]) -> set[str]:
    """Return the tests, by their ids without cases, that can tell a known submission from the reference.

    Args:
        tests: of `executed_functions`.
    """
    suites = corpus.graded_by(known)
    changed = None if known.name == WINDOWS_ZIP else changed_places(corpus, known)
    return {
        without_case(test.nodeid)
        for test in tests
        if suite_of(test.nodeid) in suites and (changed is None or any(test.reaches(*place) for place in changed))
    }


def without_case(nodeid: str) -> str:
    return nodeid.partition("[")[0]


def executed_functions(corpus: Corpus) -> tuple[list[Test], Outcome]:
    """Grade the reference without a sandbox, in this process, once; return what each test executes, and the outcome."""
    return traced(corpus.assignment)
