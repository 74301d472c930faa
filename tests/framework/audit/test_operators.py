"""Each operator makes the changes that its examples show."""

import ast

import pytest

from autograder.audit.functions import functions_in
from autograder.audit.mutants import changes_in
from autograder.audit.operators import OPERATORS
from autograder.audit.operators.base import Operator

EXAMPLES = [(operator, before, after) for operator in OPERATORS for before, after in operator.examples]


def changed(operator: Operator, source: str) -> list[str]:
    lines = source.split("\n")
    return [change.applied(lines) for change in changes_in(source, functions_in(source), [operator])]


@pytest.mark.parametrize(("operator", "before", "after"), EXAMPLES, ids=[f"{one.name}: {after}" for one, _, after in EXAMPLES])
def test_an_operator_makes_its_examples(operator, before, after):
    assert after in changed(operator, before)


def test_every_operator_has_a_name_of_its_own_and_an_example():
    names = [operator.name for operator in OPERATORS]
    assert len(names) == len(set(names)) >= 30
    assert all(operator.examples for operator in OPERATORS)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("y = c / (a - b)", "y = c / (a + b)"),
        ("y = c - a / b", "y = c - a * b"),
        ("y = (a @ b).T", "y = (a * b).T"),
        ("y = a ** 2 * b", "y = (a * 2) * b"),
        ("y = -(a * b)", "y = -(a / b)"),
    ],
)
def test_a_change_keeps_what_belongs_together(before, after):
    everything = [text for operator in OPERATORS for text in changed(operator, before)]
    same = [text for text in everything if ast.dump(ast.parse(text)) == ast.dump(ast.parse(after))]
    assert same


def test_a_source_with_all_kinds_of_things_gives_only_sources_that_compile():
    source = '''
class Layer:
    def forward(self, x, y=None):
        """Text."""
        if y is not None and not (x > 0).all():
            raise ValueError(f"not {x}")
        with np.errstate(divide="ignore"):
            z = [(a, *b) for a, b in zip(x, y) if a] or {"a": -1.0, **x}
        w = lambda v: v[1:, ::-1, None] if v else (yield)
        del z
        while x < 5:
            x **= 2; continue
        return self.f(x, *y, key=1e-5, axis=-1), x.T @ (y + 1).T
'''
    for operator in OPERATORS:
        for text in changed(operator, source):
            ast.parse(text)
