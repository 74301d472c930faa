"""The known submissions of tests/submissions, and what grading one of them comes to.

A folder there is one submission. Its submission.toml says what is wrong with it, how it differs from the reference, and
what each test that minds must give. Files beside submission.toml are taken as they are, in place of the reference's.

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
"""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from places import ROOT
from reach import ALL_PARTS, REACHES

from autograder.assignment import Assignment, tomllib

FOLDER = ROOT / "tests" / "submissions"
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
    def reached(self) -> set[int]:
        """The parts whose tests import a changed file, or another that imports it."""
        if self.pack or self.line_ends or not self.changed <= set(REACHES):
            return set(ALL_PARTS)
        return {part for name in self.changed for part in REACHES[name]}

    @property
    def parts(self) -> tuple[int, ...]:
        """The parts that are graded: those that a changed file can reach."""
        reached = self.reached
        if self.fails and reached != set(ALL_PARTS) and "experiments.py" not in self.changed:
            reached.discard(10)  # the experiments take so little of other files that no mistake in these shows there
        return tuple(sorted(reached))

    @property
    def is_apart(self) -> bool:
        """Whether it cannot be graded together with another."""
        return self.test_seconds is not None or self.reached == set(ALL_PARTS)

    @property
    def files(self) -> list[Path]:
        """What is taken as it is."""
        return sorted(path for path in self.folder.iterdir() if path.is_file() and path.name != SETTINGS)


def known_submissions() -> list[Known]:
    """Return all known submissions by name."""
    settings = sorted(FOLDER.glob(f"*/{SETTINGS}"))
    return [Known(path.parent, **tomllib.loads(path.read_text(encoding="utf-8"))) for path in settings]


def together(submissions: Iterable[Known]) -> list[list[Known]]:
    """Put submissions into groups that are graded as one: no test looks at what two of a group have changed."""
    groups: list[list[Known]] = []
    for known in submissions:
        for group in groups:
            if not any(known.is_apart or other.is_apart or known.reached & other.reached for other in group):
                group.append(known)
                break
        else:
            groups.append([known])
    return groups


def build(group: Sequence[Known], assignment: Assignment, into: Path) -> Path:
    """Write what a student would hand in who has done all that is said of a group; return its path, below `into`."""
    contents = contents_of(group, assignment)
    return zipped(contents, into) if any(known.pack == "zip" for known in group) else unpacked(contents, into)


def contents_of(together: Sequence[Known], assignment: Assignment) -> dict[str, bytes]:
    """Return the files of a student who has done what is said of each of these, which change different files.

    Raises:
        AssertionError: a text to be replaced does not occur exactly once: the reference has changed since.
    """
    assert assignment.reference
    reference = assignment.folder / assignment.reference
    names = [*assignment.files, *assignment.support]
    sources = {name: (reference / name).read_text(encoding="utf-8") for name in names}
    for known in together:
        sources |= {path.name: path.read_text(encoding="utf-8") for path in known.files}
        for change in known.replace:
            source = sources[change["file"]]
            times = source.count(change["old"])
            assert times == 1, f"{known.name}: {change['file']} has {times} times, not once:\n{change['old']}"
            sources[change["file"]] = source.replace(change["old"], change["new"])
        for name in known.delete:
            del sources[name]
        for name, other in known.rename.items():
            sources[other] = sources.pop(name)
    contents = {name: source.encode() for name, source in sources.items()}
    if any(known.line_ends == "windows" for known in together):
        contents = {name: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") for name, content in contents.items()}
    return contents


def unpacked(contents: dict[str, bytes], into: Path) -> Path:
    folder = into / "handed_in"
    folder.mkdir()
    for name, content in contents.items():
        folder.joinpath(name).write_bytes(content)
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
