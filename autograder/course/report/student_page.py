"""The page of one student: the result as staff see it and as the student does, and what was handed in."""

from collections.abc import Sequence

from autograder.course.report.cohort import Cohort
from autograder.course.report.labels import Listed
from autograder.course.report.markup import code, escaped, page, preformatted, table
from autograder.grading.outcome import Outcome
from autograder.grading.parts import OTHER
from autograder.grading.records import Record, number
from autograder.results.excerpts import divide, for_students, points, policy_items, title

WORDS = {"passed": "✓ passed", "failed": "✗ failed", "broken": "! needs a human"}
USED = (
    ("cpu_seconds", "processor time", "s"),
    ("run_cpu_seconds", "of a background run", "s"),
    ("peak_mb", "memory", "MB"),
)  # what a record may know of its test
VIEWS = (
    '<fieldset class="choice views"><legend>View</legend>'
    '<label><input type="radio" name="view" id="view-staff" checked>as staff see it</label>'
    '<label><input type="radio" name="view" id="view-student">as the student sees it</label></fieldset>'
)


def student_page(line: Listed, cohort: Cohort, related: Sequence[str] = ()) -> bytes:
    """The page.

    Args:
        cohort: the class; its column 12 of the matrix leads to "#t12" here.
        related: what else names this submission, as HTML.
    """
    row, outcome, heading = line.row, line.row.outcome, cohort.course.assignment.title
    body = [
        f'<header><p class="crumb"><a href="../report.html">{escaped(heading)}</a></p><h1>{escaped(line.name)}</h1>'
        f'<p class="facts">{" · ".join(facts(line))}</p></header>\n<main id="main" tabindex="-1">'
    ]
    if outcome:
        body += [VIEWS, result(line, outcome, cohort), tests(line, outcome, cohort)]
    elif row.fault:
        told = "" if line.anonymous else preformatted(row.fault)
        body.append(f"<section><h2>Grading failed</h2>{told}</section>")
    else:
        body.append("<section><p>Nothing was handed in.</p></section>")
    if related:
        items = "".join(f"<li>{one}" for one in related)
        body.append(f"<section class=staff><h2>Compared with the class</h2><ul>{items}</ul></section>")
    if row.files and not line.anonymous:
        files = "".join(f"<h3>{escaped(name)}</h3>{code(text)}" for name, text in sorted(row.files.items()))
        body.append(f"<section><h2>Handed in</h2>{files}</section>")
    return page(f"{line.name}: {heading}", "\n".join([*body, "</main>"]))


def facts(line: Listed) -> list[str]:
    row = line.row
    found = [escaped(words) for words in (line.id, line.email) if words]
    found += [f"section {escaped(line.section)}"] if line.section else []
    found += [f"handed in {line.time:%Y-%m-%d %H:%M}"] if line.time else []
    found += [escaped(line.told(row.late))] if row.late else []
    if row.others:
        found.append("1 other hand-in does not count" if row.others == 1 else f"{row.others} other hand-ins do not count")
    return found


def result(line: Listed, outcome: Outcome, cohort: Cohort) -> str:
    """The points, in all and by part, and what is said beside the tests."""
    seen = for_students(outcome)
    differs = len(seen.records) != len(outcome.records)
    views = [(outcome, "staff"), (seen, "student")] if differs else [(outcome, "")]
    told = "".join(
        f'<div class="{view}">{total(shown)}{parts(shown, cohort)}'
        + (preformatted("\n".join(shown.remarks)) if shown.remarks and not line.anonymous else "")
        + (preformatted(line.told(shown.not_run)) if shown.not_run else "")
        + "</div>"
        for shown, view in views
    )
    notes = [*outcome.notes, *(outcome.policies or ())]
    if notes and not line.anonymous:
        told += f"<div class=staff><p class=label>For staff</p>{preformatted(chr(10).join(notes))}</div>"
    return f"<section><h2>Result</h2>{told}</section>"


def total(outcome: Outcome) -> str:
    score, possible = outcome.score
    passed = sum(record.status == "passed" for record in outcome.records)
    return (
        f"<p class=tiles><span><b>{number(score)} / {number(possible)}</b> points</span>"
        f"<span><b>{passed} / {len(outcome.records)}</b> tests passed</span>"
        f"<span class=staff><b>{escaped(outcome.level)}</b> sandbox level</span>"
        f"<span class=staff><b>{outcome.seconds:.1f} s</b> to grade</span></p>"
    )


