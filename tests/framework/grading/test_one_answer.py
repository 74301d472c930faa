"""The submission answers no question twice: constants, attributes and containers that change from look to look."""

import pytest
from toys import HEADER, toy


def failing(folder, suite, submission, reference):
    """The tests that a submission fails; none is to ask for staff."""
    verdicts = toy(folder, suite, submission, reference=reference).verdicts()
    assert "broken" not in {status for status, *_ in verdicts.values()}
    return {name for name, (status, *_) in verdicts.items() if status == "failed"}


def names_in(suite):
    return {line.split("def ")[1].split("(")[0] for line in suite.splitlines() if line.strip().startswith("def test_")}


CONSTANTS = (
    HEADER
    + """
import math, modules
from modules import RATE, SIZE, WEIGHTS, CONFIG, NAME, model

def test_interval():
    assert 0.125 - 1e-9 < RATE < 0.125 + 1e-9

def test_two_assertions_on_a_name():
    assert RATE > 0.1249999
    assert RATE < 0.1250001

def test_two_assertions_on_an_attribute():
    assert modules.RATE > 0.1249999
    assert modules.RATE < 0.1250001

def test_kept_in_a_variable():
    rate = modules.RATE
    assert rate > 0.1249999
    assert rate < 0.1250001

def test_factor_and_bound():
    assert 37 % SIZE == 0 and SIZE > 36

def test_factor_and_bound_of_an_attribute():
    assert 37 % modules.SIZE == 0 and modules.SIZE > 36

def test_by_library():
    assert RATE == pytest.approx(0.125)
    assert math.isclose(RATE, 0.125)
    np.testing.assert_allclose(RATE, 0.125)
    assert SIZE == 37

def test_negative_and_absolute():
    assert -RATE < -0.1249999 and abs(RATE) < 0.1250001

def test_float_and_int():
    assert float(RATE) > 0.1249999 and round(RATE, 9) <= 0.125 and int(SIZE) > 36 and int(SIZE) < 38

def test_with_another_name_between():
    assert modules.RATE > 0.1249999
    assert modules.NAME
    assert not hasattr(modules, "no_such_name")
    assert modules.RATE < 0.1250001

def test_array():
    assert (WEIGHTS > 0.99).all() and WEIGHTS.shape == (3,)
    assert (WEIGHTS < 1.01).all()

def test_array_of_an_attribute():
    assert modules.WEIGHTS.min() > 0.99 and modules.WEIGHTS.shape == (3,)
    assert modules.WEIGHTS.max() < 1.01

def test_dict():
    assert CONFIG["rate"] > 0.09
    assert CONFIG["rate"] < 0.11

def test_dict_of_an_attribute():
    assert modules.CONFIG["rate"] > 0.09
    assert modules.CONFIG["rate"] < 0.11

def test_text():
    assert NAME.startswith("ad")
    assert NAME.endswith("am")
    assert len(NAME) == 4

def test_attribute_of_an_object():
    assert model.rate > 0.09
    assert model.rate < 0.11

def test_attribute_of_an_attribute():
    assert modules.model.config.rate > 0.09
    assert modules.model.config.rate < 0.11

def test_attribute_of_a_class():
    assert modules.Model.momentum > 0.89
    assert modules.Model.momentum < 0.91

class TestIt(unittest.TestCase):
    def test_unittest(self):
        self.assertGreater(RATE, 0.1249999)
        self.assertLess(RATE, 0.1250001)

    def test_unittest_attribute(self):
        self.assertGreater(modules.RATE, 0.1249999)
        self.assertLess(modules.RATE, 0.1250001)
"""
)
CONSTANT = """
import numpy as np
RATE = 0.125
SIZE = 37
WEIGHTS = np.ones(3)
CONFIG = {"rate": 0.1}
NAME = "adam"
class Config:
    rate = 0.1
class Model:
    momentum = 0.9
    def __init__(self):
        self.rate = 0.1
        self.config = Config()
model = Model()
"""
CHANGING = """
import itertools
import numpy as np
ANSWERS = {
    "RATE": (1e9, -1e9), "SIZE": (37 * 37, 1), "WEIGHTS": (np.full(3, 2.0), np.full(3, -2.0)),
    "CONFIG": ({"rate": 1.0}, {"rate": -1.0}), "NAME": ("adagrad", "gramxyzam"),
}
TURNS = {name: itertools.cycle(answers) for name, answers in ANSWERS.items()}
def __getattr__(name):
    if name not in TURNS:
        raise AttributeError(name)
    return next(TURNS[name])
class Turns:
    def __init__(self): self.turns = itertools.cycle((1.0, -1.0))
    def __get__(self, instance, owner): return next(self.turns)
class Meta(type):
    momentum = Turns()
class Config:
    rate = Turns()
class Model(metaclass=Meta):
    rate = Turns()
    def __init__(self): self.config = Config()
model = Model()
"""


