"""Operators and methods of containers that a submission has made or is given."""

import copy
from collections import Counter, deque

import pytest
from containers_operators import (
    Board,
    Book,
    Buffer,
    History,
    Library,
    Ring,
    add_one_to_all,
    all_pairs,
    attach,
    big_list,
    big_table,
    by_grade,
    double_all,
    drop_first,
    empty_like,
    fresh_matrix,
    frozen,
    head,
    histogram,
    keep,
    links,
    pop_last,
    push_both,
    ranking,
    same,
    self_containing,
    shared_pair,
    steps,
    swap_rows,
    tags,
    tree,
    update_all,
    words,
)


def test_returned_list_can_be_sorted_here():
    result = words("c a b")
    result.sort()
    assert result == ["a", "b", "c"]


def test_returned_list_operators():
    assert words("a b") + ["c"] == ["a", "b", "c"]
    assert words("a") * 2 == ["a", "a"]
    assert ["z"] + words("a") == ["z", "a"]


def test_returned_list_methods():
    result = words("a b a")
    assert result.count("a") == 2
    assert result.index("b") == 1
    result.remove("a")
    assert result.pop() == "a"
    assert result == ["b"]


def test_returned_list_slices():
    result = words("a b c d")
    assert result[1:3] == ["b", "c"]
    assert result[::-1] == ["d", "c", "b", "a"]
    result[:2] = []
    assert result == ["c", "d"]


def test_returned_set_operators():
    result = tags()
    assert result & {"x", "q"} == {"x"}
    assert result - {"x"} == {"y"}
    assert {"x"} <= result
    assert result.issubset({"x", "y", "z"})


def test_set_difference_in_place():
    result = tags()
    result -= {"x"}
    assert result == {"y"}


def test_returned_frozenset():
    result = frozen([1, 2, 2])
    assert result == frozenset({1, 2})
    assert isinstance(result, frozenset)
    assert {result: 1}[frozenset([2, 1])] == 1


def test_returned_counter_arithmetic():
    result = histogram("aab")
    result.subtract("a")
    assert result == Counter({"a": 1, "b": 1})
    assert result + Counter("b") == Counter({"a": 1, "b": 2})


def test_returned_dict_merge():
    result = by_grade([("ann", 8), ("bob", 6)])
    assert result | {5: []} == {8: ["ann"], 6: ["bob"], 5: []}
    result.update({8: []})
    assert result.pop(8) == []


def test_comparison_of_lists_by_order():
    assert words("a b") < ["a", "c"]
    assert words("b") > words("a z")


def test_list_in_list():
    assert [1, 2] in all_pairs([1, 2, 3])
    assert [3, 1] not in all_pairs([1, 2, 3])


def test_tuple_with_a_list_inside():
    pair = shared_pair()
    pair[0].append(1)
    assert pair == ([1], [1])
    assert pair[0] is pair[1]


def test_same_list_comes_back():
    values = [1]
    assert same(values) is values


def test_same_dict_comes_back():
    table = {"a": [1]}
    assert same(table) is table
    assert same(table)["a"] is table["a"]


def test_list_inside_of_a_dict_is_changed():
    table = {"a": [1, 2], "b": [3]}
    inner = table["b"]
    double_all(table)
    assert table == {"a": [2, 4], "b": [6]}
    assert inner == [6]


def test_list_inside_of_a_tuple_is_changed():
    a, b = [], []
    push_both((a, b), 3)
    assert a == b == [3]


def test_dict_inside_of_a_list_is_changed():
    rows = [{"n": 1}, {"n": 2}]
    add_one_to_all(rows)
    assert rows == [{"n": 2}, {"n": 3}]


def test_one_list_in_two_places():
    shared = [1]
    both = [shared, shared]
    drop_first(both)
    assert shared == []
    assert both == [[], []]


def test_two_arguments_are_one_list():
    values = [1, 2]
    assert keep(values, values) == 4
    assert values == [1, 2, "kept", "kept"]


def test_swap_rows_moves_the_rows():
    a, b = [1], [2]
    matrix = [a, b]
    swap_rows(matrix, 0, 1)
    assert matrix == [[2], [1]]
    assert matrix[0] is b


def test_fresh_matrix_has_independent_rows():
    matrix = fresh_matrix(2, 2)
    matrix[0][0] = 1
    assert matrix == [[1, 0], [0, 0]]


def test_attach_makes_a_link_to_the_argument():
    child, parent = {}, {}
    attach(parent, child)
    child["x"] = 1
    assert parent["child"] == {"x": 1}
    assert parent["child"] is child


def test_pop_last_gives_the_object():
    last = ["last"]
    stack = [1, last]
    assert pop_last(stack) is last
    assert stack == [1]


