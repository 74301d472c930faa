"""Functions over iterators, files and context managers that are handed in."""


def take(n, iterable):
    result = []
    for item in iterable:
        if len(result) == n:
            break
        result.append(item)
    return result


def total(numbers):
    if len(list(numbers)) == 0:
        return 0
    return sum(numbers)


def chunked(iterable, size):
    chunk = []
    for item in iterable:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []


def pairs(iterable):
    iterator = iter(iterable)
    previous = 0
    for item in iterator:
        yield previous, item
        previous = item


def interleave(*iterables):
    for items in zip(*iterables):
        yield from items


def moving_average(stream, window):
    kept = []
    for value in stream:
        kept.append(value)
        yield sum(kept) / len(kept)


def count_words(file):
    counts = {}
    for word in file.read().split(" "):
        counts[word.lower()] = counts.get(word.lower(), 0) + 1
    return counts


def write_table(rows, file):
    for row in rows:
        file.write("\t".join(str(cell) for cell in row))


def copy_upper(source, target):
    target.write(source.readline().upper())


def header(file):
    return file.readline()


def with_resource(resource, use):
    opened = resource.__enter__()
    result = use(opened)
    resource.__exit__(None, None, None)
    return result


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
    return [coroutine.send(message) for message in messages]


def index_of(sequence, item):
    for i in range(len(sequence)):
        if sequence[i] == item:
            return i
    return None
