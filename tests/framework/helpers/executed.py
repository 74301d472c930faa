"""Which tests a change of the reference can reach: those that execute a function that it changes.

A submission behaves as the reference until it executes what was changed. So a test that executes none of the changed functions
of the reference ends as it does there, and need not be run again. Changes outside of functions reach all tests of a part.
"""

import ast
import sys
import threading
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType
from typing import Any

import pytest
from known import WINDOWS_ZIP, Corpus
from plugins import with_plugin
from reach import suite_of

from autograder.authoring.mistakes import Mistake
from autograder.grading.outcome import Outcome
from autograder.grading.story import grade

Function = tuple[str, str]  # file of the submission; name, such as "forward" or "LinearModule.forward"
READS_SOURCES = "vectorisation"  # suites with this word look at functions that they do not execute


def reached_tests(corpus: Corpus, known: Mistake, executed: Mapping[str, set[Function]]) -> set[str]:
    """Return the tests, by their ids without cases, that can tell a known submission from the reference.

    A test that executes nothing of the submission in its own process may look at it in another way, and counts as well.

    Args:
        executed: of `executed_functions`.
    """
    suites = corpus.graded_by(known)
    tests = {test for test in executed if suite_of(test) in suites}
    changed = functions_changed_by(corpus, known)
    if changed is None:
        return tests
    reading = {name for name in suites if READS_SOURCES in (corpus.assignment.folder / name).read_text(encoding="utf-8")}
    return {test for test in tests if executed[test] & changed or not executed[test] or suite_of(test) in reading}


def functions_changed_by(corpus: Corpus, known: Mistake) -> set[Function] | None:
    """Return the functions of the reference that a submission has changed; None if it has changed more than functions."""
    if known.name == WINDOWS_ZIP:
        return None
    contents = corpus.contents_of([known])
    found: set[Function] = set()
    for name in known.changed:
        before, after = corpus.reference / name, contents.get(name)
        if not name.endswith(".py") or after is None:
            return None
        functions = changed_functions(before.read_text(encoding="utf-8"), after.decode("utf-8", "replace"))
        if functions is None:
            return None
        found |= {(name, function) for function in functions}
    return found


def functions_in(source: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The functions at the top level of a module, and the methods of its classes."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{part.name}", part) for part in node.body if is_function(part))  # type: ignore[misc]
        elif is_function(node):
            yield node.name, node  # type: ignore[attr-defined, misc]


def is_function(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def changed_functions(before: str, after: str) -> set[str] | None:
    """The functions whose bodies two sources of a module differ in; None if they differ in anything else."""
    try:
        if shell(before) != shell(after):
            return None
        pairs = zip(functions_in(before), functions_in(after), strict=True)  # a property and its setter share a name
        return {name for (name, one), (_, other) in pairs if body_of(one) != body_of(other)}
    except (SyntaxError, ValueError):
        return None


def body_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return ast.dump(ast.Module(function.body, []))


def shell(source: str) -> str:
    """A module without the bodies of its functions."""
    tree = ast.parse(source)
    for holder in (tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))):
        for node in holder.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                node.body = []
    return ast.dump(tree)


class Tracer:
    """A pytest plugin that notes the functions of a submission that each test executes, its fixtures included."""

    def __init__(self, corpus: Corpus) -> None:
        self.known: dict[CodeType, Function | None] = {}
        self.lines = {
            name: [(node.lineno, node.end_lineno or 0, function) for function, node in functions_in(text)]
            for name in corpus.assignment.files
            if name.endswith(".py")
            for text in [(corpus.reference / name).read_text(encoding="utf-8")]
        }
        self.executed: list[set[Function]] = [set()]  # by the test, and on top of it by the fixture that is being set up
        self.by_fixture: dict[Any, set[Function]] = {}
        self.by_test: dict[str, set[Function]] = {}

    def note(self, frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            code = frame.f_code
            if code not in self.known:
                self.known[code] = self.function_of(code)
            function = self.known[code]
            if function:
                self.executed[-1].add(function)

    def function_of(self, code: CodeType) -> Function | None:
        _, of_stage, name = code.co_filename.rpartition("/stage/")
        if not of_stage:
            return None
        line = code.co_firstlineno  # that of its first decorator
        return next(((name, known) for first, last, known in self.lines.get(name, ()) if first - 2 <= line <= last), None)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.executed = [set()]
        sys.setprofile(self.note)
        threading.setprofile(self.note)
        try:
            return (yield)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)  # type: ignore[arg-type]
            used = [definition for found in item._fixtureinfo.name2fixturedefs.values() for definition in found]  # type: ignore[attr-defined]
            everything = self.executed[0].union(*(self.by_fixture.get(definition, set()) for definition in used))
            self.by_test.setdefault(without_case(item.nodeid), set()).update(everything)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Any:
        self.executed.append(set())
        try:
            return (yield)
        finally:
            self.by_fixture.setdefault(fixturedef, set()).update(self.executed.pop())


def without_case(nodeid: str) -> str:
    return nodeid.partition("[")[0]


def executed_functions(corpus: Corpus) -> tuple[dict[str, set[Function]], Outcome]:
    """Grade the reference without a sandbox, in this process, once.

    Returns:
        the functions of the reference that each test executes, and the outcome.
    """
    tracer = Tracer(corpus)
    with with_plugin(tracer):
        outcome = grade(corpus.assignment, [corpus.reference], "off")
    lost = {record.nodeid: record.reason or record.staff for record in outcome.records if record.status != "passed"}
    assert not lost, f"the reference of {corpus.assignment.folder} fails tests: {lost}"
    return tracer.by_test, outcome
