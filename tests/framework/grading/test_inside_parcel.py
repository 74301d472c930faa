"""What a test inside is given, and what the fork server loads for it."""

import textwrap

import pytest
from files import write_files

from autograder.assignment import load
from autograder.errors import AssignmentError
from autograder.grading.inside.loading import LIBRARIES, modules_for_inside
from autograder.grading.inside.parcel import Parcel, files_for

TOML = """
title = "Parcel"
reference = "reference"
skeleton = "student"
variants = true
[submission]
files = ["work.py"]
support = ["data.csv"]
[[suites]]
path = "tests"
inside = true
[[suites]]
path = "tests/hidden"
[[suites]]
path = "test_alone.py"
inside = true
[limits]
box_mb = 1
"""
FILES = {
    "assignment.toml": TOML,
    "conftest.py": "",
    "variants.secret": "secret",
    "notes.txt": "beside the assignment",
    "reference/work.py": "",
    "reference/data.csv": "",
    "student/work.py": "",
    "work.py": "",
    "test_alone.py": "import pytest",
    "tests/__init__.py": "",
    "tests/conftest.py": "",
    "tests/helper.py": "",
    "tests/given/deep/numbers.csv": "1",
    "tests/.hidden": "",
    "tests/__pycache__/helper.pyc": "",
    "tests/test_a.py": "from autograder.compare import assert_close\nimport helper\ndef test(mocker): pass",
    "tests/test_b.py": "from .test_a import test",
    "tests/c_test.py": "from tests import test_b",
    "tests/hidden/test_d.py": "",
    "tests/hidden/answers.json": "{}",
}
ALWAYS = ["conftest.py", "tests/__init__.py", "tests/conftest.py", "tests/given/deep/numbers.csv", "tests/helper.py"]


@pytest.fixture
def assignment(tmp_path):
    write_files(tmp_path, FILES)
    return load(tmp_path)


def given(assignment, test_file, suite=0, all_inside=()):
    top = assignment.folder
    files = files_for(assignment, assignment.suites[suite], top / test_file, {top / name for name in all_inside})
    assert {name: path.relative_to(top).as_posix() for name, path in files.items()} == {name: name for name in files}
    return list(files)


def test_a_test_gets_its_file_and_all_that_is_no_test_in_its_suite(assignment):
    assert given(assignment, "tests/test_a.py") == sorted([*ALWAYS, "tests/test_a.py"])


def test_a_suite_of_one_file_gets_what_lies_beside_it_and_nothing_of_the_assignment(assignment):
    assert given(assignment, "test_alone.py", suite=2) == ["conftest.py", "notes.txt", "test_alone.py"]


def test_test_files_that_are_imported_come_along_when_all_of_them_is_inside(assignment):
    files = given(assignment, "tests/c_test.py", all_inside=["tests/test_a.py", "tests/test_b.py"])
    assert files == sorted([*ALWAYS, "tests/c_test.py", "tests/test_a.py", "tests/test_b.py"])


@pytest.mark.parametrize("outside", ["test_a.py", "test_b.py"])
def test_one_with_tests_that_are_not_inside_is_kept_back(assignment, outside):
    inside = [f"tests/{name}" for name in ("test_a.py", "test_b.py") if name != outside]
    with pytest.raises(AssignmentError, match=f"runs inside and imports {outside}, which has tests that do not"):
        given(assignment, "tests/c_test.py", all_inside=inside)


def test_links_out_of_the_suite_lead_to_nothing_that_is_kept_back(assignment):
    (assignment.folder / "tests" / "copy.py").symlink_to(assignment.folder / "reference" / "work.py")
    (assignment.folder / "tests" / "other.json").symlink_to(assignment.folder / "tests" / "hidden" / "answers.json")
    assert given(assignment, "tests/test_a.py") == sorted([*ALWAYS, "tests/test_a.py"])


def test_files_that_a_test_may_not_write_are_refused(assignment):
    (assignment.folder / "tests" / "large.bin").write_bytes(bytes(3 << 20))
    with pytest.raises(AssignmentError, match="the files beside it have 3 MB, more than a test may write"):
        given(assignment, "tests/test_a.py")


def test_a_parcel_holds_the_bytes_of_its_files(tmp_path):
    write_files(tmp_path, {"a.py": "x = 1", "b.bin": "\0\1"})
    parcel = Parcel.of({"a.py": tmp_path / "a.py", "t/b.bin": tmp_path / "b.bin"}, b"code")
    assert parcel.names == ("a.py", "t/b.bin")
    assert [content.tobytes() for content in parcel.contents] == [b"x = 1", b"\0\1"]
    assert (parcel.code.tobytes(), parcel.plugins) == (b"code", [])


def test_the_server_loads_what_the_suites_import_of_this_package(assignment):
    assert modules_for_inside(assignment) == [*LIBRARIES, "autograder.compare"]


def test_the_server_loads_what_the_comparisons_of_torch_import_when_they_are_used(assignment):
    assert "torch.distributed.tensor" not in modules_for_inside(assignment)
    (assignment.folder / "tests" / "helper.py").write_text("import torch\n\nclose = torch.testing.assert_close\n")
    assert modules_for_inside(assignment)[-2:] == ["torch.distributed.tensor", "autograder.compare"]


@pytest.mark.parametrize(
    ("source", "loaded"),
    [
        ("import pytest\npytestmark = pytest.mark.inside", True),
        ("from pytest import mark\n@mark . inside\ndef test(): pass", True),
        ("def inside(): pass", False),
        ("benchmark.inside", False),
        ("this is no Python: mark.inside autograder", True),
    ],
)
def test_nothing_is_loaded_where_no_test_runs_inside(tmp_path, source, loaded):
    toml = 'title = "T"\n[submission]\nfiles = ["work.py"]\n[[suites]]\npath = "tests"\n'
    write_files(tmp_path, {"assignment.toml": toml, "tests/test_a.py": textwrap.dedent(source)})
    assert modules_for_inside(load(tmp_path)) == (list(LIBRARIES) if loaded else [])
