"""Which functions a mistake changes: until a test executes one of them, it behaves as the reference."""

import ast
from collections.abc import Iterator

from autograder.audit.tracing import Place
from autograder.authoring.mistakes import Corpus, Mistake

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


def changed_places(corpus: Corpus, mistake: Mistake) -> set[Place] | None:
    """Return the functions of the reference that a mistake changes; None if it changes more than bodies of functions.

    Raises:
        AssignmentError: see `Corpus.contents_of`.
    """
    contents = corpus.contents_of([mistake])
    found: set[Place] = set()
    for name in mistake.changed:
        if not name.endswith(".py") or name not in contents:
            return None
        before, after = (corpus.reference / name).read_bytes(), contents[name]
        functions = changed_functions(before.decode("utf-8", "replace"), after.decode("utf-8", "replace"))
        if functions is None:
            return None
        found |= {(name, function) for function in functions}
    return found


def changed_functions(before: str, after: str) -> set[str] | None:
    """Return the functions whose bodies two sources of a module differ in; None if they differ in anything else."""
    try:
        old, new = ast.parse(before), ast.parse(after)
    except (SyntaxError, ValueError):
        return None
    one, other = list(taken_out(old, "")), list(taken_out(new, ""))
    if ast.dump(old) != ast.dump(new):
        return None
    return {name for (name, body), (_, another) in zip(one, other, strict=True) if body != another}


def taken_out(tree: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, str]]:
    """Empty the bodies of the functions of a module and of the methods of its classes; yield the name and body of each."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from taken_out(node, f"{prefix}{node.name}.")
        elif isinstance(node, AnyFunction):
            yield f"{prefix}{node.name}", ast.dump(ast.Module(node.body, []))
            node.body = []
