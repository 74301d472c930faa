"""The order of tests: part 2 runs before part 10, and a result is in the order of the numbers."""

from toys import write_toy

from autograder.assignment import load
from autograder.grading.order import in_number_order, number_key
from autograder.grading.records import Record
from autograder.grading.story import grade
from autograder.results.gradescope import document

SUITE = """
from gradescope_utils.autograder_utils.decorators import number

@number("{number}")
def test_{name}():
    pass

def test_{name}_without_a_number():
    pass
"""
ITSELF = """
def pytest_collection_modifyitems(items):
    items.reverse()
"""


def graded(folder, conftest=""):
    """The names of the tests as they ran, and as the result has them."""
    write_toy(folder, "def test_first():\n    pass\n")
    for name, number in (("10", "10.1"), ("2", "2.8b"), ("2_more", "2.8a"), ("1", "1.2")):
        (folder / f"tests/test_{name}.py").write_text(SUITE.format(name=f"of_{name}", number=number))
    if conftest:
        (folder / "tests/conftest.py").write_text(conftest)
    ran = []
    outcome = grade(load(folder), [folder / "sub"], "off", lambda record: ran.append(record.name))
    return ran, [test["name"] for test in document(outcome)["tests"]]


def of_files(names):
    """Which files the tests with a number are of."""
    return [name.rpartition("test_of_")[2] for name in names if "test_of_" in name and "without" not in name]


def test_files_run_in_the_order_of_the_numbers_in_their_names(tmp_path):
    ran, _ = graded(tmp_path)
    assert of_files(ran) == ["1", "2", "2_more", "10"]


def test_a_suite_may_order_its_tests_itself(tmp_path):
    ran, _ = graded(tmp_path, ITSELF)
    assert of_files(ran) == ["10", "2_more", "2", "1"]


def test_a_result_is_in_the_order_of_the_numbers_with_tests_without_one_last(tmp_path):
    _, names = graded(tmp_path)
    assert of_files(names[:4]) == ["1", "2_more", "2", "10"]
    assert len(names) == 9


def test_tests_of_one_number_stay_in_the_order_in_which_they_were_collected():
    records = [Record(name, name, number=number) for name, number in (("a", "8.8a"), ("b", "8.7"), ("c", "8.8a"), ("d", None))]
    assert [record.name for record in in_number_order(records)] == ["b", "a", "c", "d"]


def test_numbers_of_any_form_can_be_compared():
    odd = ["", ".", "1..2", "²", "9" * 10_000, "W1", "1.2.3", "-1", None]
    assert len(sorted(odd, key=number_key)) == len(odd)
