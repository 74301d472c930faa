import asyncio
import itertools


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def countdown(n):
    while n > 0:
        yield n
        n -= 1


def lazy_squares(values, log):
    for value in values:
        log.append(value)
        yield value**2


def infinite():
    n = 0
    while True:
        yield n
        n += 1


def primes():
    found = []
    for n in itertools.count(2):
        if all(n % p for p in found):
            found.append(n)
            yield n


def collatz(n):
    yield n
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        yield n


def pairs(values):
    for i, a in enumerate(values):
        for b in values[i + 1 :]:
            yield a, b


def numbered(values):
    yield from enumerate(values, 1)


def grep(text, lines):
    for line in lines:
        if text in line:
            yield line


def averager():
    total = count = 0
    average = None
    while True:
        total += yield average
        count += 1
        average = total / count


def echo():
    answer = None
    while True:
        try:
            answer = yield answer
        except ValueError as error:
            answer = f"caught {error}"


def cleanup(log):
    log.append("start")
    try:
        yield
    finally:
        log.append("end")


def with_result():
    yield 1
    return "result"


def raising():
    yield 1
    raise RuntimeError("in the middle")


def chain(*parts):
    for part in parts:
        yield from part


def walk(nested):
    for item in nested:
        if isinstance(item, list):
            yield from walk(item)
        else:
            yield item


def batches(values, n):
    for i in range(0, len(values), n):
        yield values[i : i + n]


def evens(values):
    for value in values:
        if value % 2 == 0:
            yield value


def windows(values, n):
    for i in range(len(values) - n + 1):
        yield tuple(values[i : i + n])


def powers(values):
    return map(lambda x: x**2, values)


def filtered(values):
    return filter(None, values)


def zipped(a, b):
    return zip(a, b)


def read_later(values):
    return (value for value in values)


def accumulate(values):
    return itertools.accumulate(values)


def running_max(values):
    best = None
    for value in values:
        best = value if best is None else max(best, value)
        yield best


def unique(values):
    seen = set()
    for value in values:
        if value not in seen:
            seen.add(value)
            yield value


def permutations(values):
    if not values:
        yield ()
    for i, value in enumerate(values):
        for rest in permutations(values[:i] + values[i + 1 :]):
            yield (value, *rest)


def alternate(a, b):
    missing = object()
    for x, y in itertools.zip_longest(a, b, fillvalue=missing):
        if x is not missing:
            yield x
        if y is not missing:
            yield y


def combine(a, b):
    return itertools.product(a, b)


def lines_of(text):
    return (line for line in text.splitlines() if line)


def chunked_text(text, n):
    while text:
        yield text[:n]
        text = text[n:]


class Pager:
    def __init__(self, items, n):
        self.items, self.n = items, n

    def __iter__(self):
        yield from batches(self.items, self.n)


class Ticker:
    def __init__(self, n):
        self.n, self.now, self.done = n, 0, False

    def __iter__(self):
        return self

    def __next__(self):
        if self.now == self.n:
            self.done = True
            raise StopIteration
        self.now += 1
        return self.now


class Squares:
    def __init__(self, n):
        self.n = n

    def __getitem__(self, i):
        if i >= self.n:
            raise IndexError(i)
        return i * i


async def delayed(x):
    await asyncio.sleep(0)
    if x < 0:
        raise ValueError("negative")
    return 2 * x


async def gather_all(values):
    return list(await asyncio.gather(*(delayed(value) for value in values)))


async def ticks(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i


class Job:
    active = False

    async def __aenter__(self):
        self.active = True
        return self

    async def __aexit__(self, *exception):
        self.active = False


async def produce(n):
    queue = asyncio.Queue()
    for i in range(n):
        await queue.put(i)
    return [await queue.get() for _ in range(n)]
