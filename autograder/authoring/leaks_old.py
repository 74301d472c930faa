"""What must not stand in the handout zip: solutions, hidden tests, answers, secrets, and what points to them.

Files are compared token by token, so that neither line breaks nor spaces, quotes or comments hide a copy. Found are

- rows of tokens and whole statements of a region of the reference or of a hidden suite, in code, in comments, in docstrings
  and in text that a page shows;
- numbers of four digits or more of a hidden suite, lists of numbers in its assertions, and answers beside the id of their
  question;
- markers, the secret of the variants, files of the reference or of a hidden suite, and code that imports or opens them;
- files that a version control system, an editor or Python has left.

Not found are a solution whose variables have other names, one that is encoded or stands in a picture, and what is shorter
than that. What may stand in the zip although it looks like a leak is named in assignment.toml: [leaks] allowed.
"""

import ast
import contextlib
import html
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from autograder.assignment import Assignment
from autograder.authoring.skeleton import Region, regions, source_names, split_lines


class Lengths(NamedTuple):
    """How many tokens are no chance."""

    row: int
    statement: int  # a whole one


# Formulas have little in common but parts of a line. Hidden suites are written like the public ones, by the same people and
# with the same helpers; only a few lines together are a test of their own.
SOLUTION, HIDDEN = Lengths(row=16, statement=8), Lengths(row=28, statement=20)
DIGITS = 4  # significant ones of a number that nobody writes twice by chance
NUMBERS = 4  # in a list
ANSWER_REACH = 4  # tokens between the id of a question and its answer
AROUND = {*"[]()"}  # signs that an answer may have around it, or not

# Words, numbers, and single characters of all else: the same for code, for text and for code inside of text.
TOKEN = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]*[^\W\d_])|\w+|[^\w\s]")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
LINE_START = re.compile(r"\s*(?:#+|>+|\*|\||\.\.\.)?")  # of a comment, a quotation or a session in a docstring
MARKER = re.compile(r"\b(?:begin|end)[\s_-]*(?:solution|hidden)\b", re.IGNORECASE)
TAG = re.compile(r"<style\b.*?</style>|<!--.*?-->|<[^<>]*>", re.DOTALL)
DATA_URI = re.compile(r"data:[\w/+.;-]*,[\w+/=%-]*")
LEFT_BEHIND = re.compile(
    r"(?:.*/)?(?:\.git|\.svn|\.hg|\.idea|\.vscode|\.ipynb_checkpoints|__pycache__)(?:/.*)?|.*\.(?:py[co]|sw[a-p]|bak|orig|rej)|.*~|.*/?#.*#"
)
SIGNATURES = ("def", "class", "async", "@", "import", "from")
NOT_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
QUOTES = {*"'\"`"}  # single or double ones make no difference
WALL = "\n"  # a token that is part of nothing


class Token(NamedTuple):
    text: str
    line: int  # of the file, from 1


@dataclass(frozen=True, order=True)
class Leak:
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

    def add(self, statements: Sequence[Sequence[Token]], lengths: Lengths, origin: str) -> None:
        """Add what is long enough of statements that follow each other."""
        row = [token for tokens in statements for token in tokens]
        starts = range(len(row) - lengths.row + 1)
        whole = [tokens for tokens in statements if lengths.statement <= len(tokens) < lengths.row]
        for tokens in (*(row[start : start + lengths.row] for start in starts), *whole):
            self.sequences.setdefault(tuple(token.text for token in tokens), f"{origin}:{tokens[0].line}")


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
        found += leaks_by_name(name, content, secrets)
        text = decoded(content)
        if text is None or name in own:
            continue
        lines = split_lines(text)
        for stream in streams(name, text):
            walled = with_walls(stream, allowed)
            found += repeated(name, walled, lines, secrets.sequences)
            found += numbers_told(name, walled, secrets.numbers)
            found += answers_told(name, walled, secrets.answers)
        others = [*marked(name, lines), *reached_for(name, text, secrets, local)]
        found += [leak for leak in others if tuple(lexed(lines[leak.line - 1])) not in allowed]
    return sorted(set(found))


# What is secret


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


def add_reference(assignment: Assignment, folder: Path, secrets: Secrets) -> None:
    handed_out = {*assignment.files, *assignment.support}
    for name in source_names(folder):
        path, shown = folder / name, f"{assignment.reference}/{name}"
        source = path.read_text(encoding="utf-8-sig")
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
    source = path.read_text(encoding="utf-8-sig")
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


def telling(literal: str) -> bool:
    """Whether a number is written with so many digits that it is the same one wherever it stands."""
    if not NUMBER.fullmatch(literal):
        return False
    digits = re.split("[eE]", literal)[0].replace(".", "").strip("0")
    return len(digits) >= DIGITS


# Tokens


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
    if name.endswith((".html", ".htm", ".svg")):
        text = DATA_URI.sub("", text)
        yield list(tokens_of(html.unescape(TAG.sub(lambda tag: " " + "\n" * tag[0].count("\n"), text)), 1))
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


# What is looked for


def repeated(
    name: str, stream: Sequence[Token], lines: Sequence[str], sequences: Mapping[tuple[str, ...], str]
) -> Iterator[Leak]:
    """Yield the places where a secret sequence begins; what overlaps or follows in the next token is one place."""
    words = [token.text for token in stream]
    lengths = sorted({len(sequence) for sequence in sequences}, reverse=True)
    firsts = {sequence[0] for sequence in sequences}
    end = -1
    for start in range(len(words)):
        for length in lengths if words[start] in firsts else ():
            origin = sequences.get(tuple(words[start : start + length]))
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
    except SyntaxError:
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


def decoded(content: bytes) -> str | None:
    """Return the text of a file; None for one that is no text."""
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
