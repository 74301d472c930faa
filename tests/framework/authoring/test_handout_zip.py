"""The handout zip: what is in it, and that a student can do with it, and nothing else, what its README says."""

import dataclasses
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
from handing_out import unpacked, write
from places import ROOT

from autograder.archive import zip_bytes
from autograder.assignment import Restriction, SandboxConfig, load, tomllib
from autograder.authoring.handout_zip import build_handout_zip, handout_files, readme, settings_file, told_how_to_run
from autograder.authoring.skeleton import build_skeleton
from autograder.errors import AssignmentError
from autograder.grading.story import grade
from autograder.student_side.public_tests import main

# Runs a program of the zip and then says which modules of the tool came from elsewhere.
ONLY_THE_ZIP = """
import os, runpy, sys
folder, sys.argv = os.getcwd(), sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    files = [module.__file__ for name, module in sys.modules.items() if name.partition(".")[0] == "autograder"]
    print("from elsewhere:", [file for file in files if not file.startswith(folder)])
"""
# The same where neither the signals nor the modules are that only POSIX has.
ELSEWHERE = """
import os, runpy, select, signal, socket, subprocess, sys, sysconfig
sysconfig.get_config_vars()  # which asks for a file that is named after the platform
for module, names in {
    signal: "SIGBUS SIGKILL SIGALRM SIGPROF SIGXCPU SIGXFSZ SIGHUP setitimer ITIMER_PROF ITIMER_REAL alarm pthread_sigmask",
    os: "fork setsid killpg memfd_create chown O_PATH O_DIRECTORY",
    socket: "AF_UNIX SOCK_SEQPACKET recv_fds send_fds",
    select: "poll epoll",
}.items():
    for name in names.split():
        delattr(module, name)
os.supports_dir_fd.clear()
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in ("resource", "fcntl", "grp", "pwd", "termios"):
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Missing())
sys.platform = "elsewhere"
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assignment")
    write(folder)
    build_skeleton(folder / "reference", folder / "student")
    return folder


@pytest.fixture(scope="module")
def built(folder):
    assert build_handout_zip(load(folder), folder / "build" / "handout.zip")[0].startswith("wrote handout.zip: version ")
    return folder / "build" / "handout.zip"


@pytest.fixture
def handout(built, tmp_path):
    return unpacked(built, tmp_path / "handout")


def python(folder, *arguments):
    """Run Python in a folder, without anything that the environment or the user adds; return status and output."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={"PATH": os.environ["PATH"], "COLUMNS": "100", "PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return done.returncode, done.stdout + done.stderr


def solve(folder, handout):
    """Put the reference's files in place of the skeleton's."""
    assignment = load(folder)
    for name in assignment.files:
        (handout / name).write_bytes((folder / assignment.reference / name).read_bytes())


def test_the_zip_holds_what_students_need_and_nothing_else(built):
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
    assert [name for name in names if not name.startswith("autograder/")] == [
        ".vscode/settings.json",
        "README.md",
        "VERSION",
        "answers.toml",
        "assignment.toml",
        "conftest.py",
        "handout.html",
        "pytest.ini",
        "requirements.txt",
        "rescaling.py",
        "run_tests.py",
        "tests/public/cases.py",
        "tests/public/test_rescaling.py",
        "tools.py",
    ]
    needed = {"autograder/grading/story.py", "autograder/results/results.schema.json", "autograder/sandbox/server.py"}
    assert needed <= set(names)
    rooms = {name.split("/")[1] for name in names if name.startswith("autograder/")}
    assert not {"authoring", "commands", "gradescope", "doctor"} & rooms


@pytest.mark.slow
def test_every_build_gives_the_same_bytes(folder, built, tmp_path):
    again = tmp_path / "again.zip"
    for path in (folder / "student").iterdir():
        os.utime(path, (2_000_000_000, 2_000_000_000))
        path.chmod(0o600)
    again.write_bytes(built.read_bytes())
    assert build_handout_zip(load(folder), again) == []  # it would be the same
    with zipfile.ZipFile(again) as archive:
        entries = archive.infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(entry.filename == "run_tests.py", oct(entry.external_attr >> 16)) for entry in entries} == {
        (True, "0o100755"),
        (False, "0o100644"),
    }


