"""Which mistakes need no grading again: all that their verdicts depend on is as it was when they were graded.

A verdict depends on what is handed in, on the mistake's `fails` and `says`, on assignment.toml, on support files, and on the
files of the suites. Test files that the mistake does not reach (`reach.py`) make no difference.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from autograder.assignment import FILE as SETTINGS
from autograder.audit.mistakes import GradedMistake
from autograder.audit.reach import Reach
from autograder.authoring.mistakes import Corpus, Mistake
from autograder.errors import AssignmentError
from autograder.grading.mistakes.library import (
    FILE,
    Described,
    Library,
    answers_of,
    digest_of_mistakes,
    digest_of_tests,
    files_in,
)
from autograder.grading.part import is_id

DIGITS = 16  # of a digest: enough that two never meet by chance


def stored(assignment_folder: Path) -> Library:
    """The answers that are there; none where the file is missing, or of another version."""
    try:
        return Library.read(assignment_folder / FILE)
    except AssignmentError:
        return Library({}, {})


def digests(corpus: Corpus) -> dict[str, str]:
    """Return what the verdicts on each mistake and solution depend on, as a digest by its name.

    Raises:
        AssignmentError: a file of the assignment is no Python.
    """
    suites = Suites(corpus)
    found = {}
    for mistake in (corpus.mistakes | corpus.solutions).values():
        try:
            contents = corpus.contents_of([mistake])
        except AssignmentError:  # grading says what is wrong
            continue
        said = {key: asdict(mistake)[key] for key in ("right", "fails", "says")}
        handed_in = {name: sha256(content).hexdigest() for name, content in sorted(contents.items())}
        whole = json.dumps([said, handed_in, suites.digests_for(mistake)])
        found[mistake.name] = sha256(whole.encode()).hexdigest()[:DIGITS]
    return found


class Suites:
    """The files that verdicts depend on, beside what is handed in."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        assignment = corpus.assignment
        places = [suite.path for suite in assignment.suites]
        paths = [path for place in places for path in (files_in(place) if place.is_dir() else [place])]
        named = {path.relative_to(assignment.folder).as_posix(): path for path in sorted(paths)}
        self.tests = [name for name in named if is_test_file(name) or named[name] in places]
        self.reach = Reach(assignment, self.tests)
        support = {f"support / {name}": path for name, path in assignment.support_files().items()}
        whole = named | support | {SETTINGS: assignment.folder / SETTINGS}
        self.digests = {name: sha256(path.read_bytes()).hexdigest() for name, path in whole.items()}

    def digests_for(self, mistake: Mistake) -> dict[str, str]:
        """Name of a file -> its digest, but for the test files that do not look at a mistake."""
        reached = set().union(*map(self.reach.of_file, mistake.changed)) if mistake.changed else {*self.tests}
        looking = {
            test
            for test in self.tests
            if (test in reached and self.corpus.is_for(test, mistake))
            or any(is_id(test, key.partition("::")[0]) for key in mistake.fails)
        }
        return {name: digest for name, digest in self.digests.items() if name in looking or name not in self.tests}


def is_test_file(name: str) -> bool:
    """Whether pytest would look for tests in a file."""
    file = name.rpartition("/")[2]
    return file.endswith("_test.py") or (file.startswith("test_") and file.endswith(".py"))


def updated(corpus: Corpus, before: Library, now: Mapping[str, str], done: Sequence[GradedMistake]) -> Library:
    """What the mistakes of an assignment answer, those included that have not been graded again.

    A name that is wrong is worse than none: mistakes that were not graded as their files say are left out. As long as some are,
    the file says that it is not of these mistakes.

    Args:
        now: digest of each mistake and solution, by its name.
        done: those that have been graded.
    """
    same = unchanged(before, now) - {one.mistake.name for one in done}
    sound = {one.mistake.name: one.records for one in done if not one.faults}
    names = same | sound.keys()
    mistakes = {name: described(mistake) for name, mistake in corpus.mistakes.items() if name in names}
    answers = {name: answers_of(sound[name]) if name in sound else before.answers.get(name, {}) for name in mistakes}
    return Library(
        mistakes,
        {name: found for name, found in answers.items() if found},
        digest_of_tests(corpus.assignment),
        digest_of_mistakes(corpus.assignment) if names >= {*corpus.mistakes, *corpus.solutions} else "",
        {name: digest for name, digest in now.items() if name in names},
    )


def unchanged(before: Library, now: Mapping[str, str]) -> set[str]:
    """The mistakes and solutions that were graded with all as it is now."""
    return {name for name, digest in now.items() if before.made_from.get(name) == digest}


def changed(corpus: Corpus, before: Library, now: Mapping[str, str]) -> list[str]:
    """The names of the others, which have to be graded."""
    same = unchanged(before, now)
    return [name for name in (*corpus.mistakes, *corpus.solutions) if name not in same]


def described(mistake: Mistake) -> Described:
    return Described(mistake.describe, mistake.hint)
