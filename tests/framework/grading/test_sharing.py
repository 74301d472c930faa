"""Several graders for one submission: the same result as from one, whatever a test does to the grader that runs it."""

import glob
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from files import write_files
from places import ROOT
from waiting import until

from autograder import host
from autograder.commands.cli import parser
from autograder.grading.records import Record
from autograder.grading.sharing import LEAST_TESTS, Report, shares_of

pytestmark = [pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")]

TOML = """
title = "Shared out"
[submission]
files = ["submitted.py"]
[[suites]]
path = "tests"
[limits]
total_seconds = 100
[sandbox]
preload = ["numpy", "matplotlib.pyplot"]
"""
SUBMISSION = """
import os, time
def double(x): return 2 * x
def listing(): return sorted(os.listdir("."))
def write(name):
    with open(name, "w") as file:
        file.write("here")
def sleep(seconds): time.sleep(seconds)
"""
MANY = """
    import os
    import pytest
    import submitted

    @pytest.mark.parametrize("number", range(20))
    def test_of_many(number):
        print("grader", os.getpid())
        assert submitted.double(number) == 2 * number
    """
FILES = {
    "assignment.toml": TOML,
    "SUBMISSION/submitted.py": SUBMISSION,
    "tests/test_1_many.py": MANY,
    "tests/test_2_many.py": MANY,
    "tests/conftest.py": """
        import os
        import pytest

        @pytest.fixture(scope="session")
        def widely():
            return os.getpid()
        """,
    "tests/test_3_wide.py": """
        import os
        import submitted
        from gradescope_utils.autograder_utils.decorators import number, weight

        @weight(2)
        def test_has_a_session_wide_fixture(widely):
            print("grader", os.getpid())
            assert widely == os.getpid()

        def test_fails():
            assert submitted.double(2) == 5
        """,
    "tests/test_4_wide.py": """
        import os
        import submitted

        def test_shares_it(widely):
            print("grader", os.getpid())
            assert widely == os.getpid() and submitted.double(1) == 2
        """,
    "tests/test_5_files.py": """
        import os, tempfile
        import submitted

        def test_its_folders_are_its_own(tmp_path):
            submitted.write("left")
            (tmp_path / "x").write_text("1")
            assert open("left").read() == "here" and os.path.exists("left")
            assert tempfile.gettempdir().startswith(os.path.dirname(os.getcwd()))

        def test_what_a_test_has_left_is_gone():
            assert submitted.listing() == ["submitted.py"]
        """,
    "tests/test_6_run.py": """
        import functools, os
        import pytest
        import submitted
        from autograder.background import background
        from gradescope_utils.autograder_utils.decorators import number

        @background(seconds=20, needs=("7",))
        def run():
            return functools.partial(submitted.double, 21)

        @pytest.fixture(scope="module")
        def result():
            return run.result()

        def test_a_background_run(result):
            print("grader", os.getpid())
            assert result == 42
        """,
    "tests/test_0_needed.py": """
        import os
        import submitted
        from gradescope_utils.autograder_utils.decorators import number

        @number("7.1")
        def test_that_the_run_needs():
            print("grader", os.getpid())
            assert submitted.double(1) == 2
        """,
}


def write_assignment(folder, **others):
    folder.chmod(0o755)
    files = {**FILES, **{f"tests/{name}.py": text for name, text in others.items()}}
    write_files(folder, {name: textwrap.dedent(text) for name, text in files.items()})


def start(folder, jobs, *arguments):
    temporary = folder / "temporary"
    temporary.mkdir(mode=0o755, exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", "SUBMISSION", "--jobs", str(jobs), "--out", f"{jobs}.json", *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
    )  # fmt: skip


def graded(folder, jobs, *arguments):
    grading = start(folder, jobs, *arguments)
    printed, errors = grading.communicate(timeout=200)
    assert errors == "" and grading.returncode == 0, printed + errors
    assert list((folder / "temporary").iterdir()) == []
    return json.loads((folder / f"{jobs}.json").read_text())


def graders_of(document):
    """File of tests -> pids of the graders that say so in what the tests print."""
    found = {}
    for test in document["tests"]:
        pids = re.findall(r"grader (\d+)", test.get("output", ""))
        found.setdefault(test["extra_data"]["id"].partition("::")[0].removeprefix("tests/"), set()).update(pids)
    return found


def without_times(document):
    text = json.dumps(document)
    text = re.sub(r'"(execution_time|seconds|cpu_seconds|peak_mb|run_cpu_seconds|run_peak_mb)": [0-9.]+', r'"\1": 0', text)
    return json.loads(re.sub(r"grader \d+", "grader", text))


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shared")
    write_assignment(folder)
    return {jobs: graded(folder, jobs) for jobs in (1, 2, 3)}


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [2, 3])
def test_the_result_is_that_of_one_grader(documents, jobs):
    assert len(documents[1]["tests"]) == 47 > LEAST_TESTS
    failed = [test["name"] for test in documents[1]["tests"] if test["status"] != "passed"]
    assert failed == ["test_fails"]
    assert without_times(documents[jobs]) == without_times(documents[1])


