"""Points: what shares a weight gets all of it."""

from fractions import Fraction

import pytest

from autograder.grading.points import share


@pytest.mark.parametrize("points", [1, 0.1, 2.5, 10, 0.00001, 1e9])
@pytest.mark.parametrize("parts", [1, 2, 3, 7, 1000])
def test_shares_of_a_weight_add_up_exactly(points, parts):
    shares = [share(points, parts, index) for index in range(parts)]
    assert sum(Fraction(str(part)) for part in shares) == Fraction(str(points))
    assert min(shares) >= 0
