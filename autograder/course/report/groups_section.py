"""Same wrong behaviour: the section of report.html, and a page for each group."""

from collections.abc import Sequence, Set

from autograder.course.findings import Excerpt, Group, Grouping
from autograder.course.groups import NOT_IMPLEMENTED
from autograder.course.report.cohort import Cohort
from autograder.course.report.labels import Lines
from autograder.course.report.markup import code, escaped, page, preformatted
from autograder.course.report.stub import stub

MOST_GROUPS = 50  # that report.html shows; all have a page
OPEN_GROUPS = 8  # that it shows without a click
SHORT_LINES, SHORT_LINE = 8, 90  # of an excerpt in report.html: 50 groups must stay light
LISTED_TESTS = 6


def groups_section(cohort: Cohort, lines: Lines, grouping: Grouping | None) -> tuple[str, dict[str, bytes]]:
    """Return the section as HTML, empty where nothing was compared, and the pages by their names."""
    if grouping is None:
        return "", {}
    if not grouping.groups:
        return "<p>No group: no two submissions fail in the same way, or nobody fails.</p>", {}
    share = 100 * grouping.covered / grouping.failures if grouping.failures else 0.0
    cards = [card(cohort, lines, group, place) for place, group in enumerate(grouping.groups[:MOST_GROUPS], 1)]
    pages = {group_name(place): group_page(cohort, lines, group, place) for place, group in enumerate(grouping.groups, 1)}
    more = len(grouping.groups) - len(cards)
    rest = "\n".join(cards[OPEN_GROUPS:])
    rest = f"<details><summary>{len(cards) - OPEN_GROUPS} smaller groups</summary>{rest}</details>" if rest else ""
    left = f" The {more} smallest of them are not shown." if more else ""
    return (
        f"<p>{len(grouping.groups)} groups explain {share:.0f} % of {grouping.failures:,} failures.{left} Each holds"
        " submissions that fail the same tests in the same way.</p>" + "\n".join(cards[:OPEN_GROUPS]) + rest
    ), pages


def group_name(place: int) -> str:
    return f"groups/{place:02}.html"


def sentence_of(lines: Lines, group: Group) -> str:
    """What is wrong, escaped, without the names of those in the group if nobody is to be told."""
    sentence = group.sentence
    for row in group.rows:
        sentence = lines[row].told(sentence)
    return escaped(f"{group.name}: {sentence}" if group.name else sentence)


def titles_of(cohort: Cohort, group: Group) -> list[str]:
    return [escaped(cohort.items[cohort.places[test]].title if test in cohort.places else test, 100) for test in group.tests]


def count_of(group: Group) -> str:
    return "1 submission" if len(group.rows) == 1 else f"{len(group.rows)} submissions"


def card(cohort: Cohort, lines: Lines, group: Group, place: int) -> str:
    tests = titles_of(cohort, group)
    more = f", and {len(tests) - LISTED_TESTS} more" if len(tests) > LISTED_TESTS else ""
    return (
        f"<div class=card><h3><a href={group_name(place)}>{count_of(group)}</a> · {escaped(group.part)} ·"
        f" {per_cent(group.share)} of all failures</h3><p>{sentence_of(lines, group)}</p>"
        f"<p class=hint>{', '.join(tests[:LISTED_TESTS])}{more}</p>"
        f"{excerpts(lines, group, short=True)}</div>"
    )


def excerpts(lines: Lines, group: Group, short: bool) -> str:
    """The representative's lines beside the skeleton's; nothing where nobody is to know what was handed in."""
    shown = lines[group.representative]
    if not group.lines or shown.anonymous:
        return ""
    name = escaped(shown.name, 60)
    beside = (
        f"<div class=beside><div><p class=label>{name}</p>{texts(group.lines, group.skeleton, short)}</div>"
        f"<div><p class=label>Skeleton</p>{texts(group.skeleton, group.lines, short)}</div></div>"
    )
    return f"<details><summary>{name}’s lines beside the skeleton’s</summary>{beside}</details>" if short else beside


def texts(found: Sequence[Excerpt], other: Sequence[Excerpt], short: bool) -> str:
    """The lines of one side, those marked that the other side has not.

    Args:
        short: only the first few of them.
    """
    there = {text.strip() for one in other for text in one.text.split("\n")}
    shown = []
    for one in [shortened(one, there) for one in found[:1]] if short else found:
        own = {one.first + place for place, text in enumerate(one.text.split("\n")) if text.strip() not in there}
        marks = dict.fromkeys(own, "class=matched") if there and not short else {}
        shown.append(f"<p class=label>{escaped(one.file)}</p>{code(one.text, one.first, marks)}")
    return "".join(shown) or "<p class=hint>Nothing here.</p>"


def shortened(excerpt: Excerpt, there: Set[str]) -> Excerpt:
    """The first few lines, from the first on that the other side has not."""
    found = excerpt.text.split("\n")
    start = next((place for place, text in enumerate(found) if text.strip() not in there), 0)
    cut = [text if len(text) <= SHORT_LINE else f"{text[:SHORT_LINE]}…" for text in found[start : start + SHORT_LINES]]
    return Excerpt(excerpt.file, excerpt.first + start, "\n".join([*cut, *(["…"] if len(found) > start + SHORT_LINES else [])]))


def per_cent(share: float) -> str:
    return f"{100 * share:.{0 if share >= 0.01 else 1}f} %"


def group_page(cohort: Cohort, lines: Lines, group: Group, place: int) -> bytes:
    title = cohort.course.assignment.title
    people = sorted((lines[row] for row in group.rows), key=lambda line: line.place)
    links = "".join(f"<li>{line.outside}" for line in people)
    tests = "".join(f"<li>{name}" for name in titles_of(cohort, group))
    beside = excerpts(lines, group, short=False)
    shown = f"<section><h2>One of them, beside the skeleton</h2>{beside}</section>\n" if beside else ""
    return page(
        f"Group {place}: {title}",
        f'<header><p class="crumb"><a href="../report.html#groups">{escaped(title)}</a></p><h1>Group {place}</h1>'
        f"<p>{sentence_of(lines, group)}</p><p class=facts>{escaped(group.part)} · {count_of(group)} ·"
        f" {per_cent(group.share)} of all failures</p></header>\n<main id=main tabindex=-1>"
        f"<section><h2>Tests that fail</h2><ul>{tests}</ul></section>\n{shown}{unnamed(cohort, lines, group)}"
        f"<section><h2>Students</h2><ul>{links}</ul></section></main>",
    )


def unnamed(cohort: Cohort, lines: Lines, group: Group) -> str:
    """The beginning of a mistake.toml, where no known mistake explains the group."""
    row = next((row for row in cohort.course.rows if row.id == group.representative), None)
    if group.name or row is None or group.sentence.endswith(NOT_IMPLEMENTED):
        return ""
    text = stub(group, row, lines[group.representative].anonymous)
    for member in group.rows:
        text = lines[member].told(text)
    told = "No known mistake explains this group. To give it a name, complete this as mistakes/NAME/mistake.toml:"
    return f"<section><h2>A new mistake</h2><p>{told}</p>{preformatted(text)}</section>\n"


def links_to_groups(lines: Lines, grouping: Grouping | None) -> dict[str, list[str]]:
    """Return, by the id of a row, links to its groups, as HTML for a student's page."""
    found: dict[str, list[str]] = {}
    for place, group in enumerate(grouping.groups if grouping else (), 1):
        told = f"<a href=../{group_name(place)}>Group {place}</a>, {count_of(group)}: {sentence_of(lines, group)}"
        for row in group.rows:
            found.setdefault(row, []).append(told)
    return found
