r"""Make one HTML file of a handout in Markdown, without a script, and without fonts or pictures from elsewhere.

CommonMark with tables, and

    ---                             front matter, if any: the language, and the words that this module puts in
    lang: en
    contents: Contents
    figure: Figure
    ---
    $x$, and $$x$$ on lines of its own                  a formula, in LaTeX (see autograder.authoring.mathml)
    $$x$$ (eq:name)                                     the same, numbered
    ![what one sees](file.svg "What it says.")          alone in a paragraph: a figure with a number and a caption
    [](#eq:name) [](#fig:file) [](#1.3)                 a link that is called (2), Figure 4 or 1.3
    ### 1.3 Heading                                     can be linked to as #1.3, others by their words: #what-to-hand-in

A table with the columns "number" and "points" lists tasks. Each row can be linked to by its number, unless a heading above
has the same, and `numbers_in` gives them with their points. A file style.css beside the source becomes part of the page. HTML
in the source is shown, not obeyed.
"""

import base64
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from autograder.authoring.mathml import FormulaError, to_mathml
from autograder.errors import AssignmentError
from autograder.files import write_atomically

NUMBER = re.compile(r"([A-Z]?[0-9]+(?:\.[0-9]+)*[a-z]?)(?=\s|$)")  # of a task, a chapter or a question: 1.3, 8.1a, 2, W7
WORDS = {"lang": "en", "contents": "Contents", "figure": "Figure"}
IMAGES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
LEVELS_IN_CONTENTS = ("h2", "h3")

PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
{title_block}</header>
<nav aria-label="{contents}">
<p><a href="#{top}">{contents}</a></p>
{entries}</nav>
<main>
{body}</main>
</body>
</html>
"""


@dataclass(frozen=True)
class Heading:
    level: str
    id: str
    text: str  # HTML


@dataclass
class Page:
    """One source on its way to HTML; each method adds to what the next ones need.

    Attributes:
        source: the Markdown file, as it is named in messages.
        labels: what a link without text is called, by the id that it leads to, as HTML.
    """

    source: Path
    tokens: list[Token]
    parser: MarkdownIt
    words: dict[str, str]
    labels: dict[str, str] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    equations: int = 0
    figures: int = 0

    def error(self, line: int, message: str) -> AssignmentError:
        return AssignmentError(f"{self.source}:{line}: {message}")

    def label(self, line: int, name: str, text: str) -> str:
        """Make `name` an id of the page and return it for an attribute."""
        if name in self.labels:
            raise self.error(line, f"two link targets are called #{name}; rename one.")
        self.labels[name] = text
        return html.escape(name)

    def html(self) -> str:
        body = self.resolved(list(self.blocks()))
        titles = [heading for heading in self.headings if heading.level == "h1"]
        if len(titles) != 1 or self.tokens[0].tag != "h1":
            raise self.error(1, f'a handout begins with one "# Title"; this one has {len(titles)}, or text above it.')
        return PAGE.format(
            lang=html.escape(self.words["lang"]),
            title=re.sub(r"<[^>]*>", "", titles[0].text),
            style=self.style,
            contents=html.escape(self.words["contents"]),
            top=html.escape(titles[0].id),
            entries=self.contents(),
            title_block=self.parser.renderer.render(body[:3], self.parser.options, {}),
            body=self.parser.renderer.render(body[3:], self.parser.options, {}),
        )

    @cached_property
    def style(self) -> str:
        path = self.source.parent / "style.css"
        if not path.is_file():
            return ""
        style = path.read_text(encoding="utf-8")
        outside = re.search(r"@import|url\(|</", style)
        if outside:
            line = style[: outside.start()].count("\n") + 1
            raise AssignmentError(f"{path}:{line}: the page must not load anything; remove {outside[0]!r}.")
        return style

    def contents(self) -> str:
        """Return a nested list of links to the headings."""
        lines: list[str] = []
        depth = 0
        for heading in self.headings:
            if heading.level not in LEVELS_IN_CONTENTS:
                continue
            level = LEVELS_IN_CONTENTS.index(heading.level) + 1
            while depth < level:
                lines.append("<ol>" if depth + 1 == level else "<ol><li>")
                depth += 1
            while depth > level:
                lines.append("</ol>")
                depth -= 1
            text = re.sub(r"</?a\b[^>]*>", "", heading.text)
            lines.append(f'<li><a href="#{html.escape(heading.id)}">{text}</a>')
        lines += ["</ol>"] * depth
        return "".join(f"{line}\n" for line in lines)

    # Blocks

    def blocks(self) -> Iterator[Token]:
        """Yield the tokens with formulas, figures and code as HTML, and with ids."""
        tokens = self.tokens
        line, skip = 1, 0
        rows_of_tasks(self)
        for i, token in enumerate(tokens):
            line = token.map[0] + 1 if token.map else line
            if skip:
                skip -= 1
            elif token.type in ("math_block", "math_block_label"):
                yield raw(self.equation(token, line))
            elif token.type == "fence":
                yield raw(self.code(token, line))
            elif token.type == "paragraph_open" and is_figure(tokens[i + 1]):
                yield from self.figure((tokens[i + 1].children or [])[0], line)
                skip = 2
            elif token.type == "table_open":
                yield from (raw('<div class="table">\n'), token)
            elif token.type == "table_close":
                yield from (token, raw("</div>\n"))
            elif token.type == "heading_open":
                self.inlines(tokens[i + 1], line)
                token.attrSet("id", self.heading(token, tokens[i + 1], line))
                yield token
            elif token.type == "tr_open" and token.meta.get("number", "") not in {"", *self.labels}:
                token.attrSet("id", self.label(line, token.meta["number"], token.meta["number"]))
                yield token
            else:
                if token.type == "inline" and tokens[i - 1].type != "heading_open":
                    self.inlines(token, line)
                yield token

    def heading(self, token: Token, inline: Token, line: int) -> str:
        number = NUMBER.match(inline.content)
        words = re.sub(r"[^\w]+", "-", inline.content.lower()).strip("-")
        name = number[1] if number else words
        if not name:
            raise self.error(line, "a heading needs letters or digits, from which its link is made.")
        text = self.parser.renderer.render([inline], self.parser.options, {})
        self.headings.append(Heading(token.tag, name, text))
        self.label(line, name, number[1] if number else text)
        return name

    def equation(self, token: Token, line: int) -> str:
        formula = self.formula(token.content, line, display=True)
        if token.type == "math_block":
            return f'<div class="equation">{formula}</div>\n'
        self.equations += 1
        name = self.label(line, token.info, f"({self.equations})")
        return f'<div class="equation" id="{name}">{formula}<span class="number">({self.equations})</span></div>\n'

    def formula(self, latex: str, line: int, display: bool = False) -> str:
        try:
            return to_mathml(latex, display)
        except FormulaError as error:
            raise self.error(line, f"the formula ${latex.strip()}$ cannot be shown: {error}.") from error

    def code(self, token: Token, line: int) -> str:
        language = token.info.strip() or "text"
        try:
            lexer = get_lexer_by_name(language, stripnl=False)
        except ClassNotFound as error:
            raise self.error(line, f"Pygments knows no language {language!r}; leave it out for plain text.") from error
        # A block that is scrolled must be reachable without a mouse, so it takes the focus.
        inner = highlight(token.content, lexer, HtmlFormatter(nowrap=True))
        return f'<pre tabindex="0"><code>{inner}</code></pre>\n'

    def figure(self, image: Token, line: int) -> Iterator[Token]:
        caption = str(image.attrs.get("title", ""))
        if not caption.strip():
            source = image.attrs["src"]
            raise self.error(line, f'the figure {source} needs a caption: ![what the figure shows]({source} "What it says.")')
        self.figures += 1
        title = html.escape(f"{self.words['figure']} {self.figures}")
        name = self.label(line, f"fig:{Path(str(image.attrs['src'])).stem}", title)
        yield raw(f'<figure id="{name}">\n{self.image(image, line)}\n<figcaption><b>{title}.</b> ')
        (inline,) = self.parser.parseInline(caption)
        self.inlines(inline, line)
        yield inline
        yield raw("</figcaption>\n</figure>\n")

    # What stands in a line

    def inlines(self, inline: Token, line: int) -> None:
        for child in inline.children or []:
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif child.type == "math_inline":
                child.content = self.formula(child.content, line)
                child.type = "html_inline"
            elif child.type == "image":
                child.content = self.image(child, line)
                child.type = "html_inline"
            elif child.type == "link_open":
                child.meta["line"] = line

    def image(self, image: Token, line: int) -> str:
        source = str(image.attrs["src"])
        if not image.content.strip():
            raise self.error(line, f"the image {source} needs an alternative text: ![what the image shows]({source})")
        path = self.source.parent / unquote(source)
        if re.match(r"[a-z]+:|//", source, re.IGNORECASE):
            raise self.error(
                line, f"the image {source} is not beside the handout; put it there, because the page must not load anything."
            )
        kind = IMAGES.get(path.suffix.lower())
        if kind is None:
            raise self.error(line, f"the image {source} has the wrong type; use one of {', '.join(IMAGES)}.")
        if not path.is_file():
            raise self.error(line, f"there is no image {path}.")
        data = base64.b64encode(path.read_bytes()).decode()
        return f'<img src="data:{kind};base64,{data}" alt="{html.escape(image.content)}">'

    def resolved(self, tokens: list[Token]) -> list[Token]:
        """Return the tokens with a text in every link, now that all places have their names."""
        for token in tokens:
            children = []
            for i, child in enumerate(token.children or []):
                children.append(child)
                if child.type != "link_open":
                    continue
                line, target = child.meta["line"], unquote(str(child.attrs["href"]))
                if re.match(r"(https?|mailto):", target):
                    continue
                if not target.startswith("#"):
                    raise self.error(
                        line, f"the link to {target} leads out of the page; link to a #target in it or to https://…"
                    )
                if target[1:] not in self.labels:
                    raise self.error(
                        line, f"the link to {target} leads nowhere; the nearest targets are {nearest(target[1:], self.labels)}."
                    )
                if (token.children or [])[i + 1].type == "link_close":
                    children.append(raw(self.labels[target[1:]], "html_inline"))
            if token.children is not None:
                token.children = children
        return tokens


# Sources


def render(source: Path) -> str:
    """Return the HTML page for a Markdown file; the same text for the same files, always.

    Raises:
        AssignmentError: a formula, a figure, a link or a table of tasks is wrong; with file and line.
    """
    return page_of(source).html()


def build_handout(source: Path, target: Path) -> list[str]:
    """Make the file `target` the page for `source`, and return what was done: "wrote handout.html", or nothing.

    Raises:
        AssignmentError: as for `render`; the target is as it was then.
    """
    content = render(source).encode()
    if target.is_file() and target.read_bytes() == content:
        return []
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, content)
    return [f"wrote {target.name}"]


def numbers_in(source: Path) -> dict[str, float | None]:
    """Return the numbers of the tasks in a handout's tables, with their points; None where a row states none ("–").

    A table is one of tasks if it has the columns "number" and "points" (in any case, among others).

    Raises:
        AssignmentError: a row has no number, a number stands twice, or points are no number.
    """
    return rows_of_tasks(page_of(source))


def page_of(source: Path) -> Page:
    try:
        text = source.read_text(encoding="utf-8")
    except OSError as error:
        raise AssignmentError(f"{source}: the handout cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise AssignmentError(f"{source}: byte {error.start} is not UTF-8; save the file as UTF-8.") from error
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").use(front_matter_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_blank_lines=False)
    tokens = parser.parse(text)
    words = dict(WORDS)
    if tokens and tokens[0].type == "front_matter":
        for i, line in enumerate(tokens.pop(0).content.splitlines(), start=2):
            key, colon, value = line.partition(":")
            if not colon or key.strip() not in WORDS:
                known = ", ".join(WORDS)
                raise AssignmentError(
                    f"{source}:{i}: {line!r} is not a line of a front matter; write key: value, with one of {known} as the key."
                )
            words[key.strip()] = value.strip()
    return Page(source, tokens, parser, words)


def rows_of_tasks(page: Page) -> dict[str, float | None]:
    """Return the points by the numbers of all tasks; the token of each row learns its number."""
    found: dict[str, float | None] = {}
    columns: list[str] = []
    cells: list[str] = []
    row, line = page.tokens[0] if page.tokens else raw(""), 1
    in_head = False
    for i, token in enumerate(page.tokens):
        line = token.map[0] + 1 if token.map else line
        if token.type == "thead_open":
            in_head = True
        elif token.type == "tr_open":
            row, cells = token, []
        elif token.type in ("th_open", "td_open"):
            cells.append(page.tokens[i + 1].content.strip())
        elif token.type == "tr_close" and in_head:
            in_head, columns = False, [cell.lower() for cell in cells]
        elif token.type == "tr_close" and {"number", "points"} <= set(columns):
            number, points = cells[columns.index("number")], cells[columns.index("points")]
            if not NUMBER.fullmatch(number):
                raise page.error(line, f"{number!r} is not a task number; write one such as 1.3 or 8.1a.")
            if number in found:
                raise page.error(line, f"task {number} is in the tables twice; remove one row.")
            if points not in ("", "–", "-") and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", points):
                raise page.error(line, f"task {number} has {points!r} as its points; write a number, or – for none.")
            found[number] = float(points) if points[:1].isdigit() else None
            row.meta["number"] = number
    return found


def is_figure(inline: Token) -> bool:
    """Say whether a paragraph holds an image and nothing else."""
    return [child.type for child in inline.children or []] == ["image"]


def raw(content: str, kind: str = "html_block") -> Token:
    return Token(kind, "", 0, content=content)


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a few of the names, the most similar first."""
    return ", ".join(f"#{each}" for each in get_close_matches(name, names, n=3, cutoff=0.0))
