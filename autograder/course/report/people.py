"""The table of all students, which can be sorted and filtered."""

from collections.abc import Callable
from functools import partial

from autograder.course.report.cohort import Cohort, needs_human
from autograder.course.report.labels import Listed
from autograder.course.report.markup import escaped, sortable, table
from autograder.grading.records import number

MOST_PARTS = 16  # columns of parts; more would make the table unreadable
Cell = Callable[[Listed], str]  # what a column says of a line
NOTHING, FAULT, HUMAN, LATE, EMPTY = "nothing handed in", "grading failed", "needs a human", "late", "empty"


def marks_of(line: Listed, empty: set[int]) -> list[str]:
    """What a reader of the table should know of a line, from which it can be filtered."""
    row = line.row
    found = [NOTHING] if not row.hand_in and not row.outcome and not row.fault else []
    found += [FAULT] if row.fault else []
    found += [HUMAN] if needs_human(row) else []
    found += [LATE] if row.late else []
    return found + ([EMPTY] if line.place in empty else [])


def empties(cohort: Cohort) -> set[int]:
    return {line.place for line, counted in zip(cohort.graded, cohort.counted, strict=True) if not counted}


def students(cohort: Cohort) -> str:
    graded = {line.place: s for s, line in enumerate(cohort.graded)}
    empty = empties(cohort)

    def with_score(cell: Callable[[int], float]) -> Cell:
        """A cell that says something of those alone that have an outcome."""
        return lambda line: str(number(cell(graded[line.place]))) if line.place in graded else ""

    columns: list[tuple[str, Cell]] = [(sortable("student", "text"), lambda line: line.link)]
    if any(line.id for line in cohort.lines):
        columns.append((sortable("id", "text"), lambda line: escaped(line.id, 40)))
    if any(line.section for line in cohort.lines):
        columns.append((sortable("section", "text"), lambda line: escaped(line.section, 20)))
    columns.append((sortable(f"score of {number(cohort.possible)}"), with_score(lambda s: cohort.scores[s])))
    parts = [part for part, possible in enumerate(cohort.possible_by_part) if possible > 0]
    for part in parts if 1 < len(parts) <= MOST_PARTS else ():
        hint = f"{cohort.parts[part]}, {number(cohort.possible_by_part[part])} points"
        head = sortable(escaped(cohort.parts[part].split()[0]), hint=hint)
        columns.append((head, with_score(partial(points_of, cohort, part))))
    if any(line.time for line in cohort.lines):
        columns.append((sortable("handed in", "text"), lambda line: f"{line.time:%Y-%m-%d %H:%M}" if line.time else ""))
    columns.append((sortable("remarks", "text"), lambda line: ", ".join(marks_of(line, empty))))
    rows = ["<tr><td>" + "<td>".join(cell(line) for _, cell in columns) for line in cohort.lines]
    options = "".join(f"<option>{mark}</option>" for mark in (NOTHING, HUMAN, LATE, EMPTY, FAULT))
    controls = (
        '<form class="controls" role="search"><label>Filter <input id="words" type="search" autocomplete="off"'
        ' placeholder="name, id or section"></label><label>Show <select id="mark"><option value="">all</option>'
        f'{options}</select></label><button type="reset">Reset</button><output id="shown" aria-live="polite"></output></form>'
    )
    return controls + table([head for head, _ in columns], rows, "id=people class=sortable", caption="All students", tall=True)


def points_of(cohort: Cohort, part: int, s: int) -> float:
    return round(float(cohort.by_part[s, part]), 2)