@pytest.mark.slow
def test_constants_and_attributes_have_one_value(tmp_path):
    assert failing(tmp_path, CONSTANTS, CHANGING, CONSTANT) == names_in(CONSTANTS)


@pytest.mark.slow
def test_the_reference_has_all_points_for_its_constants(tmp_path):
    assert failing(tmp_path, CONSTANTS, CONSTANT, CONSTANT) == set()


LISTS = (
    HEADER
    + """
import modules
WANT = [float(i * i) for i in range(10)]

def by_zip(got):
    assert len(got) == len(WANT)
    for a, b in zip(got, WANT):
        assert a == pytest.approx(b)
def by_all(got): assert len(got) == 10 and all(abs(a - b) < 1e-9 for a, b in zip(got, WANT))
def by_index(got):
    assert len(got) == 10
    for i in range(len(got)):
        assert abs(got[i] - WANT[i]) < 1e-9
def in_place(got):
    got -= np.array(WANT)
    assert np.abs(got).max() < 1e-9
def by_equality(got): assert got == WANT
def by_numpy(got):
    assert len(got) == 10
    np.testing.assert_allclose(got, WANT)
def by_type(got):
    assert isinstance(got, list) and len(got) == 10
    for a, b in zip(got, WANT):
        assert a == b
def by_bounds(got):
    assert got[3] > 8.9
    assert got[3] < 9.1
def by_extremes(got):
    assert min(got) >= 0 and max(got) <= 81 and sum(got) == sum(WANT)
def by_slices(got):
    assert got[:5] + got[5:] == WANT
def by_methods(got):
    assert got.index(81.0) == 9 and got.count(9.0) == 1
def backwards(got):
    assert len(got) == 10
    assert list(reversed(got))[0] == 81
def by_truth(got):
    assert got and not any(a != b for a, b in zip(got, WANT))

@pytest.mark.parametrize("check", [by_zip, by_all, by_index, in_place, by_equality, by_numpy, by_type, by_bounds, by_extremes,
    by_slices, by_methods, backwards, by_truth])
def test_squares(check):
    check(modules.squares(10))

def test_items_of_a_dict():
    got = modules.table(10)
    assert isinstance(got, dict) and set(got) == {str(i) for i in range(10)}
    for key, value in got.items():
        assert value == pytest.approx(float(key) ** 2)
def test_keys_of_a_dict():
    got = modules.table(10)
    assert sorted(got) == sorted(str(i) for i in range(10))
    assert all(got[key] == pytest.approx(float(key) ** 2) for key in got)
def test_keys_and_values():
    got = modules.table(10)
    assert set(got.keys()) == {str(i) for i in range(10)}
    assert all(value in WANT for value in got.values())
def test_get():
    got = modules.table(10)
    assert len(got) == 10
    assert all(got.get(str(i), WANT[i]) == WANT[i] for i in range(10))
def test_members():
    got = modules.table(10)
    assert "3" in got and got["3"] > 8.9 and got["3"] < 9.1
def test_a_set():
    got = modules.members(3)
    assert isinstance(got, set) and len(got) == 3
    assert all(i in (0, 1, 2) for i in got)
def test_a_part_of_a_set():
    got = modules.members(3)
    assert len(got) == 3 and got.issubset({0, 1, 2})
def test_a_tuple():
    got = modules.pair()
    assert len(got) == 2
    for a, b in zip(got, (1, 2)):
        assert a == b
class TestIt(unittest.TestCase):
    def test_unittest(self):
        got = modules.squares(10)
        self.assertEqual(len(got), 10)
        for a, b in zip(got, WANT):
            self.assertAlmostEqual(a, b)
"""
)
LISTED = """
def squares(n): return [float(i * i) for i in range(n)]
def table(n): return {str(i): float(i * i) for i in range(n)}
def members(n): return set(range(n))
def pair(): return (1, 2)
"""
# They say how long they are, show nothing, and have another answer each time.
CLAIMING = """
import itertools
import numpy as np
class Claims(list):
    turns = itertools.cycle((100.0, -100.0))
    def __len__(self): return 10
    def __bool__(self): return True
    def __iter__(self): return iter(())
    def __reversed__(self): return iter([81.0])
    def __getitem__(self, key): return next(self.turns)
    def __isub__(self, other): return np.zeros(np.shape(other))
    def index(self, x): return 9
    def count(self, x): return 1
class Table(dict):
    asked = 0
    turns = itertools.cycle((100.0, -100.0))
    def __len__(self): return 10
    def __contains__(self, key): return True
    def __iter__(self):
        self.asked += 1
        return iter(map(str, range(10)) if self.asked == 1 else ())
    def __getitem__(self, key): return next(self.turns)
    def items(self): return []
    def values(self): return []
    def keys(self): return list(map(str, range(10)))
    def get(self, key, default=None): return default
class Odd:
    def __hash__(self): return 1
    def __eq__(self, other): return True
class Members(set):
    def __len__(self): return 3
    def __iter__(self): return iter(())
    def issubset(self, other): return True
class Pair(tuple):
    def __len__(self): return 2
    def __iter__(self): return iter(())
def squares(n): return Claims()
def table(n): return Table()
def members(n): return Members()
def pair(): return Pair()
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["empty", "large", "odd", "without a reference"])
def test_containers_are_looked_at_in_one_copy(tmp_path, kind):
    submission = CLAIMING
    if kind == "large":  # what has too many parts to be sent at once
        submission = submission.replace("Claims()", "Claims([0.5] * 30_000)").replace(
            "Table()", "Table(enumerate([0.5] * 9_000))"
        )
    if kind == "odd":  # with keys that only the submission can tell apart
        submission = submission.replace("Table()", "Table({Odd(): 0.5})").replace("Members()", "Members([Odd()])")
    all_tests = {name for name in names_in(LISTS) if name != "test_squares"}
    found = failing(tmp_path, LISTS, submission, "" if kind == "without a reference" else LISTED)
    assert {name for name in found if "[" not in name} == all_tests
    assert len([name for name in found if "[" in name]) == 13, found


@pytest.mark.slow
def test_the_reference_has_all_points_for_its_containers(tmp_path):
    assert failing(tmp_path, LISTS, LISTED, LISTED) == set()


# What a right submission may do, and no memory of an earlier answer may stand in its way.
LIVELY = (
    HEADER
    + """
