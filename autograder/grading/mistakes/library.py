"""What each known mistake of an assignment answers in each test that it fails: mistakes/answers.json.

    {"format": 1, "tests": DIGEST, "mistakes": DIGEST,
     "ids": ["tests/public/test_1_layers.py::test_linear_bias_gradient", ...],
     "texts": ["grads[\\"bias\\"]", ...],
     "right": {"softmax_with_loops": FROM, ...},
     "of": {"linear_bias_gradient_averaged": {"describe": "...", "hint": "...", "from": FROM,
                                              "fails": [[ID, [ANSWER, ...]], ...]}, ...}}

FROM is a digest of what the verdicts on a mistake, or on another right solution, depend on; `audit/unchanged.py` makes it. An
answer is [kind, text, shape, bits, telling, numbers]; ids, texts and kinds are given by their places. Who makes the file grades
mistakes. Who reads it grades nothing.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.errors import AssignmentError
from autograder.files import write_atomically
from autograder.grading.mistakes.fingerprint import Answer, are_same
from autograder.grading.mistakes.relations import is_round
from autograder.grading.records import Record

FOLDER = "mistakes"
FILE = f"{FOLDER}/answers.json"
MUTANTS = f"{FOLDER}/mutants.json"  # the same of mutants of the reference, which have no names; see `audit/answers.py`
EQUIVALENT = f"{FOLDER}/equivalent.toml"  # of mutants: no mistake depends on it
FORMAT = 1  # of the file, and of the numbers in it
KINDS = ("value", "shape", "finite", "dtype", "said", "type")
AGAIN = "make it again with: autograder audit"
OTHER_TESTS = f"{FILE} was made with other tests; {AGAIN}"
OTHER_TESTS_OF_MUTANTS = f"{MUTANTS} was made with other tests; {AGAIN} --answers"
UNREAD = frozenset({"__pycache__", ".pytest_cache", ".DS_Store"})

Answers = Mapping[str, tuple[Answer, ...]]  # by the ids of the tests that fail


@dataclass(frozen=True)
class Described:
    """What is said of a mistake: to staff, and to a student who has made it; no hint where that is empty."""

    describe: str
    hint: str = ""


@dataclass(frozen=True)
class Library:
    """The known mistakes of an assignment.

    Attributes:
        mistakes: by their names.
        answers: of each, by its name.
        tests: digest of the suites that gave the answers; see `digest_of_tests`.
        sources: digest of the reference and the mistakes; see `digest_of_mistakes`. Empty where some mistakes are missing.
        made_from: digest of what the verdicts on each depend on, by its name; those of right solutions, too.
    """

    mistakes: Mapping[str, Described]
    answers: Mapping[str, Answers]
    tests: str = ""
    sources: str = ""
    made_from: Mapping[str, str] = field(default_factory=dict)

    def is_telling(self, test: str, answer: Answer) -> bool:
        """Whether other mistakes are unlikely to give an answer of these; see `Answer.is_telling`.

        Of a message, the test's own numbers do not count: those that stand in the same place for several mistakes.
        """
        if not answer.is_telling or answer.kind != "said":
            return answer.is_telling
        given = self.given.get((test, answer.what), frozenset())
        return any(not is_round(number) and number not in given for number in answer.numbers)

    @cached_property
    def given(self) -> dict[tuple[str, str], frozenset[float]]:
        """Test and kind of a message -> the numbers that it has for all mistakes, where several get it."""
        found: dict[tuple[str, str], list[tuple[float, ...]]] = {}
        for answers in self.answers.values():
            for test, of_test in answers.items():
                for answer in of_test:
                    if answer.kind == "said":
                        found.setdefault((test, answer.what), []).append(answer.numbers)
        return {
            key: frozenset(numbers[0] for numbers in zip(*rows, strict=False) if len(set(numbers)) == 1)
            for key, rows in found.items()
            if len(rows) > 1
        }

    @classmethod
    def of(
        cls,
        mistakes: Mapping[str, Described],
        records: Mapping[str, Sequence[Record]],
        tests: str = "",
        sources: str = "",
    ) -> "Library":
        """Make the library of what mistakes came to.

        Args:
            records: of all tests that each mistake was graded by, by its name. Those that are not failed do not matter.
        """
        answers = {name: answers_of(records[name]) for name in mistakes}
        return cls(dict(mistakes), {name: found for name, found in answers.items() if found}, tests, sources)

    def without(self, *names: str) -> "Library":
        """The same without some mistakes."""
        kept = {name: found for name, found in self.answers.items() if name not in names}
        return Library({name: self.mistakes[name] for name in kept}, kept, self.tests, self.sources)

    def write(self, path: Path) -> None:
        """Write the file.

        Raises:
            AutograderError: it cannot be written.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text_of(document_of(self)).encode())

    @classmethod
    def read(cls, path: Path) -> "Library":
        """Read the file.

        Raises:
            AssignmentError: it is not there, or not as `write` makes it.
        """
        try:
            found = json.loads(path.read_bytes())
            if found["format"] != FORMAT:
                raise AssignmentError(f"{path} has format {found['format']!r}, and this version reads {FORMAT}; {AGAIN}")
            return library_of(found)
        except OSError as error:
            raise AssignmentError(f"{path}: {error.strerror}; {AGAIN}") from error
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise AssignmentError(f"{path} cannot be read ({type(error).__name__}: {error}); {AGAIN}") from error


