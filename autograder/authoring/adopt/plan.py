"""What the new assignment is made of: which file is submitted, which supports it, which belongs to the tests."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.adopt.folder import COLLECTED, NOT_TESTS, PROGRAMS, OldAutograder, files_below
from autograder.authoring.adopt.modules import (
    LIBRARIES,
    STDLIB,
    TEST_TOOLS,
    Found,
    dotted,
    find,
    find_anywhere,
    guessed_files,
    library,
    relative_to,
    without_parents,
)
from autograder.authoring.adopt.source import Imported, Source
from autograder.authoring.packing import installed
from autograder.errors import AutograderError

REFERENCE = "reference"
TESTS = "tests"


@dataclass
class Plan:
    """The new assignment.

    Attributes:
        suites: paths in it.
        files: that are submitted.
        support: that are put beside them.
        include: files that the tests read and that lie in no suite.
        preload: modules.
        copies: path in it -> file that is copied there.
        limits: of assignment.toml, by name.
        notes: what a person should know or decide.
    """

    suites: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    include: list[str] = field(default_factory=list)
    preload: list[str] = field(default_factory=list)
    copies: dict[str, Path] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    reference: str | None = None


def plan(old: OldAutograder, solution: Path | None = None) -> Plan:
    """Decide what becomes of each file.

    Raises:
        AutograderError: nothing is submitted, or a file cannot be read.
    """
    if solution and not solution.is_dir():
        raise AutograderError(f"{solution} is not a folder; name the one that holds the files of the solution")
    return Planner(old, solution.resolve() if solution else None).plan()


class Planner:
    """Follows the imports from the tests on, then from the solution's files on."""

    def __init__(self, old: OldAutograder, solution: Path | None) -> None:
        self.old, self.solution = old, solution
        self.made = Plan(reference=REFERENCE if solution else None)
        self.suite_folders = suite_folders(old)  # old folder -> path in the new assignment
        self.submitted: dict[str, Path | None] = {}  # name -> the solution's file
        self.support: dict[str, Path] = {}
        self.libraries: set[str] = set()
        self.unknown: set[str] = set()  # modules of the submission that nobody has shown
        self.lost: set[str] = set()
        self.seen: set[Path] = set()
        self.packages = installed()
        self.test_sources: list[tuple[Source, set[str]]] = []  # with the names that it has of the submission
        roots = [relative_to(old.folder, Path(path)) for path in old.search_paths]
        self.roots = list(dict.fromkeys(["", *(root for root in roots if root), "src", "python"]))

    def plan(self) -> Plan:
        self.take_suites()
        for name in self.old.submitted:
            self.submit_named(name)
        waiting = [*self.old.tests, *self.conftests()]
        while waiting:
            waiting += self.follow_test(waiting.pop(0))
        self.submitted |= {name: None for name in guessed_files(self.unknown)}
        self.follow_solution()
        for source, names in self.test_sources:
            self.take_data(source, names)
        return self.finished()

    # The suites

    def take_suites(self) -> None:
        """Copy the folders that hold tests as they are; of tests that lie in the autograder's own folder, their files."""
        for folder, target in self.suite_folders.items():
            self.made.suites.append(target)
            if folder == self.old.folder:
                continue
            for path in files_below(folder):
                if not (self.solution and self.solution != self.old.folder and self.solution in path.parents):
                    self.copy(self.moved(path), path)
        for source in self.old.tests:
            self.copy(self.moved(source.path), source.path)
            if not any(source.path.match(pattern) for pattern in COLLECTED):
                self.made.suites.append(self.moved(source.path))  # pytest looks into it only if it is named

    def conftests(self) -> list[Source]:
        """Return the conftest.py of the tests' folders and of those above."""
        folders = {parent for source in self.old.tests for parent in source.path.parents}
        paths = [folder / "conftest.py" for folder in sorted(folders) if relative_to(self.old.folder, folder) is not None]
        found = [Source(path, self.old.folder) for path in paths if path.is_file()]
        for source in found:
            self.copy(self.moved(source.path) if self.in_suite(source.path) else "conftest.py", source.path)
        return found

    def in_suite(self, path: Path) -> bool:
        """Whether a file lies in a folder of tests; the autograder's own folder is none, whatever lies there."""
        return any(folder in path.parents for folder in self.suite_folders if folder != self.old.folder)

    def moved(self, path: Path) -> str:
        """Return the place of a file of the tests in the new assignment."""
        folder = max((each for each in self.suite_folders if each in path.parents), key=lambda each: len(each.parts))
        return f"{self.suite_folders[folder]}/{path.relative_to(folder).as_posix()}"

    # Imports

    def follow_test(self, source: Source) -> Iterator[Source]:
        """Decide about what a file of the tests imports; yield the local modules that belong to the tests."""
        if source.path in self.seen:
            return
        self.seen.add(source.path)
        names: set[str] = set()
        self.test_sources.append((source, names))
        for each in source.imports():
            bases = [source.path.parent, *self.local_bases()]
            if each.level:
                bases = [source.path.parents[each.level - 1]]
            local = [found for module in dotted(each) if (found := find(module, bases))]
            if local:
                for found in local:
                    yield from self.take_local(found, each)
            elif not each.level:
                self.take_foreign(each)
            if self.is_submitted(each):
                names.update(each.names or [each.module.partition(".")[0]])

    def local_bases(self) -> list[Path]:
        paths = [Path(path) for path in self.old.search_paths]
        inside = [path for path in paths if relative_to(self.old.folder, path) is not None and path != self.solution]
        return [*inside, *self.suite_folders, self.old.folder]

    def take_local(self, found: Found, each: Imported) -> Iterator[Source]:
        """Decide about a module that lies in the old autograder."""
        for name, path in zip(found.files, found.paths(), strict=True):
            if self.in_suite(path) or any(path == source.path for source in self.old.tests):
                yield Source(path, self.old.folder)
            elif self.is_submissions(name, path):
                self.submit_module(each, name, path)
            elif name not in self.support:
                home = next(iter(self.suite_folders.values()))
                self.copy(f"{home}/{name}", path)  # beside the tests, out of the submission's sight
                yield Source(path, self.old.folder)

    def is_submissions(self, name: str, path: Path) -> bool:
        """Whether students hand in a file that lies in the old autograder, too."""
        if name in self.old.submitted or path.relative_to(self.old.folder).as_posix() in self.old.submitted:
            return True
        if self.solution is None:
            return self.old.kind != "gradescope-utils"  # which has its own files in the zip, and no submission
        theirs = next((base / name for base in self.solution_bases() if (base / name).is_file()), None)
        if theirs is None:
            return False
        return theirs.samefile(path) or theirs.read_bytes() != path.read_bytes()

    def submit_module(self, each: Imported, name: str, path: Path) -> None:
        if self.solution is None:
            self.submitted.setdefault(name, None)
        else:
            theirs = next((base / name for base in self.solution_bases() if (base / name).is_file()), path)
            self.submitted.setdefault(name, theirs)

    def take_foreign(self, each: Imported) -> None:
        """Decide about an import of what does not lie in the old autograder."""
        top = each.module.partition(".")[0]
        if top in STDLIB or top in TEST_TOOLS or top == "__future__":
            return
        if self.solution:
            found = [found for module in dotted(each) if (found := self.in_solution(module))]
            for name, path in ((name, path) for one in found for name, path in zip(one.files, one.paths(), strict=True)):
                self.submitted.setdefault(name, path)
            if found:
                return
        if top in self.packages or top in LIBRARIES or top in self.required():
            self.libraries.add(library(each))
        elif self.solution:
            self.lost.add(each.module)
        else:
            self.unknown.add(each.module)

    def is_submitted(self, each: Imported) -> bool:
        tails = [module.replace(".", "/") for module in dotted(each)]
        return any(
            name in (f"{tail}.py", f"{tail}/__init__.py")
            for name in [*self.submitted, *guessed_files(self.unknown)]
            for tail in tails
        )

    def required(self) -> set[str]:
        names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in self.old.requirements]
        return {name.lower().replace("-", "_") for name in names}

    # The solution

    def solution_bases(self) -> list[Path]:
        return [self.solution / root for root in self.roots if (self.solution / root).is_dir()] if self.solution else []

    def in_solution(self, module: str) -> Found | None:
        if self.solution is None:
            return None
        return find(module, self.solution_bases()) or find_anywhere(module, self.solution)

    def submit_named(self, name: str) -> None:
        """Take a file that the old programs or tests name as one of the submission."""
        name = name.removeprefix("./")
        if name.startswith("/") or ".." in name.split("/"):
            return
        path = self.solution / name if self.solution else None
        if path is None or path.is_file():
            self.submitted.setdefault(name, path)

    def follow_solution(self) -> None:
        """Add what the solution's own files import and read."""
        waiting = list(self.submitted.items())
        while waiting:
            name, path = waiting.pop(0)
            if path is None or path.suffix != ".py" or path in self.seen:
                continue
            self.seen.add(path)
            source = Source(path, self.solution or self.old.folder)
            for each in source.imports():
                bases = [path.parents[each.level - 1]] if each.level else [path.parent, *self.solution_bases()]
                for module in dotted(each):
                    top = module.partition(".")[0]
                    theirs = None if not each.level and top in STDLIB else find(module, bases)
                    ours = None if theirs or top in STDLIB else find(module, [self.old.folder, *self.local_bases()])
                    if theirs:
                        waiting += self.take_theirs(theirs, Path(path), name)
                    elif ours:
                        self.support |= dict(zip(ours.files, ours.paths(), strict=True))
                    elif each.module and not each.level and (top in self.packages or top in LIBRARIES):
                        self.libraries.add(library(each))
            self.take_solutions_data(source)

    def take_theirs(self, found: Found, importer: Path, importer_name: str) -> Iterator[tuple[str, Path]]:
        """Take modules of the solution that one of its files imports, under names that fit that file's own."""
        depth = len(Path(importer_name).parts)
        root = importer.parents[depth - 1]
        for path in found.paths():
            name = relative_to(root, path)
            if name is None or name in self.submitted:
                continue
            shipped = self.old.folder / name
            if shipped.is_file() and not self.is_submissions(name, shipped):
                self.support[name] = shipped
            else:
                self.submitted[name] = path
                yield name, path

    def take_solutions_data(self, source: Source) -> None:
        """Support the solution with the data that it names: the autograder's copy, else the solution's."""
        for _, value in source.paths():
            if value.startswith("/") or ".." in value.split("/"):
                name = relative_to(source.home, Path(source.absolute(value)))
            else:
                name = value.removeprefix("./")
            if not name or name.endswith(".py") or name in self.submitted:
                continue
            for folder in (self.old.folder, source.home, source.path.parent):
                if (folder / name).is_file():
                    self.support.setdefault(name, folder / name)
                    break

    # Data of the tests

    def take_data(self, source: Source, names: set[str]) -> None:
        """Take the files that a file of the tests names; those that it gives to the submission support it."""
        given = set()
        for node in source.nodes:
            if isinstance(node, ast.Call) and root_name(node.func) in names:
                given.update(
                    id(each) for value in [*node.args, *(item.value for item in node.keywords)] for each in ast.walk(value)
                )
        for node, value in source.paths():
            relative = not value.startswith("/")
            name = value.removeprefix("./") if relative else ""
            if (
                name.endswith(".py")
                and self.solution
                and (self.solution / name).is_file()
                and not (self.old.folder / name).is_file()
            ):
                self.submit_named(name)  # a program that the tests start, or a text that they look at
                continue
            for path in self.data_at(Path(source.absolute(value))) or self.data_at(source.path.parent / value):
                self.take_file(path, relative)
                if id(node) in given and relative and ".." not in name.split("/"):
                    self.support.setdefault(name if path.name == Path(name).name else f"{name}/{path.name}", path)

    def data_at(self, path: Path) -> list[Path]:
        """Return the files that a path of the old autograder means: one, or those of a folder that has no code."""
        name = relative_to(self.old.folder, path)
        if not name or name == "." or NOT_TESTS & set(Path(name).parts):
            return []
        if path.is_file() and not path.is_symlink():
            return [] if path.name in PROGRAMS or path.suffix == ".py" else [path]
        if path.is_dir() and path not in self.suite_folders and not self.in_suite(path):
            files = list(files_below(path))
            return [] if any(each.suffix == ".py" for each in files) else files
        return []

    def take_file(self, path: Path, relative: bool) -> None:
        """Copy a file of data to where the tests look for it."""
        if self.in_suite(path):
            return
        name = path.relative_to(self.old.folder).as_posix()
        if name in self.submitted:
            return
        if self.old.folder in self.suite_folders:
            self.copy(self.moved(path), path)  # for tests that look beside themselves
        if relative or self.old.folder not in self.suite_folders:
            self.copy(name, path)
            self.made.include.append(name)

    # All together

    def copy(self, target: str, path: Path) -> None:
        self.made.copies.setdefault(target, path)

    def finished(self) -> Plan:
        made, old = self.made, self.old
        self.support = {name: path for name, path in self.support.items() if name not in self.submitted}
        if not self.submitted:
            where = (
                f"{self.solution} has none of the modules that the tests import" if self.solution else "every import is known"
            )
            raise AutograderError(
                f"the tests in {old.folder} use no file of a submission: {where}; they import {self.imported()}"
            )
        made.files, made.support = sorted(self.submitted), sorted(self.support)
        place = f"{REFERENCE}/" if self.solution else ""
        for name, path in (self.submitted if self.solution else {}).items():
            if path:
                self.copy(f"{place}{name}", path)
        for name, path in self.support.items():
            made.copies[f"{place}{name}"] = path
        if "conftest.py" in made.copies:
            made.include.append("conftest.py")
        made.include = sorted(set(made.include))
        made.preload = without_parents(name for name in self.libraries if name.partition(".")[0] in self.packages)
        if old.test_seconds and old.test_seconds > 10:
            made.limits["test_seconds"] = old.test_seconds
        if old.total_seconds:
            made.limits["total_seconds"] = old.total_seconds
        made.notes = list(self.notes())
        return made

    def imported(self) -> str:
        return ", ".join(sorted({each.module or "." for source in old_tests(self.old) for each in source.imports()})[:10])

    def notes(self) -> Iterator[str]:
        """Yield what a person should know."""
        old = self.old
        tops = {name.partition(".")[0] for name in self.libraries}
        for name in sorted(top for top in tops if top not in self.packages):
            yield f"{name} is imported and not installed here; install it before grading"
        for name in sorted(self.lost):
            yield f"{name} is imported by the tests and lies neither in {old.folder.name} nor in the solution"
        if old.requirements:
            yield f"requirements.txt asked for {', '.join(old.requirements)}; pins belong into a constraints.txt beside assignment.toml"
        if old.system_packages:
            yield f"setup.sh installed {', '.join(old.system_packages)} by apt-get; what grading needs of it must be installed, too"
        if old.given_solution:
            yield f"{old.given_solution}/ looks like a solution: give it with --solution, and it is tried"
        for name in sorted(self.support):
            if name.endswith(".py"):
                yield f"support {name} can be read by submissions; if it tells answers, keep it beside the tests"


def old_tests(old: OldAutograder) -> list[Source]:
    return old.tests


def suite_folders(old: OldAutograder) -> dict[Path, str]:
    """Return the folders that hold the tests, with their paths in the new assignment; none lies in another."""
    found = set()
    for source in old.tests:
        folder = source.path.parent
        while folder != old.folder and folder.parent != old.folder and "test" in folder.parent.name.lower():
            folder = folder.parent
        found.add(folder)
    kept = [folder for folder in sorted(found) if not any(other in folder.parents for other in found if other != old.folder)]
    return {folder: TESTS if folder == old.folder else folder.relative_to(old.folder).as_posix() for folder in kept}


def root_name(node: ast.expr) -> str:
    """The first part of a dotted name, a call or a subscript."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", "")
