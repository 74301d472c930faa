"""Which functions tests are taken to reach."""

import sys
from pathlib import Path

import pytest
from files import write_files

from autograder.assignment import load
from autograder.audit.tracing import EVERYTHING, WHOLE, reach_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the run on the reference is a fork")

TOML = """
title = "Reach"
reference = "reference"
[submission]
files = ["mine.py", "tables.py"]
[[suites]]
path = "tests"
"""
REFERENCE = """
class Layer:
    def forward(self, x):
        return [helper(value) for value in x]

    def backward(self, x):
        return x


def helper(x):
    return x


def other(x):
    return x
"""
TABLES = """
import mine


def squares():
    return [value * value for value in range(3)]


SQUARES = squares()
"""
SUITE = """
import functools
import subprocess
import sys

import pytest
from gradescope_utils.autograder_utils.decorators import weight
from mine import Layer, helper, other
from autograder.handed_in import content

@pytest.fixture(scope="module")
def shared():
    return other(1)

@functools.cache
def computed():
    return Layer().backward(1)

@pytest.mark.parametrize("method", ["forward", "backward"])
def test_methods(method):
    getattr(Layer(), method)([1])

def test_fixture_first(shared):
    assert shared == 1

def test_fixture_second(shared):
    assert shared == 1

def test_computed_first():
    computed()

def test_computed_second():
    computed()

def test_nothing():
    assert Layer

def test_source():
    assert b"other" in content("mine.py")

def test_program():
    subprocess.run([sys.executable, "-c", ""], check=True)
"""
BACKGROUND = """
from functools import partial
import pytest
from autograder.background import background
from mine import helper, other

@background(seconds=5)
def long_run():
    return partial(other, 1)

@pytest.fixture(scope="module")
def result():
    return long_run.result()

def test_result(result):
    assert result == 1

def test_beside():
    assert helper(1) == 1
"""
OF_TABLES = """
from tables import SQUARES

def test_table():
    assert SQUARES == [0, 1, 4]
"""
AT_IMPORT = {("tables.py", "squares")}


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> dict[str, set]:
    folder: Path = tmp_path_factory.mktemp("reach")
    files = {"tests/test_mine.py": SUITE, "tests/test_background.py": BACKGROUND, "tests/test_tables.py": OF_TABLES}
    write_files(folder, {"assignment.toml": TOML, "reference/mine.py": REFERENCE, "reference/tables.py": TABLES, **files})
    return {test.nodeid.rpartition("::")[2]: {*test.places} for test in reach_of(load(folder))}


@pytest.fixture
def reached(places) -> dict[str, set]:
    return {name: found - AT_IMPORT for name, found in places.items()}


def test_a_test_reaches_the_functions_that_it_executes(reached):
    assert reached["test_methods[forward]"] == {("mine.py", "Layer.forward"), ("mine.py", "helper")}
    assert reached["test_methods[backward]"] == {("mine.py", "Layer.backward")}
    assert reached["test_nothing"] == set()


def test_what_a_fixture_executes_counts_for_all_tests_that_use_it(reached):
    assert reached["test_fixture_first"] == reached["test_fixture_second"] == {("mine.py", "other")}


def test_what_is_computed_once_is_computed_for_each_test(reached):
    assert reached["test_computed_first"] == reached["test_computed_second"] == {("mine.py", "Layer.backward")}


def test_a_test_that_reads_a_source_reaches_all_of_it(reached):
    assert ("mine.py", WHOLE) in reached["test_source"]


def test_a_test_that_starts_a_program_reaches_everything(reached):
    assert (EVERYTHING, WHOLE) in reached["test_program"]


def test_the_tests_of_a_file_with_a_background_run_reach_what_any_of_them_does(reached):
    assert reached["test_result"] == reached["test_beside"] == {("mine.py", "other"), ("mine.py", "helper")}


def test_what_is_executed_by_an_import_counts_for_all_tests(places):
    assert places["test_table"] == AT_IMPORT
    assert all(found >= AT_IMPORT for found in places.values())
