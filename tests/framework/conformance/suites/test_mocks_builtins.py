import builtins
from unittest.mock import MagicMock, call, mock_open, patch

import mocks_builtins as work
import pytest


def forbid(name):
    return patch(f"builtins.{name}", side_effect=AssertionError(f"{name} is not allowed in this exercise"))


def test_sum_without_sum():
    with forbid("sum"):
        assert work.my_sum([1, 2, 3]) == 6


def test_max_without_max_and_sorted():
    with forbid("max"), forbid("sorted"):
        result = work.my_max([3, 9, 2])
    assert result == 9


def test_sort_without_sorted():
    with patch("builtins.sorted", side_effect=AssertionError("no sorted")):
        assert work.bubble_sort([3, 1, 2]) == [1, 2, 3]


def test_sort_leaves_its_argument():
    items = [2, 1]
    work.bubble_sort(items)
    assert items == [2, 1]


def test_reverse_without_reversed():
    with forbid("reversed"):
        assert work.reverse("abc") == "cba"


def test_sum_removed(monkeypatch):
    with monkeypatch.context() as patched:
        patched.delattr(builtins, "sum")
        assert work.my_sum([4, 5]) == 9


def test_evaluate_without_eval():
    with forbid("eval"), forbid("exec"):
        assert work.evaluate("2 * 3") == 6


def test_forbidden_functions_are_back():
    assert sorted([2, 1]) == [1, 2]
    assert sum([1, 2]) == 3


def test_input_by_lambda(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt="": "42")
    assert work.read_number() == 42


def test_input_by_iterator(monkeypatch, capsys):
    answers = iter(["x", "7"])
    monkeypatch.setattr("builtins.input", lambda _="": next(answers))
    assert work.read_number() == 7
    assert capsys.readouterr().out == "Not a number.\n"


@patch("builtins.input", side_effect=["a", "b", "3"])
def test_input_by_mock(fake_input):
    with patch("builtins.print") as fake_print:
        assert work.read_number("N: ") == 3
    assert fake_input.call_args_list == [call("N: ")] * 3
    assert fake_print.call_args_list == [call("Not a number.")] * 2


def test_greet_prints_once():
    with patch("builtins.input", return_value="Ann") as fake_input, patch("builtins.print") as fake_print:
        work.greet()
    fake_input.assert_called_once_with("Name? ")
    fake_print.assert_called_once_with("Hello, Ann!")


def test_open_by_mock_open():
    with patch("builtins.open", mock_open(read_data=" first \nsecond\n")) as fake:
        assert work.first_line("data.txt") == "first"
    fake.assert_called_once_with("data.txt")


def test_save_by_mock_open():
    fake = mock_open()
    with patch("builtins.open", fake):
        work.save("out.txt", ["a", "b"])
    fake.assert_called_once_with("out.txt", "w")
    fake().write.assert_has_calls([call("a\n"), call("b\n")])


def test_open_raises():
    with patch("builtins.open", side_effect=PermissionError("locked")), pytest.raises(PermissionError, match="locked"):
        work.first_line("data.txt")


def test_menu_calls_actions():
    actions = {"draw": MagicMock(), "clear": MagicMock()}
    with patch("builtins.input", side_effect=["draw", "draw", "quit"]):
        work.menu(actions)
    assert actions["draw"].call_count == 2
    actions["clear"].assert_not_called()


def test_menu_with_unknown_choice(capsys):
    with patch("builtins.input", side_effect=["fly", "quit"]):
        work.menu({})
    assert capsys.readouterr().out == "?\n"
