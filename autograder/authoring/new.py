"""`autograder new`: an assignment of one task to begin with, made from a folder `template...` of this package.

Every file is in place or none: what is wrong is said before anything is written, and what fails later is cleaned up.
"""

import json
import re
import secrets
import shutil
from pathlib import Path

from autograder.assignment import load
from autograder.authoring.skeleton import build_skeleton
from autograder.errors import AutograderError
from autograder.files import write_atomically

TEMPLATE = Path(__file__).with_name("template")
VARIANTS = Path(__file__).with_name("template_variants")  # different numbers for each student
DEMO = Path(__file__).with_name("template_demo")  # of `autograder demo`
SHARED = ("gitignore", "handout/style.css")  # TEMPLATE has them for all
SECRET_BYTES = 32
TITLE = "@TITLE@"
RENAMED = {"gitignore": ".gitignore"}  # under its own name it would say what git ignores here
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#$|!&~])")


def make(folder: Path, title: str | None = None, template: Path = TEMPLATE) -> list[str]:
    """Make a new assignment; return what was written, one path below the folder for each file, sorted.

    Args:
        folder: does not exist yet, or is empty; the folder above it exists.
        title: of the assignment, one line; by default made of the folder's name.
        template: a folder of this package. If its assignment has variants, the secret that they are made of is new.

    Raises:
        AutograderError: the folder holds something, its name or the title cannot be used, or writing failed.
    """
    name = folder.resolve().name  # that of the folder itself for "." and "course/.."
    files = rendered(title_from(name) if title is None else checked_title(title), template)
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
        if assignment.variants:
            write_atomically(folder / assignment.variant_secret, f"{secrets.token_hex(SECRET_BYTES)}\n".encode(), 0o600)
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


def rendered(title: str, template: Path) -> dict[str, bytes]:
    """Return the content of every file of a template by its path below the assignment, with the title put in."""
    forms = {".toml": json.dumps(title, ensure_ascii=False)[1:-1], ".md": MARKDOWN.sub(r"\\\1", title)}
    files = {}
    paths = {path.relative_to(template).as_posix(): path for path in template.rglob("*")}
    for name, path in sorted({name: TEMPLATE / name for name in SHARED}.items() | paths.items()):
        if path.is_file() and "__pycache__" not in path.parts:
            text = path.read_text(encoding="utf-8").replace(TITLE, forms.get(path.suffix, title))
            files[RENAMED.get(name, name)] = text.encode()
    return files


def clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
