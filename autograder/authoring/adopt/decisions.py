"""What is decided while the old autograder is read, and the plan that comes of it."""

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
    visibility: str | None = None
    notes: list[str] = field(default_factory=list)
    reference: str | None = None


@dataclass
class Decisions:
    """What is known so far; the steps add to it.

    Attributes:
        old: the old autograder.
        solution: its folder, absolute; None where there is none.
        submitted: name -> the solution's file, None without a solution.
        support: name -> file.
        copies, include: as in a plan.
        libraries: modules of libraries that tests and solution import.
        unknown: modules that nobody has shown, and that the submission must have.
        lost: modules that tests import and that nobody has, not even the solution.
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

    @property
    def roots(self) -> list[str]:
        """The folders of a submission that modules are looked for in, relative; "" is its own."""
        given = [relative_to(self.old.folder, Path(path)) for path in self.old.search_paths]
        return list(dict.fromkeys(["", *(root for root in given if root and root != "."), *MORE_ROOTS]))

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
