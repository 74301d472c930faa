"""Code that works with any object that has the right methods."""

import abc
import heapq


def total_area(shapes):
    return sum(shape.area() for shape in shapes)


def largest(items):
    best = items[0]
    for item in items[1:]:
        if item > best:
            best = item
    return best


def insertion_sort(items):
    for i in range(1, len(items)):
        j = i
        while j > 0 and items[j] < items[j - 1]:
            items[j], items[j - 1] = items[j - 1], items[j]
            j -= 1


def contains(items, wanted):
    return any(item == wanted for item in items)


def count_unique(items):
    return len(set(items))


def oldest(people):
    return max(people, key=lambda person: person.age).name


def birthday(person):
    person.age += 1
    return person


def transfer(source, target, amount):
    if source.balance < amount:
        raise ValueError("insufficient funds")
    source.withdraw(amount)
    target.deposit(amount)


def speak_all(animals):
    return [f"{animal.name} says {animal.speak()}" for animal in animals]


def make(factory, n):
    return [factory(i) for i in range(n)]


def add_all(vectors, start):
    result = start
    for vector in vectors:
        result = result + vector
    return result


def describe(thing):
    return f"<{thing}> {thing!r} {len(thing)}"


class PriorityQueue:
    def __init__(self):
        self._heap = []

    def push(self, item):
        heapq.heappush(self._heap, item)

    def pop(self):
        return heapq.heappop(self._heap)

    def __len__(self):
        return len(self._heap)


class Shelter:
    def __init__(self):
        self.animals = {}

    def admit(self, animal):
        self.animals[animal.name] = animal

    def find(self, name):
        return self.animals.get(name)

    def feed_all(self, food):
        for animal in self.animals.values():
            animal.eat(food)


class Game:
    """Two players, each with a method move(board); returns the winner's name."""

    def __init__(self, first, second, stones=7):
        self.players = [first, second]
        self.stones = stones
        self.history = []

    def play(self):
        turn = 0
        while self.stones:
            player = self.players[turn % 2]
            taken = player.move(self.stones)
            if not 1 <= taken <= min(3, self.stones):
                raise ValueError(f"{player.name} took {taken}")
            self.stones -= taken
            self.history.append((player.name, taken))
            turn += 1
        return self.players[(turn - 1) % 2].name


class Strategy(abc.ABC):
    @abc.abstractmethod
    def price(self, amount):
        """Return the price of so many."""


class Checkout:
    def __init__(self, strategy):
        self.strategy = strategy

    def total(self, amounts):
        return sum(self.strategy.price(amount) for amount in amounts)
