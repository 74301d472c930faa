"""The code of a submission that is its author's own: what the skeleton has not handed out, as tokens without names.

Regular expressions read a source, not Python's grammar. So code that does not compile can be compared as well, and a class of a
thousand takes seconds. Comments, docstrings and commas are left out. All variables and parameters become one token; so do all
strings, and all numbers but 0, 1 and 2. Keywords, builtins and keyword arguments keep their names. So do attributes of anything
but `self`, which are mostly methods and functions of libraries.
"""

import builtins
import keyword
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

MAX_CHARACTERS = 500_000  # of one file; longer ones are data, or an attack

QUOTED = r"""(?:\"(?:[^"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?)"""
TRIPLE = r'''(?:"""(?:[^\\]|\\.)*?(?:"""|\Z)|\'\'\'(?:[^\\]|\\.)*?(?:\'\'\'|\Z))'''
APART = re.compile(rf"(?P<triple>{TRIPLE})|{QUOTED}|(?P<comment>\#[^\n]*)", re.DOTALL)
TOKEN = re.compile(
    rf"""
    (?i:[rbfut]{{0,2}}){QUOTED}             # text
    | self\s*\.\s*\w+ | \.\s*[^\W\d]\w*     # an attribute
    | [^\W\d]\w*\s*=(?!=)                   # a keyword argument, or an assignment
    | [^\W\d]\w* | \d(?:[eE][-+]\d|[\w.])*  # a name, a number
    | \*\*=? | //=? | <<=? | >>=? | [-+*/%@&|^<>=!:]=? | ->
    | [^\s\w]
    """,
    re.VERBOSE,
)
KEPT = (
    frozenset(keyword.kwlist)
    | frozenset(name for name in dir(builtins) if not name.startswith("_"))
    | {"match", "case", "self"}
)
OPEN, CLOSE = frozenset("([{"), frozenset(")]}")
NAME, TEXT, NUMBER, OWN_ATTRIBUTE = "n", "s", "9", "self.n"


class Line(NamedTuple):
    """One line of a file, and what it comes to.

    Attributes:
        codes: a number for each token, which depends on nothing else.
        key: its tokens as they stand there, without spaces.
        depth: how many brackets it opens and does not close.
        goes_on: it ends in a backslash.
        defined: "def" or "class", if it begins with one; the name follows.
    """

    codes: tuple[int, ...]
    key: str
    indent: int
    depth: int
    goes_on: bool
    defined: str
    name: str


@dataclass(frozen=True)
class Segment:
    """Own code of one function, or of a file between two functions.

    Attributes:
        codes: one for each token.
        lines: the number of each token's line, counted from 1.
    """

    file: str
    codes: list[int]
    lines: list[int]


Given = Mapping[str, frozenset[str]]  # a function's name with its class's -> its statements


def changed_files(files: Mapping[str, str], skeleton: Mapping[str, str]) -> dict[str, str]:
    """Return the files that are not as they were handed out."""
    return {name: text for name, text in files.items() if skeleton.get(name) != text}


def given_by(skeleton: Mapping[str, str]) -> Given:
    """Return what the files of a skeleton hand out."""
    found: dict[str, set[str]] = {}
    for name, source in skeleton.items():
        if name.endswith(".py"):
            for owner, key, _ in statements(source):
                found.setdefault(owner, set()).add(key)
    return {owner: frozenset(keys) for owner, keys in found.items()}


def own_code(files: Mapping[str, str], given: Given) -> list[Segment]:
    """Return the own code of a submission's Python files, by file and function, in the order of names and lines.

    Args:
        files: name -> text.
        given: what the skeleton has; a statement that it has in a function of the same name is left out.
    """
    return [segment for name in sorted(files) if name.endswith(".py") for segment in segments(name, files[name], given)]


def segments(file: str, source: str, given: Given) -> list[Segment]:
    found: list[Segment] = []
    by_owner: dict[str, Segment] = {}
    nothing: frozenset[str] = frozenset()
    last = ""
    for owner, key, lines in statements(source):
        if not owner and last:
            by_owner.pop("", None)  # what stands above a function and below it are not one
        last = owner
        if key in given.get(owner, nothing) or key.startswith(("import ", "from ")):
            continue
        if owner not in by_owner:
            by_owner[owner] = Segment(file, [], [])
            found.append(by_owner[owner])
        segment = by_owner[owner]
        for number, codes in lines:
            segment.codes.extend(codes)
            segment.lines.extend([number] * len(codes))
    return found


