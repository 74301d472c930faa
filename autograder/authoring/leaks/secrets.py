"""The secrets of an assignment: regions of the reference, hidden suites, answers, and the secret of the variants."""

import ast
import contextlib
import io
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from autograder.assignment import Assignment
from autograder.authoring.leaks.encodings import texts
from autograder.authoring.leaks.tokens import Token, lexed, logical_lines, telling
from autograder.authoring.markers import Region, regions, source_names, split_lines


class Lengths(NamedTuple):
    """How many tokens are no chance."""

    row: int
    statement: int  # a whole one


# Formulas have little in common but parts of a line. Hidden suites are written like the public ones, by the same people and
# with the same helpers; only a few lines together are a test of their own.
SOLUTION, HIDDEN = Lengths(row=16, statement=8), Lengths(row=28, statement=20)
NUMBERS = 4  # in a list of an assertion that is a secret
AROUND = {*"[]()"}  # signs that an answer may have around it, or not
SIGNATURES = ("def", "class", "async", "@", "import", "from")


@dataclass
class Secrets:
    """What is looked for, each with the words for where it comes from.

    Attributes:
        sequences: of tokens.
        numbers: by value.
        answers: tokens of the right answer, by the id of its question.
        files: contents of whole files.
        modules: that only the reference or a hidden suite has.
        folders: of the reference and the hidden suites, below the assignment, without "/" at the end.
        texts: bytes that must stand nowhere.
    """

    sequences: dict[tuple[str, ...], str] = field(default_factory=dict)
    numbers: dict[float, str] = field(default_factory=dict)
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: dict[bytes, str] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    texts: dict[bytes, str] = field(default_factory=dict)

    @cached_property
    def lengths(self) -> dict[str, list[int]]:
        """How long the sequences are that begin with a token, the longest first; once all of them are there."""
        found: dict[str, set[int]] = defaultdict(set)
        for sequence in self.sequences:
            found[sequence[0]].add(len(sequence))
        return {first: sorted(lengths, reverse=True) for first, lengths in found.items()}

    def add(self, statements: Sequence[Sequence[Token]], lengths: Lengths, origin: str) -> None:
        """Add what is long enough of statements that follow each other."""
        row = [token for tokens in statements for token in tokens]
        starts = range(len(row) - lengths.row + 1)
        whole = [tokens for tokens in statements if lengths.statement <= len(tokens) < lengths.row]
        for tokens in (*(row[start : start + lengths.row] for start in starts), *whole):
            self.sequences.setdefault(tuple(token.text for token in tokens), f"{origin}:{tokens[0].line}")


def secrets_of(assignment: Assignment) -> Secrets:
    """Read the reference and the hidden suites."""
    secrets = Secrets()
    if assignment.reference:
        secrets.folders.add(PurePosixPath(assignment.reference).as_posix())
        add_reference(assignment, assignment.folder / assignment.reference, secrets)
    for suite in assignment.suites:
        if not suite.public:
            secrets.folders.add(PurePosixPath(suite.name).as_posix())
            paths = [suite.path] if suite.path.is_file() else sorted(suite.path.rglob("*"))
            for path in paths:
                shown = path.relative_to(assignment.folder).as_posix()
                if path.suffix == ".py":
                    add_hidden(path, shown, secrets)
                elif path.is_file() and path.stat().st_size:
                    secrets.files[path.read_bytes()] = shown
    secret = assignment.folder / assignment.variant_secret
    if secret.is_file() and secret.read_bytes().strip():
        secrets.texts[secret.read_bytes().strip()] = f"the secret of the variants, {assignment.variant_secret}"
    secrets.texts[str(assignment.folder).encode()] = "where the assignment lies on this machine"
    return secrets


def source_of(path: Path) -> str:
    """Return the text of a source file in the encoding that it declares, or else in the likeliest one."""
    content = path.read_bytes()
    with contextlib.suppress(SyntaxError, UnicodeDecodeError, LookupError):
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding)
    return next(iter(texts(content)[0]), "")


def add_reference(assignment: Assignment, folder: Path, secrets: Secrets) -> None:
    handed_out = {*assignment.files, *assignment.support}
    for name in source_names(folder):
        path, shown = folder / name, f"{assignment.reference}/{name}"
        source = source_of(path)
        found = regions(source, shown)
        if name not in handed_out:
            secrets.modules.add(path.stem)
        if found or name not in handed_out:
            secrets.files[path.read_bytes()] = shown
        if name.endswith(".toml"):
            add_answers(source, found, shown, secrets)
        elif name in handed_out:
            for region in found:
                add_region(source, region, secrets)
        else:
            add_hidden(path, shown, secrets)


def add_region(source: str, region: Region, secrets: Secrets) -> None:
    task = region.task
    lines = [tokens for tokens in logical_lines(source) if task.line < tokens[0].line < region.last_line]
    secrets.add(lines, SOLUTION, f"the solution of {task.number}, {task.file}")


def add_answers(source: str, found: Sequence[Region], shown: str, secrets: Secrets) -> None:
    lines = split_lines(source)
    for region in found:
        for number in range(region.task.line, region.last_line - 1):
            key, equals, value = lines[number].partition("=")
            if not equals or key.lstrip().startswith("#"):
                continue
            id = key.strip().strip('"')
            answer = tuple(token for token in lexed(value.partition("#")[0]) if token not in AROUND)
            if answer:
                secrets.answers[id] = answer
            for token in filter(telling, answer):
                secrets.numbers.setdefault(float(token), f"the answer to {id}, {shown}:{number + 1}")


def add_hidden(path: Path, shown: str, secrets: Secrets) -> None:
    """Add functions, tables and numbers. Imports, decorators, signatures and titles of tests are no secret."""
    source = source_of(path)
    secrets.files[path.read_bytes()] = shown
    secrets.modules.add(path.stem)
    tree = ast.parse(source, shown)
    texts = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt) and is_text(node)}
    lines = [tokens for tokens in logical_lines(source) if tokens[0].line not in texts and tokens[0].text not in SIGNATURES]
    for part in tree.body:
        own = [tokens for tokens in lines if part.lineno <= tokens[0].line <= (part.end_lineno or part.lineno)]
        secrets.add(own, HIDDEN, shown)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and telling(repr(node.value)):
            secrets.numbers.setdefault(float(repr(node.value)), f"{shown}:{node.lineno}")
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and "assert" in ast.unparse(node.func)):
            for values in expected_lists(node):
                words = tuple(lexed(ast.get_source_segment(source, values) or ""))
                secrets.sequences.setdefault(words, f"{shown}:{values.lineno}")


def expected_lists(assertion: ast.AST) -> Iterator[ast.expr]:
    """Yield the lists of numbers in an assertion."""
    for node in ast.walk(assertion):
        if isinstance(node, ast.List | ast.Tuple):
            with contextlib.suppress(ValueError):  # it holds names, or texts
                if len(flat(ast.literal_eval(node))) >= NUMBERS:
                    yield node


def flat(values: object) -> list[float]:
    """Return the numbers in nested lists of numbers, and of nothing else."""
    if isinstance(values, (list, tuple)):
        return [each for value in values for each in flat(value)]
    if isinstance(values, (int, float)):
        return [values]
    raise ValueError


def is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
