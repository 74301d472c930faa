"""Every test is on record with its points, whatever the suite does to pytest."""

import pytest
from toys import toy, write_toy

from autograder.assignment import load
from autograder.grading.collect import collect
from autograder.grading.records import NEUTRAL

GOOD = "from gradescope_utils.autograder_utils.decorators import weight\n@weight(1)\ndef test_good():\n    pass\n"


def test_files_that_cannot_be_read_ask_for_staff_and_cost_no_other_file(tmp_path):
    suite = {
        "test_1_good.py": GOOD,
        "test_2_syntax.py": "def test_it(:\n",
        "test_3_import.py": "import a_module_that_is_nowhere\n",
        "test_4_exit.py": "raise SystemExit(1)\n",
        "test_5_interrupt.py": "raise KeyboardInterrupt\n",
        "test_6_stop.py": "import pytest\npytest.exit('no')\n",
        "test_7_skip.py": "import pytest\npytest.skip('no', allow_module_level=True)\n",
        "test_8_good.py": GOOD.replace("test_good", "test_fine"),
    }
    graded = toy(tmp_path, suite)
    records = graded.outcome.records
    assert [record.status for record in records] == ["passed", *["broken"] * 6, "passed"]
    assert records[1].name == "The tests in test_2_syntax.py could not be read"
    assert "SyntaxError" in records[1].staff
    assert "skipped as a whole" in records[6].staff
    items = graded.document()["tests"]
    assert items[1]["output"] == NEUTRAL
    assert graded.outcome.score == (2.0, 2.0)


def test_a_conftest_that_cannot_be_read_is_on_record(tmp_path):
    graded = toy(tmp_path, {"conftest.py": "undefined_name\n", "test_toy.py": GOOD})
    assert graded.outcome.records[0].status == "broken"
    assert "undefined_name" in graded.outcome.records[0].staff
    assert graded.document()["extra_data"]["needs_human"]


@pytest.mark.parametrize("hook", ["pytest_runtest_logreport(report)", "pytest_runtest_makereport(item, call)"])
def test_a_hook_of_the_suite_that_fails_breaks_each_test_and_loses_none(tmp_path, hook):
    suite = {"conftest.py": f"def {hook}:\n    raise OSError('hook')\n", "test_toy.py": GOOD + GOOD.replace("good", "two")}
    graded = toy(tmp_path, suite, mode="off")
    assert graded.verdicts() == {"test_good": ("broken", 0.0, 1.0), "test_two": ("broken", 0.0, 1.0)}
    assert "hook" in graded["test_two"].staff


def test_an_error_at_the_end_of_the_suite_keeps_all_verdicts(tmp_path):
    suite = {"conftest.py": "def pytest_sessionfinish():\n    raise OSError('late')\n", "test_toy.py": GOOD}
    records = toy(tmp_path, suite, mode="off").outcome.records
    assert [(record.status, record.max_score) for record in records] == [("passed", 1.0), ("broken", None)]
    assert "late" in records[1].staff


def test_tests_that_pytest_never_came_to_are_broken_and_keep_their_points(tmp_path):
    conftest = "def pytest_runtest_teardown(item):\n    item.session.shouldfail = 'enough'\n"
    graded = toy(tmp_path, {"conftest.py": conftest, "test_toy.py": GOOD + GOOD.replace("good", "two")}, mode="off")
    assert graded.verdicts() == {"test_good": ("passed", 1.0, 1.0), "test_two": ("broken", None, 1.0)}
    assert graded.document()["tests"][1]["score"] == 0


def test_collecting_runs_no_test_and_says_which_file_could_not_be_read(tmp_path):
    write_toy(tmp_path, {"test_1_good.py": GOOD.replace("pass", "raise SystemExit"), "test_2_syntax.py": "def test_it(:\n"})
    records = collect(load(tmp_path))
    assert [(record.max_score, record.unreadable) for record in records] == [(1.0, False), (None, True)]


@pytest.mark.parametrize("hook", ["pytest_collection_modifyitems(items)", "pytest_sessionfinish()"])
def test_collecting_that_fails_in_a_hook_of_the_suite_is_never_told_as_sound(tmp_path, hook):
    write_toy(tmp_path, {"conftest.py": f"def {hook}:\n    raise OSError('hook')\n", "test_toy.py": GOOD})
    assert any(record.unreadable for record in collect(load(tmp_path)))