@pytest.mark.slow
def test_the_version_is_that_of_the_content(folder, built):
    before = handout_files(load(folder))
    (folder / "handout/handout.md").write_text((folder / "handout/handout.md").read_text() + "\nOne more line.\n")
    after = handout_files(load(folder))
    assert [name for name in after if before[name] != after[name]] == ["handout.html", "VERSION"]


def test_students_see_of_the_settings_what_the_public_suites_ask_for(folder, handout):
    given, original = (tomllib.loads((place / "assignment.toml").read_text()) for place in (handout, folder))
    assert given["suites"] == [{"path": "tests/public", "public": True}]
    assert given["parts"] == [{"number": "1", "title": "Features", "points": 1}]
    assert given["settings"] == original["settings"]
    assert set(given) == {"title", "submission", "suites", "parts", "sandbox", "settings"}


def test_students_see_what_their_files_may_use(folder):
    restrictions = (Restriction(("*.py",), libraries=()), Restriction(("a.py",), forbidden=("torch.dot",), enforce=False))
    assignment = dataclasses.replace(load(folder), restrictions=restrictions)
    given = tomllib.loads(settings_file(assignment, assignment.suites, assignment.parts))
    assert given["restrictions"] == [
        {"files": ["*.py"], "libraries": [], "enforce": True},
        {"files": ["a.py"], "forbidden": ["torch.dot"], "enforce": False},
    ]


def test_a_file_of_tests_that_is_started_as_a_program_says_how_to_run_it(handout):
    status, printed = python(handout, "tests/public/test_rescaling.py")
    told = (
        "Run the tests in the folder of the handout: python run_tests.py, or python -m pytest tests/public/test_rescaling.py\n"
    )
    assert (status, printed) == (1, told)


def test_a_file_that_has_a_program_of_its_own_keeps_it_and_what_comes_first_stays_first():
    program = b'if __name__ == "__main__":\n    unittest.main()\n'
    assert told_how_to_run("tests/test_a.py", program) == program
    assert told_how_to_run("tests/cases.py", b"import numpy\n") == b"import numpy\n"
    told = told_how_to_run(
        "t/test_a.py", b'"""A."""\nfrom __future__ import annotations\n\n@mark\ndef test_a(): pass\n'
    ).decode()
    assert told.index("annotations") < told.index("__main__") < told.index("@mark")
    compile(told, "test_a.py", "exec")


def test_an_editor_finds_the_tests_and_may_change_its_settings(handout, capsys):
    settings = handout / ".vscode/settings.json"
    assert json.loads(settings.read_text())["python.testing.pytestArgs"] == ["tests/public"]
    settings.write_text("{}")
    assert main(handout, ["--zip"]) == 0
    settings.unlink()
    assert main(handout, ["--zip"]) == 0
    assert "differs" not in capsys.readouterr().out


def test_the_readme_for_students_names_their_files_and_how_to_run_the_tests(handout):
    text = (handout / "README.md").read_text()
    assert text.startswith("# Rescaling\n") and "$" not in text
    assert "\nrescaling.py\nanswers.toml\n" in text
    assert "python -m pytest tests/public -k" in text
    assert "python run_tests.py 1.3 4" in text
    assert "Read `handout.html` first" in text and "PyTorch" not in text and "own numbers" not in text


def test_the_readme_gives_the_command_for_pytorch_without_cuda_and_says_where_a_code_goes(folder):
    assignment = replace(load(folder), variants=True, sandbox=SandboxConfig(preload=("numpy", "torch")))
    text = readme(assignment, assignment.suites[:1])
    assert "\npython -m pip install -r requirements.txt --extra-index-url https://download.pytorch.org/whl/cpu\n" in text
    assert "## Your own numbers" in text and 'the line `variant = ""` of `answers.toml`' in text and "$" not in text
    text = readme(replace(assignment, extra_index_url="https://packages.school.edu/cpu"), assignment.suites[:1])
    assert "--extra-index-url https://packages.school.edu/cpu\n" in text


