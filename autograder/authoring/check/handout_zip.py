"""Check the handout zip as students use it: unpack it in an empty folder and run its tests with nothing else."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.archive import zip_bytes
from autograder.assignment import Assignment, load
from autograder.authoring.packing import RUN_TESTS
from autograder.errors import AssignmentError
from autograder.grading.collect import collect
from autograder.grading.records import Record

# Run in an unpacked zip: grades the sources in its own process, imports modules, and prints one line of JSON.
IN_PROCESS = """
import importlib, json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from autograder.assignment import load
from autograder.grading.story import grade
sources, modules = json.loads(sys.argv[2])
assignment = load(Path(sys.argv[1]))
sys.path.insert(0, str(assignment.folder / assignment.root))
outcome = grade(assignment, [Path(source) for source in sources], "off") if sources else None
records = [[record.nodeid, record.status, record.reason] for record in outcome.records] if outcome else []
imports = []
for name in modules:
    try:
        importlib.import_module(assignment.module_name(name))
    except BaseException as error:
        imports.append([name, f"{type(error).__name__}: {error}"])
print()
print(json.dumps({"records": records, "imports": imports}))
"""


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


def skeleton_run_faults(assignment: Assignment, files: Mapping[str, bytes]) -> list[str]:
    """Return what is wrong when a student has just unpacked these files and runs the tests.

    A public test is not there, a file of the skeleton cannot be imported, a test gives points.
    """
    public = tuple(suite for suite in assignment.suites if suite.public)
    wanted = [record.nodeid for record in collect(replace(assignment, suites=public))]
    modules = [name for name in assignment.files if name in files and name.endswith(".py")]
    with unpacked(files) as folder:
        tests = tests_run(folder)
        imports = in_process(folder, [], modules)["imports"]
    there = {test["id"] for test in tests}
    return [
        *(f"{test} is not run" for test in wanted if test not in there),
        *(f"{assignment.skeleton}/{name} cannot be imported: {said}" for name, said in imports),
        *(f"the skeleton gets {test['score']:g} points in {test['id']}" for test in tests if test["score"]),
    ]


def reference_run_faults(assignment: Assignment, files: Mapping[str, bytes]) -> list[str]:
    """Return what is wrong when a student has the reference's files: a test that fails, also where all run in one process."""
    if not assignment.reference:
        return []
    reference = assignment.folder / assignment.reference
    names = [name for name in assignment.files if (reference / name).is_file()] + assignment.helper_files(reference)
    own = {name: (reference / name).read_bytes() for name in names}
    with unpacked({**files, **own}) as folder:
        failed = [test for test in tests_run(folder) if test["status"] != "passed"]
        found = [f"the reference fails in {test['id']}: {test['output'].strip()}" for test in failed]
        if not found:  # as on systems where no process can be held back
            upload = folder / "submission.zip"
            upload.write_bytes(zip_bytes(own))
            records = in_process(folder, [str(upload)], [])["records"]
            found = [
                f"the reference fails in {test}, in one process with the tests: {reason or status}"
                for test, status, reason in records
                if status != "passed"
            ]
    return found


def tests_run(folder: Path) -> list[dict[str, Any]]:
    """Run `python run_tests.py --json` in an unpacked zip; return its tests, as `public_tests.json_of` gives them."""
    command = [sys.executable, "-I", "-B", "-X", "utf8", RUN_TESTS, "--json"]
    return json.loads(output(command, folder).splitlines()[-1])["tests"]


def in_process(folder: Path, sources: Sequence[str], modules: Sequence[str]) -> dict[str, list[list[str]]]:
    """Grade sources in one process with the public tests, and import modules; return records and what cannot be imported."""
    command = [sys.executable, "-I", "-B", "-c", IN_PROCESS, str(folder), json.dumps([sources, modules])]
    return json.loads(output(command, folder).splitlines()[-1])


def output(command: Sequence[str], folder: Path) -> str:
    """Return what a program prints in an unpacked zip.

    Raises:
        AssignmentError: it fails.
    """
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise AssignmentError(f"the public tests cannot be run from the handout zip alone:\n{done.stderr.strip()}")
    return done.stdout
