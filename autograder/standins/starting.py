"""What a suite starts by itself with `subprocess`: a submitted program runs in the sandbox, anything else as ever.

Nothing of the submission is run by a program that this process starts. What cannot be done in the sandbox asks for staff.
"""

import functools
import itertools
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograder.errors import AutograderError
from autograder.standins.programs import Programs, text_of

PYTHON = re.compile(r"python[0-9.]*(\.exe)?")
INSTEAD = 'use the fixture run_script("{name}", args=..., input=..., timeout=...)'
REPLACED = ((subprocess, "run"), (subprocess, "call"), (subprocess, "check_call"), (subprocess, "Popen"), (os, "system"))
KNOWN = frozenset(
    ("stdin", "stdout", "stderr", "text", "universal_newlines", "encoding", "errors", "cwd", "env", "shell", "bufsize")
    + ("close_fds", "start_new_session", "args")
)  # arguments of subprocess.run that are understood, or make no difference


@contextmanager
def started_in_sandbox(programs: Programs) -> Iterator[None]:
    """While this lasts, a suite that starts a submitted program has it run in the sandbox."""
    originals = [(place, name, getattr(place, name)) for place, name in REPLACED]
    if programs.ask:
        replace(programs)
    try:
        yield
    finally:
        for place, name, original in originals:
            setattr(place, name, original)


def submitted(programs: Programs, word: str) -> str | None:
    """Which submitted file a word of a command line names."""
    path = os.path.realpath(word)
    for base in (programs.stage, programs.folder):
        name = os.path.relpath(path, os.path.realpath(base))
        if name in programs.files or (base is programs.stage and not name.startswith("..") and os.path.isfile(path)):
            return name
    if os.path.exists(path):
        return None
    return next((name for name in programs.files if os.path.basename(name) == os.path.basename(word)), None)


def words_of(programs: Programs, command: Any, shell: bool) -> list[str] | None:
    """The words after `python` of a command that runs a submitted program; None for any other.

    Raises:
        AutograderError: it does something else with a submitted file.
    """
    try:
        if isinstance(command, (str, bytes, os.PathLike)):
            text = os.fsdecode(command)
            words = shlex.split(text) if shell else [text]
        else:
            words = [os.fsdecode(word) for word in command]
    except (TypeError, ValueError):
        return None
    names = [submitted(programs, word) if word and not word.startswith("-") else None for word in words]
    named = next(filter(None, names), None)
    python = bool(words) and bool(PYTHON.fullmatch(os.path.basename(words[0])) or words[0] == sys.executable)
    if named and (not python or (shell and re.search(r"[|<>;&$`]", os.fsdecode(command)))):
        raise AutograderError(
            f"the suite starts {words[0]} with the submitted file {named}, which runs in the sandbox only: "
            + INSTEAD.format(name=named)
        )
    if named or (python and mentions(programs, words)):
        return [programs.script(name) if name else word for word, name in zip(words, names, strict=True)][1:]
    return None


def mentions(programs: Programs, words: Sequence[str]) -> bool:
    """Whether Python is told to run a module of the submission, or code that names one."""
    code = [after for word, after in itertools.pairwise(words) if word in ("-c", "-m")]
    names = "|".join(map(re.escape, programs.modules))
    return bool(names) and any(re.search(rf"(?<![\w.])({names})(?!\w)", text) for text in code)


