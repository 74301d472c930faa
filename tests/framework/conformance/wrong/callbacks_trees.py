"""Trees, lists and graphs that call back for each element."""


class Node:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right


class BinarySearchTree:
    def __init__(self, key=None):
        self.root = None

    def insert(self, value):
        node = Node(value)
        if self.root is None:
            self.root = node
            return
        current = self.root
        while True:
            side = "left" if value < current.value else "right"
            child = getattr(current, side)
            if child is None:
                setattr(current, side, node)
                return
            current = child

    def in_order(self, visit):
        def walk(node):
            if node is not None:
                visit(node.value)
                walk(node.left)
                walk(node.right)

        walk(self.root)

    def nodes(self, visit):
        def walk(node):
            if node is not None:
                visit(node)
                walk(node.left)
                walk(node.right)

        walk(self.root)

    def map(self, f):
        self.nodes(lambda node: setattr(node, "value", f(node.value)))
        return self

    def fold(self, f, empty):
        def walk(node):
            return empty if node is None else f(node.value, walk(node.right), walk(node.left))

        return walk(self.root)

    def find(self, predicate):
        found = []
        self.in_order(lambda value: found.append(value) if predicate(value) else None)
        return found[-1] if found else None


class LinkedList:
    def __init__(self, values=()):
        self.head = None
        for value in values:
            self.head = (value, self.head)

    def __iter__(self):
        current = self.head
        while current is not None:
            value, current = current
            yield value

    def map(self, f):
        return LinkedList(f(value) for value in self)

    def filter(self, predicate):
        return LinkedList(value for value in self if predicate(value))

    def for_each(self, f):
        for value in self:
            f(value)


def bfs(start, neighbours, visit):
    seen = {start}
    stack = [start]
    while stack:
        node = stack.pop()
        visit(node)
        for other in neighbours(node):
            if other not in seen:
                seen.add(other)
                stack.append(other)


def shortest(start, goal, edges):
    """edges(node) gives pairs (other node, cost)."""
    total, node = 0, start
    while node != goal:
        node, cost = min(edges(node), key=lambda edge: edge[1])
        total += cost
    return total


def merge_sort(xs, less=lambda a, b: a < b):
    return sorted(xs)


def fix(f):
    """Return g with g(x) == f(g, x)."""

    def g(x):
        return f(g, x)

    return g


def backtrack(options, accept, n, partial=()):
    """Return all tuples of n options whose every prefix is accepted."""
    if len(partial) == n:
        return [partial]
    return [full for option in options for full in backtrack(options, accept, n, (*partial, option))]


def evaluate(tree, operations):
    if isinstance(tree, tuple):
        name, *arguments = tree
        return operations[name](*arguments)
    return tree
