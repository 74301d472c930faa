"""`autograder class`: the results of a class are those of its submissions, whatever happens meanwhile."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from classes import documents, grade_alone, grade_class, timeless
from doubling import FILES, RIGHT, SUITE, WRONG
from files import write_files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a class is graded on Linux")

HOSTILE = """
import os, signal, sys
def double(x):
    for pid in range(2, 60000):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    open("/tmp/left-behind", "w").write("x")
    os._exit(0)
"""
SUBMISSIONS = {
    "right": RIGHT,
    "right_too": "import numpy as np\ndef double(x):\n    return np.add(x, x)\n",
    "wrong": WRONG,
    "raises": "def double(x):\n    raise ValueError('not yet')\n",
    "prints": "def double(x):\n    print('doubling', x)\n    return 2 * x\n",
    "unfinished": "def double(x):\n    return (\n",
    "nothing": "",
    "a_class": "class double:\n    def __init__(self, x):\n        self.x = x\n",
    "another": "from math import sqrt as double\n",
    "hostile": HOSTILE,
}
FEW = {"right", "wrong", "raises", "a_class"}
OTHER_SUITE = SUITE.replace("test_of_integers", "test_of_more_integers").replace("test_of_fractions", "test_of_more")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An assignment, and a class in the folder `submissions`."""
    write_files(tmp_path / "assignment", {**FILES, "tests/test_more.py": OTHER_SUITE})
    write_files(tmp_path / "submissions", {f"{name}/double.py": text for name, text in SUBMISSIONS.items()})
    return tmp_path


def written(out: Path) -> dict[str, bytes]:
    """What a class has come to, by path; the report and what it is made of have times."""
    timed = ("store", "students", "groups", "similar")
    paths = [path for path in out.rglob("*") if path.is_file() and path.relative_to(out).parts[0] not in timed]
    return {str(path.relative_to(out)): path.read_bytes() for path in paths if path.name not in ("report.html", "run.json")}


def test_each_submission_has_the_result_that_it_has_alone(folder):
    status, printed, errors = grade_class(folder)
    assert status == 0, errors
    assert "10 students: 10 graded" in printed
    found = documents(folder / "out")
    assert found.keys() == SUBMISSIONS.keys()
    for name in SUBMISSIONS:
        assert timeless(found[name]) == grade_alone(folder, name), name


def test_a_hostile_submission_costs_nobody_else_anything(folder):
    grade_class(folder, "--jobs", 3)
    found = documents(folder / "out")
    assert found["right"]["score"] == found["prints"]["score"] == 20
    assert not Path("/tmp/left-behind").exists()


def test_a_class_that_has_not_changed_is_left_alone(folder):
    grade_class(folder)
    before = {path: path.stat().st_mtime_ns for path in (folder / "out").rglob("*")}
    status, printed, _ = grade_class(folder)
    assert status == 0 and "is up to date: no submission, test or setting has changed" in printed
    assert {path: path.stat().st_mtime_ns for path in (folder / "out").rglob("*")} == before


def test_a_file_that_was_changed_or_removed_is_written_again(folder):
    grade_class(folder)
    before = written(folder / "out")
    (folder / "out/scores.csv").write_text("mine")
    (folder / "out/results/right.json").unlink()
    _, _, errors = grade_class(folder)
    assert "nothing to grade: all 10 results are stored" in errors
    assert written(folder / "out") == before


def test_the_file_of_a_gradebook_goes_when_it_is_not_asked_for_any_more(folder):
    grade_class(folder, "--format", "canvas")
    assert (folder / "out/scores-canvas.csv").exists()
    grade_class(folder)
    assert not (folder / "out/scores-canvas.csv").exists()


def test_a_gradebook_that_cannot_be_written_costs_no_other_file(folder):
    status, _, errors = grade_class(folder, "--format", "moodle")
    assert status == 2 and "Moodle's participant numbers are not known" in errors
    assert len(documents(folder / "out")) == 10 and (folder / "out/report.html").exists()


