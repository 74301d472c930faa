"""The handout zip, tried out as students use it: unpacked in an empty folder, the tests run with nothing but its files."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.assignment import Assignment, load
from autograder.authoring.packing import RUN_TESTS
from autograder.errors import AssignmentError
from autograder.grading.collect import collect
from autograder.grading.records import Record
from autograder.results.terminal import MARKS, number_key

COLUMNS = 1000  # room for a whole test in one line of the table
COLOURS = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")  # by which rich colours what no terminal shows

# Run in an unpacked zip: grades the sources in its own process, imports modules, and prints one line of JSON.
IN_PROCESS = """
import importlib, json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from autograder.assignment import load
from autograder.grading.story import grade
sources, modules = json.loads(sys.argv[2])
outcome = grade(load(Path(sys.argv[1])), [Path(source) for source in sources], "off") if sources else None
records = [[record.nodeid, record.status, record.reason] for record in outcome.records] if outcome else []
imports = []
for name in modules:
    try:
        importlib.import_module(name.removesuffix(".py").replace("/", "."))
    except BaseException as error:
        imports.append([name, f"{type(error).__name__}: {error}"])
print()
print(json.dumps({"records": records, "imports": imports}))
"""


@dataclass(frozen=True)
class Shown:
    """A test in the table that a student sees.

    Attributes:
        points: reached; 0 for a test without points.
        reason: the first line of why it failed.
    """

    test: str
    passed: bool
    points: float
    reason: str


@contextmanager
def unpacked(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Yield a folder that holds these files, and goes away."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as work:
        for name, content in files.items():
            path = Path(work, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield Path(work).resolve()


def collected(folder: Path) -> list[Record]:
    """Return a record of each public test, found with nothing but the files of the zip.

    Raises:
        AssignmentError: a file of tests cannot be read there.
    """
    records = collect(load(folder))
    unread = [record for record in records if record.unreadable]
    if unread:
        faults = "\n".join(f"{record.nodeid}:\n{record.staff.strip()}" for record in unread)
        raise AssignmentError(f"the public tests cannot be collected from the handout zip alone:\n{faults}")
    return records


def skeleton_faults(assignment: Assignment, files: Mapping[str, bytes]) -> list[str]:
    """Return what is wrong when a student has just unpacked these files.

    A public test is not there, a file of the skeleton cannot be imported, a test gives points.
    """
    public = tuple(suite for suite in assignment.suites if suite.public)
    wanted = [record.nodeid for record in collect(replace(assignment, suites=public))]
    modules = [name for name in assignment.files if name in files and name.endswith(".py")]
    with unpacked(files) as folder:
        table = shown(folder)
        imports = in_process(folder, [], modules)["imports"]
    there = {row.test for row in table}
    return [
        *(f"{test} is not run" for test in wanted if test not in there),
        *(f"{assignment.skeleton}/{name} cannot be imported: {said}" for name, said in imports),
        *(f"the skeleton gets {row.points:g} points in {row.test}" for row in table if row.points),
    ]


def reference_faults(assignment: Assignment, files: Mapping[str, bytes]) -> list[str]:
    """Return what is wrong when a student has the reference's files: a test that fails, also where all run in one process."""
    if not assignment.reference:
        return []
    reference = assignment.folder / assignment.reference
    own = {name: (reference / name).read_bytes() for name in assignment.files if (reference / name).is_file()}
    with unpacked({**files, **own}) as folder:
        found = [f"the reference fails in {row.test}: {row.reason}" for row in shown(folder) if not row.passed]
        if not found:  # as on systems where no process can be held back
            records = in_process(folder, [str(folder / name) for name in own], [])["records"]
            found = [
                f"the reference fails in {test}, in one process with the tests: {reason or status}"
                for test, status, reason in records
                if status != "passed"
            ]
    return found


def shown(folder: Path) -> list[Shown]:
    """Run `python run_tests.py` in an unpacked zip; return the table that it prints."""
    environment = {name: value for name, value in os.environ.items() if name not in COLOURS} | {"COLUMNS": str(COLUMNS)}
    text = output([sys.executable, "-I", "-B", "-X", "utf8", RUN_TESTS], folder, environment)
    marks = tuple(f"{mark} " for mark, _ in MARKS.values())
    lines = text.splitlines()[1:]  # below the title
    starts = [index for index, line in enumerate(lines) if line.startswith(marks)]
    records = sorted(collected(folder), key=lambda record: number_key(record.number))  # the order of the table
    if len(starts) != len(records):
        raise AssignmentError(f"{RUN_TESTS} of the handout zip shows {len(starts)} tests of {len(records)}:\n{text}")
    table = []
    for record, start in zip(records, starts, strict=True):
        reason = lines[start + 1].strip() if start + 1 < len(lines) else ""
        points = lines[start].rpartition("  ")[2].partition(" / ")[0] if record.max_score is not None else "0"
        table.append(Shown(record.nodeid, lines[start].startswith(MARKS["passed"][0]), float(points), reason))
    return table


def in_process(folder: Path, sources: Sequence[str], modules: Sequence[str]) -> dict[str, list[list[str]]]:
    """Grade sources in one process with the public tests, and import modules; return records and what cannot be imported."""
    command = [sys.executable, "-I", "-B", "-c", IN_PROCESS, str(folder), json.dumps([sources, modules])]
    return json.loads(output(command, folder, dict(os.environ)).splitlines()[-1])


def output(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
    """Return what a program prints in an unpacked zip.

    Raises:
        AssignmentError: it fails.
    """
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", env=environment, check=False)
    if done.returncode:
        raise AssignmentError(f"the public tests cannot be run from the handout zip alone:\n{done.stderr.strip()}")
    return done.stdout
