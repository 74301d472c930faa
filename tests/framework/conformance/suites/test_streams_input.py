import io
import sys
from unittest import mock

import pytest
import streams_input as work


@pytest.fixture
def type_in(monkeypatch):
    """Let input() read these lines."""

    def type_in(*lines):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return type_in


def test_add_by_stdin(type_in, capsys):
    type_in("2", "3")
    assert work.add() == 5
    assert capsys.readouterr().out == "First: Second: Sum: 5\n"


def test_add_by_monkeypatch(monkeypatch):
    answers = iter(["10", "-4"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    assert work.add() == 6


def test_add_prompts():
    with mock.patch("builtins.input", side_effect=["1", "2"]) as ask:
        work.add()
    assert [c.args[0] for c in ask.call_args_list] == ["First: ", "Second: "]


def test_add_refuses_words(type_in):
    type_in("two", "3")
    with pytest.raises(ValueError, match="two"):
        work.add()


def test_read_until_empty(type_in):
    type_in("a", "b", "", "c")
    assert work.read_until_empty() == ["a", "b"]


def test_rest_of_the_input_is_left(type_in):
    type_in("a", "", "rest")
    work.read_until_empty()
    assert sys.stdin.read() == "rest\n"


def test_guessing_game(type_in, capsys):
    type_in(5, 9, 7)
    assert work.guess(7) == 3
    out = capsys.readouterr().out
    assert out.index("Too low") < out.index("Too high") < out.index("Right after 3 tries!")


@pytest.mark.parametrize("answer, expected", [("y", True), ("N", False), (" Y ", True)])
def test_yes_or_no(monkeypatch, answer, expected):
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    assert work.yes_or_no("Sure?") is expected


def test_yes_or_no_asks_again():
    with mock.patch("builtins.input", side_effect=["maybe", "", "n"]) as ask:
        assert work.yes_or_no("Sure?") is False
    assert ask.call_count == 3
    ask.assert_called_with("Sure? [y/n] ")


def test_input_patched_in_the_module():
    with mock.patch("streams_input.input", create=True, return_value="y"):
        assert work.yes_or_no("Sure?") is True


def test_sum_of_stdin_lines(type_in):
    type_in(1, 2, 3)
    assert work.sum_stdin() == 6


def test_read_all(type_in):
    type_in("a b", "c")
    assert work.read_all() == ["a", "b", "c"]


def test_readline(type_in):
    type_in("one", "two", "three")
    assert work.second_line() == "two"


def test_stdin_by_patch():
    with mock.patch("sys.stdin", io.StringIO("5\n6\n")):
        assert work.sum_stdin() == 11


def test_end_of_input(type_in):
    type_in("x", "y")
    assert work.until_end() == ["x", "y"]


def test_eof_error(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(EOFError):
        work.add()


def test_survey(monkeypatch):
    replies = {"Name? ": "Ann", "Age? ": "30"}
    monkeypatch.setattr("builtins.input", replies.get)
    survey = work.Survey(["Name", "Age"])
    survey.ask()
    assert survey.answers == {"Name": "Ann", "Age": "30"}


def test_argv(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["prog", "-v", "file.txt"])
    assert work.arguments() == ["-v", "file.txt"]


def test_argv_by_patch_object():
    with mock.patch.object(sys, "argv", ["prog"]):
        assert work.arguments() == []