def test_requirements_are_what_is_imported_pinned_as_in_constraints(handout):
    lines = (handout / "requirements.txt").read_text().splitlines()
    pinned = (ROOT / "constraints.txt").read_text().splitlines()
    assert set(lines) <= set(pinned)
    names = {line.partition("=")[0] for line in lines}
    assert {"pytest", "gradescope-utils", "numpy", "rich", "msgpack", "tomli"} <= names
    assert not {"torch", "latex2mathml", "markdown-it-py", "ruff"} & names


@pytest.mark.slow
def test_with_only_the_zip_the_skeleton_has_no_points_and_the_reference_all(folder, handout):
    status, printed = python(handout, "-I", "-c", ONLY_THE_ZIP, "run_tests.py")
    version = (handout / "VERSION").read_text().strip()
    assert status == 0
    assert "from elsewhere: []" in printed
    assert "0 of 1 points, 0 of 1 tests passed" in printed and "each in a process of its own" in printed
    assert "TODO 1.1" in printed and "rescale: the smallest of each column" in printed
    assert f"public tests of handout version {version}." in printed
    solve(folder, handout)
    status, printed = python(handout, "-I", "run_tests.py")
    assert (status, "1 of 1 points, 1 of 1 tests passed" in printed) == (0, True)


def test_run_tests_gives_its_result_as_one_line_of_json(handout, capsys):
    assert main(handout, ["--json"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    result = json.loads(printed)
    assert result["version"] == (handout / "VERSION").read_text().strip()
    (test,) = result["tests"]
    assert test.pop("output").startswith("your code raised NotImplementedError: TODO 1.1: rescale\n\nTraceback")
    assert test == {
        "id": "tests/public/test_rescaling.py::test_each_column_begins_at_low",
        "number": "1.1",
        "name": "rescale: the smallest of each column",
        "status": "failed",
        "score": 0,
        "max_score": 1,
    }


def test_json_is_printed_alone_whatever_the_code_prints(folder, handout):
    solve(folder, handout)
    source = (handout / "rescaling.py").read_text()
    (handout / "rescaling.py").write_text(source.replace("    smallest", '    print("{}")\n    smallest', 1))
    status, printed = python(handout, "-I", "-c", ELSEWHERE, "run_tests.py", "--json")
    assert status == 0
    (test,) = json.loads(printed)["tests"]
    assert (test["status"], test["score"], test["output"]) == ("passed", 1, "{}")


def test_a_module_that_lies_beside_the_files_and_is_not_handed_in_is_named(folder, handout, capsys):
    solve(folder, handout)
    (handout / "utils.py").write_text("SHARE = 1\n")
    source = (handout / "rescaling.py").read_text()
    (handout / "rescaling.py").write_text(f"from utils import SHARE\n{source}")
    assert main(handout, []) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "ModuleNotFoundError: No module named 'utils' utils.py lies beside your files, but this assignment takes" in printed
    assert "not installed" not in printed and "Ignored, since" not in printed


def test_run_tests_works_where_there_is_no_posix(folder, handout):
    solve(folder, handout)
    status, printed = python(handout, "-I", "-c", ELSEWHERE, "run_tests.py")
    assert status == 0, printed
    assert "1 of 1 points, 1 of 1 tests passed" in printed and "all in one process" in printed


def test_plain_pytest_works_in_the_folder(folder, handout):
    status, printed = python(handout, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert (status, "NotImplementedError: TODO 1.1: rescale" in printed) == (1, True)
    solve(folder, handout)
    status, printed = python(handout, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/public")
    assert (status, "1 passed" in printed) == (0, True)


def test_the_zip_to_upload_holds_exactly_the_files_to_hand_in_and_can_be_graded(folder, handout):
    solve(folder, handout)
    (handout / "notes.txt").write_text("mine")
    status, printed = python(handout, "-I", "run_tests.py", "--zip")
    assert (status, printed) == (0, f"{handout / 'submission.zip'}: answers.toml, rescaling.py\n")
    with zipfile.ZipFile(handout / "submission.zip") as archive:
        assert archive.namelist() == ["answers.toml", "rescaling.py"]
    public = load(handout)
    outcome = grade(public, [handout / "submission.zip"], "off")
    assert (outcome.score, outcome.remarks) == ((1, 1), [])


def test_the_zip_to_upload_says_what_is_missing(handout, capsys):
    (handout / "answers.toml").unlink()
    assert main(handout, ["--zip"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "Not in it, because they are not here: answers.toml"
    (handout / "rescaling.py").unlink()
    for arguments in ([], ["--zip"]):
        assert main(handout, arguments) == 1
        assert capsys.readouterr().err == f"run_tests.py: none of your files is in {handout}: rescaling.py, answers.toml\n"


def test_packages_that_are_missing_are_named_with_what_to_do(handout, capsys):
    with open(handout / "requirements.txt", "a") as file:
        file.write("# the course's own\nno-such-package==1.0\nneither-this==1.0; python_version < '3'\n")
    assert main(handout, []) == 3
    assert capsys.readouterr().err == (
        "run_tests.py: missing Python packages: no-such-package; install what the tests need: "
        "python -m pip install -r requirements.txt\n"
    )


@pytest.mark.slow
def test_a_public_suite_that_needs_what_is_not_in_the_zip_is_refused(tmp_path):
    write(tmp_path)
    build_skeleton(tmp_path / "reference", tmp_path / "student")
    (tmp_path / "elsewhere.py").write_text("")
    path = tmp_path / "tests/public/cases.py"
    path.write_text(f"{path.read_text()}\n\nfrom rescaling import no_such_name  # noqa: F401\nopen('no_such_file')\n")
    with pytest.raises(AssignmentError, match=r"(?s)cannot be collected from the handout zip alone:.*no_such_file"):
        handout_files(load(tmp_path))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("assignment.toml", "public = true\n", "", "no suite is handed out"),
        ("assignment.toml", 'skeleton = "student"\n', "", "names no skeleton"),
        (
            "assignment.toml",
            '"answers.toml"]',
            '"answers.toml", "README.md"]',
            "both the assignment and the tool have a file README.md",
        ),
        ("student/rescaling.py", "Return x", "Return X", "student/rescaling.py differs from line"),
        ("tests/public/cases.py", "def", "import no_such_library\n\n\ndef", "no_such_library is imported by what students get"),
    ],
)
def test_what_does_not_agree_is_refused(tmp_path, file, old, new, said):
    write(tmp_path)
    build_skeleton(tmp_path / "reference", tmp_path / "student")
    if "README.md" in new:
        for name in ("reference", "student"):
            (tmp_path / name / "README.md").write_text("")
    path = tmp_path / file
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(AssignmentError, match=said):
        build_handout_zip(load(tmp_path), tmp_path / "handout.zip")
    assert not (tmp_path / "handout.zip").exists()


def test_a_zip_depends_on_nothing_but_its_files():
    assert zip_bytes({"b": b"2", "a": b"1"}) == zip_bytes({"a": b"1", "b": b"2"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    # BEGIN", "    return x - x + 2\n    # BEGIN", "the skeleton gets 1 points in tests/public/test_rescaling.py::"),
        (
            "low + share",
            "low - share",
            "the reference fails in tests/public/test_rescaling.py::test_each_column_begins_at_low: ",
        ),
        ("from tools", "print(1 / 0)\nfrom tools", "student/rescaling.py cannot be imported: ZeroDivisionError"),
    ],
)
def test_a_zip_from_which_skeleton_or_reference_do_not_score_as_they_should_is_refused(tmp_path, old, new, said):
    write(tmp_path)
    path = tmp_path / "reference/rescaling.py"
    path.write_text(path.read_text().replace(old, new))
    build_skeleton(tmp_path / "reference", tmp_path / "student")
    with pytest.raises(AssignmentError, match=f"(?s)run from the handout zip alone:.*{said}"):
        build_handout_zip(load(tmp_path), tmp_path / "handout.zip")
    assert not (tmp_path / "handout.zip").exists()
