"""Data files that tests and solution name: where they are, and who reads them."""

import ast
from collections.abc import Iterable
from pathlib import Path

from autograder.authoring.adopt.decisions import Decisions
from autograder.authoring.adopt.folder import NOT_TESTS, PROGRAMS, files_below
from autograder.authoring.adopt.modules import relative_to
from autograder.authoring.adopt.source import Source
from autograder.authoring.adopt.suites import Suites


def take_data_of_test(source: Source, names: set[str], known: Decisions, suites: Suites) -> None:
    """Take the files that a file of the tests names; those that it gives to the submission support it.

    Args:
        names: of the submission, as the file has them.
    """
    for name in source.started():
        if not (known.old.folder / name).is_file():
            known.submit(name)
    given = arguments_of(source, names)
    for node, value in source.paths():
        relative = not value.startswith("/")
        name = value.removeprefix("./")
        if relative and known.solution and is_theirs_alone(name, known):
            known.submit(name)  # a file that they look at
            continue
        path = Path(source.absolute(value))
        for file in data_at(path, known, suites) or data_at(source.path.parent / value, known, suites):
            take_file(file, relative, known, suites)
            if id(node) in given and relative and ".." not in name.split("/"):
                known.support.setdefault(name if file.name == Path(name).name else f"{name.rstrip('/')}/{file.name}", file)


def arguments_of(source: Source, names: set[str]) -> set[int]:
    """Return the ids of all that stands in arguments of calls to these names."""
    calls = [node for node in source.nodes if isinstance(node, ast.Call) and root_name(node.func) in names]
    values = [value for call in calls for value in [*call.args, *(item.value for item in call.keywords)]]
    return {id(each) for value in values for each in ast.walk(value)}


def root_name(node: ast.expr) -> str:
    """The first part of a dotted name, a call or a subscript."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", "")


def is_theirs_alone(name: str, known: Decisions) -> bool:
    """Whether the solution has a file, and the old autograder has none of that name."""
    return bool(known.solution and (known.solution / name).is_file() and not (known.old.folder / name).is_file())


def data_at(path: Path, known: Decisions, suites: Suites) -> list[Path]:
    """Return the files that a path of the old autograder means: one, or those of a folder that has no code."""
    name = relative_to(known.old.folder, path)
    if not name or name == "." or NOT_TESTS & set(Path(name).parts):
        return []
    if path.is_file() and not path.is_symlink():
        return [] if path.name in PROGRAMS or path.suffix in (".py", ".sh") else [path]
    if path.is_dir() and path not in suites.folders and not suites.holds(path):
        files = list(files_below(path))
        return [] if any(file.suffix == ".py" for file in files) else files
    return []


def take_file(path: Path, relative: bool, known: Decisions, suites: Suites) -> None:
    """Copy a file of data to where the tests look for it.

    Args:
        relative: they look in the current folder, not beside themselves.
    """
    name = path.relative_to(known.old.folder).as_posix()
    if suites.holds(path) or name in known.submitted:
        return
    if known.old.folder in suites.folders:
        known.copy(suites.moved(path), path)
    if relative or known.old.folder not in suites.folders:
        known.copy(name, path)
        known.include.add(name)


def take_data_of_solution(sources: Iterable[Source], known: Decisions) -> None:
    """Support the solution with the data that it names: the old autograder's copy, else the solution's."""
    shipped = list(files_below(known.old.folder))
    for source in sources:
        for _, value in source.paths():
            outside = value.startswith("/") or ".." in value.split("/")
            name = relative_to(source.home, Path(source.absolute(value))) if outside else value.removeprefix("./")
            if not name or name == "." or name.endswith(".py") or name in known.submitted:
                continue
            places = [folder / name for folder in (known.old.folder, source.home, source.path.parent)]
            places += [path for path in shipped if path.as_posix().endswith(f"/{name}")]
            file = next((place for place in places if place.is_file()), None)
            if file:
                known.support.setdefault(name, file)
