"""Files of a suite and of a submission, as in one process: made by either side, read by the other, in step."""

import textwrap

import pytest
from files import write_files
from toys import Graded, grade_toy

SETTINGS = """
title = "Toy"
reference = "reference"
[submission]
files = ["modules.py"]
support = ["data.csv", "folder/more.txt"]
[[suites]]
path = "tests"
show_values = true
[limits]
test_seconds = 20
box_mb = 16
file_mb = 8
[sandbox]
preload = []
"""

SUBMISSION = """
import json
import os
import pickle
import tempfile
from pathlib import Path

import numpy as np


def lines(path):
    with open(path) as file:
        return file.read().splitlines()

def save(path, text):
    with open(path, "w") as file:
        file.write(text)
    return path

def append(path, text):
    with open(path, "a") as file:
        file.write(text)

def folder():
    return os.getcwd()

def listed(path="."):
    return sorted(os.listdir(path))

def beside(name):
    return Path(__file__).parent.joinpath(name).read_text()

def write_beside(name, text):
    Path(__file__).parent.joinpath(name).write_text(text)

def save_array(path, array):
    np.save(path, array)

def dump(path, value):
    with open(path, "wb") as file:
        pickle.dump(value, file)

def make_folders(path):
    os.makedirs(os.path.join(path, "a", "b"))
    save(os.path.join(path, "a", "b", "c.txt"), "deep")

def touch(path):
    Path(path).touch()
    os.chmod(path, 0o644)
    Path(path).touch()

def change_mode(path):
    os.chmod(path, 0o644)

def remove(path):
    os.remove(path)

def rename(path, other):
    os.rename(path, other)

def message(path):
    return f"<{path}> was read"

class Log:
    def __init__(self, path):
        self.file = open(path, "w")
    def add(self, text):
        self.file.write(text)
        self.file.flush()
    def close(self):
        self.file.close()

def read_late(path):
    return lambda: lines(path)

def own_temporary():
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write("mine")
    return lines(file.name)

def support():
    return lines("data.csv"), lines("folder/more.txt"), beside("data.csv")

def change_support():
    append("data.csv", "3\\n")
    return len(lines("data.csv"))

def use_own_name():
    return lines("given.txt")
"""