def test_head_of_a_deque():
    d = deque([1, 2, 3])
    assert head(d) == 1
    assert d == deque([2, 3])


def test_update_all_values():
    table = dict.fromkeys("abc", 0)
    update_all(table, 5)
    assert set(table.values()) == {5}
    assert list(table) == ["a", "b", "c"]


def test_empty_like():
    assert empty_like([1]) == []
    assert empty_like({1: 2}) == {}
    assert empty_like((1,)) == ()
    assert isinstance(empty_like({1}), set)


def test_self_containing_list():
    loop = self_containing()
    assert loop[0] is loop
    assert len(loop) == 1


def test_big_list():
    result = big_list(50_000)
    assert len(result) == 50_000
    assert sum(result) == sum(range(50_000))
    assert result[-1] == 49_999


def test_big_list_of_the_test():
    values = list(range(50_000))
    update_all(table := {"v": values}, None)
    assert table == {"v": None}
    assert len(values) == 50_000


def test_big_table():
    table = big_table(300)
    assert len(table) == 300
    assert table[299][298] == 299 * 298


def test_deep_nesting():
    result, depth = tree(40), 0
    while result:
        result, depth = result[0], depth + 1
    assert depth == 40


def test_ranking_is_a_list_of_tuples():
    assert ranking({"a": 3, "b": 9}) == [("b", 9), ("a", 3)]
    assert dict(ranking({"a": 3})) == {"a": 3}


def test_links_between_dicts():
    a, b = links()
    assert a["next"] is b
    assert b["next"] is a


def test_steps_are_snapshots():
    result = steps([3, 2, 1])
    assert result[0] == [3, 2, 1]
    assert result[-1] == [1, 2, 3]
    assert len(result) == 4


def test_objects_in_a_returned_list():
    library = Library()
    library.add("dune", 1965)
    library.add("solaris", 1961)
    assert [book.title for book in library.books] == ["dune", "solaris"]
    assert library.oldest() is library.books[1]


def test_objects_in_a_list_sorted_here():
    library = Library()
    library.add("b", 2)
    library.add("a", 1)
    library.books.sort(key=lambda book: book.year)
    assert library.titles() == ["a", "b"]


def test_object_is_put_into_the_inner_list():
    library = Library()
    library.books.append(Book("emma", 1815))
    assert library.titles() == ["emma"]
    library.books.clear()
    assert library.titles() == []


def test_objects_in_a_dict_by_name():
    library = Library()
    library.add("dune", 1965)
    library.index()["dune"].year = 2000
    assert library.books[0].year == 2000


def test_list_of_objects_of_the_test():
    library = Library([Book("a", 1), Book("b", 2)])
    assert library.titles() == ["a", "b"]


def test_list_of_the_test_is_shared_with_the_object():
    books = []
    library = Library(books)
    library.add("x", 1)
    assert len(books) == 1
    assert books[0].title == "x"


def test_board_cells_by_two_indices():
    board = Board(3)
    board.cells[1][2] = "x"
    assert board.at(1, 2) == "x"
    assert board.cells[0] == [None, None, None]


def test_board_row_is_the_inner_row():
    board = Board(2)
    board.row(0)[1] = "o"
    assert board.at(0, 1) == "o"


def test_board_column_is_a_copy():
    board = Board(2)
    board.column(0)[0] = "o"
    assert board.at(0, 0) is None


def test_board_copy_is_deep():
    board = Board(2)
    other = board.copy()
    other.cells[0][0] = "x"
    assert board.at(0, 0) is None


def test_buffer_is_a_bytearray():
    buffer = Buffer()
    buffer.data += b"abc"
    buffer.data[0] = ord("x")
    assert buffer.text() == "xbc"


def test_ring_is_a_deque():
    ring = Ring(3)
    for i in range(5):
        ring.items.append(i)
    assert ring.listed() == [2, 3, 4]
    ring.items.rotate(1)
    assert ring.listed() == [4, 2, 3]


def test_history_set_is_shared():
    history = History()
    history.seen.add("a")
    history.seen |= {"b"}
    assert history.knows("a") and history.knows("b")
    history.forget("a")
    assert history.seen == {"b"}


def test_history_log_after_an_error():
    history = History()
    log = history.log
    with pytest.raises(ValueError):
        history.fail()
    assert log == ["before"]


def test_list_is_kept_between_calls():
    library = Library()
    books = library.books
    library.add("a", 1)
    library.add("b", 2)
    assert len(books) == 2
    assert books is library.books


def test_deepcopy_before_the_call():
    table = {"a": [1, 2]}
    before = copy.deepcopy(table)
    double_all(table)
    assert before == {"a": [1, 2]}
    assert table != before
