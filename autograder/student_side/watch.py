"""`run_tests.py --watch`: the tests, and again those that failed whenever a file changes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.student_side import last_run
from autograder.student_side.handed_out import version_of

SECONDS = 0.5  # between two looks at the files
SUFFIXES = (".py", ".toml")
SKIPPED = ("autograder", "__pycache__")

State = dict[str, tuple[int, int]]  # name -> time of the last change, and size


def watch(
    folder: Path,
    numbers: Sequence[str],
    options: Sequence[str] = (),
    run: Callable[[Sequence[str]], int] | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Run the tests until Ctrl-C ends it; return the exit status.

    Each run is a new process, so that no module of the student's stays loaded.

    Args:
        numbers: of the tests, as run_tests.py takes them; none for all.
        options: for run_tests.py.
        run: carries out run_tests.py with arguments and returns its exit status.
    """
    run = run or (lambda more: subprocess.run([sys.executable, str(folder / "run_tests.py"), *more], check=False).returncode)
    arguments = [*numbers, *options]

    def failed() -> list[str]:
        return last_run.failed(last_run.read(folder, version_of(folder)), numbers)

    try:
        state = state_of(folder)
        status = run(arguments)
        while not status:
            print("Waiting for a change of your files; Ctrl-C ends this", flush=True)
            before, state = state, changed_state(folder, state, wait)
            print(f"\n{shown(before, state)}\n", flush=True)
            had_failed = failed()
            status = run([*arguments, "--failed"])
            if not status and had_failed and not failed():
                status = run(arguments)  # what passed before may fail now
        return status
    except KeyboardInterrupt:
        print()
        return 0


def state_of(folder: Path) -> State:
    """Return when the files of the folder were changed, but for those of the tool and of virtual environments."""
    found: State = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [
            name for name in folders if name[:1] != "." and name not in SKIPPED and not Path(place, name, "pyvenv.cfg").exists()
        ]
        for name in files:
            if name.endswith(SUFFIXES) and name[:1] != ".":
                path = Path(place, name)
                try:
                    about = path.stat()
                except OSError:
                    continue  # an editor has just replaced it
                found[path.relative_to(folder).as_posix()] = about.st_mtime_ns, about.st_size
    return found


def changed_state(folder: Path, before: State, wait: Callable[[float], None]) -> State:
    """Wait until files have changed and then stay as they are; return their state."""
    now = before
    while True:
        wait(SECONDS)
        last, now = now, state_of(folder)
        if now == last and now != before:
            return now


def shown(before: State, now: State) -> str:
    names = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    return f"Changed: {', '.join(names[:3])}{', ...' if len(names) > 3 else ''}"
