"""All mutants of a file of the reference: one small change each, made by the operators.

Only what students write is changed: what lies in the solution regions or, where the file has none, in functions. Imports,
docstrings, type hints, the program below `if __name__ == "__main__"` and what prints or draws are left alone. A mutant that
compiles to the same code as the original, or as another mutant, is counted and dropped.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, ParentNodeProvider, PositionProvider

from autograder.audit.functions import Function, function_at, functions_in
from autograder.audit.operators import OPERATORS
from autograder.audit.operators.base import Around, Operator, called, code, parenthesised, rank
from autograder.authoring.markers import Region, regions, split_lines

PRINTING = ("print", "pprint", "warn", "debug", "info", "warning", "set_postfix", "set_description")
DRAWING = (
    "plot", "semilogx", "semilogy", "loglog", "bar", "barh", "scatter", "imshow", "hist", "errorbar", "fill_between", "axhline",
    "axvline", "text", "annotate",
    "set", "set_title", "set_xlabel", "set_ylabel", "set_xlim", "set_ylim", "set_xscale", "set_yscale", "set_xticks",
    "set_yticks", "title", "xlabel", "ylabel", "xscale", "yscale", "legend", "grid", "colorbar", "subplots", "figure",
    "suptitle", "tight_layout", "savefig", "show", "close", "tick_params", "set_axis_off", "set_major_locator",
)  # fmt: skip
CANVASES = ("Figure", "subplots", "figure", "imshow", "colorbar", "gca", "gcf")  # what they return is drawn on
OPERANDS_OF = (
    cst.BinaryOperation,
    cst.UnaryOperation,
    cst.Attribute,
    cst.Subscript,
    cst.Call,
    cst.ComparisonTarget,
    cst.Comparison,
)


@dataclass(frozen=True)
class Mutant:
    """A file of the reference with one change.

    Attributes:
        id: such as "modules.py:41:axis-1", the first change of the axis in that line.
        function: that it lies in, such as "LinearModule.forward"; "" outside of all.
        task: the number of the solution region, such as "1.3"; "" where there are none.
        before, after: the lines that differ, without indentation.
        source: the whole file.
    """

    id: str
    file: str
    function: str
    task: str
    line: int
    operator: str
    before: str
    after: str
    source: str

    def diff(self) -> str:
        """What is changed, as lines that begin with - and +."""
        lines = [f"- {line}" for line in self.before.split("\n")] + [
            f"+ {line}" for line in self.after.split("\n") if self.after
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Made:
    """The mutants of some files.

    Attributes:
        same: how many were dropped because they are the original, in bytecode.
        twins: how many because they are another mutant.
    """

    mutants: list[Mutant]
    same: int = 0
    twins: int = 0

    def __add__(self, other: "Made") -> "Made":
        return Made(self.mutants + other.mutants, self.same + other.same, self.twins + other.twins)


def mutants_of(reference: Path, file: str, everything: bool = False) -> Made:
    """Return all mutants of a file of the reference.

    Args:
        reference: the folder.
        everything: change functions outside of solution regions, too, for an assignment without any.

    Raises:
        AssignmentError: the file's markers are wrong, or it does not compile.
    """
    source = (reference / file).read_text(encoding="utf-8")
    places = regions(source, file)
    functions = functions_in(source)
    lines = split_lines(source)
    known = {code_key(compile(source, file, "exec", dont_inherit=True)): "original"}
    numbers: dict[tuple[int, str], int] = {}
    found: list[Mutant] = []
    same = twins = 0
    for change in changes_in(source, functions):
        line = change.span.start.line
        region = region_at(places, line)
        if region is None and not (everything and function_at(functions, line)):
            continue
        text = change.applied(lines)
        try:
            key = code_key(compile(text, file, "exec", dont_inherit=True))
        except SyntaxError:  # such as `return` in place of an operand that may not be there
            continue
        if key in known:
            same += known[key] == "original"
            twins += known[key] != "original"
            continue
        number = numbers[line, change.operator] = numbers.get((line, change.operator), 0) + 1
        known[key] = f"{file}:{line}:{change.operator}-{number}"
        before, after = changed_lines(lines, split_lines(text))
        task = region.task.number if region else ""
        found.append(Mutant(known[key], file, function_at(functions, line), task, line, change.operator, before, after, text))
    return Made(sorted(found, key=lambda mutant: mutant.line), same, twins)


def region_at(places: Sequence[Region], line: int) -> Region | None:
    return next((region for region in places if region.task.line < line < region.last_line), None)


@dataclass(frozen=True)
class Change:
    """A piece of a source, and what is put in its place."""

    operator: str
    span: CodeRange
    text: str

    def applied(self, lines: Sequence[str]) -> str:
        """The whole source with the change, given its lines."""
        start, end = self.span.start, self.span.end
        first, last = lines[start.line - 1][: start.column], lines[end.line - 1][end.column :]
        return "\n".join([*lines[: start.line - 1], first + self.text + last, *lines[end.line :]])


def changes_in(source: str, functions: list[Function], operators: Sequence[Operator] = OPERATORS) -> Iterator[Change]:
    """All changes of a source, operator by operator, each from top to bottom."""
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    parents: Mapping[cst.CSTNode, Any] = wrapper.resolve(ParentNodeProvider)
    spans: Mapping[cst.CSTNode, CodeRange] = wrapper.resolve(PositionProvider)
    places = [
        (node, span)
        for node, span in sorted(spans.items(), key=lambda item: (item[1].start.line, item[1].start.column))
        if isinstance(node, (cst.BaseExpression, cst.BaseSmallStatement)) and not is_left_alone(node, parents)
    ]
    known = {function.name: function for function in functions}
    arounds = {name: Around(parents, name, function.names, function.parameters) for name, function in known.items()}
    outside = Around(parents)
    for operator in operators:
        for node, span in places:
            around = arounds.get(function_at(functions, span.start.line), outside)
            for changed in operator.changes(node, around):
                yield Change(operator.name, span, text_of(node, changed, around))


def text_of(node: cst.CSTNode, changed: cst.BaseExpression | cst.BaseSmallStatement, around: Around) -> str:
    """What is written in place of a node, whose own parentheses stay where they are."""
    if isinstance(node, cst.BaseExpression) and isinstance(changed, cst.BaseExpression):
        if node.lpar and changed.lpar:
            changed = changed.with_changes(lpar=[], rpar=[])
        elif not node.lpar and rank(changed) < rank(node) and isinstance(around.parent(node), OPERANDS_OF):
            changed = parenthesised(changed)
    return code(changed)


def is_left_alone(node: cst.CSTNode, parents: Mapping[cst.CSTNode, cst.CSTNode]) -> bool:
    """Whether a node is no part of what a student is judged by."""
    place: cst.CSTNode | None = node
    while place is not None:
        if isinstance(place, (cst.Annotation, cst.Import, cst.ImportFrom, cst.Global, cst.Nonlocal)):
            return True
        if isinstance(place, cst.Expr) and (isinstance(place.value, cst.BaseString) or draws(place.value)):
            return True
        if isinstance(place, cst.Assign) and called(place.value) in CANVASES:
            return True
        if isinstance(place, cst.If) and "__name__" in code(place.test):
            return True
        if isinstance(parents.get(place), cst.AssignTarget):  # of an assignment: the statement is changed, not its target
            return True
        place = parents.get(place)
    return False


def draws(value: cst.CSTNode) -> bool:
    """Whether an expression prints or draws."""
    return called(value) in PRINTING or called(value) in DRAWING


def changed_lines(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """The lines in which two sources differ, without their indentation."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    differing = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    first, last = differing[0], differing[-1]
    return stripped(before[first[1] : last[2]]), stripped(after[first[3] : last[4]])


def stripped(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines)


def code_key(compiled: CodeType) -> tuple[Any, ...]:
    """What a compiled source comes to, whatever its lines are numbered."""
    constants = tuple(
        code_key(value) if isinstance(value, CodeType) else (type(value).__name__, repr(value)) for value in compiled.co_consts
    )
    return (
        compiled.co_code,
        constants,
        compiled.co_names,
        compiled.co_varnames,
        compiled.co_freevars,
        compiled.co_cellvars,
        compiled.co_argcount,
        compiled.co_flags,
        getattr(compiled, "co_exceptiontable", b""),
    )
