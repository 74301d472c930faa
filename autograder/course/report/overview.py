"""report.html: counts, scores, tests, the matrix, groups, similar pairs and the table of students."""

from collections.abc import Iterator, Sequence

from autograder.course.report import plots
from autograder.course.report.cohort import BROKEN, PASSED, Cohort, needs_human
from autograder.course.report.labels import Listed
from autograder.course.report.markup import escaped, packaged, page, table
from autograder.course.report.matrix import matrix
from autograder.course.report.statistics import LEAST, Summary, alpha, discriminations, is_upside_down, medians, summary
from autograder.grading.records import number

NO_VALUE = "–"
MOST_PARTS = 16  # columns of parts in the table of students; more would make it unreadable
NOTHING, FAULT, HUMAN, LATE, EMPTY = "nothing handed in", "grading failed", "needs a human", "late", "empty"


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


def marks_of(line: Listed, cohort: Cohort, empty: set[int]) -> list[str]:
    """What a reader of the table should know of a line, from which it can be filtered."""
    row = line.row
    found = [NOTHING] if not row.hand_in and not row.outcome and not row.fault else []
    found += [FAULT] if row.fault else []
    found += [HUMAN] if needs_human(row) else []
    found += [LATE] if row.late else []
    return found + ([EMPTY] if line.place in empty else [])


def empties(cohort: Cohort) -> set[int]:
    return {line.place for line, counted in zip(cohort.graded, cohort.counted, strict=True) if not counted}


def tiles(cohort: Cohort) -> str:
    """The counts; each filters the table of students."""
    empty = empties(cohort)
    marks = [mark for line in cohort.lines for mark in marks_of(line, cohort, empty)]
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
        told = f" {len(course.notes)} notes are left out as well." if course.notes else ""
        return (
            "<p class=hint>Anonymous: names, ids, addresses, times of handing in, what was handed in and what it printed are left"
            f" out. Sections, points and messages of tests remain.{told}</p>"
        )
    if not course.notes:
        return ""
    items = "".join(f"<li>{escaped(note)}" for note in course.notes)
    return f"<details class=notes open><summary>Notes</summary><ul>{items}</ul></details>"


def left_out(cohort: Cohort) -> str:
    empty = int((~cohort.counted).sum())
    if not empty:
        return ""
    told = "1 empty hand-in is" if empty == 1 else f"{empty} empty hand-ins are"
    return f"<p class=hint>{told} left out: one that passes no test, or is the skeleton as it was handed out.</p>"


def scores(cohort: Cohort) -> str:
    percent = cohort.percent[cohort.counted]
    whole = summary(percent)
    if whole is None:
        return "<p>No submission has a score yet.</p>"
    facts = "".join(
        f"<div><dt>{words}<dd>{value}</div>"
        for words, value in (
            ("submissions", f"{whole.count:,}"),
            ("median", f"{whole.median:.0f} %"),
            ("middle half", f"{whole.lower:.0f} to {whole.upper:.0f} %"),
            ("mean", f"{whole.mean:.0f} %"),
            ("standard deviation", f"{whole.deviation:.0f} %"),
            ("points possible", number(cohort.possible)),
        )  # fmt: skip
    )
    return (
        f"{left_out(cohort)}<dl class=facts>{facts}</dl>"
        f"<div class=pair><figure>{plots.histogram(percent, whole)}<figcaption>Submissions by score in per cent. The marks below"
        f" the axis are the quartiles.</figcaption></figure>{over_time(cohort)}</div>"
        f"<div class=pair>{parts_table(cohort)}{sections_table(cohort)}</div>"
    )


def over_time(cohort: Cohort) -> str:
    points = [
        (line.time, float(percent), bool(line.row.late))
        for line, percent, counted in zip(cohort.graded, cohort.percent, cohort.counted, strict=True)
        if counted and line.time
    ]
    if not points:
        return ""
    late = " Crosses were late." if any(late for _, _, late in points) else ""
    return f"<figure>{plots.scatter(points)}<figcaption>Score over the time of handing in.{late}</figcaption></figure>"


