"""Mutants that are no mistakes: listed in mistakes/equivalent.toml of an assignment, each with the reason.

    [[equivalent]]
    file = "modules.py"
    function = "ReLUModule.forward"             where the line stands more than once
    operator = "boundary"
    before = "self.positive = x > 0"
    after = "self.positive = x >= 0"
    reason = "At 0 either derivative will do, as the handout says."

A line is named by its text, not by its number, so that an entry survives changes above it. What is listed and does not fit any
mutant, or one that a test does see, is a fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import TomlTable, read
from autograder.audit.grading import GradedMutant
from autograder.audit.mutants import Mutant
from autograder.errors import AssignmentError
from autograder.grading.mistakes.library import EQUIVALENT


@dataclass(frozen=True)
class Equivalent:
    """An entry of the list.

    Attributes:
        place: of the entry, for messages.
        function: "" for any.
    """

    place: str
    file: str
    function: str
    operator: str
    before: str
    after: str
    reason: str

    def fits(self, mutant: Mutant) -> bool:
        own = (self.file, self.operator, plain(self.before), plain(self.after))
        theirs = (mutant.file, mutant.operator, plain(mutant.before), plain(mutant.after))
        return own == theirs and self.function in ("", mutant.function)


def plain(text: str) -> str:
    """Lines without their indentation, and without comments of the reference, which say nothing of the change."""
    return "\n".join(line.partition("  #")[0].strip() for line in text.strip().split("\n"))


def read_equivalents(folder: Path) -> list[Equivalent]:
    """Return the entries of an assignment's list; none where it has no list.

    Raises:
        AssignmentError: a key is missing, unknown or empty; the message names it.
    """
    path = folder / EQUIVALENT
    if not path.is_file():
        return []
    document = TomlTable(path, read(path))
    found = [entry_of(table) for table in document.tables("equivalent")]
    document.finish()
    return found


def entry_of(table: TomlTable) -> Equivalent:
    texts = {name: table.take(name, str) for name in ("file", "operator", "before", "after", "reason")}
    if not texts["reason"].strip():
        raise AssignmentError(f"{table.place('reason')} is empty; say why no test can see this change")
    return Equivalent(table.place("").rstrip("."), function=table.take("function", str, ""), **texts)


def matched(
    graded: Sequence[GradedMutant], entries: Sequence[Equivalent], files: Sequence[str]
) -> tuple[dict[str, Equivalent], list[str]]:
    """Match the list with the mutants.

    Args:
        files: that mutants were made of; entries of others are not looked at.

    Returns:
        id of a mutant -> its entry, and what is wrong with the list.
    """
    found: dict[str, Equivalent] = {}
    faults = []
    for entry in entries:
        if entry.file not in files:
            continue
        fitting = [one for one in graded if entry.fits(one.mutant)]
        if not fitting:
            faults.append(f"{entry.place}: no mutant of {entry.file} is like this; take it out, or correct before and after")
        for one in fitting:
            if one.killers:
                seen = one.killers[0].nodeid
                faults.append(f"{entry.place}: {one.mutant.id} is no equivalent: {seen} sees it; take the entry out")
            else:
                found[one.mutant.id] = entry
    return found, faults
