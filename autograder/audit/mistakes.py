"""All mistakes and other right solutions of an assignment, graded as a class is, and held against what their files say.

    Corpus ── build ──► folders ── Pool, in forks of one session ──► records ── faults_of ──► GradedMistake

Each is graded with the assignment's own limits, so a mistake that never ends takes the time that the tests which it hangs may
use, and with nothing carried forward: what counts is which tests see it. Where each student has individual numbers, the common
ones are used. A test is left out where its file is not seen to use a file that the mistake changes (`reach.py`), where
corpus.toml says that its file does not look at the mistake, or where it executes no function that the mistake changes
(`tracing.py`). For the last, the suites are run on the reference first, unless only a few are graded. A test that the mistake
must fail is always run.
"""

import difflib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path

from autograder.assignment import Assignment
from autograder.audit.changes import changed_places
from autograder.audit.reach import Reach
from autograder.audit.tracing import Test, reach_of
from autograder.authoring.mistakes import CORPUS, MISTAKES, SOLUTIONS, Corpus, Mistake
from autograder.course.jobs import Answer, Job, record_of
from autograder.course.pool import Pool
from autograder.course.suites import suites_of
from autograder.errors import AssignmentError, AutograderError, UsageError
from autograder.grading.acceptance import SandboxMode
from autograder.grading.carried import uncarried
from autograder.grading.part import is_id
from autograder.grading.records import TOLERANCE, Record
from autograder.sandbox.forked import Nursery
from autograder.text import shorten

FEW = 5  # mistakes for which running the suites on the reference would take longer than it saves
MAX_REASON = 300  # characters of a reason that a fault tells


@dataclass(frozen=True)
class GradedMistake:
    """What the tests make of a mistake, or of another right solution.

    Attributes:
        records: of the tests that were run, once each; empty where it could not be graded.
        faults: in sentences, what is not as it should be. Without any the suites see the mistake as its file says.
    """

    mistake: Mistake
    records: list[Record] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def graded(
    assignment: Assignment,
    nurseries: Sequence[Nursery],
    count: int,
    mode: SandboxMode = "auto",
    begin: Callable[[int], Callable[[GradedMistake], None]] = lambda total: lambda done: None,
    *,
    names: Sequence[str] = (),
    note: Callable[[str], None] = lambda words: None,
) -> list[GradedMistake]:
    """Grade the mistakes and solutions of an assignment.

    Args:
        nurseries: of fork servers, one for each rung; see `Pool`.
        count: of gradings at a time.
        begin: called with their number; what it returns is called with each of them as soon as it is graded.
        names: of those that are graded; empty for all.
        note: is told what staff should know.

    Returns:
        the mistakes, then the solutions, in alphabetical order.

    Raises:
        UsageError: there is no mistake or solution with one of the names.
        AssignmentError: there is no reference, a key of a mistake is wrong, or the suites cannot be collected.
        AutograderError: nothing can be graded here.
        KeyboardInterrupt: a person has interrupted; nothing is left running.
    """
    assignment = uncarried(replace(assignment, variants=False))
    corpus = Corpus(assignment)
    asked = chosen(corpus, names)
    if not asked:
        return []
    tests = suites_of(assignment).records
    files = list(dict.fromkeys(map(file_of, (test.nodeid for test in tests))))
    check_patterns(corpus, files)
    choice = Choice(corpus, tests, Reach(assignment, files), traced_tests(assignment, note) if len(asked) > FEW else [])
    found: dict[int, GradedMistake] = {}
    on_done = begin(len(asked))

    def tell(number: int, one: GradedMistake) -> None:
        found[number] = one
        on_done(one)

    def on_answer(answer: Answer) -> None:
        number = answer.job.number
        tell(number, judged(asked[number], answer, tests, answer.job.only))

    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        jobs = []
        for number, mistake in enumerate(asked):
            place = Path(folder, str(number))
            try:
                corpus.build(mistake, place)
            except AssignmentError as error:
                tell(number, GradedMistake(mistake, faults=[str(error)]))
            else:
                jobs.append(Job(number, (str(place),), only=tuple(choice.tests_for(mistake))))
        Pool(assignment, nurseries, count, mode, note=note).run(jobs, on_answer)
    return [found[number] for number in range(len(asked))]


def chosen(corpus: Corpus, names: Sequence[str]) -> list[Mistake]:
    """The mistakes and solutions that are asked for."""
    known = corpus.mistakes | corpus.solutions
    for name in names:
        if name not in known:
            folders = " or ".join(str(corpus.assignment.folder / kind) for kind in (MISTAKES, SOLUTIONS))
            near = difflib.get_close_matches(name, list(known), n=1)
            told = f"did you mean {near[0]}?" if near else "name folders that are there"
            raise UsageError(f"{name}: there is no such folder in {folders}; {told}")
    return [mistake for name, mistake in known.items() if not names or name in names]


