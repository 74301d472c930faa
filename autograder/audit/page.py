"""The page of an audit: one file of HTML that loads nothing."""

from collections.abc import Sequence

from autograder.audit.grading import GradedMutant
from autograder.audit.report import COLUMNS, margin_words, part_words, rows_of, state
from autograder.audit.whole import Audit
from autograder.course.report.markup import NO_VALUE, escaped, packaged, page, preformatted, sortable, table

STATES = {
    "survived": "survived",
    "unreached": "not reached",
    "unjudged": "not judged",
    "others": "killed by other parts only",
    "equivalent": "equivalent",
    "own": "killed",
}
FIRST = ("survived", "unreached", "unjudged")


def page_of(audit: Audit) -> bytes:
    """The whole page."""
    by_state: dict[str, list[GradedMutant]] = {name: [] for name in STATES}
    for one in audit.graded:
        by_state[state(audit, one)].append(one)
    open_ = [one for name in FIRST for one in by_state[name]]
    sections = [
        section("Parts", parts(audit)),
        section("No test sees these", cards(audit, open_) or "<p>Every mutant is killed, or listed as equivalent.</p>"),
        section("Killed by other parts only", cards(audit, by_state["others"]) or "<p>None.</p>"),
        section("Listed as equivalent", cards(audit, by_state["equivalent"]) or "<p>None.</p>"),
        section("Tests", tests(audit)),
        section("All mutants", matrix(audit)),
    ]
    faults = "".join(f"<p class=alert>{escaped(fault, 600)}</p>" for fault in audit.faults)
    title = f"Audit: {audit.assignment.title}"
    body = (
        f'<main id="main" tabindex="-1"><p class=kind>Audit of the suites</p><h1>{escaped(audit.assignment.title)}</h1>{faults}'
    )
    return page(title, f"{body}{''.join(sections)}</main>", packaged("script.js"))


def section(title: str, content: str) -> str:
    return f"<section><h2>{title}</h2>{content}</section>"


def parts(audit: Audit) -> str:
    head = ["<th scope=col>part", *(f"<th scope=col class=number>{name}" for name in COLUMNS)]
    rows = [
        f"<tr><th scope=row>{escaped(f'{row.part} {row.title}'.strip())}"
        + "".join(f"<td class=number>{count or NO_VALUE}" for count in row.counts)
        for row in rows_of(audit)
    ]
    dropped = (
        f"{audit.made.same} mutants are the original in bytecode, {audit.made.twins} are another mutant; "
        "none of these is counted."
    )
    return f"{table(head, rows)}<p class=hint>{dropped}</p>"


def cards(audit: Audit, mutants: Sequence[GradedMutant]) -> str:
    return "".join(card(audit, one) for one in mutants)


def card(audit: Audit, one: GradedMutant) -> str:
    mutant, entry = one.mutant, audit.equivalents.get(one.mutant.id)
    seen = f"<p>Killed by {names(one.killers)}</p>" if one.killers else ""
    reached = f"<details><summary>reached by {len(one.reaching)} tests</summary><p>{names(one.reaching)}</p></details>"
    near = "".join(f"<p>{escaped(words)}</p>" for words in margin_words(one))
    facts = (STATES[state(audit, one)], mutant.function or mutant.file, part_words(audit, one))
    return (
        f"<div class=card><h3>{escaped(mutant.id)}</h3><p class=hint>{escaped(' · '.join(facts), 300)}</p>"
        f"{preformatted(mutant.diff())}"
        + (f"<p>{escaped(entry.reason, 600)}</p>" if entry else "")
        + "".join(preformatted(fault) for fault in one.faults[:1])
        + f"{seen}{near}{reached}</div>"
    )


def names(tests: Sequence) -> str:
    return ", ".join(escaped(test.nodeid) for test in tests)


def tests(audit: Audit) -> str:
    """How many mutants each test was run on, and has killed."""
    idle = {test.nodeid for test in audit.idle_tests()}
    head = [sortable("test", "text"), sortable("part", "text"), *map(sortable, ("run on", "killed", "alone", "of its part"))]
    rows = []
    for test in audit.tests:
        ran = [one for one in audit.graded if one.verdicts.get(test.nodeid, "not run") != "not run"]
        if not ran:
            continue
        killed = [one for one in ran if one.verdicts[test.nodeid] == "killed"]
        own = [one for one in killed if audit.own_part(one) == audit.parts[test.nodeid]]
        counts = (len(ran), len(killed), sum(len(one.killers) == 1 for one in killed), len(own))
        mark = " (kills nothing of its part)" if test.nodeid in idle else ""
        rows.append(
            f"<tr><th scope=row>{escaped(test.nodeid)}{mark}<td>{escaped(audit.parts[test.nodeid])}"
            + "".join(f"<td class=number>{count}" for count in counts)
        )
    return table(head, rows, 'class="sortable"', tall=True)


def matrix(audit: Audit) -> str:
    """All mutants with the numbers of tests that were run on them and have killed them."""
    words = [sortable(name, "text") for name in ("mutant", "part", "state", "function")]
    head = [*words, sortable("reached by"), sortable("killed by"), sortable("change", "text")]
    rows = [
        f"<tr><th scope=row>{escaped(one.mutant.id)}<td>{escaped(audit.own_part(one))}<td>{STATES[state(audit, one)]}"
        f"<td>{escaped(one.mutant.function)}<td class=number>{len(one.reaching)}<td class=number>{len(one.killers)}"
        f"<td><code>{escaped(one.mutant.after.split(chr(10))[0] or 'deleted', 120)}</code>"
        for one in audit.graded
    ]
    return table(head, rows, 'class="sortable"', tall=True)
