"""An unmodified unittest suite on PyTorch code gives each submission the verdicts that it gives in one process."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from gradings import graders
from toys import grade_by_method

from autograder.assignment import tomllib

FOLDER = Path(__file__).with_name("torch_suite")
FILE = "batchnorm.py"
SUITE = (FOLDER / "tests" / "test_batch_norm.py").read_text(encoding="utf-8")
REFERENCE = (FOLDER / "reference" / FILE).read_text(encoding="utf-8")
WRONG = tomllib.loads((FOLDER / "submissions" / "wrong.toml").read_text(encoding="utf-8"))
RIGHT = ["reference", *(path.stem for path in sorted((FOLDER / "submissions").glob("right_*.py")))]
QUICK = ("reference",)
PATIENCE = 120  # seconds for one grading; each takes about five, and a busy machine a multiple of that

# What unittest itself makes of the suite: one program that loads torch once, then a copy of it for each submission.
PLAIN = """
import json, os, sys, unittest
import torch, torch._dynamo

def names(suite):
    return [name for part in suite for name in (names(part) if isinstance(part, unittest.TestSuite) else [part.id()])]

class Result(unittest.TextTestResult):
    def startTestRun(self):
        self.passed = set()

    def addSuccess(self, test):
        self.passed.add(test.id())

def verdicts(folder):
    sys.path[:0] = [folder, "tests"]
    suite = unittest.defaultTestLoader.discover("tests")
    every = names(suite)
    result = unittest.TextTestRunner(stream=sys.stderr, resultclass=Result).run(suite)
    return {name.partition(".")[2]: "passed" if name in result.passed else "failed" for name in every}

for folder in sys.argv[1:]:
    if not os.fork():
        sys.stdout = sys.stderr
        found = verdicts(folder)
        with open(os.path.join(folder, "plain.json"), "w") as file:
            json.dump(found, file)
        os._exit(0)
    os.wait()
"""


def source(name):
    """The file that a submission of that name hands in."""
    if name == "reference":
        return REFERENCE
    if name in RIGHT:
        return (FOLDER / "submissions" / f"{name}.py").read_text(encoding="utf-8")
    old, new = WRONG[name]["old"], WRONG[name]["new"]
    assert REFERENCE.count(old) == 1, f"{name}: the reference has {REFERENCE.count(old)} times, not once:\n{old}"
    return REFERENCE.replace(old, new)


@pytest.fixture(scope="module")
def verdicts(request, tmp_path_factory):
    """A function from a name and a mode to what the grader finds, and one from a name to what unittest finds.

    What this run asks for is graded two at a time, each in a process of its own, as each run of the command has one.
    """
    assignment = tmp_path_factory.mktemp("assignment") / "suite"
    shutil.copytree(FOLDER, assignment, ignore=shutil.ignore_patterns("conftest.py", "submissions"))
    ours = [item for item in request.session.items if item.path == Path(__file__) and "verdicts" in item.fixturenames]
    calls = [item.callspec.params for item in ours]
    asked = list(dict.fromkeys((call["name"], call["mode"]) for call in calls))
    folders = {}
    for name in dict.fromkeys(name for name, _ in asked):
        folders[name] = tmp_path_factory.mktemp(name)
        folders[name].joinpath(FILE).write_text(source(name), encoding="utf-8")
    plain = subprocess.Popen(
        [sys.executable, "-B", "-c", PLAIN, *map(str, folders.values())], cwd=assignment, stderr=subprocess.DEVNULL
    )
    with graders(["numpy", "torch"]) as pool:
        pending = {(name, mode): pool.apply_async(grade_by_method, (assignment, folders[name], mode)) for name, mode in asked}

        def of_grader(name, mode):
            return pending[name, mode].get(PATIENCE * len(pending))

        def of_unittest(name):
            assert plain.wait(PATIENCE * len(folders)) == 0
            return json.loads(folders[name].joinpath("plain.json").read_text(encoding="utf-8"))

        yield of_grader, of_unittest
    plain.wait()


def numbers():
    """Class and method -> number, read from the suite."""
    found, kind = {}, ""
    for name, number, method in re.findall(r'^class (\w+)|@number\("([\d.]+)"\)\n    def (\w+)', SUITE, re.MULTILINE):
        kind = name or kind
        if number:
            found[f"{kind}.{method}"] = number
    return found


CASES = [
    *(pytest.param(name, "auto", marks=() if name in QUICK else pytest.mark.slow) for name in [*RIGHT, *WRONG]),
    pytest.param("reference", "off", marks=pytest.mark.slow),
    pytest.param("parameters_are_not_registered", "off", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("name", "mode"), CASES)
def test_every_verdict_is_that_of_unittest_in_one_process(name, mode, verdicts):
    of_grader, of_unittest = verdicts
    expected, found = of_unittest(name), of_grader(name, mode)
    number = numbers()
    assert sorted(expected) == sorted(found) == sorted(number)
    failing = {number[test] for test, verdict in expected.items() if verdict == "failed"}
    wrong = WRONG.get(name, {})
    decided_by_rounding = set(wrong.get("rounding", "").split())
    assert failing - decided_by_rounding == set(wrong.get("fails", "").split())
    surprises = [
        f"{number[test]} {test}: {status}, in one process {expected[test]}: {reason}"
        for test, (status, reason) in found.items()
        if status != expected[test]
    ]
    assert not surprises, "\n".join(surprises)


def test_every_test_of_the_suite_fails_for_some_submission():
    failing = {number for wrong in WRONG.values() for number in wrong["fails"].split()}
    assert sorted(set(numbers().values()) - failing) == []
