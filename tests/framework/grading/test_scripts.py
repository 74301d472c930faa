"""Submitted programs, by the fixture run_script and by what a suite starts itself: each runs in the sandbox."""

import subprocess
import sys
import textwrap

import pytest
from files import write_files
from toys import Graded, grade_toy

SETTINGS = """
title = "Toy"
[submission]
files = ["program.py", "missing.py"]
[[suites]]
path = "tests"
[limits]
test_seconds = 20
[sandbox]
preload = []
"""

PROGRAM = '''
"""Greets."""
import os
import sys
import time


def greet(name):
    return f"Hello, {name}!"


def program_file():
    return os.path.abspath(__file__)


def main():
    if sys.argv[1:] == ["fail"]:
        print("it failed", file=sys.stderr)
        sys.exit(3)
    if sys.argv[1:] == ["raise"]:
        raise ValueError("no")
    if sys.argv[1:] == ["hang"]:
        print("begun", flush=True)
        time.sleep(100)
    if sys.argv[1:] == ["echo"]:
        print(sys.stdin.read().upper(), end="")
        return
    if sys.argv[1:2] == ["write"]:
        with open(sys.argv[2], "w") as file:
            file.write("written")
        return
    if sys.argv[1:] == ["where"]:
        print(os.path.exists("program.py"), os.environ.get("LEVEL"), "PYTEST_CURRENT_TEST" in os.environ, os.getppid())
        return
    print(greet(*sys.argv[1:] or [input("Name? ")]))


if __name__ == "__main__":
    main()
'''

SUITE = """
import ast
import importlib.util
import os
import runpy
import subprocess
import sys
from subprocess import run
from pathlib import Path

import pytest

from program import greet, program_file

HERE = Path(__file__).parent


def test_arguments(run_script):
    done = run_script("program.py", args=["Ada"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "Hello, Ada!\\n", "")

def test_input(run_script):
    assert run_script("program.py", input="Bob\\n").stdout == "Name? Hello, Bob!\\n"

def test_no_input(run_script):
    done = run_script("program.py")
    assert done.returncode == 1 and "EOFError" in done.stderr

def test_status_and_error(run_script):
    done = run_script("program.py", args=("fail",))
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "it failed\\n")

def test_exception(run_script):
    done = run_script("program.py", args=("raise",))
    assert done.returncode == 1 and "ValueError: no" in done.stderr
    with pytest.raises(subprocess.CalledProcessError):
        done.check_returncode()

def test_timeout(run_script):
    with pytest.raises(subprocess.TimeoutExpired):
        run_script("program.py", args=("hang",), timeout=0.7)

def test_a_file_that_it_writes(run_script, tmp_path):
    run_script("program.py", args=["write", tmp_path / "out.txt"])
    assert (tmp_path / "out.txt").read_text() == "written"

def test_a_file_in_the_current_folder(run_script, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_script("program.py", args=["write", "out.txt"])
    assert Path("out.txt").read_text() == "written"

def test_the_module_as_well():
    assert greet("Eve") == "Hello, Eve!"

def test_run():
    done = subprocess.run([sys.executable, "program.py", "Ada"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "Hello, Ada!\\n")

def test_run_by_its_name():
    done = run(["python3", "program.py"], input="Bob", stdout=subprocess.PIPE, encoding="utf-8")
    assert done.stdout == "Name? Hello, Bob!\\n"

def test_run_bytes():
    assert run([sys.executable, "program.py", "echo"], input=b"abc", stdout=subprocess.PIPE).stdout == b"ABC"

def test_run_by_a_path_beside_the_tests():
    done = run([sys.executable, str(HERE.parent / "program.py"), "Ada"], capture_output=True, text=True, cwd=HERE.parent)
    assert done.stdout == "Hello, Ada!\\n"

def test_run_checked():
    with pytest.raises(subprocess.CalledProcessError) as info:
        run([sys.executable, "program.py", "fail"], check=True, capture_output=True, text=True)
    assert info.value.returncode == 3 and info.value.stderr == "it failed\\n"

def test_run_too_long():
    with pytest.raises(subprocess.TimeoutExpired):
        run([sys.executable, "program.py", "hang"], timeout=0.7, capture_output=True)

def test_check_output():
    assert subprocess.check_output([sys.executable, "program.py", "Ada"], text=True) == "Hello, Ada!\\n"
    assert subprocess.check_output([sys.executable, "program.py", "fail"][:2] + ["Ada"]) == b"Hello, Ada!\\n"

def test_call_and_check_call(capsys):
    assert subprocess.call([sys.executable, "program.py", "fail"]) == 3
    assert capsys.readouterr().err == "it failed\\n"
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.check_call([sys.executable, "program.py", "fail"])

def test_merged_streams():
    done = run([sys.executable, "program.py", "fail"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert (done.stdout, done.stderr) == ("it failed\\n", None)

def test_module():
    assert run([sys.executable, "-m", "program", "Ada"], capture_output=True, text=True).stdout == "Hello, Ada!\\n"

def test_code():
    done = run([sys.executable, "-c", "import program; print(program.greet('x'))"], capture_output=True, text=True)
    assert done.stdout == "Hello, x!\\n"

def test_environment():
    done = run([sys.executable, "program.py", "where"], env={**os.environ, "LEVEL": "7"}, capture_output=True, text=True)
    assert done.stdout.split()[:3] == ["True", "7", "False"]

def test_a_program_of_the_suite_runs_here():
    done = run([sys.executable, "-c", "import os; print(os.getppid())"], capture_output=True, text=True)
    assert int(done.stdout) == os.getpid()
    assert subprocess.check_output(["echo", "x"]) == b"x\\n"

def test_run_path(tmp_path):
    names = runpy.run_path("program.py")
    assert names["greet"]("Eve") == "Hello, Eve!" and names["__doc__"] == "Greets."

def test_the_source_is_read():
    assert "def greet" in Path("program.py").read_text() and os.path.exists("program.py")
    names = [node.name for node in ast.walk(ast.parse(Path("program.py").read_text())) if isinstance(node, ast.FunctionDef)]
    assert "greet" in names

def test_asks_for_staff_executed():
    exec(open("program.py").read())

def test_asks_for_staff_compiled():
    exec(compile(Path("program.py").read_bytes() + b"\\nmain()", "program.py", "exec"))

def test_asks_for_staff_by_its_path_here():
    spec = importlib.util.spec_from_file_location("loaded", "program.py")
    spec.loader.exec_module(importlib.util.module_from_spec(spec))

def test_a_program_of_the_suite_does_not_find_the_submission():
    done = run([sys.executable, "-c", "import sys; __import__('pro' + 'gram')"], capture_output=True, text=True)
    assert "ModuleNotFoundError" in done.stderr

def test_asks_for_staff_by_location():
    spec = importlib.util.spec_from_file_location("loaded", program_file())
    spec.loader.exec_module(importlib.util.module_from_spec(spec))

def test_asks_for_staff_imported_from_tmp_path(tmp_path, monkeypatch, run_script):
    run_script("program.py", args=["write", tmp_path / "written.py"])
    monkeypatch.syspath_prepend(tmp_path)
    import written

def test_a_module_of_the_suite_in_tmp_path(tmp_path, monkeypatch):
    (tmp_path / "own.py").write_text("x = 1")
    monkeypatch.syspath_prepend(tmp_path)
    import own
    assert own.x == 1

def test_popen():
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process = subprocess.Popen([sys.executable, "program.py"], text=True, **pipes)
    assert process.communicate("Bob", timeout=20) == ("Name? Hello, Bob!\\n", "") and process.returncode == 0
    with subprocess.Popen([sys.executable, "program.py", "fail"], **pipes) as process:
        assert process.wait() == 3
    process = subprocess.Popen([sys.executable, "program.py", "hang"], **pipes)
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=0.7)
    process.kill()
    process.communicate()
    assert process.returncode < 0
    with subprocess.Popen(["echo", "x"], stdout=subprocess.PIPE) as process:
        assert process.communicate()[0] == b"x\\n" and isinstance(process, subprocess.Popen)

def test_asks_for_staff_popen():
    with subprocess.Popen([sys.executable, "program.py"], stdin=subprocess.PIPE) as process:
        process.stdin.write(b"Ada")

def test_asks_for_staff_system():
    os.system(f"{sys.executable} program.py Ada")

def test_asks_for_staff_shell():
    run(f"{sys.executable} program.py Ada | cat", shell=True)

def test_asks_for_staff_other_program():
    run(["cat", "program.py"])

def test_asks_for_staff_unknown_name(run_script):
    run_script("unknown.py")

def test_is_the_students_missing(run_script):
    run_script("missing.py")
"""


