"""What a class was compared for: the sections of report.html, and a page for each group and each similar pair."""

from collections.abc import Mapping, Sequence, Set

from autograder.course.findings import Excerpt, Group, Grouping, Pair
from autograder.course.report.cohort import Cohort
from autograder.course.report.labels import Listed
from autograder.course.report.markup import code, escaped, page, table

Lines = Mapping[str, Listed]  # by the ids of their rows

MOST_GROUPS = 50  # that report.html shows; all have a page
OPEN_GROUPS = 8  # that it shows without a click
SHORT_LINES, SHORT_LINE = 8, 90  # of an excerpt in report.html: 50 groups must stay light
LISTED_TESTS = 6
NO_COPY = (
    "Similar code has many reasons: a shared lecture, a book, working together where that is allowed. Read both texts first."
)


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
        f"<p>{len(grouping.groups)} groups explain {share:.0f} % of {grouping.failures:,} failures.{left} Each holds submissions"
        " that fail the same tests in the same way.</p>" + "\n".join(cards[:OPEN_GROUPS]) + rest
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
        f"<div class=card><h3><a href={group_name(place)}>{count_of(group)}</a> · {escaped(group.part)} · {per_cent(group.share)} of all"
        f" failures</h3><p>{sentence_of(lines, group)}</p><p class=hint>{', '.join(tests[:LISTED_TESTS])}{more}</p>"
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
    links = "".join(f"<li>{outside(line)}" for line in people)
    tests = "".join(f"<li>{name}" for name in titles_of(cohort, group))
    return page(
        f"Group {place}: {title}",
        f'<header><p class="crumb"><a href="../report.html#groups">{escaped(title)}</a></p><h1>Group {place}</h1>'
        f"<p>{sentence_of(lines, group)}</p><p class=facts>{escaped(group.part)} · {count_of(group)} ·"
        f" {per_cent(group.share)} of all failures</p></header>\n<main id=main tabindex=-1>"
        f"<section><h2>Tests that fail</h2><ul>{tests}</ul></section>\n{section('One of them, beside the skeleton', excerpts(lines, group, short=False))}"
        f"<section><h2>Students</h2><ul>{links}</ul></section></main>",
    )


def section(heading: str, content: str) -> str:
    return f"<section><h2>{heading}</h2>{content}</section>\n" if content else ""


def outside(line: Listed) -> str:
    """A link to a student's page from a folder beside that of the pages."""
    return f"<a href=../{line.address}>{escaped(line.name)}</a>"


def pairs_section(cohort: Cohort, lines: Lines, pairs: Sequence[Pair]) -> tuple[str, dict[str, bytes]]:
    """Return the section as HTML, empty where nothing was compared, and the pages by their names."""
    if not pairs:
        return "", {}
    if any(line.anonymous for line in lines.values()):
        return f"<p>{len(pairs)} similar pairs are left out: they show what was handed in.</p>", {}
    ordered = sorted(pairs, key=lambda pair: pair.rank)
    rows = (
        f"<tr><td><a href={pair_name(pair)}>{pair.rank}</a><td>{lines[pair.a].link}<td>{other(lines, pair)}"
        f"<td class=number>{100 * pair.share_a:.0f} %<td class=number>{100 * pair.share_b:.0f} %<td class=number>{pair.weight:.1f}"
        for pair in ordered
    )
    names = ("rank", "one", "the other", "share of one", "share of the other", "weight")
    head = [f"<th scope=col{' class=number' if place > 2 else ''}>{name}" for place, name in enumerate(names)]
    shown = table(head, rows, caption="Ranked by how much is similar, and how rare it is in this class")
    return (
        f"<p class=hint>{NO_COPY} The rank leads to both texts side by side. Code of the skeleton does not count.</p>{shown}",
        {pair_name(pair): pair_page(cohort, lines, pair) for pair in ordered},
    )


def pair_name(pair: Pair) -> str:
    return f"similar/{pair.rank:03}.html"


def other(lines: Lines, pair: Pair) -> str:
    return f"{escaped(pair.b, 60)} (archive)" if pair.archived else lines[pair.b].link


def pair_page(cohort: Cohort, lines: Lines, pair: Pair) -> bytes:
    """Both texts, file by file, with the matched lines marked; a marked line leads to its counterpart."""
    title = cohort.course.assignment.title
    one = lines[pair.a]
    texts_a = one.row.files
    texts_b = dict(pair.files_b) if pair.archived else lines[pair.b].row.files
    name_b = f"{pair.b} (archive)" if pair.archived else lines[pair.b].name
    blocks = []
    for file_a, file_b in dict.fromkeys((match.file_a, match.file_b) for match in pair.matches):
        found = [(place, match) for place, match in enumerate(pair.matches) if (match.file_a, match.file_b) == (file_a, file_b)]
        marked_a = {place: match.lines_a for place, match in found}
        marked_b = {place: match.lines_b for place, match in found}
        blocks.append(
            f"<section><h2>{escaped(file_a)} and {escaped(file_b)}</h2><div class='beside texts'>"
            f"<div><p class=label>{escaped(one.name)}</p>{marked(texts_a.get(file_a, ''), marked_a, 'a', 'b')}</div>"
            f"<div><p class=label>{escaped(name_b)}</p>{marked(texts_b.get(file_b, ''), marked_b, 'b', 'a')}</div></div></section>"
        )
    told = escaped(name_b) if pair.archived else outside(lines[pair.b])
    return page(
        f"Similar pair {pair.rank}: {title}",
        f'<header><p class="crumb"><a href="../report.html#similar">{escaped(title)}</a></p><h1>Similar pair {pair.rank}</h1>'
        f"<p>{outside(one)}: {100 * pair.share_a:.0f} % of the code is similar to that of {told},"
        f" {100 * pair.share_b:.0f} % the other way round.</p><p class=hint>{NO_COPY}</p></header>\n<main id=main tabindex=-1>"
        + "\n".join(blocks)
        + "</main>",
    )


def marked(text: str, ranges: Mapping[int, tuple[int, int]], side: str, across: str) -> str:
    """A text whose ranges of lines are marked. The first line of each is an anchor, and its number a link to the other side."""
    attributes = {number: "class=matched" for first, last in ranges.values() for number in range(first, last + 1)}
    for place, (first, _) in ranges.items():
        attributes[first] = f"class=matched id={side}{place}"
    return code(text, marked=attributes, links={first: f"#{across}{place}" for place, (first, _) in ranges.items()})


def related(lines: Lines, pairs: Sequence[Pair], grouping: Grouping | None) -> dict[str, list[str]]:
    """Return, by the id of a row, links to the groups and pairs it is in, as HTML for a student's page."""
    found: dict[str, list[str]] = {}
    for place, group in enumerate(grouping.groups if grouping else (), 1):
        for row in group.rows:
            told = f"<a href=../{group_name(place)}>Group {place}</a>, {count_of(group)}: {sentence_of(lines, group)}"
            found.setdefault(row, []).append(told)
    if any(line.anonymous for line in lines.values()):
        return found
    for pair in pairs:
        for row in (pair.a, *(() if pair.archived else (pair.b,))):
            told = f"<a href=../{pair_name(pair)}>Similar pair {pair.rank}</a> of the class"
            found.setdefault(row, []).append(told)
    return found
