"""Matrices as lists of lists, bytearrays, deques, linked lists, trees and graphs."""

from collections import deque

import pytest
from containers_structures import (
    BinaryTree,
    Graph,
    LinkedList,
    Matrix,
    Node,
    Queue,
    bfs,
    build_heap,
    caesar,
    dfs,
    fill,
    floyd,
    identity,
    inorder,
    insert,
    life_step,
    make_board,
    matmul,
    moving,
    pascal,
    place,
    reverse_list,
    rotate_deque,
    size,
    spiral,
    to_list,
    topological,
    transpose,
    transpose_in_place,
    xor_in_place,
    zero_rows,
)


def test_identity_rows_are_independent():
    m = identity(3)
    m[0][1] = 7
    assert m == [[1, 7, 0], [0, 1, 0], [0, 0, 1]]


def test_transpose_is_new():
    m = [[1, 2, 3], [4, 5, 6]]
    assert transpose(m) == [[1, 4], [2, 5], [3, 6]]
    assert m == [[1, 2, 3], [4, 5, 6]]


def test_transpose_in_place():
    m = [[1, 2], [3, 4]]
    row = m[0]
    transpose_in_place(m)
    assert m == [[1, 3], [2, 4]]
    assert row is m[0]


def test_fill_sees_aliased_rows():
    m = [[0] * 2] * 2
    fill(m, 0, 1, 5)
    assert m == [[0, 5], [0, 5]]


def test_zero_rows():
    grid = [[1, 2], [0, 3], [4, 5]]
    zero_rows(grid)
    assert grid == [[1, 2], [0, 0], [4, 5]]


def test_matmul():
    assert matmul([[1, 2], [3, 4]], [[0, 1], [1, 0]]) == [[2, 1], [4, 3]]


def test_make_board_shape():
    board = make_board(3, 4)
    assert len(board) == 3
    assert all(len(row) == 4 for row in board)
    assert board[0] is not board[1]


def test_place_on_the_board():
    board = make_board(3, 3)
    assert place(board, 1, 1, "X") is True
    assert place(board, 1, 1, "O") is False
    assert board[1][1] == "X"
    assert sum(row.count(" ") for row in board) == 8


def test_life_blinker_returns_a_new_grid():
    grid = [[0, 1, 0], [0, 1, 0], [0, 1, 0]]
    assert life_step(grid) == [[0, 0, 0], [1, 1, 1], [0, 0, 0]]
    assert grid[0][1] == 1


def test_pascal():
    assert pascal(4) == [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1]]


def test_spiral():
    assert spiral([[1, 2, 3], [4, 5, 6], [7, 8, 9]]) == [1, 2, 3, 6, 9, 8, 7, 4, 5]


def test_floyd_changes_the_distances():
    inf = float("inf")
    d = [[0, 3, inf], [inf, 0, 1], [inf, inf, 0]]
    floyd(d)
    assert d[0][2] == 4
    assert d[2][0] == inf


def test_matrix_class_rows():
    m = Matrix([[1, 2], [3, 4]])
    assert m[0][1] == 2
    m[1][0] = 9
    assert m.trace() == 5
    assert m.rows() == [[1, 2], [9, 4]]


def test_matrix_copies_what_it_is_given():
    data = [[1, 0], [0, 1]]
    m = Matrix(data)
    data[0][0] = 100
    assert m.trace() == 2


def test_xor_in_place_changes_a_bytearray():
    data = bytearray(b"abc")
    xor_in_place(data, 1)
    assert data == bytearray(b"`cb")
    xor_in_place(data, 1)
    assert bytes(data) == b"abc"


def test_caesar_leaves_bytes():
    data = b"xyz"
    assert caesar(data, 3) == b"abc"
    assert isinstance(caesar(data, 0), bytes)


