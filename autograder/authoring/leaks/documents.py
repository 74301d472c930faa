"""Hidden and visible texts in pictures, notebooks and PDF documents."""

import json
import re
from collections.abc import Iterator
from typing import Any

from autograder.authoring.leaks.parts import Budget, Part, Unreadable, inflated

PNG, PICTURES = b"\x89PNG\r\n\x1a\n", (b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"\0\0\1\0")
STREAM = re.compile(rb"(?<!end)stream\r?\n")  # of a PDF document
NO_TEXT = re.compile(rb"/Subtype\s*/(?:Image|Type1C|CIDFontType0C|OpenType)|/Length1\b")  # pictures and fonts
SHOWN = re.compile(r"\(((?:[^()\\]|\\.)*)\)|<([0-9A-Fa-f\s]+)>|\bT[jJd*D]\b|'|\"|(-\d+)", re.DOTALL)
WORD_GAP = -200  # thousandths of the size of a font, between two pieces of text


def in_png(content: bytes, budget: Budget) -> Iterator[Part]:
    """Yield the texts that a picture carries, and what comes after its end."""
    place = len(PNG)
    while place + 12 <= len(content):
        length, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        data = content[place + 8 : place + 8 + length]
        place += 12 + length
        if kind == b"tEXt":
            yield Part("", data.replace(b"\0", b"\n").decode("latin-1"))
        elif kind == b"zTXt":
            yield Part("", inflated(data.partition(b"\0")[2][1:], budget))
        elif kind == b"iTXt":
            _, _, rest = data.partition(b"\0")
            text = rest[2:].split(b"\0", 2)[-1]
            yield Part("", inflated(text, budget) if rest[:1] == b"\1" else text)
        elif kind == b"IEND":
            break
    if content[place:].strip(b"\0\r\n "):
        yield Part("", content[place:])


def in_picture(content: bytes, budget: Budget) -> Iterator[Part]:
    """Yield nothing: the texts of these pictures stand there as they are."""
    yield from ()


def in_json(text: str) -> Iterator[Part]:
    """Yield the texts of a notebook or another JSON file; lines in a list are one text."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield Part("", value)
        elif isinstance(value, dict):
            waiting += [*value.values(), *(key for key in value if len(key) > 20)]
        elif isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            yield Part("", "".join(value) if any(each.endswith("\n") for each in value) else "\n".join(value))
        elif isinstance(value, list):
            waiting += value


def in_pdf(content: bytes, budget: Budget) -> Iterator[Part]:
    """Yield the streams of a document, and the text that its pages show in fonts of one byte a letter."""
    if b"/Encrypt" in content:
        raise Unreadable("is an encrypted document")
    kept: list[bytes] = [content]
    for start in STREAM.finditer(content):
        head = content[max(content.rfind(b"obj", 0, start.start()), 0) : start.start()]
        data = content[start.end() : content.find(b"endstream", start.end())]
        if NO_TEXT.search(head):
            continue
        if b"FlateDecode" in head:
            kept.append(inflated(data, budget))
        elif b"/Filter" in head:
            raise Unreadable("is a document with streams that cannot be read")
        else:
            kept.append(data)
    for data in kept[1:]:
        yield Part("", data)
        yield Part("", text_shown(data.decode("latin-1")))
    if any(b"/Identity-H" in data for data in kept):
        raise Unreadable("is a document whose text stands in numbers of glyphs")


def text_shown(code: str) -> str:
    """Return the text that a page's code shows: the pieces of one operator together, a line for each."""
    lines, line = [], ""
    for match in SHOWN.finditer(code):
        if match[1] is not None:
            line += re.sub(r"\\([()\\])", r"\1", match[1])
        elif match[2] is not None:
            digits = re.sub(r"\s", "", match[2])
            line += bytes.fromhex(digits + "0" * (len(digits) % 2)).decode("latin-1")
        elif match[3] is not None:
            line += " " if int(match[3]) <= WORD_GAP else ""
        elif line:
            lines.append(line)
            line = ""
    return "\n".join([*lines, line])
