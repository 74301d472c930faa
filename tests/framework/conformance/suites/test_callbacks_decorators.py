import pytest
from callbacks_decorators import Memo, count_calls, logged, memoize, once, positive, register, registry, retry, twice


def test_memoize_gives_the_same_result():
    assert memoize(lambda x: x + 1)(2) == 3


def test_memoize_calls_once_for_each_argument():
    calls = []

    @memoize
    def slow_square(x):
        calls.append(x)
        return x * x

    assert [slow_square(3), slow_square(3), slow_square(4)] == [9, 9, 16]
    assert calls == [3, 4]


def test_memoize_looks_at_all_arguments():
    @memoize
    def add(a, b):
        return a + b

    assert add(1, 2) == 3
    assert add(1, 5) == 6


def test_memoize_makes_fibonacci_linear():
    calls = 0

    @memoize
    def fib(n):
        nonlocal calls
        calls += 1
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    assert fib(30) == 832040
    assert calls == 31


def test_memoize_exposes_its_cache():
    @memoize
    def double(x):
        return 2 * x

    double(5)
    assert double.cache == {(5,): 10}


def test_memoize_keeps_name_and_docstring():
    @memoize
    def triple(x):
        """Three times x."""
        return 3 * x

    assert triple.__name__ == "triple"
    assert triple.__doc__ == "Three times x."


def test_memoize_remembers_none():
    calls = []

    @memoize
    def nothing(x):
        calls.append(x)

    assert nothing(1) is None
    assert nothing(1) is None
    assert calls == [1]


def test_count_calls():
    @count_calls
    def hello(name, greeting="Hello"):
        return f"{greeting}, {name}"

    assert hello("Ann") == "Hello, Ann"
    assert hello("Bob", greeting="Hi") == "Hi, Bob"
    assert hello.calls == 2


def test_count_calls_starts_at_zero():
    assert count_calls(print).calls == 0


def test_retry_until_it_works():
    attempts = []

    @retry(3)
    def flaky():
        attempts.append(len(attempts))
        if len(attempts) < 3:
            raise ConnectionError("try again")
        return "done"

    assert flaky() == "done"
    assert attempts == [0, 1, 2]


def test_retry_gives_up_with_the_last_error():
    @retry(2)
    def broken():
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        broken()


def test_retry_only_on_the_named_error():
    calls = []

    @retry(5, on=OSError)
    def bad():
        calls.append(1)
        raise ValueError("no")

    with pytest.raises(ValueError):
        bad()
    assert len(calls) == 1


def test_once():
    calls = []

    @once
    def setup():
        calls.append("called")
        return len(calls)

    assert setup() == 1
    assert setup() == 1
    assert calls == ["called"]


@pytest.mark.parametrize("x", [0, -1])
def test_positive_rejects(x):
    @positive
    def log(x):
        raise AssertionError("must not be reached")

    with pytest.raises(ValueError, match="log needs a positive number"):
        log(x)


def test_positive_passes_through():
    assert positive(lambda x: x / 2)(4) == 2


def test_twice():
    seen = []
    twice(seen.append)("x")
    assert seen == ["x", "x"]


def test_logged_appends_to_the_list_of_the_suite():
    log = []

    @logged(log)
    def area(w, h):
        return w * h

    assert area(2, 3) == 6
    assert log == [("area", (2, 3), 6)]


def test_memo_class_counts_hits():
    memo = Memo(lambda x: x**2)
    assert memo(3) == memo(3) == 9
    assert memo.hits == 1


def test_memo_class_as_decorator():
    @Memo
    def cube(x):
        return x**3

    cube(2)
    assert cube.known == {(2,): 8}


def test_register_returns_the_function():
    @register("inc")
    def inc(x):
        return x + 1

    assert inc(1) == 2
    assert registry["inc"](5) == 6


def test_stacked_decorators():
    @count_calls
    @positive
    def root(x):
        return x**0.5

    assert root(9) == 3
    with pytest.raises(ValueError):
        root(-1)
    assert root.calls == 2
