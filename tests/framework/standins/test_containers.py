"""Lists, dicts and the like, which both sides keep in step: as honest code uses them, and with content that is forged."""

import collections
import types

import numpy as np
import pytest
from submitted import FORGER, LIAR

from autograder.errors import AutograderError
from autograder.standins.failures import SubmissionFailure

pytest_plugins = ["sandboxes"]

# Updates of its arguments that the submission's process makes up.
UPDATER = (
    LIAR
    + FORGER.replace("    import gc, sys\n", "").replace('    child = sys.modules["autograder.sandbox.child"]\n', "")
    + """
    def update(thing, kind, parts, result=None):
        "Have the suite's container become one of these parts."
        reply("ok", result, updates=[[T.LIST, servant().world.mirror_ids[id(thing)], [T.CONTENT, kind, *parts(thing)]]])

    def itself(thing): return [T.MIRROR, servant().world.mirror_ids[id(thing)]]
    def alike(count): return [[T.BIG_INT, str(n * (2**61 - 1))] for n in range(9, count)]
    def as_dict(thing): update(thing, 1, lambda thing: [1, 2])
    def of_lists(thing): update(thing, 1, lambda thing: [[T.LIST], 1])
    def of_odd_parts(thing): update(thing, 1, lambda thing: [1])
    def of_alike(thing): update(thing, 1, lambda thing: [part for key in alike(3000) for part in (key, 0)])
    def of_itself(thing): update(thing, 1, lambda thing: [itself(thing), 1])
    def set_of_lists(thing): update(thing, 2, lambda thing: [[T.LIST]])
    def set_of_alike(thing): update(thing, 2, lambda thing: alike(3000))
    def of_numbers(thing): update(thing, 3, lambda thing: [1, 2, 3])
    def longer(thing): update(thing, 4, lambda thing: [None, 1])
    def much_longer(thing): update(thing, 4, lambda thing: [1 << 60, 1])
    def factory(thing): update(thing, 6, lambda thing: [3, 1, 2])
    def unknown(thing): update(thing, 99, lambda thing: [1])
    def negative(thing): update(thing, -1, lambda thing: [1])
    def numbered(thing): update(thing, 8, lambda thing: [1, 2])
    def not_lent(thing): reply("ok", 1, updates=[[T.LIST, 4444, [T.CONTENT, 0, 1]]])
    def array_of(thing): reply("ok", 1, updates=[[T.LIST, servant().world.mirror_ids[id(thing)], [T.ARRAY, 1, [0], 0, True]]])
    def nothing_of(thing): reply("ok", 1, updates=[[T.LIST, servant().world.mirror_ids[id(thing)], None]])
    def cyclic_arguments(thing):
        thing.append(thing)
        reply("error", error(args=[T.TUPLE, itself(thing)]))
"""
)


@pytest.mark.parametrize(
    "lie, value",
    [
        ("as_dict", [1]), ("of_lists", {1: 2}), ("of_odd_parts", {1: 2}), ("of_alike", {1: 2}),
        ("of_itself", {1: 2}), ("set_of_lists", {1}), ("set_of_alike", {1}), ("of_numbers", bytearray(b"x")),
        ("longer", collections.deque([1], maxlen=3)), ("much_longer", collections.deque([1])),
        ("factory", collections.defaultdict(int)), ("unknown", [1]), ("negative", [1]),
        ("numbered", types.SimpleNamespace(a=1)),
        ("not_lent", [1]), ("array_of", [1]), ("nothing_of", [1]),
    ],
)  # fmt: skip
def test_a_container_becomes_nothing_that_it_cannot_hold(sandboxed, lie, value):
    modules = sandboxed(UPDATER)
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        getattr(modules, lie)(value)


def test_arguments_of_an_exception_that_hold_themselves_are_no_answer(sandboxed):
    modules = sandboxed(UPDATER)
    with pytest.raises((LookupError, OSError, SubmissionFailure)):
        modules.cyclic_arguments([1])


def test_a_list_that_was_never_handed_in_is_not_reached(sandboxed):
    modules = sandboxed(
        UPDATER
        + """
    def every(thing):
        known = servant().world.mirror_ids[id(thing)]
        reply("ok", 1, updates=[[T.LIST, number, [T.CONTENT, 0]] for number in range(known, 60, 2)])
    """
    )
    expected, given = [1, 2, 3], [4]
    with pytest.raises(SubmissionFailure):
        modules.every(given)
    assert expected == [1, 2, 3]


