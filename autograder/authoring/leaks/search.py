"""Search the handout zip for what it must not contain: solutions, hidden tests, answers, secrets, and pointers to them.

Files are compared token by token, so that neither line breaks nor spaces, quotes or comments hide a copy. Found are

- rows of tokens and whole statements of a region of the reference or of a hidden suite, in code, in comments, in docstrings
  and in text that a page shows;
- numbers of four digits or more of a hidden suite, lists of numbers in its assertions, and answers beside the id of their
  question;
- markers, the secret of the variants, files of the reference or of a hidden suite, and code that imports or opens them;
- files that a version control system, an editor or Python has left;
- files that cannot be read, since nobody knows what they give away.

A file is read in each way that could make a text of it: see `readings`. Not found are a solution whose variables have other
names, one that is drawn in a picture or encrypted, and what is shorter than that. What may stand in the zip although it looks
like a leak is named in assignment.toml: [leaks] allowed for lines, [leaks] unread for files.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

import numpy as np

from autograder.assignment import FILE, Assignment
from autograder.authoring.leaks.readings import Place, Reader, Reading, Unread
from autograder.authoring.leaks.secrets import AROUND, Secrets, secrets_of
from autograder.authoring.leaks.tokens import Token, lexed, streams, telling, with_walls
from autograder.authoring.markers import split_lines
from autograder.patterns import matches

ANSWER_REACH = 4  # tokens between the id of a question and its answer
MARKER = re.compile(r"\b(?:begin|end)[\s_-]*(?:solution|hidden)\b", re.IGNORECASE)
LEFT_BEHIND = re.compile(
    r"(?:.*/)?(?:\.git|\.svn|\.hg|\.idea|\.vscode|\.ipynb_checkpoints|__pycache__)(?:/.*)?|.*\.(?:py[co]|sw[a-p]|bak|orig|rej)|.*~|.*/?#.*#"
)


class Leak(NamedTuple):
    """One place in the zip that gives something away.

    Attributes:
        file: its name in the zip.
        line: there, from 1.
        message: what stands there, and where it comes from.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def leaks(assignment: Assignment, files: Mapping[str, bytes], tool: Iterable[str] = ()) -> list[Leak]:
    """Return what the files of a handout zip, by their names there, give away; in the order of the files.

    Args:
        tool: names of the files that are the tool's own. They are the same for every assignment; only secrets matter.

    Raises:
        AssignmentError: a marker of the reference is wrong.
    """
    secrets = secrets_of(assignment)
    allowed = {tuple(lexed(part)) for line in assignment.leaks_allowed for part in (line, line.partition("#")[0])} - {()}
    own = set(tool)
    local = {PurePosixPath(name).stem for name in files}
    found: list[Leak] = []
    for name, content in files.items():
        if name in own:
            found += leaks_by_name(name, content, secrets)
            continue
        known: set[object] = set()  # what an earlier reading of the file has told, which a later one sees again
        for reading in Reader().file(Place(name), content):
            if isinstance(reading, Unread):
                told = unread(reading, name, assignment.leaks_unread) if Unread not in known else []
                known.add(Unread)  # to list the file is what there is to do, whatever else in it cannot be read
            elif reading.content is not None:
                told = [*leaks_by_name(reading.place.file, reading.content, secrets)]
            else:
                told = leaks_in(reading, secrets, allowed, local)
            new = [leak for leak in (placed(leak, reading.place) for leak in told) if not {gist(leak), leak[:2]} & known]
            known.update(part for leak in new for part in (gist(leak), leak[:2]))
            found += new
    return sorted(set(found))


def leaks_in(reading: Reading, secrets: Secrets, allowed: set[tuple[str, ...]], local: set[str]) -> list[Leak]:
    """Return what one text, or the numbers of one array, give away."""
    name, text = reading.place.file, reading.text
    lines = split_lines(text)
    found: list[Leak] = []
    for stream in streams(name, text):
        walled = with_walls(stream, allowed)
        found += repeated(name, walled, lines, secrets)
        if reading.amid:
            continue
        found += numbers_told(name, walled, secrets.numbers)
        found += answers_told(name, walled, secrets.answers)
    others = [*marked(name, lines), *reached_for(name, text, secrets, local)]
    found += [leak for leak in others if tuple(lexed(lines[leak.line - 1])) not in allowed]
    if reading.numbers:
        for number, origin in secrets.numbers.items():
            if {number, float(np.float32(number))} & reading.numbers:
                found.append(Leak(name, 1, f"{number:g} stands in {origin}"))
    return found


def unread(reading: Unread, name: str, listed: Sequence[str]) -> list[Leak]:
    """Return the complaint about what cannot be read, unless assignment.toml lists the file or the archive that it lies in."""
    file = reading.place.file
    if file in listed or name in listed or matches(file, listed) or matches(name, listed):
        return []
    return [
        Leak(
            file,
            1,
            f"{reading.why}, so it was not searched; look at it, and if it gives nothing away, add {json.dumps(name)} "
            f"to [leaks] unread in {FILE}",
        )
    ]


