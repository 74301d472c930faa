"""The markers of a reference solution, and the regions between them, which students have to write.

A region of a reference file is between two comments, each alone on its line,

    # BEGIN SOLUTION 1.1 one matrix product and one broadcast sum
    ...
    # END SOLUTION

in Python whole statements of one block, in TOML keys with their values. Whatever looks like a marker but is none is an error,
because a mistyped one would hand out the solution.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.assignment import tomllib
from autograder.errors import AssignmentError

SUFFIXES = (".py", ".toml")
BEGIN = re.compile(r"# BEGIN SOLUTION (?P<number>[0-9]+(?:\.[0-9]+)*[a-z]?) (?P<hint>\S.*)")
END = "# END SOLUTION"
# A comment is meant as a marker if it starts with BEGIN or END in capitals, with "begin solution" and the like in any
# spelling, or speaks of a SOLUTION in capitals. "# end of the loop" is an ordinary comment.
MEANT_AS_MARKER = re.compile(r"#+\s*(?:(?:BEGIN|END)\b|(?i:begin|end)[\s_-]*(?i:solution|hidden))|.*\bSOLUTIONS?\b")
INSIDE_A_LINE = re.compile(r"#+\s*(?:begin|end)[\s_-]*(?:solution|hidden)", re.IGNORECASE)
NOT_STATEMENTS = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass(frozen=True)
class Task:
    """One region of the reference: what a student has to write.

    Attributes:
        number: as in "1.1"; regions that share one are parts of one task.
        hint: the text after the number.
        file: the reference file, as it was named to `tasks`.
        line: of the BEGIN marker there, from 1.
        owner: the innermost class or function around it, such as "LinearModule.forward", or else the module's name.
    """

    number: str
    hint: str
    file: str
    line: int
    owner: str


@dataclass(frozen=True)
class Region:
    """A task with the lines it takes in the source, both markers included, counted from 1."""

    task: Task
    last_line: int
    indent: str


def regions(source: str, name: str) -> list[Region]:
    """Return the checked regions of a reference file, from top to bottom.

    Args:
        source: the text of the file.
        name: its path below the assignment, such as "reference/modules.py", for messages.

    Raises:
        AssignmentError: a marker is wrong, or the source does not compile; with file and line.
    """
    return toml_regions(source, name) if name.endswith(".toml") else python_regions(source, name)


def tasks(source: str, name: str) -> list[Task]:
    """Return the tasks of one reference file from top to bottom; arguments and errors as for `regions`."""
    return [region.task for region in regions(source, name)]


def source_names(folder: Path) -> list[str]:
    """Return the paths of the .py and .toml files below a folder, sorted, with forward slashes."""
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file()]
    return sorted(
        name.as_posix() for name in names if not any(part.startswith(".") or part == "__pycache__" for part in name.parts)
    )


def python_regions(source: str, name: str) -> list[Region]:
    tree = parsed(source, name)
    tokens = list(tokenize.generate_tokens(io.StringIO("\n".join(split_lines(source))).readline))
    comments = {token.start[0]: token for token in tokens if token.type == tokenize.COMMENT}
    found = []
    for begin, first, last in paired(source, name, markers(source, name, comments)):
        statements = checked_statements(name, source, tokens, comments[first], comments[last])
        owner = owner_of(tree, first, statements[0].start[0]) or PurePosixPath(name).stem
        task = Task(begin["number"], begin["hint"], name, first, owner)
        found.append(Region(task, last, split_lines(source)[last - 1][: comments[last].start[1]]))
    return found


def paired(source: str, name: str, marks: Iterable[tuple[int, str]]) -> Iterator[tuple[re.Match[str], int, int]]:
    """Yield the beginning of each region, as BEGIN matches it, and the lines of both its markers.

    Args:
        marks: lines and texts of all markers, from top to bottom.
    """
    start: tuple[re.Match[str], int] | None = None
    for line, text in marks:
        begin = BEGIN.fullmatch(text)
        if begin and start:
            raise complaint(name, line, source, f"the region of line {start[1]} is still open; regions do not nest")
        if begin:
            start = begin, line
            continue
        if start is None:
            raise complaint(name, line, source, 'no region is open here; start it with "# BEGIN SOLUTION 1.1 a hint"')
        yield start[0], start[1], line
        start = None
    if start:
        raise complaint(name, start[1], source, f'this region is never closed; end it with "{END}"')


def markers(source: str, name: str, comments: Mapping[int, tokenize.TokenInfo]) -> Iterator[tuple[int, str]]:
    """Yield line and text of the comments that are markers; AssignmentError for one that is only meant as a marker."""
    for number, line in enumerate(split_lines(source), start=1):
        comment = comments.get(number)
        code = line[: comment.start[1]] if comment else line
        if INSIDE_A_LINE.search(code):
            raise complaint(name, number, source, "a marker inside a string has no effect; reword the string")
        if comment is None or not MEANT_AS_MARKER.match(comment.string):
            continue
        if code.strip():
            raise complaint(name, number, source, "a marker must be alone on its line; move the code to another line")
        yield number, checked_marker(source, name, number, comment.string)


def checked_marker(source: str, name: str, line: int, comment: str) -> str:
    """Return the text of a comment that is meant as a marker; AssignmentError unless it is one."""
    text = comment.rstrip()
    if text != END and not BEGIN.fullmatch(text):
        raise complaint(name, line, source, f"this is not quite a marker; {remedy(text)}")
    return text


def remedy(text: str) -> str:
    if re.match(r"#+\s*end", text, re.IGNORECASE):
        return f'the end of a region is exactly "{END}"'
    if text.startswith("# BEGIN SOLUTION") and not text.startswith("# BEGIN SOLUTIONS"):
        return 'after "# BEGIN SOLUTION" write a space, the number of the task, such as 1.1, a space and a hint'
    return f'a region starts with "# BEGIN SOLUTION 1.1 a hint" and ends with "{END}"; reword any other comment'


def checked_statements(
    name: str, source: str, tokens: list[tokenize.TokenInfo], begin: tokenize.TokenInfo, end: tokenize.TokenInfo
) -> list[tokenize.TokenInfo]:
    """Return the first token of each line of code in a region; there must be some, in the block of the markers."""
    lines = split_lines(source)
    if lines[begin.start[0] - 1][: begin.start[1]] != lines[end.start[0] - 1][: end.start[1]]:
        raise complaint(name, end.start[0], source, f"this is not indented like its beginning in line {begin.start[0]}")
    starts = [token for token in logical_lines(tokens) if begin.start < token.start < end.start]
    if not starts:
        raise complaint(name, begin.start[0], source, "this region contains no code; remove it or move the solution into it")
    for token in starts:
        if token.start[1] < begin.start[1] or (token is starts[0] and token.start[1] != begin.start[1]):
            raise complaint(name, token.start[0], source, "this line is not in the block of its markers")
    return starts


def logical_lines(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    """Yield the first token of each line of code, a line continued in brackets counting once."""
    at_start = True
    for token in tokens:
        if token.type == tokenize.NEWLINE:
            at_start = True
        elif at_start and token.type not in NOT_STATEMENTS:
            at_start = False
            yield token


def owner_of(tree: ast.AST, begin: int, statement: int) -> str:
    """Return the dotted names of the classes and functions that start before line `begin` and hold line `statement`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt) and node.lineno < begin and statement <= (node.end_lineno or 0):
            inner = owner_of(node, begin, statement)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                return f"{node.name}.{inner}".rstrip(".")
            return inner
        if not isinstance(node, ast.stmt | ast.expr):  # except and case clauses hold statements too
            inner = owner_of(node, begin, statement)
            if inner:
                return inner
    return ""