def test_rotate_deque_in_place():
    d = deque([1, 2, 3, 4], maxlen=4)
    rotate_deque(d, 1)
    assert d == deque([4, 1, 2, 3])
    assert d.maxlen == 4


def test_moving_gives_a_bounded_deque():
    window = moving([1, 2, 3, 4, 5], 3)
    assert isinstance(window, deque)
    assert list(window) == [3, 4, 5]
    window.append(6)
    assert list(window) == [4, 5, 6]


def test_queue_is_fifo():
    queue = Queue()
    for i in range(5):
        queue.enqueue(i)
    assert [queue.dequeue() for _ in range(5)] == [0, 1, 2, 3, 4]
    assert queue.is_empty()


def test_queue_empty_raises():
    with pytest.raises(IndexError):
        Queue().dequeue()


def test_queue_items_attribute():
    queue = Queue()
    queue.enqueue("a")
    queue.items.append("b")
    assert queue.dequeue() == "a"
    assert queue.dequeue() == "b"


def test_build_heap_in_place():
    values = [5, 3, 8, 1]
    build_heap(values)
    assert values[0] == 1
    for i in range(len(values)):
        for child in (2 * i + 1, 2 * i + 2):
            assert child >= len(values) or values[i] <= values[child]


def test_linked_list_append_and_iterate():
    items = LinkedList()
    for x in "abc":
        items.append(x)
    assert list(items) == ["a", "b", "c"]
    assert len(items) == 3


def test_linked_list_walk_the_nodes():
    items = LinkedList()
    items.append(1)
    items.append(2)
    node, seen = items.head, []
    while node is not None:
        seen.append(node.value)
        node = node.next
    assert seen == [1, 2]


def test_reverse_nodes_made_by_the_test():
    head = Node(1, Node(2, Node(3)))
    assert to_list(reverse_list(head)) == [3, 2, 1]


def test_nodes_are_relinked_by_the_test():
    a, b = Node(1), Node(2)
    a.next = b
    assert to_list(a) == [1, 2]
    assert a.next is b
    b.next = Node(3)
    assert to_list(a) == [1, 2, 3]


def test_reverse_of_none():
    assert reverse_list(None) is None


def test_tree_insert_and_inorder():
    root = None
    for value in [4, 2, 6, 1]:
        root = insert(root, value)
    assert inorder(root) == [1, 2, 4, 6]
    assert root.left.left.value == 1
    assert root.right.left is None


def test_tree_from_nested_tuples():
    assert size((1, (2, None, None), (3, None, None))) == 3


def test_binary_tree_contains_and_height():
    tree = BinaryTree()
    for value in (5, 3, 8, 9):
        tree.add(value)
    assert 8 in tree
    assert 7 not in tree
    assert tree.height() == 3


def test_bfs_does_not_change_the_graph():
    graph = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}
    assert bfs(graph, "a") == ["a", "b", "c", "d"]
    assert graph == {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}


def test_dfs_fills_the_visited_set():
    visited = set()
    dfs({1: [2, 3], 2: [], 3: [2]}, 1, visited)
    assert visited == {1, 2, 3}


def test_graph_neighbours_are_a_set():
    g = Graph()
    g.add_edge(1, 2)
    g.add_edge(2, 3)
    assert g.neighbours(2) == {1, 3}
    assert (1, 2) in g.edges()


def test_graph_adjacency_is_the_inner_dict():
    g = Graph()
    g.add_edge("x", "y")
    g.adjacency["x"].add("z")
    assert g.degree("x") == 2


def test_topological_order_respects_edges():
    graph = {"shirt": {"tie"}, "tie": {"jacket"}, "trousers": {"jacket"}, "jacket": set()}
    order = topological(graph)
    assert sorted(order) == sorted(graph)
    assert all(order.index(a) < order.index(b) for a, after in graph.items() for b in after)


def test_large_matrix_round_trip():
    m = [[i * j for j in range(60)] for i in range(60)]
    assert transpose(transpose(m)) == m
