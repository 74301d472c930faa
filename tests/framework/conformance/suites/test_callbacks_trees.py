import operator

import pytest
from callbacks_trees import BinarySearchTree, LinkedList, backtrack, bfs, evaluate, fix, merge_sort, shortest


def tree_of(values, key=None):
    tree = BinarySearchTree(key)
    for value in values:
        tree.insert(value)
    return tree


def test_in_order_visits_sorted():
    seen = []
    tree_of([5, 2, 8, 1]).in_order(seen.append)
    assert seen == [1, 2, 5, 8]


def test_tree_with_a_key_function():
    seen = []
    tree_of(["ccc", "a", "bb"], key=len).in_order(seen.append)
    assert seen == ["a", "bb", "ccc"]


def test_tree_with_descending_key():
    seen = []
    tree_of([1, 3, 2], key=lambda x: -x).in_order(seen.append)
    assert seen == [3, 2, 1]


def test_visitor_gets_nodes_of_the_submission():
    leaves = []

    def visit(node):
        if node.left is None and node.right is None:
            leaves.append(node.value)

    tree_of([5, 2, 8, 1]).nodes(visit)
    assert leaves == [1, 8]


def test_visitor_changes_nodes():
    tree = tree_of([2, 1, 3])

    def double(node):
        node.value *= 2

    tree.nodes(double)
    assert (tree.root.value, tree.root.left.value, tree.root.right.value) == (4, 2, 6)


def test_map_gives_a_new_tree():
    tree, seen = tree_of([2, 1, 3]), []
    tree.map(lambda x: x * 10).in_order(seen.append)
    assert seen == [10, 20, 30]
    assert tree.root.value == 2


def test_fold_computes_the_height():
    assert tree_of([5, 2, 8, 1]).fold(lambda value, left, right: 1 + max(left, right), 0) == 3


def test_fold_left_and_right():
    assert tree_of([2, 1, 3]).fold(lambda value, left, right: f"({left}{value}{right})", "") == "((1)2(3))"


def test_find():
    assert tree_of([4, 2, 6]).find(lambda x: x > 2) == 4
    assert tree_of([4, 2, 6]).find(lambda x: x > 9) is None


def test_linked_list_map_and_filter():
    numbers = LinkedList([1, 2, 3, 4])
    assert list(numbers.map(lambda x: x * x)) == [1, 4, 9, 16]
    assert list(numbers.filter(lambda x: x % 2)) == [1, 3]


def test_linked_list_for_each():
    letters = []
    LinkedList("abc").for_each(letters.append)
    assert letters == ["a", "b", "c"]


def test_linked_list_from_a_generator():
    assert list(LinkedList(x + 1 for x in range(3))) == [1, 2, 3]


def test_bfs_order():
    graph = {"A": ["B", "C"], "B": ["D"], "C": ["D"], "D": []}
    order = []
    bfs("A", graph.get, order.append)
    assert order == ["A", "B", "C", "D"]


def test_bfs_with_computed_neighbours():
    order = []
    bfs(1, lambda n: [m for m in (2 * n, 2 * n + 1) if m < 8], order.append)
    assert order == [1, 2, 3, 4, 5, 6, 7]


def test_bfs_asks_each_node_once():
    asked = []

    def neighbours(cell):
        asked.append(cell)
        x, y = cell
        return [(x + 1, y), (x, y + 1)] if x + y < 2 else []

    bfs((0, 0), neighbours, lambda cell: None)
    assert len(asked) == len(set(asked)) == 6


def test_shortest_path():
    costs = {"a": [("b", 1), ("c", 5)], "b": [("d", 9)], "c": [("d", 1)], "d": []}
    assert shortest("a", "d", lambda node: costs[node]) == 6


def test_merge_sort_with_less():
    assert merge_sort([3, 1, 2], lambda a, b: a > b) == [3, 2, 1]


def test_merge_sort_is_stable():
    pairs = [("b", 1), ("a", 1), ("c", 0)]
    assert merge_sort(pairs, lambda a, b: a[1] < b[1]) == [("c", 0), ("b", 1), ("a", 1)]


def test_merge_sort_makes_few_comparisons():
    count = 0

    def less(a, b):
        nonlocal count
        count += 1
        return a < b

    assert merge_sort(list(range(16, 0, -1)), less) == list(range(1, 17))
    assert 0 < count <= 64


def test_merge_sort_leaves_its_argument():
    xs = [2, 1]
    assert merge_sort(xs) == [1, 2]
    assert xs == [2, 1]


def test_recursion_through_a_callback():
    factorial = fix(lambda again, n: 1 if n < 2 else n * again(n - 1))
    assert factorial(10) == 3628800


@pytest.mark.parametrize("n, solutions", [(4, 2), (5, 10)])
def test_queens_by_backtracking(n, solutions):
    def safe(columns):
        *before, last = columns or [0]
        return all(last != c and abs(last - c) != len(before) - row for row, c in enumerate(before))

    assert len(backtrack(range(n), safe, n)) == solutions


def test_evaluate_an_expression():
    operations = {"+": operator.add, "*": operator.mul, "neg": lambda x: -x}
    assert evaluate(("+", 1, ("*", 2, ("neg", 3))), operations) == -5
