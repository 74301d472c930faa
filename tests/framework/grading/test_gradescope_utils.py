"""The same suite, run by gradescope-utils' own runner and graded here, gives the same JSON apart from the listed fixes."""

import json
from operator import itemgetter
from pathlib import Path

import pytest
from programs import run_python
from toys import grade_toy, toy, write_toy

SUITE = '''
import unittest
import numpy as np
from gradescope_utils.autograder_utils.decorators import (
    hide_errors, leaderboard, number, partial_credit, tags, visibility, weight,
)
from modules import Counter, mean


class TestMean(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.values = [1.0, 2.0, 6.0]

    def setUp(self):
        self.counter = Counter()

    @weight(3)
    @number("1.1")
    def test_mean(self):
        """The mean of three numbers

        explained at length
        """
        self.assertEqual(mean(self.values), 3.0)

    @weight(2)
    @number("1.10")
    @tags("basic", "edge")
    @visibility("after_published")
    def test_one(self):
        self.assertAlmostEqual(mean([4.0]), 4.0, msg="one number is its own mean")

    @weight(0)
    def test_counts_nothing(self):
        self.assertTrue(mean([1, 3]) == 2, "the mean of 1 and 3")

    def test_without_weight(self):
        """Information only"""
        self.assertEqual(mean([2.0, 2.0]), 2.0)

    @weight(1)
    @hide_errors("Try an empty list")
    @number(2)
    def test_empty(self):
        with self.assertRaises(ValueError):
            mean([])

    @weight(1.5)
    @visibility("hidden")
    def test_hidden(self):
        self.assertIsInstance(self.counter, Counter)
        self.assertEqual(self.counter.count, 0)
        self.counter.step()
        self.assertEqual(self.counter.count, 1)

    @weight(1)
    @tags()
    def test_raises_inside(self):
        self.counter.broken()

    @partial_credit(10)
    @number("3")
    def test_partial(self, set_score=None):
        """Partial credit"""
        set_score(4.0 if mean([1.0, 2.0]) == 1.5 else 1)

    @partial_credit(10)
    def test_partial_that_is_not_set(self, set_score=None):
        pass

    @partial_credit(2)
    def test_partial_that_fails_afterwards(self, set_score=None):
        set_score(1.25)
        self.assertEqual(mean([0.0, 0.0]), 1.0)

    @partial_credit(1)
    def test_extra_credit(self, set_score=None):
        set_score(1.5)

    @leaderboard("speed", "asc")
    def test_speed(self, set_leaderboard_value=None):
        set_leaderboard_value(12.5)

    @leaderboard("accuracy")
    def test_accuracy(self, set_leaderboard_value=None):
        set_leaderboard_value(0.5)
        self.fail("after the value was set")

    @leaderboard("stars")
    def test_stars(self, set_leaderboard_value=None):
        set_leaderboard_value("***")

    @leaderboard("never")
    def test_never(self, set_leaderboard_value=None):
        pass


class TestOther(unittest.TestCase):
    def setUp(self):
        self.counter = Counter(start=3)

    @weight(1)
    def test_start(self):
        self.assertEqual(self.counter.count, 3)

    def tearDown(self):
        self.counter.step()
'''
CORRECT = """
def mean(values):
    if not values:
        raise ValueError("no values")
    return sum(values) / len(values)

class Counter:
    def __init__(self, start=0):
        self.count = start
    def step(self):
        self.count += 1
    def broken(self):
        raise RuntimeError("as asked")
"""
WRONG = """
def mean(values):
    print("called with", len(values))
    return sum(values)

class Counter:
    def __init__(self):
        self.count = 0
    def step(self):
        pass
    def broken(self):
        return None
"""
RUN = """
import sys, unittest
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
sys.path[:0] = ["sub", "tests"]
JSONTestRunner(visibility="visible").run(unittest.defaultTestLoader.discover("tests"))
"""
KEYS = ("name", "score", "max_score", "status", "visibility", "tags", "number")


def original(folder: Path) -> dict:
    done = run_python("-B", "-c", RUN, cwd=folder)
    assert done.status == 0, done.err
    return json.loads(done.out[done.out.index("{") :])


def fields(item: dict) -> dict:
    return {key: item[key] for key in KEYS if key in item}


