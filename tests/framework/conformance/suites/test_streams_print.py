import contextlib
import io
import sys
from unittest.mock import patch

import pytest
import streams_print as work


def output_of(function, *args):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        function(*args)
    return out.getvalue()


def test_hello(capsys):
    work.hello()
    assert capsys.readouterr().out == "Hello, World!\n"


def test_hello_returns_nothing(capsys):
    assert work.hello("Ann") is None
    assert capsys.readouterr().out == "Hello, Ann!\n"


def test_countdown(capsys):
    work.countdown(3)
    assert capsys.readouterr().out.strip() == "3 2 1 Go!"


def test_table_is_aligned(capsys):
    work.table([("tea", 2.5), ("coffee", 13)])
    assert capsys.readouterr().out.splitlines() == ["tea         2.50", "coffee     13.00"]


def test_triangle():
    assert output_of(work.triangle, 3) == "*\n**\n***\n"


def test_two_streams(capsys):
    work.warn_and_print("hot")
    out, err = capsys.readouterr()
    assert out == "working\ndone\n"
    assert err == "warning: hot\n"


def test_redirect_stderr():
    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        work.warn_and_print("hot")
    assert err.getvalue() == "warning: hot\n"


def test_both_streams_into_one_keep_their_order():
    both = io.StringIO()
    with contextlib.redirect_stdout(both), contextlib.redirect_stderr(both):
        work.warn_and_print("hot")
    assert both.getvalue() == "working\nwarning: hot\ndone\n"


def test_sys_stdout_write(capsys):
    work.progress(2)
    assert capsys.readouterr().out == "\r1/2\r2/2\n"


def test_patch_sys_stdout():
    with patch("sys.stdout", new_callable=io.StringIO) as out:
        work.hello("Bob")
    assert out.getvalue() == "Hello, Bob!\n"


def test_monkeypatch_sys_stdout(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    work.hello("Eve")
    monkeypatch.undo()
    assert out.getvalue() == "Hello, Eve!\n"


def test_print_to_a_file_that_is_handed_in():
    out = io.StringIO()
    work.print_to(out, 1, "a", None)
    assert out.getvalue() == "1, a, None\n"


def test_print_to_stderr_of_the_suite(capsys):
    work.print_to(sys.stderr, "x", "y")
    assert capsys.readouterr().err == "x, y\n"


def test_show_a_list(capsys):
    work.show(["a", "b"])
    assert capsys.readouterr().out == "['a', 'b']\na\nb\n"


def test_output_between_calls(capsys):
    receipt = work.Receipt()
    receipt.add("tea")
    assert capsys.readouterr().out == "added tea\n"
    receipt.add("milk")
    assert capsys.readouterr().out == "added milk\n"


def test_receipt_is_printed(capsys):
    receipt = work.Receipt()
    receipt.add("tea")
    receipt.add("milk")
    capsys.readouterr()
    receipt.show()
    assert capsys.readouterr().out == "tea\nmilk\n"


def test_suite_prints_the_object(capsys):
    receipt = work.Receipt()
    receipt.lines.extend(["a", "b"])
    print(receipt)
    assert capsys.readouterr().out == "a\nb\n"


def test_output_before_an_error(capsys):
    with pytest.raises(RuntimeError):
        work.fail_loudly()
    assert capsys.readouterr().out == "about to fail\n"


def test_unicode(capsys):
    work.umlauts()
    assert capsys.readouterr().out == "Grüße, Ελλάδα, 世界 ✓\n"


def test_generator_prints_when_it_runs(capsys):
    numbers = work.lines()
    assert capsys.readouterr().out == ""
    next(numbers)
    assert capsys.readouterr().out == "first\n"
    next(numbers)
    assert capsys.readouterr().out == "second\n"


def test_suite_and_submission_print_in_turn(capsys):
    print("start")
    work.hello()
    print("end")
    assert capsys.readouterr().out == "start\nHello, World!\nend\n"


def test_callback_prints_in_between(capsys):
    work.each([1], lambda item: print("at", item))
    assert capsys.readouterr().out == "before 1\nat 1\nafter 1\n"


def test_capfd(capfd):
    work.hello("fd")
    assert capfd.readouterr().out == "Hello, fd!\n"


def test_disabled_capture_shows_and_goes_on(capsys):
    with capsys.disabled():
        pass
    work.hello()
    assert "Hello" in capsys.readouterr().out
