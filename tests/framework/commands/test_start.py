"""What a grading does before its first test and after its last one: no more than it needs, whatever the suite is."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from files import write_files
from places import ROOT

from autograder.commands import launch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

TOML = """
title = "Plain"
[submission]
files = ["submitted.py"]
[[suites]]
path = "tests"
"""
SUBMISSION = """
import gc, sys

def modules(): return sorted(sys.modules)
def place_of_an_array(): return id(sys.modules["numpy"].ndarray)
def collects_garbage(): return gc.isenabled()
def keeps_what_it_compiles(): return not sys.dont_write_bytecode
"""
# Each takes milliseconds or more to load, and nothing in a grading whose output is no terminal needs it.
HEAVY = {
    *("asyncio", "concurrent.futures", "hypothesis", "http", "jsonschema", "latex2mathml", "markdown_it"),
    *("matplotlib", "multiprocessing.pool", "pandas", "rich.progress", "rich.table", "scipy", "sklearn", "ssl", "sqlite3"),
    *("torch", "tqdm", "xmlrpc"),
}
HEAVY_FOR_A_CHILD = {*HEAVY, "_pytest", "email", "pluggy", "pygments", "pytest", "rich", "unittest", "xml", "zipfile"}


@pytest.fixture
def graded(tmp_path):
    """A function that grades the submission with these tests and returns the finished process."""
    tmp_path.chmod(0o755)

    def grade(tests, toml=TOML, package=ROOT, **keywords):
        files = {"assignment.toml": toml, "tests/test_it.py": textwrap.dedent(tests), "SUBMISSION/submitted.py": SUBMISSION}
        write_files(tmp_path, files)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "OPENBLAS"))}
        command = [sys.executable, "-m", "autograder", "grade", "SUBMISSION"]
        return subprocess.run(
            command, cwd=tmp_path, env={**environment, "PYTHONPATH": str(package)}, capture_output=True, text=True, timeout=120,
            **keywords,
        )  # fmt: skip

    return grade


def assert_passed(done, tests=1):
    assert (done.returncode, done.stderr) == (0, "") and f"{tests} of {tests} tests passed" in done.stdout, done.stdout


@pytest.mark.parametrize("toml", [TOML, f"{TOML}\n[sandbox]\npreload = []\n"], ids=["NumPy", "nothing"])
def test_neither_side_loads_what_a_plain_suite_does_not_use(graded, toml):
    suite = f"""
    import gc, os, sys
    import submitted

    def test_it():
        assert {HEAVY}.intersection(sys.modules) == set()
        assert {HEAVY_FOR_A_CHILD}.intersection(submitted.modules()) == set()
        assert gc.isenabled() and submitted.collects_garbage()
        assert "OPENBLAS_NUM_THREADS" not in os.environ
        assert not submitted.keeps_what_it_compiles()
    """
    assert_passed(graded(suite, toml))


def test_on_a_single_processor_both_sides_have_one_import(graded):
    suite = """
    import numpy as np
    import submitted

    def test_it():
        assert submitted.place_of_an_array() == id(np.ndarray)
    """
    one = min(os.sched_getaffinity(0))
    assert_passed(graded(suite, preexec_fn=lambda: os.sched_setaffinity(0, {one})))


@pytest.mark.parametrize(("processors", "preload", "shared"), [(1, '["numpy"]', ("numpy",)), (1, "[]", ()), (2, "[]", None)])
def test_the_sides_divide_where_there_is_a_single_processor(tmp_path, monkeypatch, processors, preload, shared):
    write_files(tmp_path, {"assignment.toml": f"{TOML}\n[sandbox]\npreload = {preload}\n", "tests/test_it.py": ""})
    monkeypatch.setattr(launch, "processors", lambda: processors)
    assert launch.modules_to_share(["grade", "SUBMISSION", "--assignment", str(tmp_path)]) == shared


def test_what_python_compiles_of_either_side_is_kept_in_a_new_checkout(graded, tmp_path):
    package = tmp_path / "checkout"
    shutil.copytree(ROOT / "autograder", package / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    assert_passed(graded("import submitted\ndef test_it():\n    submitted.modules()\n", package=package))
    kept = {path.name.partition(".")[0] for path in Path(package).rglob("*.pyc")}
    assert {"story", "server", "serving", "child", "canary"} <= kept


def test_what_a_suite_has_registered_for_the_end_is_done(graded, tmp_path):
    suite = f"""
    import atexit, pathlib
    import submitted

    def test_it():
        submitted.modules()
        atexit.register(pathlib.Path({str(tmp_path)!r}, "done").touch)
    """
    assert_passed(graded(suite))
    assert (tmp_path / "done").exists()
