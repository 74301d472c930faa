"""The command with a heavy library: loaded once, before the two sides divide, and nobody notices but the clock."""

import glob
import importlib.util
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from files import write_files
from places import ROOT
from waiting import until

from autograder.commands import launch
from autograder.sandbox.programs import clean_environment

COMMAND = [sys.executable, "-m", "autograder", "grade"]
SCRIPT = "import sys; from autograder.commands.launch import command; sys.exit(command())"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's"),
    pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch"),
]

# torch.nn and not torch: the modules that PyTorch loads late are not needed here, and take a second.
TOML = """
title = "Both sides"
[submission]
files = ["submitted.py"]
[[suites]]
path = "tests"
[limits]
test_seconds = 60
[sandbox]
preload = ["numpy", "torch.nn"]
"""

SUBMISSION = """
import os, sys, time
import numpy as np

def place(module, name): return id(getattr(sys.modules[module], name))
def has(module): return module in sys.modules
def environment(): return dict(os.environ)
def text_of(path):
    with open(path) as file:
        return file.read()
def folder(): return os.getcwd()
def numbers(): return np.random.get_state()[1].tolist()
def sleep(): time.sleep(1000)
"""

SUITE = """
import contextlib, os, sys, tempfile
import numpy as np
import submitted

NUMBERS = np.random.get_state()[1].tolist()

def test_both_sides_have_one_import():
    import torch
    assert submitted.place("torch.nn", "Linear") == id(torch.nn.Linear)
    assert submitted.place("numpy", "ndarray") == id(np.ndarray)

def test_the_command_has_its_environment_back():
    assert os.environ["NOTE"] == "caf\\u00e9" and os.environ["TMPDIR"] == TMPDIR
    assert tempfile.gettempdir().startswith(TMPDIR + os.sep)  # in a folder that goes with the grading
    assert "MPLBACKEND" not in os.environ and os.environb[b"BYTES"] == b"\\xff"

def test_the_command_has_its_arguments_folder_and_path_back():
    assert sys.argv[1:] == ARGUMENTS and "/from/PYTHONPATH" in sys.path
    assert os.path.samefile("assignment.toml", os.path.join(FOLDER, "assignment.toml"))
    assert not sys.dont_write_bytecode

def test_nothing_of_the_caller_is_on_the_other_side():
    environment = submitted.environment()
    assert {name: environment[name] for name in CLEAN if name not in ("USER", "LOGNAME")} == EXPECTED
    assert not set(environment) & {"NOTE", "BYTES", "PYTHONPATH"}
    texts = [submitted.text_of("/proc/self/cmdline")]
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        server, *_ = file.read().split()
    with contextlib.suppress(PermissionError):  # only root may look at the server
        with open(f"/proc/{server}/environ") as file:
            texts.append(file.read())
        for name in os.listdir(f"/proc/{server}/fd"):
            with contextlib.suppress(FileNotFoundError):  # closed since
                opened = os.readlink(f"/proc/{server}/fd/{name}")
                assert "memfd" not in opened and opened != FOLDER
    for text in texts:
        assert len(text) > 50 and not any(word in text for word in ("NOTE", "results", FOLDER, "SUBMISSION"))

def test_the_sides_draw_other_random_numbers():
    assert NUMBERS != submitted.numbers()

def test_the_standard_streams_are_those_of_the_caller():
    assert "h\u00e9".encode(sys.__stdout__.encoding) == b"h\\xe9" and sys.__stdin__.readline() == "for later\\n"
"""


def write_assignment(folder, suite=SUITE, toml=TOML, submission=SUBMISSION):
    folder.chmod(0o755)
    files = {"assignment.toml": toml, "tests/test_it.py": suite, "SUBMISSION/submitted.py": submission}
    return write_files(folder, {name: textwrap.dedent(text) for name, text in files.items()})


def run(folder, *arguments, command=COMMAND, **keywords):
    keywords.setdefault("env", {**os.environ, "PYTHONPATH": str(ROOT)})
    done = subprocess.run([*command, *arguments], cwd=folder, capture_output=True, timeout=120, **keywords)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.parametrize("command", [COMMAND, [sys.executable, "-c", SCRIPT, "grade"]], ids=["python -m", "script"])
def test_the_two_sides_share_one_import_and_nothing_of_the_caller(tmp_path, command):
    arguments = ["grade", "SUBMISSION", "--out", "results.json"]
    expected = {name: value for name, value in clean_environment().items() if name not in ("USER", "LOGNAME")}
    temporary = tmp_path / "temporary"
    temporary.mkdir(mode=0o755)
    constants = f"\nARGUMENTS = {arguments!r}\nFOLDER, TMPDIR = {str(tmp_path)!r}, {str(temporary)!r}\n"
    constants += f"CLEAN = {list(clean_environment())!r}\nEXPECTED = {expected!r}\n"
    write_assignment(tmp_path, SUITE + constants)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MPL"))}
    environment |= {"NOTE": "café", "TMPDIR": str(temporary), "BYTES": "\udcff"}
    environment |= {"PYTHONPATH": f"{ROOT}:/from/PYTHONPATH", "PYTHONIOENCODING": "latin-1:replace"}
    status, printed, errors = run(tmp_path, *arguments[1:], command=command, env=environment, input=b"for later\n")
    assert (status, errors) == (0, ""), printed
    document = json.loads((tmp_path / "results.json").read_text())
    assert {item["name"]: item.get("output", "") for item in document["tests"] if item["status"] != "passed"} == {}
    assert document["extra_data"]["notes"] == []


