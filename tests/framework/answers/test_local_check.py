"""The file by which a student sees that an answer is right: yes to right ones, no to wrong ones, and no more."""

from fractions import Fraction

import pytest

from autograder.answers import local_check
from autograder.answers.local_check import check, make_checks, read_checks
from autograder.answers.rules import Choice, Exact, Rounded, SelectAll, Significant, Tolerance, TrueFalse
from autograder.answers.sheet import Question
from autograder.errors import AssignmentError


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """Here nobody guesses."""
    monkeypatch.setattr(local_check, "COST", 2)


def checker(rule, right):
    """Return a function from a text to what the local check says about it as the answer to a question."""
    question = Question("q", "How much?", rule)
    checks = read_checks(make_checks([question], {"q": right}, ["q"]))
    return lambda *numbers: check(
        question, Fraction(numbers[0]) if rule.size is None else tuple(map(Fraction, numbers)), checks
    )


def test_a_right_answer_is_confirmed_and_a_wrong_one_is_not():
    says = checker(Rounded(4), 0.47988729740743)
    for answer in ("0.4799", "0.47989", "0.479887297", "0.47985"):
        assert says(answer) is True
    for answer in ("0.4798", "0.48", "0.4800", "-0.4799"):
        assert says(answer) is False


def test_both_roundings_of_a_tie_are_confirmed():
    says = checker(Rounded(4), 0.12345)
    assert says("0.1234") and says("0.1235") and says("0.12345")
    assert not says("0.1233") and not says("0.1236")


def test_significant_digits_are_confirmed():
    says = checker(Significant(4), 1234.6)
    assert says("1235") and says("1234.6")
    assert not says("1234")


def test_vectors_are_confirmed_as_a_whole():
    says = checker(Rounded(decimals=2, size=2), (1.005, 2))
    assert says("1", "2") and says("1.01", "2.001")
    assert not says("1.01", "2.01") and not says("2", "1.01")


@pytest.mark.parametrize("rule", [Tolerance(absolute=4e-4), Tolerance(relative=4e-4), Tolerance(absolute=1e-4, relative=2e-4)])
@pytest.mark.parametrize("right", [1.1, 1.96, -1.5])
def test_a_tolerance_is_never_confirmed_beyond_its_bounds_and_almost_up_to_them(rule, right):
    says = checker(rule, right)
    width = rule.width(Fraction(right))
    for place in range(-30, 31):
        answer = Fraction(right) + width * Fraction(place, 20)
        if abs(place) > 20:
            assert not says(answer)
        elif abs(place) < 14:
            assert says(answer)


def test_a_question_that_is_not_open_is_not_judged():
    questions = [Question("p", "", Rounded(4)), Question("q", "", Rounded(4))]
    checks = read_checks(make_checks(questions, {"p": 1.0, "q": 2.0}, ["q"]))
    assert check(questions[0], Fraction(1), checks) is None
    assert check(questions[1], Fraction(2), checks) is True


@pytest.mark.parametrize(
    ("rule", "right"),
    [
        (Choice(dict.fromkeys("abcd")), "a"),
        (SelectAll(dict.fromkeys("abcde")), ("a",)),
        (TrueFalse(), True),
        (Exact(), 920),
        (Rounded(2), 0.25),
        (Significant(2), 0.25),
        (Tolerance(relative=0.01), 5.0),
    ],
)
def test_a_question_that_could_be_guessed_cannot_be_opened(rule, right):
    with pytest.raises(AssignmentError, match=r"q cannot be opened: .* fewer than 1,000 possible answers"):
        make_checks([Question("q", "", rule)], {"q": right}, ["q"])


def test_what_is_no_question_cannot_be_opened():
    with pytest.raises(AssignmentError, match="no such question"):
        make_checks([], {}, ["q"])


def test_the_file_is_the_same_each_time_and_its_salts_do_not_come_from_the_answers():
    question = Question("q", "How much?", Rounded(4))
    first, again, other = (make_checks([question], {"q": right}, ["q"]) for right in (1.0, 1.0, 2.0))
    assert first == again
    salts = [read_checks(text).hashes["q"][0] for text in (first, other)]
    assert salts[0] == salts[1]
    assert first != other


def test_other_questions_and_other_students_have_other_salts():
    texts = [
        make_checks([Question(name, text, Rounded(4))], {name: 1.0}, [name], variant)
        for name, text, variant in (("q", "A?", ""), ("q", "B?", ""), ("p", "A?", ""), ("q", "A?", "7Q2K-M4XD-9B3T"))
    ]
    hashes = [next(iter(read_checks(text).hashes.values())) for text in texts]
    assert len({salt for salt, _ in hashes}) == len({values for _, values in hashes}) == 4


def test_the_file_says_whose_numbers_it_is_about():
    assert read_checks(make_checks([], {}, [], "7Q2K-M4XD-9B3T")).variant == "7Q2K-M4XD-9B3T"


@pytest.mark.parametrize("text", ["", "variant = ", 'variant = ""\n[q]\nsalt = "xy"\nhashes = []', 'variant = ""\nq = 3'])
def test_a_file_that_was_changed_is_refused(text):
    with pytest.raises(AssignmentError, match="copy the file from the handout zip"):
        read_checks(text)


def test_a_guess_is_expensive(monkeypatch):
    monkeypatch.undo()
    assert local_check.COST * local_check.BLOCK * 128 >= 2**25  # bytes that one guess fills and reads
    question = Question("q", "", Rounded(4))
    checks = read_checks(make_checks([question], {"q": 1.0}, ["q"]))
    assert check(question, Fraction(1), checks)