def test_a_changed_test_file_is_all_that_is_run_again(folder):
    grade_class(folder)
    suite = folder / "assignment/tests/test_more.py"
    suite.write_text(suite.read_text().replace("[0, 2, 4]", "[0, 2, 5]"))
    _, _, errors = grade_class(folder)
    assert "changed since the last run: tests/test_more.py" in errors
    assert "tests/test_more.py: 10 of 10" in errors and "test_double" not in errors
    found = documents(folder / "out")
    assert found["right"]["score"] == 16
    assert {len(document["tests"]) for document in found.values()} == {4}


def test_a_file_that_all_tests_may_use_has_everything_graded_again(folder):
    grade_class(folder)
    (folder / "assignment/tests/helper.py").write_text("")
    _, _, errors = grade_class(folder)
    assert "changed since the last run: tests/helper.py" in errors
    assert (
        "tests/test_double.py: 10 of 10" in errors and "tests/test_more.py: 10 of 10" in errors
    ) or "10 of 10 graded" in errors


def test_a_changed_submission_is_graded_again_and_no_other(folder):
    grade_class(folder)
    (folder / "submissions/wrong/double.py").write_text(RIGHT + "# at last\n")
    _, _, errors = grade_class(folder)
    assert "1 of 10 to grade; the results of the others are stored" in errors
    assert documents(folder / "out")["wrong"]["score"] == 20


def test_policies_are_no_reason_to_grade_again(folder):
    grade_class(folder)
    toml = folder / "assignment/assignment.toml"
    toml.write_text(toml.read_text() + "[policies]\nlate_percent_per_day = 10\n")
    for path in (folder / "submissions").rglob("*"):
        os.utime(path, (0, 0))
    _, _, errors = grade_class(folder, "--due", "1970-01-03 00:00 +00:00")
    assert "nothing to grade" in errors


def test_what_the_suite_looks_at_while_it_is_collected_has_programs_grade(folder):
    suite = folder / "assignment/tests/test_more.py"
    suite.write_text("from pathlib import Path\nLINES = Path('double.py').read_text().count('\\n')\n" + suite.read_text())
    status, _, errors = grade_class(folder)
    assert "each submission needs its own program, which is slower: the suite looks at the submission" in errors
    assert "tests/test_more.py, line 2: double.py" in errors
    assert status == 0
    assert documents(folder / "out")["right"]["score"] == 20


@pytest.mark.parametrize(
    "look",
    [
        "import os\nHERE = os.getcwd()",
        "import os\nTHERE = os.path.exists('double.py')",
        "import os\nNAMES = sorted(os.listdir())",
        "from pathlib import Path\nTHERE = Path('double.py').is_file()",
        "import glob\nNAMES = glob.glob('*.py')",
        "try:\n    from double import triple\nexcept ImportError:\n    triple = None",
        "import double\nHAS = hasattr(double, 'triple')",
        "import tempfile\nPLACE = tempfile.mkdtemp()",
        "import tempfile\nPLACE = tempfile.gettempdir() + '/mine'",
        "import os\nPLACE = f'/tmp/mine-{os.getpid()}'",
        "import os\nos.chdir('.')",
        "from time import perf_counter\nBEGAN = perf_counter()",
    ],
)
def test_looks_at_a_submission_are_noticed(folder, look):
    suite = folder / "assignment/tests/test_more.py"
    suite.write_text(f"{look}\n{suite.read_text()}")
    shutil.rmtree(folder / "submissions")
    write_files(folder / "submissions", {"right/double.py": RIGHT})
    _, _, errors = grade_class(folder)
    assert "the suite looks at the submission while it is collected (tests/test_more.py, line" in errors


def test_a_helper_that_runs_beside_the_submission_is_no_look_at_it(folder):
    suite = folder / "assignment/tests/test_more.py"
    helper = "from autograder.standins import in_sandbox\n\n@in_sandbox\ndef helper(x):\n    return x\n"
    suite.write_text(f"import double\n{helper}{suite.read_text()}")
    status, _, errors = grade_class(folder)
    assert status == 0 and "its own program" not in errors
    assert documents(folder / "out")["right"]["score"] == 20