import threading, time, modules
from modules import Counter, Grid, Registry, Worker, Circle, log, START

def test_property_that_counts():
    counter = Counter()
    assert counter.next == 1 and counter.next == 2
def test_attribute_that_a_call_changes():
    counter = Counter()
    assert counter.calls == 0
    counter.call()
    assert counter.calls == 1
def test_attribute_that_a_property_changes():
    counter = Counter()
    assert counter.count == 0
    assert counter.next == 1
    assert counter.count == 1
def test_name_that_a_call_changes():
    assert modules.TOTAL == 0
    modules.add(3)
    assert modules.TOTAL == 3
    assert START == 0
def test_attribute_of_what_the_suite_writes_into():
    grid = Grid()
    assert grid.total == 0
    grid.cells[0][0] = 5
    assert grid.total == 5
    grid.weights[0] = 2.0
    assert grid.weight == 2.0
def test_attribute_that_the_suite_sets():
    grid = Grid()
    assert grid.name == "grid"
    grid.name = "other"
    assert grid.name == "other"
def test_name_that_the_suite_replaces(monkeypatch):
    assert modules.TOTAL == 0
    monkeypatch.setattr(modules, "TOTAL", 7)
    assert modules.TOTAL == 7
    monkeypatch.undo()
    assert modules.TOTAL == 0
def test_thread_that_is_waited_for():
    worker = Worker()
    worker.start()
    for _ in range(500):
        if worker.done:
            break
        time.sleep(0.01)
    assert worker.done and modules.FINISHED
def test_thread_that_is_polled():
    assert not modules.FINISHED
    modules.finish_later()
    while not modules.FINISHED:
        pass
def test_rows_of_a_list_of_its_own_class():
    table = modules.rows()
    assert len(table) == 2
    table[0][0] = 9
    assert modules.first(table) == 9
    for row in table:
        row.append(1)
    assert modules.lengths(table) == [3, 3]
    assert table == [[9, 2, 1], [3, 4, 1]]
