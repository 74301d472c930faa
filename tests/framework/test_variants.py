"""Numbers of one's own, in the hand calculations of this assignment: always the same, well conditioned, and one's own."""

import importlib.util
import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT
from programs import with_few_characters

from autograder.answers.paper import different_code
from autograder.answers.reading import read
from autograder.answers.rules import NumberRule
from autograder.variants import EXAMPLE, variant_code

CODES = [variant_code(b"a secret of the course", [f"student{number}@example.org"]) for number in range(200)]


def loaded(path):
    spec = importlib.util.spec_from_file_location(f"_tested_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KEY = loaded(ROOT / "tests" / "hidden" / "answer_key.py")
GIVEN = KEY.reference("questions")
DEFAULT = GIVEN.DEFAULT
# Points of each question, as the hidden suite gives them.
POINTS = {
    **dict.fromkeys(["8.1a", "8.1b", "8.1c", "8.1d", "8.1e", "8.1f", "8.2a", "8.2b", "8.2c", "8.2d", "8.3a"], 0.5),
    **dict.fromkeys(["8.4a", "8.4b", "8.6a", "8.6b", "8.8a", "8.8b"], 0.5),
    **dict.fromkeys(["8.4c", "8.4d", "8.5a", "8.5b", "8.5c", "8.6c", "8.7", "8.8c"], 1.0),
    "8.3b": 1.5,
}
# What belongs to 7Q2K-M4XD-9B3TB: a change of these would give every student of a running course other numbers.
DRAWN = (
    [[1, -2, 2, 0, 1, -1, 0], [2, 0, -1, 2, 0, 0, 0], [-2, 2, 0, 2, -1, 0, -2], [1, -2, 0, -2, -2, 0, 0]],
    [0.0, 1.5, -2.1, 3.8, -4.0],
    [2, 1, 9, -3, 4, 5],
    (29, 48),
)
# What can be had from others: the answers that are numbers and differ from student to student.
OWN = [
    question.id for question in GIVEN.QUESTIONS if isinstance(question.rule, NumberRule) and question.id not in ("8.4a", "8.4b")
]


def written(answer, question):
    """Return a right answer as a student writes it: no more digits than are asked for."""
    if isinstance(answer, bool):
        return str(answer).lower()
    if isinstance(answer, tuple):
        return f"[{', '.join(map(str, answer))}]"
    decimals = getattr(question.rule, "decimals", None)
    return str(answer) if decimals is None else f"{answer:.{decimals}f}"


def answers_file(code, **others):
    """Return the answers.toml of somebody who has solved the numbers of `code`."""
    right = KEY.solve(GIVEN.draw(code)) | others
    lines = [f"{question.id} = {written(right[question.id], question)}" for question in GIVEN.QUESTIONS]
    return "\n".join([f'variant = "{code or ""}"', *lines]).encode()


def points(sheet, identities):
    return sum(POINTS[identity] * sheet.verdict(identity).share for identity in identities)


def same(first, second):
    return repr(first) == repr(second)


# The default numbers


def test_the_points_are_those_of_the_part():
    assert list(POINTS) != [] and set(POINTS) == {question.id for question in GIVEN.QUESTIONS}
    assert sum(POINTS.values()) == 18


def test_the_default_numbers_have_the_checked_answers():
    right = KEY.solve(DEFAULT)
    rounded = {name: round(float(right[name]), 4) for name in ("8.1a", "8.1b", "8.1c", "8.1d", "8.1f")}
    assert rounded == {"8.1a": -3, "8.1b": 0.0474, "8.1c": 4.0945, "8.1d": 0.4799, "8.1f": 2.6912}
    rounded = {name: round(float(right[name]), 4) for name in ("8.2a", "8.2b", "8.2c", "8.3a", "8.5a")}
    assert rounded == {"8.2a": 1.9772, "8.2b": 0.5477, "8.2c": 2, "8.3a": 3.9712, "8.5a": 209.4557}
    chosen = {name: right[name] for name in ("8.1e", "8.2d", "8.5b", "8.5c", "8.6c", "8.7", "8.8a", "8.8b")}
    assert chosen == {
        "8.1e": "2", "8.2d": "3", "8.5b": "tanh", "8.5c": "0.001", "8.6c": -6, "8.7": 920, "8.8a": (3, 5), "8.8b": (4, 7),
    }  # fmt: skip


def test_the_class_after_very_many_steps_is_the_right_one():
    for code in (None, *CODES[:3]):
        network = GIVEN.draw(code).classifier
        first = KEY.linear(network.alpha[:, 1:], network.alpha[:, 0])
        second = KEY.linear(network.beta[:, 1:], network.beta[:, 0])
        sigmoid, softmax = KEY.reference("modules").SigmoidModule(), KEY.reference("modules").SoftMaxModule()
        optimizer = KEY.reference("optimizers").SGD([first, second], lr=1.0)
        for _ in range(200):
            y = softmax.forward(second.forward(sigmoid.forward(first.forward(network.x[None].astype(float)))))
            first.backward(sigmoid.backward(second.backward(y - np.eye(3)[[network.label - 1]])))
            optimizer.step()
        assert str(y.argmax() + 1) == KEY.solve(GIVEN.draw(code))["8.2d"]


def test_the_reference_answers_get_all_points():
    sheet = KEY.sheet_for((ROOT / "reference" / "answers.toml").read_bytes(), None)
    assert points(sheet, POINTS) == 18
    assert sheet.reading.remarks == ()


def test_the_checks_that_are_handed_out_are_those_of_the_default_numbers():
    assert (ROOT / "reference" / "answer_checks.toml").read_text(encoding="utf-8") == KEY.checks()


# Drawing


def test_a_code_gives_the_same_numbers_each_time_however_it_is_typed():
    assert same(GIVEN.draw(CODES[0]), GIVEN.draw(CODES[0]))
    typed = CODES[0].lower().replace("-", "").replace("0", "o").replace("1", "l")
    assert same(GIVEN.draw(CODES[0]), GIVEN.draw(typed))
    assert different_code("answers.toml", typed, CODES[0]) == ""
    assert not same(GIVEN.draw(CODES[0]), GIVEN.draw(CODES[1]))
    assert same(GIVEN.draw(None), DEFAULT)
    assert same(GIVEN.draw(""), DEFAULT)


def test_the_numbers_of_a_code_are_the_same_everywhere():
    numbers = GIVEN.draw("7Q2K-M4XD-9B3TB")
    drawn = (numbers.classifier.alpha.tolist(), numbers.regressor.y.tolist(), numbers.image[0].tolist(), numbers.widths)
    assert drawn == DRAWN


def test_what_is_no_code_is_refused():
    with pytest.raises(ValueError, match=r"'my own' is not a code; .* 13 letters and digits"):
        GIVEN.draw("my own")


@pytest.mark.slow
def test_the_lists_of_fit_candidates_are_what_the_answer_key_finds():
    assert KEY.fit_bits(GIVEN.classifier_candidate, KEY.classifier_is_fit) == GIVEN.FIT_CLASSIFIERS
    assert KEY.fit_bits(GIVEN.regressor_candidate, KEY.regressor_is_fit) == GIVEN.FIT_REGRESSORS


def test_there_are_more_networks_than_students():
    assert len(GIVEN.fit(GIVEN.FIT_CLASSIFIERS)) > 1000
    assert len(GIVEN.fit(GIVEN.FIT_REGRESSORS)) > 1000


def test_every_network_that_can_be_drawn_is_well_conditioned():
    for index in GIVEN.fit(GIVEN.FIT_CLASSIFIERS):
        network = GIVEN.classifier_candidate(index)
        answers = KEY.classifier_answers(network, {})
        best, second = np.sort(KEY.softmax_of(network))[::-1][:2]
        assert best - second >= 0.02
        assert answers["8.1e"] != answers["8.2d"]
        assert 0.3 <= answers["8.1f"] <= 8
        # A step shows in what is asked for after it.
        for name, before in (("8.2a", network.beta[1, 1]), ("8.2b", network.beta[0, 0]), ("8.2c", network.alpha[2, 4])):
            assert abs(answers[name] - before) >= 0.002
    for index in GIVEN.fit(GIVEN.FIT_REGRESSORS):
        network = GIVEN.regressor_candidate(index)
        assert np.abs(network.X @ network.W1.T + network.b1).min() >= 0.05
        losses = sorted(KEY.squared_errors(network, name).mean() for name in GIVEN.ACTIVATIONS)
        assert 1.1 * losses[0] <= losses[1]


def test_the_choices_differ_from_student_to_student():
    answers = [KEY.solve(GIVEN.draw(code)) for code in CODES[:100]]
    for name in ("8.1e", "8.2d", "8.5b", "8.5c"):
        chosen = [answer[name] for answer in answers]
        assert len(set(chosen)) >= 2
        assert max(map(chosen.count, chosen)) <= 75


# Points


def test_the_right_answers_of_200_students_get_all_points():
    for code in CODES:
        sheet = KEY.sheet_for(answers_file(code), code)
        assert {name: sheet.verdict(name).share for name in POINTS} == dict.fromkeys(POINTS, 1), code


@pytest.mark.slow
def test_the_answers_of_another_student_get_almost_none_of_the_points_for_numbers():
    shares = []
    for code, other in itertools.pairwise([*CODES, CODES[0]]):
        sheet = KEY.sheet_for(answers_file(other), code)
        shares.append(points(sheet, OWN) / sum(POINTS[name] for name in OWN))
    # a₁ is a small integer, z₁ follows from it, right or not, and some share a network of the thousand that there are.
    assert np.mean(shares) < 0.05
    assert np.mean(np.array(shares) > 0.25) < 0.02


def test_the_default_answers_get_almost_nothing_either_and_hear_why():
    sheet = KEY.sheet_for((ROOT / "reference" / "answers.toml").read_bytes(), CODES[0])
    assert points(sheet, OWN) <= 1
    with pytest.raises(AssertionError, match=f'has no variant, but your numbers are those of variant = "{CODES[0]}"'):
        sheet.grade("8.1f", 0.5, lambda score: None)


def test_a_code_where_all_have_the_same_numbers_is_named():
    sheet = KEY.sheet_for(answers_file(CODES[1]), None)
    with pytest.raises(AssertionError, match=f'has variant = "{CODES[1]}", but here all students have the same numbers'):
        sheet.grade("8.1f", 0.5, lambda score: None)


@pytest.mark.parametrize("line", ["variant = 1234", 'variant = "7Q2K M4XD"', f'variant = "{EXAMPLE}"', f"variant = {EXAMPLE}"])
def test_a_code_that_is_none_is_a_problem_of_its_own(line):
    content = (ROOT / "reference" / "answers.toml").read_text(encoding="utf-8").replace('variant = ""', line).encode()
    (problem,) = GIVEN.PAPER.problems(content)
    assert problem.startswith(f"{line.partition(' = ')[2].strip(chr(34))!r} is ")


def test_answers_for_another_code_hear_which_code_they_are_for():
    sheet = KEY.sheet_for(answers_file(CODES[1]), CODES[0])
    with pytest.raises(AssertionError, match=f'has variant = "{CODES[1]}", but'):
        sheet.grade("8.1f", 0.5, lambda score: None)


def test_one_mistake_costs_what_follows_from_it_half_in_any_numbers():
    for code in (None, *CODES[:20]):
        numbers = GIVEN.draw(code)
        wrong = {"8.1a": KEY.solve(numbers)["8.1a"] + 1}
        carried = KEY.solve(numbers, wrong)
        sheet = KEY.sheet_for(answers_file(code, **carried), code)
        assert sheet.verdict("8.1a").share == 0
        assert sheet.verdict("8.1b").share == 0.5
        assert sheet.verdict("8.1c").share >= 0.5
        assert sheet.verdict("8.1f").share >= 0.5
        assert sheet.verdict("8.3a").share >= 0.5
        assert sheet.verdict("8.2a").share >= 0.5
        assert sheet.verdict("8.5a").share == 1


EXTREMES = [
    "0",
    "-1",
    "1e300",
    "-1e300",
    "1e-300",
    "7/3",
    "[1e300, -1, 0]",
    "[0, 1e300]",
    "tanh",
    "2",
    "true",
    "nan",
    "[a, d]",
    "",
]


@given(st.lists(st.sampled_from(EXTREMES), min_size=len(POINTS), max_size=len(POINTS)))
@settings(max_examples=40, deadline=None)
def test_no_answers_are_more_than_wrong(answers):
    content = "\n".join(f"{name} = {answer}" for name, answer in zip(POINTS, answers, strict=True)).encode()
    sheet = KEY.sheet_for(content, None)
    for name in POINTS:
        verdict = sheet.verdict(name)
        assert 0 <= verdict.share <= 1
        assert (verdict.share == 1) == (not verdict.reason)


# questions.py as a command


@pytest.fixture
def folder(tmp_path):
    for name in ("questions.py", "answers.toml", "answer_checks.toml"):
        tmp_path.joinpath(name).write_bytes((ROOT / "reference" / name).read_bytes())
    return tmp_path


def command(folder, *arguments):
    return loaded(Path(folder, "questions.py")).PAPER.main(list(arguments), folder)


def test_the_command_prints_the_numbers_and_all_questions(folder, capsys):
    assert command(folder) == 0
    printed = capsys.readouterr().out
    assert "The common numbers" in printed
    assert "[ 1  1  2 -3  0  1 -3]" in printed
    for question in GIVEN.QUESTIONS:
        assert f"\n{question.id} " in printed
        assert question.text in printed
        assert question.rule.sentence in printed


def test_the_command_takes_the_code_from_the_answers(folder, capsys):
    folder.joinpath("answers.toml").write_bytes(answers_file(CODES[0]))
    assert command(folder) == 0
    printed = capsys.readouterr().out
    assert f"The numbers of {CODES[0]}" in printed
    assert str(GIVEN.draw(CODES[0]).image[0])[1:-1] in printed


@pytest.mark.slow
def test_the_command_says_what_can_be_read_and_what_is_right(folder, capsys):
    assert command(folder, "check") == 0
    printed = capsys.readouterr().out
    for opened in ("8.1b  0.0474: right", "8.1d  0.4799: right", "8.2a  1.9772: right", "8.3a  3.9712: right"):
        assert opened in printed
    assert "8.1c  4.0945: can be read" in printed

    text = folder.joinpath("answers.toml").read_text(encoding="utf-8")
    text = text.replace("0.0474", "0.0475").replace("4.0945", "nan").replace('"tanh"', '""')
    folder.joinpath("answers.toml").write_text(f"8.9 = 3\n{text}", encoding="utf-8")
    assert command(folder, "check") == 1
    printed = capsys.readouterr().out
    assert "8.1b  0.0475: not right" in printed
    assert "8.1c = nan: nan is not the answer to any question" in printed
    assert "answers.toml has no answer yet to 8.5b" in printed
    assert "line 1: there is no question 8.9" in printed


def test_the_command_judges_nothing_by_checks_for_other_numbers(folder, capsys):
    folder.joinpath("answers.toml").write_bytes(answers_file(CODES[0]))
    assert command(folder, "check") == 0
    assert ": right" not in capsys.readouterr().out

    folder.joinpath("answer_checks.toml").write_text(KEY.checks(CODES[0]), encoding="utf-8")
    assert command(folder, "check") == 0
    assert capsys.readouterr().out.count(": right") == len(KEY.OPEN)


def test_the_command_works_without_answers_and_without_checks(folder, capsys):
    folder.joinpath("answers.toml").unlink()
    folder.joinpath("answer_checks.toml").unlink()
    assert command(folder) == 0
    capsys.readouterr()
    assert command(folder, "check") == 1
    assert capsys.readouterr().out == (
        f"{folder} has no answers.toml; copy it from the handout zip, or hand in without these answers\n"
    )


def test_the_command_names_all_answers_that_are_not_there_in_one_line(folder, capsys):
    folder.joinpath("answers.toml").write_text('8.1a = 3\n8.1b = ""\n8.1c = []\n', encoding="utf-8")
    folder.joinpath("answer_checks.toml").unlink()
    assert command(folder, "check") == 1
    first, lacking, empty = capsys.readouterr().out.splitlines()
    assert first == "8.1a  3: can be read"
    assert lacking.startswith("answers.toml has no line for 8.1d, 8.1e, 8.1f, 8.2a") and lacking.endswith("8.8c")
    assert empty == "answers.toml has no answer yet to 8.1b, 8.1c"


def test_the_command_says_which_answer_has_fewer_decimals_than_are_asked(folder, capsys):
    folder.joinpath("answer_checks.toml").unlink()
    text = folder.joinpath("answers.toml").read_text(encoding="utf-8").replace("2.6912", "2.69")
    folder.joinpath("answers.toml").write_text(text, encoding="utf-8")
    assert command(folder, "check") == 0
    printed = capsys.readouterr().out.splitlines()
    assert "8.1f  2.69: can be read, but it has two decimals; write four" in printed
    assert "8.2c  2: can be read" in printed


def test_the_command_says_so_where_the_checks_are_for_other_numbers(folder, capsys):
    folder.joinpath("answers.toml").write_bytes(answers_file(CODES[0]))
    assert command(folder, "check") == 0
    assert capsys.readouterr().out.startswith("answer_checks.toml belongs to other numbers than yours")


def test_the_command_refuses_what_is_no_code_and_other_arguments(folder, capsys):
    for code, words in (("mine", "is not a code"), (EXAMPLE, "is only an example"), (f"{CODES[0][:-1]}?", "is not a code")):
        folder.joinpath("answers.toml").write_text(f'# mine\nvariant = "{code}"\n', encoding="utf-8")
        for arguments in ([], ["check"]):
            assert command(folder, *arguments) == 2
            printed = capsys.readouterr()
            assert printed.out == "" and printed.err.startswith(f"answers.toml, line 2: '{code}'") and words in printed.err
    assert command(folder, "solve") == 2


@pytest.mark.slow
def test_the_command_prints_in_utf8_and_ends_where_nobody_reads_on(folder):
    windows = with_few_characters() | {"PYTHONPATH": str(ROOT)}
    script = [sys.executable, str(folder / "questions.py")]
    done = subprocess.run(script, capture_output=True, env=windows, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "α, a row for each hidden unit" in done.stdout.decode()

    reads, writes = os.pipe()
    os.close(reads)  # as `head` does when it has seen enough
    done = subprocess.run(script, stdout=writes, stderr=subprocess.PIPE, env=windows, timeout=60)
    os.close(writes)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_handout_reads_nothing_that_only_the_grader_has():
    for name in ("questions.py", "answer_checks.toml"):
        text = (ROOT / "reference" / name).read_text(encoding="utf-8")
        assert "import answer_key" not in text
    entries = read((ROOT / "student" / "answers.toml").read_bytes(), list(POINTS)).entries
    assert {entry.value for entry in entries.values()} == {None}
