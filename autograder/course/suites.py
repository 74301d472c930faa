"""Find the tests of an assignment, and which test files belong together, in a separate process, once for each state."""

import json
import os
import re
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.course.keys import Group
from autograder.errors import AssignmentError, AutograderError, machine_fault
from autograder.grading.collect import collect
from autograder.grading.records import Record
from autograder.grading.standby import Standby
from autograder.grading.story import folders_in, new_folder, remove_tree
from autograder.grading.submission import Submission
from autograder.grading.suites import run_suites
from autograder.intake.stage import empty_stage
from autograder.sandbox.kernel import end_with

IMPORTS = re.compile(r"^\s*(?:from|import)\s+([\w.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Suites:
    """The tests of an assignment.

    Attributes:
        groups: of test files; together they have all tests.
        imported: test files that other files of the suites import, so that they matter for all groups.
    """

    groups: tuple[Group, ...]
    imported: frozenset[str]

    @property
    def tested(self) -> list[str]:
        """The test files that matter for the tests in them alone."""
        return [name for group in self.groups for name in group.files if name not in self.imported]

    @property
    def records(self) -> list[Record]:
        """All tests, none of which has run."""
        return [Record(**{**record, "tags": tuple(record["tags"])}) for group in self.groups for record in group.records]

    def document(self) -> dict[str, Any]:
        return {"groups": [asdict(group) for group in self.groups], "imported": sorted(self.imported)}

    @classmethod
    def read(cls, document: dict[str, Any]) -> "Suites":
        groups = tuple(Group(tuple(group["files"]), tuple(group["records"])) for group in document["groups"])
        return cls(groups, frozenset(document["imported"]))


def suites_of(assignment: Assignment) -> Suites:
    """Collect the suites.

    Raises:
        AssignmentError: there are no tests, or a file of them cannot be read.
    """
    folder, parent = new_folder(), os.getpid()
    out = folder / "suites.json"
    try:
        pid = os.fork()
        if pid == 0:
            status = 3
            try:
                end_with(parent)
                out.write_text(json.dumps(collected(assignment, folder)), encoding="utf-8")
                status = 0
            except BaseException as error:
                with suppress(BaseException):
                    os.write(2, (machine_fault(error) or traceback.format_exc()).encode("utf-8", "replace"))
            finally:
                os._exit(status)
        os.waitpid(pid, 0)
        try:
            document = json.loads(out.read_bytes())
        except (OSError, ValueError):
            raise AutograderError("the suites could not be collected; run `autograder check` to see why") from None
    finally:
        remove_tree(folder)
    if "error" in document:
        raise AssignmentError(document["error"])
    return Suites.read(document)


def collected(assignment: Assignment, folder: Path) -> dict[str, Any]:
    """The document of what there is to collect, or {"error": what is wrong}."""
    found: list[Suites] = []
    unreadable: list[Record] = []
    looks: list[str] = []

    def note(standby: Standby) -> None:
        unreadable.extend(record for record in standby.records if record.unreadable)
        looks.append(standby.watch.seen)
        records = {record.nodeid: asdict(record) for record in standby.records}
        groups = [Group(tuple(files), of_files(records, files)) for files in standby.groups()] if records else []
        found.append(Suites(tuple(groups), imported(assignment, [name for group in groups for name in group.files])))
        standby.let_go()

    stage, shared = folders_in(folder)
    try:
        run_suites(assignment, Submission(empty_stage(stage, assignment.support_files()), shared, folder), stand_by=note)
        if unreadable and looks[0]:  # a suite that looks at the submission while it is collected: not without any
            records = {record.nodeid: record for record in collect(assignment)}
            unreadable = [record for record in records.values() if record.unreadable]
            files = tuple(dict.fromkeys(name.partition("::")[0] for name in records))
            found[0] = Suites((Group(files, tuple(map(asdict, records.values()))),), frozenset())
    except AutograderError as error:
        return {"error": str(error)}
    if unreadable:
        return {"error": f"{unreadable[0].nodeid} cannot be read, so nothing can be graded by it:\n{unreadable[0].staff}"}
    return found[0].document()


def of_files(records: Mapping[str, dict[str, Any]], files: Sequence[str]) -> tuple[dict[str, Any], ...]:
    return tuple(record for name, record in records.items() if name.partition("::")[0] in files)


def imported(assignment: Assignment, tested: Sequence[str]) -> frozenset[str]:
    """Those of the test files that other Python files of the suites import, by their names at least."""
    found: dict[str, set[str]] = {}
    for suite in assignment.suites:
        for path in suite.path.rglob("*.py") if suite.path.is_dir() else [suite.path]:
            names = {name for dotted in IMPORTS.findall(path.read_text("utf-8", "replace")) for name in dotted.split(".")}
            for name in names:
                found.setdefault(name, set()).add(os.path.relpath(path, assignment.folder).replace(os.sep, "/"))
    return frozenset(name for name in tested if found.get(Path(name).stem, set()) - {name})
