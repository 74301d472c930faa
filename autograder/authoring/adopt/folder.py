"""The folder of an old autograder: its kind, its tests, and its settings."""

import configparser
import fnmatch
import os
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.assignment import VISIBILITIES
from autograder.authoring.adopt.source import Source
from autograder.authoring.packing import CACHES
from autograder.errors import AutograderError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SKIPPED = CACHES | {"venv", "env", "node_modules", "build", "dist", "site-packages"}
NOT_TESTS = {"solution", "solutions", "reference", "submission", "submissions", "student", "students", "handout", "skeleton"}
MOST_FILES = 20_000
COLLECTED = ("test_*.py", "*_test.py")  # by pytest in a folder
DISCOVERED = (*COLLECTED, "test*.py")  # by unittest, too
PROGRAMS = ("run_tests.py", "setup.py", "conftest.py")
SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass
class OldAutograder:
    """What was found.

    Attributes:
        folder: of the old autograder, absolute.
        kind: in words.
        tests: the files of tests, sorted.
        submitted: names of files that its programs take from a submission, where they say it.
        search_paths: folders that are put on sys.path for all tests.
        test_seconds, total_seconds: its own limits.
        visibility: of all tests, as run_tests.py gives it to the runner.
        post_processor: whether run_tests.py changes the results in the end.
        requirements: lines of requirements.txt.
        system_packages: what setup.sh installs by apt-get.
        given_solution: a folder that looks like one.
    """

    folder: Path
    kind: str
    tests: list[Source]
    submitted: list[str] = field(default_factory=list)
    search_paths: list[str] = field(default_factory=list)
    test_seconds: float | None = None
    total_seconds: float | None = None
    visibility: str | None = None
    post_processor: bool = False
    requirements: list[str] = field(default_factory=list)
    system_packages: list[str] = field(default_factory=list)
    given_solution: str | None = None


def read(folder: Path, solution: Path | None = None) -> OldAutograder:
    """Look through the folder of an old autograder; nothing of it is run.

    Args:
        solution: a folder that is not searched for tests.

    Raises:
        AutograderError: it is no folder, has no tests, is of another kind, or one of its files cannot be read.
    """
    if not folder.is_dir():
        unpack = "; if it is an archive, unpack it first" if folder.is_file() else ""
        raise AutograderError(f"{folder} is not a folder{unpack}")
    folder = folder_of_program(folder.resolve())
    files = list(files_below(folder))
    refuse_other_tools(folder, files)
    settings = pytest_settings(folder)
    patterns = tuple(settings.get("python_files", "").split()) + DISCOVERED
    elsewhere = solution.resolve() if solution and solution.resolve() != folder else None
    tests = []
    for path in files:
        if path.suffix != ".py" or path.name in PROGRAMS[1:] or (elsewhere and elsewhere in path.parents):
            continue
        if NOT_TESTS & {part.lower() for part in path.relative_to(folder).parts[:-1]}:
            continue
        named = any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns)
        if named or b"TestCase" in path.read_bytes():
            source = Source(path, folder)
            if named or source.has_tests():
                tests.append(source)
    if not tests:
        raise AutograderError(
            f"{folder} has no tests: neither files test_*.py or *_test.py, nor a unittest.TestCase; name the folder that "
            "holds the autograder, with its tests in it or below"
        )
    old = OldAutograder(folder, kind_of(folder, tests), tests)
    read_programs(old, settings)
    read_shell_files(old)
    if not solution:
        old.given_solution = next((name for name in ("solution", "reference") if (folder / name).is_dir()), None)
    return old


