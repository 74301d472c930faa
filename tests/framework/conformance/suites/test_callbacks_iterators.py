import contextlib
import io
import itertools
from collections import deque

import pytest
from callbacks_iterators import (
    chunked,
    copy_upper,
    count_words,
    drain,
    echo_server,
    header,
    index_of,
    interleave,
    moving_average,
    pairs,
    safe_divide,
    take,
    total,
    with_resource,
    write_table,
)


def naturals():
    n = 0
    while True:
        yield n
        n += 1


class Resource:
    def __init__(self):
        self.log = []

    def __enter__(self):
        self.log.append("open")
        return self

    def __exit__(self, kind, value, trace):
        self.log.append("close" if kind is None else f"close after {kind.__name__}")
        return False


def test_take_from_an_infinite_generator():
    assert take(4, naturals()) == [0, 1, 2, 3]


def test_take_leaves_the_rest_in_the_generator():
    numbers = naturals()
    take(3, numbers)
    assert next(numbers) == 3


def test_take_from_itertools_count():
    assert take(3, itertools.count(10, 5)) == [10, 15, 20]


def test_total_of_a_generator_expression():
    assert total(x * x for x in range(4)) == 14


def test_total_of_map_and_filter():
    assert total(filter(lambda x: x > 1, map(int, ["1", "2", "3"]))) == 5


def test_total_of_an_iterator_class():
    class Countdown:
        def __init__(self, n):
            self.n = n

        def __iter__(self):
            return self

        def __next__(self):
            if self.n == 0:
                raise StopIteration
            self.n -= 1
            return self.n + 1

    assert total(Countdown(4)) == 10


def test_chunked_with_a_rest():
    assert list(chunked(iter(range(5)), 2)) == [[0, 1], [2, 3], [4]]


def test_chunked_is_lazy():
    seen = []

    def source():
        for i in range(6):
            seen.append(i)
            yield i

    first = next(chunked(source(), 2))
    assert first == [0, 1]
    assert seen == [0, 1]


def test_pairs():
    assert list(pairs(c for c in "abc")) == [("a", "b"), ("b", "c")]


def test_pairs_of_nothing():
    assert list(pairs(iter([]))) == []


def test_interleave_generators_of_different_length():
    assert list(interleave(iter("ab"), (n for n in range(3)))) == ["a", 0, "b", 1, 2]


def test_moving_average_of_a_stream():
    assert list(moving_average((float(x) for x in [1, 2, 3, 4]), 2)) == [1.5, 2.5, 3.5]


def test_count_words_in_a_string_file():
    assert count_words(io.StringIO("The cat\nthe dog\n")) == {"the": 2, "cat": 1, "dog": 1}


def test_count_words_in_a_list_of_lines():
    assert count_words(["a b\n", "a\n"]) == {"a": 2, "b": 1}


def test_write_table_into_string_file():
    out = io.StringIO()
    write_table([(1, "x"), (2, "y")], out)
    assert out.getvalue() == "1\tx\n2\ty\n"


def test_copy_between_files():
    target = io.StringIO()
    copy_upper(io.StringIO("one\ntwo\n"), target)
    assert target.getvalue() == "ONE\nTWO\n"


def test_header_reads_one_line_only():
    file = io.StringIO("name,age\nann,3\n")
    assert header(file) == "name,age"
    assert file.read() == "ann,3\n"


def test_write_goes_to_a_fake_file():
    class Fake:
        def __init__(self):
            self.parts = []

        def write(self, text):
            self.parts.append(text)

    fake = Fake()
    write_table([("a",)], fake)
    assert "".join(fake.parts) == "a\n"


def test_resource_is_opened_and_closed():
    resource = Resource()
    assert with_resource(resource, lambda r: list(r.log)) == ["open"]
    assert resource.log == ["open", "close"]


def test_resource_is_closed_after_an_error():
    resource = Resource()

    def fail(r):
        raise RuntimeError("in use")

    with pytest.raises(RuntimeError, match="in use"):
        with_resource(resource, fail)
    assert resource.log == ["open", "close after RuntimeError"]


def test_contextmanager_function():
    events = []

    @contextlib.contextmanager
    def opened():
        events.append("enter")
        try:
            yield 42
        finally:
            events.append("exit")

    assert with_resource(opened(), lambda x: x + 1) == 43
    assert events == ["enter", "exit"]


def test_suppress_is_a_context_manager_too():
    assert safe_divide(contextlib.suppress(ZeroDivisionError), 1, 0) is None
    assert safe_divide(contextlib.suppress(ZeroDivisionError), 1, 2) == 0.5


def test_drain_a_deque():
    queue = deque([1, 2, 3])
    assert drain(queue) == [1, 2, 3]
    assert not queue


def test_send_into_a_generator_of_the_suite():
    def shouting():
        message = yield
        while True:
            message = yield message.upper()

    assert echo_server(shouting(), ["hi", "there"]) == ["HI", "THERE"]


def test_index_in_a_sequence_class_of_the_suite():
    class Squares:
        def __len__(self):
            return 10

        def __getitem__(self, i):
            return i * i

    assert index_of(Squares(), 49) == 7
    assert index_of(Squares(), 50) == -1
