"""What an instructor should know of a grading: parts whose points do not add up, tests that staff must look at."""

from collections.abc import Sequence

from autograder.assignment import Assignment, belongs
from autograder.grading.records import TOLERANCE, Ran, Record, total


def staff_notes(assignment: Assignment, ran: Ran) -> list[str]:
    """Return a sentence for each."""
    found = [] if ran.left_out else unbalanced(assignment, ran.records)
    broken = [record.nodeid for record in ran.records if record.status == "broken"]
    if broken:
        found.append(f"needs a human: {', '.join(broken)} could not be run because of the suite or the autograder")
    if ran.error:
        found.append(f"needs a human: pytest ended early with {type(ran.error).__name__}: {ran.error}")
    return found + ran.notes


def notes_on_claims(records: Sequence[Record]) -> list[str]:
    """Say which verdicts a submission could have forged."""
    inside = [record for record in records if record.inside]
    if not inside:
        return []
    files = ", ".join(dict.fromkeys(record.nodeid.partition("::")[0] for record in inside))
    one = len(inside) == 1
    return [
        f"{len(inside)} of {len(records)} tests ran inside the submission's process, which could have forged "
        f"{'its verdict' if one else 'their verdicts'}: {files}"
    ]


def unbalanced(assignment: Assignment, records: Sequence[Record]) -> list[str]:
    """The parts whose tests have other points together than assignment.toml says, and tests that belong to no part."""
    found = []
    for part in assignment.parts:
        points = total([record for record in records if belongs(record.number, part.number)])[1]
        if abs(points - part.points) > TOLERANCE:
            found.append(
                f"part {part.number} ({part.title}): the weights of its tests add up to {points:g}, "
                f"assignment.toml says {part.points:g}"
            )
    for record in records:
        if assignment.parts and record.max_score and not any(belongs(record.number, part.number) for part in assignment.parts):
            number = f"the number {record.number}, of which there is no part" if record.number else "no number"
            found.append(f"{record.nodeid} has {record.max_score:g} points and {number}")
    return found