def answers_of(records: Iterable[Record]) -> dict[str, tuple[Answer, ...]]:
    """What came where tests failed, by their ids."""
    return {record.nodeid: tuple(map(Answer.read, record.answers)) for record in records if record.status == "failed"}


def document_of(library: Library) -> dict[str, Any]:
    """The library as JSON has it."""
    ids, texts = Places(), Places()

    def plain(answer: Answer) -> list[Any]:
        telling = int(answer.is_telling)
        return [KINDS.index(answer.kind), texts[answer.what], list(answer.shape), answer.bits, telling, list(answer.numbers)]

    of = {
        name: {
            "describe": said.describe,
            "hint": said.hint,
            "from": library.made_from.get(name, ""),
            "fails": [
                [ids[test], [plain(answer) for answer in found]] for test, found in library.answers.get(name, {}).items()
            ],
        }
        for name, said in sorted(library.mistakes.items())
    }
    right = {name: digest for name, digest in sorted(library.made_from.items()) if name not in library.mistakes}
    head = {"format": FORMAT, "tests": library.tests, "mistakes": library.sources, "right": right}
    return {**head, "ids": list(ids.known), "texts": list(texts.known), "of": of}


def text_of(document: Mapping[str, Any]) -> str:
    """The text of the file: a line for each mistake, so that versions of it can be compared."""
    head = {key: value for key, value in document.items() if key != "of"}
    lines = [f"{compact(name)}:{compact(each)}" for name, each in document["of"].items()]
    return compact(head)[:-1] + ',"of":{\n' + ",\n".join(lines) + "\n}}\n"


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass
class Places:
    """Texts that are written once, and given by their places."""

    known: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, text: str) -> int:
        return self.known.setdefault(text, len(self.known))


def library_of(found: Mapping[str, Any]) -> Library:
    """What `document_of` has made of a library."""
    ids, texts = found["ids"], found["texts"]

    def answer(plain: Sequence[Any]) -> Answer:
        kind, text, shape, bits, telling, numbers = plain
        return Answer(KINDS[kind], texts[text], tuple(shape), bits, tuple(map(float, numbers)), bool(telling))

    mistakes = {name: Described(each["describe"], each["hint"]) for name, each in found["of"].items()}
    answers = {
        name: {ids[test]: tuple(map(answer, answers)) for test, answers in each["fails"]} for name, each in found["of"].items()
    }
    answers = {name: each for name, each in answers.items() if each}
    made_from = found.get("right", {}) | {name: each.get("from", "") for name, each in found["of"].items()}
    return Library(mistakes, answers, found["tests"], found["mistakes"], made_from)


# What it was made from


def digest_of_tests(assignment: Assignment) -> str:
    """SHA-256 of all that the suites consist of, and of the support files; the autograder zip has the same."""
    places = [suite.path for suite in assignment.suites]
    files = [path for place in places for path in (files_in(place) if place.is_dir() else [place])]
    named = {path.relative_to(assignment.folder).as_posix(): path for path in files}
    return digest_of(named | {f"support / {name}": path for name, path in assignment.support_files().items()})


def digest_of_mistakes(assignment: Assignment) -> str:
    """SHA-256 of the reference and the mistakes, without what is made of them and the list of equivalent mutants."""
    places = [assignment.folder / name for name in (assignment.reference, FOLDER) if name]
    others = [assignment.folder / name for name in (FILE, MUTANTS, EQUIVALENT)]
    files = [path for place in places for path in files_in(place) if path not in others]
    return digest_of({path.relative_to(assignment.folder).as_posix(): path for path in files})


def files_in(folder: Path) -> Iterable[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in UNREAD]
        yield from (Path(parent, name) for name in names if name not in UNREAD and not name.endswith(".pyc"))


def digest_of(files: Mapping[str, Path]) -> str:
    """SHA-256 of the names of files and of what they hold."""
    whole = hashlib.sha256()
    for name, path in sorted(files.items()):
        whole.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def fault_of(library: Library, assignment: Assignment) -> str:
    """Why a library is not of this assignment as its author has it; empty where it is."""
    if library.tests != digest_of_tests(assignment):
        return OTHER_TESTS
    if library.sources != digest_of_mistakes(assignment):
        return f"{FILE} was made from another reference or other mistakes; {AGAIN}"
    return ""


# Mistakes that no test tells apart


@dataclass(frozen=True)
class Alike:
    """Two mistakes that fail the same tests with the same answers, so that none can be named; and these tests."""

    one: str
    other: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        tests = f"{self.tests[0]}{f' and {len(self.tests) - 1} more' if len(self.tests) > 1 else ''}"
        return f"{self.one} and {self.other}: they give the same answers in {tests}. Other inputs there would tell them apart"


def not_told_apart(library: Library) -> list[Alike]:
    """Return the pairs of mistakes that no test tells apart: square shapes, one sample, zeros or symmetric numbers may be why.

    Mistakes that are described in the same words are one.
    """
    by_tests: dict[frozenset[str], list[str]] = {}
    for name, answers in sorted(library.answers.items()):
        by_tests.setdefault(frozenset(answers), []).append(name)
    return [
        Alike(one, other, tuple(library.answers[one]))
        for names in by_tests.values()
        for one, other in combinations(names, 2)
        if library.mistakes[one].describe != library.mistakes[other].describe
        and all(are_same(answers, library.answers[other][test]) for test, answers in library.answers[one].items())
    ]
