"""What the known submissions of an assignment come to, and whether it is what their files ask for.

They are graded as a class is, by forks of one collected session; those that need other limits, or no sandbox, one by one.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import pytest
from executed import executed_functions, reached_tests, without_case
from gradings import grade_folder, grade_together, graders
from known import TEST_SECONDS, Corpus, short_id
from many import Many

from autograder.authoring.mistakes import Mistake
from autograder.grading.acceptance import SandboxMode
from autograder.grading.outcome import Outcome

PRINTED_AT_MOST = 100_000  # characters kept of what one test prints
FEW = 17  # tests that one mistake costs at most, if it is to show that each of them can fail by itself
PATIENCE = 600  # seconds for one grading; two take about five, and a busy machine a multiple of that

EVERY = 8  # of the known submissions one so many is graded in CI; `autograder audit` says when the others have to be
Asked = tuple[str, SandboxMode]  # name of a known submission, or of a folder of the assignment; how it is graded


@contextmanager
def graded(corpus: Corpus, asked: Iterable[Asked], into: Path) -> Iterator["Graded"]:
    """Grade two at a time what is asked for, each known submission by the tests that it can reach.

    Those that no test looks at together are graded as one.
    """
    many = Many(corpus.assignment, into)
    with graders(corpus.assignment.sandbox.preload) as pool:
        try:
            yield Graded(corpus, pool, many, dict.fromkeys(asked), into)
        finally:
            many.end()


class Graded:
    """Gradings of an assignment, which begin when this is made."""

    def __init__(self, corpus: Corpus, pool: Pool, many: Many, asked: Collection[Asked], into: Path) -> None:
        self.corpus = corpus
        known = corpus.submissions
        executing = pool.apply_async(executed_functions, (corpus,))
        folders = [(name, mode) for name, mode in asked if name not in known]
        self.folders = {
            (name, mode): pool.apply_async(grade_folder, (corpus.assignment.folder, name, mode))
            for name, mode in dict.fromkeys([(str(corpus.assignment.reference), "auto"), *folders])
            if (name, mode) != (corpus.assignment.reference, "off")
        }
        executed, self.of_reference = executing.get(PATIENCE)
        alone = [([known[name]], mode) for name, mode in asked if name in known and mode != "auto"]
        grouped = corpus.together(known[name] for name, mode in asked if name in known and mode == "auto")
        self.known: dict[Asked, tuple[Any, dict[str, set[str]]]] = {}
        for index, (group, mode) in enumerate([*alone, *((group, "auto") for group in grouped)]):
            tests = {one.name: reached_tests(corpus, one, executed) for one in group}
            place = into / f"{index}"
            place.mkdir()
            wanted = set().union(*tests.values())
            grading: Any
            if mode == "auto" and all(one.name not in TEST_SECONDS for one in group):
                grading = many.add([corpus.hand_in(group, place)], wanted)
            else:
                grading = pool.apply_async(grade_together, (corpus, group, wanted, place, mode))
            self.known |= {(one.name, mode): (grading, tests) for one in group}
        many.start()

    def outcome(self, name: str, mode: SandboxMode = "auto") -> Outcome:
        """What a known submission, and those that are graded with it, or a folder of the assignment comes to."""
        if (name, mode) == (self.corpus.assignment.reference, "off"):
            return self.of_reference
        grading = self.folders.get((name, mode)) or self.known[name, mode][0]
        return grading.get(PATIENCE * (len(self.folders) + len(self.known)))

    @cached_property
    def all_tests(self) -> dict[str, float]:
        """The points of all tests by their short ids, as the reference shows them; 0 of a test that is not scored."""
        records = self.outcome(str(self.corpus.assignment.reference)).records
        return {short_id(record.nodeid): record.max_score or 0.0 for record in records}

    def among(self, tests: Collection[str]) -> dict[str, float]:
        """Those of all tests, by their short ids, that are among `tests`, ids without cases."""
        wanted = {short_id(test) for test in tests}
        return {name: points for name, points in self.all_tests.items() if without_case(name) in wanted}

    def check(self, name: str, mode: SandboxMode = "auto") -> None:
        """Assert that a known submission gets exactly its verdicts."""
        outcome, tests = self.outcome(name, mode), self.known[name, mode][1]
        check_complete(outcome, self.among(set().union(*tests.values())))
        check_verdicts(self.corpus.submissions[name], outcome, self.among(tests[name]))

    def check_folder(self, name: str, points: float, mode: SandboxMode = "auto") -> None:
        """Assert that a folder of the assignment has these points: all, or none."""
        outcome = self.outcome(name, mode)
        check_complete(outcome, self.all_tests)
        assert outcome.score == (points, sum(part.points for part in self.corpus.assignment.parts))
        assert {record.status for record in outcome.records} == {"passed" if points else "failed"}

    def check_that_every_test_fails(self) -> None:
        """Assert that every test with points fails for a submission that passes most others."""
        failed, few = set(), min(FEW, len(self.all_tests) // 2)
        for known in self.corpus.submissions.values():
            expected = known.expected(self.all_tests)
            mistakes = [name for name, (_, high) in expected.items() if high < self.all_tests[name]]
            failed |= set(mistakes if len(mistakes) <= few else [])
        assert {name for name, points in self.all_tests.items() if points} - failed == set()


def check_complete(outcome: Outcome, all_tests: dict[str, float]) -> None:
    """Every test of the suites stands in the outcome once, with its points; the tool has nothing to regret."""
    assert sorted(short_id(record.nodeid) for record in outcome.records) == sorted(all_tests)
    assert {short_id(record.nodeid): record.max_score or 0.0 for record in outcome.records} == all_tests
    assert outcome.score[1] == pytest.approx(sum(all_tests.values()))
    assert [record.nodeid for record in outcome.records if record.status == "broken" or record.needs_human] == []
    for record in outcome.records:
        assert (record.status == "passed") <= (record.score == record.max_score), record.nodeid
        assert (record.status == "failed") <= (not record.max_score or record.score < record.max_score), record.nodeid
        assert record.status == "passed" or record.reason, f"{record.nodeid} fails without a reason"
        assert len(record.printed) <= PRINTED_AT_MOST, record.nodeid


def check_verdicts(known: Mistake, outcome: Outcome, all_tests: dict[str, float]) -> None:
    """The tests that the submission must fail give what it must get, with the right reason; all others are passed.

    Args:
        all_tests: those that the submission can reach. In others, those that are graded with it lose points.
    """
    expected = known.expected(all_tests)
    records = [record for record in outcome.records if short_id(record.nodeid) in all_tests]
    surprises = [
        f'"{short_id(record.nodeid)}" = {score}, expected {low:g} to {high:g}: {record.reason}'
        for record in records
        for score, (low, high) in [(record.score or 0.0, expected[short_id(record.nodeid)])]
        if not low <= score <= high
    ]
    assert not surprises, "\n".join([f"{known.name}: {known.describe}", *surprises])
    reasons = {short_id(record.nodeid): record.reason for record in records}
    for name, phrase in known.says.items():
        assert phrase in reasons[name], f"{known.name}: the reason of {name} is\n{reasons[name]}"


def check_corpus(corpus: Corpus, mistakes: int, solutions: int) -> None:
    """Assert that an assignment has at least so many mistakes, each of which costs points, and other solutions."""
    assert len(corpus.mistakes) >= mistakes
    assert len(corpus.solutions) >= solutions
    assert [name for name, mistake in corpus.mistakes.items() if not mistake.fails] == []


def mark_of(place: int) -> pytest.MarkDecorator:
    """How a known submission is marked, by its place in the corpus."""
    return pytest.mark.thorough if place % EVERY else pytest.mark.slow


def asked_for(items: Iterable[pytest.Item], fixture: str, **parameters: Any) -> list[Asked]:
    """What the tests of this run that use a fixture, and have these parameters, ask for by `name` and `mode`."""
    calls = [getattr(item, "callspec", None) for item in items if fixture in getattr(item, "fixturenames", ())]
    found = [call.params for call in calls if call and "name" in call.params]
    return [(one["name"], one.get("mode", "auto")) for one in found if parameters.items() <= one.items()]
