"""The folders with tests, and their places in the new assignment."""

from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.adopt.folder import COLLECTED, OldAutograder, files_below
from autograder.authoring.adopt.modules import relative_to
from autograder.authoring.adopt.source import Source

TESTS = "tests"


class Suites:
    """Every folder of tests keeps its place. Tests that lie in the autograder's own folder come into a folder of their own.

    Attributes:
        folders: folder of the old autograder -> path in the new assignment; none lies in another.
    """

    def __init__(self, old: OldAutograder, solution: Path | None) -> None:
        self.old, self.solution = old, solution
        found = {topmost(source.path.parent, old.folder) for source in old.tests}
        top, below = old.folder in found, found - {old.folder}
        kept = [folder for folder in sorted(below) if not any(other in folder.parents for other in below)]
        self.folders = {folder: folder.relative_to(old.folder).as_posix() for folder in kept}
        if top:
            self.folders[old.folder] = f"top_{TESTS}" if TESTS in self.folders.values() else TESTS

    def paths(self) -> list[str]:
        """Return the paths of the suites in the new assignment: the folders, and files that pytest takes only by name."""
        by_name = [source.path for source in self.old.tests if not any(map(source.path.match, COLLECTED))]
        return [*self.folders.values(), *map(self.moved, by_name)]

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield place and file of all that is copied: the folders as they are; of the autograder's own the tests alone."""
        for folder in self.folders:
            for path in files_below(folder) if folder != self.old.folder else ():
                if not self.is_solutions(path):
                    yield self.moved(path), path
        for source in self.old.tests:
            yield self.moved(source.path), source.path

    def is_solutions(self, path: Path) -> bool:
        return self.solution is not None and self.solution != self.old.folder and self.solution in path.parents

    def conftests(self) -> Iterator[tuple[str, Source]]:
        """Yield place and file of each conftest.py that the tests have beside or above them."""
        folders = {parent for source in self.old.tests for parent in source.path.parents}
        for folder in sorted(folders):
            path = folder / "conftest.py"
            if relative_to(self.old.folder, folder) is not None and path.is_file():
                place = self.moved(path) if self.holds(path) else path.relative_to(self.old.folder).as_posix()
                yield place, Source(path, self.old.folder)

    def holds(self, path: Path) -> bool:
        """Whether a file lies in a folder of tests; the autograder's own folder is none, whatever lies there."""
        return any(folder in path.parents for folder in self.folders if folder != self.old.folder)

    def moved(self, path: Path) -> str:
        """Return the place of a file of the tests in the new assignment."""
        folder = max((each for each in self.folders if each in path.parents), key=lambda each: len(each.parts))
        return f"{self.folders[folder]}/{path.relative_to(folder).as_posix()}"

    def home(self) -> str:
        """Return the path of the folder that takes what tests import from elsewhere in the old autograder."""
        return next(iter(self.folders.values()))


def topmost(folder: Path, limit: Path) -> Path:
    """Return the folder of tests that a file's folder belongs to: above it as long as the name speaks of tests."""
    while folder != limit and folder.parent != limit and "test" in folder.parent.name.lower():
        folder = folder.parent
    return folder
