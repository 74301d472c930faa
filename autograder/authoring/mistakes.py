"""Mistakes: wrong submissions with a name, and correct ones in another style, each given as changes to the reference.

    mistakes/NAME/mistake.toml      what is wrong, how it differs, which tests lose points by it
    solutions/NAME/solution.toml    what is done in another way, how it differs; no test may take a point
    mistakes/corpus.toml            about all mistakes; may be missing

Other files in these folders replace the reference's files of the same name. docs/mistakes.md explains the keys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from autograder.assignment import FILE, Assignment, TomlTable, read
from autograder.errors import AssignmentError
from autograder.grading.part import is_id

MISTAKES, SOLUTIONS = "mistakes", "solutions"
FILES = {MISTAKES: "mistake.toml", SOLUTIONS: "solution.toml"}
CORPUS = "corpus.toml"
LEFT = (".", "__pycache__")  # how names begin of what programs leave in folders


class Replacement(NamedTuple):
    """A change to a file of the reference, in which `old` occurs exactly once."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mistake:
    """A mistake, or a right solution in another style: a mistake that costs nothing.

    Attributes:
        folder: where it lies; the folder's name is its name.
        describe: a sentence for staff: what is wrong, or what is done in another way.
        right: whether it is a right solution.
        hint: a question for students that points to the mistake; empty if there is none.
        rename: file -> the name under which it is handed in.
        delete: files that are not handed in.
        replace: changes to files of the reference, carried out in this order.
        files: name -> a file that is handed in in place of the reference's.
        fails: test, or file or class of tests -> points that it gives (from, to). All other tests give all of theirs.
        says: test -> words that the reason of its failure contains.
    """

    folder: Path
    describe: str
    right: bool = False
    hint: str = ""
    rename: Mapping[str, str] = field(default_factory=dict)
    delete: tuple[str, ...] = ()
    replace: tuple[Replacement, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    fails: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def path(self) -> Path:
        """The file that tells of it."""
        return self.folder / FILES[SOLUTIONS if self.right else MISTAKES]

    @property
    def changed(self) -> set[str]:
        """Names of the files that are not the reference's."""
        return {change.file for change in self.replace} | {*self.delete, *self.rename, *self.files}

    def expected(self, tests: Mapping[str, float]) -> dict[str, tuple[float, float]]:
        """Return what each test gives, from and to, by its id.

        Args:
            tests: the points of all tests by their ids.

        Raises:
            AssignmentError: `fails` or `says` names no test.
        """
        expected = {test: (points, points) for test, points in tests.items()}
        for key in (*self.fails, *self.says):
            named = [test for test in tests if is_id(test, key)]
            if not named:
                table = "fails" if key in self.fails else "says"
                raise AssignmentError(f"{self.path}: {table} names {key}, but there is no such test; correct or remove it")
            if key in self.fails:
                expected |= dict.fromkeys(named, self.fails[key])
        return expected


class Corpus:
    """The mistakes and the other right solutions of an assignment.

    Attributes:
        reference: the folder that they differ from.
        mistakes, solutions: by their names, in alphabetical order. No name stands in both.

    Raises:
        AssignmentError: the assignment has no reference, or a file says something that cannot be carried out. The message
            names the file and the key.
    """

    def __init__(self, assignment: Assignment) -> None:
        if not assignment.reference:
            raise AssignmentError(f"{assignment.folder / FILE}: reference is missing; name the folder of the solution")
        self.assignment = assignment
        self.reference = assignment.folder / assignment.reference
        self.mistakes = self.read(MISTAKES)
        self.solutions = self.read(SOLUTIONS)
        for name in sorted(self.mistakes.keys() & self.solutions.keys()):
            raise AssignmentError(f"{self.solutions[name].folder} has the same name as a mistake; rename it")

    def read(self, kind: str) -> dict[str, Mistake]:
        folder = self.assignment.folder / kind
        places = sorted(folder.iterdir()) if folder.is_dir() else []
        folders = [place for place in places if place.is_dir() and not place.name.startswith(LEFT)]
        found = [read_mistake(place / FILES[kind]) for place in folders]
        for mistake in found:
            for name in sorted(mistake.changed - {*self.handed_in}):
                files = ", ".join(self.handed_in)
                raise AssignmentError(f"{mistake.path}: {name} is not a file of the submission; name one of {files}")
        return {mistake.name: mistake for mistake in found}

    @cached_property
    def handed_in(self) -> list[str]:
        """The files of the reference that students hand in."""
        return [*self.assignment.files, *self.assignment.helper_files(self.reference)]

    @cached_property
    def only_for(self) -> dict[str, tuple[str, ...]]:
        """Pattern of names of test files -> files: these tests look only at mistakes that change one of the files.

        Raises:
            AssignmentError: corpus.toml has another key, or names a file that is not handed in.
        """
        path = self.assignment.folder / MISTAKES / CORPUS
        if not path.is_file():
            return {}
        table = TomlTable(path, read(path))
        patterns = table.table("only_for")
        found = {pattern: tuple(patterns.strings(pattern)) for pattern in list(patterns.data)}
        table.finish()
        for pattern, names in found.items():
            for name in sorted({*names} - {*self.handed_in}):
                raise AssignmentError(f"{patterns.place(pattern)} holds {name!r}, which is not a file of the submission")
        return found

    def is_for(self, suite: str, mistake: Mistake) -> bool:
        """Whether a test file looks at a mistake, by what `only_for` says; it looks at every right solution."""
        named = [files for pattern, files in self.only_for.items() if fnmatch(suite.rpartition("/")[2], pattern)]
        return mistake.right or all(mistake.changed & {*files} for files in named)

    def contents_of(self, mistakes: Sequence[Mistake]) -> dict[str, bytes]:
        """Return what is handed in, name -> content, by a student who has made all of these mistakes.

        Raises:
            AssignmentError: a text that is to be replaced does not occur exactly once.
        """
        paths = {name: self.reference / name for name in self.handed_in} | self.assignment.support_files()
        contents = {name: path.read_bytes() for name, path in paths.items()}
        for mistake in mistakes:
            contents |= {name: path.read_bytes() for name, path in mistake.files.items()}
            for number, change in enumerate(mistake.replace):
                contents[change.file] = replaced(contents[change.file], change, f"{mistake.path}: replace[{number}].old")
            for name, other in mistake.rename.items():
                contents[other] = contents.pop(name)
            for name in mistake.delete:
                contents.pop(name, None)
        return contents

    def build(self, mistake: Mistake, into: Path) -> None:
        """Write what is handed in below the folder `into`, which is made.

        Raises:
            AssignmentError: see `contents_of`.
        """
        write_contents(self.contents_of([mistake]), into)


def write_contents(contents: Mapping[str, bytes], into: Path) -> None:
    """Write files, name -> content, below a folder; make the folders they need."""
    for name, content in contents.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def replaced(content: bytes, change: Replacement, place: str) -> bytes:
    source = content.decode("utf-8")
    times = source.count(change.old)
    if times != 1:
        advice = "add lines around it" if times else "write it as the reference has it"
        raise AssignmentError(f"{place} occurs {times} times in {change.file}, not once; {advice}:\n{change.old}")
    return source.replace(change.old, change.new).encode()


def read_mistake(path: Path) -> Mistake:
    """Read a mistake.toml or solution.toml, and which files lie beside it.

    Raises:
        AssignmentError: it is not there, lacks a key, or has one that means nothing or has a wrong value.
    """
    try:
        table = TomlTable(path, read(path))
    except FileNotFoundError:
        raise AssignmentError(f"{path} is missing; write it, or remove {path.parent}") from None
    right = path.name == FILES[SOLUTIONS]
    mistake = Mistake(
        folder=path.parent,
        describe=not_empty(table, "describe"),
        right=right,
        hint=not_empty(table, "hint") if "hint" in table.data and not right else "",
        rename=texts(table.table("rename")),
        delete=tuple(table.strings("delete", ())),
        replace=tuple(
            Replacement(change.take("file", str), not_empty(change, "old"), change.take("new", str))
            for change in table.tables("replace")
        ),
        files=files_beside(path),
        fails={} if right else points(table.table("fails")),
        says={} if right else texts(table.table("says")),
    )
    table.finish()
    return mistake


def files_beside(path: Path) -> dict[str, Path]:
    """The other files in the folder of a file, by their names relative to it."""
    places = [place for place in sorted(path.parent.rglob("*")) if place.is_file() and place != path]
    found = {place.relative_to(path.parent): place for place in places}
    return {name.as_posix(): place for name, place in found.items() if not any(part.startswith(LEFT) for part in name.parts)}


def not_empty(table: TomlTable, key: str) -> str:
    text: str = table.take(key, str)
    if not text.strip():
        raise AssignmentError(f"{table.place(key)} is empty; fill it in")
    return text


def texts(table: TomlTable) -> dict[str, str]:
    return {key: table.take(key, str) for key in list(table.data)}


def points(table: TomlTable) -> dict[str, tuple[float, float]]:
    """Test -> the points that it gives, from and to."""
    found = {}
    for key in list(table.data):
        value = table.take(key, (int, float, list))
        low, high = value if isinstance(value, list) and len(value) == 2 else (value, value)
        if not all(type(limit) in (int, float) for limit in (low, high)) or low > high:
            raise AssignmentError(f"{table.place(key)} is {value}; write the points that the test gives, or [LEAST, MOST]")
        found[key] = (float(low), float(high))
    return found
