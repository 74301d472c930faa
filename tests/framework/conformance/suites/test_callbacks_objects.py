from dataclasses import dataclass, field
from functools import total_ordering

import pytest
from callbacks_objects import (
    Checkout,
    Game,
    PriorityQueue,
    Shelter,
    Strategy,
    add_all,
    birthday,
    contains,
    count_unique,
    describe,
    insertion_sort,
    largest,
    make,
    oldest,
    speak_all,
    total_area,
    transfer,
)


@dataclass
class Person:
    name: str
    age: int


@total_ordering
class Card:
    def __init__(self, rank):
        self.rank = rank

    def __eq__(self, other):
        return self.rank == other.rank

    def __lt__(self, other):
        return self.rank < other.rank

    def __hash__(self):
        return hash(self.rank)


class Rectangle:
    def __init__(self, width, height):
        self.width, self.height = width, height

    def area(self):
        return self.width * self.height


class Circle:
    def area(self):
        return 3


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        self.balance -= amount


class Dog:
    def __init__(self, name):
        self.name = name
        self.meals = []

    def speak(self):
        return "Woof"

    def eat(self, food):
        self.meals.append(food)


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)


class Player:
    def __init__(self, name, moves):
        self.name = name
        self.moves = iter(moves)
        self.seen = []

    def move(self, stones):
        self.seen.append(stones)
        return next(self.moves)


def test_area_of_mixed_shapes():
    assert total_area([Rectangle(2, 3), Circle()]) == 9


def test_largest_uses_comparison_of_the_suite():
    assert largest([Card(3), Card(9), Card(5)]).rank == 9


def test_largest_returns_the_same_object():
    cards = [Card(1), Card(2)]
    assert largest(cards) is cards[1]


def test_insertion_sort_of_objects_in_place():
    cards = [Card(3), Card(1), Card(2)]
    assert insertion_sort(cards) is None
    assert [card.rank for card in cards] == [1, 2, 3]


def test_contains_compares_with_eq():
    assert contains([Card(1), Card(2)], Card(2))
    assert not contains([Card(1)], Card(3))


def test_set_of_objects_uses_hash_and_eq():
    assert count_unique([Card(1), Card(2), Card(1)]) == 2


def test_oldest_of_dataclass_instances():
    assert oldest([Person("Ann", 30), Person("Bob", 25)]) == "Ann"


def test_birthday_changes_the_instance():
    ann = Person("Ann", 30)
    birthday(ann)
    assert ann == Person("Ann", 31)


def test_birthday_returns_the_very_instance():
    ann = Person("Ann", 30)
    assert birthday(ann) is ann


def test_transfer():
    a, b = Account(10), Account(0)
    transfer(a, b, 4)
    assert (a.balance, b.balance) == (6, 4)


def test_transfer_without_funds_changes_nothing():
    a, b = Account(1), Account(0)
    with pytest.raises(ValueError, match="insufficient"):
        transfer(a, b, 4)
    assert (a.balance, b.balance) == (1, 0)


def test_transfer_with_a_spy_subclass():
    class Spy(Account):
        def __init__(self, balance):
            super().__init__(balance)
            self.withdrawn = []

        def withdraw(self, amount):
            self.withdrawn.append(amount)
            super().withdraw(amount)

    spy = Spy(5)
    transfer(spy, Account(0), 2)
    assert spy.withdrawn == [2]
    assert spy.balance == 3


def test_speak_all():
    class Cat(Dog):
        def speak(self):
            return "Meow"

    assert speak_all([Dog("Rex"), Cat("Tom")]) == ["Rex says Woof", "Tom says Meow"]


def test_class_as_a_factory():
    cards = make(Card, 3)
    assert all(isinstance(card, Card) for card in cards)
    assert [card.rank for card in cards] == [0, 1, 2]


def test_dataclass_with_default_factory():
    @dataclass
    class Box:
        size: int
        items: list = field(default_factory=list)

    boxes = make(Box, 2)
    assert boxes == [Box(0, []), Box(1, [])]
    assert boxes[0].items is not boxes[1].items


def test_add_all_uses_the_operator_of_the_suite():
    result = add_all([Vector(1, 2), Vector(3, 4)], Vector(0, 0))
    assert (result.x, result.y) == (4, 6)


def test_describe_uses_str_repr_and_len():
    class Bag:
        def __str__(self):
            return "bag"

        def __repr__(self):
            return "Bag()"

        def __len__(self):
            return 3

    assert describe(Bag()) == "<bag> Bag() 3"


def test_priority_queue_of_objects():
    queue = PriorityQueue()
    for rank in (5, 1, 3):
        queue.push(Card(rank))
    assert [queue.pop().rank for _ in range(len(queue))] == [1, 3, 5]


def test_priority_queue_of_tuples():
    queue = PriorityQueue()
    for entry in [(2, "b"), (1, "c"), (1, "a")]:
        queue.push(entry)
    assert queue.pop() == (1, "a")


def test_shelter_gives_back_the_same_animal():
    shelter, rex = Shelter(), Dog("Rex")
    shelter.admit(rex)
    assert shelter.find("Rex") is rex


def test_shelter_without_the_animal():
    assert Shelter().find("Rex") is None


def test_feeding_reaches_the_animals_of_the_suite():
    shelter, rex, bo = Shelter(), Dog("Rex"), Dog("Bo")
    shelter.admit(rex)
    shelter.admit(bo)
    shelter.feed_all("bone")
    assert rex.meals == bo.meals == ["bone"]


def test_game_between_two_players_of_the_suite():
    ann, bob = Player("Ann", [3, 1]), Player("Bob", [2, 1])
    game = Game(ann, bob)
    assert game.play() == "Bob"
    assert ann.seen == [7, 2]
    assert game.history == [("Ann", 3), ("Bob", 2), ("Ann", 1), ("Bob", 1)]


def test_game_refuses_wrong_moves():
    with pytest.raises(ValueError, match="Ann took 4"):
        Game(Player("Ann", [4]), Player("Bob", [])).play()


def test_strategy_subclass_of_the_suite():
    class Discount(Strategy):
        def price(self, amount):
            return amount * 2 if amount > 1 else 5

    assert Checkout(Discount()).total([1, 3]) == 11


def test_strategy_is_abstract():
    with pytest.raises(TypeError):
        Strategy()
