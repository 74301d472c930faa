"""Accounts, animals, shapes."""

import abc
import math


class Account:
    """A bank account."""

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance

    def deposit(self, amount):
        """Put money in."""
        self.balance += amount

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("insufficient funds")
        self.balance -= amount

    def describe(self):
        return f"{self.owner}: {self.balance}"


class Savings(Account):
    def __init__(self, owner, balance=0, rate=0.02):
        super().__init__(owner, balance)
        self.rate = rate

    def add_interest(self):
        self.deposit(self.balance * self.rate)

    def describe(self):
        return "savings of " + super().describe()


class Circle:
    def __init__(self, radius):
        self.radius = radius

    @property
    def area(self):
        return math.pi * self.radius**2


class Temperature:
    def __init__(self, celsius):
        self._celsius = celsius

    @property
    def celsius(self):
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        if value < -273.15:
            raise ValueError("below absolute zero")
        self._celsius = value

    @celsius.deleter
    def celsius(self):
        self._celsius = None

    @property
    def fahrenheit(self):
        return self._celsius * 9 / 5 + 32

    @classmethod
    def from_fahrenheit(cls, value):
        return cls((value - 32) * 5 / 9)

    @staticmethod
    def to_kelvin(celsius):
        return celsius + 273.15


class Counter:
    instances = 0
    step = 1

    def __init__(self):
        type(self).instances += 1
        self.value = 0

    def tick(self):
        self.value += self.step
        return self


class Animal:
    def __init__(self, name):
        self.name = name

    def sound(self):
        raise NotImplementedError("a subclass says it")

    def speak(self):
        return f"{self.name} says {self.sound()}"


class Dog(Animal):
    def sound(self):
        return "woof"


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self):
        pass

    @property
    @abc.abstractmethod
    def name(self):
        pass


class Positive:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        return self if instance is None else instance.__dict__[self.name]

    def __set__(self, instance, value):
        if value <= 0:
            raise ValueError(f"{self.name} must be positive")
        instance.__dict__[self.name] = value


class Rectangle(Shape):
    width = Positive()
    height = Positive()
    name = "rectangle"

    def __init__(self, width, height):
        self.width = width
        self.height = height

    def area(self):
        return self.width * self.height


class Square(Rectangle):
    name = "square"

    def __init__(self, side):
        super().__init__(side, side)

    @classmethod
    def unit(cls):
        return cls(1)

    @property
    def width(self):
        return self._side

    @width.setter
    def width(self, value):
        self._side = value

    height = width


class Employee:
    def __init__(self, name, salary):
        self.name = name
        self.salary = salary
        self.__salary_code = 17

    def cost(self):
        return self.salary


class Manager(Employee):
    def __init__(self, name, salary, team=None):
        super().__init__(name, salary)
        self.team = team if team is not None else []

    def total(self):
        return self.cost() + sum(member.cost() for member in self.team)


class Point3:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z


class Singleton:
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance


class Registry:
    known = {}

    def __init_subclass__(cls, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        Registry.known[key] = cls


class CsvRegistry(Registry, key="csv"):
    pass


class JsonRegistry(Registry, key="json"):
    pass


def make_adder_class(n):
    def add(self, x):
        return x + n

    return type(f"Adder{n}", (), {"add": add})