def check_patterns(corpus: Corpus, files: Sequence[str]) -> None:
    """Check that corpus.toml means test files that there are."""
    for pattern in corpus.only_for:
        if not any(fnmatch(file.rpartition("/")[2], pattern) for file in files):
            path = corpus.assignment.folder / MISTAKES / CORPUS
            raise AssignmentError(f"{path}: only_for has {pattern!r}, but no test file has such a name; correct or remove it")


@dataclass(frozen=True)
class Choice:
    """Which tests grade a mistake.

    Attributes:
        tests: all of the assignment.
        reach: which test files use which files of a submission.
        traced: the tests, with what each executes; empty where this is not known.
    """

    corpus: Corpus
    tests: Sequence[Record]
    reach: Reach
    traced: Sequence[Test]

    def tests_for(self, mistake: Mistake) -> list[str]:
        """The ids of the tests that grade a mistake."""
        reached = set().union(*map(self.reach.of_file, mistake.changed)) if mistake.changed else {*self.reach.suites}
        suites = {suite for suite in reached if self.corpus.is_for(suite, mistake)}
        places = changed_places(self.corpus, mistake) if self.traced else None
        found = {test.nodeid for test in self.tests if file_of(test.nodeid) in suites}
        if places is not None:
            found &= {test.nodeid for test in self.traced if any(test.reaches(*place) for place in places)}
        found |= {test.nodeid for test in self.tests if any(is_id(test.nodeid, key) for key in mistake.fails)}
        return [test.nodeid for test in self.tests if test.nodeid in found or not found]  # for a pool, none would mean all


def traced_tests(assignment: Assignment, note: Callable[[str], None]) -> list[Test]:
    """The tests with what each executes of the reference; none where the reference fails some, which `check` reports."""
    try:
        return reach_of(assignment)
    except AutograderError as error:
        note(f"each mistake is graded by all tests of the files that reach it: {error}")
        return []


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def judged(mistake: Mistake, answer: Answer, tests: Sequence[Record], run: Sequence[str]) -> GradedMistake:
    """What an answer of the pool says of a mistake.

    Args:
        tests: all of the assignment, before they have run.
        run: the ids of those that have run.
    """
    if answer.document is None:
        return GradedMistake(mistake, faults=[f"it could not be graded: {answer.fault}"])
    if answer.document["taken"]["refused"]:
        return GradedMistake(mistake, faults=[f"it is refused before a test runs: {answer.document['taken']['refused']}"])
    records = [record_of(record) for record in answer.document["records"]]
    if sorted(record.nodeid for record in records) != sorted(run):
        fault = f"its result has {len(records)} tests, and {len(run)} were to run; run `autograder check`"
        return GradedMistake(mistake, records, [fault])
    return GradedMistake(mistake, records, faults_of(mistake, records, tests))


def faults_of(mistake: Mistake, records: Sequence[Record], tests: Sequence[Record]) -> list[str]:
    """Return what is not as the file of a mistake says, in sentences.

    Args:
        records: of the tests that have run.
        tests: all of the assignment.
    """
    try:
        expected = mistake.expected({test.nodeid: test.max_score or 0.0 for test in tests})
    except AssignmentError as error:
        return [str(error)]
    broken = [record for record in records if record.status == "broken" or record.needs_human]
    if broken:
        return [f"{record.nodeid} could not be run as it should: {told(record)}" for record in broken]
    lost = {record.nodeid: record.score or 0.0 for record in records if (record.score or 0.0) < (record.max_score or 0.0)}
    if not mistake.right and not lost:
        return ["no test sees it: every test gives all its points; add a test that fails, or remove the mistake"]
    if not mistake.right and not mistake.fails:
        lines = "\n".join(f'"{test}" = {score}' for test, score in lost.items())
        return [f"[fails] is empty or missing; if these tests are to lose points, write into {mistake.path.name}:\n{lines}"]
    return [*wrong_points(mistake, records, expected), *wrong_reasons(mistake, records)]


def wrong_points(mistake: Mistake, records: Sequence[Record], expected: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    for record in records:
        score, (low, high) = record.score or 0.0, expected[record.nodeid]
        if low - TOLERANCE <= score <= high + TOLERANCE:
            continue
        given = f"{record.nodeid} gives {score:g} of {record.max_score or 0:g} points"
        if mistake.right:
            yield f"{given} to a right solution: {told(record)}"
        elif any(is_id(record.nodeid, key) for key in mistake.fails):
            asked = f"{low:g}" if low == high else f"{low:g} to {high:g}"
            yield f"{given}, and [fails] says {asked}{': ' if told(record) else ''}{told(record)}"
        else:
            yield f"{given}, and is not in [fails]: {told(record)}"


def wrong_reasons(mistake: Mistake, records: Sequence[Record]) -> Iterator[str]:
    for key, words in mistake.says.items():
        for record in records:
            if is_id(record.nodeid, key) and words not in record.reason:
                yield f"{record.nodeid} does not say {words!r}, which [says] asks for: {told(record) or 'it has passed'}"


def told(record: Record) -> str:
    return shorten(record.why(staff=True).strip(), MAX_REASON)
