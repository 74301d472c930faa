"""Hollow submissions: the reference's functions without their work, and the tests that give them points all the same."""

import builtins
import subprocess
import sys
import types

import numpy as np
import pytest
from programs import run_autograder as run

from autograder.assignment import load
from autograder.authoring.check.hollow import KINDS, RECORD, hollow_faults, hollow_source, results_in, results_of
from autograder.commands.hollow import hollow_trials
from autograder.errors import AssignmentError

pytest_plugins = ["assignments"]

SOURCE = '''
"""Functions to be hollowed out."""
import numpy as np

SIZES = [3, 4]
rate = 0.5


def double(x):
    return 2 * x


def summary(x):
    return {"mean": float(x.mean()), "rows": [len(row) for row in x], "name": "summary"}, x > 0, None


def positive(x):
    if x < 0:
        raise ValueError("x is negative")
    return x


def pairs(n):
    yield from range(n)


class Layer:
    def __init__(self, n, m=2):
        self.params = {"weight": np.ones((n, m)), "bias": np.ones(n)}
        self.reset()

    def reset(self):
        self.calls = [1.5, 2]

    @property
    def shape(self):
        return self.params["weight"].shape

    @staticmethod
    def half(x):
        return x / 2

    def forward(self, x):
        self.x = x
        x += 1
        return x @ self.params["weight"].T

    def __len__(self):
        return 7


def made(n):
    return Layer(n, m=3)


if __name__ == "__main__":
    print(double(21))
'''
# What a suite asks for; the last value of each is what comes back.
ASKED = """
x = np.ones((2, 2))
layer = Layer(5)
answers = [double(x), summary(x), list(pairs(3)), layer.shape, Layer.half(x), layer.forward(x), len(layer), made(4)]
try:
    positive(-1)
except Exception as error:
    answers.append(type(error).__name__)
"""


def program(kind, results, asked):
    """Return what a hollow module defines, and has after `asked`."""
    names = {"__name__": "hollowed"}
    exec(compile(hollow_source(SOURCE.encode(), kind, results), "hollowed.py", "exec"), names)
    sys.modules["hollowed"] = module = type(sys)("hollowed")
    module.__dict__.update(names)
    exec(asked, names)
    return names


@pytest.fixture
def results(capsys):
    program(RECORD, {}, ASKED)
    return results_in([capsys.readouterr().out])


@pytest.fixture(autouse=True)
def fresh():
    yield
    vars(sys).pop("hollow_state", None)
    sys.modules.pop("hollowed", None)


def test_zeros_come_in_the_shape_and_the_type_of_the_reference_s_results(results):
    names = program("zeros", results, ASKED.partition("try:")[0])
    double, summary, pairs, shape, half, forward, length, made = names["answers"]
    np.testing.assert_array_equal(double, np.zeros((2, 2)))
    assert double.dtype == np.float64
    assert summary[0] == {"mean": 0.0, "rows": [0, 0], "name": "0"} and summary[2] is None
    np.testing.assert_array_equal(summary[1], [[False, False], [False, False]])
    assert (pairs, shape, length) == ([], (0, 0), 0)
    np.testing.assert_array_equal(half, np.zeros((2, 2)))
    np.testing.assert_array_equal(forward, np.zeros((2, 5)))
    assert type(made).__name__ == "Layer" and vars(made)["params"]["weight"].shape == (4, 3)


def test_methods_do_nothing_to_their_object_and_their_arguments(results):
    names = program("zeros", results, ASKED)
    assert "x" not in vars(names["layer"]), "forward has run"
    np.testing.assert_array_equal(names["x"], np.ones((2, 2)))


def test_constructors_make_what_the_reference_s_make_with_zeros_for_numbers(results):
    layer = program("none", results, "layer = Layer(5)")["layer"]
    np.testing.assert_array_equal(layer.params["weight"], np.zeros((5, 2)))
    assert layer.calls == [0.0, 2], "whole numbers are sizes"


def test_each_kind_gives_its_answer(results):
    def answer(kind, asked="double(np.full((3, 2), 4.0))"):
        return program(kind, results, f"answer = {asked}")["answer"]

    np.testing.assert_array_equal(answer("ones"), np.ones((2, 2)))  # in the shape that another call has had
    assert answer("none") is None
    assert answer("empty").shape == (0, 2)
    np.testing.assert_array_equal(answer("input"), np.full((3, 2), 4.0))
    assert answer("previous", "double(x := np.ones((2, 2))) is double(x + 1)")
    with pytest.raises(RuntimeError, match="double is hollow"):
        answer("raise")
    with pytest.raises(ValueError, match="positive is hollow"):
        answer("raise", "positive(3)")


def test_constants_that_are_no_names_of_sizes_are_hollow_too(results):
    names = program("zeros", results, "")
    assert (names["SIZES"], names["rate"]) == ([3, 4], 0.0)


def test_what_runs_as_a_program_uses_hollow_functions(tmp_path):
    path = tmp_path / "module.py"
    path.write_bytes(hollow_source(SOURCE.encode(), "none", {}))
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"


def test_a_program_without_functions_is_left_empty():
    assert hollow_source(b"print(6 * 7)\n", "zeros", {}) == b""
    assert hollow_source(b"print(6 * 7)\n", RECORD, {}).startswith(b"print(6 * 7)\n")


def test_the_runtime_has_sys_itself_also_where_imports_are_restricted(monkeypatch):
    original = builtins.__import__
    monkeypatch.setattr(
        builtins,
        "__import__",
        lambda name, *others: types.ModuleType("sys") if name == "sys" else original(name, *others),
    )
    program("zeros", {}, "")
    assert "hollow_state" in vars(sys), "the files of a submission have one state together"


