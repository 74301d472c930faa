"""What pytest and unittest say about a failed check takes no longer than it is worth."""

import difflib
import pprint
import unittest

import pytest
from toys import HEADER, HIDDEN, toy

from autograder.grading.explanations import explained_in_time, is_explaining, parts, shortened
from autograder.sandbox.limits import TimeLimit
from autograder.standins.failures import SuiteTimeout

CASE = unittest.TestCase()
CASE.maxDiff = None


def report(count, end):
    return "\n".join(f"epoch {i % 977:3d}: loss {1 / (i % 83 + 1):.4f}, accuracy {i % 83 / 83:.4f}{end}" for i in range(count))


def said(function, *arguments):
    with explained_in_time(), pytest.raises(AssertionError) as caught:
        function(*arguments)
    return str(caught.value)


def test_short_texts_are_compared_in_full_detail():
    got, wanted = "a\nbcd\ne\n", "a\nbce\ne\n"
    with pytest.raises(AssertionError) as without:
        CASE.assertEqual(got, wanted)
    assert said(CASE.assertEqual, got, wanted) == str(without.value)
    assert "?   ^\n" in str(without.value)


def test_a_few_lines_that_differ_in_long_texts_are_shown_in_detail():
    lines = report(2000, "").splitlines()
    other = [*lines[:700], lines[700].replace("loss", "lose"), *lines[701:800], *lines[801:]]
    text = said(CASE.assertEqual, other, lines)
    assert "-  'epoch 700: lose" in text and "+  'epoch 700: loss" in text and "?" in text
    assert "+  'epoch 800:" in text


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (report(1300, "y"), report(60, "")),  # each line is much like each other
        (report(70, "y"), report(70, "")),
        ("\n".join(f"{'ab' * 2000}{i}" for i in range(10)), "\n".join(f"{'ba' * 2000}{i}" for i in range(10))),
    ],
    ids=["many lines", "as many lines", "long lines"],
)
def test_texts_that_take_minutes_to_compare_are_listed_one_after_the_other(got, wanted):
    text = said(CASE.assertMultiLineEqual, got, wanted)
    assert f"- {got.splitlines()[0]}" in text and f"+ {wanted.splitlines()[0]}" in text


def test_of_very_long_texts_the_first_lines_are_shown():
    text = said(CASE.assertListEqual, list(range(100, 18_000)), list(range(300)))
    assert "- [100," in text and "... and " in text and " more lines" in text


def test_large_values_are_shortened_before_they_are_printed():
    value = {"rows": [[0.5] * 1000 for _ in range(1000)], "name": "x" * 1_000_000}
    small = shortened(value)
    assert len(small["rows"]) == len(small["rows"][0]) == len(small["name"]) == 200
    assert shortened([[1, 2], {"a": {3}}]) == [[1, 2], {"a": {3}}]
    assert parts([1, [2, 3]], 100, 0) == 5 and parts([0] * 100, 10, 0) == 11
    endless = []
    endless.append(endless)
    assert shortened(endless) is endless
    assert "0.5" in said(CASE.assertDictEqual, value, {})


def test_what_a_suite_itself_does_with_difflib_and_pprint_is_as_ever():
    got, wanted = report(300, "y").splitlines(), report(10, "").splitlines()
    before = list(difflib.ndiff(got[:10], wanted))
    with explained_in_time():
        assert list(difflib.ndiff(got[:10], wanted)) == before
        assert len(pprint.pformat([0] * 30_000).splitlines()) == 30_000
        listed = list(difflib.ndiff([str(i) for i in range(500)], []))
    assert len(listed) == 500


def test_time_that_runs_out_meanwhile_is_told_from_time_that_runs_out_before():
    def stop(*_):
        raise SuiteTimeout("the time is up", "cpu", TimeLimit(1, 10))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(difflib, "SequenceMatcher", stop)
        with pytest.raises(SuiteTimeout) as during:
            CASE.assertEqual("a\nb", "a\nc")
        with pytest.raises(SuiteTimeout) as before:
            list(difflib.ndiff(["a"], ["b"]))
    assert is_explaining(during.value) and not is_explaining(before.value)


SUITE = (
    HEADER
    + """
import modules

def expected(n):
    return "\\n".join(f"epoch {i:3d}: loss {1 / (i + 1):.4f}, accuracy {i / 60:.4f}" for i in range(n))

class TestLists(unittest.TestCase):
    def test_list(self):
        self.assertEqual(modules.squares(300), [i * i for i in range(300)])
    def test_text(self):
        self.assertEqual(modules.report(60), expected(60))
    def test_dict(self):
        self.assertEqual(modules.table(300), {i: i * i for i in range(300)})
    def test_count(self):
        self.assertCountEqual(modules.squares(300), [i * i for i in range(300)])

def test_text_by_assert():
    assert modules.report(60) == expected(60)
def test_text_in_it():
    assert "epoch 7: loss" not in modules.report(60)
def test_list_by_assert():
    assert modules.squares(300) == [i * i for i in range(300)]
def test_dict_by_assert():
    assert modules.table(300) == {i: i * i for i in range(300)}
def test_set_by_assert():
    assert set(modules.squares(300)) == {i * i for i in range(300)}
"""
)
SUBMISSION = """
def squares(n):
    return [i * i + 100_000_000_000 for i in range(n)] + [100_000_000_000 + i * 7 for i in range(17_000)]
def table(n):
    return dict(enumerate(squares(n)[:9_000]))
def report(n):
    lines = [f"epoch {i:3d}: loss {1 / (i + 1):.4f}, accuracy {i / n:.4f}"[:-1] + "x" for i in range(n)]
    filler = [f"epoch {i % 977:3d}: loss {1 / (i % 83 + 1):.4f}, accuracy {i % 83 / 83:.4f}"[:-1] + "y" for i in range(1300)]
    return "\\n".join([*lines, *filler, "epoch 7: loss"])
"""


@pytest.mark.slow
def test_wrong_answers_that_are_slow_to_compare_fail_their_tests_and_are_the_students(tmp_path):
    graded = toy(tmp_path, SUITE, SUBMISSION, HIDDEN)
    assert {name: status for name, (status, *_) in graded.verdicts().items() if status != "failed"} == {}
    assert all(record.reason == "the result is not what the task asks for" for record in graded.outcome.records)
