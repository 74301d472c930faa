"""The known submissions of an assignment, as the tests of this tool grade them.

They are those of mistakes/ and solutions/, see autograder/authoring/mistakes.py, and the reference as WINDOWS_ZIP. Those that
no test looks at together can be graded as one.
"""

import zipfile
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from reach import Reach

from autograder.assignment import load
from autograder.authoring import mistakes
from autograder.authoring.mistakes import SOLUTIONS, Mistake, write_contents

# Handed in as a zip, in a folder, with what macOS adds; every file starts with a byte-order mark and has CRLF line ends.
WINDOWS_ZIP = "windows_zip"
TEST_SECONDS = {"hang_in_clear_cache": 3}  # the limit of one test, where one is waited for


class Corpus(mistakes.Corpus):
    """The known submissions of an assignment.

    Attributes:
        submissions: by their names.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(load(folder))
        windows_zip = Mistake(self.assignment.folder / SOLUTIONS / WINDOWS_ZIP, "A zip from Windows and macOS.", right=True)
        self.submissions = {**self.mistakes, **self.solutions, WINDOWS_ZIP: windows_zip}

    @cached_property
    def reach(self) -> Reach:
        return Reach(self.assignment)

    def reached(self, known: Mistake) -> set[str]:
        """The test files that use a changed file."""
        if known.name == WINDOWS_ZIP:
            return set(self.reach.suites)
        return set().union(*(self.reach.of_file(name) for name in known.changed))

    def graded_by(self, known: Mistake) -> set[str]:
        """The test files that grade a submission: those that use a changed file, but for what corpus.toml says."""
        return {suite for suite in self.reached(known) if self.is_for(suite, known)}

    def together(self, submissions: Iterable[Mistake]) -> list[list[Mistake]]:
        """Put submissions into groups that are graded as one: no test looks at what two of a group have changed."""
        groups: list[list[Mistake]] = []
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

    def is_apart(self, known: Mistake) -> bool:
        """Whether it cannot be graded together with another."""
        return known.name == WINDOWS_ZIP or known.name in TEST_SECONDS

    def hand_in(self, group: Sequence[Mistake], into: Path) -> Path:
        """Write what a student would hand in who has done all that is said of a group; return its path, below `into`."""
        contents = self.contents_of(group)
        if any(known.name == WINDOWS_ZIP for known in group):
            return zipped(contents, into)
        write_contents(contents, into / "handed_in")
        return into / "handed_in"

    def contents_of(self, mistakes: Sequence[Mistake]) -> dict[str, bytes]:
        contents = super().contents_of(mistakes)
        if any(known.name == WINDOWS_ZIP for known in mistakes):
            contents = {name: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") for name, content in contents.items()}
        return contents


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
