"""Gradings of hollow submissions for `autograder check`, in a program of their own beside its other proofs.

The program loads the libraries once and forks a process for each grading. It prints {"kind": {"test": points}}.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.assignment import Assignment, load
from autograder.authoring.check.hollow import KINDS, RECORD, Points, hollow_faults, hollow_files, results_in
from autograder.errors import AutograderError
from autograder.sandbox.programs import PACKAGE_ROOT, clean_environment

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from autograder.commands.hollow import program
sys.exit(program(sys.argv[2]))
"""
RECORDED_KB = 4096  # of descriptions of results that one test may print


@contextmanager
def hollow_trials(assignment: Assignment, tests: Sequence[str]) -> Iterator[Callable[[], list[str]]]:
    """Start the gradings; yield what waits for them and returns what is wrong."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # threads would not survive a fork
    environment = {
        **os.environ,
        **{name: clean_environment()[name] for name in names},
    }
    command = [sys.executable, "-I", "-B", "-c", PROGRAM, str(PACKAGE_ROOT), str(assignment.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as started:

        def faults() -> list[str]:
            printed, errors = started.communicate()
            if started.returncode:
                return [errors.strip() or f"the grading of hollow submissions ended with status {started.returncode}"]
            return list(hollow_faults(assignment, json.loads(printed.splitlines()[-1]), tests))

        try:
            yield faults
        finally:
            started.terminate()


def program(folder: str) -> int | str:
    """Grade the hollow submissions of the assignment in a folder; return the exit status, or what went wrong."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # here and in each grading, which then clean up
    try:
        print(json.dumps(points_for_nothing(load(Path(folder)))))
    except AutograderError as error:
        return str(error)
    return 0


def points_for_nothing(assignment: Assignment) -> dict[str, Points]:
    """Return the points that the tests give to the hollow submission of each kind, where they give some."""
    # The reference has the answers to the common numbers. A hollow training takes no time, the reference's some.
    assignment = replace(assignment, variants=False, limits=replace(assignment.limits, output_kb=RECORDED_KB))
    load_libraries(assignment)
    with tempfile.TemporaryDirectory(prefix="autograder-") as work:
        Path(work).chmod(0o755)
        results = results_in([printed for _, _, printed in graded(assignment, work, {RECORD: {}})[RECORD]])
        return {
            kind: {test: score for test, score, _ in records if score}
            for kind, records in graded(assignment, work, dict.fromkeys(KINDS, results)).items()
        }


def load_libraries(assignment: Assignment) -> None:
    """Load what all gradings need, before they are forked off."""
    import autograder.grading.suites
    import autograder.sandbox.server
    import autograder.standins.local  # noqa: F401
    from autograder.sandbox.preloading import preload, settle

    preload(assignment.sandbox.preload)
    settle()


def graded(assignment: Assignment, work: str, results: dict[str, dict]) -> dict[str, list[tuple[str, float, str]]]:
    """Grade hollow submissions, as many at a time as there are processors: the other proofs take a part of one, and not long.

    Args:
        results: kind -> what the reference's results look like.

    Returns:
        kind -> id, points and output of each test.
    """
    waiting, running, done = list(results), dict[int, str](), {}
    try:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                kind = waiting.pop(0)
                write(hollow_files(assignment, kind, results[kind]), Path(work, kind))
                running[fork(assignment, Path(work, kind))] = kind
            pid, status = os.waitpid(-1, 0)
            kind = running.pop(pid)
            if status:
                raise AutograderError(f"the hollow submission {kind!r} could not be graded; its error stands above")
            done[kind] = json.loads(Path(work, f"{kind}.json").read_text(encoding="utf-8"))
    finally:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
    return done


def write(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    folder.mkdir(exist_ok=True)


def fork(assignment: Assignment, folder: Path) -> int:
    """Grade a folder in a process of its own, which writes the result beside it; return its pid."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        from autograder.commands.launch import fork_server
        from autograder.grading.story import grade

        outcome = grade(assignment, [folder], server=fork_server())
        records = [(record.nodeid, record.score or 0.0, record.printed) for record in outcome.records]
        folder.with_suffix(".json").write_text(json.dumps(records), encoding="utf-8")
        status = 0
    except Exception as error:
        print(f"autograder: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)
