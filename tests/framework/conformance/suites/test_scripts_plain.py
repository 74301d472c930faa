import importlib
import io
import os
import runpy
import subprocess
import sys
from unittest.mock import patch

import pytest


def run(text):
    return subprocess.run([sys.executable, "scripts_plain.py"], input=text, capture_output=True, text=True, timeout=30)


@pytest.fixture(scope="module")
def output():
    return run("Ann\n3\n").stdout


def test_greets(output):
    assert "Hello, Ann\n" in output


def test_squares(output):
    assert "Squares: 1 4 9\n" in output


def test_total(output):
    assert output.rstrip("\n").endswith("Total: 14")


def test_prompts(output):
    assert output.startswith("Your name: A number: ")


def test_not_a_number():
    result = run("Ann\nthree\n")
    assert result.returncode != 0
    assert "ValueError" in result.stderr


def test_run_path_gives_the_variables(capsys):
    with patch("builtins.input", side_effect=["Bob", "2"]):
        variables = runpy.run_path("scripts_plain.py")
    assert variables["squares"] == [1, 4]
    assert variables["total"] == 5


def test_run_path_with_stdin(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("Eve\n1\n"))
    runpy.run_path("scripts_plain.py", run_name="__main__")
    assert "Total: 1" in capsys.readouterr().out


def test_import_runs_the_program(capsys):
    with patch("builtins.input", side_effect=["Bob", "2"]):
        sys.modules.pop("scripts_plain", None)
        module = importlib.import_module("scripts_plain")
    assert module.name == "Bob"
    assert "Squares: 1 4\n" in capsys.readouterr().out


def test_source_has_a_comprehension_or_loop():
    assert os.path.exists("scripts_plain.py")
    with open("scripts_plain.py") as file:
        assert "for" in file.read()


def test_popen():
    process = subprocess.Popen(
        [sys.executable, "scripts_plain.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    out, err = process.communicate("Zoe\n2\n", timeout=30)
    assert process.returncode == 0
    assert "Hello, Zoe" in out
    assert err == ""
