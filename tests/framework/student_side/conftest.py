"""An unpacked handout zip with two parts, whose solution fails one test."""

import pytest
from handing_out import FILES, unpacked, write

from autograder.assignment import load
from autograder.authoring.handout_zip import build_handout_zip
from autograder.authoring.skeleton import build_skeleton
from autograder.student_side import public_tests
from autograder.student_side.public_tests import graded_in

MORE = '''
from gradescope_utils.autograder_utils.decorators import number, weight
from cases import features
from rescaling import rescale


@number("2.1")
@weight(0.5)
def test_the_shape_stays(rng):
    """rescale: the shape stays"""
    assert rescale(features(rng), 2.0, 3.0).shape == (5, 3)


@number("10.1")
@weight(0.5)
def test_the_largest_is_high(rng):
    """rescale: the largest of each column"""
    assert rescale(features(rng), 0.0, 1.0).max(axis=0).tolist() == [1.0, 1.0, 1.0]
'''
PARTS = """
[[parts]]
number = "2"
title = "Shapes"
points = 0.5
[[parts]]
number = "10"
title = "Extremes"
points = 0.5
[settings]"""
TORN = "x.min(axis=0), x.max(axis=0)", "x.min(axis=0), 2 * x.max(axis=0)"  # 10.1 fails, 2.1 and 1.1 pass


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assignment")
    settings = FILES["assignment.toml"].replace("\n[settings]", PARTS)
    handout = FILES["handout/handout.md"].replace(
        "| 1.1 | rescale | 3 |", "| 1.1 | rescale | 3 |\n| 2.1 | a | 0.5 |\n| 10.1 | b | 0.5 |"
    )
    write(folder, FILES | {"assignment.toml": settings, "handout/handout.md": handout, "tests/public/test_more.py": MORE})
    build_skeleton(folder / "reference", folder / "student")
    build_handout_zip(load(folder), folder / "handout.zip")
    return folder


@pytest.fixture(autouse=True)
def in_one_process(monkeypatch):
    """As where there is no sandbox: what is looked at here is the same in both, and this takes a third of the time."""
    monkeypatch.setattr(public_tests, "graded", lambda *arguments: graded_in("off", *arguments))


@pytest.fixture
def handout(built, tmp_path):
    """The unpacked zip with a solution whose columns do not reach their largest value."""
    folder = unpacked(built / "handout.zip", tmp_path / "handout")
    solution = (built / "reference/rescaling.py").read_text(encoding="utf-8")
    assert TORN[0] in solution
    (folder / "rescaling.py").write_text(solution.replace(*TORN), encoding="utf-8")
    return folder
