"""Texts that are encoded inside another text: escapes and entities, base64 and hexadecimal digits, pieces of strings."""

import ast
import base64
import binascii
import contextlib
import html
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator
from typing import NamedTuple

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});?")
BACKSLASH = re.compile(
    r"\\(?:[uU]\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|N\{([^}]{1,80})\}|([0-7]{3})|([nrt\"'/\\]))"
)
QUOTED = re.compile(r"=(?:[0-9A-F]{2}|\r?\n)")
PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
BASE64_LINE = re.compile(r"[\s\"'`#>*|+(),\\bru]*?([A-Za-z0-9+/_-]{4,}={0,2})[\s\"'`|+(),\\]*(?:n[\"',\s]*)?")
HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2}[\s:]?){16,}")
CODES = re.compile(r"(?:\b\d{1,3}\s*,\s*){15,}\d{1,3}\b")
LEAST_BYTES = 12  # that are worth a look
LONGEST_LINE = 500  # of base64 that goes on in the next one
NEAR = 6  # lines that a secret may be spread over


class Hidden(NamedTuple):
    """A text or bytes in another writing.

    Attributes:
        how: it is written, such as "base64"; "" where it keeps the lines that it stands in.
        line: where it begins, from 1.
    """

    how: str
    line: int
    content: str | bytes


def hidden_in(name: str, text: str) -> Iterator[Hidden]:
    """Yield what a text of that name holds in other writings."""
    if "\\" in text or "&" in text:
        plain = ENTITY.sub(lambda found: on_one_line(html.unescape(found[0])), BACKSLASH.sub(unescaped, text))
        if plain != text:
            yield Hidden("", 1, around_changes(text.split("\n"), plain.split("\n")))
    for how, pattern, decode in (
        ("quoted-printable", QUOTED, lambda text: binascii.a2b_qp(text.encode("utf-8", "replace"))),
        ("URL escapes", PERCENT, urllib.parse.unquote_to_bytes),
    ):
        if len(pattern.findall(text)) >= 2:
            yield Hidden(how, 1, decode(text).decode("utf-8", "replace"))
    for line, digits in in_base64(text):
        with contextlib.suppress(binascii.Error, ValueError):
            content = base64.b64decode(
                digits.rstrip("=")[: len(digits) // 4 * 4 + 3] + "==", altchars=b"-_" if {*"-_"} & {*digits} else None
            )
            if len(content) >= LEAST_BYTES:
                yield Hidden("base64", line, content)
    for found in HEXADECIMAL.finditer(text):
        digits = re.sub(r"[\s:]", "", found[0])
        yield Hidden("hexadecimal digits", line_of(text, found.start()), bytes.fromhex(digits[: len(digits) // 2 * 2]))
    for found in CODES.finditer(text):
        codes = [int(code) for code in found[0].split(",")]
        if max(codes) < 256:
            yield Hidden("codes of letters", line_of(text, found.start()), bytes(codes))
    if name.endswith(".py"):
        yield from strings(text)


def around_changes(before: list[str], after: list[str]) -> str:
    """Return the lines that differ and those near them, the others blank: they have been looked at already."""
    kept = {
        near
        for number, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new
        for near in range(number - NEAR, number + NEAR + 1)
    }
    return "\n".join(line if number in kept else "" for number, line in enumerate(after))


def unescaped(found: re.Match[str]) -> str:
    name, simple = found[5], found[7]
    if simple:
        return " " if simple in "nrt" else simple
    if name:
        with contextlib.suppress(KeyError):
            return unicodedata.lookup(name)
        return found[0]
    code = int(found[6], 8) if found[6] else int(next(filter(None, found.groups())), 16)
    return on_one_line(chr(code)) if code < 0x110000 else found[0]


def on_one_line(text: str) -> str:
    return " " if text.isspace() else text


def in_base64(text: str) -> Iterator[tuple[int, str]]:
    """Yield rows of the letters of base64, with the line that they begin in; rows on lines of their own are one."""
    joined, first = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        alone = BASE64_LINE.fullmatch(line) if len(line) <= LONGEST_LINE else None
        if alone:
            first = first if joined else number
            joined += alone[1]
            continue
        if joined:
            yield first, joined
            joined = ""
        for found in BASE64.finditer(line):
            yield number, found[0]
    if joined:
        yield first, joined


def line_of(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def strings(source: str) -> Iterator[Hidden]:
    """Yield the strings of Python code that are put together of pieces or have escapes."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        value = constant(node)
        if value is not None and len(value) >= LEAST_BYTES and (isinstance(value, bytes) or value not in source):
            yield Hidden("a string", getattr(node, "lineno", 1), value)


def constant(node: ast.AST, depth: int = 0) -> str | bytes | None:
    """Return the text of a string, or of a sum of some; None for any other expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth < 100:
        left, right = constant(node.left, depth + 1), constant(node.right, depth + 1)
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        if isinstance(left, bytes) and isinstance(right, bytes):
            return left + right
    return None
