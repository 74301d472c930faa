"""What a student reads of a check that failed, in place of what pytest and unittest say to those who run them."""

import pytest

from autograder.grading.checks import plain_words

MODEL = "<submission's MLP object>"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            "assert ['x', 'a'] == []\n  \n  Left contains 2 more items, first extra item: 'x'\n  Use -v to get more diff",
            "this is not true: ['x', 'a'] == []\n  \n  2 more on the left, the first: 'x'",
        ),
        (
            "assert [1] == [1, 2]\n  \n  Right contains one more item: 2\n  Use -v to get more diff",
            "this is not true: [1] == [1, 2]\n  \n  only on the right: 2",
        ),
        (
            "assert {1, 4} == {1, 3}\n  \n  Extra items in the left set:\n  4\n  Extra items in the right set:\n  3",
            "this is not true: {1, 4} == {1, 3}\n  \n  only on the left:\n  4\n  only on the right:\n  3",
        ),
        (
            "the sum\nassert 3 == 4\n  \n  ...Full output truncated (3 lines hidden), use '-vv' to show",
            "the sum\nthis is not true: 3 == 4",
        ),
        (
            f"assert {MODEL} == 3\n +  where {MODEL} = <submission's class MLP>()\n"
            " +    where <submission's class MLP> = modules.MLP",
            "this is not true: your MLP object == 3\n  where your MLP object = MLP()",
        ),
        (
            "assert False\n +  where False = <submission's modules.is_even>(3)\n"
            " +    where <submission's modules.is_even> = modules.is_even",
            "this is not true: modules.is_even(3)",
        ),
        ("assert not True\n +  where True = f(3)", "this is not true: not f(3)"),
        (
            "assert 3 == 4\n +  where 3 = len('abc')\n +  and   4 = f()",
            "this is not true: 3 == 4\n  where 3 = len('abc')\n  where 4 = f()",
        ),
        ("look at the print\nassert False", "look at the print"),
        ("the loss is 1.41, expected less than 1\nassert 1.4055 < 1.0", "the loss is 1.41, expected less than 1"),
        ("the loss is too high\nassert 1e-3 <= -2.5", "the loss is too high\nthis is not true: 1e-3 <= -2.5"),
        ("assert False", "this is not true: False"),
        ("no loops: line 3\nassert not ['line 3']", "no loops: line 3"),
        ("assert not ['line 3']", "this is not true: not ['line 3']"),
        ("Diff is 649 characters long. Set self.maxDiff to None to see it.", ""),
        ("Lists differ: [1] != [2]\n\n- [1]\n+ [2]", "Lists differ: [1] != [2]\n\n- [1]\n+ [2]"),
        (f"{MODEL} is not None", "your MLP object is not None"),
    ],
)
def test_what_speaks_of_pytest_is_left_out(message, words):
    assert plain_words(message) == words
