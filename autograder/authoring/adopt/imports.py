"""Sort imported modules: those of the submission, support files, helpers of the tests, and libraries."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.adopt.decisions import Decisions
from autograder.authoring.adopt.modules import (
    LIBRARIES,
    STDLIB,
    TEST_TOOLS,
    Found,
    dotted,
    find,
    guessed_files,
    library,
    relative_to,
)
from autograder.authoring.adopt.source import Imported, Source
from autograder.authoring.adopt.suites import Suites
from autograder.authoring.packing import installed


class Imports:
    """Follows the imports, first from the tests, then from the files of the solution.

    Attributes:
        sources: the files of the tests, each with the names that it has of the submission.
    """

    def __init__(self, known: Decisions, suites: Suites) -> None:
        self.known, self.suites, self.old = known, suites, known.old
        self.sources: list[tuple[Source, set[str]]] = []
        self.packages = installed()
        required = {re.split(r"[^\w.-]", line)[0] for line in self.old.requirements}
        self.known_libraries = {*self.packages, *LIBRARIES, *(name.lower().replace("-", "_") for name in required)}

    # From the tests

    def follow_tests(self, sources: list[Source]) -> None:
        """Decide about all that the tests import, and what their own helpers import."""
        waiting, seen = list(sources), set()
        while waiting:
            source = waiting.pop(0)
            if source.path not in seen:
                seen.add(source.path)
                waiting += self.follow_test(source)
        self.known.submitted |= dict.fromkeys(guessed_files(self.known.unknown))

    def follow_test(self, source: Source) -> Iterator[Source]:
        """Decide about what one file imports; yield the local modules that belong to the tests."""
        names: set[str] = set()
        self.sources.append((source, names))
        self.old.search_paths += [path for path in source.search_paths() if path not in self.old.search_paths]
        for each in source.imports():
            bases = [source.path.parents[each.level - 1]] if each.level else [source.path.parent, *self.local_bases()]
            local = [found for module in dotted(each) if (found := find(module, bases))]
            for found in local:
                yield from self.take_local(found)
            if not local and not each.level:
                self.take_foreign(each)
            if self.is_submitted(each):
                names.update(each.names or [each.module.partition(".")[0]])

    def local_bases(self) -> list[Path]:
        """Return the folders of the old autograder that its tests import from."""
        paths = [Path(path) for path in self.old.search_paths]
        inside = [path for path in paths if relative_to(self.old.folder, path) is not None and path != self.known.solution]
        return [*inside, *self.suites.folders, self.old.folder]

    def take_local(self, found: Found) -> Iterator[Source]:
        """Decide about a module that lies in the old autograder."""
        for name, path in found.by_name().items():
            if self.suites.holds(path) or any(path == source.path for source in self.old.tests):
                yield Source(path, self.old.folder)
            elif self.known.is_submissions(name, path):
                self.known.submitted.setdefault(name, self.known.theirs(name) or path)
            else:  # beside the tests, where a submission cannot read it
                self.known.copy(f"{self.suites.home()}/{name}", path)
                yield Source(path, self.old.folder)

    def take_foreign(self, each: Imported) -> None:
        """Decide about an import of what does not lie in the old autograder."""
        top = each.module.partition(".")[0]
        if top in STDLIB or top in TEST_TOOLS:
            return
        found = [found for module in dotted(each) if (found := self.known.in_solution(module))]
        for one in found:
            for name, path in one.by_name().items():
                self.known.submitted.setdefault(name, path)
        if not found and top in self.known_libraries:
            self.known.libraries.add(library(each))
        elif not found:
            (self.known.lost if self.known.solution else self.known.unknown).add(each.module)

    def is_submitted(self, each: Imported) -> bool:
        files = {f"{module.replace('.', '/')}{end}" for module in dotted(each) for end in (".py", "/__init__.py")}
        return not files.isdisjoint([*self.known.submitted, *guessed_files(self.known.unknown)])

    # From the solution

    def follow_solution(self) -> list[Source]:
        """Decide about what the solution's files import; return the files."""
        waiting, sources = list(self.known.submitted.items()) if self.known.solution else [], []
        while waiting:
            name, path = waiting.pop(0)
            if path and path.suffix == ".py":
                source = Source(path, self.known.solution or self.old.folder)
                sources.append(source)
                for each in source.imports():
                    waiting += self.take_solutions(each, name, path)
        return sources

    def take_solutions(self, each: Imported, name: str, path: Path) -> Iterator[tuple[str, Path]]:
        """Decide about an import of a file of the solution; yield further files of the solution.

        Args:
            name: of the file in a submission.
            path: the file.
        """
        root = path.parents[len(Path(name).parts) - 1]  # so that what it imports has a name that fits its own
        bases = [path.parents[each.level - 1]] if each.level else [path.parent, root, *self.known.solution_bases()]
        for module in dotted(each):
            top = module.partition(".")[0]
            if not each.level and top in STDLIB:
                continue
            theirs = find(module, bases)
            ours = None if theirs else find(module, [self.old.folder, *self.local_bases()])
            if theirs:
                yield from self.take_theirs(theirs, root)
            elif ours:
                self.known.support.update(ours.by_name())
            elif not each.level and module == each.module and top in self.known_libraries:
                self.known.libraries.add(library(each))

    def take_theirs(self, found: Found, root: Path) -> Iterator[tuple[str, Path]]:
        """Take modules of the solution that one of its files imports."""
        for path in found.paths():
            name = relative_to(root, path)
            if name is None or name in self.known.submitted:
                continue
            shipped = self.old.folder / name
            if shipped.is_file() and not self.known.is_submissions(name, shipped):
                self.known.support[name] = shipped
            else:
                self.known.submitted[name] = path
                yield name, path