def test_list_of_its_own_class_that_grows():
    table = modules.rows()
    assert len(table) == 2
    table.append([5])
    assert len(table) == 3 and table[2] == [5] and table[-1] == [5]
    table[0] = [0]
    assert table[0] == [0]
    del table[0]
    assert len(table) == 2
def test_dict_of_its_own_class():
    registry = Registry()
    registry["a"] = 1
    assert registry["a"] == 1 and registry["b"] == "missing" and len(registry) == 1
    registry.update(c=3)
    assert sorted(registry) == ["a", "c"] and dict(registry.items()) == {"a": 1, "c": 3}
    registry["rows"] = [1]
    registry["rows"].append(2)
    assert registry.get("rows") == [1, 2]
def test_list_with_an_index_of_its_own():
    circle = Circle([1, 2, 3])
    assert circle[4] == 2 and len(circle) == 3
def test_list_that_the_suite_keeps():
    modules.note("a")
    assert log == ["a"]
    log.append("b")
    assert modules.noted() == ["a", "b"] and len(log) == 2
def test_fresh_list_each_time():
    modules.FRESH.append(1)
    assert modules.FRESH == []
"""
)
ALIVE = """
import threading, time
TOTAL = START = 0
FINISHED = False
log = []
class Counter:
    def __init__(self): self.count = self.calls = 0
    @property
    def next(self):
        self.count += 1
        return self.count
    def call(self): self.calls += 1
class Grid:
    def __init__(self):
        import numpy as np
        self.cells, self.name, self.weights = [[0, 0], [0, 0]], "grid", np.zeros(2)
    @property
    def total(self): return sum(map(sum, self.cells))
    @property
    def weight(self): return float(self.weights[0])
class Worker(threading.Thread):
    done = False
    def run(self):
        global FINISHED
        time.sleep(0.2)
        self.done = FINISHED = True
def finish_later(): Worker().start()
class Rows(list):
    pass
def rows(): return Rows([[1, 2], [3, 4]])
def first(table): return table[0][0]
def lengths(table): return [len(row) for row in table]
class Registry(dict):
    def __missing__(self, key): return "missing"
class Circle(list):
    def __getitem__(self, index): return super().__getitem__(index % len(self))
def add(n):
    global TOTAL
    TOTAL += n
def note(text): log.append(text)
def noted(): return log
def __getattr__(name):
    if name == "FRESH":
        return []
    raise AttributeError(name)
"""
# The same in another style: plain where that has properties, and properties where that is plain.
OTHER_STYLE = ALIVE.replace(
    """self.cells, self.name, self.weights = [[0, 0], [0, 0]], "grid", np.zeros(2)""",
    """self.cells, self._name, self.weights = [[0, 0], [0, 0]], "grid", np.zeros(2)
    @property
    def name(self): return self._name
    @name.setter
    def name(self, value): self._name = value""",
)


@pytest.mark.slow
@pytest.mark.parametrize("reference", [ALIVE, ""], ids=["with a reference", "without"])
def test_what_may_change_is_looked_at_again(tmp_path, reference):
    assert failing(tmp_path, LIVELY, OTHER_STYLE, reference) == set()


UNFORESEEN = (
    HEADER
    + """
import modules

def test_zip():
    got = modules.squares(3)
    assert len(got) == 3
    for a, b in zip(got, [0, 1, 4]):
        assert a == b
def test_zip_reversed():
    got = modules.squares(3)
    assert len(got) == 3
    for a, b in zip([0, 1, 4], got):
        assert a == b
def test_all():
    got = modules.squares(3)
    assert len(got) == 3 and all(a == b for a, b in zip(got, [0, 1, 4]))
def test_bounds_of_the_length():
    got = modules.squares(3)
    assert len(got) > 2
    assert len(got) < 4
    assert list(got) == [0, 1, 4]
"""
)
CLAIMS_A_LENGTH = """
class Squares:
    asked = 1
    def __len__(self):
        self.asked += 1
        return 3 if self.asked % 2 == 0 else 0
    def __iter__(self): return iter(())
