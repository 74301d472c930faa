"""The known submissions of an assignment, and what grading one of them comes to.

A folder in tests/submissions, below the assignment's folder, is one submission. Its submission.toml says what is wrong with
it, how it differs from the reference, and what each test that minds must give. Files beside submission.toml are taken as they
are, in place of the reference's.

    describe = "what the student has got wrong, or how this right solution differs"
    quick = true                       runs in the default test run; all others in the full one
    delete = ["optimizers.py"]         not handed in
    rename = { "modules.py" = "modules (1).py" }
    pack = "zip"                       handed in as a zip, in a folder, with what macOS adds
    line_ends = "windows"              every file starts with a byte-order mark and has CRLF line ends
    test_seconds = 2                   the limit of one test, where one is waited for

    [[replace]]                        a change to a file of the reference; old occurs in it exactly once
    file = "modules.py"
    old = "..."
    new = "..."

    [fails]                            points of each test that does not get all of its points, by its id
    "test_1_layers.py::test_relu_forward" = 0.0
    "test_2_optimizer.py" = 0.0        of all tests of that file
    "test_4_training_hidden.py::test_accuracy_on_withheld_images" = [0.0, 1.5]    between these, where training decides

    [says]                             what the reason must contain
    "test_1_layers.py::test_relu_forward" = "has shape"

tests/submissions/corpus.toml, if there is one, is about all of them:

    [only_for]                         suites that grade a wrong submission only if it changes one of these files
    "test_10_*.py" = ["experiments.py"]
"""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from reach import Reach

from autograder.assignment import load, tomllib

SETTINGS = "submission.toml"

Points = tuple[float, float]  # from, to


@dataclass(frozen=True)
class Known:
    """One known submission; the attributes are the keys of its submission.toml."""

    folder: Path
    describe: str
    quick: bool = False
    delete: Sequence[str] = ()
    rename: dict[str, str] = field(default_factory=dict)
    pack: str = ""
    line_ends: str = ""
    test_seconds: float | None = None
    replace: Sequence[dict[str, str]] = ()
    fails: dict[str, float | list[float]] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def changed(self) -> set[str]:
        """The files that are not the reference's."""
        return {change["file"] for change in self.replace} | {*self.delete, *self.rename} | {path.name for path in self.files}

    @property
    def files(self) -> list[Path]:
        """What is taken as it is."""
        return sorted(path for path in self.folder.iterdir() if path.is_file() and path.name != SETTINGS)


