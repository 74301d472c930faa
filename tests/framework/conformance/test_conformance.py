"""Each test of the corpus has the verdict of plain pytest, or asks for staff where that is known."""

import pytest
from conformance import FAILED, FOLDER, IN_CI, Case, Verdict, conformance, known, topics

EQUAL = 0.95  # of the runs, at least
CAUGHT = 1 / 3  # of the tests, at least, find a mistake in the wrong submission
TOLD = "autograder."  # the last line of what staff read: an error of ours, whose message says what to write instead


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> list[Case]:
    folder = tmp_path_factory.mktemp("conformance")
    folder.parent.chmod(0o755)
    folder.chmod(0o755)
    return conformance(folder, ways=IN_CI)


def listed(cases: list[Case]) -> str:
    return "\n".join([f"{len(cases)} differ:", *map(str, cases)])


def differing(cases: list[Case], how: str, way: str = "sandboxed") -> list[Case]:
    return [case for case in cases if case.compared(way) == how]


def test_each_suite_has_a_right_submission():
    """and no submission is left without a suite"""
    right = {path.stem for path in (FOLDER / "right").glob("*.py")}
    assert right == set(topics())
    assert {path.stem for path in (FOLDER / "wrong").glob("*.py")} <= right


@pytest.mark.parametrize(
    ("plain", "sandboxed", "expected"),
    [
        ("passed", "passed", "equal"),
        ("failed", "failed", "equal"),
        ("skipped", "skipped", "equal"),
        ("passed", "failed", "student's cost"),
        ("skipped", "failed", "student's cost"),
        ("passed", "skipped", "student's cost"),
        ("failed", "passed", "silent"),
        ("skipped", "passed", "silent"),
        ("passed", "broken", "staff asked"),
        ("failed", "broken", "staff asked"),
    ],
)
def test_a_difference_has_a_name(plain, sandboxed, expected):
    case = Case("test_area_topic.py::test_it", "right", {"plain": Verdict(plain), "sandboxed": Verdict(sandboxed)})
    assert case.area == "area"
    assert case.compared("sandboxed") == expected


@pytest.mark.slow
def test_plain_pytest_passes_the_right_submission(cases):
    failed = [case for case in cases if case.submission == "right" and case.verdicts["plain"].status in FAILED]
    assert not failed, listed(failed)


@pytest.mark.slow
def test_plain_pytest_finds_the_mistakes(cases):
    verdicts = [case.verdicts["plain"].status for case in cases if case.submission == "wrong"]
    assert verdicts.count("failed") >= CAUGHT * len(verdicts)


@pytest.mark.slow
def test_no_wrong_submission_passes_in_silence(cases):
    found = differing(cases, "silent")
    assert not found, listed(found)


@pytest.mark.slow
def test_nothing_is_at_the_cost_of_the_student(cases):
    found = differing(cases, "student's cost")
    assert not found, listed(found)


@pytest.mark.slow
def test_staff_are_asked_for_known_tests_only(cases):
    found = [case for case in differing(cases, "staff asked") if case.test not in known()]
    assert not found, listed(found)


@pytest.mark.slow
def test_staff_are_told_what_to_write_instead(cases):
    reasons = [(case, case.verdicts["sandboxed"].reason.strip()) for case in differing(cases, "staff asked")]
    found = [case for case, reason in reasons if not reason.splitlines()[-1].startswith(TOLD)]
    assert not found, listed(found)


@pytest.mark.slow
def test_what_is_known_to_ask_for_staff_does(cases):
    """Else it is to be taken out of known.toml."""
    assert set(known()) <= {case.test for case in differing(cases, "staff asked")}


@pytest.mark.slow
def test_nearly_all_verdicts_are_those_of_plain_pytest(cases):
    assert len(differing(cases, "equal")) >= EQUAL * len(cases)


@pytest.mark.slow
def test_inside_all_verdicts_are_those_of_plain_pytest(cases):
    """Each test with one of the submissions; the thorough test has both."""
    found = [case for case in cases if case.compared("half inside") not in ("equal", "left out")]
    assert not found, listed(found)
    ran = {case.test for case in cases if case.compared("half inside") == "equal"}
    assert {case.test for case in cases} == ran


@pytest.mark.thorough
def test_inside_all_verdicts_of_both_submissions_are_those_of_plain_pytest(tmp_path):
    tmp_path.parent.chmod(0o755)
    tmp_path.chmod(0o755)
    found = [case for case in conformance(tmp_path, ways=("plain", "inside")) if case.compared("inside") != "equal"]
    assert not found, listed(found)
