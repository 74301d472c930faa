"""The numbers of a report, on classes so small that they can be reckoned by hand."""

import numpy as np
import pytest
from made_course import Shape, made_course

from autograder.course.report.cohort import BROKEN, FAILED, MISSING, PARTLY, PASSED, cohort, is_empty
from autograder.course.report.statistics import LEAST, alpha, discriminations, is_upside_down, medians, summary
from autograder.course.report.statistics import correlation as correlated


def test_quartiles_lie_between_values():
    five = summary(np.array([0.0, 10, 20, 40]))
    assert (five.low, five.lower, five.median, five.upper, five.high) == (0, 7.5, 15, 25, 40)
    assert (five.count, five.mean) == (4, 17.5)
    assert summary(np.array([])) is None


def test_discrimination_leaves_the_test_itself_out():
    points = np.array([[10.0, 0, 0], [10, 1, 0], [0, 0, 1], [0, 1, 1]])
    shares = points / [10, 1, 1]
    rest = points[:, 1] + points[:, 2]
    found = discriminations(shares, points)
    assert found[0] == pytest.approx(np.corrcoef(points[:, 0], rest)[0, 1])
    assert found[0] < 0 < np.corrcoef(points[:, 0], points.sum(1))[0, 1]  # its own weight would have hidden it


def test_discrimination_has_no_value_without_variance():
    points = np.array([[1.0, 0], [1, 1], [1, 0]])
    assert discriminations(points, points) == [None, None]
    assert correlated(np.array([1.0]), np.array([2.0])) is None


def test_discrimination_leaves_out_submissions_without_a_verdict():
    points = np.array([[0.0, 1], [1, 2], [1, 3], [0, 9]])
    shares = np.array([[0, 1 / 9], [1, 2 / 9], [1, 3 / 9], [np.nan, 1]])
    assert discriminations(shares, points)[0] == pytest.approx(np.corrcoef([0, 1, 1], [1, 2, 3])[0, 1])


def test_reliability_of_parts_that_agree_is_one_and_of_parts_that_do_not_is_none():
    agreeing = np.array([[1.0, 1, 1], [2, 2, 2], [5, 5, 5]])
    assert alpha(agreeing) == pytest.approx(1)
    assert alpha(np.array([[1.0, 1], [1, 0], [0, 1], [0, 0]])) == pytest.approx(0)
    assert alpha(agreeing[:, :1]) is None
    assert alpha(np.ones((3, 3))) is None


def test_a_test_is_called_upside_down_only_where_chance_does_not_explain_it():
    assert is_upside_down(-0.5, LEAST)
    assert not is_upside_down(-0.5, LEAST - 1)
    assert not is_upside_down(-0.05, 1000)
    assert not is_upside_down(None, 1000)


def test_medians_leave_out_what_has_not_run():
    assert medians(np.array([[1.0, np.nan], [3, np.nan], [np.nan, np.nan]])) == [2.0, None]


@pytest.fixture(scope="module")
def course():
    return made_course(Shape(students=100, tests=12, parts=3))


def test_states_and_points_are_those_of_the_records(course):
    known = cohort(course)
    states = {"passed": {PASSED}, "failed": {FAILED, PARTLY}, "broken": {BROKEN}}
    for s, line in enumerate(known.graded):
        outcome = line.row.outcome
        assert known.points[s].sum() == pytest.approx(outcome.score[0]) == known.by_part[s].sum()
        for record in outcome.records:
            state = known.states[s, known.places[record.nodeid]]
            assert state in states[record.status]
            assert (state == PARTLY) == (record.status == "failed" and record.score > 0)


def test_a_test_that_one_submission_has_no_record_of_is_missing_there(course):
    line = cohort(course).graded[0]
    gone, line.row.outcome.records = line.row.outcome.records[4], [*line.row.outcome.records[:4], *line.row.outcome.records[5:]]
    try:
        known = cohort(course)
        t = known.places[gone.nodeid]
        assert len(known.items) == 12
        assert known.states[0, t] == MISSING and np.isnan(known.shares[0, t]) and np.isnan(known.seconds[0, t])
    finally:
        line.row.outcome.records.insert(4, gone)


def test_hand_ins_that_are_the_skeleton_or_pass_nothing_are_empty(course):
    empty = [row for row in course.rows if row.outcome and is_empty(row, course)]
    assert [row.id for row in empty] == ["s0096"]
    known = cohort(course)
    assert len(known.counted) - known.counted.sum() == 1


def test_a_class_that_has_handed_in_nothing_has_no_tests():
    course = made_course(Shape(students=3, tests=4, parts=2))
    for row in course.rows:
        row.outcome = None
    known = cohort(course)
    assert known.states.shape == (0, 0) and not known.items and not len(known.scores)
