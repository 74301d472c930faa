"""Similar code: the section of report.html, and a page for each pair with both texts side by side."""

from collections.abc import Mapping, Sequence

from autograder.course.findings import Pair
from autograder.course.report.cohort import Cohort
from autograder.course.report.labels import Lines
from autograder.course.report.markup import code, escaped, page, table

NO_COPY = (
    "Similar code can come from the lecture, a book or permitted cooperation. Read both texts before you conclude anything."
)


def pairs_section(cohort: Cohort, lines: Lines, pairs: Sequence[Pair]) -> tuple[str, dict[str, bytes]]:
    """Return the section as HTML, empty where nothing was compared, and the pages by their names."""
    if not pairs:
        return "", {}
    if any(line.anonymous for line in lines.values()):
        return f"<p>{len(pairs)} similar pairs are left out: they show what was handed in.</p>", {}
    ordered = sorted(pairs, key=lambda pair: pair.rank)
    rows = (
        f"<tr><td><a href={pair_name(pair)}>{pair.rank}</a><td>{lines[pair.a].link}<td>{other(lines, pair)}"
        f"<td class=number>{100 * pair.share_a:.0f} %<td class=number>{100 * pair.share_b:.0f} %"
        f"<td class=number>{pair.weight:.1f}"
        for pair in ordered
    )
    names = ("rank", "student", "similar to", "share of the first", "share of the second", "weight")
    head = [f"<th scope=col{' class=number' if place > 2 else ''}>{name}" for place, name in enumerate(names)]
    shown = table(head, rows, caption="Ranked by how much is similar, and how rare it is in this class")
    return (
        f"<p class=hint>{NO_COPY} Click a rank to see both texts side by side. Code of the skeleton does not count.</p>{shown}",
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
            f"<div><p class=label>{escaped(name_b)}</p>{marked(texts_b.get(file_b, ''), marked_b, 'b', 'a')}</div>"
            "</div></section>"
        )
    told = escaped(name_b) if pair.archived else lines[pair.b].outside
    return page(
        f"Similar pair {pair.rank}: {title}",
        f'<header><p class="crumb"><a href="../report.html#similar">{escaped(title)}</a></p><h1>Similar pair {pair.rank}</h1>'
        f"<p>{one.outside}: {100 * pair.share_a:.0f} % of the code is similar to that of {told},"
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


def links_to_pairs(lines: Lines, pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Return, by the id of a row, links to its pairs, as HTML for a student's page."""
    found: dict[str, list[str]] = {}
    if any(line.anonymous for line in lines.values()):
        return found
    for pair in pairs:
        for row in (pair.a, *(() if pair.archived else (pair.b,))):
            found.setdefault(row, []).append(f"<a href=../{pair_name(pair)}>Similar pair {pair.rank}</a> of the class")
    return found