def essentials(document: dict) -> dict:
    return {
        "tests": sorted(
            ({key: item[key] for key in KEYS if key in item} for item in document["tests"]), key=itemgetter("name")
        ),
        "leaderboard": document["leaderboard"],
        "score": document["score"],
    }


@pytest.mark.slow
@pytest.mark.parametrize("submission", [CORRECT, WRONG], ids=["correct", "wrong"])
def test_json_equals_that_of_the_original_runner(tmp_path, submission):
    write_toy(tmp_path, SUITE, submission)
    expected = essentials(original(tmp_path))
    assert {item["status"] for item in expected["tests"]} == {"passed", "failed"}
    assert len(expected["tests"]) == 12
    assert len(expected["leaderboard"]) == 4
    for mode in ("auto", "off"):
        found = essentials(grade_toy(tmp_path, mode).document())
        assert found == expected, mode


NESTED = {
    "base.py": """
        import unittest
        class Base(unittest.TestCase):
            def test_base(self): self.assertTrue(True)
        """,
    "test_top.py": """
        import unittest
        from base import Base
        from modules import three
        def test_same(got, expected):
            return got == expected
        class TestTop(Base):
            def test_top(self): self.assertTrue(test_same(three(), 3))
        """,
    "week1/__init__.py": "",
    "week1/test_deep.py": """
        import unittest
        from modules import three
        class TestDeep(unittest.TestCase):
            def test_deep(self): self.assertEqual(three(), 3)
        """,
}


@pytest.mark.slow
def test_names_have_the_path_of_their_package_and_helpers_are_no_tests_as_with_the_original_runner(tmp_path):
    write_toy(tmp_path, NESTED, "def three(): return 3")
    expected = [item["name"] for item in original(tmp_path)["tests"]]
    assert any("(week1.test_deep.TestDeep" in name for name in expected)
    found = [item["name"] for item in grade_toy(tmp_path).document()["tests"]]
    assert sorted(found) == sorted(expected)


def test_without_a_message_the_output_is_what_the_test_printed(tmp_path):
    graded = toy(tmp_path, SUITE, WRONG)
    item = next(item for item in graded.document()["tests"] if item["name"] == "The mean of three numbers")
    assert item["output"] == "9.0 != 3.0\n\nPrinted:\ncalled with 3"


