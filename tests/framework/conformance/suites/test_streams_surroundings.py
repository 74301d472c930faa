import doctest
import os
import sys

import pytest
import streams_surroundings as work


def test_doctests_pass():
    result = doctest.testmod(work)
    assert result.failed == 0
    assert result.attempted == 3


def test_average_has_examples():
    examples = doctest.DocTestParser().get_examples(work.average.__doc__)
    assert len(examples) >= 2


def test_shout(capsys):
    work.shout("hi")
    assert capsys.readouterr().out == "HI!\n"


def test_deep_recursion_with_raised_limit():
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + 3000)
    try:
        assert work.depth(limit + 1000) == limit + 1000
    finally:
        sys.setrecursionlimit(limit)


def test_recursion_error():
    with pytest.raises(RecursionError):
        work.depth(10**5)


def test_settings_from_the_environment(monkeypatch):
    monkeypatch.setenv("APP_COLOR", "red")
    assert work.settings({"color": "blue", "size": "s"}) == {"color": "red", "size": "s"}


def test_settings_without_the_variable(monkeypatch):
    monkeypatch.delenv("APP_COLOR", raising=False)
    assert work.settings({"color": "blue"}) == {"color": "blue"}


def test_variable_set_by_assignment():
    os.environ["APP_DEPTH"] = "3"
    try:
        assert work.settings({"depth": "1"}) == {"depth": "3"}
    finally:
        del os.environ["APP_DEPTH"]


def test_variable_set_by_the_submission(monkeypatch):
    monkeypatch.setenv("APP_MARK", "old")
    work.remember("APP_MARK", "new")
    assert os.environ["APP_MARK"] == "new"


def test_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert os.path.realpath(work.where()) == os.path.realpath(tmp_path)


def test_main_with_arguments(capsys):
    assert work.main(["Ann"]) == 0
    assert capsys.readouterr().out == "Hello Ann\n"


def test_main_reads_argv(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["prog", "Bob"])
    work.main()
    assert capsys.readouterr().out == "Hello Bob\n"


def test_main_without_a_name(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["prog"])
    with pytest.raises(SystemExit) as caught:
        work.main()
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("code", [None, 0, 3, "no such file"])
def test_exit_codes(code):
    with pytest.raises(SystemExit) as caught:
        work.stop(code)
    assert caught.value.code == code
