import functools
import operator

import callbacks_functional as hof
import pytest


def square(x):
    return x * x


def is_even(n):
    return n % 2 == 0


class TestMapFilterReduce:
    def test_map_with_def(self):
        assert hof.my_map(square, [1, 2, 3]) == [1, 4, 9]

    def test_map_with_lambda_over_strings(self):
        assert hof.my_map(lambda s: s[::-1], ["abc", "de"]) == ["cba", "ed"]

    def test_map_with_a_class(self):
        assert hof.my_map(int, ["1", "22"]) == [1, 22]

    def test_map_with_a_bound_method(self):
        known = {"a": 1, "b": 2}
        assert hof.my_map(known.get, ["a", "b", "c"]) == [1, 2, None]

    def test_map_in_order(self):
        calls = []
        hof.my_map(calls.append, "xyz")
        assert calls == ["x", "y", "z"]

    def test_filter(self):
        assert hof.my_filter(is_even, range(7)) == [0, 2, 4, 6]

    def test_filter_takes_truthy_results(self):
        assert hof.my_filter(lambda s: s.strip(), ["a", " ", "", "b"]) == ["a", "b"]

    def test_filter_nothing(self):
        assert hof.my_filter(lambda x: False, [1, 2]) == []

    def test_reduce_from_the_left(self):
        assert hof.my_reduce(lambda a, b: a - b, [10, 3, 2]) == 5

    def test_reduce_with_start(self):
        assert hof.my_reduce(operator.add, [[1], [2]], []) == [1, 2]

    def test_reduce_of_nothing(self):
        with pytest.raises(TypeError):
            hof.my_reduce(operator.add, [])

    def test_reduce_builds_a_dict(self):
        def count(table, word):
            table[word] = table.get(word, 0) + 1
            return table

        assert hof.my_reduce(count, ["a", "b", "a"], {}) == {"a": 2, "b": 1}


class TestCombinators:
    def test_compose_right_to_left(self):
        assert hof.compose(str, square, abs)(-3) == "9"
        assert hof.compose(lambda x: x + 1, square)(3) == 10

    def test_compose_nothing(self):
        assert hof.compose()(5) == 5

    def test_repeated(self):
        assert hof.repeated(lambda x: 2 * x, 5)(1) == 32

    def test_repeated_zero_times_does_not_call(self):
        def fail(x):
            raise AssertionError("must not be called")

        assert hof.repeated(fail, 0)(4) == 4

    def test_curry(self):
        assert hof.curry(pow)(2)(5) == 32

    def test_flip(self):
        assert hof.flip(operator.sub)(1, 10) == 9

    def test_adder_handed_back_in(self):
        add3 = hof.make_adder(3)
        assert hof.my_map(add3, [1, 2]) == [4, 5]

    def test_submission_function_composed_with_suite_function(self):
        assert hof.compose(hof.make_adder(1), square)(3) == 10


class TestGrouping:
    def test_group_by_length(self):
        assert hof.group_by(len, ["a", "bb", "c"]) == {1: ["a", "c"], 2: ["bb"]}

    def test_group_by_lambda(self):
        assert hof.group_by(lambda n: "odd" if n % 2 else "even", [1, 2, 3]) == {"odd": [1, 3], "even": [2]}

    def test_partition(self):
        assert hof.partition(is_even, [1, 2, 3, 4]) == ([2, 4], [1, 3])

    def test_take_while(self):
        assert hof.take_while(lambda x: x < 3, [1, 2, 3, 1]) == [1, 2]

    def test_take_while_stops_asking(self):
        asked = []

        def small(x):
            asked.append(x)
            return x < 3

        hof.take_while(small, [1, 5, 2, 2])
        assert asked == [1, 5]


class TestSorting:
    def test_sort_by_second(self):
        assert hof.sort_by([("a", 2), ("b", 1)], key=lambda pair: pair[1]) == [("b", 1), ("a", 2)]

    def test_sort_by_itemgetter(self):
        rows = [{"n": 3}, {"n": 1}]
        assert hof.sort_by(rows, key=operator.itemgetter("n")) == [{"n": 1}, {"n": 3}]

    def test_sort_leaves_its_argument(self):
        xs = ["bb", "a"]
        hof.sort_by(xs, key=len)
        assert xs == ["bb", "a"]

    def test_sort_with_cmp_to_key(self):
        def descending(a, b):
            return b - a

        assert hof.sort_by([1, 3, 2], key=functools.cmp_to_key(descending)) == [3, 2, 1]

    def test_best(self):
        assert hof.best(["pear", "fig", "banana"], lambda w: w.count("a")) == "banana"


class TestCalling:
    def test_apply_all(self):
        assert hof.apply_all([square, abs, lambda x: x + 1], -2) == [4, 2, -1]

    def test_keywords_arrive(self):
        def describe(name, *, shout=False):
            return name.upper() if shout else name

        assert hof.call_with(describe, "ann", shout=True) == "ANN"

    def test_partial(self):
        assert hof.my_map(functools.partial(pow, 2), [1, 2, 3]) == [2, 4, 8]

    def test_partial_with_keyword(self):
        assert hof.my_map(functools.partial(int, base=2), ["101", "11"]) == [5, 3]

    def test_map_in_place(self):
        xs = [1, 2, 3]
        assert hof.map_in_place(square, xs) is None
        assert xs == [1, 4, 9]

    def test_update_all(self):
        prices = {"tea": 2, "milk": 1}
        hof.update_all(lambda name, price: price + len(name), prices)
        assert prices == {"tea": 5, "milk": 5}

    def test_closure_keeps_state(self):
        total = 0

        def running(x):
            nonlocal total
            total += x
            return total

        assert hof.my_map(running, [1, 2, 3]) == [1, 3, 6]
        assert total == 6
