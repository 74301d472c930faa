"""What the tests said when they last ran: which now pass and which now fail, and which to run again."""

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import belongs
from autograder.grading.part import is_id
from autograder.grading.records import Record

FILE = ".last_run.json"  # beside run_tests.py; no zip takes it
LISTED = 12  # numbers in a sentence


@dataclass(frozen=True)
class Known:
    """What is known of a test from an earlier run."""

    number: str | None
    passed: bool


def read(folder: Path, version: str) -> dict[str, Known]:
    """Return pytest's name of each test -> what is known of it, from runs of this version of the handout."""
    try:
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
        tests = stored["tests"] if stored["version"] == version else {}
        return {str(name): Known(number, passed is True) for name, (number, passed) in tests.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}  # no run yet, or the file is damaged


def write(folder: Path, version: str, before: Mapping[str, Known], records: Iterable[Record]) -> None:
    """Keep what these tests said, and what earlier runs said of others. Where the folder cannot be written, nothing is kept."""
    known = {name: (test.number, test.passed) for name, test in before.items()}
    known |= {record.nodeid: (record.number, record.status == "passed") for record in records if not record.unreadable}
    with contextlib.suppress(OSError):
        (folder / FILE).write_text(json.dumps({"version": version, "tests": known}), encoding="utf-8")


def failed(known: Mapping[str, Known], numbers: Sequence[str]) -> list[str]:
    """Return the names of the tests that failed, of those with these numbers or ids if there are any."""
    return [
        name
        for name, test in known.items()
        if not test.passed and (not numbers or any(belongs(test.number, wanted) or is_id(name, wanted) for wanted in numbers))
    ]


def news(before: Mapping[str, Known], records: Sequence[Record]) -> str:
    """Return which tests now pass and which now fail; "" where that is as it was."""
    known = [record for record in records if record.nodeid in before]
    passing = [record for record in known if record.status == "passed" and not before[record.nodeid].passed]
    failing = [record for record in known if record.status != "passed" and before[record.nodeid].passed]
    parts = [
        f"{len(found)} {one if len(found) == 1 else many} ({shown(found)})"
        for found, one, many in ((passing, "test now passes", "tests now pass"), (failing, "test now fails", "tests now fail"))
        if found
    ]
    return f"Since the last run: {', '.join(parts)}" if parts else ""


def shown(records: Sequence[Record]) -> str:
    numbers = list(dict.fromkeys(record.number or record.name for record in records))
    return ", ".join(numbers[:LISTED]) + (", ..." if len(numbers) > LISTED else "")