def divided(records: Sequence[Record], cohort: Cohort) -> list[tuple[str, list[Record]]]:
    """Return each part's title and those of the tests that belong to it, without parts that have none."""
    found: dict[str, list[Record]] = {name: [] for name in (*cohort.parts, OTHER)}
    for record in records:
        place = cohort.places.get(record.nodeid)
        found[OTHER if place is None else cohort.parts[cohort.items[place].part]].append(record)
    return [(name, tests) for name, tests in found.items() if tests]


def parts(outcome: Outcome, cohort: Cohort) -> str:
    if not outcome.assignment.parts:
        return ""
    rows = (
        f"<tr><th scope=row>{escaped(name)}<td>{points(records)}"
        f"<td>{sum(record.status == 'passed' for record in records)} / {len(records)}"
        for name, records in divided(outcome.records, cohort)
    )
    return table(("<th scope=col>part", "<th scope=col>points", "<th scope=col>tests passed"), rows, caption="By part")


def tests(line: Listed, outcome: Outcome, cohort: Cohort) -> str:
    withheld = {id(record) for record in divide(outcome.records)[1].records}
    items = policy_items(outcome) if outcome.items else []
    found = "".join(item(line, record, "", False) for record in items)
    for name, records in divided(outcome.records, cohort):
        staff_only = all(id(record) in withheld for record in records)
        found += f"<h3{' class=staff' if staff_only else ''}>{escaped(name)}</h3>\n" + "\n".join(
            item(line, record, anchor(record, cohort), id(record) in withheld) for record in records
        )
    return f"<section><h2>Tests</h2>{found}</section>"


def anchor(record: Record, cohort: Cohort) -> str:
    place = cohort.places.get(record.nodeid)
    return "" if place is None else f" id=t{place}"


def item(line: Listed, record: Record, anchor: str, withheld: bool) -> str:
    """A test: one line, and below it, where there is any, why it failed and what was printed."""
    value = "" if record.max_score is None else f"{number(record.score or 0.0)} / {number(record.max_score)}"
    took = record.usage.get("cpu_seconds", record.seconds)
    head = (
        f"<span class=state>{WORDS[record.status]}</span><span class=title>{escaped(title(record))}</span>"
        f"<span class=value>{value}</span>" + (f'<span class="value staff">{took:.2f} s</span>' if took else "")
    )
    classes = f"item {record.status}{' staff' if withheld else ''}"
    body = details(line, record)
    if not body:
        return f'<div class="{classes}"{anchor}>{head}</div>'
    is_open = "" if record.status == "passed" else " open"
    return f'<details class="{classes}"{anchor}{is_open}><summary>{head}</summary>{body}</details>'


def details(line: Listed, record: Record) -> str:
    """What stands below a test, with what only one of the two views shows in a class of its own."""
    if line.anonymous:
        return both(line.told(record.full_reason or record.reason), line.told(record.why()))
    for_staff = record.why(staff=True)
    body = both(for_staff, record.why())
    printed, seen = record.shown_print(staff=True), record.shown_print()
    if printed:
        label = "Printed" if seen else "Printed, which the student does not see"
        body += f"<div{'' if seen else ' class=staff'}><p class=label>{label}</p>{preformatted(printed)}</div>"
    if record.staff and record.staff not in for_staff:
        body += f"<details class=staff><summary class=label>For staff</summary>{preformatted(record.staff)}</details>"
    used = " · ".join(f"{words} {record.usage[key]:.2f} {unit}" for key, words, unit in USED if key in record.usage)
    if body and (used or record.seconds):
        body += f"<p class='label staff'>{' · '.join(filter(None, (f'{record.seconds:.2f} s by the clock', used)))}</p>"
    return body


def both(staff: str, student: str) -> str:
    """What staff read and what the student reads; once where these are the same."""
    if staff == student:
        return preformatted(staff) if staff else ""
    return (preformatted(staff, "staff") if staff else "") + (preformatted(student, "student") if student else "")
