"""Write the new assignment: assignment.toml, and copies of files of the old autograder and the solution."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.assignment import FILE, Part, load
from autograder.authoring.adopt.decisions import Plan
from autograder.authoring.new import check_place, clear
from autograder.errors import AutograderError

WIDTH = 100  # of a list on one line


@dataclass
class Settings:
    """What assignment.toml says beyond the plan, once the tests are known.

    Attributes:
        inside: path of a suite -> its tests that run inside, or True for all of them.
        parts: by the numbers of the tests.
    """

    inside: Mapping[str, Sequence[str] | bool] = field(default_factory=dict)
    parts: Sequence[Part] = ()


def write(folder: Path, title: str, made: Plan) -> list[str]:
    """Make the assignment; return what was written, one path below the folder for each file, sorted.

    Raises:
        AutograderError: the folder holds something, or writing failed; it is as it was then.
    """
    there = folder.is_dir()
    try:
        check_place(folder, folder.resolve().name)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise AutograderError(f"{folder} cannot be used: {error.strerror}") from error
    try:
        for name, path in made.copies.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(path.read_bytes())
        write_settings(folder, title, made, Settings())
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    except BaseException as error:  # Ctrl-C, too
        clear(folder)
        if not there:
            folder.rmdir()
        if isinstance(error, OSError):
            raise AutograderError(
                f"{error.filename or folder} cannot be read or written: {error.strerror}; nothing was made"
            ) from error
        raise


def write_settings(folder: Path, title: str, made: Plan, settings: Settings) -> None:
    """Write assignment.toml, and check that it can be read."""
    (folder / FILE).write_text(document(title, made, settings), encoding="utf-8")
    load(folder)


def document(title: str, made: Plan, settings: Settings) -> str:
    """Return the text of assignment.toml."""
    lines = [f"title = {text(title)}"]
    if made.reference:
        lines.append(f"reference = {text(made.reference)}")
    lines += ["", "[submission]", f"files = {array(made.files)}"]
    if made.root:
        lines.append(f"root = {text(made.root)}")
    if made.support:
        lines.append(f"support = {array(made.support)}")
    for suite in made.suites:
        lines += ["", "[[suites]]", f"path = {text(suite)}"]
        if made.visibility:
            lines.append(f"visibility = {text(made.visibility)}")
        inside = settings.inside.get(suite)
        if inside:
            lines.append(
                f"inside = {'true' if inside is True else array(list(inside) if not isinstance(inside, bool) else [])}"
            )
    if made.limits:
        lines += ["", "[limits]", *(f"{name} = {value:g}" for name, value in made.limits.items())]
    lines += ["", "[sandbox]", f"preload = {array(made.preload)}"]
    if made.include:
        lines += ["", "[gradescope]", f"include = {array(made.include)}"]
    for part in settings.parts:
        lines += ["", "[[parts]]", f"number = {text(part.number)}", f"title = {text(part.title)}", f"points = {part.points:g}"]
    return "\n".join(lines) + "\n"


def text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def array(values: Sequence[str]) -> str:
    line = f"[{', '.join(map(text, values))}]"
    return line if len(line) <= WIDTH else "[\n" + "".join(f"    {text(value)},\n" for value in values) + "]"
