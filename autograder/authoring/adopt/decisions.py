"""Decisions made while reading the old autograder, and the resulting plan."""

from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.adopt.folder import OldAutograder
from autograder.authoring.adopt.modules import Found, find, find_anywhere, relative_to

REFERENCE = "reference"
MORE_ROOTS = ("src", "python")  # folders that modules of a solution often lie in


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
        root: the folder of a submission that its modules lie in; "" for its own.
        visibility: of the suites, where it is not the default.
        notes: what a person should know or decide.
        reference: folder of the solution, if there is one.
    """

    suites: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    include: list[str] = field(default_factory=list)
    preload: list[str] = field(default_factory=list)
    copies: dict[str, Path] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)
    root: str = ""
    visibility: str | None = None
    notes: list[str] = field(default_factory=list)
    reference: str | None = None


@dataclass
class Decisions:
    """What is known so far; the steps add to it.

    Attributes:
        old: the old autograder.
        solution: its folder, absolute; None where there is none.
        submitted: name, as imports have it -> the solution's file, else that of the old autograder, else None.
        support: name -> file.
        copies, include: as in a plan.
        libraries: modules of libraries that tests and solution import.
        unknown: modules that nobody has shown, and that the submission must have.
        lost: modules that tests import and that nobody has, not even the solution.
        named_roots: name -> the folder of a submission that a program takes it from.
    """

    old: OldAutograder
    solution: Path | None
    submitted: dict[str, Path | None] = field(default_factory=dict)
    support: dict[str, Path] = field(default_factory=dict)
    copies: dict[str, Path] = field(default_factory=dict)
    include: set[str] = field(default_factory=set)
    libraries: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    named_roots: dict[str, str] = field(default_factory=dict)

    @property
    def roots(self) -> list[str]:
        """The folders of a submission that modules are looked for in, relative; "" is its own."""
        return list(dict.fromkeys(["", *self.given_roots(), *MORE_ROOTS]))

    def given_roots(self) -> list[str]:
        """Return those that the tests put on the path."""
        given = [relative_to(self.old.folder, Path(path)) for path in self.old.search_paths]
        return [root for root in given if root and root != "."]

    def drop_doubles(self) -> None:
        """Keep `calc.py` where a program names `src/calc.py` and a test imports calc."""
        for long in sorted(self.submitted, key=len, reverse=True):
            short = next((name for name in self.submitted if name.endswith(".py") and long.endswith(f"/{name}")), None)
            if short and (not self.submitted[long] or self.submitted[long] == self.submitted[short]):
                del self.submitted[long]
                self.named_roots[short] = long.removesuffix(f"/{short}")

    def common_root(self) -> str:
        """Return the folder of a submission that all of its modules lie in; "" for its own, or where there are several."""
        found = set()
        for name, path in self.submitted.items():
            if name.endswith(".py"):
                places = [relative_to(base, path) for base in (self.solution, self.old.folder) if base and path]
                place = next((place for place in places if place), None)
                found.add(place.removesuffix(name).strip("/") if place else self.named_roots.get(name, self.announced_root()))
        return found.pop() if len(found) == 1 else ""

    def announced_root(self) -> str:
        """Return the only folder that the tests put on the path and the old autograder lacks: it comes with a submission."""
        lacking = {root for root in self.given_roots() if not (self.old.folder / root).is_dir()}
        return lacking.pop() if len(lacking) == 1 else ""

    def copy(self, target: str, path: Path) -> None:
        self.copies.setdefault(target, path)

    def submit(self, name: str) -> None:
        """Take a file that the old programs or tests name as one of the submission, if a solution has it, too."""
        name = name.removeprefix("./")
        if not name.startswith("/") and ".." not in name.split("/"):
            path = self.solution / name if self.solution else None
            if path is None or path.is_file():
                self.submitted.setdefault(name, path)

    def solution_bases(self) -> list[Path]:
        """Return the folders of the solution that modules are looked for in."""
        return [self.solution / root for root in self.roots if (self.solution / root).is_dir()] if self.solution else []

    def in_solution(self, module: str) -> Found | None:
        """Return a module as the solution has it, there or anywhere else in it."""
        return find(module, self.solution_bases()) or (find_anywhere(module, self.solution) if self.solution else None)

    def is_submissions(self, name: str, path: Path) -> bool:
        """Whether students hand in a file that lies in the old autograder, too.

        Args:
            name: by which it is imported, with slashes.
        """
        if name in self.old.submitted or path.relative_to(self.old.folder).as_posix() in self.old.submitted:
            return True
        if self.solution is None:
            return self.old.kind != "gradescope-utils"  # whose zip holds what is its own, and no submission
        theirs = self.theirs(name)
        return theirs is not None and (theirs.samefile(path) or theirs.read_bytes() != path.read_bytes())

    def theirs(self, name: str) -> Path | None:
        """Return the solution's file of a name."""
        return next((base / name for base in self.solution_bases() if (base / name).is_file()), None)