def distribution(name: str, values: Summary | None) -> str:
    if values is None:
        return f"<tr><th scope=row>{escaped(name, 60)}<td>0<td>{NO_VALUE}<td>{NO_VALUE}<td>"
    return (
        f"<tr><th scope=row>{escaped(name, 60)}<td>{values.count}<td>{values.mean:.0f} %<td>{values.median:.0f} %"
        f"<td class=plot>{plots.box(values)}"
    )


HEAD = (
    "<th scope=col>submissions",
    "<th scope=col>mean",
    "<th scope=col>median",
    '<th scope=col class="wide">lowest, quartiles, highest',
)


def parts_table(cohort: Cohort) -> str:
    rows = [
        distribution(name, summary(100 * cohort.by_part[cohort.counted, part] / possible))
        for part, (name, possible) in enumerate(zip(cohort.parts, cohort.possible_by_part, strict=True))
        if possible > 0
    ]
    return table(("<th scope=col>part", *HEAD), rows, caption="By part, in per cent of its points") if len(rows) > 1 else ""


def sections_table(cohort: Cohort) -> str:
    import numpy as np

    names = [line.section for line in cohort.graded]
    known = sorted({name for name in names if name})
    if not known:
        return ""
    owner = np.array(names)
    rows = [distribution(name or "no section", summary(cohort.percent[cohort.counted & (owner == name)])) for name in (
        [*known, *([""] if "" in names else [])]
    )]  # fmt: skip
    return table(("<th scope=col>section", *HEAD), rows, caption="By section, in per cent")


def tests(cohort: Cohort) -> str:
    import numpy as np

    count = int(cohort.counted.sum())
    if not count or not cohort.items:
        return "<p>No test has run yet.</p>"
    states, shares = cohort.states[cohort.counted], cohort.shares[cohort.counted]
    known = (~np.isnan(shares)).sum(0)  # (T,) submissions with a verdict
    passed = (states == PASSED).sum(0)
    enough = count >= LEAST
    agreement = discriminations(shares, cohort.points[cohort.counted]) if enough else [None] * len(cohort.items)
    times = medians(cohort.seconds[cohort.counted])
    rows = []
    upside_down, unfailed, unpassed = [], [], []
    for t, item in enumerate(cohort.items):
        here = int(known[t])
        share = passed[t] / here if here else 0.0
        flags = []
        if is_upside_down(agreement[t], here):
            upside_down.append((agreement[t] or 0.0, t))
            flags.append("the best fail it")
        if here and passed[t] == here:
            unfailed.append(t)
            flags.append("nobody fails it")
        if here and not passed[t]:
            unpassed.append(t)
            flags.append("nobody passes it")
        broken = int((states[:, t] == BROKEN).sum())
        if broken:
            flags.append(f"needs a human in {broken}")
        told = NO_VALUE if agreement[t] is None else f"{agreement[t]:.2f}".replace("-", "−")
        seconds = times[t]
        rows.append(
            f"<tr><td>{escaped(item.title, 100)}<td>{number(item.max_score or 0.0) if item.max_score is not None else NO_VALUE}"
            f"<td>{100 * share:.0f} %{plots.meter(share)}<td><button class=who>{here - int(passed[t])}</button><td>{told}"
            f"<td>{NO_VALUE if seconds is None else f'{seconds:.2f}'}<td>{', '.join(flags)}"
        )
    head = (
        sortable("test", "text"), sortable("points"), sortable("passed"), sortable("failed"), sortable("discrimination"),
        sortable("seconds"), sortable("remarks", "text"),
    )  # fmt: skip
    return (
        f"{left_out(cohort)}{reliability(cohort, count)}{findings(cohort, upside_down, unfailed, unpassed, enough)}"
        + table(head, rows, "id=items class=sortable", caption="All tests", tall=True)
        + "<p class=hint>Passed: of the submissions in which the test has a verdict. Discrimination: correlation of the test with"
        " the points of all other tests; above 0.2 is usual. Seconds: the median of the processor time. A click on the number of"
        " failures lists them in the table of students.</p>"
    )


