"""The result as a page, whose numbers lead into the handout. It asks for nothing else: no script, no file from elsewhere."""

import base64
import hashlib
import html
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from autograder.assignment import belongs
from autograder.errors import UsageError
from autograder.files import write_atomically
from autograder.grading.order import in_number_order
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record, number, total
from autograder.results.reasons import TODO
from autograder.text import MAX_OUTPUT, block, line

OPENING = '<!doctype html>\n<html lang="en" data-made-by="run_tests.py">\n'  # by which a page of ours is known again
HANDOUT = "handout.html"
ANCHOR = re.compile(r'id="([^"]+)"')
WORDS = {"passed": "✓ passed", "failed": "✗ failed", "broken": "! not run"}
STYLE = """
:root { color-scheme: light dark; --paper: #fdfdfb; --ink: #1d2229; --soft: #5b6470; --line: #d9dde2; --shade: #f1f3f5;
  --link: #0b5394; --passed: #1f6b3a; --failed: #a3231a; --broken: #7a5600; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --ink: #e3e6ea; --soft: #a0a9b4; --line: #343b44;
  --shade: #1e2329; --link: #8cc2f5; --passed: #93d3a8; --failed: #f4a19a; --broken: #f0cf7a; } }
body { margin: 0 auto; max-width: 56rem; padding: 1rem 1.25rem 3rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; border-top: 1px solid var(--line); padding-top: .5rem; }
a { color: var(--link); }
.total { font-size: 1.2rem; font-weight: 600; }
.soft, footer { color: var(--soft); }
.test { display: flex; gap: .8rem; padding: .3rem 0; border-bottom: 1px solid var(--line); }
.test .name { flex: 1; }
.state { white-space: nowrap; min-width: 5.5rem; }
.points { white-space: nowrap; font-variant-numeric: tabular-nums; }
.passed .state { color: var(--passed); }
.failed .state { color: var(--failed); }
.broken .state { color: var(--broken); }
pre { margin: .3rem 0 .8rem; padding: .6rem .8rem; background: var(--shade); border-radius: 6px; white-space: pre-wrap;
  font: .85rem/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@media (max-width: 36rem) { .test { flex-wrap: wrap; } .test .name { order: 1; flex: 0 0 100%; }
  .points { margin-left: auto; } }
@media print { :root { --paper: #fff; --ink: #000; --soft: #333; --line: #bbb; --shade: #f4f4f4; --link: #000;
  --passed: #000; --failed: #000; --broken: #000; } body { padding: 0; max-width: none; font-size: 10pt; }
  .test, h2 { break-after: avoid; } }
"""


def write_page(target: Path, outcome: Outcome, sentences: Sequence[str]) -> None:
    """Write the result into a file.

    Args:
        sentences: that stand at its end.

    Raises:
        UsageError: there is another file of this name.
    """
    require_free(target)
    handout = outcome.assignment.folder / HANDOUT
    write_atomically(target, page(outcome, sentences, anchors(handout), address(handout, target)).encode())


def require_free(target: Path) -> None:
    """Check that no other file would be lost.

    Raises:
        UsageError: one would be.
    """
    if target.is_dir() or (target.is_file() and not target.read_bytes().startswith(OPENING.encode())):
        raise UsageError(f"{target} is there and is no result of run_tests.py; choose another name for --html")


def anchors(handout: Path) -> frozenset[str]:
    """Return the places in the handout that a link can lead to."""
    try:
        return frozenset(ANCHOR.findall(handout.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return frozenset()


def address(handout: Path, target: Path) -> str:
    """Return where the handout is, seen from the page."""
    try:
        return quote(Path(os.path.relpath(handout.resolve(), target.resolve().parent)).as_posix())
    except ValueError:  # on another drive
        return handout.resolve().as_uri()


def page(outcome: Outcome, sentences: Sequence[str], places: frozenset[str], handout: str) -> str:
    """Return the page as HTML.

    Args:
        places: in the handout that a link can lead to.
        handout: its address.
    """
    title = html.escape(line(outcome.assignment.title))
    score, possible = outcome.score
    passed = sum(record.status == "passed" for record in outcome.records)
    body = [
        f"<h1>{title}</h1>",
        f'<p class="total">{number(score)} of {number(possible)} points, {passed} of {len(outcome.records)} tests passed</p>',
        *(f"<p>{html.escape(line(remark))}</p>" for remark in outcome.remarks),
    ]
    links = {record.nodeid: link(record.number, places, handout) for record in outcome.records}
    for heading, records in divided(outcome):
        body.append(f"<h2>{heading}</h2>")
        body += [row(record, links) for record in records]
    body.append(f"<footer>{''.join(f'<p>{html.escape(line(sentence))}</p>' for sentence in sentences)}</footer>")
    policy = f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
    return (
        f'{OPENING}<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}: result</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def divided(outcome: Outcome) -> list[tuple[str, list[Record]]]:
    """Return each part's heading as HTML, and its tests; those that belong to none come last."""
    found, rest = [], in_number_order(outcome.records)
    for part in outcome.assignment.parts:
        own = [record for record in rest if belongs(record.number, part.number)]
        rest = [record for record in rest if not belongs(record.number, part.number)]
        if own:
            score, possible = total(own)
            points = f'<span class="soft">{number(score)} / {number(possible)}</span>'
            found.append((f"{html.escape(line(f'{part.number} {part.title}'))} {points}", own))
    return [*found, *([("Other tests", rest)] if rest else [])]


def link(value: str | None, places: frozenset[str], handout: str) -> str:
    """Return a test's number, which leads to its place in the handout, or to that of its task or part."""
    words = html.escape(line(value or ""))
    wanted = value or ""
    while wanted and wanted not in places:
        wanted = wanted[:-1].rstrip(".")
    return f'<a href="{handout}#{quote(wanted)}">{words}</a>' if wanted else words


def row(record: Record, links: Mapping[str, str]) -> str:
    """Return a test's line and, where it failed, why."""
    points = "" if record.max_score is None else f"{number(record.score or 0.0)} / {number(record.max_score)}"
    said = record.output() if record.status != "passed" else record.shown_print()
    unwritten = TODO.match(said)
    said = f"Not written yet: TODO {unwritten[1]}" if unwritten else said
    why = f"<pre>{html.escape(block(said, MAX_OUTPUT))}</pre>" if said else ""
    state = f'<span class="state">{WORDS[record.status]}</span>'
    return (
        f'<div class="test {record.status}">{state}<span>{links[record.nodeid]}</span>'
        f'<span class="name">{html.escape(line(record.name))}</span><span class="points">{points}</span></div>{why}'
    )