def statements(source: str) -> Iterator[tuple[str, str, list[tuple[int, tuple[int, ...]]]]]:
    """Yield each statement: the function around it, "" for none; its tokens as one text; its codes by line."""
    stack: list[tuple[int, str, str]] = []  # what is open: its indent, "def" or "class", its name
    owner, depth, goes_on = "", 0, False
    keys: list[str] = []
    lines: list[tuple[int, tuple[int, ...]]] = []
    for number, text in enumerate(without_comments(source).split("\n"), 1):
        line = read_line(text, depth > 0)
        if not line.key:
            continue
        if line.defined and keys:  # a bracket has not been closed
            yield owner, " ".join(keys), lines
            keys, lines, depth, goes_on = [], [], 0, False
        if not depth and not goes_on:
            while stack and stack[-1][0] >= line.indent:
                stack.pop()
                owner = owner_in(stack)
            if line.defined:
                stack.append((line.indent, line.defined, line.name))
                owner = owner_in(stack)
        keys.append(line.key)
        lines.append((number, line.codes))
        depth, goes_on = max(depth + line.depth, 0), line.goes_on
        if not depth and not goes_on:
            if keys != [TEXT]:  # a docstring
                yield owner, " ".join(keys), lines
            keys, lines = [], []
    if keys:
        yield owner, " ".join(keys), lines


def extents(source: str) -> dict[str, tuple[int, int]]:
    """Return the first and the last line of each function, by its name with its classes'."""
    found: dict[str, tuple[int, int]] = {}
    for owner, _, lines in statements(source):
        if owner:
            first = found[owner][0] if owner in found else lines[0][0]
            found[owner] = first, lines[-1][0]
    return found


def owner_in(stack: list[tuple[int, str, str]]) -> str:
    """The outermost function with the classes around it; "" outside of functions."""
    names = []
    for _, kind, name in stack:
        names.append(name)
        if kind == "def":
            return ".".join(names)
    return ""


def without_comments(source: str) -> str:
    """Return a source of as many lines without comments and texts of several lines."""

    def instead(match: re.Match[str]) -> str:
        if match["comment"]:
            return ""
        return '""' + "\n" * match["triple"].count("\n") if match["triple"] else match[0]

    return APART.sub(instead, with_newlines(source[:MAX_CHARACTERS]).replace("\f", " "))


def with_newlines(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\r", "\n")


def lines_of(source: str) -> list[str]:
    """Return the lines of a source as Python counts them."""
    return with_newlines(source).split("\n")


@lru_cache(maxsize=1 << 14)
def read_line(text: str, inside: bool) -> Line:
    """Return what a line without comments comes to; most lines of a class stand in many of its files.

    Args:
        inside: whether it stands in brackets that an earlier line has opened.
    """
    stripped = text.strip()
    if not stripped:
        return Line((), "", 0, 0, False, "", "")
    goes_on = stripped.endswith("\\")
    tokens = TOKEN.findall(stripped[:-1] if goes_on else stripped)
    words = [word for word in tokens[:3] if word != "async"]
    defined = words[0] if words and words[0] in ("def", "class") else ""
    name = words[1] if defined and len(words) > 1 else ""
    spoken: list[str] = []
    depth = 0
    for each in tokens:
        depth += (each in OPEN) - (each in CLOSE)
        spoken += plain(each, (inside or depth > 0) and defined != "def")
    codes = tuple(map(code, spoken))
    key = TEXT if spoken == [TEXT] else " ".join("".join(token.split()) for token in tokens)
    return Line(codes, key, len(text) - len(text.lstrip()), depth, goes_on, defined, name)


@lru_cache(maxsize=1 << 14)
def plain(token: str, in_call: bool) -> tuple[str, ...]:
    """Return what stands for a token in a comparison.

    Args:
        in_call: "name=" is a keyword argument.
    """
    first = token[0]
    if "'" in token or '"' in token:
        return (TEXT,)
    if token in (",", ";"):
        return ()  # a trailing comma makes no difference
    if token.startswith("self") and "." in token:
        return (OWN_ATTRIBUTE,)
    if first == "." and len(token) > 1:
        return ("." + token[1:].strip(),)
    if first.isdigit():
        return (token,) if token in ("0", "1", "2") else (NUMBER,)
    if first.isalpha() or first == "_":
        if token.endswith("="):
            return (f"{token[:-1].strip()}=",) if in_call else (NAME, "=")
        return (token,) if token in KEPT else (NAME,)
    return (token,)


@lru_cache(maxsize=1 << 14)
def code(part: str) -> int:
    return zlib.crc32(part.encode("utf-8", "replace"))
