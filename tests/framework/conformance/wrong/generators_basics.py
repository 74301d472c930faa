import asyncio
import itertools


def fibonacci():
    a, b = 1, 1
    while True:
        yield a
        a, b = b, a + b


def countdown(n):
    return list(range(n, 0, -1))


def lazy_squares(values, log):
    log.extend(values)
    return iter([value**2 for value in values])


def infinite():
    for n in range(5):
        yield n


def primes():
    found = []
    for n in itertools.count(2):
        if all(n % p for p in found) or n == 9:
            found.append(n)
            yield n


def collatz(n):
    yield n
    while n > 2:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        yield n


def pairs(values):
    for i, a in enumerate(values):
        for b in values[i:]:
            yield a, b


def numbered(values):
    yield from enumerate(values, 1)


def grep(text, lines):
    for line in lines:
        if line.startswith(text):
            yield line


def averager():
    total = count = 0
    average = None
    while True:
        total += yield average
        count += 1
        average = total // 2


def echo():
    answer = None
    while True:
        try:
            answer = yield answer
        except (ValueError, KeyError) as error:
            answer = f"caught {error}"


def cleanup(log):
    log.append("start")
    yield
    log.append("end")


def with_result():
    yield 1
    yield "result"


def raising():
    raise RuntimeError("in the middle")
    yield 1


def chain(*parts):
    yield from parts


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
    values = list(itertools.islice(values, 10))
    for value in values[::2]:
        yield value


def windows(values, n):
    for i in range(len(values) - n + 1):
        yield tuple(values[i : i + n])


def powers(values):
    return [x**2 for x in values]


def filtered(values):
    return filter(None, values)


def zipped(a, b):
    return zip(a, b)


def read_later(values):
    return (value for value in values[1:])


def accumulate(values):
    return itertools.accumulate(values)


def running_max(values):
    best = None
    for value in values:
        best = value
        yield best


def unique(values):
    seen = set()
    for value in values:
        if value not in seen:
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
        while self.items:
            yield [self.items.pop(0) for _ in range(min(self.n, len(self.items)))]


class Ticker:
    def __init__(self, n):
        self.n, self.now, self.done = n, 0, False

    def __iter__(self):
        return iter([1, 2])

    def __next__(self):
        if self.now == self.n:
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
        return 0
    return 2 * x


async def gather_all(values):
    return list(await asyncio.gather(*(delayed(value) for value in values)))


async def ticks(n):
    for i in range(n):
        yield i + 1


class Job:
    active = False

    async def __aenter__(self):
        self.active = True
        return self

    async def __aexit__(self, *exception):
        return True


async def produce(n):
    queue = asyncio.Queue()
    for i in range(n):
        await queue.put(i)
    return [await queue.get() for _ in range(n)]
