"""Objects of the suite in the hands of the submission: what honest code does with them, and what a forged use comes to."""

import contextlib
import functools
import io
import itertools
import logging
import os
import threading
import time
import unittest
from unittest.mock import Mock

import pytest
from submitted import FORGER

from autograder.errors import AutograderError
from autograder.standins.failures import SubmissionFailure

pytest_plugins = ["sandboxes"]


class Counter:
    """A class of the suite."""

    limit = 3

    def __init__(self):
        self.calls = []
        self.func_calls = 0

    def __len__(self):
        return len(self.calls)

    def count(self, item):
        self.calls.append(item)
        return len(self.calls)

    @property
    def doubled(self):
        return 2 * len(self.calls)


# Honest uses


def test_functions_are_called_back_and_call_the_submission_in_turn(submission):
    modules = submission("""
        def twice(f, x): return f(f(x))
        def depth(f, n): return 0 if n == 0 else 1 + f(n - 1)
    """)
    assert modules.twice(lambda x: modules.twice(lambda y: y + 1, x), 0) == 4
    assert modules.depth(lambda n: modules.depth(lambda m: modules.depth(None, 0), n), 3) == 2


def test_an_object_that_comes_back_is_the_very_object(submission):
    modules = submission("""
        kept = []
        def same(x): return x
        def keep(x): kept.append(x)
        def last(): return kept[-1]
        def is_last(x): return kept[-1] is x
        def call(f, *arguments): return f(*arguments)
    """)
    counter = Counter()

    def function(x):
        return x

    for thing in (counter, function, Counter):
        assert modules.same(thing) is thing
        modules.keep(thing)
        assert modules.last() is thing and modules.is_last(thing)
        assert modules.call(lambda x: x, thing) is thing
        assert modules.call(lambda thing=thing: thing) is thing
    own = modules.call(lambda: modules.call)
    assert own == modules.call


def test_attributes_of_an_object_are_read_set_and_deleted(submission):
    modules = submission("""
        def work(counter):
            counter.count(7)
            counter.name = "counted"
            counter.func_calls += 1
            counter.gone = 1
            del counter.gone
            return counter.doubled, counter.limit, len(counter), hasattr(counter, "gone"), counter.func_calls
    """)
    counter = Counter()
    assert modules.work(counter) == (2, 3, 1, False, 1)
    assert counter.calls == [7] and counter.name == "counted" and not hasattr(counter, "gone")


def test_exceptions_cross_both_ways(submission):
    modules = submission("""
        class Own(Exception): pass
        def call(f): return f()
        def fail(): raise Own("mine")
        def catch(f, kind):
            try: f()
            except kind as error: return "caught", str(error)
            return "nothing"
        def catch_own(f): return catch(f, Own)
        def wrap(f):
            try: f()
            except ValueError as error: raise KeyError("wrapped") from error
    """)

    class Theirs(ValueError):
        pass

    def fail():
        raise Theirs("bad")

    with pytest.raises(Theirs, match="bad"):
        modules.call(fail)
    assert modules.catch(fail, Theirs) == modules.catch(fail, ValueError) == ("caught", "bad")
    assert modules.catch_own(modules.fail) == ("caught", "mine")
    assert modules.catch_own(lambda: modules.fail()) == ("caught", "mine")
    assert modules.catch_own(lambda: modules.call(modules.fail)) == ("caught", "mine")
    with pytest.raises(KeyError):
        modules.wrap(fail)


def test_generators_iterators_and_files_are_used_over_there(submission):
    modules = submission("""
        def firsts(items, n): return [x for x, _ in zip(items, range(n))]
        def total(items): return sum(items)
        def write(file):
            file.write("one\\n")
            print("two", file=file)
        def lines(file): return [line.strip() for line in file]
        def once(lock):
            with lock: return 1
        def signal(event):
            event.set()
            return event.is_set()
    """)
    assert modules.firsts(itertools.count(3), 4) == [3, 4, 5, 6]
    assert modules.total(x * x for x in range(5)) == 30
    file = io.StringIO()
    modules.write(file)
    assert file.getvalue() == "one\ntwo\n"
    assert modules.lines(io.StringIO("a\nb")) == ["a", "b"]
    assert modules.once(threading.Lock()) == 1
    event = threading.Event()
    assert modules.signal(event) and event.is_set()


