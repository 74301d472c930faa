"""Points of a sheet: right, wrong, right in part, and what follows from an earlier mistake."""

import math

import pytest

from autograder.answers.reading import read
from autograder.answers.rules import Choice, Exact, Rounded, SelectAll
from autograder.answers.sheet import Question, Sheet
from autograder.errors import AssignmentError

# The edge of a square, its area, the volume over a height that is asked for too, and more.
QUESTIONS = (
    Question("edge", "How long is the edge?", Exact()),
    Question("area", "How large is the square?", Rounded(2), after=("edge",)),
    Question("height", "How high is the box?", Rounded(1)),
    Question("volume", "How large is the box?", Rounded(2), after=("edge", "area", "height"), share=0.8),
    Question("both", "Edge and area.", Rounded(decimals=1, size=2), after=("edge", "area")),
    Question("side", "Is it a flat box?", Choice({"flat": "", "tall": ""}), after=("edge", "height")),
    Question("some", "What is true?", SelectAll(dict.fromkeys("abc"))),
)


def solve(given):
    edge = given.get("edge", 3)
    area = given.get("area", edge**2)
    height = given.get("height", 2.54)
    return {
        "edge": edge,
        "area": area,
        "height": height,
        "volume": area * height,
        "both": (edge, area),
        "side": "flat" if height < edge else "tall",
        "some": ("a", "b"),
    }


def sheet(note="", key=solve, **answers):
    text = "\n".join(f"{name} = {answer}" for name, answer in answers.items())
    return Sheet(QUESTIONS, read(text.encode(), [question.id for question in QUESTIONS]), key, note)


def share(identity, **answers):
    return sheet(**answers).verdict(identity).share


def reason(identity, **answers):
    return sheet(**answers).verdict(identity).reason


# Right and wrong


def test_a_right_answer_gets_all_points_and_says_nothing():
    verdict = sheet(area=9).verdict("area")
    assert (verdict.share, verdict.reason) == (1, "")


def test_a_wrong_answer_gets_nothing_and_hears_the_rule_and_itself_but_not_the_right_one():
    verdict = sheet(area="8.99").verdict("area")
    assert verdict.share == 0
    assert verdict.reason == ("area = 8.99 (line 1) is not right; expected a number rounded to two decimals (more are fine).")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, "answers.toml has no line area = ..."),
        ({"area": ""}, "answers.toml, line 1: area has no answer yet"),
        ({"area": "nan"}, "answers.toml, line 1: area = nan: nan is the answer to no question"),
        ({"area": "tanh"}, "answers.toml, line 1: area = tanh: tanh, where a number is asked"),
    ],
)
def test_an_answer_that_cannot_be_judged_says_so(answers, words):
    verdict = sheet(**answers).verdict("area")
    assert verdict.share == 0
    assert verdict.reason.startswith(words)
    assert verdict.reason.endswith("expected a number rounded to two decimals (more are fine).")


@pytest.mark.parametrize(
    ("identity", "answer", "words"),
    [
        ("side", '"flat (I think)"', "answer one of flat, tall."),
        ("side", "b)", "answer one of flat, tall."),
        ("side", "very flat", "answer one of flat, tall."),
        (
            "some",
            '["a)", "b)"]',
            'answer with a list of the letters alone, such as ["a", "b"]; expected all that hold of a, b, c',
        ),
        ("area", "9 (square)", "leave out the rest and write 9 alone; expected a number rounded to two decimals"),
        ("both", "(3, 9)", "several values stand in square brackets with commas, as in [1, 2]; expected a list of two numbers"),
        ("both", "[3 9]", "commas stand between the items of a list, as in [1, 2]; expected a list of two numbers"),
    ],
)
def test_an_answer_of_no_form_hears_what_its_own_question_takes(identity, answer, words):
    assert f"{identity} = {answer}: {words}" in reason(identity, **{identity: answer})


def test_a_wrong_answer_with_fewer_decimals_than_are_asked_hears_that():
    assert reason("area", area="8.9").endswith("(more are fine); it has one decimal, where two are asked.")
    assert "decimal," not in reason("area", area="8") + reason("area", area="17/2") + reason("area", area="8.90")
    assert share("area", area="9.0") == 1


def test_a_file_that_is_too_large_says_so_at_every_question():
    reading = read(b"#" * 100_000, [question.id for question in QUESTIONS])
    assert "100,000 bytes" in Sheet(QUESTIONS, reading, solve).verdict("area").reason


def test_some_of_all_get_their_part():
    assert share("some", some="[a]") == 0.5
    assert "right in part: half of the points" in reason("some", some="[a]")
    assert share("some", some="[c]") == 0
    assert "is not right" in reason("some", some="[c]")