@pytest.mark.slow
def test_each_file_has_one_grader_and_all_graders_have_files(documents):
    for jobs, document in documents.items():
        graders = graders_of(document)
        assert all(len(pids) == 1 for file, pids in graders.items() if file != "test_5_files.py")
        assert len(set.union(*graders.values())) == jobs


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [2, 3])
def test_files_that_share_a_fixture_or_a_run_stay_together(documents, jobs):
    graders = graders_of(documents[jobs])
    assert graders["test_3_wide.py"] == graders["test_4_wide.py"]
    assert graders["test_0_needed.py"] == graders["test_6_run.py"]


@pytest.mark.slow
def test_tests_of_a_grader_that_is_killed_are_for_staff_and_the_others_have_their_verdicts(tmp_path):
    ends = """
    def test_ends_the_second_grader():
        import signal
        if os.getcwd().endswith("cwd-1"):
            os.kill(os.getpid(), signal.SIGKILL)
    """
    write_assignment(tmp_path, test_1_many=MANY + ends, test_2_many=MANY + ends)
    document = graded(tmp_path, 2)
    assert len(document["tests"]) == 49
    lost = [test for test in document["tests"] if "problem on our side" in test.get("output", "")]
    assert 20 < len(lost) < 49 and {test["status"] for test in lost} == {"failed"}
    assert all("the grader that was to run this test has not ended well" in json.dumps(test) for test in lost)
    kept = [test for test in document["tests"] if test not in lost and test["name"] != "test_fails"]
    assert len(kept) > 20 and {test["status"] for test in kept} == {"passed"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "more",
    [
        "def pytest_collection_modifyitems(items):\n    items.sort(key=lambda item: item.name)\n",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n",
    ],
    ids=["mixes the tests of its files", "starts a thread"],
)
def test_a_suite_has_one_grader_if_it(more, tmp_path):
    write_assignment(tmp_path, conftest=textwrap.dedent(FILES["tests/conftest.py"]) + more)
    graders = graders_of(graded(tmp_path, 2))
    assert len(set.union(*graders.values())) == 1


@pytest.mark.slow
def test_few_tests_have_one_grader(tmp_path):
    write_assignment(tmp_path, test_1_many="", test_2_many="")
    graders = graders_of(graded(tmp_path, 2))
    assert len(set.union(*graders.values())) == 1


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_interrupt_ends_all_graders(tmp_path, number):
    sleeps = "import submitted\n" + "\n".join(f"def test_sleeps_{n}(): submitted.sleep(50)" for n in range(30))
    write_assignment(tmp_path, test_1_many=sleeps, test_2_many=sleeps)
    grading = start(tmp_path, 2)
    temporary = tmp_path / "temporary"
    assert until(lambda: glob.glob(f"{temporary}/autograder-*/cwd-1")), "no second grader"
    processes = Path(f"/proc/{grading.pid}/task/{grading.pid}/children").read_text().split()
    assert len(processes) >= 3
    os.kill(grading.pid, number)
    _, errors = grading.communicate(timeout=60)
    assert "Traceback" not in errors
    assert until(lambda: not any(os.path.exists(f"/proc/{pid}/fd") and state(pid) != "Z" for pid in processes))
    if number != signal.SIGKILL:
        assert until(lambda: not list(temporary.iterdir()))


def state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_shares_are_alike_and_begin_with_the_first_test():
    groups = [["a"] * 5, ["b"] * 9, ["c"] * 3, ["d"] * 4]
    shares = shares_of(groups, 2, lambda item: 1.0)
    assert shares == [["a"] * 5 + ["d"] * 4, ["b"] * 9 + ["c"] * 3] and shares[0][0] == "a"
    assert shares_of([["a"], ["b"]], 4, lambda item: 1.0) == [["a"], ["b"]]
    shares = shares_of([["light"] * 5, ["heavy"] * 3, ["heavy"]], 2, lambda item: 2.0 if item == "heavy" else 1.0)
    assert shares == [["light"] * 5 + ["heavy"], ["heavy"] * 3]


def test_a_report_is_read_as_it_was_written(tmp_path):
    record = Record(
        "tests/test_it.py::test", "it", tags=("a", "b"), max_score=2.0, leaderboard={"name": "x"}, usage={"cpu": 1.0}
    )
    report = Report([record], ["note"], ["id"], 1.5, 2.5, [("torch", 1200)], "why", True)
    report.write(tmp_path / "report.json")
    assert Report.read(tmp_path / "report.json") == report


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", ""])
def test_a_number_of_graders_that_is_none_is_refused(text, capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["grade", "SUBMISSION", f"--jobs={text}"])
    assert "is not a whole number of 1 or more" in capsys.readouterr().err


@pytest.mark.parametrize(("quota", "expected"), [("max 100000", 4), ("50000 100000", 1), ("250000 100000", 2), ("", 4)])
def test_a_share_of_a_processor_is_one_grader(quota, expected, tmp_path, monkeypatch):
    (tmp_path / "cpu.max").write_text(quota)
    monkeypatch.setattr(host, "cgroups", lambda controller: [tmp_path])
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: range(4))
    assert host.processors() == expected
