"""What commands print, wherever it goes: narrow windows, terminals without colours or with few characters, pipes."""

import os
import re
import subprocess
import sys

import pytest
from doubling import RIGHT, WITH_SKELETON, WRONG
from files import write_files
from programs import run_in_terminal, run_python, with_few_characters

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux"),
]
AUTOGRADER = (sys.executable, "-m", "autograder")
COMMANDS = ("grade student", "check", "class handed_in --out out")
STYLE = re.compile("\x1b\\[[0-9;]*m")
COLOUR = re.compile("\x1b\\[(?:\\d+;)*(?:3[0-7]|4[0-7]|9[0-7]|38|48)(?:;\\d+)*m")


@pytest.fixture
def folder(tmp_path):
    """An assignment with a fault that `check` finds at once, a wrong submission, and a class of two."""
    tmp_path.chmod(0o755)
    write_files(tmp_path, {**WITH_SKELETON, "student/double.py": WRONG})
    write_files(tmp_path / "handed_in", {"ada/double.py": RIGHT, "bob/double.py": WRONG})
    return tmp_path


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_the_table_fits_into_the_window(folder, columns):
    status, shown = run_in_terminal(*AUTOGRADER, "grade", "student", "--sandbox", "off", columns=columns, cwd=folder)
    lines = STYLE.sub("", shown.rpartition("\x1b[2K")[2]).splitlines()
    assert status == 0 and "double: fractions" in shown and "4 of 10 points" in " ".join(lines)
    assert max(map(len, lines)) <= columns


@pytest.mark.parametrize("command", COMMANDS)
def test_a_terminal_without_colours_gets_none_and_a_dumb_one_no_escapes(folder, command):
    _, shown = run_in_terminal(*AUTOGRADER, *command.split(), columns=80, cwd=folder, env={"NO_COLOR": "1"})
    assert "double" in shown.lower() or "graded" in shown
    assert not COLOUR.search(shown)
    _, shown = run_in_terminal(*AUTOGRADER, *command.split(), columns=80, cwd=folder, env={"TERM": "dumb"})
    assert "\x1b" not in shown and shown


@pytest.mark.parametrize("command", COMMANDS)
def test_an_encoding_with_few_characters_ends_nothing_and_marks_differ(folder, command):
    done = subprocess.run(
        [*AUTOGRADER, *command.split()], cwd=folder, env={**os.environ, "PYTHONIOENCODING": "cp1252"}, capture_output=True,
        timeout=120, check=False,
    )  # fmt: skip
    printed, errors = done.stdout.decode("cp1252"), done.stderr.decode("cp1252")
    assert done.returncode == (1 if command == "check" else 0) and "Traceback" not in errors
    if command == "check":
        assert printed.startswith("x tests, points")
    if command.startswith("grade"):
        assert re.search(r"^\+ 1\.1 +double: integers", printed, re.MULTILINE)
        assert re.search(r"^x 1\.2 +double: fractions", printed, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_pipe_gets_utf8_and_no_escapes(folder, command):
    _, printed, errors = run_python("-m", "autograder", *command.split(), cwd=folder, env=with_few_characters())
    assert "\x1b" not in printed + errors and "\ufffd" not in printed
    assert ("✗" in printed) == (not command.startswith("class"))


def test_a_long_step_says_what_it_does_on_a_terminal_and_leaves_no_trace_of_it(folder):
    run_python("-m", "autograder", "build", "skeleton", cwd=folder)
    status, shown = run_in_terminal(*AUTOGRADER, "build", "gradescope", columns=80, cwd=folder)
    assert status == 0 and "packing the zip" in shown and "wrote gradescope.zip" in shown
    assert "packing the zip" not in shown.rpartition("\x1b[2K")[2]
    status, printed, errors = run_python("-m", "autograder", "build", "gradescope", "--out", "other.zip", cwd=folder)
    assert status == 0 and "packing" not in printed + errors
