"""The functions of a source file, by their lines: what a mutant lies in, and what a test reaches."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """A function at the top level of a module, or a method of a class there.

    Attributes:
        name: such as "train" or "LinearModule.forward".
        first: its first line, from 1, that of its first decorator.
        last: its last line.
        names: its variables, the parameters first, without `self`.
        parameters: how many of them are parameters.
    """

    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    parameters: int = 0


def functions_in(source: str) -> list[Function]:
    """Return the functions of a module, from top to bottom. Functions within functions are a part of these."""
    return list(found_in(ast.parse(source).body, ""))


def function_at(functions: list[Function], line: int) -> str:
    """The name of the function that a line lies in; "" outside of all."""
    return next((function.name for function in functions if function.first <= line <= function.last), "")


def found_in(body: list[ast.stmt], prefix: str) -> Iterator[Function]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from found_in(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            given = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if arg.arg != "self"]
            stored = [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
            names = tuple(dict.fromkeys([*given, *stored]))
            yield Function(f"{prefix}{node.name}", first, node.end_lineno or first, names, len(given))
