import os
import random
import time
from datetime import date
from unittest.mock import Mock, patch

import mocks_libraries as work
import numpy as np
import pytest


@patch("random.randint", side_effect=[3, 5])
def test_roll(randint):
    assert work.roll() == [3, 5]
    randint.assert_called_with(1, 6)


def test_roll_in_range():
    assert set(work.roll(200)) == {1, 2, 3, 4, 5, 6}


def test_roll_with_monkeypatch(monkeypatch):
    monkeypatch.setattr(random, "randint", lambda low, high: high)
    assert work.roll(3) == [6, 6, 6]


@pytest.mark.parametrize("value, expected", [(0.1, True), (0.5, False), (0.9, False)])
def test_heads(value, expected):
    with patch("random.random", return_value=value):
        assert work.is_heads() is expected


def test_choice_imported_by_the_submission():
    with patch("mocks_libraries.choice", return_value="Bob") as choice:
        assert work.pick_name(["Ann", "Bob"]) == "Bob"
    choice.assert_called_once_with(["Ann", "Bob"])


def test_choice_of_the_library():
    with patch("random.choice", side_effect=lambda names: names[-1]):
        assert work.pick_qualified(["Ann", "Bob"]) == "Bob"


def test_shuffle_replaced_by_reverse(monkeypatch):
    monkeypatch.setattr("random.shuffle", lambda cards: cards.reverse())
    assert work.deal(["A", "B", "C"]) == ["C", "B"]


def test_deal_leaves_the_cards(monkeypatch):
    cards = ["A", "B", "C"]
    monkeypatch.setattr("random.shuffle", lambda xs: xs.reverse())
    work.deal(cards)
    assert cards == ["A", "B", "C"]


def test_guess_game_with_fixed_secret():
    answers = iter([5, 2, 7])
    with patch("random.randrange", return_value=7):
        assert work.guess_game(10, lambda: next(answers)) == 3


def test_clock(monkeypatch):
    ticks = iter([100.0, 103.5])
    monkeypatch.setattr(time, "time", lambda: next(ticks))
    assert work.timed(lambda: None) == 3.5


def test_no_real_waiting():
    with patch("time.sleep") as sleep:
        assert work.wait_for(lambda: False, most=3) is False
    assert sleep.call_count == 3


def test_ready_at_once_does_not_sleep():
    with patch("time.sleep", side_effect=AssertionError("do not sleep")):
        assert work.wait_for(lambda: True) is True


def test_ready_after_two_seconds():
    ready = Mock(side_effect=[False, False, True])
    with patch("time.sleep") as sleep:
        assert work.wait_for(ready)
    assert [args for args, _ in sleep.call_args_list] == [(1,), (1,)]


def test_stamp_of_a_fixed_time():
    with patch("time.time", return_value=86400 * 365):
        assert work.stamp() == "1971-01-01"


def test_date_class_replaced_in_the_module():
    with patch.object(work, "date") as fake:
        fake.today.return_value = date(2024, 3, 1)
        assert work.age(date(2000, 3, 2)) == 23


def test_age_with_given_day():
    assert work.age(date(2000, 3, 2), date(2024, 3, 2)) == 24


def forbidden(*args, **kwargs):
    raise AssertionError("this function is not allowed here")


def test_without_inverse(monkeypatch):
    monkeypatch.setattr(np.linalg, "inv", forbidden)
    X, y = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]), np.array([2.0, 3.0, 4.0])
    np.testing.assert_allclose(work.least_squares(X, y), [1.0, 1.0])


def test_solve_is_used():
    with patch("numpy.linalg.solve", wraps=np.linalg.solve) as solve:
        work.least_squares(np.eye(2), np.ones(2))
    assert solve.call_count == 1


def test_norm_without_the_library_function():
    with patch("numpy.linalg.norm", side_effect=AssertionError("write it yourself")):
        assert work.norm(np.array([3.0, 4.0])) == 5.0


def test_forbidden_function_is_back():
    assert np.linalg.norm([3.0, 4.0]) == 5.0


def test_noise_comes_from_numpy():
    with patch("numpy.random.normal", return_value=np.zeros(3)) as normal:
        np.testing.assert_array_equal(work.noise(3), np.zeros(3))
    normal.assert_called_once_with(0, 1, 3)


def test_setenv(monkeypatch):
    monkeypatch.setenv("SHOP_HOME", "/shop")
    assert work.home() == "/shop"


def test_delenv(monkeypatch):
    monkeypatch.delenv("SHOP_HOME", raising=False)
    assert work.home() == "/default"


def test_environment_by_patch_dict():
    with patch.dict(os.environ, {"SHOP_KEY": "secret"}):
        assert work.needs_key() == "secret"


def test_missing_key():
    with patch.dict("os.environ", clear=True), pytest.raises(KeyError):
        work.needs_key()


def test_listdir_replaced():
    with patch("os.listdir", return_value=["b.txt", "c.py", "a.txt"]) as listdir:
        assert work.list_texts("anywhere") == ["a.txt", "b.txt"]
    listdir.assert_called_once_with("anywhere")


def test_path_exists_replaced():
    with patch("os.path.exists", side_effect=lambda path: path == "/moon"):
        answers = work.exists("/moon"), work.exists("/")
    assert answers == (True, False)
