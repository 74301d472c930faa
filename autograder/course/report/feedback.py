"""The page for one student: what Gradescope would show, without anything for staff."""

from autograder.course.report.markup import escaped, page, preformatted, table
from autograder.course.report.student_page import WORDS
from autograder.grading.outcome import Outcome
from autograder.grading.parts import by_part
from autograder.grading.records import Record, number
from autograder.results.excerpts import divide, for_students, points, policy_items, title


def feedback_page(outcome: Outcome) -> bytes:
    """The page. It holds no name, so that it can go through any channel that knows its reader."""
    seen, heading = for_students(outcome), outcome.assignment.title
    shown, _ = divide(outcome.records)
    items = policy_items(outcome) if outcome.items else []
    score, possible = seen.score
    passed = sum(record.status == "passed" for record in shown)
    body = [
        f'<header><h1>{escaped(heading)}</h1></header>\n<main id="main" tabindex="-1"><section><h2>Result</h2>',
        f"<p class=tiles><span><b>{number(score)} / {number(possible)}</b> points</span>"
        f"<span><b>{passed} / {len(shown)}</b> tests passed</span></p>",
    ]
    if outcome.assignment.parts:
        rows = (
            f"<tr><th scope=row>{escaped(name)}<td>{points(records)}" for name, records in by_part(outcome.assignment, shown)
        )
        body.append(table(("<th scope=col>part", "<th scope=col>points"), rows, caption="By part"))
    body += [preformatted("\n".join(words)) for words in (seen.remarks, [seen.not_run]) if any(words)]
    body.append(f"</section><section><h2>Tests</h2>{''.join(map(item, [*items, *shown]))}</section></main>")
    return page(heading, "\n".join(body))


def item(record: Record) -> str:
    """A test: one line, and below it why it failed and what was printed."""
    value = "" if record.max_score is None else f"{number(record.score or 0.0)} / {number(record.max_score)}"
    head = (
        f"<span class=state>{WORDS[record.status]}</span><span class=title>{escaped(title(record))}</span>"
        f"<span class=value>{value}</span>"
    )
    told = record.output()
    if not told:
        return f'<div class="item {record.status}">{head}</div>'
    is_open = "" if record.status == "passed" else " open"
    return f'<details class="item {record.status}"{is_open}><summary>{head}</summary>{preformatted(told)}</details>'
