"""assignment.toml: what is read from it, and the words for each mistake in it."""

from pathlib import Path

import pytest
from places import ROOT

from autograder.assignment import Restriction, belongs, load, settings_above
from autograder.errors import AssignmentError
from autograder.sandbox.limits import Limits

SMALL = """
title = "Small"
[submission]
files = ["modules.py"]
[[suites]]
path = "tests"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tests").mkdir()
    return tmp_path


def refusal(folder, text):
    (folder / "assignment.toml").write_text(text)
    with pytest.raises(AssignmentError) as caught:
        load(folder)
    return str(caught.value).replace(str(folder), "DIR")


def test_the_smallest_file_gets_every_default(folder):
    (folder / "assignment.toml").write_text(SMALL)
    assignment = load(folder)
    assert (assignment.title, assignment.files, assignment.support, assignment.parts) == ("Small", ("modules.py",), (), ())
    assert assignment.limits == Limits()
    assert assignment.suites[0].show_output and assignment.suites[0].show_values
    assert assignment.sandbox.preload == ("numpy",)


def test_limits_are_taken_one_by_one(folder):
    (folder / "assignment.toml").write_text(SMALL + "[limits]\ntest_seconds = 2.5\nmemory_mb = 300\n")
    limits = load(folder).limits
    assert (limits.test_seconds, limits.memory_mb, limits.processes) == (2.5, 300, Limits().processes)


def test_settings_are_taken_as_they_are(folder):
    (folder / "assignment.toml").write_text(SMALL + "[settings]\nn = 3\n[settings.training]\ndata_set = 'digits'\n")
    assert load(folder).settings == {"n": 3, "training": {"data_set": "digits"}}
    (folder / "assignment.toml").write_text(SMALL)
    assert load(folder).settings == {}


def test_the_nearest_settings_above_a_suite_are_found_whatever_else_is_missing_there(tmp_path):
    (tmp_path / "assignment.toml").write_text("settings.n = 1")
    (tmp_path / "inner/tests").mkdir(parents=True)
    test = tmp_path / "inner/tests/test_it.py"
    assert settings_above(test) == {"n": 1}
    (tmp_path / "inner/assignment.toml").write_text("submission.support = ['not_handed_out.py']")
    assert settings_above(test) == {}
    (tmp_path / "inner/assignment.toml").write_text("settings = 3")
    with pytest.raises(AssignmentError, match=r"inner/assignment\.toml: settings is 3; it must be of type dict"):
        settings_above(test)
    (tmp_path / "inner/assignment.toml").write_text("settings =")
    with pytest.raises(AssignmentError, match=r"inner/assignment\.toml: Invalid"):
        settings_above(test)


def test_settings_that_are_nowhere_above_a_suite_are_missed_by_name():
    with pytest.raises(AssignmentError, match=r"/no/such/test_it\.py uses \[settings\], and no folder above it"):
        settings_above(Path("/no/such/test_it.py"))


@pytest.mark.parametrize(
    ("number", "part", "expected"),
    [
        ("5.2", "5.2", True),
        ("5.2.1", "5.2", True),
        ("5.2.1", "5", True),
        ("5.2a", "5.2", True),
        ("5.21", "5.2", False),
        (None, "5", False),
    ],
)
def test_a_number_belongs_to_the_parts_that_it_begins_with(number, part, expected):
    assert belongs(number, part) is expected


def test_the_assignment_of_this_repository_is_in_order():
    assignment = load(ROOT)
    assert assignment.parts and all(part.points > 0 for part in assignment.parts)
    assert list(assignment.support_files()) == ["data.py", "data_files.py", "questions.py", "answer_checks.toml"]


def test_a_folder_without_the_file_is_named(tmp_path):
    with pytest.raises(AssignmentError, match=r"has no assignment\.toml; give the assignment's folder with --assignment"):
        load(tmp_path)


def test_restrictions_are_read_in_their_order(folder):
    (folder / "assignment.toml").write_text(
        SMALL + '[[restrictions]]\nfiles = ["mod*.py"]\nlibraries = []\n'
        '[[restrictions]]\nfiles = ["modules.py"]\nforbidden = ["numpy.linalg.inv"]\nenforce = false\n'
    )
    assert load(folder).restrictions == (
        Restriction(("mod*.py",), libraries=()),
        Restriction(("modules.py",), forbidden=("numpy.linalg.inv",), enforce=False),
    )


RESTRICTED = SMALL + '[[restrictions]]\nfiles = ["modules.py"]\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "DIR/assignment.toml: "),
        (SMALL.replace('title = "Small"', ""), "DIR/assignment.toml: title is missing"),
        (SMALL.replace('"Small"', "3"), "DIR/assignment.toml: title is 3; it must be of type str"),
        (SMALL.replace('["modules.py"]', "[]"), "submission.files is empty"),
        (SMALL.replace('["modules.py"]', '"modules.py"'), "submission.files is 'modules.py'; it must be of type list"),
        (SMALL.replace('["modules.py"]', "[1]"), "submission.files holds 1; it must be a list of strings"),
        (SMALL.replace("modules.py", "../modules.py"), "'../modules.py' is not a relative path below the submission"),
        (SMALL.replace("files =", 'support = ["modules.py"]\nfiles ='), "cannot be both a submitted and a support file"),
        (
            SMALL.replace("files =", 'support = ["data.py", "questions.py", "answer_checks.toml"]\nfiles ='),
            "the support file data.py is not at DIR/data.py",
        ),
        (SMALL.replace("files =", 'support = "data.py"\nfiles ='), "submission.support is 'data.py'; it must be of type list"),
        (
            SMALL.replace("files =", "support = [3]\nfiles ="),
            "submission.support[0] is 3; it must be the name of a file, or for a file",
        ),
        (SMALL.replace("files =", 'support = ["a", "a"]\nfiles ='), "submission.support[1] is a, which is listed already"),
        (SMALL.replace("files =", 'support = [{ file = "a" }]\nfiles ='), "submission.support[0].from is missing"),
        (
            SMALL.replace("files =", 'support = [{ file = "a", from = "/a" }]\nfiles ='),
            "submission.support[0].from is '/a'; it must be a path relative to the assignment's folder",
        ),
        (
            SMALL.replace("files =", 'support = [{ file = "a", from = "b", form = "c" }]\nfiles ='),
            "submission.support[0].form is not a key of assignment.toml",
        ),
        (
            SMALL.replace("files =", 'support = [{ file = "../a", from = "b" }]\nfiles ='),
            "'../a' is not a relative path below the submission",
        ),
        (
            SMALL.replace("files =", 'support = [{ file = "a", from = "../nowhere/a" }]\nfiles ='),
            "the support file a is not at ",
        ),
        (SMALL.replace("[[suites]]", "[suites]"), "suites is {'path': 'tests'}; it must be of type list"),
        (SMALL.replace("[[suites]]\npath", "# path"), "there is no [[suites]]"),
        (SMALL.replace('"tests"', '"nowhere"'), "the suite nowhere does not exist"),
        (SMALL + 'visibility = "secret"\n', "visibility is 'secret'; it must be one of hidden, after_due_date"),
        (SMALL + "show_output = 1\n", "suites[0].show_output is 1; it must be of type bool"),
        (SMALL + "shown = true\n", "suites[0].shown is not a key of assignment.toml"),
        (SMALL + "[limits]\nseconds = 3\n", "limits.seconds is not a key of assignment.toml"),
        (SMALL + "[limits]\ntest_seconds = 0\n", "limits.test_seconds is 0; it must be above 0"),
        (SMALL + '[limits]\ntest_seconds = "3"\n', "limits.test_seconds is '3'; it must be of type int or float"),
        (SMALL + "[limits]\ntest_seconds = true\n", "limits.test_seconds is True; it must be of type int or float"),
        (SMALL + '[[parts]]\nnumber = 1\ntitle = ""\npoints = 1\n', "parts[0].number is 1; it must be of type str"),
        (SMALL + "limit = 1\n[limits]\n", "suites[0].limit is not a key"),
        (RESTRICTED, "restrictions[0].files has no restriction; add libraries, forbidden, or both"),
        (RESTRICTED + 'libraries = ["torch.nn"]\n', 'libraries contains "torch.nn"; write top-level modules, such as "torch"'),
        (
            RESTRICTED + 'forbidden = ["torch"]\n',
            'forbidden contains "torch"; write functions and classes, such as "torch.autograd.grad"',
        ),
        (RESTRICTED + "libraries = []\nonly = 1\n", "restrictions[0].only is not a key"),
        (
            f'{SMALL}[[restrictions]]\nfiles = ["model.py"]\nlibraries = []\n',
            'restrictions[0].files contains "model.py", which matches no submitted file',
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(folder, text, words):
    assert words in refusal(folder, text)