def test_an_assignment_without_heavy_libraries_never_loads_them(tmp_path, monkeypatch):
    suite = """
    import sys
    import numpy as np
    import submitted

    def test_it():
        assert not submitted.has("torch") and "torch" not in sys.modules
    """
    write_assignment(tmp_path, suite, TOML.replace(', "torch.nn"', ""))
    monkeypatch.setattr(launch, "processors", lambda: 2)
    assert launch.modules_to_share(["grade", "SUBMISSION", "--assignment", str(tmp_path)]) is None
    status, printed, _ = run(tmp_path, "SUBMISSION")
    assert status == 0 and "1 of 1 tests passed" in printed


def test_the_sides_divide_only_where_that_pays(tmp_path, monkeypatch):
    write_assignment(tmp_path)
    where = ["--assignment", str(tmp_path)]
    assert launch.modules_to_share(["grade", "x", *where]) == ("numpy", "torch.nn")
    assert launch.modules_to_share(["grade", "x", *where, "--sandbox", "off"]) is None
    assert launch.modules_to_share(["build", "skeleton", *where]) is None
    assert launch.modules_to_share(["grade", "x", "--assignment", str(tmp_path / "tests")]) is None
    monkeypatch.setattr(sys, "_xoptions", {"dev": True})
    assert launch.modules_to_share(["grade", "x", *where]) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["nowhere"], 1, "nowhere"),
        (["SUBMISSION", "--out", "no/results.json"], 3, "--out needs an existing folder"),
        (["SUBMISSION", "--assignment", "tests"], 3, "has no assignment.toml"),
        (["SUBMISSION", "--sandbox", "none"], 2, "'none' is no choice"),
    ],
)
def test_mistakes_of_the_caller_are_told_as_ever(tmp_path, arguments, status, words):
    write_assignment(tmp_path, toml=TOML.replace("torch.nn", "torch.no_such_module"))
    found, printed, errors = run(tmp_path, *arguments)
    assert (found, printed) == (status, "") and words in errors and "Traceback" not in errors


@pytest.mark.slow
def test_a_library_that_cannot_be_loaded_is_a_note(tmp_path):
    suite = "def test_it():\n    import submitted\n    assert submitted.has('numpy')\n"
    write_assignment(tmp_path, suite, TOML.replace("torch.nn", "torch.no_such_module"))
    status, printed, _ = run(tmp_path, "SUBMISSION", "--out", "results.json")
    assert status == 0 and "1 of 1 tests passed" in printed
    (note,) = json.loads((tmp_path / "results.json").read_text())["extra_data"]["notes"]
    assert note == "not preloaded: torch.no_such_module: No module named 'torch.no_such_module'"


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_an_interrupt_ends_both_sides_and_leaves_nothing(tmp_path, number, status):
    write_assignment(tmp_path, "import submitted\ndef test_it():\n    print('begun', flush=True)\n    submitted.sleep()\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir(mode=0o755)
    grading = subprocess.Popen(
        [*COMMAND, "SUBMISSION"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}, start_new_session=True,
    )  # fmt: skip
    assert until(lambda: glob.glob(f"{temporary}/autograder-*/[0-9]*")), "no box"
    server = until(lambda: Path(f"/proc/{grading.pid}/task/{grading.pid}/children").read_text().split())[0]
    os.kill(grading.pid, number)
    _, errors = grading.communicate(timeout=60)
    assert grading.returncode == status and "Traceback" not in errors
    assert until(lambda: not os.path.exists(f"/proc/{server}"))
    assert until(lambda: not list(temporary.iterdir()))


def test_a_server_that_nobody_uses_ends_with_its_control_socket():
    program = """
from autograder.commands.launch import fork_server
((server, control),) = fork_server()
control.close()
print(server.wait())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_a_server_can_be_forked_and_given_to_grade(tmp_path):
    suite = "import submitted\ndef test_it():\n    assert submitted.has('numpy') and 'NOTE' not in submitted.environment()\n"
    write_assignment(tmp_path, suite, TOML.replace(', "torch.nn"', ""))
    program = """
import sys
from pathlib import Path
from autograder.assignment import load
from autograder.commands.launch import fork_server
from autograder.grading.story import grade

folder = Path(sys.argv[1])
outcome = grade(load(folder), [folder / "SUBMISSION"], server=fork_server())
print(*[record.status for record in outcome.records], outcome.level)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True, text=True, cwd=ROOT, timeout=60, env={**os.environ, "NOTE": "of the grader"},
    )  # fmt: skip
    status, level = done.stdout.split()
    assert (status, done.stderr) == ("passed", "") and level in "ABC"