# TOML


def toml_regions(source: str, name: str) -> list[Region]:
    try:
        tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{name}: the reference is not valid TOML: {error}") from error
    stem = PurePosixPath(name).stem
    return [
        Region(Task(begin["number"], begin["hint"], name, first, stem), last, "")
        for begin, first, last in paired(source, name, toml_markers(source, name))
    ]


def toml_markers(source: str, name: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(split_lines(source), start=1):
        comment = line.strip()
        if comment.startswith("#") and MEANT_AS_MARKER.match(comment):
            yield number, checked_marker(source, name, number, comment)
        elif not comment.startswith("#") and INSIDE_A_LINE.search(line):
            raise complaint(name, number, source, "a marker must be alone on its line; move the value to another line")


# Source text


def split_lines(source: str) -> list[str]:
    """Return the lines that Python sees; str.splitlines would also split at form feeds, even inside of strings."""
    return re.split(r"\r\n|\r|\n", source)


def parsed(source: str, name: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise AssignmentError(f"{name}:{error.lineno or 1}: the reference does not compile: {error.msg}") from error
    except ValueError as error:  # a NUL byte, before Python 3.12
        raise AssignmentError(f"{name}:1: the reference does not compile: {error}") from error


def complaint(name: str, line: int, source: str, text: str) -> AssignmentError:
    return AssignmentError(f"{name}:{line}: {split_lines(source)[line - 1].strip()!r}: {text}.")
