"""Dicts, sets, counters and their views."""

from collections import Counter, OrderedDict, defaultdict

import pytest
from containers_dicts import (
    Cache,
    Gradebook,
    Inventory,
    add_to,
    anagrams,
    by_first_letter,
    char_count,
    clean,
    common,
    count_words,
    default_config,
    group_by_parity,
    in_place_union,
    invert,
    memo_fib,
    merge_dicts,
    most_common_word,
    nested_update,
    ordered,
    remove_short,
    top,
    unique_chars,
    update_in_place,
)


def test_update_in_place():
    prices = {"apple": 1, "pear": 2}
    update_in_place(prices, "apple", 5)
    assert prices == {"apple": 5, "pear": 2}


def test_merge_dicts_does_not_change_either():
    a, b = {"x": 1}, {"x": 2, "y": 3}
    assert merge_dicts(a, b) == {"x": 2, "y": 3}
    assert a == {"x": 1} and b == {"x": 2, "y": 3}


def test_invert():
    assert invert({"a": 1, "b": 2, "c": 1}) == {1: ["a", "c"], 2: ["b"]}


def test_count_words_with_get():
    counts = count_words("to be or not to be")
    assert counts["to"] == 2
    assert counts.get("maybe", 0) == 0
    assert "or" in counts
    assert sorted(counts.items()) == [("be", 2), ("not", 1), ("or", 1), ("to", 2)]


def test_count_words_missing_key():
    with pytest.raises(KeyError):
        count_words("a b")["c"]


def test_char_count_is_a_counter():
    result = char_count("banana")
    assert isinstance(result, Counter)
    assert result == Counter(a=3, n=2, b=1)
    assert result.most_common(1) == [("a", 3)]
    assert result["z"] == 0


def test_by_first_letter_is_a_defaultdict():
    result = by_first_letter(["apple", "avocado", "banana"])
    assert isinstance(result, defaultdict)
    assert result["a"] == ["apple", "avocado"]
    assert result["missing"] == []


def test_ordered_keeps_the_order():
    result = ordered([("z", 1), ("a", 2)])
    assert isinstance(result, OrderedDict)
    assert list(result) == ["z", "a"]


def test_unique_chars_is_a_set():
    assert unique_chars("hello") == {"h", "e", "l", "o"}
    assert isinstance(unique_chars(""), set)


def test_common_is_symmetric():
    a, b = {1, 2, 3}, {2, 3, 4}
    assert common(a, b) == common(b, a) == {2, 3}
    assert a == {1, 2, 3}


def test_in_place_union():
    a = {1}
    in_place_union(a, {2, 3})
    assert a == {1, 2, 3}


def test_remove_short_changes_the_set():
    words = {"a", "tree", "of", "life"}
    remove_short(words, 3)
    assert words == {"tree", "life"}


def test_memo_fills_the_dict_it_is_given():
    memo = {}
    assert memo_fib(30, memo) == 832040
    assert memo[10] == 55
    assert len(memo) >= 29


def test_nested_update_reaches_the_inner_dict():
    config = {"model": {"layers": 2}, "lr": 0.1}
    inner = config["model"]
    nested_update(config, {"model": {"layers": 3}})
    assert config == {"model": {"layers": 3}, "lr": 0.1}
    assert inner is config["model"]
    assert inner["layers"] == 3


def test_default_config_is_fresh_each_time():
    first = default_config()
    first["lr"] = 99
    first["layers"].append(1)
    assert default_config() == {"lr": 0.01, "layers": [64, 32]}


def test_anagrams_in_any_order():
    result = anagrams(["tea", "eat", "bat"])
    assert sorted(sorted(group) for group in result) == [["bat"], ["eat", "tea"]]


def test_group_by_parity_with_setdefault():
    groups = group_by_parity(range(6))
    groups.setdefault("even", []).append(100)
    assert groups == {"even": [0, 2, 4, 100], "odd": [1, 3, 5]}


def test_most_common_word():
    assert most_common_word("the cat the dog") == "the"


def test_top_is_sorted_by_value_then_name():
    assert top({"b": 2, "a": 2, "c": 5}, 2) == [("c", 5), ("a", 2)]


def test_clean_drops_none():
    data = {"a": 1, "b": None, "c": 0}
    assert clean(data) == {"a": 1, "c": 0}
    assert "b" in data


def test_add_to_makes_the_list_once():
    table = {}
    for key, value in [("x", 1), ("y", 2), ("x", 3)]:
        add_to(table, key, value)
    assert table == {"x": [1, 3], "y": [2]}


def test_add_to_works_with_a_defaultdict_of_the_suite():
    table = defaultdict(list)
    add_to(table, "k", 1)
    assert table["k"] == [1]
    assert table["other"] == []


def test_inventory_stock_is_shared():
    inventory = Inventory()
    inventory.add("nail", 10)
    inventory.stock["nail"] -= 3
    assert inventory.count("nail") == 7


def test_inventory_views():
    inventory = Inventory()
    inventory.add("nail", 10)
    inventory.add("screw", 5)
    assert set(inventory.stock.keys()) == {"nail", "screw"}
    assert sum(inventory.stock.values()) == 15
    assert ("nail", 10) in inventory.stock.items()


def test_inventory_names_is_a_view():
    inventory = Inventory()
    inventory.add("nail", 10)
    names = inventory.names()
    assert list(names) == ["nail"]
    assert len(names) == 1
    assert "nail" in names


def test_inventory_report_does_not_leak_the_inner_dict():
    inventory = Inventory()
    inventory.add("nail", 1)
    inventory.report()["nail"] = 1000
    assert inventory.count("nail") == 1


def test_gradebook_inner_lists():
    book = Gradebook()
    book.add("ann", 8)
    book.grades["ann"].append(10)
    assert book.average("ann") == 9


def test_gradebook_pop_and_del():
    book = Gradebook()
    book.add("ann", 8)
    book.add("bob", 6)
    assert book.grades.pop("ann") == [8]
    del book.grades["bob"]
    assert book.students() == []


def test_cache_evicts_the_oldest():
    cache = Cache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert cache.get("b") is None
    assert cache.get("a") == 1


def test_for_loop_over_items():
    total = 0
    for key, value in count_words("a b a").items():
        total += value * len(key)
    assert total == 3
