"""Mutants of a file: what is changed, what is left alone, what is dropped."""

from pathlib import Path

from files import write_files

from autograder.audit.mutants import Made, mutants_of

MARKED = '''
"""A module."""
import numpy as np

LIMIT = 3


def mean(x: "list[int]" = 1 + 1, n=2):
    """Return a mean."""
    print("given", 1 + 1)
    # BEGIN SOLUTION 1.1 a sum and a quotient
    """No docstring, and yet no code."""
    print("mean of", x + 1)
    total = x.sum(axis=0)  # (N,)
    return total / n
    # END SOLUTION


def given(x):
    return x + 1


if __name__ == "__main__":
    print(mean(np.zeros(3)) + 1)
'''
UNMARKED = "def add(a, b):\n    return a + b\n\n\nif __name__ == '__main__':\n    add(1 + 1, 2)\nTOTAL = 1 + 2\n"


def made(tmp_path: Path, source: str, everything: bool = False) -> Made:
    write_files(tmp_path, {"m.py": source})
    return mutants_of(tmp_path, "m.py", everything)


def test_only_what_students_write_is_changed(tmp_path):
    lines = {mutant.line: mutant.before for mutant in made(tmp_path, MARKED).mutants}
    assert set(lines.values()) == {"total = x.sum(axis=0)  # (N,)", "return total / n"}


def test_functions_are_changed_where_there_are_no_regions(tmp_path):
    assert {mutant.line for mutant in made(tmp_path, UNMARKED, everything=True).mutants} == {2}
    assert made(tmp_path, UNMARKED).mutants == []


def test_a_mutant_says_where_it_is_and_what_it_changes(tmp_path):
    found = {mutant.id: mutant for mutant in made(tmp_path, MARKED).mutants}
    mutant = found["m.py:14:axis-1"]
    assert (mutant.function, mutant.task, mutant.operator) == ("mean", "1.1", "axis")
    assert mutant.diff() == "- total = x.sum(axis=0)  # (N,)\n+ total = x.sum(axis=1)  # (N,)"
    assert mutant.source == MARKED.replace("x.sum(axis=0)", "x.sum(axis=1)")
    assert len(found) == len(made(tmp_path, MARKED).mutants)


def test_mutants_with_equal_bytecode_are_dropped_and_counted(tmp_path):
    found = made(tmp_path, "def f(x):\n    return x[2 + 0]\n", everything=True)
    assert "return x[2 - 0]" not in {mutant.after for mutant in found.mutants}
    assert found.same >= 1
    sources = {mutant.source for mutant in found.mutants}
    assert len(sources) == len(found.mutants)
    twins = made(tmp_path, "def f(x):\n    return x.sum(axis=0)\n", everything=True)  # the axis, and any keyword, are dropped
    assert [mutant.operator for mutant in twins.mutants if mutant.after == "return x.sum()"] == ["axis"]
    assert twins.twins >= 1
