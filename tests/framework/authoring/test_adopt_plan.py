"""`autograder new --from`: what an existing autograder is read as. Nothing of it is run."""

import sys

import pytest
from files import write_files

from autograder.authoring.adopt.folder import read
from autograder.authoring.adopt.plan import plan
from autograder.errors import AutograderError

CASE = """
import unittest
from gradescope_utils.autograder_utils.decorators import number, weight
{imports}

class TestIt(unittest.TestCase):
    @weight(1)
    @number("1.1")
    def test_it(self):
        {body}
"""


def case(imports: str, body: str = "pass") -> str:
    return CASE.format(imports=imports, body=body)


def planned(folder, files, solution=None):
    """Plan for these files, with a solution of those below their folder `solution` if it is asked for."""
    write_files(folder / "old", files)
    theirs = write_files(folder / "theirs", solution) if solution is not None else None
    return plan(read(folder / "old", theirs), theirs)


# What is submitted


@pytest.mark.parametrize(
    ("imports", "files"),
    [
        ("import work", ["work.py"]),
        ("from work import *", ["work.py"]),
        ("from models.mlp import MLP", ["models/mlp.py"]),
        ("import models.mlp as m, models.cnn", ["models/cnn.py", "models/mlp.py"]),
        ("import importlib\nwork = importlib.import_module('work')", ["work.py"]),
        ("try:\n    import work\nexcept ImportError:\n    work = None", ["work.py"]),
        ("import numpy as np, os.path, pandas\nimport work", ["work.py"]),
    ],
)
def test_without_a_solution_what_nobody_has_is_submitted(tmp_path, imports, files):
    made = planned(tmp_path, {"tests/test_it.py": case(imports)})
    assert made.files == files and made.reference is None and made.copies.keys() == {"tests/test_it.py"}


def test_modules_that_the_solution_has_are_submitted_with_those_that_they_import(tmp_path):
    made = planned(
        tmp_path,
        {"tests/test_it.py": case("from shop import cart\nfrom shop.till import pay")},
        {
            "shop/__init__.py": "",
            "shop/cart.py": "from . import price",
            "shop/price.py": "import rates",
            "shop/till.py": "def pay(): ...",
            "rates.py": "",
            "unused.py": "",
        },
    )
    assert made.files == ["rates.py", "shop/__init__.py", "shop/cart.py", "shop/price.py", "shop/till.py"]
    assert {name for name in made.copies if name.startswith("reference/")} == {f"reference/{name}" for name in made.files}


@pytest.mark.parametrize(
    "lines",
    [
        "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'code'))",
        "import sys\nfrom pathlib import Path\nUP = Path(__file__).resolve().parent.parent\nsys.path.append(f'{UP}/code')",
        "import sys\nfrom pathlib import Path\nsys.path += [str(Path(__file__).parents[1].joinpath('code'))]",
        "import sys\nsys.path.insert(1, '/autograder/submission/code')",
    ],
)
def test_a_root_that_the_tests_put_on_the_path_is_looked_into(tmp_path, lines):
    made = planned(tmp_path, {"tests/test_it.py": case(f"{lines}\nimport calc")}, {"code/calc.py": "", "other/calc.py": "x"})
    assert made.files == ["code/calc.py"] and made.root == "code"
    assert made.copies[f"reference/{made.files[0]}"] == tmp_path / "theirs/code/calc.py"