def folder_of_program(folder: Path) -> Path:
    """Return the folder of run_tests.py, from which the tests ran: this one, or the only one below it that has the file."""
    found = [path.parent for path in files_below(folder) if path.name == PROGRAMS[0]]
    return found[0] if len(found) == 1 else folder


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the regular files of a folder, sorted, but for caches, environments, hidden folders and what links lead to.

    Raises:
        AutograderError: there are too many.
    """
    count = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(names):
            path = Path(root, name)
            if path.is_file() and not path.is_symlink() and name not in CACHES and path.suffix != ".pyc":
                count += 1
                if count > MOST_FILES:
                    raise AutograderError(f"{folder} has more than {MOST_FILES:,} files; name the folder of one autograder")
                yield path


def refuse_other_tools(folder: Path, files: list[Path]) -> None:
    """Raise AutograderError for an assignment of otter-grader or nbgrader."""
    for path in files:
        content = path.read_bytes() if path.suffix in (".py", ".ipynb", ".json") and path.stat().st_size < 1 << 22 else b""
        name = path.relative_to(folder).as_posix()
        otter = re.search(rb"^OK_FORMAT\s*=|^\s*(import otter\b|from otter[. ])", content, re.MULTILINE)
        if path.name == "otter_config.json" or (path.suffix == ".py" and otter):
            raise AutograderError(
                f"{folder} is an assignment of otter-grader, as {name} shows; its tests belong to cells of a notebook and are "
                "not taken over. Write them as tests of pytest that import a file, beginning with: autograder new"
            )
        if path.name in ("nbgrader_config.py", "gradebook.db") or (path.suffix == ".ipynb" and b'"nbgrader"' in content):
            raise AutograderError(
                f"{folder} is an assignment of nbgrader, as {name} shows; its tests are cells of a notebook and are not taken "
                "over. Write them as tests of pytest that import a file, beginning with: autograder new"
            )


def kind_of(folder: Path, tests: list[Source]) -> str:
    imported = {each.module.partition(".")[0] for source in tests for each in source.imports()}
    if "gradescope_utils" in imported or (folder / "run_autograder").is_file():
        return "gradescope-utils"
    return "unittest" if all(source.has_tests() for source in tests) else "pytest"


def pytest_settings(folder: Path) -> dict[str, str]:
    """Return pytest's settings as texts, of the first file that has some.

    Raises:
        AutograderError: a file of settings cannot be read.
    """
    for name, section in (
        ("pytest.ini", "pytest"),
        ("pyproject.toml", ""),
        ("tox.ini", "pytest"),
        ("setup.cfg", "tool:pytest"),
    ):
        path = folder / name
        if not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
            if section:
                parser = configparser.ConfigParser(interpolation=None, strict=False)
                parser.read_string(text)
                if parser.has_section(section):
                    return dict(parser[section])
            else:
                table: Any = tomllib.loads(text).get("tool", {}).get("pytest", {}).get("ini_options")
                if table is not None:
                    return {
                        key: " ".join(map(str, value)) if isinstance(value, list) else str(value)
                        for key, value in table.items()
                    }
        except (OSError, ValueError, AttributeError, configparser.Error) as error:
            raise AutograderError(f"{path} cannot be read: {error}") from error
    return {}


def read_programs(old: OldAutograder, settings: dict[str, str]) -> None:
    """Take what run_tests.py, conftest.py files, the tests and pytest's settings say."""
    sources = list(old.tests)
    sources += [
        Source(path, old.folder) for path in files_below(old.folder) if path.name in PROGRAMS and path.name != "setup.py"
    ]
    for source in sources:
        old.submitted += source.submitted_lists()
        old.search_paths += source.search_paths()
        for name, value in source.runner_options():
            old.post_processor |= name == "post_processor"
            if name == "visibility" and value in VISIBILITIES:
                old.visibility = value
    old.search_paths += [os.path.normpath(old.folder / path) for path in settings.get("pythonpath", "").split()]
    given = [seconds for source in sources for seconds in source.timeouts()]
    with_setting = re.fullmatch(r"\d+(\.\d+)?", settings.get("timeout", "").strip())
    if with_setting and float(with_setting[0]) > 0:
        given.append(float(with_setting[0]))
    old.test_seconds = max(given, default=None)


def read_shell_files(old: OldAutograder) -> None:
    """Take what run_autograder, setup.sh and requirements.txt say."""
    for line in lines_of(old.folder / "run_autograder"):
        limit = re.search(r"\btimeout\s+(?:-\S+\s+(?:\d\S*\s+(?=\d))?)*(\d+(?:\.\d+)?)([smh]?)\s", line)
        if limit and float(limit[1]) > 0:
            old.total_seconds = float(limit[1]) * SECONDS.get(limit[2], 1)
        if re.match(r"\s*(cp|mv|ln|rsync|install)\b", line):
            old.submitted += [
                found[1] for word in words_of(line) if (found := re.fullmatch(r".*\bsubmission/([\w./-]*\w\.\w+)", word))
            ]
    for line in lines_of(old.folder / "setup.sh"):
        if re.search(r"\bapt(-get)?\b.*\binstall\b", line):
            words = words_of(line.partition("install")[2].split("&&")[0])
            old.system_packages += [word for word in words if re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", word)]
    old.requirements = [line.partition("#")[0].strip() for line in lines_of(old.folder / "requirements.txt")]
    old.requirements = [line for line in old.requirements if line and not line.startswith("-")]


def lines_of(path: Path) -> list[str]:
    """Return the lines of a text file, joined where a backslash ends them; none where it is not there."""
    if not path.is_file():
        return []
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise AutograderError(f"{path} cannot be read: {error.strerror}") from error
    return re.sub(r"\\\r?\n", " ", text).splitlines()


def words_of(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return line.split()