def test_partials_and_bound_methods_are_functions(submission):
    modules = submission("""
        import math
        def call(f, *arguments, **keywords): return f(*arguments, **keywords)
    """)
    counter = Counter()
    assert modules.call(counter.count, 5) == 1 and counter.calls == [5]
    assert modules.call(functools.partial(lambda a, b, c: (a, b, c), 1, c=3), 2) == (1, 2, 3)
    assert modules.call(functools.partial(round, ndigits=1), 2.345) == 2.3
    assert modules.call(functools.partial(int, base=2), "101") == 5


def test_a_partial_function_of_a_library_is_called_over_there(sandboxed, tmp_path):
    modules = sandboxed("""
        import os
        def call(f, *arguments): return f(*arguments)
        def process(): return os.getpid()
    """)
    (tmp_path / "file").write_text("ours")
    assert modules.call(functools.partial(os.getpid)) == modules.process()
    with pytest.raises(OSError, match="file"):
        modules.call(functools.partial(open, encoding="utf-8"), str(tmp_path / "file"))


def test_mocks_record_what_the_submission_calls(submission):
    modules = submission("""
        def step(optimizer):
            optimizer.zero_grad()
            optimizer.step(0.5, closure=None)
            return optimizer.lr
    """)
    optimizer = Mock(lr=0.25)
    assert modules.step(optimizer) == 0.25
    optimizer.zero_grad.assert_called_once_with()
    optimizer.step.assert_called_once_with(0.5, closure=None)
    assert [name for name, _, _ in optimizer.method_calls] == ["zero_grad", "step"]


# Forged uses


def test_the_message_of_a_check_in_a_callback_stays_on_this_side(sandboxed):
    modules = sandboxed(
        FORGER
        + """
    def look(f, way):
        try: f(1)
        except BaseException as error: caught = error
        ways = [("getattr", "args"), ("getattr", "with_traceback"), ("str",), ("repr",), ("format", ""), ("copy",),
                ("getattr", "expected"), ("getattr", "without_values"), ("getattr", "msg"), ("dir",), ("deepcopy",)]
        told = outcome(*ways[way][:1], caught, *ways[way][1:]) if way < len(ways) else caught.args
        return repr((caught, told))
    """
    )

    class Expected(AssertionError):
        def __init__(self, expected):
            super().__init__(f"expected {expected}")
            self.expected = expected

    def asserts(got):
        assert got == 424242, "not 424242"

    def fails(got):
        pytest.fail("not 424242")

    def compares(got):
        raise Expected(424242)

    for check, way in itertools.product((asserts, fails, compares), range(12)):
        with sandboxed.test(f"{check} {way}"), contextlib.suppress(SubmissionFailure):
            assert "424242" not in modules.look(check, way)


@pytest.mark.parametrize(
    "operation, arguments",
    [("getattr", ("__globals__",)), ("getattr", ("__closure__",)), ("getattr", ("__code__",)), ("getattr", ("__wrapped__",)),
     ("setattr", ("__code__", 1)), ("setattr", ("calls", 1)), ("repr", ()), ("add", (1,)), ("getitem", (0,))],
)  # fmt: skip
def test_of_a_function_nothing_can_be_had_but_its_call(sandboxed, operation, arguments):
    modules = sandboxed(FORGER + "    def look(f): return isinstance(outcome(*f), str) and outcome(*f).endswith('Error')\n")
    secret = 424242
    try:
        told = modules.look((operation, lambda: secret, *arguments))
    except SubmissionFailure:
        return
    assert told is True


