"""Which test files a file of the submission reaches."""

import pytest
from doubling import FILES, TOML
from files import write_files

from autograder.assignment import load
from autograder.audit.reach import Reach

SUBMISSION = {
    "assignment.toml": TOML.replace('["double.py"]', '["double.py", "triple.py", "answers.toml"]\nsupport = ["given.py"]'),
    "reference/double.py": "def double(x):\n    return 2 * x\n",
    "reference/triple.py": "from double import double\n\ndef triple(x):\n    return double(x) + x\n",
    "reference/given.py": "import double\n",
    "tests/test_other.py": "import triple\n",
    "tests/test_answers.py": "from autograder.handed_in import handed_in\nhanded_in('answers.toml')\n",
}


def reached(tmp_path, suite, **helpers):
    """The files that reach a suite with this text, beside helpers."""
    beside = {f"tests/{name}.py": text for name, text in helpers.items()}
    folder = write_files(tmp_path, FILES | SUBMISSION | {"tests/a/test_it.py": suite} | beside)
    reach = Reach(load(folder), ["tests/a/test_it.py", "tests/test_other.py", "tests/test_answers.py"])
    return {name for name in ("double.py", "triple.py", "answers.toml") if "tests/a/test_it.py" in reach.of_file(name)}


@pytest.mark.parametrize(
    ("suite", "files"),
    [
        ("import math\n", set()),
        ("import double\n", {"double.py"}),
        ("from double import double as d\n", {"double.py"}),
        ("def test():\n    import double\n", {"double.py"}),
        ("import triple\n", {"double.py", "triple.py"}),
        ("import given\n", {"double.py"}),
        ("run = 'triple.py'\n", {"double.py", "triple.py"}),
        ("mock = 'double.np.sum'\n", {"double.py"}),
        ("name = 'answers.toml'\n", {"answers.toml"}),
        ("words = 'double'\n", set()),
    ],
)
def test_a_file_reaches_the_tests_that_import_or_name_it_or_something_that_does(tmp_path, suite, files):
    assert reached(tmp_path, suite) == files


@pytest.mark.parametrize(
    "helpers", [{"a/helper": "import double\n"}, {"helper": "import double\n"}, {"helper/part": "import double\n"}]
)
def test_helpers_of_any_suite_are_looked_through(tmp_path, helpers):
    assert reached(tmp_path, "import helper\n", **helpers) == {"double.py"}


def test_a_conftest_above_a_test_file_is_looked_through(tmp_path):
    assert reached(tmp_path, "", conftest="from triple import triple\n") == {"double.py", "triple.py"}


@pytest.mark.parametrize(
    "suite",
    [
        "import importlib\n",
        "from importlib.util import find_spec\n",
        "m = __import__('dou' + 'ble')\n",
        "exec('import double')\n",
        "from . import helper\n",
        "pytest_plugins = ['helper']\n",
    ],
)
def test_where_the_sources_do_not_tell_everything_reaches_a_test_file(tmp_path, suite):
    assert reached(tmp_path, suite) == {"double.py", "triple.py", "answers.toml"}


def test_a_file_that_no_test_file_is_seen_to_use_reaches_all(tmp_path):
    folder = write_files(tmp_path, FILES | SUBMISSION)
    assert Reach(load(folder), ["tests/test_other.py"]).of_file("answers.toml") == {"tests/test_other.py"}


def test_a_file_that_the_settings_name_reaches_all(tmp_path):
    files = SUBMISSION | {"assignment.toml": SUBMISSION["assignment.toml"] + "[settings]\nsheet = 'answers.toml'\n"}
    folder = write_files(tmp_path, FILES | files)
    suites = ["tests/test_other.py", "tests/test_answers.py"]
    assert Reach(load(folder), suites).of_file("answers.toml") == {*suites}
