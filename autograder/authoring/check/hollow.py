"""Hollow submissions: how they are made, and what their grading shows.

A hollow submission has the reference's functions, methods and constructors, but they do no work. A test that gives it points
gives them for nothing: for example, a test that only checks that the input is unchanged.
"""

import ast
import base64
import functools
import json
import marshal
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

from autograder.assignment import Assignment, HollowTest
from autograder.authoring.check.hollow_runtime import MARK
from autograder.grading.records import number

RECORD = "record"  # the grading of the reference that shows what its results look like
# What functions return -> how that is said; "raise" has no answer.
KINDS = {
    "zeros": "zeros",
    "ones": "ones",
    "none": "None",
    "empty": "empty arrays",
    "input": "their input",
    "previous": "the answer before",
    "raise": "",
}
# What stands at the end of a file, before what runs as a program. Each process of the submission has the files written and runs
# them anew: so the runtime is compiled already, and small.
ENDING = """
__hollow__ = {{"__name__": "hollow", "packed": {packed!r}}}
exec({unpack!r}, __hollow__)
__hollow__["hollow_out"](globals(), {kind!r}, __hollow__["results"])
"""
UNPACK = """
import base64, marshal, zlib
runtime, results = marshal.loads(zlib.decompress(base64.b64decode(packed)))
exec(runtime)
"""

Points = Mapping[str, float]  # id of a test -> the points that it gives


def hollow_files(assignment: Assignment, kind: str, results: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of a hollow submission of a kind, or of the one that shows results.

    Args:
        results: of `results_in`; empty for `RECORD`.
    """
    reference = assignment.folder / (assignment.reference or ".")
    files = {}
    for name in [*assignment.files, *assignment.helper_files(reference)]:
        path = reference / name
        if name.endswith(".py") and path.is_file():
            files[name] = hollow_source(path.read_bytes(), kind, results_of(results, assignment.module_name(name)))
        elif kind == RECORD or name not in assignment.files:
            other = path
        else:  # answers, say: there is nothing hollow but what students start from
            other = assignment.folder / (assignment.skeleton or ".") / name if assignment.skeleton else Path()
        if name not in files and other.is_file():
            files[name] = other.read_bytes()
    return files


def hollow_source(source: bytes, kind: str, results: Mapping[str, Any]) -> bytes:
    """Return a file of the reference with the runtime added; where it defines nothing, it is a program, and nothing is left."""
    tree = ast.parse(source)
    if kind != RECORD and not any(
        isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)) for node in tree.body
    ):
        return b""
    packed = base64.b64encode(zlib.compress(marshal.dumps((runtime(), dict(results)))))
    lines = source.splitlines(keepends=True)
    program = next((node.lineno - 1 for node in tree.body if is_main_guard(node)), len(lines))
    added = ENDING.format(packed=packed, unpack=UNPACK, kind=kind).encode()
    return b"".join([*lines[:program], added, *lines[program:]])


@functools.cache
def runtime() -> CodeType:
    """Return the code that runs at the end of each hollow file, for this version of Python."""
    return compile(Path(__file__).with_name("hollow_runtime.py").read_text(encoding="utf-8"), "hollow", "exec")


def results_of(results: Mapping[str, Any], module: str) -> dict[str, Any]:
    """Return the results of one module's functions, imported or run as a program."""
    return {key: result for key, result in results.items() if key.startswith((f"{module}.", "__main__."))}


def is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and any(
        isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test)
    )


def results_in(printed: Sequence[str]) -> dict[str, Any]:
    """Return what the results of the reference look like, from what its tests have printed.

    The keys are the function, for any arguments; the function and a digest of the arguments; and the function with "raises",
    for the name of an exception that it raises.
    """
    results: dict[str, Any] = {}
    for text in printed:
        for line in text.splitlines():
            head, mark, record = line.partition(MARK)
            if head or not mark:
                continue
            try:
                module, name, key, result = json.loads(record)
            except ValueError:  # cut off
                continue
            if result and "raises" in result:
                results.setdefault(f"{module}.{name} raises", result["raises"])
            else:
                results.setdefault(f"{module}.{name}", result)
                results[f"{module}.{name} {key}"] = result
    return results


def hollow_faults(assignment: Assignment, points: Mapping[str, Points], tests: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each test that gives points for nothing, and for what is wrong with the list of those that may.

    Args:
        points: kind -> what the tests give to the hollow submission of this kind.
        tests: the ids of all tests, in their order.
    """
    for test in tests:
        kinds = [kind for kind in KINDS if points[kind].get(test, 0.0) > 0]
        if kinds and not any(allows(allowed, test) for allowed in assignment.hollow_allowed):
            most = max(points[kind][test] for kind in kinds)
            yield (
                f"{test} gives {number(most)} {'point' if most == 1 else 'points'} to a submission whose functions "
                f"{in_words(kinds)}: check a right value first, or list the test in [[hollow]] with a reason"
            )
    for allowed in assignment.hollow_allowed:
        if not any(allows(allowed, test) for test in tests):
            yield f"[[hollow]] names {allowed.test}, and there is no such test"


def allows(allowed: HollowTest, test: str) -> bool:
    """Whether an entry of the list means this test: a file, a class, a test, or one of its cases."""
    return test == allowed.test or test.startswith((f"{allowed.test}::", f"{allowed.test}["))


def in_words(kinds: Sequence[str]) -> str:
    """What the functions of these kinds do, such as "return zeros, ones or None, or raise"."""
    *first, last = [KINDS[kind] for kind in kinds if kind != "raise"] or [""]
    returned = f"return {', '.join(first)} or {last}" if first else f"return {last}" if last else ""
    return ", or ".join(filter(None, [returned, "raise an exception" if "raise" in kinds else ""]))
