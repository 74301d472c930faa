"""The bytes of a student's answers.toml -> an answer or a problem for each question.

A file has a line for each answer, most of them TOML as it stands:

    8.1a = -3            # a comment
    8.1d = 0.4799        or 4.799e-1, .4799, "0.4799"
    8.4b = -1/2
    8.5b = tanh          or "tanh"
    8.6a = false
    8.3b = ["a", "c"]    or [a, c], over several lines too

The file comes from a stranger and is read in the grader's process. So nothing in it is evaluated, the size of each number is
checked before it is made, and each character is read a limited number of times. A statement that cannot be read costs only
the question that it answers. Headings such as [part 1] have no effect.
"""

import codecs
import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from autograder.answers.values import QUOTES, NoValue, Unreadable, Value, value_of
from autograder.text import clean

MAX_BYTES = 64 * 1024  # a filled-in file has one or two thousand
MAX_REMARKS = 10
SHOWN = 40  # characters of an answer in a message

KEY = re.compile(r"[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*")
# What editors and calculators write for a minus sign, and spaces that look like others.
LOOKALIKES = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Entry:
    """What a file says to one question.

    Attributes:
        line: where, from 1; 0 where the file has no such line.
        text: the answer as it stands there, shortened, and safe to show.
        value: what it means; None if there is a problem, or no answer yet.
        problem: why it could not be read, and what to write.
        no_value: the answer has the form of no value at all; the rule of its question knows best what to write.
    """

    line: int
    text: str = ""
    value: Value | None = None
    problem: str | None = None
    no_value: bool = False


@dataclass(frozen=True)
class Reading:
    """What a whole file says.

    Attributes:
        name: of the file, for messages.
        entries: by the requested ids; each of them is there.
        remarks: lines that answer none of the questions.
    """

    name: str
    entries: Mapping[str, Entry]
    remarks: tuple[str, ...] = ()


def read(content: bytes, ids: Collection[str], name: str = "answers.toml") -> Reading:
    """Return what `content` says to each of the questions `ids`; never raises, whatever the bytes are."""
    if len(content) > MAX_BYTES:
        size = f"has {len(content):,} bytes, more than the {MAX_BYTES:,} that answers need; leave only the answers in it"
        return Reading(name, dict.fromkeys(ids, Entry(0, problem=f"the file {size}")))
    known = {key.casefold(): key for key in ids}
    entries: dict[str, Entry] = {}
    remarks: list[str] = []
    for key, entry in statements(decoded(content)):
        identity = known.get(key.casefold())
        if identity is None:
            if len(remarks) < MAX_REMARKS:
                remarks.append(f"{name}, line {entry.line}: {unknown(key, entry, known)}")
        elif identity in entries:
            lines = f"lines {entries[identity].line} and {entry.line} both answer {identity}; keep one of them"
            entries[identity] = replace(entries[identity], value=None, problem=lines)
        else:
            entries[identity] = entry
    return Reading(name, {key: entries.get(key, Entry(0)) for key in ids}, tuple(remarks))


def unknown(key: str, entry: Entry, known: Mapping[str, str]) -> str:
    if entry.problem and not key:
        return entry.problem
    near = difflib.get_close_matches(key[:SHOWN].casefold(), known, n=1, cutoff=0.0)
    return f"there is no question {shortened(key)}" + (f"; did you mean {known[near[0]]}?" if near else "")


def decoded(content: bytes) -> str:
    """Return the text; bytes that are not UTF-8 stay recognisable, so that they cost their own line alone."""
    if content.startswith(UTF16):
        return content.decode("utf-16", "replace")  # what Notepad calls Unicode
    return content.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


# Statements


def statements(text: str) -> Iterator[tuple[str, Entry]]:
    """Yield each statement's key and what it says; a line that is no statement has the key "" and a problem."""
    lines = re.split(r"\r\n|\r|\n", text)
    position = 0
    while position < len(lines):
        start, line = position, lines[position].strip()
        position += 1
        if not line or line.startswith("#") or is_heading(line):
            continue
        key = key_of(line)
        if key is None:
            problem = f"{shortened(line)!r} is not an answer; write one line such as 8.1a = 0.25"
            yield "", Entry(start + 1, problem=problem)
            continue
        parts = [without_comment(line.partition("=")[2].strip().translate(LOOKALIKES))]
        if parts[0].startswith("["):
            # A list goes on to its bracket, but never into what follows it: what is open then was forgotten.
            while "]" not in parts[-1] and position < len(lines):
                following = lines[position].strip()
                if key_of(following) is not None or is_heading(following):
                    break
                parts.append(without_comment(following.translate(LOOKALIKES)))
                position += 1
        yield key, entry_of(" ".join(part.strip() for part in parts).strip(), start + 1)


def is_heading(line: str) -> bool:
    """Whether a line is [such a heading], with a comment behind it or without."""
    inside, bracket, behind = line.partition("]")
    return line.startswith("[") and bool(bracket) and "=" not in inside and behind.lstrip("]").strip()[:1] in ("", "#")


def key_of(line: str) -> str | None:
    """Return the key of a line that starts a statement, None for any other."""
    left, equals, _ = line.partition("=")
    if not equals or len(left) > 200:
        return None
    key = re.sub(r"\s*\.\s*", ".", left.strip().strip("\"'").strip())
    return key if KEY.fullmatch(key) else None


def without_comment(line: str) -> str:
    """Return a line up to the # that starts its comment; one inside of quotes starts none."""
    quote = ""
    for place, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char == "#":
            return line[:place]
        else:
            quote = QUOTES.get(char, "")
    return line


def entry_of(plain: str, line: int) -> Entry:
    """Read the right side of a statement."""
    text = shortened(plain)
    if any("\udc80" <= char <= "\udcff" for char in plain):
        return Entry(line, text, problem="it contains bytes that are not UTF-8; type it again and save the file as UTF-8")
    try:
        return Entry(line, text, value=value_of(plain))
    except Unreadable as error:
        return Entry(line, text, problem=str(error), no_value=isinstance(error, NoValue))


def shortened(text: str) -> str:
    """Return a text of the student as it may be shown, on one line."""
    shown = clean(text[: SHOWN + 1].replace("\n", " ").replace("\t", " "))
    return shown if len(text) <= SHOWN else f"{shown[:SHOWN]}…"
