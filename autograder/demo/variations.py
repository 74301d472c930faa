"""Variations of a Python file that do the same: other names, another order, other comments, spaces and spellings.

They stand for students who write the same solution each in their own way. `vary` takes a source and a `random.Random`; the same
two give the same variation.
"""

import ast
import builtins
import io
import itertools
import random
import re
import textwrap
import tokenize
from collections.abc import Callable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
Edit = tuple[int, int, str]  # from, to, in characters of the source, and what stands there then

MARKER = re.compile(r"^[ \t]*# (BEGIN|END) SOLUTION.*\n", re.MULTILINE)
WORDS = (
    "out", "res", "result", "tmp", "temp", "value", "val", "arr", "data", "current", "total", "acc", "item", "curr",
    "new_value", "a1", "b1", "aux", "buf", "mat", "vec", "num", "s", "t", "u", "v", "w", "z",
)  # fmt: skip
REMARKS = (
    "see the lecture notes", "shapes checked by hand", "TODO: clean this up", "this took me a while", "as derived on paper",
    "step by step", "same as in the slides", "keep this for backward", "batch first", "not sure whether this is fast enough",
)  # fmt: skip


def vary(source: str, rng: random.Random) -> str:
    """Return a source that behaves like `source`, which compiles: markers gone, and some of the changes of `CHANGES` made."""
    source = MARKER.sub("", source)
    for change in CHANGES:
        if rng.random() < 0.7:
            changed = change(source, rng)
            if compiles(changed):
                source = changed
    return source


def copied(source: str, rng: random.Random) -> str:
    """Return what is left of a source in the hands of someone who hides where it comes from."""
    for change in (reorder, rename, recomment, respace):
        changed = change(source, rng)
        source = changed if compiles(changed) else source
    return source


# Changes


def respell(source: str, rng: random.Random) -> str:
    """Swap factors, give a name to what is returned or added to, each where a die says so."""
    places, edits = Places(source), []
    for statement in statements(source):
        options = [option for option in (swap_factors, name_result, name_summand) if option(statement, places, rng)]
        if options and rng.random() < 0.6:
            edits += rng.choice(options)(statement, places, rng)
    return edited(source, edits)


def rename(source: str, rng: random.Random) -> str:
    """Give other names to local variables, but for parameters: those may be passed by name."""
    tree, places, edits = ast.parse(source), Places(source), []
    taken = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | set(dir(builtins))
    taken |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    words = [word for word in WORDS if word not in taken]
    for function in functions(tree):
        names = sorted(own_names(function))
        chosen = [name for name in names if rng.random() < 0.7]
        new = dict(zip(chosen, rng.sample(words, min(len(words), len(chosen))), strict=False))
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in new:
                edits.append((*places.span(node), new[node.id]))
    return edited(source, edits)


def reorder(source: str, rng: random.Random) -> str:
    """Put functions that stand one after another, in a module or a class, into another order."""
    lines = source.splitlines(keepends=True)
    tree = ast.parse(source)
    for body in [node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef)] + [tree.body]:
        for run in runs(body):
            first = comments_above(lines, run[0].lineno - 1)
            bounds = [first, *(node.end_lineno or 0 for node in run)]
            blocks = ["".join(lines[i:j]).strip("\n") for i, j in itertools.pairwise(bounds)]
            rng.shuffle(blocks)
            gap = "\n\n" if run[0].col_offset else "\n\n\n"
            count = bounds[-1] - first
            # As many elements as before, so that the line numbers of what follows still hold.
            lines[first : bounds[-1]] = [gap.join(blocks) + "\n", *[""] * (count - 1)]
    return "".join(lines)


def recomment(source: str, rng: random.Random) -> str:
    """Take out some comments, and add remarks and empty lines of one's own."""
    lines = source.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and rng.random() < 0.4 and not token.string.startswith("#!"):
            row, column = token.start
            kept = lines[row - 1][:column].rstrip()
            lines[row - 1] = kept + "\n" if kept else ""
    for statement in statements(source):
        row, column = statement.lineno - 1, statement.col_offset
        if rng.random() < 0.12 and not lines[row][:column].strip() and lines[row].strip():
            added = "\n" if rng.random() < 0.4 else f"{lines[row][:column]}# {rng.choice(REMARKS)}\n"
            lines[row] = added + lines[row]
    return "".join(lines)


def respace(source: str, rng: random.Random) -> str:
    """Leave out the spaces around some operators."""
    places, edits, depth = Places(source), [], 0
    start, end = getattr(tokenize, "FSTRING_START", -1), getattr(tokenize, "FSTRING_END", -1)
    last = None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        depth += (token.type == start) - (token.type == end)
        if last and not depth and token.start[0] == last.end[0] and token.start[1] - last.end[1] == 1:
            operator = token.type == tokenize.OP or (last.type == tokenize.OP and last.string != ",")
            plain = {token.type, last.type} <= {tokenize.OP, tokenize.NAME}
            if operator and plain and rng.random() < 0.3:
                edits.append((places.at(*last.end), places.at(*token.start), ""))
        last = token
    changed = edited(source, edits)
    return changed if compiles(changed) and ast.dump(ast.parse(changed)) == ast.dump(ast.parse(source)) else source


CHANGES: tuple[Callable[[str, random.Random], str], ...] = (respell, rename, reorder, recomment, respace)


# The options of respell: the edits to a statement, none where it has no such place


