"""Texts, pages and Python code as rows of tokens, in which neither line breaks nor spaces, quotes or comments hide a copy."""

import html
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograder.authoring.markers import split_lines

DIGITS = 4  # significant ones of a number that nobody writes twice by chance

# Words, numbers, and single characters of all else: the same for code, for text and for code inside of text.
TOKEN = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]*[^\W\d_])|\w+|[^\w\s]")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
LINE_START = re.compile(r"\s*(?:#+|>+|\*|\||\.\.\.)?")  # of a comment, a quotation or a session in a docstring
TAG = re.compile(r"<style\b.*?</style>|<!--.*?-->|<[^<>]*>", re.DOTALL)
DATA_URI = re.compile(r"data:[\w/+.;-]*,[\w+/=%-]*")
COORDINATES = re.compile(r"(?<=\s)(?:d|points|transform|viewBox)=(?:\"[^\"]*\"|'[^']*')")  # of what a drawing shows
PAGE = re.compile(r"\s*<(?:\?xml|!DOCTYPE|svg|html)\b", re.IGNORECASE)
NOT_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
QUOTES = {*"'\"`"}  # single or double ones make no difference
WALL = "\n"  # a token that is part of nothing


class Token(NamedTuple):
    text: str
    line: int  # of the file, from 1


def lexed(text: str) -> list[str]:
    return [token for token in TOKEN.findall(text) if token not in QUOTES]


def tokens_of(text: str, line: int) -> Iterator[Token]:
    """Yield the tokens of a text that begins in `line`, without what comments and quotations begin their lines with."""
    for number, part in enumerate(split_lines(text), start=line):
        for word in lexed(part[LINE_START.match(part).end() :]):  # type: ignore[union-attr]  # it matches nothing, too
            yield Token(word, number)


def logical_lines(source: str) -> Iterator[list[Token]]:
    """Yield the tokens of each line of Python code, one that is continued in brackets counting once, without comments."""
    line: list[Token] = []
    for token in tokenize.generate_tokens(io.StringIO("\n".join(split_lines(source))).readline):
        if token.type == tokenize.NEWLINE and line:
            yield line
            line = []
        elif token.type not in NOT_CODE:
            first = token.start[0]
            line += (
                tokens_of(token.string, first) if "\n" in token.string else [Token(word, first) for word in lexed(token.string)]
            )
    if line:
        yield line


def streams(name: str, text: str) -> Iterator[list[Token]]:
    """Yield the tokens of a file: of a page what it shows and what its tags say, of Python code and comments, else all."""
    if name.endswith((".html", ".htm", ".svg", ".xml")) or PAGE.match(text):
        text = COORDINATES.sub(blank_lines, DATA_URI.sub("", text))
        yield list(tokens_of(html.unescape(TAG.sub(blank_lines, text)), 1))
        yield list(tokens_of(html.unescape(TAG.sub(line_breaks, text)), 1))  # of words in pieces
        yield list(tokens_of(html.unescape(outside_blank(text)), 1))
        return
    if name.endswith(".py"):
        try:
            code = [token for line in logical_lines(text) for token in line]
        except (tokenize.TokenError, SyntaxError):
            pass
        else:
            yield code
            yield list(comments(text))
            return
    yield list(tokens_of(text, 1))


def blank_lines(found: re.Match[str]) -> str:
    return " " + line_breaks(found)


def line_breaks(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def outside_blank(page: str) -> str:
    """Return a page with everything but its tags and comments blanked, lines kept."""
    pieces, end = [], 0
    for tag in TAG.finditer(page):
        pieces += ["\n" * page.count("\n", end, tag.start()), " ", tag[0]]
        end = tag.end()
    return "".join(pieces)


def comments(source: str) -> Iterator[Token]:
    """Yield the tokens of all comments; those of lines that follow each other are in a row."""
    last = 0
    for token in tokenize.generate_tokens(io.StringIO("\n".join(split_lines(source))).readline):
        if token.type == tokenize.COMMENT:
            if token.start[0] > last + 1:
                yield Token(WALL, token.start[0])
            last = token.start[0]
            yield from tokens_of(token.string, last)


def with_walls(stream: Sequence[Token], allowed: set[tuple[str, ...]]) -> list[Token]:
    """Return the tokens with a wall in place of each line that is allowed."""
    by_line: dict[int, list[Token]] = defaultdict(list)
    for token in stream:
        by_line[token.line].append(token)
    walls = {line for line, tokens in by_line.items() if tuple(token.text for token in tokens) in allowed}
    return [Token(WALL, token.line) if token.line in walls else token for token in stream]


def telling(literal: str) -> bool:
    """Whether a number is written with so many digits that it is the same one wherever it stands."""
    if not NUMBER.fullmatch(literal):
        return False
    digits = re.split("[eE]", literal)[0].replace(".", "").strip("0")
    return len(digits) >= DIGITS
