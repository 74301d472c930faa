"""Check an assignment's sources before anyone sees them. This imports the reference, and no submission."""

from collections.abc import Iterator, Sequence

from autograder.assignment import Assignment, belongs
from autograder.authoring.handout import numbers_in
from autograder.authoring.markers import regions, source_names, tasks
from autograder.authoring.skeleton import check_skeleton
from autograder.errors import AutograderError
from autograder.grading.collect import collect
from autograder.grading.order import number_key
from autograder.grading.records import TOLERANCE, Record, number, total
from autograder.grading.staff_notes import unbalanced
from autograder.variants import variant_code


def source_faults(assignment: Assignment, records: Sequence[Record] | None = None) -> list[str]:
    """Return what is wrong, a sentence for each fault; empty where all is well.

    Args:
        records: of `collect`, where the tests have been collected already.

    Raises:
        AssignmentError: there are no tests, or the reference or the handout cannot be read.
    """
    records = records or collect(assignment)
    return [
        *(f"{record.nodeid} could not be read:\n{record.staff.strip()}" for record in records if record.unreadable),
        *unbalanced(assignment, records),
        *misplaced_support(assignment),
        *outdated_skeleton(assignment),
        *untested_tasks(assignment, [record.number for record in records]),
        *misstated_points(assignment, records),
        *missing_secret(assignment),
    ]


def outdated_skeleton(assignment: Assignment) -> Iterator[str]:
    """Compare the skeleton with the reference."""
    if assignment.reference and assignment.skeleton:
        for difference in check_skeleton(assignment.folder / assignment.reference, assignment.folder / assignment.skeleton):
            yield f"{assignment.skeleton}/{difference}; make it with: autograder build skeleton"


def misplaced_support(assignment: Assignment) -> Iterator[str]:
    """Look at the support files that are taken from elsewhere: each has one place, and holds no solution."""
    for name, place in assignment.taken.items():
        beside, source = assignment.folder / (assignment.reference or ".") / name, assignment.folder / place
        if beside.is_file():
            at = beside.relative_to(assignment.folder).as_posix()
            yield f"{name} is taken from {place}, but {at} exists, too; keep one of them"
        elif name.endswith((".py", ".toml")) and regions(source.read_text(encoding="utf-8-sig"), place):
            yield f"{place} contains a solution between markers, and everybody gets it as {name}; use a file without markers"


def untested_tasks(assignment: Assignment, numbers: Sequence[str | None]) -> Iterator[str]:
    """Compare the numbers of the reference's tasks with those of the tests."""
    if not assignment.reference:
        return
    reference = assignment.folder / assignment.reference
    for name in source_names(reference):
        for task in tasks((reference / name).read_text(encoding="utf-8-sig"), f"{assignment.reference}/{name}"):
            if not any(belongs(number, task.number) for number in numbers):
                yield f"{task.file}:{task.line}: no test has the number {task.number} of this task"


def misstated_points(assignment: Assignment, records: Sequence[Record]) -> Iterator[str]:
    """Compare the numbers and points of the handout's tables of tasks with those of the tests."""
    if not assignment.handout:
        return
    stated = numbers_in(assignment.folder / assignment.handout)
    for task in sorted({*stated, *(record.number for record in records if record.number)}, key=number_key):
        said, points = stated.get(task) or 0, total([record for record in records if record.number == task])[1]
        if abs(said - points) > TOLERANCE:
            row = f"task {task} has {number(said)} points" if task in stated else f"there is no task {task} in its tables"
            yield f"{assignment.handout}: {row}, the tests of that number have {number(points)}"


def missing_secret(assignment: Assignment) -> Iterator[str]:
    if assignment.variants:
        try:
            variant_code(assignment.secret(), ["anybody"])
        except AutograderError as error:
            yield str(error)