def swap_factors(statement: ast.stmt, places: "Places", rng: random.Random) -> list[Edit]:
    """Turn a * b into b * a, which gives the same bits."""
    if not isinstance(statement, (ast.Assign, ast.Return)) or statement.value is None:
        return []
    products = [
        node for node in outside_f_strings(statement.value) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)
    ]
    if not products:
        return []
    product = rng.choice(products)
    left, right = places.text(product.left, "()"), places.text(product.right, "()")
    return [(*places.span(product.left), right), (*places.span(product.right), left)]


def name_result(statement: ast.stmt, places: "Places", rng: random.Random) -> list[Edit]:
    if not isinstance(statement, ast.Return) or not isinstance(statement.value, (ast.BinOp, ast.Call)):
        return []
    indent = places.indent(statement)
    if places.has("answer"):
        return []
    return [(*places.span(statement), f"answer = ({places.text(statement.value)})\n{indent}return answer")] if indent else []


def name_summand(statement: ast.stmt, places: "Places", rng: random.Random) -> list[Edit]:
    """Turn ... = a + b into first = a; ... = first + b, where a is evaluated first in both."""
    if not isinstance(statement, ast.Return) or not isinstance(statement.value, ast.BinOp):
        return []
    left, indent = statement.value.left, places.indent(statement)
    if not indent or places.has("first") or not isinstance(left, (ast.BinOp, ast.Call)):
        return []
    start = places.span(statement)[0]
    return [(start, start, f"first = ({places.text(left)})\n{indent}"), (*places.span(left), "first")]


# Looking at a source


class Places:
    """Where the nodes of a source stand, in characters from its begin."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = source.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def at(self, row: int, column: int) -> int:
        return self.starts[row - 1] + column

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        return self.byte(node.lineno, node.col_offset), self.byte(node.end_lineno or 0, node.end_col_offset or 0)

    def byte(self, row: int, column: int) -> int:
        line = self.lines[row - 1]
        return self.at(row, column if line.isascii() else len(line.encode()[:column].decode()))

    def text(self, node: ast.expr, brackets: str = "") -> str:
        text = self.source[slice(*self.span(node))]
        atom = isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant)) and "\n" not in text
        return text if atom or not brackets else f"({text})"

    def has(self, word: str) -> bool:
        return re.search(rf"\b{word}\b", self.source) is not None

    def indent(self, statement: ast.stmt) -> str:
        """What stands before a statement on its line; empty where that is more than spaces."""
        before = self.lines[statement.lineno - 1][: statement.col_offset]
        return "" if before.strip() else before


def statements(source: str) -> Iterator[ast.stmt]:
    """The simple statements of all functions, but for docstrings."""
    for function in functions(ast.parse(source)):
        for node in ast.walk(function):
            if isinstance(node, ast.stmt) and not hasattr(node, "body") and not is_text(node):
                yield node


def functions(tree: ast.Module) -> Iterator[Function]:
    """Functions and methods without functions or classes within, which have names of their own only."""
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = [each for each in ast.walk(node) if each is not node and isinstance(each, scopes)]
            named = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            if not inner and not named & {"locals", "vars", "eval", "exec"}:
                yield node


def own_names(function: Function) -> set[str]:
    """The local variables that can have other names."""
    stored, kept = set(), {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            kept |= set(node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            kept.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            kept |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.comprehension):  # a scope of its own, whose names may be those of others outside
            kept |= {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
        elif isinstance(node, ast.JoinedStr):  # before Python 3.12 nobody says where the names in it stand
            kept |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return stored - kept


def outside_f_strings(node: ast.AST) -> Iterator[ast.AST]:
    if not isinstance(node, ast.JoinedStr):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from outside_f_strings(child)


def runs(body: list[ast.stmt]) -> Iterator[list[Function]]:
    """Functions next to each other that can change places: nothing is worked out where they are defined."""
    run: list[Function] = []
    for node in [*body, None]:
        if isinstance(node, ast.FunctionDef) and not node.decorator_list and not any(map(computed, ast.walk(node.args))):
            run.append(node)
        else:
            if len(run) > 1:
                yield run
            run = []


def computed(node: ast.AST) -> bool:
    return isinstance(node, (ast.Name, ast.Call))


def comments_above(lines: list[str], row: int) -> int:
    while row and lines[row - 1].lstrip().startswith("#"):
        row -= 1
    return row


def is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def edited(source: str, edits: list[Edit]) -> str:
    """Return the source with the edits made, but for those that overlap with one before."""
    pieces, end = [], 0
    for start, stop, text in sorted(edits):
        if start >= end:
            pieces += [source[end:start], text]
            end = stop
    return "".join([*pieces, source[end:]])


def compiles(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def unfinished(source: str, stubs: str, rng: random.Random) -> str:
    """Return a source in which some functions, from one on, are what they are in the skeleton."""
    done, handed_out = named_functions(source), named_functions(stubs)
    names = [name for name in done if name in handed_out]
    places, edits = Places(source), []
    for name in names[rng.randrange(len(names)) :] if names else []:
        stub = textwrap.dedent(handed_out[name][0])
        indent = " " * done[name][1].col_offset
        edits.append((*places.span(done[name][1]), textwrap.indent(stub, indent).strip()))
    return edited(source, edits)


def named_functions(source: str) -> dict[str, tuple[str, Function]]:
    """The text and the node of each function by its name with its class's, from the top."""
    found: dict[str, tuple[str, Function]] = {}
    places = Places(source)
    tree = ast.parse(source)
    owners: list[ast.Module | ast.ClassDef] = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
    for owner in owners:
        for node in owner.body:
            if isinstance(node, ast.FunctionDef) and not node.decorator_list:
                start, end = places.span(node)
                text = " " * node.col_offset + source[start:end]
                found[f"{getattr(owner, 'name', '')}.{node.name}"] = (text, node)
    return found
