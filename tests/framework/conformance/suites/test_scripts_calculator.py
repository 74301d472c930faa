import subprocess
import sys

import pytest
from scripts_calculator import calculate, main

SCRIPT = "scripts_calculator.py"


@pytest.mark.parametrize("line, value", [("1 + 2", 3), ("5 - 7", -2), ("2 * 4.5", 9), ("1 / 4", 0.25)])
def test_calculate(line, value):
    assert calculate(line) == value


def test_check_output():
    assert subprocess.check_output([sys.executable, SCRIPT, "2", "*", "3"], text=True) == "6.00\n"


def test_option():
    result = subprocess.run([sys.executable, SCRIPT, "--digits", "0", "2", "*", "3"], stdout=subprocess.PIPE, text=True)
    assert result.stdout.strip() == "6"


def test_session():
    result = subprocess.run([sys.executable, SCRIPT], input="1 + 1\n9 / 2\nquit\n", capture_output=True, text=True)
    assert result.stdout == "> 2.00\n> 4.50\n> Bye\n"


def test_errors_do_not_end_the_session():
    result = subprocess.run([sys.executable, SCRIPT], input="1 / 0\n1 + 1\nquit\n", capture_output=True, text=True)
    assert "Error: division by zero" in result.stdout
    assert "2.00" in result.stdout


def test_wrong_option_has_status_2():
    result = subprocess.run([sys.executable, SCRIPT, "--colour"], capture_output=True, text=True)
    assert result.returncode == 2
    assert "usage: calculator" in result.stderr


def test_check_raises_for_a_failing_program():
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run([sys.executable, SCRIPT, "x", "+", "1"], check=True, capture_output=True)


def test_traceback_of_a_failing_program():
    result = subprocess.run([sys.executable, SCRIPT, "x", "+", "1"], capture_output=True, text=True)
    assert result.returncode == 1
    assert "ValueError" in result.stderr


def test_end_of_input_is_an_error():
    result = subprocess.run([sys.executable, SCRIPT], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert result.returncode == 1
    assert "EOFError" in result.stderr


def test_bytes_without_text():
    result = subprocess.run([sys.executable, SCRIPT, "1", "+", "1"], capture_output=True)
    assert result.stdout == b"2.00\n"


def test_main_with_arguments(capsys):
    main(["3", "-", "1"])
    assert capsys.readouterr().out == "2.00\n"


def test_main_reads_argv(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["calculator", "--digits", "1", "1", "/", "4"])
    main()
    assert capsys.readouterr().out == "0.2\n"


def test_main_refuses_options(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--what"])
    assert caught.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err
