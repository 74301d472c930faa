"""Accounts, animals, shapes."""

import abc
import math


class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self._limit = 0

    def deposit(self, amount):

        self.balance += amount

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("no money")
        self.balance -= amount

    def describe(self):
        return f"{self.owner}, {self.balance}"


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

    def __init__(self, radius):
        self.radius = radius
        self.area = math.pi * radius**2


class Temperature:
    def __init__(self, celsius):
        self._celsius = celsius

    @property
    def celsius(self):
        return self._celsius

    @celsius.setter
    def celsius(self, value):

        self._celsius = value

    @property
    def fahrenheit(self):
        return self._celsius * 9 / 5 + 32

    @classmethod
    def from_fahrenheit(cls, value):
        return (value - 32) * 5 / 9

    def to_kelvin(celsius):
        return celsius + 273.15


class Counter:
    instances = 0
    step = 1

    def __init__(self):
        self.instances += 1
        self.value = 0

    def tick(self):
        self.value += 1


class Animal:
    def __init__(self, name):
        self.name = name

    def sound(self):
        return ""

    def speak(self):
        return f"{self.name} says {self.sound()}"


class Dog:
    def __init__(self, name):
        self.name = name

    def speak(self):
        return f"{self.name} says {self.sound()}"

    def sound(self):
        return "woof"


class Shape:
    def area(self):
        pass

    @property
    def name(self):
        pass


class Positive:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        return self if instance is None else instance.__dict__[self.name]

    def __set__(self, instance, value):

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
        return Rectangle(1, 1)

    @property
    def width(self):
        return self._side

    @width.setter
    def width(self, value):
        self._side = value

    height = Positive()


class Employee:
    def __init__(self, name, salary):
        self.name = name
        self.salary = salary
        self._salary_code = 17

    def cost(self):
        return self.salary


class Manager(Employee):
    def __init__(self, name, salary, team=[]):
        super().__init__(name, salary)
        self.team = team if team is not None else []

    def total(self):
        return self.cost() + sum(member.cost() for member in self.team)


class Point3:
    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z


class Singleton:
    _instance = None

    def __new__(cls):
        return super().__new__(cls)


class Registry:
    known = {}

    def __init_subclass__(cls, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.known = {key: cls}


class CsvRegistry(Registry, key="csv"):
    pass


class JsonRegistry(Registry, key="json"):
    pass


def make_adder_class(n):
    class Adder:
        def add(self, x):
            return x + n

    return Adder
