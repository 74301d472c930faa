"""`autograder new --from DIR [--solution DIR]`: an assignment from an existing autograder, step by step."""

import sys
from collections.abc import Iterator
from pathlib import Path

from autograder.assignment import load
from autograder.authoring.adopt import folder as old_folder
from autograder.authoring.adopt.comparison import Comparison, compared, inside_keys, parts_of
from autograder.authoring.adopt.decisions import Plan
from autograder.authoring.adopt.plan import plan
from autograder.authoring.adopt.trial import Mode, Tried, Verdict, tried
from autograder.authoring.adopt.writing import Settings, write, write_settings
from autograder.authoring.markers import source_names, tasks
from autograder.authoring.new import checked_title, title_from
from autograder.errors import AutograderError
from autograder.text import line

SHOWN_FILES = 20
MAX_CAUSE = 200  # characters


def adopt(folder: Path, old: Path, solution: Path | None = None, title: str | None = None) -> Iterator[str]:
    """Make an assignment, and yield what a person reads meanwhile. Nothing of the old autograder or the solution is changed.

    Args:
        folder: does not exist yet, or is empty; the folder above it exists.
        old: of the existing autograder.
        solution: of a right solution.
        title: of the assignment; by default made of the folder's name.

    Raises:
        AutograderError: a folder cannot be used, or the autograder is of a kind that is not taken over.
    """
    for path in filter(None, (old, solution)):
        if path.resolve() in (folder.resolve(), *folder.resolve().parents):
            raise AutograderError(f"{folder} is inside {path}, which must not change; name a folder outside of it")
    try:
        found = old_folder.read(old, solution)
        made = plan(found, solution)
    except OSError as error:
        raise AutograderError(f"{error.filename} cannot be read: {error.strerror}") from error
    name = title_from(folder.resolve().name) if title is None else checked_title(title)
    written = write(folder, name, made)
    yield f"{old / found.folder.relative_to(old.resolve())}: {found.kind}, {count(len(found.tests), 'file')} of tests"
    yield from (f"wrote {path}" for path in written[:SHOWN_FILES])
    if len(written) > SHOWN_FILES:
        yield f"and {len(written) - SHOWN_FILES} more"
    yield f"submitted: {', '.join(made.files)}"
    if made.support:
        yield f"support: {', '.join(made.support)}"
    yield from (f"note: {note}" for note in made.notes)
    if not solution:
        yield from without_solution(folder, name, made)
    else:
        yield from with_solution(folder, name, made)


def without_solution(folder: Path, title: str, made: Plan) -> Iterator[str]:
    """Collect the tests, for their points; nothing can be tried."""
    known = tried(load(folder), "collect")
    write_settings(folder, title, made, Settings(parts=parts_of(known)))
    if known.fault:
        yield f"note: the tests could not be collected: {line(known.fault)}"
    for each in known.verdicts.values():
        if each and each.unreadable:
            yield f"note: {each.nodeid} could not be read: {shortened(each.cause())}"
    yield from about_points(known)
    yield "no solution was given, so nothing was tried; with --solution DIR the tests are"


def with_solution(folder: Path, title: str, made: Plan) -> Iterator[str]:
    """Try the solution both ways, and put inside what differs."""
    if not has_markers(folder / str(made.reference)):
        yield (
            f"note: {made.reference}/ has no markers for a skeleton; put # BEGIN SOLUTION 1.1 a hint and "
            '# END SOLUTION around what students write, add skeleton = "student", and run: autograder build skeleton'
        )
    yield "trying the solution in one process"
    plain = one_try(folder, "off", "in one process")
    if sys.platform != "linux":
        write_settings(folder, title, made, Settings(parts=parts_of(plain)))
        yield from about_points(plain)
        yield "the sandbox needs Linux, so the tests were not tried in it; run the same there"
        return
    yield "trying the solution in the sandbox"
    boxed = one_try(folder, "auto", "in the sandbox")
    comparison = compared(plain, boxed)
    keys = inside_keys(comparison, made.suites)
    write_settings(folder, title, made, Settings(keys, parts_of(plain, boxed)))
    if keys:
        yield "trying the solution with these tests inside"
        again = compared(plain, one_try(folder, "auto", "with tests inside"))
        comparison.differing_inside = again.inside
    for where, each in (("in one process", plain), ("in the sandbox", boxed)):
        if each.fault:
            yield f"note: the try {where} ended early: {line(each.fault)}"
    yield from about_points(plain)
    yield from report(comparison)


def one_try(folder: Path, mode: Mode, where: str) -> Tried:
    """Return what a try has come to; AutograderError if no test has a verdict."""
    found = tried(load(folder), mode)
    if not any(found.verdicts.values()):
        raise AutograderError(f"{folder} was written, but the solution could not be tried {where}: {found.fault}")
    return found


def has_markers(reference: Path) -> bool:
    """Whether a skeleton can be made of the reference; a marker that is wrong counts, and is named when one is made."""
    try:
        return any(tasks((reference / name).read_text(encoding="utf-8-sig"), name) for name in source_names(reference))
    except UnicodeDecodeError:
        return False
    except AutograderError:
        return True


def report(comparison: Comparison) -> Iterator[str]:
    """Yield the tests that need a look, with the reason of each, and a table."""
    for title, tests in (
        ("inside, since the verdicts differ:", comparison.inside),
        ("with another verdict inside, too:", comparison.differing_inside),
        ("in one process only; in the sandbox their file cannot be read:", comparison.uncollected),
        ("failing in both; fix the test or the solution:", comparison.failing),
        ("without a verdict in one process:", dict.fromkeys(comparison.unknown, "")),
    ):
        if tests:
            yield title
        yield from (f"  {nodeid}{': ' if cause else ''}{shortened(cause)}" for nodeid, cause in tests.items())
    rows = [("tests", comparison.tests), ("same verdict", len(comparison.same)), ("inside", len(comparison.inside))]
    rows += [("in one process only", len(comparison.uncollected))] if comparison.uncollected else []
    rows += [("failing in both", len(comparison.failing))]
    rows += [("without a verdict", len(comparison.unknown))] if comparison.unknown else []
    yield from (f"{name:<20}{number:>5}" for name, number in rows)


def about_points(known: Tried) -> Iterator[str]:
    """Yield a note where tests have no points."""
    verdicts = [each for each in known.verdicts.values() if each and not each.unreadable]
    without = [each for each in verdicts if each.max_score is None and not each.leaderboard]
    if without and len(without) == len(verdicts):
        yield "note: no test has points; give each @weight(1) of gradescope_utils.autograder_utils.decorators"
    elif without:
        yield f"note: {count(len(without), 'test')} without points, which count for nothing: {some(without)}"


def some(verdicts: list[Verdict]) -> str:
    names = [each.nodeid.partition("::")[2] or each.nodeid for each in verdicts]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def shortened(cause: str) -> str:
    cause = line(cause)
    return cause if len(cause) <= MAX_CAUSE else f"{cause[: MAX_CAUSE - 3]}..."


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
