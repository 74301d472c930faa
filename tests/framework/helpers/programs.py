"""Programs, started as a user does: each returns its exit status, what it prints, and its errors."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from places import ROOT


class Done(NamedTuple):
    status: int
    out: str
    err: str


def run(*command: object, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float = 120) -> Done:
    """Run a program to its end, in the repository or another folder.

    Args:
        env: its environment, in place of that of the tests.
        timeout: seconds, against a program that hangs.
    """
    done = subprocess.run(
        list(map(str, command)), cwd=cwd or ROOT, env=env, capture_output=True, encoding="utf-8", errors="replace",
        timeout=timeout, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def run_python(*arguments: object, **how) -> Done:
    return run(sys.executable, *arguments, **how)


def run_autograder(*arguments: object, cwd: Path | None = None) -> Done:
    return run_python("-m", "autograder", *arguments, cwd=cwd, env={**os.environ, "COLUMNS": "100"})


def run_pytest(folder: Path, *arguments: object) -> Done:
    """Run plain pytest in a folder, without the settings of the pytest that asks."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return run_python("-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, cwd=folder, env=environment)


def run_in_terminal(*command: object, columns: int, cwd: Path, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a program in a terminal of a width; return its exit status and all that it writes there.

    Args:
        env: variables to be set beside those of the tests.
    """
    import fcntl  # Windows has none
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    environment |= {"TERM": "xterm", **(env or {})}
    started = subprocess.Popen(list(map(str, command)), stdin=theirs, stdout=theirs, stderr=theirs, cwd=cwd, env=environment)
    os.close(theirs)
    shown = b""
    with open(ours, "rb", buffering=0) as terminal:
        try:
            while block := terminal.read(10_000):
                shown += block
        except OSError:  # the other end is closed
            pass
    return started.wait(timeout=60), shown.decode("utf-8", "replace")


def with_few_characters() -> dict[str, str]:
    """An environment in which Python prints ASCII by itself, as it prints cp1252 on Windows where the output is no terminal."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONIOENCODING"}
    return kept | {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
