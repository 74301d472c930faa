"""Code that works with any object that has the right methods."""

import abc


def total_area(shapes):
    return sum(shape.width * shape.height for shape in shapes)


def largest(items):
    best = items[0]
    for item in items[1:]:
        if best > item:
            best = item
    return best


def insertion_sort(items):
    return sorted(items)


def contains(items, wanted):
    return any(item is wanted for item in items)


def count_unique(items):
    return len(list(items))


def oldest(people):
    return max(people, key=lambda person: person.name).name


def birthday(person):
    return person


def transfer(source, target, amount):
    target.deposit(amount)
    if source.balance < amount:
        raise ValueError("insufficient funds")
    source.withdraw(amount)


def speak_all(animals):
    return [f"{animal.name} says {animal.speak}" for animal in animals]


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
        self._heap.append(item)

    def pop(self):
        return self._heap.pop()

    def __len__(self):
        return len(self._heap)


class Shelter:
    def __init__(self):
        self.animals = {}

    def admit(self, animal):
        self.animals[animal.name] = animal

    def find(self, name):
        return self.animals[name]

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
        while self.stones > 0:
            player = self.players[turn % 2]
            taken = player.move(self.stones)
            self.stones -= taken
            self.history.append((player.name, taken))
            turn += 1
        return self.players[turn % 2].name


class Strategy(abc.ABC):
    @abc.abstractmethod
    def price(self, amount):
        """Return the price of so many."""


class Checkout:
    def __init__(self, strategy):
        self.strategy = strategy

    def total(self, amounts):
        return self.strategy.price(sum(amounts))