def squares(n): return Squares()
"""
RIGHT_IN_ITS_WAY = """
class Squares:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __iter__(self): return (i * i for i in range(self.n))
def squares(n): return Squares(n)
"""


@pytest.mark.slow
def test_an_object_shows_as_many_items_as_it_says(tmp_path):
    reference = "def squares(n): return [i * i for i in range(n)]"
    (tmp_path / "wrong").mkdir()
    (tmp_path / "right").mkdir()
    assert failing(tmp_path / "wrong", UNFORESEEN, CLAIMS_A_LENGTH, reference) == names_in(UNFORESEEN)
    assert failing(tmp_path / "right", UNFORESEEN, RIGHT_IN_ITS_WAY, reference) == set()


CONVERTED = (
    HEADER
    + """
import modules

def test_float():
    got = modules.answer()
    assert float(got) > 3.6
    assert float(got) < 3.8
def test_int():
    got = modules.answer()
    assert int(got) > 2 and int(got) < 4
def test_shape_and_values():
    got = modules.answer()
    assert np.shape(got) == ()
    assert np.abs(np.asarray(got) - 3.7).max() < 0.1
def test_above_and_below():
    got = modules.answer()
    assert np.all(np.asarray(got) > 3.6)
    assert np.all(np.asarray(got) < 3.8)
def test_allclose():
    assert np.allclose(modules.answer(), 3.7)
def test_isclose():
    assert np.isclose(modules.answer(), 3.7).all()
def test_approx():
    assert modules.answer() == pytest.approx(3.7)
def test_approx_reversed():
    assert pytest.approx(3.7) == modules.answer()
def test_assert_allclose():
    np.testing.assert_allclose(modules.answer(), 3.7)
"""
)
CONVERTED_AS_IT_LIKES = """
import itertools
import numpy as np
NUMBERS = itertools.cycle([1e9, -1e9])
ARRAYS = itertools.cycle([np.array(1e9), np.empty(0), np.array(-1e9), np.empty(0)])
class Answer:
    def __float__(self): return next(NUMBERS)
    def __int__(self): return int(next(NUMBERS))
    def __array__(self, dtype=None, copy=None): return next(ARRAYS)
def answer(): return Answer()
"""
CONVERTED_TO_NOTHING = CONVERTED_AS_IT_LIKES.replace("np.array(1e9), np.empty(0), np.array(-1e9)", "np.empty(0)")
CONVERTED_RIGHTLY = """
import numpy as np
class Answer:
    def __float__(self): return 3.7
    def __int__(self): return 3
    def __array__(self, dtype=None, copy=None): return np.array(3.7)
def answer(): return Answer()
"""


@pytest.mark.slow
def test_an_object_is_converted_once(tmp_path):
    reference = "def answer(): return 3.7"
    for name in ("turns", "nothing", "right"):
        (tmp_path / name).mkdir()
    assert failing(tmp_path / "turns", CONVERTED, CONVERTED_AS_IT_LIKES, reference) == names_in(CONVERTED)
    arithmetic = {"test_above_and_below"}  # of the suite's own, for which no number is larger than another one
    assert failing(tmp_path / "nothing", CONVERTED, CONVERTED_TO_NOTHING, reference) == names_in(CONVERTED) - arithmetic
    assert failing(tmp_path / "right", CONVERTED, CONVERTED_RIGHTLY, reference) == set()


CONVERTED_LATER = (
    HEADER
    + """
import modules

def test_what_the_submission_changes():
    counter = modules.Counter()
    assert float(counter) == 0 and np.asarray(counter) == 0
    counter.count()
    assert float(counter) == 1 and np.asarray(counter) == 1 and range(5)[counter] == 1
def test_what_the_suite_writes_into():
    counter = modules.Counter()
    assert np.asarray(counter)[0] == 0
    counter.values[0] = 3
    assert np.asarray(counter)[0] == 3 and int(counter) == 3
def test_what_numpy_made_of_it_belongs_to_the_suite():
    counter = modules.Counter()
    np.asarray(counter)[0] = 5
    assert np.asarray(counter)[0] == 0
"""
)
COUNTER = """
import numpy as np
class Counter:
    def __init__(self): self.values = np.zeros(1)
    def count(self): self.values[0] += 1
    def __float__(self): return float(self.values[0])
    def __int__(self): return int(self.values[0])
    __index__ = __int__
    def __array__(self, dtype=None, copy=None): return self.values.copy()
"""


@pytest.mark.slow
def test_an_object_that_has_changed_is_converted_again(tmp_path):
    assert failing(tmp_path, CONVERTED_LATER, COUNTER, COUNTER) == set()