class Corpus:
    """The known submissions of an assignment.

    Attributes:
        folder: where they lie.
        submissions: by their names.
        reach: which suites use which files.
    """

    def __init__(self, assignment: Path) -> None:
        self.assignment = load(assignment)
        assert self.assignment.reference, f"{assignment} has no reference, which known submissions differ from"
        self.reference = self.assignment.folder / self.assignment.reference
        self.folder = self.assignment.folder / "tests" / "submissions"
        settings = sorted(self.folder.glob(f"*/{SETTINGS}"))
        known = [Known(path.parent, **tomllib.loads(path.read_text(encoding="utf-8"))) for path in settings]
        self.submissions = {one.name: one for one in known}

    @cached_property
    def reach(self) -> Reach:
        return Reach(self.assignment)

    @cached_property
    def only_for(self) -> dict[str, list[str]]:
        """Suite -> files, as corpus.toml has them for patterns of suites."""
        path = self.folder / "corpus.toml"
        patterns = tomllib.loads(path.read_text(encoding="utf-8"))["only_for"] if path.exists() else {}
        return {suite: files for suite in self.reach.suites for pattern, files in patterns.items() if fnmatch(suite, pattern)}

    def changes_everything(self, known: Known) -> bool:
        """Whether a submission differs in how it is handed in, or in a file that is not asked for."""
        return bool(known.pack or known.line_ends) or not known.changed <= set(self.assignment.files)

    def reached(self, known: Known) -> set[str]:
        """The suites that use a changed file."""
        if self.changes_everything(known):
            return set(self.reach.suites)
        return set().union(*(self.reach.of_file(name) for name in known.changed))

    def graded_by(self, known: Known) -> set[str]:
        """The suites that grade a submission: those that use a changed file, but for what corpus.toml says."""
        reached = self.reached(known)
        if not known.fails or self.changes_everything(known):
            return reached
        return {suite for suite in reached if known.changed & set(self.only_for.get(suite, known.changed))}

    def together(self, submissions: Iterable[Known]) -> list[list[Known]]:
        """Put submissions into groups that are graded as one: no test looks at what two of a group have changed."""
        groups: list[list[Known]] = []
        for known in submissions:
            for group in groups:
                if not any(
                    self.is_apart(known) or self.is_apart(other) or self.reached(known) & self.reached(other) for other in group
                ):
                    group.append(known)
                    break
            else:
                groups.append([known])
        return groups

    def is_apart(self, known: Known) -> bool:
        """Whether it cannot be graded together with another."""
        return known.test_seconds is not None or self.changes_everything(known)

    def build(self, group: Sequence[Known], into: Path) -> Path:
        """Write what a student would hand in who has done all that is said of a group; return its path, below `into`."""
        contents = self.contents_of(group)
        return zipped(contents, into) if any(known.pack == "zip" for known in group) else unpacked(contents, into)

    def contents_of(self, together: Sequence[Known]) -> dict[str, bytes]:
        """Return the files of a student who has done what is said of each of these, which change different files.

        Raises:
            AssertionError: a text to be replaced does not occur exactly once: the reference has changed since.
        """
        paths = {name: self.reference / name for name in self.assignment.files} | self.assignment.support_files()
        contents = {name: path.read_bytes() for name, path in paths.items()}
        for known in together:
            contents |= {path.name: path.read_bytes() for path in known.files}
            for change in known.replace:
                source = contents[change["file"]].decode("utf-8")
                times = source.count(change["old"])
                assert times == 1, f"{known.name}: {change['file']} has {times} times, not once:\n{change['old']}"
                contents[change["file"]] = source.replace(change["old"], change["new"]).encode()
            for name in known.delete:
                del contents[name]
            for name, other in known.rename.items():
                contents[other] = contents.pop(name)
        if any(known.line_ends == "windows" for known in together):
            contents = {name: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") for name, content in contents.items()}
        return contents


def unpacked(contents: dict[str, bytes], into: Path) -> Path:
    folder = into / "handed_in"
    folder.mkdir()
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(contents: dict[str, bytes], into: Path) -> Path:
    archive = into / "handed_in.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(f"my assignment/{name}", content)
            file.writestr(f"__MACOSX/my assignment/._{name}", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        ")
        file.writestr("my assignment/.DS_Store", b"\x00\x00\x00\x01Bud1")
    return archive


def short_id(nodeid: str) -> str:
    """Return "test_1_layers.py::test_relu_forward" for "tests/public/test_1_layers.py::test_relu_forward"."""
    return nodeid.rsplit("/", 1)[-1]


def expected_points(known: Known, all_tests: dict[str, float]) -> dict[str, Points]:
    """Return what each test must give, by its short id: all of its points, but for those in known.fails.

    Args:
        all_tests: the points of all tests by their short ids.

    Raises:
        AssertionError: no test has an id of known.fails or known.says: it was renamed, or is misspelt here.
    """
    expected = {name: (points, points) for name, points in all_tests.items()}
    for key, points in known.fails.items():
        matching = [name for name in all_tests if name == key or name.startswith(f"{key}::")]
        assert matching, f"{known.name}: no test is called {key}"
        low, high = points if isinstance(points, list) else (points, points)
        expected |= dict.fromkeys(matching, (low, high))
    for name in known.says:
        assert name in all_tests, f"{known.name}: no test is called {name}"
    return expected
