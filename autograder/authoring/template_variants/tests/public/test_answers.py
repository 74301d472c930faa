"""Can every answer be read? The hidden tests check whether it is right."""

import pytest
from gradescope_utils.autograder_utils.decorators import number, weight
from questions import PAPER


@number("1.0")
@weight(0)
def test_every_answer_can_be_read(handed_in, variant):
    """answers.toml: every answer is there and has the form that its question asks for"""
    problems = PAPER.problems(handed_in("answers.toml"), variant)
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)
