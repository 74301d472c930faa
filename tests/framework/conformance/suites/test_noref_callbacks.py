import io
from unittest.mock import Mock, patch

import noref_callbacks as work
import numpy as np
import pytest


def test_lambda():
    assert work.apply(lambda x: x * x, [1, 2, 3]) == [1, 4, 9]


def test_function_of_a_library():
    np.testing.assert_allclose(work.apply(np.sqrt, [1, 4]), [1, 2])


def test_calls_are_counted():
    answers = iter("abc")
    assert work.call_until(lambda: next(answers), "c") == 3


def test_memoize():
    f = Mock(side_effect=lambda x: x + 1)
    remembered = work.memoize(f)
    assert remembered(1) == remembered(1) == 2
    f.assert_called_once_with(1)


def test_visit_in_order():
    seen = []
    work.visit([1, [2, [3]], [4]], seen.append)
    assert seen == [1, 2, 3, 4]


def test_observers_of_the_suite():
    class Observer:
        def __init__(self):
            self.values = []

        def update(self, value):
            self.values.append(value)

    first, second, subject = Observer(), Observer(), work.Subject()
    subject.attach(first)
    subject.attach(second)
    subject.notify(5)
    assert first.values == second.values == [5]


def test_patch_of_the_submission():
    with patch("noref_callbacks.helper", return_value=4) as helper:
        assert work.use_helper(1) == 40
    helper.assert_called_once_with(1)


def test_monkeypatch_of_the_submission(monkeypatch):
    monkeypatch.setattr(work, "helper", lambda x: 7)
    assert work.use_helper(1) == 70


def test_patch_of_a_library():
    with patch("random.randint", return_value=6) as randint:
        assert work.roll() == 6
    randint.assert_called_once_with(1, 6)


def test_print(capsys):
    work.hello("Ann")
    assert capsys.readouterr().out == "Hello, Ann!\n"


def test_input():
    with patch("builtins.input", return_value="Bob") as fake:
        assert work.ask() == "Bob"
    fake.assert_called_once_with("Name? ")


def test_file_of_the_suite(tmp_path):
    (tmp_path / "a.txt").write_text("1\n2\n")
    assert work.count_lines(tmp_path / "a.txt") == 2


def test_file_of_the_submission(tmp_path):
    work.save(str(tmp_path / "b.txt"), "text")
    assert (tmp_path / "b.txt").read_text() == "text"


def test_string_file():
    assert work.rows_of(io.StringIO("a b\nc\n")) == [["a", "b"], ["c"]]


def test_error_in_a_callback():
    def fail():
        raise ValueError("no")

    assert work.guarded(fail) == "bad: no"


def test_other_error_in_a_callback():
    with pytest.raises(ZeroDivisionError):
        work.guarded(lambda: 1 / 0)


def test_array_in_place():
    array = np.array([1.0, 2.0])
    work.scale(array, 3)
    assert array.tolist() == [3, 6]