def graded(folder, mode) -> Graded:
    files = {"assignment.toml": SETTINGS, "tests/test_toy.py": SUITE, "sub/program.py": PROGRAM}
    write_files(folder, {name: textwrap.dedent(text) for name, text in files.items()})
    return grade_toy(folder, mode)


@pytest.fixture(scope="module")
def sandboxed(tmp_path_factory):
    return graded(tmp_path_factory.mktemp("scripts"), "auto")


def names() -> list[str]:
    return [line.split("(")[0].split()[1] for line in SUITE.splitlines() if line.startswith("def test_")]


@pytest.mark.parametrize("name", names())
def test_a_program_runs_in_the_sandbox_or_staff_are_asked(sandboxed, name):
    record = sandboxed[name]
    if name.startswith("test_asks"):
        assert record.status == "broken" and "run_script" in record.staff, record.reason + record.staff
    elif name.startswith("test_is_the_students"):
        assert record.status == "failed" and "missing.py" in record.reason and "is missing" in record.reason
    else:
        assert record.status == "passed", record.reason + record.staff


def test_run_script_in_this_process_runs_the_file(tmp_path):
    records = {record.nodeid.rpartition("::")[2]: record for record in graded(tmp_path, "off").outcome.records}
    by_fixture = [name for name in names() if "(run_script" in SUITE.split(f"def {name}")[1].split("\n")[0]]
    assert len(by_fixture) == 10
    for name in by_fixture:
        expected = "broken" if "asks" in name else "failed" if "students" in name else "passed"
        assert records[name].status == expected, records[name].staff


PLAIN = """
import subprocess
import pytest

def test_plain(run_script):
    assert run_script("program.py", args=["Ada"]).stdout == "Hello, Ada!\\n"
    with pytest.raises(subprocess.TimeoutExpired):
        run_script("program.py", args=["hang"], timeout=0.7)

def test_missing(run_script):
    run_script("unknown.py")
"""


def test_run_script_in_plain_pytest_runs_the_file(tmp_path):
    write_files(tmp_path, {"test_plain.py": PLAIN, "program.py": PROGRAM})
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 failed, 1 passed" in done.stdout
    assert "unknown.py is missing: run the tests in the folder where it lies" in done.stdout
