"""`with` blocks of the submission: a check of the suite that fails in one counts, whatever `__exit__` says."""

import pytest
from toys import HEADER, toy

SUITE = (
    HEADER
    + """
import contextlib, modules
from modules import Timer, answer, training_mode

def check(got, expected):
    if got != expected:
        raise AssertionError("wrong")

def test_assert():
    with Timer():
        assert answer(2) == 6

def test_assert_close():
    with Timer() as timer:
        assert_close(timer.double(2.0), 4.0)

def test_raised_if_wrong():
    with Timer():
        if answer(2) != 6:
            raise AssertionError("wrong")

def test_raised_by_a_helper():
    with Timer():
        check(answer(2), 6)

def test_loop():
    with Timer():
        for x in range(1, 3):
            assert answer(x) == 3 * x, x

def test_manager_made_by_a_function():
    with training_mode(None):
        np.testing.assert_allclose(answer(2.0), 6.0)

def test_exit_stack():
    with contextlib.ExitStack() as stack:
        stack.enter_context(Timer())
        stack.enter_context(training_mode(None))
        assert answer(2) == 6

def test_nested():
    with training_mode(None), Timer():
        with Timer():
            assert answer(2) == 6

def test_manager_of_the_suite_around_it():
    @contextlib.contextmanager
    def timed():
        with Timer() as timer:
            yield timer
    with timed():
        assert answer(2) == 6

def test_expected_failure_of_the_block():
    with pytest.raises((AssertionError, KeyError)):
        with Timer():
            assert answer(2) == 6
        raise KeyError
    # With a right answer the block is left in peace; with a wrong one its check has failed.

def test_use_of_what_came_back():
    with Timer():
        assert answer(2).bit_length() + modules.nothing()["loss"] == 3.5 + 3

class TestCase(unittest.TestCase):
    def test_fail(self):
        with Timer():
            self.assertEqual(answer(2), 6)

    def test_sub_test(self):
        for x in range(3):
            with self.subTest(x=x), Timer():
                self.assertEqual(answer(x), 3 * x)

class TestAsync(unittest.IsolatedAsyncioTestCase):
    async def test_async(self):
        async with modules.Later():
            self.assertEqual(answer(2), 6)
"""
)
REFERENCE = """
import contextlib

class Timer:
    def __enter__(self):
        return self
    def __exit__(self, *_):
        return None
    def double(self, x):
        return 2 * x

class Later:
    async def __aenter__(self):
        return self
    async def __aexit__(self, *_):
        return False

@contextlib.contextmanager
def training_mode(model):
    yield model

def answer(x):
    return 3 * x

def nothing():
    return {"loss": 3.5}
"""
SWALLOWS = """
class Timer:
    def __enter__(self): return self
    def __exit__(self, *_): return True
    async def __aenter__(self): return self
    async def __aexit__(self, *_): return True
    def double(self, x): return -1.0
Later = Timer
def training_mode(model): return Timer()
def answer(x): return -1
def nothing(): return None
"""
REPLACES = SWALLOWS.replace("return True", "raise KeyError")


@pytest.mark.slow
def test_the_reference_has_all_points(tmp_path):
    graded = toy(tmp_path, SUITE, REFERENCE, reference=REFERENCE)
    assert {name for name, (status, *_) in graded.verdicts().items() if status != "passed"} == set()


@pytest.mark.slow
@pytest.mark.parametrize("submission", [SWALLOWS, REPLACES], ids=["swallowed", "replaced"])
def test_a_failed_check_fails_the_test_whatever_the_block_does_with_it(tmp_path, submission):
    graded = toy(tmp_path, SUITE, submission, reference=REFERENCE)
    assert {name for name, (status, *_) in graded.verdicts().items() if status != "failed"} == set()


SUPPRESSING = (
    HEADER
    + """
import modules
from modules import ignoring, load

def test_error_of_the_submission():
    with ignoring(ValueError):
        load("x")

def test_error_of_the_suite():
    with ignoring(ZeroDivisionError):
        1 / 0

def test_raised_by_hand():
    with ignoring(AssertionError):
        raise AssertionError("by hand")

def test_raised_on_a_condition():
    attempts = []
    for _ in range(3):
        with ignoring(OSError):
            attempts.append(1)
            if len(attempts) < 3:
                raise OSError("not yet")

def test_check():
    with ignoring(AssertionError):
        assert load("1") == 2
"""
)
BY_HAND = """
class ignoring:
    def __init__(self, *errors): self.errors = errors
    def __enter__(self): return self
    def __exit__(self, kind, error, trace): return kind is not None and issubclass(kind, self.errors)
def load(text): return int(text)
"""
BY_LIBRARY = """
import contextlib
def ignoring(*errors): return contextlib.suppress(*errors)
def load(text): return int(text)
"""
BY_GENERATOR = """
import contextlib
@contextlib.contextmanager
def ignoring(*errors):
    try:
        yield
    except errors:
        pass
def load(text): return int(text)
"""


@pytest.mark.slow
@pytest.mark.parametrize("source", [BY_HAND, BY_LIBRARY, BY_GENERATOR], ids=["by hand", "by library", "by generator"])
def test_other_exceptions_are_swallowed_as_in_one_process(tmp_path, source):
    graded = toy(tmp_path, SUPPRESSING, source, reference=source)
    assert {name for name, (status, *_) in graded.verdicts().items() if status == "failed"} == {"test_check"}