def test_time_outs_are_graded_again_when_asked_for(folder):
    shutil.rmtree(folder / "submissions")
    endless = "def double(x):\n    while True:\n        pass\n"
    write_files(folder / "submissions", {"right/double.py": RIGHT, "endless/double.py": endless})
    toml = folder / "assignment/assignment.toml"
    toml.write_text(toml.read_text() + "[limits]\ntest_seconds = 1\n")
    grade_class(folder)
    _, _, errors = grade_class(folder, "--again", "time")
    assert "1 of 2 to grade" in errors


def test_a_test_that_the_suite_breaks_is_not_kept(folder):
    suite = folder / "assignment/tests/test_more.py"
    suite.write_text(suite.read_text().replace("double(np.arange(3))", "undefined"))
    grade_class(folder)
    _, _, errors = grade_class(folder)
    assert "tests/test_more.py: 10 of 10" in errors


def test_two_runs_on_one_store_at_a_time_give_the_same(folder):
    begun = [start(folder, out, "--store", "store") for out in ("one", "two")]
    assert [process.wait(120) for process in begun] == [0, 0]
    assert written(folder / "one") == written(folder / "two")


@pytest.mark.slow
def test_a_run_that_is_killed_at_any_moment_loses_nothing(folder):
    for name in set(SUBMISSIONS) - FEW:
        shutil.rmtree(folder / "submissions" / name)
    began = time.monotonic()
    grade_class(folder)
    whole, expected = time.monotonic() - began, written(folder / "out")
    rng = random.Random(17)
    shown = (folder / "out/run.json").exists()
    for _ in range(20):
        shutil.rmtree(folder / "killed", ignore_errors=True)
        process = start(folder, "killed")
        time.sleep(rng.uniform(0, whole))
        process.kill()
        process.wait()
        status, _, errors = grade_class(folder, out="killed")
        assert status == 0, errors
        assert written(folder / "killed") == expected
    assert shown


def test_ctrl_c_ends_a_run_and_says_how_to_go_on(folder):
    slow = RIGHT.replace("return", "import time; time.sleep(1); return")
    write_files(folder / "submissions", {f"slow{number}/double.py": slow for number in range(6)})
    process = start(folder, "out", stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list((folder / "out/store/results").glob("*/*")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "are graded and stored; run the same command again to continue" in errors


def test_ctrl_c_is_heard_in_the_middle_of_a_fork(folder):
    suite = folder / "assignment/tests/test_more.py"
    hook = """
import os, signal
forks = []
def interrupt():  # what it raises, Python ignores
    forks.append(1)
    if len(forks) == 4:
        signal.raise_signal(signal.SIGINT)
os.register_at_fork(before=interrupt)
"""
    suite.write_text(hook + suite.read_text())
    status, _, errors = grade_class(folder)
    assert status == 130, errors
    assert "are graded and stored; run the same command again to continue" in errors


def start(folder: Path, out: str, *options: str, **keywords: object) -> subprocess.Popen:
    """Begin to grade the class."""
    keywords.setdefault("stderr", subprocess.DEVNULL)
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", "class", "submissions", "--assignment", "assignment", "--out", out, *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        **keywords,
    )


def test_feedback_holds_what_a_student_may_read_and_nothing_for_staff(folder):
    suite = folder / "assignment/tests/test_more.py"
    suite.write_text(suite.read_text().replace('@visibility("visible")', '@visibility("hidden")'))
    grade_class(folder)
    for path in ((folder / "out/feedback" / name) for name in ("raises.md", "raises.html")):
        text = path.read_text()
        assert "not yet" in text and "double: integers" in text
        assert "test_more" not in text and "autograder/standins" not in text
        assert "1 test whose results are not shown" in text
        assert path.stat().st_mode & 0o777 == 0o600
