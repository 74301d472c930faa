"""Generators, iterators and what is built on them; coroutines and async generators."""

import asyncio
import inspect
import itertools
import types
from collections.abc import Generator, Iterable, Iterator

import pytest
from generators_basics import (
    Pager,
    Ticker,
    accumulate,
    alternate,
    averager,
    batches,
    chain,
    chunked_text,
    cleanup,
    collatz,
    combine,
    countdown,
    delayed,
    echo,
    evens,
    fibonacci,
    filtered,
    gather_all,
    grep,
    infinite,
    Job,
    lazy_squares,
    lines_of,
    numbered,
    pairs,
    permutations,
    powers,
    primes,
    produce,
    raising,
    read_later,
    running_max,
    ticks,
    unique,
    walk,
    windows,
    with_result,
    zipped,
)


def test_is_a_generator():
    assert isinstance(fibonacci(), types.GeneratorType)
    assert inspect.isgenerator(fibonacci())


def test_is_an_iterator():
    g = countdown(3)
    assert isinstance(g, Iterator)
    assert iter(g) is g


def test_is_lazy():
    log = []
    g = lazy_squares([1, 2, 3], log)
    assert log == []
    assert next(g) == 1
    assert log == [1]


def test_list_of_a_generator():
    assert list(countdown(3)) == [3, 2, 1]


def test_exhausted_generator_stays_empty():
    g = countdown(2)
    assert list(g) == [2, 1]
    assert list(g) == []


def test_stop_iteration_at_the_end():
    g = countdown(1)
    next(g)
    with pytest.raises(StopIteration):
        next(g)


def test_next_with_default():
    g = countdown(0)
    assert next(g, None) is None


def test_islice_of_an_infinite_generator():
    assert list(itertools.islice(fibonacci(), 8)) == [0, 1, 1, 2, 3, 5, 8, 13]


def test_zip_with_an_infinite_generator():
    assert list(zip("abc", infinite())) == [("a", 0), ("b", 1), ("c", 2)]


def test_enumerate_and_break():
    for i, value in enumerate(infinite()):
        if i == 5:
            break
    assert value == 5


def test_takewhile():
    assert list(itertools.takewhile(lambda p: p < 20, primes())) == [2, 3, 5, 7, 11, 13, 17, 19]


def test_two_generators_do_not_share():
    a, b = infinite(), infinite()
    next(a)
    next(a)
    assert next(b) == 0
    assert next(a) == 2


def test_sum_max_sorted_of_a_generator():
    assert sum(countdown(4)) == 10
    assert max(collatz(6)) == 16
    assert sorted(countdown(3)) == [1, 2, 3]


def test_membership_consumes():
    g = countdown(5)
    assert 4 in g
    assert next(g) == 3


def test_unpacking_a_generator():
    first, *rest = collatz(5)
    assert first == 5
    assert rest == [16, 8, 4, 2, 1]


def test_set_and_dict_of_a_generator():
    assert set(pairs([1, 2, 3])) == {(1, 2), (1, 3), (2, 3)}
    assert dict(numbered(["a", "b"])) == {1: "a", 2: "b"}


def test_join_of_a_generator():
    assert " ".join(grep("a", ["cat", "dog", "rat"])) == "cat rat"


def test_send():
    average = averager()
    next(average)
    assert average.send(10) == 10
    assert average.send(20) == 15


def test_send_before_start():
    with pytest.raises(TypeError):
        averager().send(1)


def test_throw_is_caught_inside():
    g = echo()
    next(g)
    assert g.throw(ValueError("x")) == "caught x"


def test_throw_of_another_kind_comes_back():
    g = echo()
    next(g)
    with pytest.raises(KeyError):
        g.throw(KeyError("y"))


def test_close_runs_finally():
    log = []
    g = cleanup(log)
    next(g)
    g.close()
    assert log == ["start", "end"]


def test_close_ends_it():
    g = infinite()
    g.close()
    with pytest.raises(StopIteration):
        next(g)


def test_return_value_of_a_generator():
    g = with_result()
    assert next(g) == 1
    with pytest.raises(StopIteration) as stopped:
        next(g)
    assert stopped.value.value == "result"


def test_exception_inside_of_a_generator():
    g = raising()
    assert next(g) == 1
    with pytest.raises(RuntimeError, match="in the middle"):
        next(g)


def test_yield_from():
    assert list(chain([1], (2, 3), "x")) == [1, 2, 3, "x"]


def test_walk_of_a_nested_list():
    assert list(walk([1, [2, [3]], 4])) == [1, 2, 3, 4]