def test_a_container_of_objects_is_compared_here(sandboxed):
    modules = sandboxed("""
        class Yes:
            def __eq__(self, other): return True
            def __hash__(self): return 2
            def __contains__(self, item): return True
            def __len__(self): return 3
        def fill(items): items[:] = [Yes(), Yes()]
        def fill_dict(items): items[1] = Yes()
        def fill_set(items): items.add(Yes())
        def yes(): return [Yes()]
    """)
    items, table, names = [], {}, {1}
    modules.fill(items)
    modules.fill_dict(table)
    modules.fill_set(names)
    assert items != [1, 2] and 1 not in items and items.count(1) == 0
    assert table != {1: 2} and table.get(1) != 2
    assert names != {1, 2} and len(names) == 2 and 2 not in names
    assert modules.yes() != [1] and 1 not in modules.yes()


def test_a_list_is_changed_while_the_suite_goes_through_it(submission):
    modules = submission("""
        def drop(items): items.pop()
        def call(f): return f()
    """)
    items = [1, 2, 3, 4]
    seen = []
    for item in items:
        seen.append(item)
        modules.drop(items)
    assert seen == [1, 2] and items == [1, 2]
    table = {1: 1}
    with pytest.raises(RuntimeError, match="changed size"):
        for key in table:
            modules.call(lambda key=key: table.update({key + 1: 1}))


def test_lists_of_lists_share_what_they_share(submission):
    modules = submission("""
        def first(grid): grid[0][0] = 7
        def make(): return [[0] * 2] * 3
        class Bag:
            def __init__(self): self.items = []
            def inner(self): return self.items
            def total(self): return sum(self.items)
        def nest(items):
            items.append(items)
            return items
    """)
    grid = [[0] * 2] * 3
    modules.first(grid)
    assert grid == [[7, 0]] * 3 and grid[0] is grid[2]
    made = modules.make()
    made[1][1] = 5
    assert made == [[0, 5]] * 3
    bag = modules.Bag()
    bag.inner().append(3)
    bag.items.extend([4, 5])
    assert bag.total() == 12 and bag.items is bag.inner()
    items = [1]
    assert modules.nest(items) is items and items[1] is items


@pytest.mark.parametrize("depth", [30, 70, 140])
def test_deep_structures_cross(submission, depth):
    modules = submission("""
        def depth(value):
            count = 1
            while value:
                value, count = value[0], count + 1
            return count
        def make(depth):
            value = []
            for _ in range(depth - 1): value = [value]
            return value
        def call(f, *arguments): return f(*arguments)
        def same(value): return value
    """)

    def depth_of(value):
        count = 1
        while value:
            value, count = value[0], count + 1
        return count

    deep = []
    for _ in range(depth - 1):
        deep = [deep]
    assert modules.depth(deep) == depth
    assert depth_of(modules.make(depth)) == depth
    assert modules.call(depth_of, modules.make(depth)) == depth
    assert modules.depth(modules.call(lambda: deep)) == depth
    assert modules.call(lambda n: depth_of(modules.make(n)), depth) == depth
    assert depth_of(modules.same(deep)) == depth
    assert modules.make(depth) == deep and modules.make(depth) != [deep]


def test_structures_that_are_deeper_ask_for_staff(sandboxed):
    modules = sandboxed("""
        def same(value): return value
        def call(f): return f()
    """)
    for depth in (200, 400, 3000):
        deep = []
        for _ in range(depth):
            deep = [deep, (1,)]
        with sandboxed.test(f"handed in {depth}"), pytest.raises(AutograderError, match="nested"):
            modules.same(deep)
        with sandboxed.test(f"given back {depth}"), pytest.raises(AutograderError, match="nested"):
            modules.call(lambda deep=deep: deep)


@pytest.mark.parametrize("depth", [100, 800, 900])
def test_callbacks_from_within_a_deep_recursion(submission, depth):
    modules = submission("""
        def down(f, n): return f([[[n]]]) if n == 0 else down(f, n - 1)
        def up(n): return 0 if n == 0 else 1 + up(n - 1)
    """)
    assert modules.down(lambda x: x, depth) == [[[0]]]
    assert modules.down(lambda x: modules.up(40), depth) == 40


def test_a_bytearray_that_is_looked_into_keeps_its_length(submission):
    modules = submission("def fill(data): data[0] = 7")
    data = bytearray(3)
    with memoryview(data) as view:
        modules.fill(data)
        assert view[0] == 7


def test_views_of_the_suites_arrays_are_views(submission):
    modules = submission("""
        def row(a): return a[1]
        def fill(a): a[:, 0] = 7
        def call(f, a): return f(a[0])
    """)
    a = np.zeros((2, 3))
    row = modules.row(a)
    row[2] = 5
    assert a[1, 2] == 5
    modules.fill(a)
    assert row[0] == 7 and a[0, 0] == 7

    def write(part):
        part[1] = 9
        return part

    assert modules.call(write, a)[1] == 9 and a[0, 1] == 9
