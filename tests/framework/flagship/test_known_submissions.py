"""Known submissions, right and wrong, get exactly the verdicts that their submission.toml asks for."""

import pytest
from executed import executed_functions, reached_tests, without_case
from gradings import grade_folder, grade_together, graders
from known import FOLDER, expected_points, known_submissions, short_id, together
from reach import ASSIGNMENT

POINTS = sum(part.points for part in ASSIGNMENT.parts)
KNOWN = {known.name: known for known in known_submissions()}
WITHOUT_SANDBOX = ("linear_bias_gradient_averaged", "softmax_maximum_of_the_batch", "decay_on_biases")
FEW = 17  # tests that one mistake costs at most, if it is to show that each of them can fail by itself
PRINTED_AT_MOST = 100_000  # characters kept of what one test prints
PATIENCE = 600  # seconds for one grading; two take about five, and a busy machine a multiple of that


@pytest.fixture(scope="session")
def outcome_of(request, tmp_path_factory):
    """A function from a name and a mode of the sandbox to an outcome, and the tests that the submission can reach.

    What this run asks for is graded two at a time, each known submission by the tests that it can reach, and those that no
    test looks at together as one.
    """
    calls = [getattr(item, "callspec", None) for item in request.session.items if "outcome_of" in item.fixturenames]
    asked = dict.fromkeys((call.params["name"], call.params.get("mode", "auto")) for call in calls if call)
    with graders(ASSIGNMENT.sandbox.preload) as pool:
        executing = pool.apply_async(executed_functions)
        pending = {("reference", "auto"): (pool.apply_async(grade_folder, ("reference", "auto")), None)}
        executed = executing.get(PATIENCE)
        for name, mode in asked:
            if name not in KNOWN:
                pending.setdefault((name, mode), (pool.apply_async(grade_folder, (name, mode)), None))
        alone = [([KNOWN[name]], mode) for name, mode in asked if name in KNOWN and mode != "auto"]
        grouped = together(KNOWN[name] for name, mode in asked if name in KNOWN and mode == "auto")
        for group, mode in [*alone, *((group, "auto") for group in grouped)]:
            tests = {known.name: reached_tests(known, executed) for known in group}
            into = tmp_path_factory.mktemp(group[0].name)
            grading = pool.apply_async(grade_together, (group, set().union(*tests.values()), into, mode))
            pending |= {(known.name, mode): (grading, tests) for known in group}

        def outcome(name, mode="auto"):
            grading, tests = pending[name, mode]
            return grading.get(PATIENCE * len(pending)), tests

        yield outcome


@pytest.fixture(scope="session")
def all_tests(outcome_of):
    """The points of all tests by their short ids, as the reference shows them."""
    return {short_id(record.nodeid): record.max_score for record in outcome_of("reference")[0].records}


def those_of(all_tests, tests):
    """Those of all tests, by their short ids, that are among `tests`, ids without cases."""
    wanted = {short_id(test) for test in tests}
    return {name: points for name, points in all_tests.items() if without_case(name) in wanted}


def check_complete(outcome, all_tests):
    """Every test of the suites stands in the outcome once, with its points; the tool has nothing to regret."""
    assert sorted(short_id(record.nodeid) for record in outcome.records) == sorted(all_tests)
    assert {short_id(record.nodeid): record.max_score for record in outcome.records} == all_tests
    assert outcome.score[1] == pytest.approx(sum(all_tests.values()))
    assert [record.nodeid for record in outcome.records if record.status == "broken" or record.needs_human] == []
    for record in outcome.records:
        assert (record.status == "passed") <= (record.score == record.max_score), record.nodeid
        assert (record.status == "failed") <= (record.score < record.max_score or not record.max_score), record.nodeid
        assert record.status == "passed" or record.reason, f"{record.nodeid} fails without a reason"
        assert len(record.printed) <= PRINTED_AT_MOST, record.nodeid


def check_verdicts(known, outcome, all_tests):
    """The tests that the submission must fail give what it must get, with the right reason; all others are passed.

    Args:
        all_tests: those that the submission can reach. In others, those that are graded with it lose points.
    """
    expected = expected_points(known, all_tests)
    records = [record for record in outcome.records if short_id(record.nodeid) in all_tests]
    surprises = [
        f'"{short_id(record.nodeid)}" = {record.score}, expected {low:g} to {high:g}: {record.reason}'
        for record in records
        for low, high in [expected[short_id(record.nodeid)]]
        if not low <= record.score <= high
    ]
    assert not surprises, "\n".join([f"{known.name}: {known.describe}", *surprises])
    reasons = {short_id(record.nodeid): record.reason for record in records}
    for name, phrase in known.says.items():
        assert phrase in reasons[name], f"{known.name}: the reason of {name} is\n{reasons[name]}"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if known.quick else pytest.mark.slow) for name, known in KNOWN.items()]
)
def test_known_submission_gets_exactly_its_verdicts(name, outcome_of, all_tests):
    outcome, tests = outcome_of(name)
    check_complete(outcome, those_of(all_tests, set().union(*tests.values())))
    check_verdicts(KNOWN[name], outcome, those_of(all_tests, tests[name]))


def test_the_corpus_holds_wrong_and_right_submissions():
    wrong = [known.name for known in KNOWN.values() if known.fails]
    assert len(wrong) >= 25
    assert len(KNOWN) - len(wrong) >= 6
    assert [name for name in wrong if name.startswith("right_")] == []
    assert [name for name in KNOWN if name not in wrong and not name.startswith("right_")] == []


def test_every_folder_of_the_corpus_is_a_known_submission():
    assert {path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith(".")} == set(KNOWN)


def test_every_test_fails_for_a_submission_that_passes_most_others(all_tests):
    failed = set()
    for known in KNOWN.values():
        mistakes = [name for name, (low, high) in expected_points(known, all_tests).items() if high < all_tests[name]]
        failed |= set(mistakes if len(mistakes) <= FEW else [])
    assert {name for name, points in all_tests.items() if points} - failed == set()


@pytest.mark.parametrize(("name", "points"), [("reference", POINTS), ("student", 0)])
def test_the_reference_gets_all_points_and_the_skeleton_none(name, points, outcome_of, all_tests):
    outcome, _ = outcome_of(name)
    check_complete(outcome, all_tests)
    assert outcome.score == (points, POINTS)
    assert {record.status for record in outcome.records} == {"passed" if points else "failed"}


@pytest.mark.parametrize(("name", "mode"), [("reference", "off")])
def test_the_reference_gets_all_points_without_a_sandbox(name, mode, outcome_of, all_tests):
    outcome, _ = outcome_of(name, mode)
    check_complete(outcome, all_tests)
    assert outcome.score == (POINTS, POINTS)


@pytest.mark.parametrize("mode", ["off"])
@pytest.mark.parametrize("name", WITHOUT_SANDBOX)
def test_verdicts_without_a_sandbox_are_the_same(name, mode, outcome_of, all_tests):
    outcome, tests = outcome_of(name, mode)
    check_complete(outcome, those_of(all_tests, set().union(*tests.values())))
    check_verdicts(KNOWN[name], outcome, those_of(all_tests, tests[name]))