def test_a_root_may_stand_in_run_tests_or_in_pytests_settings(tmp_path):
    suite = {"tests/test_it.py": case("import calc")}
    theirs = {"code/calc.py": "", "other/calc.py": "x"}
    run_tests = {"run_tests.py": "import sys\nsys.path.insert(0, 'code')"}
    settings = {"pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["code"]\n'}
    for number, more in enumerate((run_tests, settings)):
        made = planned(tmp_path / str(number), suite | more, theirs)
        assert made.copies[f"reference/{made.files[0]}"].parent.name == "code"


def test_what_the_programs_take_from_a_submission_is_submitted_although_no_test_imports_it(tmp_path):
    made = planned(
        tmp_path,
        {
            "tests/test_it.py": case("import work"),
            "tests/test_files.py": "from gradescope_utils.autograder_utils.files import check_submitted_files\n"
            "def test_files():\n    assert not check_submitted_files(['report.txt'])",
            "run_autograder": "cp /autograder/submission/answers.toml /autograder/source/\ncp -r /autograder/submission/* .",
        },
    )
    assert made.files == ["answers.toml", "report.txt", "work.py"]


@pytest.mark.parametrize("command", ["[sys.executable, 'main.py']", "'python3 -u main.py 3'.split()"])
def test_a_program_that_the_tests_start_is_submitted(tmp_path, command):
    suite = {"tests/test_it.py": case("import subprocess, sys", f"subprocess.run({command})")}
    assert planned(tmp_path / "1", suite).files == ["main.py"]
    assert planned(tmp_path / "2", suite, {"main.py": "import helper", "helper.py": ""}).files == ["helper.py", "main.py"]


# What belongs to the tests, and what supports a submission


def test_folders_of_tests_are_copied_as_they_are(tmp_path):
    files = {
        "tests/unit/test_it.py": case("import work\nfrom helpers import near"),
        "tests/unit/helpers.py": "",
        "tests/conftest.py": "",
        "tests/data/expected.npy": b"\x93NUMPY",
        "tests/__pycache__/x.pyc": b"",
        "run_tests.py": "",
        "README.md": "",
    }
    made = planned(tmp_path, files)
    kept = ["tests/conftest.py", "tests/data/expected.npy", "tests/unit/helpers.py", "tests/unit/test_it.py"]
    assert sorted(made.copies) == kept and made.suites == ["tests"] and made.files == ["work.py"]
    assert all(made.copies[name] == tmp_path / "old" / name for name in kept)


def test_tests_beside_run_tests_get_a_folder_with_what_they_import(tmp_path):
    made = planned(
        tmp_path,
        {
            "test_it.py": case("import work, cases"),
            "cases.py": "import more",
            "more.py": "",
            "unused.py": "",
            "run_autograder": "",
        },
        {"work.py": ""},
    )
    assert made.suites == ["tests"] and made.files == ["work.py"] and made.support == []
    assert sorted(made.copies) == ["reference/work.py", "tests/cases.py", "tests/more.py", "tests/test_it.py"]


def test_a_file_that_pytest_would_not_look_into_is_a_suite_by_its_name(tmp_path):
    made = planned(
        tmp_path, {"tests/tests.py": case("import work"), "tests/grader.py": case("import work"), "tests/util.py": ""}
    )
    assert made.suites == ["tests", "tests/grader.py", "tests/tests.py"]


def test_a_module_that_tests_and_solution_share_supports_the_submission_and_one_of_the_tests_alone_does_not(tmp_path):
    made = planned(
        tmp_path,
        {
            "tests/test_it.py": case("import work, given, judge"),
            "given.py": "N = 3",
            "judge.py": "ANSWER = 4",
            "run_autograder": "",
        },
        {"work.py": "import given"},
    )
    assert made.files == ["work.py"] and made.support == ["given.py"]
    assert "tests/judge.py" in made.copies and "reference/judge.py" not in made.copies
    assert any("given.py" in note for note in made.notes)


def test_a_stub_in_a_plain_repository_is_submitted_and_a_file_that_is_equal_in_both_supports(tmp_path):
    made = planned(
        tmp_path,
        {"test_it.py": "import work, data\ndef test_it(): ...", "work.py": "def f(): ...", "data.py": "N = 3"},
        {"work.py": "import data\ndef f(): return 1", "data.py": "N = 3"},
    )
    assert made.files == ["work.py"] and made.support == ["data.py"]
    assert made.copies["reference/work.py"] == tmp_path / "theirs/work.py"


def test_data_is_support_where_the_submission_reads_it_and_otherwise_lies_where_the_tests_look(tmp_path):
    suite = (
        "from pathlib import Path\nimport work\nBESIDE = Path(__file__).parent / 'mine.txt'\n"
        "def test_it():\n    work.load('table.csv')\n    open('expected.csv')\n    BESIDE.read_text()\n"
        "def test_folder():\n    open(Path('images') / 'a.txt')\n"
    )
    names = ("table.csv", "expected.csv", "constants.json", "images/a.txt", "tests/mine.txt", "unused.csv")
    made = planned(tmp_path, {"tests/test_it.py": suite, **dict.fromkeys(names, "1")}, {"work.py": "open('constants.json')"})
    assert made.support == ["constants.json", "table.csv"]
    assert made.include == ["expected.csv", "images/a.txt", "table.csv"]
    assert set(made.copies) == {
        *("tests/test_it.py", "tests/mine.txt", "expected.csv", "images/a.txt", "table.csv"),
        *("reference/work.py", "reference/table.csv", "reference/constants.json"),
    }


# Settings


def test_what_is_imported_and_installed_is_loaded_beforehand(tmp_path):
    made = planned(
        tmp_path,
        {"tests/test_it.py": case("import numpy as np\nimport torch.nn.functional\nimport pytest, os, seaborn, work")},
        {"work.py": "from matplotlib import pyplot as plt\nimport numpy.linalg"},
    )
    assert made.preload == ["matplotlib.pyplot", "numpy", "torch"]
    assert "seaborn is imported and not installed here; install it before grading" in made.notes


def test_limits_are_those_of_the_old_autograder(tmp_path):
    suite = "import pytest, work\n@pytest.mark.timeout(45)\ndef test_it(): ...\n"
    made = planned(tmp_path, {"tests/test_it.py": suite, "run_autograder": "timeout -k 5 5m python3 run_tests.py\n"})
    assert made.limits == {"test_seconds": 45, "total_seconds": 300}


def test_requirements_and_system_packages_are_noted(tmp_path):
    files = {
        "tests/test_it.py": case("import work"),
        "requirements.txt": "gradescope-utils>=0.3\n# a comment\nnumpy==1.26\n",
        "setup.sh": "apt-get update\napt-get install -y \\\n  graphviz ffmpeg && pip3 install -r requirements.txt\n",
        "solution/work.py": "",
    }
    notes = "\n".join(planned(tmp_path, files).notes)
    assert "gradescope-utils>=0.3, numpy==1.26" in notes and "graphviz, ffmpeg" in notes and "--solution" in notes


def test_the_visibility_that_the_runner_gets_is_that_of_the_suites_and_a_post_processor_is_noted(tmp_path):
    run_tests = "JSONTestRunner(visibility='after_published', post_processor=late).run(suite)\n"
    made = planned(tmp_path, {"tests/test_it.py": case("import work"), "run_tests.py": run_tests})
    assert made.visibility == "after_published" and any("post_processor" in note for note in made.notes)


# Folders as they are found


def test_the_autograder_may_lie_one_folder_deeper_beside_known_solutions(tmp_path):
    made = planned(
        tmp_path,
        {
            "src/run_tests.py": "",
            "src/tests/test_it.py": case("import work, framework"),
            "src/framework.py": "",
            "src/incorrect_1/work.py": "",
            "src/solution/test_work.py": "import work",
            "README.md": "",
        },
    )
    assert made.files == ["work.py"] and made.suites == ["tests"]
    assert sorted(made.copies) == ["tests/framework.py", "tests/test_it.py"]
    assert any(note.startswith("solution/ looks like a solution") for note in made.notes)


def test_run_tests_may_hold_the_tests_itself(tmp_path):
    made = planned(tmp_path, {"run_tests.py": case("import work")})
    assert made.suites == ["tests", "tests/run_tests.py"] and made.files == ["work.py"]


def test_a_module_of_the_tests_may_put_the_root_on_the_path(tmp_path):
    context = "import os, sys\nsys.path.insert(0, os.path.abspath('code'))\nimport calc\n"
    suite = {"tests/test_it.py": "from .context import calc\ndef test_it(): ...\n", "tests/context.py": context}
    made = planned(tmp_path, suite, {"code/calc.py": "", "other/calc.py": "x"})
    assert made.files == ["code/calc.py"] and made.copies[f"reference/{made.files[0]}"].parent.name == "code"


def test_a_folder_of_the_submission_is_its_root_although_there_is_no_solution(tmp_path):
    suite = {"tests/test_it.py": "import sys\nsys.path.insert(0, 'code')\nimport calc\ndef test_it(): ...\n"}
    assert planned(tmp_path / "1", suite).files == ["code/calc.py"]
    named = {"tests/test_it.py": "import calc", "run_autograder": "cp /autograder/submission/app/calc.py ."}
    assert planned(tmp_path / "2", named).files == ["app/calc.py"]
    assert planned(tmp_path / "3", named, {"app/calc.py": ""}).files == ["app/calc.py"]
    stub = {"tests/test_it.py": "import calc", "pytest.ini": "[pytest]\npythonpath = lib\n", "lib/calc.py": ""}
    assert planned(tmp_path / "4", stub).files == ["lib/calc.py"]


def test_tests_may_lie_in_the_folder_itself_and_below(tmp_path):
    made = planned(
        tmp_path, {"test_a.py": "import work", "tests/test_b.py": "import work", "check/deep/test_c.py": "import work"}
    )
    assert made.suites == ["check/deep", "tests", "top_tests"]
    assert sorted(made.copies) == ["check/deep/test_c.py", "tests/test_b.py", "top_tests/test_a.py"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
def test_links_are_not_followed(tmp_path):
    write_files(tmp_path, {"secret.py": "x = 1", "old/tests/test_it.py": "import work, helper"})
    (tmp_path / "old/tests/helper.py").symlink_to(tmp_path / "secret.py")
    (tmp_path / "old/tests/more").symlink_to(tmp_path)
    assert list(planned(tmp_path, {}).copies) == ["tests/test_it.py"]


# What is refused


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"README.md": ""}, "old has no tests: neither files test_"),
        ({"tests/q1.py": "OK_FORMAT = True\ntest = {}\n", "tests/test_a.py": ""}, "otter-grader, as tests/q1.py shows"),
        ({"grader.py": "import otter\n"}, "otter-grader, as grader.py shows"),
        ({"nbgrader_config.py": ""}, "nbgrader, as nbgrader_config.py shows"),
        ({"ps1.ipynb": '{"metadata": {"nbgrader": {"grade": true}}}'}, "nbgrader, as ps1.ipynb shows"),
        ({"tests/test_it.py": "print 'two'\n"}, "tests/test_it.py, line 1 is not Python that can be read"),
        ({"tests/test_it.py": b"x = '\xff'\n"}, "tests/test_it.py"),
        ({"tests/test_it.py": "import os, numpy\n"}, "use no file of a submission; they import numpy, os"),
        ({"tests/test_it.py": "import work\n", "pyproject.toml": "[tool\n"}, "pyproject.toml cannot be read"),
    ],
)
def test_what_cannot_be_taken_over_is_named(tmp_path, files, words):
    with pytest.raises(AutograderError) as caught:
        planned(tmp_path, files)
    assert words in str(caught.value)


def test_a_solution_that_has_nothing_of_what_the_tests_import_is_refused(tmp_path):
    with pytest.raises(AutograderError, match=r"they import work, and .*theirs has none of these"):
        planned(tmp_path, {"tests/test_it.py": "import work\n"}, {"other.py": ""})


def test_a_zip_is_to_be_unpacked_and_a_folder_that_is_not_there_is_named(tmp_path):
    (tmp_path / "old.zip").touch()
    with pytest.raises(AutograderError, match=r"old\.zip is not a folder; if it is an archive, unpack it first"):
        read(tmp_path / "old.zip")
    with pytest.raises(AutograderError, match="nowhere is not a folder"):
        read(tmp_path / "nowhere")
    write_files(tmp_path / "old", {"test_it.py": "import work"})
    with pytest.raises(AutograderError, match="nowhere is not a folder; name the one that holds the files of the solution"):
        plan(read(tmp_path / "old"), tmp_path / "nowhere")
