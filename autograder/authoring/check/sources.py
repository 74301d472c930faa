"""What must be right about an assignment before anyone sees it. The reference is imported here, no submission is."""

from collections.abc import Iterator, Sequence

from autograder.assignment import Assignment, belongs
from autograder.authoring.handout import numbers_in
from autograder.authoring.skeleton import check_skeleton, source_names, tasks
from autograder.errors import AutograderError
from autograder.grading.collect import collect
from autograder.grading.records import TOLERANCE, Record, number, total
from autograder.grading.staff_notes import unbalanced
from autograder.results.terminal import number_key
from autograder.variants import variant_code


def check(assignment: Assignment) -> list[str]:
    """Return what is wrong, a sentence for each fault; empty where all is well.

    Raises:
        AssignmentError: there are no tests, or the reference cannot be read.
    """
    return faults(assignment, collect(assignment))


def faults(assignment: Assignment, records: Sequence[Record]) -> list[str]:
    """Return the same of tests that are collected already."""
    return [
        *(f"{record.nodeid} could not be read:\n{record.staff.strip()}" for record in records if record.unreadable),
        *unbalanced(assignment, records),
        *skeleton_faults(assignment, [record.number for record in records]),
        *handout_faults(assignment, records),
        *secret_faults(assignment),
    ]


def skeleton_faults(assignment: Assignment, numbers: list[str | None]) -> Iterator[str]:
    """Compare the skeleton with the reference, and the numbers of the tasks with those of the tests."""
    if not assignment.reference:
        return
    reference = assignment.folder / assignment.reference
    if assignment.skeleton:
        for difference in check_skeleton(reference, assignment.folder / assignment.skeleton):
            yield f"{assignment.skeleton}/{difference}; make it with: autograder build skeleton"
    for name in source_names(reference):
        for task in tasks((reference / name).read_text(encoding="utf-8-sig"), f"{assignment.reference}/{name}"):
            if not any(belongs(number, task.number) for number in numbers):
                yield f"{task.file}:{task.line}: no test has the number {task.number} of this task"


def secret_faults(assignment: Assignment) -> Iterator[str]:
    if assignment.variants:
        try:
            variant_code(assignment.secret(), ["anybody"])
        except AutograderError as error:
            yield str(error)


def handout_faults(assignment: Assignment, records: Sequence[Record]) -> Iterator[str]:
    """Compare the numbers and points of the handout's tables of tasks with those of the tests."""
    if not assignment.handout:
        return
    stated = numbers_in(assignment.folder / assignment.handout)
    for task in sorted({*stated, *(record.number for record in records if record.number)}, key=number_key):
        said, points = stated.get(task) or 0, total([record for record in records if record.number == task])[1]
        if abs(said - points) > TOLERANCE:
            row = f"task {task} has {number(said)} points" if task in stated else f"there is no task {task} in its tables"
            yield f"{assignment.handout}: {row}, the tests of that number have {number(points)}"
