from collections import Counter, OrderedDict, defaultdict


def update_in_place(d, key, value):
    d[key] = value


def merge_dicts(a, b):
    return {**a, **b}


def invert(d):
    result = {}
    for key, value in d.items():
        result.setdefault(value, []).append(key)
    return result


def count_words(text):
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def char_count(text):
    return Counter(text)


def by_first_letter(words):
    result = defaultdict(list)
    for word in words:
        result[word[0]].append(word)
    return result


def ordered(pairs):
    return OrderedDict(pairs)


def unique_chars(text):
    return set(text)


def common(a, b):
    return a & b


def in_place_union(a, b):
    a |= b


def remove_short(words, least):
    for word in list(words):
        if len(word) < least:
            words.discard(word)


def memo_fib(n, memo):
    if n < 2:
        return n
    if n not in memo:
        memo[n] = memo_fib(n - 1, memo) + memo_fib(n - 2, memo)
    return memo[n]


def nested_update(d, changes):
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(d.get(key), dict):
            nested_update(d[key], value)
        else:
            d[key] = value


def default_config():
    return {"lr": 0.01, "layers": [64, 32]}


def anagrams(words):
    groups = defaultdict(list)
    for word in words:
        groups["".join(sorted(word))].append(word)
    return list(groups.values())


def group_by_parity(numbers):
    groups = {"even": [], "odd": []}
    for n in numbers:
        groups["odd" if n % 2 else "even"].append(n)
    return groups


def most_common_word(text):
    return Counter(text.split()).most_common(1)[0][0]


def top(scores, n):
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:n]


def clean(d):
    return {key: value for key, value in d.items() if value is not None}


def add_to(table, key, value):
    if key not in table:
        table[key] = []
    table[key].append(value)


class Inventory:
    def __init__(self):
        self.stock = {}

    def add(self, name, n):
        self.stock[name] = self.stock.get(name, 0) + n

    def count(self, name):
        return self.stock.get(name, 0)

    def names(self):
        return self.stock.keys()

    def report(self):
        return dict(self.stock)


class Gradebook:
    def __init__(self):
        self.grades = {}

    def add(self, name, grade):
        self.grades.setdefault(name, []).append(grade)

    def average(self, name):
        return sum(self.grades[name]) / len(self.grades[name])

    def students(self):
        return sorted(self.grades)


class Cache:
    def __init__(self, size):
        self.size = size
        self.data = OrderedDict()

    def get(self, key):
        if key not in self.data:
            return None
        self.data.move_to_end(key)
        return self.data[key]

    def put(self, key, value):
        self.data[key] = value
        self.data.move_to_end(key)
        if len(self.data) > self.size:
            self.data.popitem(last=False)
