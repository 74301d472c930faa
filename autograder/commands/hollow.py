"""Gradings of hollow submissions for `autograder check`, in a program of their own beside its other proofs.

    python -m autograder.commands.hollow FOLDER     grades them all; prints {"kind": {"test": points}}

The program loads the libraries once and forks a process for each grading.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.assignment import Assignment, load
from autograder.authoring.check.hollow import KINDS, RECORD, hollow_faults, hollow_files, results_in
from autograder.errors import AutograderError
from autograder.sandbox.programs import PACKAGE_ROOT, clean_environment

RECORDED_KB = 4096  # of descriptions of results that one test may print


@contextmanager
def hollow_trials(assignment: Assignment, tests: Sequence[str]) -> Iterator[Callable[[], list[str]]]:
    """Start the gradings; yield what waits for them and returns what is wrong."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # threads would not survive a fork
    environment = {**os.environ, **{name: clean_environment()[name] for name in names}, "PYTHONPATH": str(PACKAGE_ROOT)}
    command = [sys.executable, "-B", "-m", "autograder.commands.hollow", str(assignment.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as program:

        def faults() -> list[str]:
            printed, errors = program.communicate()
            if program.returncode:
                return [errors.strip() or f"the grading of hollow submissions ended with status {program.returncode}"]
            return list(hollow_faults(assignment, json.loads(printed.splitlines()[-1]), tests))

        try:
            yield faults
        finally:
            program.terminate()


def main(folder: Path) -> int:
    assignment = load(folder)
    # The reference has the answers to the numbers that all have. A hollow training takes no time, the reference's some.
    assignment = replace(assignment, variants=False, limits=replace(assignment.limits, output_kb=RECORDED_KB))
    load_libraries(assignment)
    with tempfile.TemporaryDirectory(prefix="autograder-") as work:
        Path(work).chmod(0o755)
        results = results_in([printed for _, _, printed in graded(assignment, work, {RECORD: {}})[RECORD]])
        points = {
            kind: {test: score for test, score, _ in records}
            for kind, records in graded(assignment, work, dict.fromkeys(KINDS, results)).items()
        }
    print(json.dumps(points))
    return 0


def load_libraries(assignment: Assignment) -> None:
    """Load what all gradings need, before they are forked off."""
    import autograder.grading.suites
    import autograder.sandbox.server
    import autograder.standins.local  # noqa: F401
    from autograder.sandbox.preloading import preload

    preload(assignment.sandbox.preload)


def graded(assignment: Assignment, work: str, results: dict[str, dict]) -> dict[str, list[tuple[str, float, str]]]:
    """Grade hollow submissions, as many at a time as there are processors beside the one for the other proofs.

    Args:
        results: kind -> what the reference's results look like.

    Returns:
        kind -> id, points and output of each test.
    """
    waiting, running, done = list(results), dict[int, str](), {}
    while waiting or running:
        while waiting and len(running) < max(1, (os.cpu_count() or 1) - 1):
            kind = waiting.pop(0)
            write(hollow_files(assignment, kind, results[kind]), Path(work, kind))
            running[fork(assignment, Path(work, kind))] = kind
        pid, status = os.waitpid(-1, 0)
        if pid not in running:
            continue
        kind = running.pop(pid)
        if status:
            raise AutograderError(f"the hollow submission {kind!r} could not be graded; its error stands above")
        done[kind] = json.loads(Path(work, f"{kind}.json").read_text(encoding="utf-8"))
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
    except BaseException as error:
        print(f"autograder: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except AutograderError as error:
        sys.exit(str(error))
