"""Parts 1 to 4 and 5.6: can every answer be read? Whether it is right, `python questions.py check` says for some."""

import pytest
from gradescope_utils.autograder_utils.decorators import number, weight
from questions import PAPER


@number("1.0")
@weight(0)
def test_every_answer_can_be_read(handed_in):
    """answers.toml: every answer is there and has the form that its question asks for"""
    problems = PAPER.problems(handed_in("answers.toml"))
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)
