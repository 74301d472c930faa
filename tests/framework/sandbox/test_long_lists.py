"""Lists that are long: they cross as ever, or staff are asked; the student pays for neither."""

import pytest
from toys import toy

SUBMISSION = """
    def size(values): return len(values)
    def sort(values): values.sort()
    def reverse(values): values.reverse()
    def use(function, values): return function(values)
    def kinds(values): return [type(value).__name__ for value in values[:2]], values[-1]
"""

SUITE = """
    import modules

    def test_numbers_sorted_in_place():
        values = list(range(200_000, 0, -1))
        modules.sort(values)
        assert values == list(range(1, 200_001)) and type(values[0]) is int
    def test_fractions_sorted_in_place():
        values = [i / 7 for i in range(200_000, 0, -1)]
        expected = sorted(values)
        modules.sort(values)
        assert values == expected
    def test_long_arguments():
        assert modules.size(list(range(200_000))) == modules.size([[i] for i in range(200_000)]) == 200_000
        assert modules.size("a" * 10_000_000) == 10_000_000
    def test_a_long_list_that_the_suite_has_changed():
        values = list(range(5000))
        modules.size(values)
        values[:] = [0.5] * 5000
        values[-1] = 1e300
        assert modules.kinds(values) == (["float", "float"], 1e300)
    def test_truths_and_huge_numbers_stay_what_they_are():
        values, large = [True, False] * 1000, [2**70, 1] * 1000
        modules.reverse(values)
        modules.reverse(large)
        assert values[0] is False and large[:2] == [1, 2**70]
    def test_words_changed_in_place():
        modules.reverse([str(i) for i in range(200_000)])
    def test_words_given_back_to_the_suite():
        modules.use(len, [str(i) for i in range(200_000)])
        modules.use(lambda values: modules.reverse(values), [str(i) for i in range(200_000)])
    def test_more_than_crosses():
        modules.size("a" * 100_000_000)
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("long"), SUITE, SUBMISSION)


@pytest.mark.parametrize(
    "name",
    [
        *("numbers_sorted_in_place", "fractions_sorted_in_place", "long_arguments", "a_long_list_that_the_suite_has_changed"),
        "truths_and_huge_numbers_stay_what_they_are",
    ],
)
def test_long_lists_cross(graded, name):
    assert graded[f"test_{name}"].status == "passed", graded[f"test_{name}"].staff


@pytest.mark.parametrize("name", ["words_changed_in_place", "words_given_back_to_the_suite", "more_than_crosses"])
def test_staff_are_asked_where_there_is_too_much(graded, name):
    record = graded[f"test_{name}"]
    assert record.status == "broken" and "@pytest.mark.inside" in record.staff
