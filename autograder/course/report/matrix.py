"""The students x tests matrix: a picture with one pixel for each cell, which script.js lets people point into."""

import base64
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from autograder.course.report.cohort import WORDS, Cohort
from autograder.course.report.markup import escaped

# Told apart by all kinds of colour vision, and by their lightness alone. Passed cells let the page through, so that one picture
# does in light and dark.
COLOURS = (
    (0x4A, 0x90, 0xC4, 0x70),  # passed
    (0xE6, 0x9F, 0x00, 0xFF),  # partly
    (0xC8, 0x40, 0x1B, 0xFF),  # failed
    (0x8A, 0x5F, 0xC8, 0xFF),  # needs a human
    (0x80, 0x80, 0x80, 0x30),  # not run
)
WIDEST, HIGHEST = 1200, 900  # pixels that the picture may take, where cells are not smaller than the least
LEAST, LARGEST = 3, 14  # pixels of a cell


def png(states: Any) -> bytes:
    """Return a picture of states, uint8 (rows, columns), with a palette: one pixel for each."""
    import numpy as np

    rows, columns = states.shape
    unfiltered = np.zeros((rows, columns + 1), np.uint8)  # each line begins with its filter: 0, none
    unfiltered[:, 1:] = states
    header = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)  # 8 bits, palette
    chunks = (
        (b"IHDR", header),
        (b"PLTE", bytes(value for colour in COLOURS for value in colour[:3])),
        (b"tRNS", bytes(colour[3] for colour in COLOURS)),
        (b"IDAT", zlib.compress(unfiltered.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def matrix(cohort: Cohort) -> str:
    """The section of the matrix: submissions from the best to the weakest, tests by their numbers."""
    rows, columns = cohort.states.shape
    if not rows or not columns:
        return "<p>There is nothing to show yet.</p>"
    order = sorted(range(rows), key=lambda s: (-cohort.percent[s], s))
    picture = base64.b64encode(png(cohort.states[order])).decode()
    width = round(min(max(WIDEST / columns, LEAST), LARGEST), 2)
    height = min(max(HIGHEST // rows, LEAST), LARGEST)
    places = " ".join(str(cohort.graded[s].place) for s in order)
    return (
        f"{legend()}"
        "<p class=hint>Each row is a submission, the best at the top; each column is a test. Point at a cell, or use the arrow"
        " keys, to see whose it is. Click it, or press Enter, to open the student’s page at that test.</p>"
        f'<p id="cell" class="cell" aria-live="polite">&nbsp;</p>'
        f'<div class="matrix scroll" id="cells" tabindex="0" role="application" aria-roledescription="matrix"'
        f' aria-label="Matrix of {rows} submissions and {columns} tests" aria-describedby="cell"'
        f' data-rows="{places}" data-words="{escaped("|".join(WORDS))}"><div class="frame">'
        f"{rulers(cohort, width)}"
        f'<img width="{columns * width:.0f}" height="{rows * height}" alt="One pixel for each test of each'
        f' submission; the tables above and below say the same in numbers." src="data:image/png;base64,{picture}">'
        '<div class="cross row"></div><div class="cross column"></div></div></div>'
    )


def legend() -> str:
    words = "".join(f'<span class="state-{place}">{word}</span>' for place, word in enumerate(WORDS))
    return f'<p class="legend">{words}</p>'


def rulers(cohort: Cohort, width: float) -> str:
    """The numbers of the parts above their tests."""
    height = 18
    marks = []
    for part, name in enumerate(cohort.parts):
        owned: Sequence[int] = [place for place, item in enumerate(cohort.items) if item.part == part]
        start, end = owned[0] * width, (owned[-1] + 1) * width
        words = name if (end - start) > 7 * len(name) else name.split()[0]
        marks.append(
            f'<g><title>{escaped(name)}</title><path class="axis" d="M{start + 0.5:.1f} {height}V2H{end - 1:.1f}"/>'
            f'<text x="{start + 4:.1f}" y="14">{escaped(words, 40)}</text></g>'
        )
    size = f'width="{len(cohort.items) * width:.0f}" height="{height}"'
    return f'<svg class="rulers" {size} aria-hidden="true">{"".join(marks)}</svg>'
