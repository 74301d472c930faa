"""How a suite looks for a name of the submission outside of any test: it asks whether it is there, or takes it.

`from work import f` and `work.f` give a stand-in there, whatever was handed in, so that collection does not depend on that.
`hasattr(work, "f")`, `getattr(work, "f", None)` and `try: from work import f` want to know, and are told the truth.
"""

import ast
import functools
import linecache
import re
import sys
from types import FrameType, TracebackType

EXPECTED = ("AttributeError", "ImportError", "ModuleNotFoundError", "Exception", "BaseException")
WITHSTANDS = re.compile(r"\b(suppress|raises|assertRaises|assertRaisesRegex)\(")
# Statements whose body is come to whenever they are.
STRAIGHT = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.With, ast.AsyncWith, ast.Try)
PASSED_OVER = ("autograder.standins", "importlib", "_frozen_importlib")


def wants_truth() -> bool:
    """Whether the suite's code that is looking for a name now provides for its not being there."""
    frame = caller()
    return frame is not None and frame.f_lineno in truthful_lines(frame.f_code.co_filename)


def caller() -> FrameType | None:
    """The innermost frame outside of this package and of Python's import system."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith(PASSED_OVER):
        frame = frame.f_back
    return frame


@functools.lru_cache(maxsize=500)
def truthful_lines(filename: str) -> frozenset[int]:
    """The lines of a file of the suite on which it provides for a name that is missing."""
    found: set[int] = set()
    for node in ast.walk(tree_of(filename)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            asks = node.func.id in ("hasattr", "callable") or (node.func.id == "getattr" and len(node.args) == 3)
            if asks:
                found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        elif isinstance(node, ast.Try):
            if any(handler.type is None or names_expected(handler.type) for handler in node.handlers):
                found.update(range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1))
        elif isinstance(node, ast.With):
            managers = [item.context_expr for item in node.items]
            if any(WITHSTANDS.search(ast.unparse(manager)) and names_expected(manager) for manager in managers):
                found.update(range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1))
    return frozenset(found)


def is_raised_by_hand(error: BaseException, trace: TracebackType | None) -> bool:
    """Whether an exception that leaves a `with` block comes from a `raise` that the block always comes to, and from no check.

    Args:
        trace: from the frame of the block on.
    """
    trace = trace or error.__traceback__
    return trace is not None and trace.tb_next is None and trace.tb_lineno in raising_lines(trace.tb_frame.f_code.co_filename)


@functools.lru_cache(maxsize=500)
def raising_lines(filename: str) -> frozenset[int]:
    """The lines of `raise` statements in a file of the suite that depend on nothing: no condition, no loop, no handler."""
    found: set[int] = set()
    waiting: list[ast.stmt] = list(getattr(tree_of(filename), "body", []))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise):
            found.add(node.lineno)
        elif isinstance(node, STRAIGHT):
            waiting += node.body
    return frozenset(found)


def tree_of(filename: str) -> ast.AST:
    try:
        return ast.parse("".join(linecache.getlines(filename)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def names_expected(node: ast.expr) -> bool:
    """Whether an expression names an exception that Python raises for a name that is missing."""
    return any(isinstance(part, ast.Name) and part.id in EXPECTED for part in ast.walk(node))
