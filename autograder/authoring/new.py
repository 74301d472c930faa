"""`autograder new`: an assignment of one task to begin with, made from the folder `template` of this package.

Every file is in place or none: what is wrong is said before anything is written, and what fails later is cleaned up.
"""

import json
import re
import shutil
from pathlib import Path

from autograder.assignment import load
from autograder.authoring.skeleton import build_skeleton
from autograder.errors import AutograderError

TEMPLATE = Path(__file__).with_name("template")
TITLE = "@TITLE@"
RENAMED = {"gitignore": ".gitignore"}  # under its own name it would say what git ignores here
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#$|!&~])")


def make(folder: Path, title: str | None = None) -> list[str]:
    """Make a new assignment; return what was written, one path below the folder for each file, sorted.

    Args:
        folder: does not exist yet, or is empty; the folder above it exists.
        title: of the assignment, one line; by default made of the folder's name.

    Raises:
        AutograderError: the folder holds something, its name or the title cannot be used, or writing failed.
    """
    name = folder.resolve().name  # that of the folder itself for "." and "course/.."
    files = rendered(title_from(name) if title is None else checked_title(title))
    there = folder.is_dir()
    try:
        check_place(folder, name)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise AutograderError(f"{folder} cannot be used: {error.strerror}") from error
    try:
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        assignment = load(folder)
        build_skeleton(folder / str(assignment.reference), folder / str(assignment.skeleton))
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    except BaseException as error:  # Ctrl-C, too
        clear(folder)
        if not there:
            folder.rmdir()
        if isinstance(error, OSError):
            raise AutograderError(
                f"{error.filename or folder} cannot be written: {error.strerror}; nothing was made"
            ) from error
        raise


def check_place(folder: Path, name: str) -> None:
    """Raise AutograderError unless an assignment can be made there."""
    if not NAME.fullmatch(name):
        raise AutograderError(
            f"{name!r} cannot be the name of an assignment's folder, which stands in commands and archives; "
            "use letters, digits, '.', '_' and '-', beginning with a letter or a digit"
        )
    if folder.is_dir():
        names = sorted(path.name for path in folder.iterdir())
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            raise AutograderError(f"{folder} is not empty: it holds {', '.join(names[:3])}{more}; name a folder that is new")
    elif folder.exists() or folder.is_symlink():
        raise AutograderError(f"{folder} is not a folder; name one that is new")
    elif not folder.resolve().parent.is_dir():
        raise AutograderError(f"{folder.resolve().parent} does not exist; make it first, or name a folder below one that does")


def title_from(name: str) -> str:
    words = re.sub(r"[._-]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def checked_title(title: str) -> str:
    if not title.strip() or not title.isprintable():
        raise AutograderError(f"{title!r} cannot be a title; give one line of text")
    return title.strip()


def rendered(title: str) -> dict[str, bytes]:
    """Return the content of every file of the template by its path below the assignment, with the title put in."""
    forms = {".toml": json.dumps(title, ensure_ascii=False)[1:-1], ".md": MARKDOWN.sub(r"\\\1", title)}
    files = {}
    for path in sorted(TEMPLATE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(TEMPLATE).as_posix()
            text = path.read_text(encoding="utf-8").replace(TITLE, forms.get(path.suffix, title))
            files[RENAMED.get(name, name)] = text.encode()
    return files


def clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
