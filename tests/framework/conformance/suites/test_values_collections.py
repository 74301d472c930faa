from collections import Counter, OrderedDict, defaultdict, deque

import pytest
import values_collections as work


class TestCounter:
    def test_counts(self):
        assert work.word_count("The cat the") == {"the": 2, "cat": 1}

    def test_equal_to_a_counter(self):
        assert work.word_count("a b a") == Counter("aba")

    def test_missing_word_counts_zero(self):
        assert work.word_count("a")["zebra"] == 0

    def test_most_common(self):
        assert work.word_count("x y x").most_common(1) == [("x", 2)]

    def test_top(self):
        assert work.top("mississippi", 2) == [("i", 4), ("s", 4)]

    def test_negative_counts(self):
        assert work.inventory({"tea": 2}, {"tea": 1, "milk": 1}) == Counter({"tea": 1, "milk": -1})

    def test_arithmetic(self):
        assert work.word_count("a b") + work.word_count("b") == Counter({"b": 2, "a": 1})


class TestDicts:
    def test_defaultdict(self):
        index = work.index_words(["apple", "bee", "ant"])
        assert index == {"a": [0, 2], "b": [1]}
        assert isinstance(index, defaultdict)

    def test_default_factory_works(self):
        index = work.index_words(["apple"])
        index["z"].append(9)
        assert index["z"] == [9]

    def test_ordered_dict(self):
        assert work.lru("abcab", 2) == OrderedDict([("a", True), ("b", True)])

    def test_order_counts(self):
        assert list(work.lru("abacad", 3)) == ["c", "a", "d"]

    def test_dict_view(self):
        keys = work.keys_of({"a": 1, "b": 2})
        assert sorted(keys) == ["a", "b"]
        assert "a" in keys
        assert len(keys) == 2

    def test_view_as_a_set(self):
        assert work.keys_of({"a": 1, "b": 2}) & {"b", "c"} == {"b"}

    def test_common_keys_are_a_set(self):
        assert work.common({"a": 1, "b": 2}, {"b": 0}) == {"b"}

    def test_chain_map(self):
        settings = work.with_defaults({"color": "red"}, {"color": "blue", "size": 1})
        assert settings["color"] == "red"
        assert dict(settings) == {"color": "red", "size": 1}

    def test_nested_defaultdict(self):
        assert work.matrix()[0][1] == 5
        assert work.matrix()[7][7] == 0


class TestDeque:
    def test_last_items(self):
        assert work.last(range(10), 3) == deque([7, 8, 9])

    def test_maxlen(self):
        assert work.last([1], 3).maxlen == 3

    def test_full_deque_drops_the_oldest(self):
        queue = work.last("abc", 3)
        queue.append("d")
        assert list(queue) == ["b", "c", "d"]

    def test_rotate_in_place(self):
        queue = deque([1, 2, 3])
        assert work.rotate(queue, 1) is queue
        assert queue == deque([3, 1, 2])


class TestSets:
    def test_set_of_frozensets(self):
        assert work.anagrams(["tea", "eat", "dog"]) == {frozenset({"tea", "eat"})}

    def test_frozenset_in_result(self):
        assert frozenset(["ab", "ba"]) in work.anagrams(["ab", "ba", "abc", "cab"])


class TestLazy:
    def test_range(self):
        assert work.evens(6) == range(0, 6, 2)
        assert 4 in work.evens(6)
        assert work.evens(6)[-1] == 4

    def test_zip(self):
        assert list(work.table("ab", [1, 2])) == [("a", 1), ("b", 2)]

    def test_zip_is_used_up(self):
        pairs = work.table("ab", [1, 2])
        assert len(list(pairs)) == 2
        assert list(pairs) == []

    def test_map(self):
        assert list(work.squares([1, 2, 3])) == [1, 4, 9]

    def test_map_is_lazy(self):
        squares = work.squares(x for x in [2, 3])
        assert next(squares) == 4

    def test_filter(self):
        assert list(work.positive([-1, 0, 2])) == [2]

    def test_enumerate(self):
        assert dict(work.numbered(["a", "b"])) == {1: "a", 2: "b"}

    def test_reversed(self):
        xs = [1, 2, 3]
        assert list(work.backwards(xs)) == [3, 2, 1]
        assert xs == [1, 2, 3]

    def test_combinations(self):
        assert list(work.all_pairs("abc")) == [("a", "b"), ("a", "c"), ("b", "c")]

    def test_accumulate(self):
        assert list(work.running([1, 2, 3])) == [1, 3, 6]

    @pytest.mark.parametrize(
        "text, expected", [("aab", [("a", 2), ("b", 1)]), ("aba", [("a", 1), ("b", 1), ("a", 1)]), ("", [])]
    )
    def test_runs(self, text, expected):
        assert work.runs(text) == expected