SUITE = """
import io
import os
import tempfile
import unittest
from pathlib import Path

import numpy as np
import pytest

import modules

HERE = Path(__file__).parent


def test_a_file_in_tmp_path_is_read(tmp_path):
    (tmp_path / "in.txt").write_text("a\\nb\\n")
    assert modules.lines(str(tmp_path / "in.txt")) == ["a", "b"]

def test_a_file_in_tmp_path_is_written(tmp_path):
    modules.save(str(tmp_path / "out.txt"), "text")
    assert (tmp_path / "out.txt").read_text() == "text"
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]

def test_both_sides_write_in_turn(tmp_path):
    path = tmp_path / "turns.txt"
    for turn in range(5):
        with path.open("a") as file:
            file.write(f"suite {turn}\\n")
        modules.append(str(path), f"submission {turn}\\n")
    assert path.read_text().splitlines() == [f"{who} {turn}" for turn in range(5) for who in ("suite", "submission")]

def test_content_of_the_same_length_at_the_same_moment_is_seen(tmp_path):
    path = tmp_path / "x.txt"
    for turn in range(9):
        path.write_text(f"{turn}")
        assert modules.lines(str(path)) == [f"{turn}"]
        modules.save(str(path), f"{9 - turn}")
        assert path.read_text() == f"{9 - turn}"

def test_folders_are_made(tmp_path):
    modules.make_folders(str(tmp_path / "new"))
    assert (tmp_path / "new" / "a" / "b" / "c.txt").read_text() == "deep"

def test_a_file_is_touched(tmp_path):
    modules.touch(str(tmp_path / "x.txt"))
    assert (tmp_path / "x.txt").read_bytes() == b""
    with pytest.raises(FileNotFoundError):
        modules.change_mode(str(tmp_path / "nothing"))

def test_a_file_is_deleted_there(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("x")
    modules.remove(str(path))
    assert not path.exists() and list(tmp_path.iterdir()) == []

def test_a_file_is_deleted_here(tmp_path):
    path = tmp_path / "x.txt"
    modules.save(str(path), "x")
    path.unlink()
    assert modules.listed(str(tmp_path)) == []
    with pytest.raises(FileNotFoundError):
        modules.lines(str(path))

def test_a_file_is_renamed(tmp_path):
    (tmp_path / "x.txt").write_text("x")
    modules.rename(str(tmp_path / "x.txt"), str(tmp_path / "y.txt"))
    assert [path.name for path in tmp_path.iterdir()] == ["y.txt"]

def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing.txt") as info:
        modules.lines(str(tmp_path / "nothing.txt"))
    assert str(tmp_path / "nothing.txt") in str(info.value)

def test_a_path_in_a_text_reads_right(tmp_path):
    assert modules.message(str(tmp_path / "x")) == f"<{tmp_path}/x> was read"
    assert modules.save(str(tmp_path / "x"), "") == str(tmp_path / "x")

def test_paths_in_lists_and_dicts(tmp_path):
    (tmp_path / "x.txt").write_text("x")
    assert modules.message([str(tmp_path)]) == f"<{[str(tmp_path)]}> was read"

def test_a_named_temporary_file_is_read_by_the_handle_that_the_suite_has():
    with tempfile.NamedTemporaryFile("w+") as file:
        file.write("before\\n")
        file.flush()
        assert modules.lines(file.name) == ["before"]
        modules.save(file.name, "after")
        file.seek(0)
        assert file.read() == "after"

def test_a_temporary_directory():
    with tempfile.TemporaryDirectory() as folder:
        modules.save(os.path.join(folder, "x.txt"), "x")
        assert os.listdir(folder) == ["x.txt"]

def test_mkstemp_and_mktemp():
    descriptor, path = tempfile.mkstemp()
    os.write(descriptor, b"1\\n2")
    os.close(descriptor)
    assert modules.lines(path) == ["1", "2"]
    path = tempfile.mktemp()
    modules.save(path, "made")
    assert Path(path).read_text() == "made"

def test_the_submissions_own_temporary_file():
    assert modules.own_temporary() == ["mine"]

def test_arrays_and_pickles(tmp_path):
    modules.save_array(str(tmp_path / "x.npy"), np.arange(5))
    assert np.load(tmp_path / "x.npy").tolist() == [0, 1, 2, 3, 4]
    modules.dump(str(tmp_path / "x.bin"), {"a": 1})
    assert (tmp_path / "x.bin").stat().st_size > 10

def test_an_open_file_of_the_submission(tmp_path):
    log = modules.Log(str(tmp_path / "log.txt"))
    log.add("one ")
    assert (tmp_path / "log.txt").read_text() == "one "
    log.add("two")
    assert (tmp_path / "log.txt").read_text() == "one two"
    log.close()

def test_a_file_that_is_read_later(tmp_path):
    read = modules.read_late(str(tmp_path / "x.txt"))
    (tmp_path / "x.txt").write_text("late")
    assert read() == ["late"]

def test_the_current_folder_follows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    modules.save("out.txt", "text")
    assert Path("out.txt").read_text() == "text" and modules.folder() == str(tmp_path)
    Path("in.txt").write_text("in")
    assert modules.lines("in.txt") == ["in"]

def test_the_current_folder_goes_back(tmp_path):
    before = os.getcwd()
    os.chdir(tmp_path)
    modules.save("out.txt", "text")
    os.chdir(before)
    assert modules.folder() == before and len(modules.lines("data.csv")) == 2

def test_the_current_folder_is_that_of_the_assignment():
    assert sorted(Path("tests").glob("*.txt")) and Path("assignment.toml").exists()
    assert Path("tests").samefile(HERE)

def test_the_submissions_folder_holds_its_files():
    assert modules.listed() == ["data.csv", "folder", "modules.py"]

def test_support_files_lie_in_the_current_folder():
    assert modules.support() == (["1", "2"], ["more"], "1\\n2\\n")

def test_a_support_file_may_be_changed_in_this_test():
    assert modules.change_support() == 3

def test_and_is_whole_in_the_next():
    assert modules.support()[0] == ["1", "2"] and Path("data.csv").read_text() == "1\\n2\\n"

def test_a_file_in_the_current_folder_is_read():
    modules.save("out.txt", "from there")
    assert Path("out.txt").read_text() == "from there"
    modules.append("out.txt", "!")
    assert Path("out.txt").read_text() == "from there!"
    os.remove("out.txt")
    assert "out.txt" not in modules.listed()

def test_a_file_of_the_suite_in_the_current_folder_is_read():
    Path("in.txt").write_text("from here")
    try:
        assert modules.lines("in.txt") == ["from here"]
    finally:
        os.remove("in.txt")

def test_a_file_left_in_the_current_folder():
    modules.save("left.txt", "x")
    assert os.path.exists("left.txt")

def test_is_not_there_for_the_next_test():
    assert not os.path.exists("left.txt") and "left.txt" not in modules.listed()

def test_a_file_beside_the_module():
    modules.write_beside("x.txt", "beside")
    assert modules.beside("x.txt") == "beside" and modules.beside("data.csv") == "1\\n2\\n"

def test_a_file_beside_the_test_is_read():
    assert modules.lines(str(HERE / "given.txt")) == ["1", "2", "3"]
    assert modules.lines("tests/given.txt") == ["1", "2", "3"]

def test_a_path_in_the_folder_of_the_tests(monkeypatch):
    monkeypatch.chdir(HERE)
    assert modules.lines("given.txt") == ["1", "2", "3"]

def test_a_folder_beside_the_test_is_read():
    assert modules.listed(str(HERE / "cases")) == ["a.txt", "b.txt"]

def test_the_next_test_finds_no_file_beside_the_test():
    assert modules.listed() == ["data.csv", "folder", "modules.py"]

def test_asks_for_staff_where_a_test_is_read():
    modules.lines(str(HERE / "test_toy.py"))

def test_asks_for_staff_where_the_reference_is_read():
    modules.lines("reference/modules.py")

def test_asks_for_staff_where_a_file_beside_the_test_is_written():
    modules.save(str(HERE / "given.txt"), "changed")

def test_asks_for_staff_where_a_file_is_made_beside_the_test():
    modules.save(str(HERE / "new.txt"), "new")

def test_asks_for_staff_where_a_file_is_looked_for_in_the_folder_of_the_tests(monkeypatch):
    monkeypatch.chdir(HERE)
    modules.use_own_name()

def test_bytes_are_paths_too(tmp_path):
    modules.save(os.fsencode(tmp_path / "x.txt"), "x")
    assert (tmp_path / "x.txt").read_text() == "x"

@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("module") / "x.txt"
    modules.save(str(path), "module")
    return path

def test_a_file_of_a_wider_fixture(saved):
    assert saved.read_text() == "module" and modules.lines(str(saved)) == ["module"]
    modules.append(str(saved), "!")

def test_a_file_of_a_wider_fixture_again(saved):
    assert modules.lines(str(saved)) == saved.read_text().splitlines() == ["module!"]

class TestCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()

    def test_unittest(self):
        modules.save(os.path.join(self.folder, "x"), "x")
        self.assertEqual(os.listdir(self.folder), ["x"])


def test_files_of_the_suite_lie_in_a_folder_that_the_assignment_has_too(sandbox_dir):
    for text in (b"1", b"2"):
        sandbox_dir({"few.csv": text}, "images")
        assert modules.lines("images/few.csv") == [text.decode().strip()]
    modules.save("images/more.csv", "3")
    assert modules.lines("images/more.csv") == ["3"]

def test_asks_where_the_submission_writes_to_a_folder_of_the_assignment():
    modules.make_folders("images")
"""