def placed(leak: Leak, place: Place) -> Leak:
    """Return a leak with the line of the file itself, and how it is written there."""
    message = f"in {place.how}: {leak.message}" if place.how else leak.message
    return Leak(leak.file, place.line or leak.line, message)


def gist(leak: Leak) -> tuple[str, str]:
    """Return what two leaks have in common that are one, seen in two readings of a file."""
    _, stands, origin = leak.message.rpartition(" stands in ")
    return (leak.file, origin) if stands else (leak.file, f"{leak.line} {leak.message}")


def repeated(name: str, stream: Sequence[Token], lines: Sequence[str], secrets: Secrets) -> Iterator[Leak]:
    """Yield the places where a secret sequence begins; what overlaps or follows in the next token is one place."""
    words = [token.text for token in stream]
    end = -1
    for start, word in enumerate(words):
        for length in secrets.lengths.get(word, ()):
            origin = secrets.sequences.get(tuple(words[start : start + length]))
            if origin is None:
                continue
            if start > end:
                shown = lines[stream[start].line - 1].strip()[:100]
                yield Leak(name, stream[start].line, f'"{shown}" stands in {origin}')
            end = max(end, start + length)
            break


def numbers_told(name: str, stream: Sequence[Token], numbers: Mapping[float, str]) -> Iterator[Leak]:
    for token in stream:
        if telling(token.text) and float(token.text) in numbers:
            yield Leak(name, token.line, f"{token.text} stands in {numbers[float(token.text)]}")


def answers_told(name: str, stream: Sequence[Token], answers: Mapping[str, tuple[str, ...]]) -> Iterator[Leak]:
    """Yield the ids of questions that their answer follows, with nothing but signs between."""
    wanted = {tuple(lexed(id)): (id, value) for id, value in answers.items()}
    lengths = {len(id) for id in wanted}
    words = [token.text for token in stream]
    for start in range(len(words)):
        for length in lengths:
            id, value = wanted.get(tuple(words[start : start + length]), ("", ()))
            after = start + length
            for place in range(after, after + ANSWER_REACH + 1) if id else ():
                if tuple(word for word in words[place : place + 3 * len(value)] if word not in AROUND)[: len(value)] == value:
                    yield Leak(name, stream[start].line, f"the answer to {id} stands beside it")
                    break
                if place < len(words) and words[place][0].isalnum() and words[place] not in ("is", "answer"):
                    break


def marked(name: str, lines: Sequence[str]) -> Iterator[Leak]:
    for number, line in enumerate(lines, start=1):
        if MARKER.search(line):
            yield Leak(name, number, f'"{line.strip()[:100]}" is a marker, or what is left of one')


def reached_for(name: str, text: str, secrets: Secrets, local: set[str]) -> Iterator[Leak]:
    """Yield imports of the reference and of hidden suites, and texts in code that name their folders.

    Args:
        local: modules that the zip has, whatever a hidden suite calls its own.
    """
    if not name.endswith(".py"):
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):  # ValueError: of a NUL in it
        return
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in imported(node):
                folder = next((folder for folder in secrets.folders if names_folder(module.replace(".", "/"), folder)), None)
                if folder or module.partition(".")[0] in secrets.modules - local:
                    yield Leak(name, node.lineno, f"imports {module}, which students do not have")
                    break
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            folder = next((folder for folder in secrets.folders if names_folder(node.value, folder)), None)
            if folder:
                yield Leak(name, node.lineno, f"{node.value[:100]!r} names {folder}, which students do not have")


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return the modules that an import may mean: of "from a import b" both a and a.b."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "", *(f"{node.module or ''}.{alias.name}".strip(".") for alias in node.names)]


def names_folder(text: str, folder: str) -> bool:
    """Whether a path, or a path in a text, leads into a folder or is it."""
    return re.search(rf"(?:^|[\s/\"'=(]){re.escape(folder)}(?:/|$)", text.replace("\\", "/")) is not None


def leaks_by_name(name: str, content: bytes, secrets: Secrets) -> Iterator[Leak]:
    """Yield what a file's name or its content as a whole says."""
    if LEFT_BEHIND.fullmatch(name):
        yield Leak(name, 1, "an editor, Python or a version control system has left this file; delete it")
    folder = next((folder for folder in secrets.folders if name == folder or name.startswith(f"{folder}/")), None)
    if folder:
        yield Leak(name, 1, f"lies in {folder}, which students do not get")
    if content in secrets.files:
        yield Leak(name, 1, f"is a copy of {secrets.files[content]}")
    for text, what in secrets.texts.items():
        if text in content:
            yield Leak(name, content[: content.index(text)].count(b"\n") + 1, f"holds {what}")
