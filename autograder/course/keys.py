"""What a result depends on, as digests: whoever has the same ones has the same result.

A submission's result is stored in pieces, one for each group of test files (`Group`). The key of a piece is the SHA-256 of its
ingredients, which are stored with it. Due dates and policies are no ingredients: they are applied after look-up.
"""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from autograder.assignment import FILE, Assignment

FORMAT = 2  # of what is stored; another number and everything is graded again
LARGE_BYTES = 10_000_000  # the intake takes no larger file, so that its content cannot matter
PACKAGE = Path(__file__).resolve().parents[1]
# What of assignment.toml decides results.
FIELDS = (
    *("files", "support", "exact_places", "root", "also", "suites", "parts"),
    *("limits", "sandbox", "restrictions", "settings", "variants"),
)
UNREAD = frozenset({"__pycache__", ".git", ".pytest_cache", ".DS_Store", ".ipynb_checkpoints"})


@dataclass(frozen=True)
class Group:
    """Test files that are run together, because their tests share a fixture or a background run.

    Attributes:
        files: as pytest's ids begin, such as "tests/hidden/test_1_layers.py".
        records: of its tests, as `Record` has them before they run.
    """

    files: tuple[str, ...]
    records: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        return " ".join(self.files)


def digest(value: Any) -> str:
    """SHA-256 of what JSON can say, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def of_file(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if sys.version_info >= (3, 11) else of_bytes(file.read())


def of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def of_tool() -> str:
    """The package's own sources."""
    files = sorted(path for path in files_in(PACKAGE) if path.suffix != ".pyc")
    return digest([[path.relative_to(PACKAGE).as_posix(), of_file(path)] for path in files])


def of_environment() -> dict[str, Any]:
    """Python, the machine's kind, and the libraries that are installed."""
    found = {dist.metadata["Name"].lower(): dist.version for dist in metadata.distributions() if dist.metadata["Name"]}
    return {"python": platform.python_version(), "machine": platform.machine(), "libraries": dict(sorted(found.items()))}


def of_assignment(assignment: Assignment) -> dict[str, str]:
    """Path -> digest of each file that decides results, relative to the assignment."""
    places = [suite.path for suite in assignment.suites]
    for place in list(places):
        above = [folder for folder in place.parents if folder.is_relative_to(assignment.folder)]
        places += [folder / "conftest.py" for folder in above if (folder / "conftest.py").is_file()]
        if place.is_file():  # it can import, and read, what lies beside it
            places += [path for path in place.parent.iterdir() if path.is_file() and path.name != FILE]
    places += [assignment.folder / name for name in (assignment.reference, *assignment.include) if name]
    paths = {path for place in places for path in (files_in(place) if place.is_dir() else [place])}
    paths |= set(assignment.support_files().values())
    paths |= {assignment.folder / place for part in assignment.parts for place in part.twins.values()}
    if assignment.variants:
        paths.add(assignment.folder / assignment.variant_secret)
    return {os.path.relpath(path, assignment.folder).replace(os.sep, "/"): of_file(path) for path in sorted(paths)}


def of_settings(assignment: Assignment) -> str:
    """What assignment.toml says, as far as it decides results."""
    values = asdict(assignment)
    for suite in values["suites"]:
        del suite["path"]
    return digest({name: values[name] for name in FIELDS})


def files_in(folder: Path) -> Iterable[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in UNREAD)
        yield from (Path(parent, name) for name in sorted(files) if name not in UNREAD)


def of_sources(sources: Sequence[Path]) -> str:
    """The content of a submission as it was handed in, wherever it lies. No link is followed."""
    found: list[list[Any]] = []
    for source in sources:
        paths = sorted(files_in(source)) if source.is_dir() else [source]
        for path in paths:
            name = path.relative_to(source).as_posix() if source.is_dir() else path.name
            if path.is_symlink() or not path.is_file():
                found.append(
                    [os.fsencode(name).hex(), "link", os.readlink(path).encode("utf-8", "replace").hex()]
                    if path.is_symlink()
                    else [os.fsencode(name).hex(), "other"]
                )
            elif path.stat().st_size > LARGE_BYTES and source.is_dir():
                found.append([os.fsencode(name).hex(), path.stat().st_size])
            else:
                found.append([os.fsencode(name).hex(), of_file(path)])
    return digest(found)


@dataclass(frozen=True)
class Ingredients:
    """What all results of a class depend on.

    Attributes:
        tool, environment, settings: digests; see above.
        files: path -> digest, of the assignment.
        mode: of the sandbox, as it was asked for.
    """

    tool: str
    environment: str
    settings: str
    files: Mapping[str, str]
    mode: str

    @classmethod
    def of(cls, assignment: Assignment, mode: str) -> "Ingredients":
        return cls(of_tool(), digest(of_environment()), of_settings(assignment), of_assignment(assignment), mode)

    def whole(self) -> str:
        """The key of what does not depend on any submission, such as which tests there are."""
        return digest({"format": FORMAT, **asdict(self)})

    def intake(self, sources: str) -> str:
        """The key of what is taken of a submission.

        Args:
            sources: see `of_sources`.
        """
        return digest(
            {
                "format": FORMAT,
                "tool": self.tool,
                "python": platform.python_version(),
                "settings": self.settings,
                "sources": sources,
            }
        )

    def piece(self, group: Group, tested: Iterable[str], submission: str, variant: str | None) -> dict[str, Any]:
        """What a submission's result in a group of test files depends on.

        Args:
            tested: all files that have tests. Those of other groups do not matter.
            submission: digest of what was taken of it.
            variant: the code of the student's own numbers.
        """
        others = set(tested) - set(group.files)
        return {
            "format": FORMAT,
            "tool": self.tool,
            "environment": self.environment,
            "settings": self.settings,
            "mode": self.mode,
            "files": {name: found for name, found in self.files.items() if name not in others},
            "tests": digest(group.records),
            "submission": submission,
            "variant": variant,
        }
