"""HTML pages that load nothing: text is escaped, style and script are inline, and a policy forbids everything else."""

import base64
import hashlib
import html
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import quote

from autograder.text import MAX_OUTPUT, block, clean, line

OPENING = '<!doctype html>\n<html lang="en" data-made-by="autograder">\n'  # by which a page of ours is known again
NO_VALUE = "–"
MAX_CODE = 400_000  # characters of a file that are shown
THEMES = "".join(
    f'<label><input type="radio" name="theme" id="theme-{name}"{" checked" if name == "auto" else ""}>{name}</label>'
    for name in ("auto", "light", "dark")
)


@cache
def packaged(name: str) -> str:
    """The text of a file beside this module."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def escaped(words: str, length: int = 0) -> str:
    """Words on one line, harmless as content and as a quoted attribute.

    Args:
        length: in characters, of what is shown; 0 for as much as a name may have.
    """
    words = line(words)
    return html.escape(words if not length or len(words) <= length else f"{words[: length - 1]}…")


def preformatted(words: str, classes: str = "") -> str:
    """Several lines as they are."""
    return f"<pre{f' class={chr(34)}{classes}{chr(34)}' if classes else ''}>{html.escape(block(words, MAX_OUTPUT))}</pre>"


def address(name: str) -> str:
    """The name of a file as a URL that needs no quotes in an attribute."""
    return quote(name, safe="/")


def code(text: str, first: int = 1, marked: Mapping[int, str] | None = None, links: Mapping[int, str] | None = None) -> str:
    """Numbered lines of a file.

    Args:
        first: the number of the first line.
        marked: line number -> attributes of its element.
        links: line number -> where a click on it leads.
    """
    marked, links = marked or {}, links or {}
    lines = html.escape(clean(text[:MAX_CODE])).rstrip("\n").split("\n")
    if len(text) > MAX_CODE:
        lines[-1] += f" [... {len(text) - MAX_CODE} characters left out]"
    if not marked and not links:
        items = "<li>" + "<li>".join(lines)
    else:
        items = "".join(
            f"<li {marked.get(number, '')}>" + (f'<a href="{links[number]}">{words}</a>' if number in links else words)
            for number, words in enumerate(lines, first)
        )
    return f"<ol class=code start={first} tabindex=0>{items}</ol>"


def table(head: Sequence[str], rows: Iterable[str], attributes: str = "", caption: str = "", tall: bool = False) -> str:
    """A table in a container of its own, which scrolls where the window is narrow.

    Args:
        head: the elements of its head.
        rows: each with its tags.
        attributes: of the table.
        tall: it scrolls from a certain height on, below a head that stays.
    """
    named = f"<caption>{caption}</caption>" if caption else ""
    return (
        f'<div class="scroll{" tall" if tall else ""}" tabindex="0"><table {attributes}>{named}'
        f"<thead><tr>{''.join(head)}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>"
    )


def sortable(words: str, kind: str = "number", hint: str = "") -> str:
    """The head of a column that script.js sorts by.

    Args:
        kind: "number" or "text".
    """
    told = f' title="{escaped(hint)}"' if hint else ""
    return f'<th scope=col data-kind="{kind}"{told}><button>{words}</button>'


def page(title: str, body: str, script: str = "") -> bytes:
    """A whole page.

    Args:
        title: as text.
        body: as HTML.
        script: that runs in it.
    """
    style = packaged("style.css")
    policy = f"default-src 'none'; style-src {source(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    if script:
        policy += f"; script-src {source(script)}"
    return (
        f'{OPENING}<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escaped(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the content</a>\n'
        f'<fieldset class="choice theme"><legend>Theme</legend>{THEMES}</fieldset>\n'
        f"{body}\n{f'<script>{script}</script>{chr(10)}' if script else ''}</body>\n</html>\n"
    ).encode()


def source(inline: str) -> str:
    """How a content security policy names an inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"
