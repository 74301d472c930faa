"""Code of the submission stays out of this process, also where a suite asks Python to run a file of it.

A suite may import from a folder into which a submission has written, load a submitted file by its path, or execute its text.
`runpy.run_path` of a submitted file is carried out in the process of the test; the others ask for staff. To parse is allowed.
"""

import functools
import importlib.machinery
import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.standins.places import Places
from autograder.standins.programs import Programs
from autograder.standins.starting import submitted

SHORTEST = 20  # characters of a source that is looked for in what is compiled
SOURCES: ContextVar[tuple[tuple[str, str, bytes], ...]] = ContextVar("autograder_sources", default=())  # name, text, bytes
ASSIGNMENT: ContextVar[str] = ContextVar("autograder_assignment", default="")  # its folder
LOADERS = (importlib.machinery.SourceFileLoader, importlib.machinery.SourcelessFileLoader)
EXTENSIONS = importlib.machinery.ExtensionFileLoader


@contextmanager
def kept_out(places: Places, programs: Programs) -> Iterator[None]:
    """While this lasts, this process loads no code of the submission from files."""
    if places.own:
        yield
        return
    run_path, create = runpy.run_path, EXTENSIONS.create_module
    originals = [(loader, loader.get_code, "get_code" in vars(loader)) for loader in LOADERS]

    def guarded(get_code: Any) -> Any:
        def look_first(self: Any, fullname: str) -> Any:
            refuse(places, self.get_filename(fullname))
            return get_code(self, fullname)

        return look_first

    def create_module(self: Any, spec: Any) -> Any:
        refuse(places, self.path)
        return create(self, spec)

    def run_path_guarded(path_name: Any, init_globals: Any = None, run_name: Any = None) -> Any:
        __tracebackhide__ = True
        name = submitted(programs, os.fsdecode(path_name))
        if name is None:
            refuse(places, os.fsdecode(path_name))
            return run_path(path_name, init_globals, run_name)
        assert programs.ask
        return programs.ask("run_path", [programs.script(name), dict(init_globals or {}), run_name or "<run_path>"])

    for loader, get_code, _ in originals:
        loader.get_code = guarded(get_code)  # type: ignore[method-assign]
    EXTENSIONS.create_module = create_module  # type: ignore[method-assign]
    runpy.run_path = run_path_guarded
    watch_compilation()
    token, where = SOURCES.set(tuple(sources(places))), ASSIGNMENT.set(places.assignment)
    try:
        yield
    finally:
        SOURCES.reset(token)
        ASSIGNMENT.reset(where)
        for loader, get_code, own in originals:
            if own:
                loader.get_code = get_code  # type: ignore[method-assign]
            else:
                del loader.get_code
        EXTENSIONS.create_module = create  # type: ignore[method-assign]
        runpy.run_path = run_path


def sources(places: Places) -> Iterator[tuple[str, str, bytes]]:
    """The Python files that were handed in: name, text as it is read from a file, and bytes."""
    for parts, content in places.staged:
        if content and parts[-1].endswith(".py") and "/".join(parts) not in places.support.values():
            text = "\n".join(content.decode("utf-8", "replace").splitlines()).strip()
            if len(text) >= SHORTEST:
                yield "/".join(parts), text, content.strip()


@functools.cache
def watch_compilation() -> None:
    """Have this process look at all that it compiles, once and for all: an audit hook cannot be taken back."""
    sys.addaudithook(refuse_text)


def refuse_text(event: str, arguments: tuple) -> None:
    """Refuse to compile the text of a submitted file, except for a syntax tree.

    Raises:
        AutograderError: it is that.
    """
    if event != "compile" or type(arguments[0]) not in (str, bytes):
        return
    for name, text, content in SOURCES.get():
        if (text if type(arguments[0]) is str else content) in arguments[0] and not is_parsing() and not is_own(*arguments):
            raise AutograderError(
                f"the suite executes the text of {name}, which is the submission's, and nothing of a submission runs in the "
                "process of the tests: import its modules by their names, or run programs by the fixture run_script"
            )


def is_own(text: str | bytes, file: Any) -> bool:
    """Whether a file of the assignment is compiled: a submission may be the same as its reference."""
    try:
        content = Path(file).read_bytes()
        return file.startswith(ASSIGNMENT.get() + os.sep) and content == (text.encode() if isinstance(text, str) else text)
    except (OSError, TypeError, AttributeError, ValueError):
        return False


def is_parsing() -> bool:
    """Whether `ast.parse` is what compiles."""
    frame = sys._getframe(2)
    return frame.f_globals.get("__name__") == "ast" and frame.f_code.co_name == "parse"


def refuse(places: Places, path: str) -> None:
    """Refuse to load a file that has come from the submission.

    Raises:
        AutograderError: it has.
    """
    if places.is_theirs(path):
        raise AutograderError(
            f"the suite loads {os.path.basename(path)}, which is the submission's, and nothing of a submission runs in the "
            "process of the tests: import its modules by their names, run programs by the fixture run_script, or let the test "
            "run inside the submission's process (@pytest.mark.inside)"
        )
