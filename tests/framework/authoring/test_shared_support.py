"""A support file that several assignments take from one place."""

import zipfile

import pytest
from files import write_files
from handing_out import FILES
from programs import run_autograder as run

SHARED = {
    name: text for name, text in FILES.items() if name not in ("reference/tools.py", "tests/hidden/test_rescaling_hidden.py")
}
SHARED["assignment.toml"] = SHARED["assignment.toml"].replace(
    'support = ["tools.py"]',
    'support = [{ file = "tools.py", from = "../../shared/tools.py" }, { file = "lows.csv", from = "../../shared/lows.csv" }]',
)
SHARED["reference/rescaling.py"] += """

def lowest(path):
    \"\"\"Return the first number in a file.\"\"\"
    # BEGIN SOLUTION 1.1 read one line
    with open(path) as file:
        return float(file.readline())
    # END SOLUTION
"""
SHARED["tests/hidden/test_lows_hidden.py"] = """import os

import tools
from gradescope_utils.autograder_utils.decorators import number, weight
from rescaling import lowest


@number("1.1")
@weight(2)
def test_the_path_of_a_shared_file_may_be_passed():
    assert lowest(os.path.join(os.path.dirname(tools.__file__), "lows.csv")) == 2.5


@number("1.1")
def test_a_shared_file_lies_in_the_current_folder():
    assert lowest("lows.csv") == 2.5
"""


@pytest.fixture
def folder(tmp_path):
    write_files(tmp_path / "courses/rescaling", SHARED)
    write_files(tmp_path / "shared", {"tools.py": FILES["reference/tools.py"], "lows.csv": "2.5\n"})
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    (tmp_path / "courses/rescaling/student").mkdir()
    assert run("build", "skeleton", "--assignment", tmp_path / "courses/rescaling")[0] == 0
    return tmp_path / "courses/rescaling"


def test_both_zips_hold_it_as_one_of_the_assignments_own(folder):
    status, printed, errors = run("check", "--assignment", folder)
    assert (status, errors) == (0, ""), printed
    for kind in ("handout", "gradescope"):
        status, printed, errors = run("build", kind, "--assignment", folder)
        assert (status, errors) == (0, ""), printed
    handout, gradescope = (zipfile.ZipFile(folder / f"build/{kind}.zip") for kind in ("handout", "gradescope"))
    assert (
        handout.read("tools.py").decode()
        == gradescope.read("assignment/reference/tools.py").decode()
        == FILES["reference/tools.py"]
    )
    assert 'support = ["tools.py", "lows.csv"]' in handout.read("assignment.toml").decode()
    assert not (folder / "student/tools.py").exists()


def test_a_file_in_both_places_is_a_fault(folder):
    write_files(folder, {"reference/tools.py": "x = 1\n"})
    status, _, errors = run("build", "gradescope", "--assignment", folder)
    assert status != 0
    assert "tools.py is taken from ../../shared/tools.py, but reference/tools.py exists, too; keep one of them" in errors


def test_a_file_with_a_solution_is_a_fault(folder):
    write_files(
        folder.parents[1], {"shared/tools.py": FILES["reference/rescaling.py"].replace("from tools import checked", "")}
    )
    status, _, errors = run("build", "gradescope", "--assignment", folder)
    assert status != 0
    assert "../../shared/tools.py contains a solution between markers, and everybody gets it as tools.py" in errors