FIXES = '''
import unittest
import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import leaderboard, number, partial_credit, tags, visibility, weight
from modules import three


class TestFixes(unittest.TestCase):
    @weight(1)
    @unittest.skip("no time")
    def test_skipped(self):
        pass

    @weight(1)
    @unittest.expectedFailure
    def test_fails_as_expected(self):
        self.assertEqual(three(), 4)

    @weight(1)
    @unittest.expectedFailure
    def test_succeeds_unexpectedly(self):
        self.assertEqual(three(), 3)

    @weight(1)
    def test_subtests(self):
        for i in range(3):
            with self.subTest("shape", i=i):
                self.assertEqual(three(), 3 + i)

    @weight(1)
    def test_passing_subtest(self):
        with self.subTest("one"):
            self.assertEqual(three(), 3)

    @partial_credit(1)
    def test_float_sum(self, set_score=None):
        total = 0.0
        for _ in range(10):
            total += 0.1
        set_score(total)

    @partial_credit(4)
    def test_numpy_scalar(self, set_score=None):
        set_score(np.float32(2.5))

    @partial_credit(4)
    def test_nan(self, set_score=None):
        set_score(np.nan)

    @partial_credit(4)
    def test_infinite(self, set_score=None):
        set_score(np.array(np.inf))

    @partial_credit(4)
    @leaderboard("outer")
    def test_credit_outside(self, set_score=None, set_leaderboard_value=None):
        set_score(3)
        set_leaderboard_value(np.int64(7))

    @leaderboard("inner", "asc")
    @partial_credit(4)
    def test_credit_inside(self, set_score=None, set_leaderboard_value=None):
        set_score(2)
        set_leaderboard_value(float("nan"))

    @weight(1)
    def test_error_and_error_in_tear_down(self):
        self.addCleanup(lambda: self.fail("cleaning up"))
        self.assertEqual(three(), 4, "in the test")


class TestNeverSetUp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.value = three("too", "many")

    @weight(5)
    def test_one(self):
        pass

    @weight(6)
    def test_two(self):
        pass


@weight(1)
@number("9")
@tags("shared")
@visibility("hidden")
class TestClassDecorators(unittest.TestCase):
    def test_a(self):
        pass

    def test_b(self):
        pass

    @number("9.1")
    def test_c(self):
        self.assertEqual(three(), 4)


@weight(1)
@pytest.mark.parametrize("value", [3, 4, 3, "x"])
def test_cases(value):
    """A case"""
    assert three() == value


@weight(2)
@pytest.mark.parametrize("same", ["a", "a"])
def test_same_ids(same):
    assert three() == 3
'''


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_fixes_of_what_the_original_loses(tmp_path, mode):
    graded = toy(tmp_path, FIXES, "def three(): return 3", mode=mode)
    verdicts = graded.verdicts()
    assert verdicts == {
        "test_skipped": ("failed", 0.0, 1.0),
        "test_fails_as_expected": ("passed", 1.0, 1.0),
        "test_succeeds_unexpectedly": ("failed", 0.0, 1.0),
        "test_subtests": ("failed", 0.0, 1.0),
        "test_passing_subtest": ("passed", 1.0, 1.0),
        "test_float_sum": ("passed", 1.0, 1.0),
        "test_numpy_scalar": ("failed", 2.5, 4.0),
        "test_nan": ("failed", 0.0, 4.0),
        "test_infinite": ("failed", 0.0, 4.0),
        "test_credit_outside": ("failed", 3.0, 4.0),
        "test_credit_inside": ("failed", 2.0, 4.0),
        "test_error_and_error_in_tear_down": ("failed", 0.0, 1.0),
        "test_one": ("failed", 0.0, 5.0),
        "test_two": ("failed", 0.0, 6.0),
        "test_a": ("passed", 0.3333, 0.3333),
        "test_b": ("passed", 0.3333, 0.3333),
        "test_c": ("failed", 0.0, 0.3334),
        "test_cases[3_0]": ("passed", 0.25, 0.25),
        "test_cases[4]": ("failed", 0.0, 0.25),
        "test_cases[3_1]": ("passed", 0.25, 0.25),
        "test_cases[x]": ("failed", 0.0, 0.25),
        "test_same_ids[a0]": ("passed", 1.0, 1.0),
        "test_same_ids[a1]": ("passed", 1.0, 1.0),
    }
    assert graded["test_skipped"].reason == "skipped: no time"
    assert graded["test_succeeds_unexpectedly"].reason == "passes, but was expected to fail"
    assert graded["test_subtests"].reason == "shape: i=1: 3 != 4\n\nshape: i=2: 3 != 5"
    assert graded["test_nan"].reason == "the score that this test has come to is not a finite number"
    assert "in the test" in graded["test_error_and_error_in_tear_down"].reason
    assert "TypeError" in graded["test_one"].reason
    assert [graded[name].number for name in ("test_a", "test_c")] == ["9", "9.1"]
    assert graded["test_b"].tags == ("shared",)
    assert graded["test_c"].visibility == "hidden"
    assert graded["test_cases[4]"].name == "A case [4]"
    assert graded.outcome.score == (13.6666, 42.0)
    document = graded.document()
    assert document["leaderboard"] == [
        {"name": "inner", "value": None, "order": "asc"},
        {"name": "outer", "value": 7, "order": "desc"},
    ]
    assert not document["extra_data"]["needs_human"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("decorator", "complaint"),
    [
        ("visibility('secret')", "@visibility('secret') is unknown"),
        ("weight(-1)", "@weight(-1) must be a number of points"),
        ("weight('1')", "@weight('1') must be a number of points"),
        ("weight(float('nan'))", "@weight(nan) must be a number of points"),
        ("leaderboard('speed', 'fast')", "@leaderboard(..., 'fast') is unknown"),
    ],
)
def test_a_decorator_that_gradescope_does_not_know_is_refused_before_any_test(tmp_path, capfd, decorator, complaint):
    from autograder.errors import AssignmentError

    suite = f"from gradescope_utils.autograder_utils.decorators import *\n@{decorator}\ndef test_it():\n    pass\n"
    with pytest.raises(AssignmentError) as raised:
        toy(tmp_path, suite, mode="off")
    assert complaint in str(raised.value)
    assert capfd.readouterr() == ("", "")
