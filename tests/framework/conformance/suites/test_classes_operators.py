"""Operators, comparison, the protocols of containers, iterators, context managers, repr, hash, copy."""

import copy
import math
import operator

import pytest
from classes_operators import (
    Bag,
    Clock,
    Countdown,
    Fraction,
    Grid,
    Interval,
    Lazy,
    Money,
    Polynomial,
    Settings,
    Timer,
    Vector,
    Version,
    Word,
)


def test_add_and_equal():
    assert Vector(1, 2) + Vector(3, 4) == Vector(4, 6)


def test_not_equal():
    assert Vector(1, 2) != Vector(2, 1)
    assert not (Vector(1, 2) != Vector(1, 2))


def test_equality_with_another_type():
    assert Vector(1, 2) != (1, 2)
    assert not Vector(0, 0) == 0
    assert Vector(1, 2) is not None


def test_scalar_multiplication_from_both_sides():
    assert Vector(1, 2) * 3 == Vector(3, 6)
    assert 3 * Vector(1, 2) == Vector(3, 6)


def test_dot_product_by_matmul():
    assert Vector(1, 2) @ Vector(3, 4) == 11


def test_negation_and_abs():
    assert -Vector(1, -2) == Vector(-1, 2)
    assert abs(Vector(3, 4)) == 5


def test_subtract_builtin_operator_module():
    assert operator.sub(Vector(3, 3), Vector(1, 2)) == Vector(2, 1)


def test_operator_does_not_change_its_operands():
    a, b = Vector(1, 2), Vector(3, 4)
    a + b
    assert (a.x, a.y, b.x, b.y) == (1, 2, 3, 4)


def test_in_place_add_keeps_identity():
    a = Vector(1, 1)
    alias = a
    a += Vector(1, 0)
    assert a is alias
    assert alias.x == 2


def test_sum_with_a_start():
    assert sum([Vector(1, 0), Vector(0, 2)], Vector(0, 0)) == Vector(1, 2)


def test_unsupported_operand():
    with pytest.raises(TypeError):
        Vector(1, 2) + "a"


def test_unpacking():
    x, y = Vector(7, 8)
    assert (x, y) == (7, 8)


def test_indexing_and_index_error():
    v = Vector(7, 8)
    assert v[0] == 7 and v[-1] == 8
    with pytest.raises(IndexError):
        v[2]


def test_repr_and_str():
    assert repr(Vector(1, 2)) == "Vector(1, 2)"
    assert str(Vector(1, 2)) == "<1, 2>"
    assert f"{Vector(1, 2)}" == "<1, 2>"
    assert "{!r}".format(Vector(0, 0)) == "Vector(0, 0)"


def test_repr_inside_of_a_list():
    assert str([Vector(1, 2)]) == "[Vector(1, 2)]"


def test_repr_evaluates_to_an_equal_object():
    v = Vector(2, 3)
    assert eval(repr(v)) == v


def test_hash_and_set():
    assert hash(Vector(1, 2)) == hash(Vector(1, 2))
    assert len({Vector(1, 2), Vector(1, 2), Vector(2, 1)}) == 2


def test_dict_key():
    names = {Vector(0, 0): "origin"}
    assert names[Vector(0, 0)] == "origin"
    assert Vector(1, 1) not in names


def test_unhashable():
    with pytest.raises(TypeError):
        hash(Bag())
    with pytest.raises(TypeError):
        {Bag(): 1}


def test_bool_of_an_object():
    assert Vector(1, 0)
    assert not Vector(0, 0)
    assert bool(Vector(0, 0)) is False


def test_objects_in_a_list():
    points = [Vector(1, 1), Vector(2, 2)]
    assert Vector(2, 2) in points
    assert points.index(Vector(2, 2)) == 1
    points.remove(Vector(1, 1))
    assert points == [Vector(2, 2)]


def test_total_ordering():
    assert Version("1.2") < Version("1.10")
    assert Version("2.0") >= Version("2.0")
    assert Version("3") > Version("2.9")


def test_sorting_objects():
    versions = [Version("1.10"), Version("1.9"), Version("1.2")]
    assert [str(v) for v in sorted(versions)] == ["1.2", "1.9", "1.10"]
    assert max(versions) == Version("1.10")


def test_sort_by_key_attribute():
    words = [Word("pear"), Word("fig"), Word("apple")]
    words.sort(key=lambda word: word.text)
    assert [word.text for word in words] == ["apple", "fig", "pear"]
    assert min(words, key=lambda word: len(word.text)).text == "fig"


def test_chained_comparison():
    assert Version("1") < Version("2") < Version("3")


def test_comparison_with_a_wrong_type():
    with pytest.raises(TypeError):
        Version("1") < 3


def test_str_subclass():
    word = Word.Text("Level")
    assert word.is_palindrome()
    assert word.lower() == "level"
    assert isinstance(word, str)


def test_fraction_arithmetic():
    assert Fraction(1, 2) + Fraction(1, 3) == Fraction(5, 6)
    assert Fraction(2, 4) == Fraction(1, 2)
    assert Fraction(1, 2) / Fraction(1, 4) == Fraction(2, 1)
    assert Fraction(1, 2) ** 2 == Fraction(1, 4)


def test_fraction_with_int_reflected():
    assert 1 + Fraction(1, 2) == Fraction(3, 2)
    assert 1 - Fraction(1, 4) == Fraction(3, 4)
    assert Fraction(4, 2) == 2


def test_fraction_converts():
    assert float(Fraction(1, 4)) == 0.25
    assert int(Fraction(7, 2)) == 3
    assert round(Fraction(7, 3), 2) == 2.33
    assert math.floor(Fraction(7, 2)) == 3


