"""Functions over iterators, files and context managers that are handed in."""

from itertools import islice


def take(n, iterable):
    return list(islice(iterable, n))


def total(numbers):
    result = 0
    for number in numbers:
        result += number
    return result


def chunked(iterable, size):
    chunk = []
    for item in iterable:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def pairs(iterable):
    iterator = iter(iterable)
    previous = next(iterator, None)
    for item in iterator:
        yield previous, item
        previous = item


def interleave(*iterables):
    iterators = [iter(iterable) for iterable in iterables]
    while iterators:
        for iterator in list(iterators):
            try:
                yield next(iterator)
            except StopIteration:
                iterators.remove(iterator)


def moving_average(stream, window):
    kept = []
    for value in stream:
        kept.append(value)
        if len(kept) > window:
            kept.pop(0)
        if len(kept) == window:
            yield sum(kept) / window


def count_words(file):
    counts = {}
    for line in file:
        for word in line.split():
            counts[word.lower()] = counts.get(word.lower(), 0) + 1
    return counts


def write_table(rows, file):
    for row in rows:
        file.write("\t".join(str(cell) for cell in row))
        file.write("\n")


def copy_upper(source, target):
    target.write(source.read().upper())


def header(file):
    return file.readline().rstrip("\n")


def with_resource(resource, use):
    with resource as opened:
        return use(opened)


def safe_divide(guard, a, b):
    with guard:
        return a / b
    return None


def drain(queue):
    items = []
    while len(queue):
        items.append(queue.popleft())
    return items


def echo_server(coroutine, messages):
    next(coroutine)
    return [coroutine.send(message) for message in messages]


def index_of(sequence, item):
    for i in range(len(sequence)):
        if sequence[i] == item:
            return i
    return -1
