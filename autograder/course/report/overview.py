"""report.html: counts, scores, tests, the matrix, groups, similar pairs and the table of students."""

from autograder.course.report.cohort import Cohort
from autograder.course.report.items import tests
from autograder.course.report.markup import escaped, packaged, page
from autograder.course.report.matrix import matrix
from autograder.course.report.people import EMPTY, FAULT, HUMAN, LATE, NOTHING, empties, marks_of, students
from autograder.course.report.scores import scores


def overview(cohort: Cohort, groups: str, pairs: str, anonymous: bool) -> bytes:
    """The page.

    Args:
        groups, pairs: the sections of what is compared, as HTML; empty where nothing was compared.
    """
    course = cohort.course
    sections = [
        ("scores", "Scores", scores(cohort)),
        ("tests", "Tests", tests(cohort)),
        ("matrix", "Students × tests", matrix(cohort)),
        ("groups", "Same wrong behaviour", groups),
        ("similar", "Similar code", pairs),
        ("students", "Students", students(cohort)),
    ]
    shown = [(place, heading, content) for place, heading, content in sections if content]
    links = "".join(f"<a href=#{place}>{heading}</a>" for place, heading, _ in shown)
    made = course.made.strftime("%Y-%m-%d %H:%M %Z").strip()
    body = (
        f'<header><p class="kind">Class report</p><h1>{escaped(course.assignment.title)}</h1>'
        f'<p class="facts">Graded {made}</p>{tiles(cohort)}{notes(cohort, anonymous)}</header>\n'
        f'<nav aria-label="Sections">{links}</nav>\n<main id="main" tabindex="-1">\n'
        + "\n".join(f'<section id="{place}"><h2>{heading}</h2>{content}</section>' for place, heading, content in shown)
        + "\n</main>"
    )
    return page(f"{course.assignment.title}: class report", body, packaged("script.js"))


def tiles(cohort: Cohort) -> str:
    """The counts; each filters the table of students."""
    empty = empties(cohort)
    marks = [mark for line in cohort.lines for mark in marks_of(line, empty)]
    counts = [
        (len(cohort.graded), "graded", ""),
        (marks.count(NOTHING), NOTHING, NOTHING),
        (marks.count(HUMAN), "need a human", HUMAN),
        (marks.count(LATE), LATE, LATE),
        (marks.count(EMPTY), EMPTY, EMPTY),
        (marks.count(FAULT), FAULT, FAULT),
    ]
    return '<p class="tiles">' + "".join(
        f'<a href="#students" data-mark="{mark}"><b>{count:,}</b> {words}</a>'
        for count, words, mark in counts
        if count or mark in ("", NOTHING, HUMAN, LATE)
    ) + "</p>"  # fmt: skip


def notes(cohort: Cohort, anonymous: bool) -> str:
    course = cohort.course
    if anonymous:
        return (
            "<p class=hint>Anonymous: names, ids, addresses, times of handing in, what was handed in, what it printed and notes"
            " for staff are left out. Sections, points and messages of tests remain.</p>"
        )
    if not course.notes:
        return ""
    items = "".join(f"<li>{escaped(note)}" for note in course.notes)
    return f"<details class=notes open><summary>Notes</summary><ul>{items}</ul></details>"
