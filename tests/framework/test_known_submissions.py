"""Known submissions, right and wrong, get exactly the verdicts that their submission.toml asks for."""

from collections import Counter
from pathlib import Path

import pytest
from known import Known, as_toml, below_full_marks, expected_scores, grade_known, known_submissions, short_id

from autograder.assignment import load
from autograder.grading import Outcome, grade
from autograder.results import total

ROOT = Path(__file__).resolve().parents[2]
KNOWN = {known.name: known for known in known_submissions()}
PRINTED_AT_MOST = 100_000  # characters kept of what one test prints


@pytest.fixture(scope="session")
def all_tests(tmp_path_factory) -> dict[str, float]:
    """The points of all tests by their short ids, as the reference shows them."""
    outcome = grade(load(ROOT), [ROOT / "reference"], "auto")
    return {short_id(record.nodeid): record.max_score for record in outcome.records}


def check_complete(outcome: Outcome, all_tests: dict[str, float]) -> None:
    """Every test of the suites stands in the outcome exactly once with its points, and the tool has nothing to regret."""
    counts = Counter(short_id(record.nodeid) for record in outcome.records)
    assert counts == Counter(all_tests)
    assert {short_id(record.nodeid): record.max_score for record in outcome.records} == all_tests
    assert outcome.score[1] == 100
    assert not [record.nodeid for record in outcome.records if record.status == "broken"]
    assert not [note for note in outcome.notes if "needs a human" in note]
    for record in outcome.records:
        assert (record.status == "passed") == (record.score == record.max_score), record.nodeid
        assert record.status == "passed" or record.reason, f"{record.nodeid} fails without a reason"
        assert len(record.printed) <= PRINTED_AT_MOST, record.nodeid


def check_verdicts(known: Known, outcome: Outcome, all_tests: dict[str, float]) -> None:
    """Exactly the tests that the submission is expected to fail have less than full marks, and say why."""
    expected, found = expected_scores(known, list(all_tests)), below_full_marks(outcome)
    reasons = {short_id(record.nodeid): record.reason for record in outcome.records}
    assert found == expected, "\n".join(
        [f"{known.name}: {known.describe}"]
        + [f"expected to get all its points: {name}: {reasons[name]}" for name in found.keys() - expected.keys()]
        + [f"expected to fail: {name}" for name in expected.keys() - found.keys()]
        + [f"all scores found:\n{as_toml(found)}"]
    )
    for name, phrase in known.says.items():
        assert phrase in reasons[name], f"{known.name}: the reason of {name} is\n{reasons[name]}"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if known.quick else pytest.mark.slow) for name, known in KNOWN.items()]
)
def test_known_submission_gets_exactly_its_verdicts(name, all_tests, tmp_path):
    known = KNOWN[name]
    outcome = grade_known(known, tmp_path)
    check_complete(outcome, all_tests)
    check_verdicts(known, outcome, all_tests)


def test_the_corpus_has_wrong_and_right_submissions_and_says_what_is_wrong_with_each():
    wrong = [known for known in KNOWN.values() if known.fails]
    assert len(wrong) >= 25
    assert len(KNOWN) - len(wrong) >= 6
    assert all(known.describe.endswith(".") for known in KNOWN.values())
    assert all(name in known.fails for known in wrong for name in known.says if "*" not in name and "::" not in name)


def test_the_reference_gets_full_marks_and_the_skeleton_nothing(all_tests):
    assert sum(all_tests.values()) == pytest.approx(100)
    assignment = load(ROOT)
    outcomes = [grade(assignment, [ROOT / folder], "auto") for folder in ("reference", "student")]
    for outcome in outcomes:
        check_complete(outcome, all_tests)
    assert [total(outcome.records) for outcome in outcomes] == [(100, 100), (0, 100)]
    assert all(record.score == 0 for record in outcomes[1].records)


@pytest.mark.parametrize("name", ["linear_bias_gradient_averaged", "softmax_maximum_of_the_batch", "decay_on_biases"])
def test_verdicts_without_a_sandbox_are_the_same(name, all_tests, tmp_path):
    known = KNOWN[name]
    outcome = grade_known(known, tmp_path, "off")
    check_complete(outcome, all_tests)
    check_verdicts(known, outcome, all_tests)


def test_the_reference_gets_full_marks_without_a_sandbox(all_tests):
    outcome = grade(load(ROOT), [ROOT / "reference"], "off")
    check_complete(outcome, all_tests)
    assert below_full_marks(outcome) == {}