def test_an_operation_that_the_class_does_not_have_is_refused(sandboxed):
    modules = sandboxed(FORGER + "    def look(operation, thing, *arguments): return outcome(operation, thing, *arguments)\n")
    began = time.monotonic()
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        modules.look("contains", itertools.repeat(1), -1)  # Python would look for it without end, and no signal interrupts that
    assert time.monotonic() - began < 5


def test_the_methods_of_an_object_are_not_replaced(sandboxed):
    modules = sandboxed("""
        def replace(counter): counter.count = lambda item: 0
        def hide(counter): counter.doubled = 0
    """)
    with pytest.raises(AutograderError, match="inside"):
        modules.replace(Counter())
    with sandboxed.test("another"), pytest.raises(AttributeError):
        modules.hide(Counter())


class Case(unittest.TestCase):
    def count(self, item):
        return item + 1


def test_a_test_case_is_not_lent_but_its_methods_are(sandboxed):
    modules = sandboxed("def call(f, *arguments): return f(*arguments)")
    case = Case("count")
    assert modules.call(case.count, 1) == 2
    with pytest.raises(AssertionError):
        modules.call(case.assertEqual, 1, 2)
    with pytest.raises(AutograderError, match="inside"):
        modules.call(lambda x: x, case)


class Capture(logging.FileHandler):
    pass


def test_an_object_that_derives_from_a_librarys_is_not_set_up_anew(sandboxed, tmp_path):
    modules = sandboxed("""
        def redirect(handler, path):
            handler.baseFilename = path
    """)
    handler = Capture(tmp_path / "log", delay=True)
    with pytest.raises(AutograderError, match="inside"):
        modules.redirect(handler, str(tmp_path / "other"))
    assert handler.baseFilename == str(tmp_path / "log")


def test_what_a_mock_has_recorded_is_not_forged(sandboxed):
    modules = sandboxed(
        FORGER
        + """
    def forge(mock):
        return [outcome("setattr", mock, name, 1) for name in ("call_count", "called", "return_value", "side_effect")] + [
            outcome("getattr", mock, name) for name in ("method_calls", "mock_calls", "_mock_children", "assert_called")
        ]
    """
    )
    mock = Mock()
    assert modules.forge(mock) == ["AttributeError"] * 8
    assert mock.call_count == 0 and not mock.called


def test_a_file_in_memory_does_not_grow_without_bounds(sandboxed):
    modules = sandboxed("""
        def fill(file, content):
            file.seek(1 << 35)
            file.write(content)
    """)
    for file, content in ((io.BytesIO(), b"x"), (io.StringIO(), "x")):
        with pytest.raises(MemoryError):
            modules.fill(file, content)


def test_what_a_callback_makes_for_the_submission_is_bounded(sandboxed):
    modules = sandboxed("""
        def call(f, *arguments): return f(*arguments)
        def fill(f):
            while True: f("x" * 100_000)
    """)
    with pytest.raises(MemoryError):
        modules.call(lambda n: bytearray(n), 1 << 36)
    with pytest.raises(MemoryError):
        modules.call(lambda n: bytes(n), 1 << 36)


def test_a_submission_that_calls_without_end_is_ended(sandboxed):
    modules = sandboxed("""
        def again(x):
            return x.more(x)
    """)

    class Endless:
        def more(self, other):
            return modules.again(self)

    with pytest.raises((RecursionError, SubmissionFailure, AutograderError)):
        modules.again(Endless())


def test_nesting_that_the_process_does_not_count_is_ended(sandboxed):
    modules = sandboxed(
        FORGER
        + """
    child.MAX_NESTED = 1 << 40
    sys.setrecursionlimit(1 << 20)
    def again(x): return x.more()
    """
    )

    class Endless:
        def more(self):
            return modules.again(self)

    with pytest.raises((SubmissionFailure, AutograderError, RecursionError)):
        modules.again(Endless())