def test_fraction_zero_division():
    with pytest.raises(ZeroDivisionError):
        Fraction(1, 0)


def test_fraction_approx():
    assert float(Fraction(1, 3)) == pytest.approx(0.3333, abs=1e-4)


def test_money_format_spec():
    assert format(Money(3.5), ".2f") == "3.50 EUR"
    assert f"{Money(2):.1f}" == "2.0 EUR"


def test_money_divmod_and_floor_division():
    assert Money(7) // 2 == Money(3)
    assert divmod(Money(7), 2) == (Money(3), Money(1))
    assert Money(7) % 2 == Money(1)


def test_money_bitwise_and_shift_operators():
    assert Money(4) << 1 == Money(8)
    assert Money(6) & Money(3) == Money(2)


def test_bag_len_contains_iter():
    bag = Bag("abca")
    assert len(bag) == 4
    assert "a" in bag and "z" not in bag
    assert sorted(bag) == ["a", "a", "b", "c"]


def test_bag_getitem_setitem_delitem():
    bag = Bag()
    bag["x"] = 3
    assert bag["x"] == 3
    bag["x"] += 1
    assert bag["x"] == 4
    del bag["x"]
    assert bag["x"] == 0


def test_empty_bag_is_false():
    assert not Bag()
    assert Bag("a")


def test_bag_equality_ignores_order():
    assert Bag("abc") == Bag("cba")
    assert Bag("a") != Bag("aa")


def test_bag_union():
    assert (Bag("ab") | Bag("b"))["b"] == 2


def test_bag_is_iterated_twice():
    bag = Bag("ab")
    assert list(bag) == list(bag)
    assert [x for x in bag for _ in bag]


def test_bag_made_from_itself():
    assert list(Bag(Bag("ab"))) == ["a", "b"]


def test_grid_with_a_tuple_as_index():
    grid = Grid(2, 3)
    grid[1, 2] = 5
    assert grid[1, 2] == 5
    assert grid[0] == [0, 0, 0]
    assert grid.shape == (2, 3)


def test_grid_slices():
    grid = Grid(3, 2)
    grid[2, 0] = 1
    assert grid[1:] == [[0, 0], [1, 0]]
    assert grid[::2] == [[0, 0], [1, 0]]


def test_interval_membership_of_floats():
    interval = Interval(0, 1)
    assert 0.5 in interval
    assert 1 not in interval


def test_iterator_protocol():
    countdown = iter(Countdown(3))
    assert next(countdown) == 3
    assert next(countdown) == 2
    assert next(countdown) == 1
    with pytest.raises(StopIteration):
        next(countdown)


def test_iterator_in_a_for_loop():
    seen = []
    for n in Countdown(3):
        seen.append(n)
    assert seen == [3, 2, 1]


def test_reversed():
    assert list(reversed(Countdown(3))) == [1, 2, 3]


def test_next_with_a_default():
    assert next(iter(Countdown(0)), "done") == "done"


def test_context_manager_enters_and_exits():
    timer = Timer()
    with timer as t:
        assert t is timer
        assert t.running
    assert not timer.running


def test_context_manager_exits_after_an_error():
    timer = Timer()
    with pytest.raises(KeyError):
        with timer:
            raise KeyError("x")
    assert timer.log == ["enter", "exit KeyError"]


def test_callable_object():
    p = Polynomial([1, 0, 2])
    assert p(3) == 19
    assert callable(p)
    assert [p(x) for x in range(3)] == [1, 3, 9]


def test_polynomial_operators():
    assert Polynomial([1, 1]) * Polynomial([1, 1]) == Polynomial([1, 2, 1])
    assert Polynomial([1, 2]) - Polynomial([1, 2]) == Polynomial([0])


def test_polynomial_str():
    assert str(Polynomial([1, 0, 2])) == "2x^2 + 1"


def test_polynomial_derivative_keeps_the_original():
    p = Polynomial([5, 3, 1])
    assert p.derivative() == Polynomial([3, 2])
    assert p.coefficients == [5, 3, 1]


def test_getattr_fallback():
    settings = Settings(colour="red")
    assert settings.colour == "red"
    assert settings.size is None
    with pytest.raises(AttributeError):
        settings._hidden


def test_setattr_hook():
    settings = Settings()
    settings.size = 3
    assert settings.values == {"size": 3}


def test_len_must_not_be_computed_from_the_outside():
    assert len(Settings(a=1, b=2)) == 2


def test_shallow_copy_shares():
    bag = Bag("ab")
    bag.tags.append("t")
    other = copy.copy(bag)
    other.tags.append("u")
    assert bag.tags == ["t", "u"]


def test_deepcopy_is_independent():
    bag = Bag("ab")
    bag.tags.append("t")
    other = copy.deepcopy(bag)
    other.tags.append("u")
    other["z"] = 1
    assert bag.tags == ["t"]
    assert bag["z"] == 0
    assert other == Bag("abz")


def test_lazy_property_is_computed_once():
    lazy = Lazy()
    assert lazy.value == 42
    assert lazy.value == 42
    assert lazy.calls == 1


def test_clock_index_and_modulo():
    clock = Clock(22)
    clock += 5
    assert clock == Clock(3)
    assert "abcdef"[clock] == "d"
    assert list(range(Clock(3))) == [0, 1, 2]


def test_clock_equals_itself_only():
    a, b = Clock(1), Clock(1)
    assert a == b
    assert a is not b
    assert id(a) != id(b)