def replace(programs: Programs) -> None:
    """Let the functions that start a program look whether it is a submitted one."""
    run, popen, system = subprocess.run, subprocess.Popen, os.system

    def run_guarded(*arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        command = arguments[0] if arguments else keywords.get("args")
        words = words_of(programs, command, bool(keywords.get("shell")))
        return run(*arguments, **keywords) if words is None else run_as_asked(programs, command, words, **keywords)

    def call_guarded(*arguments: Any, timeout: float | None = None, **keywords: Any) -> int:
        __tracebackhide__ = True
        return run_guarded(*arguments, timeout=timeout, **keywords).returncode

    def check_call_guarded(*arguments: Any, **keywords: Any) -> int:
        __tracebackhide__ = True
        return run_guarded(*arguments, check=True, **keywords).returncode

    class PopenGuarded(popen):  # type: ignore[misc, valid-type]  # a class that is known when this runs
        def __new__(cls, args: Any, *others: Any, **keywords: Any) -> Any:
            words = words_of(programs, args, bool(keywords.get("shell")))
            return super().__new__(cls) if words is None else Program(programs, args, words, keywords)

        def __init__(self, args: Any, *others: Any, **keywords: Any) -> None:
            if keywords.get("cwd") is None and imports_from_current_folder(args) and os.getcwd() == programs.cwd:
                keywords["cwd"] = programs.folder  # where there is no code of the submission
            super().__init__(args, *others, **keywords)

    def system_guarded(command: str) -> int:
        if words_of(programs, command, True) is not None:
            raise AutograderError(f"os.system cannot run a submitted program: {INSTEAD.format(name='NAME.py')}")
        return system(command)

    guards: tuple[Any, ...] = (run_guarded, call_guarded, check_call_guarded, PopenGuarded, system_guarded)
    for (place, name), guarded in zip(REPLACED, guards, strict=True):
        setattr(place, name, guarded)


class Program:
    """What `subprocess.Popen` gives for a submitted program, which runs when its outcome is asked for."""

    def __init__(self, programs: Programs, command: Any, words: Sequence[str], keywords: dict[str, Any]) -> None:
        self.args = command
        self.returncode: int | None = None
        self.run = functools.partial(run_as_asked, programs, command, words, **keywords)
        self.printed: tuple[Any, Any] = (None, None)

    def communicate(self, input: Any = None, timeout: float | None = None) -> tuple[Any, Any]:
        """Run the program, unless it has run; return what it has printed as far as that goes to a pipe."""
        __tracebackhide__ = True
        if self.returncode is None:
            try:
                done = self.run(input=input, timeout=timeout)
            except subprocess.TimeoutExpired as error:
                self.returncode, self.printed = -signal.SIGKILL, (error.stdout, error.stderr)
                raise
            self.returncode, self.printed = done.returncode, (done.stdout, done.stderr)
        return self.printed

    def wait(self, timeout: float | None = None) -> int | None:
        """Run the program, unless it has run; return its exit status."""
        self.communicate(timeout=timeout)
        return self.returncode

    def poll(self) -> int | None:
        """As `wait`: whoever asks again and again comes to the same."""
        return self.wait()

    def kill(self) -> None:
        """It has ended already, or is not begun."""

    terminate = kill

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()

    def __getattr__(self, name: str) -> Any:
        raise AutograderError(
            f"subprocess.Popen(...).{name} of a submitted program cannot be used: call communicate(), or "
            + INSTEAD.format(name="NAME.py")
        )


def imports_from_current_folder(command: Any) -> bool:
    """Whether a command runs Python in a way that it looks for modules in its current folder first."""
    words = command.split() if isinstance(command, str) else list(command) if isinstance(command, (list, tuple)) else []
    return any(PYTHON.fullmatch(os.path.basename(str(word))) for word in words) and bool({"-c", "-m", "-"} & {*map(str, words)})


def run_as_asked(
    programs: Programs,
    command: Any,
    words: Sequence[str],
    *,
    input: Any = None,
    capture_output: bool = False,
    timeout: float | None = None,
    check: bool = False,
    **keywords: Any,
) -> "subprocess.CompletedProcess[Any]":
    """Do what `subprocess.run` does with these arguments, in the sandbox.

    Raises:
        AutograderError: with these arguments it cannot be done.
        subprocess.CalledProcessError, subprocess.TimeoutExpired: as from `subprocess.run`.
    """
    __tracebackhide__ = True
    unknown = keywords.keys() - KNOWN
    if unknown:
        raise AutograderError(
            f"a submitted program cannot be run with {', '.join(sorted(unknown))}: {INSTEAD.format(name='NAME.py')}"
        )
    encoding, errors = keywords.get("encoding"), keywords.get("errors")
    text = bool(keywords.get("text") or keywords.get("universal_newlines") or encoding or errors)
    stdout = subprocess.PIPE if capture_output else keywords.get("stdout")
    stderr = subprocess.PIPE if capture_output else keywords.get("stderr")
    given = keywords["stdin"].read() if hasattr(keywords.get("stdin"), "read") else input
    if isinstance(given, str):
        given = given.encode(encoding or "utf-8")
    variables = {name: value for name, value in (keywords.get("env") or {}).items() if os.environ.get(name) != value}
    folder = os.fspath(keywords.get("cwd") or "")
    if folder and os.path.realpath(folder) == os.path.realpath(programs.folder):
        folder = str(programs.stage)
    status, *printed = programs.run(words, given or b"", timeout, stderr == subprocess.STDOUT, folder, variables)
    out, err = (text_of(part, encoding, errors) if text else part for part in printed)
    told = [
        deliver(out, printed[0], stdout, sys.stdout),
        None if stderr == subprocess.STDOUT else deliver(err, printed[1], stderr, sys.stderr),
    ]
    if status is None:
        raise subprocess.TimeoutExpired(command, timeout or 0, *told)
    if check and status:
        raise subprocess.CalledProcessError(status, command, *told)
    return subprocess.CompletedProcess(command, status, *told)


def deliver(told: Any, printed: bytes, where: Any, stream: Any) -> Any:
    """Give what a program has printed to whom it is for: the caller, nobody, a file, or our own output."""
    if where == subprocess.PIPE:
        return told
    if where is None:
        stream.write(text_of(printed))
    elif hasattr(where, "write"):
        where.write(told if isinstance(told, str) or "b" in getattr(where, "mode", "b") else text_of(printed))
    return None
