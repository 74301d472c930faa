import io
import runpy
import subprocess
import sys

import pytest
import scripts_wordcount

SCRIPT = "scripts_wordcount.py"


def run(*args, **options):
    return subprocess.run([sys.executable, SCRIPT, *args], capture_output=True, text=True, timeout=30, **options)


def test_import_prints_nothing(capsys):
    assert scripts_wordcount.__name__ == "scripts_wordcount"
    assert capsys.readouterr().out == ""


def test_function_of_the_script():
    assert scripts_wordcount.count("A b a") == {"a": 2, "b": 1}


def test_standard_input():
    result = run(input="b a\nB c b\n")
    assert result.returncode == 0
    assert result.stdout == "3 b\n1 a\n1 c\n"


def test_file_argument(tmp_path):
    (tmp_path / "in.txt").write_text("x y x")
    assert run(str(tmp_path / "in.txt")).stdout.splitlines() == ["2 x", "1 y"]


def test_two_files(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text("same")
    assert run(str(tmp_path / "a"), str(tmp_path / "b")).stdout == "2 same\n"


def test_missing_file():
    result = run("no-such-file.txt")
    assert result.returncode == 1
    assert "no-such-file.txt" in result.stderr
    assert result.stdout == ""


def test_help():
    result = run("--help")
    assert result.returncode == 0
    assert "standard input" in result.stdout


def test_path_of_the_module():
    result = subprocess.run(
        [sys.executable, scripts_wordcount.__file__], input="hi", capture_output=True, text=True, timeout=30
    )
    assert result.stdout == "1 hi\n"


def test_main_in_this_process(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("one one"))
    assert scripts_wordcount.main([]) == 0
    assert capsys.readouterr().out == "2 one\n"


def test_runpy(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", [SCRIPT])
    monkeypatch.setattr(sys, "stdin", io.StringIO("b a b"))
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(SCRIPT, run_name="__main__")
    assert caught.value.code == 0
    assert capsys.readouterr().out == "2 b\n1 a\n"
