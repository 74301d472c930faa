"""Trees, lists and graphs that call back for each element."""

from collections import deque


class Node:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right


class BinarySearchTree:
    def __init__(self, key=None):
        self.root = None
        self.key = key or (lambda value: value)

    def insert(self, value):
        node = Node(value)
        if self.root is None:
            self.root = node
            return
        current = self.root
        while True:
            side = "left" if self.key(value) < self.key(current.value) else "right"
            child = getattr(current, side)
            if child is None:
                setattr(current, side, node)
                return
            current = child

    def in_order(self, visit):
        def walk(node):
            if node is not None:
                walk(node.left)
                visit(node.value)
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
        tree = BinarySearchTree(self.key)
        self.nodes(lambda node: tree.insert(f(node.value)))
        return tree

    def fold(self, f, empty):
        def walk(node):
            return empty if node is None else f(node.value, walk(node.left), walk(node.right))

        return walk(self.root)

    def find(self, predicate):
        found = []
        self.in_order(lambda value: found.append(value) if predicate(value) else None)
        return found[0] if found else None


class LinkedList:
    def __init__(self, values=()):
        self.head = None
        for value in reversed(list(values)):
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
    queue = deque([start])
    while queue:
        node = queue.popleft()
        visit(node)
        for other in neighbours(node):
            if other not in seen:
                seen.add(other)
                queue.append(other)


def shortest(start, goal, edges):
    """edges(node) gives pairs (other node, cost)."""
    best = {start: 0}
    waiting = [start]
    while waiting:
        node = min(waiting, key=best.get)
        waiting.remove(node)
        if node == goal:
            return best[node]
        for other, cost in edges(node):
            if other not in best or best[node] + cost < best[other]:
                best[other] = best[node] + cost
                waiting.append(other)
    return None


def merge_sort(xs, less=lambda a, b: a < b):
    if len(xs) < 2:
        return list(xs)
    middle = len(xs) // 2
    left, right = merge_sort(xs[:middle], less), merge_sort(xs[middle:], less)
    merged = []
    while left and right:
        merged.append(right.pop(0) if less(right[0], left[0]) else left.pop(0))
    return merged + left + right


def fix(f):
    """Return g with g(x) == f(g, x)."""

    def g(x):
        return f(g, x)

    return g


def backtrack(options, accept, n, partial=()):
    """Return all tuples of n options whose every prefix is accepted."""
    if not accept(partial):
        return []
    if len(partial) == n:
        return [partial]
    return [full for option in options for full in backtrack(options, accept, n, (*partial, option))]


def evaluate(tree, operations):
    if isinstance(tree, tuple):
        name, *arguments = tree
        return operations[name](*(evaluate(argument, operations) for argument in arguments))
    return tree
