"""Everything by `from module import *`."""

from names_star import *


def test_plain_function():
    assert add(1, 2) == 3


def test_constant():
    assert RATE == 0.25


def test_annotated_constant():
    assert LIMIT == 7


def test_names_bound_by_a_tuple():
    assert LOW + HIGH == 101


def test_chained_assignment():
    assert FIRST is SECOND


def test_conditional_name():
    assert MODE == "fast"


def test_name_of_a_loop():
    assert TABLE[3] == 9


def test_name_from_a_try():
    assert BACKEND == "none"


def test_re_exported_function():
    assert sqrt(16) == 4
    assert math.floor(2.5) == 2


def test_re_exported_class():
    assert Counter("aab")["a"] == 2


def test_class_and_subclass():
    assert Child().name() == "child"
    assert issubclass(Child, Parent)


def test_private_names_stay_away():
    assert "_hidden" not in globals()


def test_walrus_name():
    assert SIZE == 3


def test_function_made_by_a_decorator():
    assert shout("a") == "A!"


def test_with_statement_name():
    assert CAUGHT == "division by zero"


def test_augmented():
    assert WORDS == ["a", "b"]
