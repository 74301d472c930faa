"""The accounts of a grading: every test is on record, also where pytest failed, and so is what the processes have used."""

from collections.abc import Sequence
from pathlib import Path

from autograder.assignment import Suite
from autograder.background import BackgroundRun
from autograder.grading.records import Record
from autograder.grading.verdicts import whole_traceback
from autograder.sandbox.client import Ending
from autograder.standins.keeper import Keeper

BUSY_SHARE = 0.5  # of the time of all tests: who has used less of the processor has not had it
UNSEEN = "neither the test nor the submission names it, so the process had begun without it"
PRELOAD = "put it into preload, in [sandbox] of assignment.toml"


def unreadable(path: Path, nodeid: str, suite: Suite | None, staff: str) -> Record:
    """A record in place of tests of which nothing but their place is known.

    Args:
        path: of the file.
        suite: that the file belongs to.
        staff: why pytest could not read it.
    """
    record = Record(nodeid, f"The tests in {path.name} could not be read", status="broken", staff=staff, unreadable=True)
    record.suite, record.visibility = (suite.path.name, suite.visibility) if suite else ("", None)
    return record


def ending_failed(error: BaseException) -> Record:
    """A record that has staff look at what failed when all verdicts were known."""
    # Where the tests are only collected, nobody can tell whether all of them were: as if a file could not be read.
    return Record("", "The end of the grading", status="broken", staff=whole_traceback(error), unreadable=True)


def break_unfinished(records: Sequence[Record], error: BaseException | None) -> None:
    """Mark tests that pytest has never come to; `error` has ended it."""
    staff = whole_traceback(error) if error else "pytest ended before this test"
    for record in records:
        record.status, record.staff = "broken", staff


def slow_imports(imports: Sequence[tuple[str, int]], preload: Sequence[str]) -> list[str]:
    """Say which libraries the processes of tests have imported, each for itself, although that takes long.

    Args:
        imports: names and milliseconds, as the processes have told them.
        preload: what is preloaded, for those that are expected to use it.
    """
    found = []
    preloaded = {module.partition(".")[0] for module in preload}
    for library in sorted({name for name, _ in imports}):
        times = [milliseconds / 1000 for name, milliseconds in imports if name == library]
        each = f"{sum(times) / len(times):.1f} s each"
        if library.partition(".")[0] in preloaded:
            tests = "1 test" if len(times) == 1 else f"{len(times)} tests"
            found.append(f"{library} was loaded by {tests} late, {each}: {UNSEEN}")
        elif len(times) > 1:
            found.append(f"{library} is imported by {len(times)} tests, {each}: {PRELOAD}")
    return found


def account_for_test(record: Record, keeper: Keeper, serial: int) -> Ending:
    """Put what the process of a test has printed and used into its record; return how the process ended."""
    ending = keeper.sandbox.ending(serial)
    record.printed += ending.output
    record.killed_for = ending.killed_for or ""
    record.usage |= {"cpu_seconds": round(ending.cpu_seconds, 4), "peak_mb": round(ending.peak_mb, 1)}
    return ending


def ask_where_machine_was_busy(
    records: Sequence[Record], not_run: Sequence[Record], waited: float, own_seconds: float, total: float
) -> None:
    """Have staff look at tests that were not run, unless it was the submission that has taken the time for all of them.

    Args:
        records: of all tests, with what their processes have used.
        waited: seconds that tests have taken which were ended because the submission was waiting.
        own_seconds: processor time of this process.
        total: seconds by the clock on the wall that all tests have together.
    """
    used = own_seconds + sum(record.usage.get(name, 0.0) for record in records for name in ("cpu_seconds", "run_cpu_seconds"))
    if used + waited >= BUSY_SHARE * total:
        return
    for record in not_run:
        record.needs_human = True
        record.staff = (
            f"not run, or not to its end, and hardly the submission's fault: in the {total:g} s that all tests have together, "
            f"{used:.0f} s of processor time were used; grade again on a machine that is less busy\n{record.staff}"
        )


def account_for_background(run: BackgroundRun, keeper: Keeper) -> list[str]:
    """Put what a background run has printed and used into the record of the test that has waited for it.

    Returns:
        notes for staff.
    """
    serial = run.process.door.serial if run.process else None
    if serial is None or serial not in keeper.endings.ended:
        return []  # it never began, or the grading was interrupted
    ending = keeper.sandbox.ending(serial)
    if run.record is None:
        return [f"{run.title}: no test has asked for the result"]
    run.record.printed = ending.output + run.record.printed
    run.record.usage |= {"run_cpu_seconds": round(ending.cpu_seconds, 4), "run_peak_mb": round(ending.peak_mb, 1)}
    return []