def test_each_file_holds_what_its_own_functions_give():
    results = {"functions.double": 1, "functions.double abc": 2, "__main__.double": 3, "functions2.double": 4, "f.double": 5}
    assert results_of(results, "functions") == {"functions.double": 1, "functions.double abc": 2, "__main__.double": 3}


def test_records_that_were_cut_off_or_printed_by_the_submission_do_no_harm():
    record = 'hollow-record:["m", "f", "k", {"kind": "float"}]'
    assert results_in([f"text\n{record}\nhollow-record:[1, 2", "hollow-record:", "x hollow-record:[]"]) == {
        "m.f": {"kind": "float"},
        "m.f k": {"kind": "float"},
    }


def listed(assignment, text):
    with open(assignment / "assignment.toml", "a") as file:
        file.write(text)
    return load(assignment)


POINTS = {kind: {} for kind in KINDS} | {
    "zeros": {"tests/a.py::test_a": 0.5, "tests/a.py::test_b": 0.0},
    "raise": {"tests/a.py::test_a": 0.25, "tests/b.py::test_c[1]": 1.0},
}
TESTS = ["tests/a.py::test_a", "tests/a.py::test_b", "tests/b.py::test_c[1]"]


def test_a_test_that_gives_points_for_nothing_is_named_with_what_passes_it(assignment):
    assert list(hollow_faults(load(assignment), POINTS, TESTS)) == [
        "tests/a.py::test_a gives 0.5 points to a submission whose functions return zeros, or raise an exception: "
        "check a right value first, or list the test in [[hollow]] with a reason",
        "tests/b.py::test_c[1] gives 1 point to a submission whose functions raise an exception: "
        "check a right value first, or list the test in [[hollow]] with a reason",
    ]


def entry(test, why="as an example"):
    return f'[[hollow]]\ntest = "{test}"\nwhy = "{why}"\n'


@pytest.mark.parametrize("test", ["tests/b.py::test_c[1]", "tests/b.py::test_c", "tests/b.py"])
def test_a_listed_test_file_or_case_may_give_points(assignment, test):
    allowed = listed(assignment, entry("tests/a.py::test_a") + entry(test))
    assert list(hollow_faults(allowed, POINTS, TESTS)) == []


def test_a_listed_test_that_there_is_not_is_named(assignment):
    allowed = listed(assignment, entry("tests/a.py") + entry("tests/b.py") + entry("c.py"))
    assert list(hollow_faults(allowed, POINTS, TESTS)) == ["[[hollow]] names c.py, and there is no such test"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[[hollow]]\ntest = "a"\n', r"hollow\[0\]\.why is missing"),
        (entry("a") + entry("b", " "), r"hollow\[1\]\.why is empty; say why"),
        (entry("a") + 'reason = "c"\n', r"hollow\[0\]\.reason is not a key"),
        ('[hollow]\nallowed = ["a"]\n', "hollow is .*; it must be of type list"),
    ],
)
def test_the_list_has_a_reason_for_each_test(assignment, text, fault):
    with pytest.raises(AssignmentError, match=fault):
        listed(assignment, text)


SUITE_FOR_EACH_KIND = """
import contextlib

import numpy as np
import pytest
from double import double
from gradescope_utils.autograder_utils.decorators import weight

def test_zeros():
    double(np.ones(3))
    assert double(np.ones(2)).tolist() == [0, 0]

def test_ones():
    assert double(np.zeros(2)).tolist() == [1, 1]

def test_none():
    assert double(np.ones(2)) is None

def test_empty():
    assert double(np.ones(2)).size == 0

def test_input():
    assert double(np.full(2, 7.0)).tolist() == [7, 7]

def test_previous():
    double(np.ones(3))
    assert double(np.ones(2)).shape == (3,)

def test_raise():
    with pytest.raises(RuntimeError):
        double(np.ones(2))

def test_all():
    with contextlib.suppress(RuntimeError):
        double(np.ones(2))
"""


@pytest.mark.slow
def test_each_kind_gets_the_points_of_the_tests_that_it_passes(assignment):
    (assignment / "tests/test_double.py").write_text(SUITE_FOR_EACH_KIND.replace("\ndef ", "\n@weight(1)\ndef "))
    names = [*KINDS, "all"]
    with hollow_trials(load(assignment), [f"tests/test_double.py::test_{name}" for name in names]) as faults:
        found = [fault.partition(": check a right value first")[0] for fault in faults()]
    every = "return zeros, ones, None, empty arrays, their input or the answer before, or raise an exception"
    said = [*(f"return {words}" for words in KINDS.values() if words), "raise an exception", every]
    assert found == [
        f"tests/test_double.py::test_{name} gives 1 point to a submission whose functions {words}"
        for name, words in zip(names, said, strict=True)
    ]


@pytest.mark.slow
def test_check_names_what_a_hollow_submission_passes(assignment):
    run("build", "skeleton", "--assignment", assignment)
    suite = assignment / "tests/test_double.py"
    old = "np.testing.assert_allclose(double(np.array([0.25])), [0.5])"
    assert suite.read_text().count(old) == 1
    suite.write_text(suite.read_text().replace(old, "x = np.array([0.25])\n    double(x)\n    assert x[0] == 0.25"))
    status, printed, _ = run("check", "--assignment", assignment)
    assert status == 1
    assert (
        "✗ hollow submissions get no points\n"
        "  tests/test_double.py::test_of_fractions gives 6 points to a submission whose functions return zeros, ones, None, "
        "empty arrays, their input or the answer before: check a right value first"
    ) in printed
    listed(assignment, entry("tests/test_double.py::test_of_fractions"))
    status, printed, errors = run("check", "--assignment", assignment)
    assert (status, errors) == (0, ""), printed
