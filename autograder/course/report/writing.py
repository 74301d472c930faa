"""Writing the report: its files, for their owner alone, and only those that have changed."""

from collections.abc import Collection, Sequence
from pathlib import Path

from autograder.course.findings import Grouping, Pair
from autograder.course.model import Course
from autograder.course.report.cohort import cohort
from autograder.course.report.groups_section import groups_section, links_to_groups
from autograder.course.report.markup import OPENING
from autograder.course.report.overview import overview
from autograder.course.report.pairs_section import links_to_pairs, pairs_section
from autograder.course.report.student_page import student_page
from autograder.errors import AutograderError
from autograder.files import write_atomically

FOLDERS = ("students", "groups", "similar")
OWNER_FOLDER, OWNER_FILE = 0o700, 0o600


def write_report(
    course: Course, out: Path, *, anonymous: bool = False, pairs: Sequence[Pair] = (), grouping: Grouping | None = None
) -> None:
    """Write report.html, and beside it students/ID.html, groups/NN.html and similar/NNN.html.

    The same class gives the same bytes. Files that are as they should be are left alone, and pages of an earlier report that
    do not belong to this one are removed: names would otherwise lie beside an anonymous report.

    An anonymous report calls a student "Student 017". Names, ids, addresses, labels of hand-ins and times of handing in are
    left out; so is all that students wrote or printed (files, output, tracebacks, similar pairs) and all notes. What remains
    are sections, points, verdicts, times that tests took, whether a hand-in was late, and messages of tests, in which the
    student's own name, id and address are replaced. A message can still quote a value that a student chose.

    Args:
        out: a folder; it is made if it is not there.
        pairs: of similar code, by their ranks.
        grouping: same wrong behaviour.

    Raises:
        AutograderError: a file cannot be written; an id of a row is no file name, or not unique; a pair or group names a row
            that the class does not have.
    """
    known = cohort(course, anonymous)
    by_id = {line.row.id: line for line in known.lines}
    require_known(by_id, pairs, grouping)
    groups, group_pages = groups_section(known, by_id, grouping)
    similar, pair_pages = pairs_section(known, by_id, pairs)
    to_groups, to_pairs = links_to_groups(by_id, grouping), links_to_pairs(by_id, pairs)
    files = {**group_pages, **pair_pages}
    for name in ("", *FOLDERS):
        make_folder(out / name)
    written = set()
    for line in known.lines:
        name = f"students/{line.file}"
        related = [*to_groups.get(line.row.id, ()), *to_pairs.get(line.row.id, ())]
        write(out / name, student_page(line, known, related))
        written.add(name)
    for name, content in files.items():
        write(out / name, content)
    remove_others(out, written | set(files))
    write(out / "report.html", overview(known, groups, similar, anonymous))  # in the end: what it links to is there


def require_known(rows: Collection[str], pairs: Sequence[Pair], grouping: Grouping | None) -> None:
    named = [name for pair in pairs for name in (pair.a, *(() if pair.archived else (pair.b,)))]
    named += [name for group in (grouping.groups if grouping else ()) for name in (*group.rows, group.representative)]
    for name in named:
        if name not in rows:
            raise AutograderError(
                f"a comparison names the line {name!r}, which this class does not have; compare this class again"
            )


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone. One that is there keeps its rights, unless it is one of the report's own."""
    try:
        folder.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
        if folder.name in FOLDERS:
            folder.chmod(OWNER_FOLDER)
    except OSError as error:
        raise AutograderError(
            f"the folder {folder} cannot be made: {error.strerror}; choose another one for the report"
        ) from error


def write(path: Path, content: bytes) -> None:
    """Write a file unless it is as it should be."""
    try:
        if path.read_bytes() == content and path.stat().st_mode & 0o777 == OWNER_FILE:
            return
    except OSError:
        pass
    write_atomically(path, content, OWNER_FILE)


def remove_others(out: Path, written: set[str]) -> None:
    """Remove pages of an earlier report. What this program has not made stays."""
    for folder in FOLDERS:
        for path in sorted((out / folder).glob("*.html")):
            if f"{folder}/{path.name}" not in written and is_ours(path):
                try:
                    path.unlink()
                except OSError as error:
                    raise AutograderError(
                        f"{path}, of an earlier report, cannot be removed: {error.strerror}; remove it yourself"
                    ) from error


def is_ours(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(OPENING)) == OPENING.encode()
