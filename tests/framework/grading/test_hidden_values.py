"""What a student reads of a test that fails, where the suite shows no values and where it does.

The suite lies in hidden_values/tests; the docstrings say what is told.
"""

from pathlib import Path

import pytest
from toys import HIDDEN, SHOWN, docstrings, suite_in, toy

from autograder.results.gradescope import item

FOLDER = Path(__file__).with_name("hidden_values")
SUITE = suite_in(FOLDER / "tests")
SUBMISSION = (FOLDER / "modules.py").read_text(encoding="utf-8")
TOLD = docstrings(SUITE["test_toy.py"])


@pytest.fixture(scope="module")
def hidden(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("hidden"), SUITE, SUBMISSION, HIDDEN)


def test_a_hidden_suite_tells_the_authors_words(hidden):
    assert sorted(hidden.names()) == sorted(TOLD)
    exact = {name: words for name, words in TOLD.items() if not words.endswith("...")}
    assert {name: hidden[name].reason for name in exact} == exact
    for name in TOLD.keys() - exact.keys():
        assert hidden[name].reason.startswith(TOLD[name].removesuffix("...")), name


def test_a_hidden_suite_shows_no_value_and_hides_nothing_from_staff(hidden):
    for record in hidden.outcome.records:
        shown = str({key: value for key, value in item(record).items() if key != "extra_data"})
        assert "31337" not in shown, record.nodeid
        assert "EXPECTED" not in shown, record.nodeid
        assert "computing" not in shown, record.nodeid
        assert "test_toy.py" in record.staff, record.nodeid


def test_a_shown_suite_shows_values(tmp_path):
    graded = toy(tmp_path, SUITE, SUBMISSION, SHOWN)
    assert graded["test_plain_assert"].reason.startswith("this is not true: 42 == 31337")
    assert "31337" in graded["test_numpy"].reason
    assert graded["test_true_message"].reason == "False is not true : untrue : here"
    assert graded["test_subtest"].reason == "named: value=31337: 42 != 31337"
    assert "Printed:\ncomputing" in item(graded["test_plain_assert"])["output"]