def reliability(cohort: Cohort, count: int) -> str:
    if count < LEAST:
        return (
            f"<p>Discrimination and reliability are not given: {count} submissions are too few to say anything; {LEAST} are the"
            " least.</p>"
        )
    value = alpha(cohort.by_part[cohort.counted])
    if value is None:
        return "<p>Reliability: – (it needs two parts whose points vary).</p>"
    words = f"{value:.2f}".replace("-", "−")
    return f"<p>Reliability over the {len(cohort.parts)} parts (Cronbach’s α): <b>{words}</b>. From 0.7 on, groups can be compared; 0.8 to 0.9 suits single people.</p>"


def findings(
    cohort: Cohort, upside_down: list[tuple[float, int]], unfailed: list[int], unpassed: list[int], enough: bool
) -> str:
    """What staff should look at first."""

    def titles(places: Sequence[int]) -> Iterator[str]:
        yield from (f"<li>{escaped(cohort.items[t].title, 100)}" for t in places)

    found = ""
    if enough and upside_down:
        items = "".join(
            f"<li>{escaped(cohort.items[t].title, 100)}: {value:.2f}".replace("-", "−") for value, t in sorted(upside_down)
        )
        found += (
            f"<div class=alert><b>Is this test broken?</b> Those who do well in everything else fail it.<ul>{items}</ul></div>"
        )
    for words, places in (("nobody passes", unpassed), ("nobody fails", unfailed)):
        if places:
            count = "1 test" if len(places) == 1 else f"{len(places)} tests"
            found += f"<details><summary>{count} that {words}</summary><ul>{''.join(titles(places))}</ul></details>"
    return found


def sortable(words: str, kind: str = "number", hint: str = "") -> str:
    """The head of a column that can be sorted by."""
    told = f' title="{escaped(hint)}"' if hint else ""
    return f'<th scope=col data-kind="{kind}"{told}><button>{words}</button>'


def students(cohort: Cohort) -> str:
    graded = {line.place: s for s, line in enumerate(cohort.graded)}
    empty = empties(cohort)
    with_parts = [
        part for part, possible in enumerate(cohort.possible_by_part) if possible > 0 and len(cohort.parts) > 1
    ]  # fmt: skip
    with_parts = with_parts if len(with_parts) <= MOST_PARTS else []
    with_id = any(line.id for line in cohort.lines)
    with_section = any(line.section for line in cohort.lines)
    with_time = any(line.time for line in cohort.lines)
    rows = []
    for line in cohort.lines:
        s = graded.get(line.place)
        cells = [line.link]
        cells += [escaped(line.id, 40)] if with_id else []
        cells += [escaped(line.section, 20)] if with_section else []
        cells.append("" if s is None else f"{number(cohort.scores[s])}")
        cells += ["" if s is None else f"{number(round(cohort.by_part[s, part], 2))}" for part in with_parts]
        cells += [line.time.strftime("%Y-%m-%d %H:%M") if line.time else ""] if with_time else []
        rows.append("<tr><td>" + "<td>".join([*cells, ", ".join(marks_of(line, cohort, empty))]))
    head = [sortable("student", "text")]
    head += [sortable("id", "text")] if with_id else []
    head += [sortable("section", "text")] if with_section else []
    head.append(sortable(f"score of {number(cohort.possible)}"))
    head += [
        sortable(
            escaped(cohort.parts[part].split()[0]), hint=f"{cohort.parts[part]}, {number(cohort.possible_by_part[part])} points"
        )
        for part in with_parts
    ]
    head += [sortable("handed in", "text")] if with_time else []
    head.append(sortable("remarks", "text"))
    options = "".join(f"<option>{mark}</option>" for mark in (NOTHING, HUMAN, LATE, EMPTY, FAULT))
    controls = (
        '<form class="controls" role="search"><label>Filter <input id="words" type="search" autocomplete="off"'
        ' placeholder="name, id or section"></label><label>Show <select id="mark"><option value="">all</option>'
        f'{options}</select></label><button type="reset">Reset</button><output id="shown" aria-live="polite"></output></form>'
    )
    return controls + table(head, rows, "id=people class=sortable", caption="All students", tall=True)