def test_a_grade_is_a_score_and_a_failure_with_the_reason():
    scores = []
    sheet(area="9.00").grade("area", 0.5, scores.append)
    with pytest.raises(AssertionError, match=r"(?s)is not right.*not your numbers"):
        sheet(area="9.01", note="not your numbers").grade("area", 0.5, scores.append)
    with pytest.raises(AssertionError, match="half of the points"):
        sheet(edge=4, area=16).grade("area", 0.5, scores.append)
    assert scores == [0.5, 0, 0.25]


# Errors carried forward


def test_what_follows_from_an_earlier_mistake_gets_its_share():
    assert share("area", edge=4, area=16) == 0.5
    assert reason("area", edge=4, area=16) == "area follows from your edge, which is not right: half of the points."
    assert share("volume", edge=4, volume="40.64") == 0.8
    assert "80 % of the points" in reason("volume", edge=4, volume="40.64")


def test_what_does_not_follow_gets_nothing():
    assert share("area", edge=4, area=15) == 0
    assert share("volume", edge=4, volume="40.60") == 0


def test_a_right_answer_stays_right_after_a_mistake():
    assert share("area", edge=4, area=9) == 1


def test_one_mistake_alone_or_all_together_may_be_gone_on_from():
    # The area is wrong by itself, not by the edge.
    assert share("volume", edge=4, area=10, volume="25.4") == 0.8
    assert "from your area, which is" in reason("volume", edge=4, area=10, volume="25.4")
    assert share("volume", area=10, height=3, volume=30) == 0.8
    assert "from your area and height, which are not right" in reason("volume", area=10, height=3, volume=30)


def test_a_right_earlier_answer_is_never_a_mistake_to_follow_from():
    # 2.5 is the height as it is asked for, and 22.5 what comes out if it is gone on from: that is rounded too early.
    assert share("volume", height="2.5", volume="22.5") == 0


def test_the_rounding_of_an_earlier_answer_is_allowed_for():
    # A height of 3.0 stands for anything from 2.95 to 3.05.
    for volume in ("26.55", "27", "27.45", "27.449", "26.551"):
        assert share("volume", height="3.0", volume=volume) == 0.8
    for volume in ("26.54", "27.46"):
        assert share("volume", height="3.0", volume=volume) == 0


def test_an_exact_earlier_answer_has_no_rounding_to_be_allowed_for():
    assert share("area", edge="4", area="16.01") == 0


@pytest.mark.parametrize("edge", ["", "nan", "word", "[1, 2]"])
def test_nothing_follows_from_an_answer_that_is_none(edge):
    assert share("area", edge=edge, area=16) == 0


def test_a_vector_follows_entry_by_entry():
    assert share("both", edge=4, both="[4, 16]") == 0.5
    assert share("both", edge=4, both="[4, 9]") == 0
    assert share("both", edge=4, area=10, both="[4, 10]") == 0.5


def test_a_choice_follows_too():
    assert share("side", height=4, side="tall") == 0.5
    assert share("side", height=2, side="tall") == 0


@pytest.mark.parametrize("result", [math.inf, math.nan])
def test_nothing_follows_where_the_way_on_is_not_finite(result):
    def diverging(given):
        return solve(given) | ({"area": result} if "edge" in given else {})

    assert sheet(key=diverging, edge="1e100", area="1e299").verdict("area").share == 0


@pytest.mark.parametrize("edge", ["1e200", "0", "-1"])
def test_nothing_follows_where_the_way_on_cannot_be_calculated(edge):
    def logarithm(given):
        return solve(given) | {"area": math.log(given.get("edge", 3)) ** 2 / given.get("edge", 3) ** 2}

    assert sheet(key=logarithm, edge=edge, area="5").verdict("area").share == 0


def test_the_reason_of_a_follow_up_does_not_hold_the_right_answer():
    assert "9" not in reason("area", edge=4, area=16)


# The questions and the key


@pytest.mark.parametrize(
    ("questions", "words"),
    [
        ((QUESTIONS[0], QUESTIONS[0]), "two questions are called edge"),
        ((Question("width", "", Exact()),), "the answer key has no answer to width"),
        ((QUESTIONS[1], QUESTIONS[0]), "area comes after edge, which is no earlier question"),
        ((Question("some", "", Exact()),), "the answer key gives"),
    ],
)
def test_questions_and_a_key_that_do_not_fit_are_refused(questions, words):
    with pytest.raises(AssignmentError, match=words):
        Sheet(questions, read(b"", []), solve)
