"""A suite that hands its own objects to the submission; SECRET-00000000000000000000000000000000"""

import numpy as np
import submitted
from gradescope_utils.autograder_utils.decorators import number, weight

SECRET = "SECRET-00000000000000000000000000000000"
RNG = np.random.default_rng(int(SECRET.removeprefix("SECRET-"), 16))


class Problem:
    """A square distance that can be measured."""

    secret = SECRET

    def __init__(self, target):
        self.measured = 0
        self.distance = self.measures(target)

    def measures(self, target):
        def distance(point):
            self.measured += 1
            assert (len(point), SECRET) == (len(target), SECRET)
            return float(((np.asarray(point) - target) ** 2).sum())

        return distance

    def is_solved(self, point):
        return bool(self.distance(point) < 1e-6)


@number("11")
@weight(1)
def test_objects_of_the_suite():
    """minimise: with a callback, an object and a list of the suite"""
    target, history = RNG.normal(size=3), []
    problem = Problem(target)
    point = submitted.minimise(problem.distance, problem, history)
    assert problem.is_solved(point) and problem.measured >= 4
    assert len(history) == 4 and history[0] == (target**2).sum()
    assert np.abs(np.asarray(point) - target).max() < 1e-3