def test_generator_over_a_list_of_the_test():
    assert list(batches([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]


def test_generator_over_a_range():
    assert list(evens(range(10))) == [0, 2, 4, 6, 8]


def test_generator_over_a_generator_of_the_test():
    assert list(evens(x * x for x in range(5))) == [0, 4, 16]


def test_generator_over_an_iterator_of_the_test():
    source = iter([1, 2, 3, 4])
    assert next(evens(source)) == 2
    assert list(source) == [3, 4]


def test_generator_over_an_infinite_one_of_the_test():
    assert list(itertools.islice(evens(itertools.count(1)), 3)) == [2, 4, 6]


def test_generator_over_its_own_generator():
    assert list(evens(countdown(5))) == [4, 2]


def test_windows():
    assert list(windows([1, 2, 3, 4], 2)) == [(1, 2), (2, 3), (3, 4)]


def test_map_object():
    result = powers([1, 2, 3])
    assert next(result) == 1
    assert list(result) == [4, 9]


def test_filter_object():
    assert list(filtered(["a", "", "b"])) == ["a", "b"]


def test_zip_object():
    assert list(zipped([1, 2], "ab")) == [(1, "a"), (2, "b")]


def test_generator_expression():
    assert sum(read_later([1, 2, 3])) == 6


def test_accumulate():
    assert list(accumulate([1, 2, 3])) == [1, 3, 6]
    assert list(running_max([1, 3, 2])) == [1, 3, 3]


def test_unique_keeps_order():
    assert list(unique("abacb")) == ["a", "b", "c"]


def test_permutations_count():
    result = list(permutations("abc"))
    assert len(result) == 6
    assert len(set(result)) == 6


def test_alternate_of_two_iterators():
    assert list(alternate("ab", "xyz")) == ["a", "x", "b", "y", "z"]


def test_combine_compares_with_itertools():
    assert list(combine([1, 2], [3])) == list(itertools.product([1, 2], [3]))


def test_lines_of_a_text():
    assert list(lines_of("a\nb\n\nc")) == ["a", "b", "c"]


def test_chunked_text():
    assert list(chunked_text("abcdefg", 3)) == ["abc", "def", "g"]


def test_iterable_class_is_used_twice():
    pager = Pager([1, 2, 3, 4, 5], 2)
    assert [page for page in pager] == [[1, 2], [3, 4], [5]]
    assert len(list(pager)) == 3


def test_iterable_class_is_iterable_but_no_iterator():
    pager = Pager([1], 1)
    assert isinstance(pager, Iterable)
    assert not isinstance(pager, Iterator)


def test_ticker_is_its_own_iterator():
    ticker = Ticker(2)
    assert iter(ticker) is ticker
    assert list(ticker) == [1, 2]
    assert ticker.done


def test_iterator_by_getitem():
    from generators_basics import Squares

    assert list(Squares(4)) == [0, 1, 4, 9]
    assert 4 in Squares(4)


def test_generator_function_is_one():
    assert inspect.isgeneratorfunction(countdown)


def test_generator_is_a_generator_by_abc():
    assert isinstance(countdown(2), Generator)


def test_nested_loops_over_generators():
    assert [(a, b) for a in countdown(2) for b in countdown(a)] == [(2, 2), (2, 1), (1, 1)]


def test_all_and_any_stop_early():
    g = infinite()
    assert any(x > 3 for x in g)
    assert next(g) == 5


def test_tee():
    a, b = itertools.tee(countdown(3))
    assert list(a) == list(b) == [3, 2, 1]


def test_asyncio_run():
    assert asyncio.run(delayed(3)) == 6


def test_coroutine_function():
    assert inspect.iscoroutinefunction(delayed)


def test_asyncio_run_with_an_error():
    with pytest.raises(ValueError, match="negative"):
        asyncio.run(delayed(-1))


def test_await_in_a_coroutine_of_the_test():
    async def main():
        return await delayed(1) + await delayed(2)

    assert asyncio.run(main()) == 6


def test_gather_inside_of_the_submission():
    assert asyncio.run(gather_all([1, 2, 3])) == [2, 4, 6]


def test_gather_in_the_test():
    async def main():
        return await asyncio.gather(delayed(1), delayed(2))

    assert asyncio.run(main()) == [2, 4]


def test_async_generator():
    async def collect():
        return [tick async for tick in ticks(3)]

    assert asyncio.run(collect()) == [0, 1, 2]


def test_async_context_manager():
    async def main():
        async with Job() as job:
            assert job.active
        return job

    assert asyncio.run(main()).active is False


def test_async_queue():
    assert asyncio.run(produce(3)) == [0, 1, 2]