def graded(folder, mode) -> Graded:
    sources = {
        "assignment.toml": SETTINGS,
        "reference/modules.py": SUBMISSION,
        "reference/data.csv": "1\n2\n",
        "reference/folder/more.txt": "more\n",
        "tests/test_toy.py": SUITE,
        "tests/given.txt": "1\n2\n3\n",
        "tests/cases/a.txt": "a",
        "tests/cases/b.txt": "b",
        "images/of_the_course.csv": "0\n",
        "sub/modules.py": SUBMISSION,
    }
    write_files(folder, {name: textwrap.dedent(text) for name, text in sources.items()})
    return grade_toy(folder, mode)


@pytest.fixture(scope="module")
def sandboxed(tmp_path_factory):
    return graded(tmp_path_factory.mktemp("files"), "auto")


def names(wanted: bool) -> list[str]:
    found = [line.split("(")[0].split()[1] for line in SUITE.splitlines() if line.lstrip().startswith("def test_")]
    return [name for name in found if name.startswith("test_asks") == wanted]


@pytest.mark.parametrize("name", names(False))
def test_a_right_submission_passes(sandboxed, name):
    record = next(record for record in sandboxed.outcome.records if record.nodeid.endswith(f"::{name}"))
    assert record.status == "passed", record.reason + record.staff


@pytest.mark.parametrize("name", names(True))
def test_what_cannot_be_done_asks_for_staff(sandboxed, name):
    record = sandboxed[name]
    assert record.status == "broken" and ("tmp_path" in record.staff or "support" in record.staff), record.reason + record.staff


def test_in_this_process_it_is_the_same_but_for_the_folder_that_all_tests_share(tmp_path):
    records = graded(tmp_path, "off").outcome.records
    failed = {record.nodeid.rpartition("::")[2] for record in records if record.status != "passed"}
    assert failed <= {
        "test_the_submissions_folder_holds_its_files",
        "test_and_is_whole_in_the_next",
        "test_is_not_there_for_the_next_test",
        "test_the_next_test_finds_no_file_beside_the_test",
        "test_a_file_beside_the_module",
        "test_files_of_the_suite_lie_in_a_folder_that_the_assignment_has_too",  # here they lie in a temporary one
    }, [record.staff for record in records if record.nodeid.rpartition("::")[2] in failed]
