"""Classes: attributes, properties, class and static methods, inheritance, abstract classes."""

import abc
import inspect

import classes_basics
import pytest
from classes_basics import (
    Account,
    Animal,
    Circle,
    Counter,
    Dog,
    Employee,
    Manager,
    Point3,
    Positive,
    Rectangle,
    Registry,
    Savings,
    Shape,
    Singleton,
    Square,
    Temperature,
    make_adder_class,
)


def test_attributes_after_init():
    account = Account("ann", 10)
    assert account.owner == "ann"
    assert account.balance == 10


def test_default_argument():
    assert Account("bob").balance == 0


def test_deposit_changes_the_balance():
    account = Account("ann")
    account.deposit(5)
    account.deposit(amount=2.5)
    assert account.balance == pytest.approx(7.5)


def test_withdraw_too_much():
    account = Account("ann", 1)
    with pytest.raises(ValueError, match="insufficient"):
        account.withdraw(2)
    assert account.balance == 1


def test_attribute_can_be_set_from_outside():
    account = Account("ann")
    account.owner = "eve"
    assert account.describe() == "eve: 0"


def test_missing_attribute():
    with pytest.raises(AttributeError):
        Account("ann").colour


def test_new_attribute_of_an_instance():
    account = Account("ann")
    account.note = [1, 2]
    assert account.note == [1, 2]
    assert not hasattr(Account("bob"), "note")


def test_property_reads():
    assert Circle(2).area == pytest.approx(12.566370614359172)


def test_property_is_read_only():
    with pytest.raises(AttributeError):
        Circle(1).area = 3


def test_property_setter_validates():
    t = Temperature(20)
    t.celsius = 30
    assert t.fahrenheit == 86
    with pytest.raises(ValueError):
        t.celsius = -300


def test_property_is_a_property():
    assert isinstance(Circle.area, property)
    assert isinstance(inspect.getattr_static(Temperature, "celsius"), property)


def test_property_deleter():
    t = Temperature(20)
    del t.celsius
    assert t.celsius is None


def test_classmethod_constructor():
    t = Temperature.from_fahrenheit(212)
    assert isinstance(t, Temperature)
    assert t.celsius == 100


def test_staticmethod_on_class_and_instance():
    assert Temperature.to_kelvin(0) == 273.15
    assert Temperature(5).to_kelvin(1) == 274.15


def test_classmethod_of_a_subclass_gives_the_subclass():
    class_name = type(Square.unit()).__name__
    assert class_name == "Square"
    assert isinstance(Square.unit(), Square)


def test_class_attribute_counts_instances():
    before = Counter.instances
    Counter()
    Counter()
    assert Counter.instances == before + 2


def test_class_attribute_set_on_the_class():
    a = Counter()
    Counter.step = 10
    try:
        a.tick()
    finally:
        Counter.step = 1
    assert a.value == 10


def test_class_attribute_shadowed_by_an_instance():
    a, b = Counter(), Counter()
    a.step = 5
    a.tick()
    b.tick()
    assert (a.value, b.value) == (5, 1)


def test_inheritance_and_super():
    dog = Dog("rex")
    assert dog.speak() == "rex says woof"
    assert isinstance(dog, Animal)


def test_issubclass():
    assert issubclass(Dog, Animal)
    assert not issubclass(Animal, Dog)
    assert issubclass(Square, Rectangle) and issubclass(Square, Shape)


def test_base_class_method_raises():
    with pytest.raises(NotImplementedError):
        Animal("x").sound()


def test_exact_type():
    assert type(Dog("a")) is Dog
    assert type(Dog("a")) is not Animal


def test_type_of_two_objects_is_the_same():
    assert type(Dog("a")) is type(Dog("b"))
    assert type(Dog("a")) != type(Animal("b"))


def test_dunder_class():
    assert Dog("a").__class__ is Dog
    assert Dog("a").__class__.__name__ == "Dog"


def test_bases_and_mro():
    assert Animal in Dog.__mro__
    assert Dog.__bases__ == (Animal,)


def test_abstract_class_cannot_be_made():
    with pytest.raises(TypeError):
        Shape()


def test_abstract_methods_are_marked():
    assert inspect.isabstract(Shape)
    assert Shape.__abstractmethods__ == frozenset({"area", "name"})


def test_shape_is_an_abc():
    assert issubclass(Shape, abc.ABC)
    assert isinstance(Shape, abc.ABCMeta)


@pytest.mark.parametrize("shape, area", [("Square", 9), ("Rectangle", 6)])
def test_polymorphism_by_name(shape, area):
    cls = getattr(classes_basics, shape)
    assert cls(*((3,) if shape == "Square" else (2, 3))).area() == area


def test_polymorphism_over_a_list():
    shapes = [Square(2), Rectangle(1, 5)]
    assert [shape.area() for shape in shapes] == [4, 5]
    assert sum(shape.area() for shape in shapes) == 9


def test_setter_of_a_square_keeps_it_square():
    square = Square(2)
    square.width = 5
    assert square.height == 5
    assert square.area() == 25


def test_method_chaining():
    assert Counter().tick().tick().tick().value == 3


def test_bound_method_kept_for_later():
    counter = Counter()
    tick = counter.tick
    tick()
    tick()
    assert counter.value == 2


def test_unbound_method_called_with_an_instance():
    counter = Counter()
    Counter.tick(counter)
    assert counter.value == 1


def test_savings_override_and_super():
    savings = Savings("ann", 100, rate=0.1)
    savings.add_interest()
    assert savings.balance == pytest.approx(110)
    assert savings.describe().startswith("savings of ann")


def test_isinstance_with_a_tuple():
    assert isinstance(Savings("a"), (int, Account))
    assert not isinstance(Account("a"), (Savings, str))


def test_manager_knows_employees():
    a, b = Employee("a", 1), Employee("b", 2)
    boss = Manager("c", 3, [a, b])
    assert boss.team[0] is a
    assert b in boss.team
    assert boss.total() == 6


def test_change_of_a_team_member_is_seen():
    a = Employee("a", 1)
    boss = Manager("c", 3, [a])
    a.salary = 10
    assert boss.total() == 13


def test_team_list_is_appended_from_outside():
    boss = Manager("c", 3, [])
    boss.team.append(Employee("z", 7))
    assert boss.total() == 10
    assert len(boss.team) == 1


def test_managers_do_not_share_the_default_team():
    a = Manager("a", 1)
    a.team.append(Employee("b", 1))
    assert Manager("c", 1).team == []


def test_private_name_is_mangled():
    employee = Employee("a", 1)
    assert not hasattr(employee, "__salary_code")
    assert employee._Employee__salary_code == 17


def test_slots_refuse_new_attributes():
    p = Point3(1, 2, 3)
    with pytest.raises(AttributeError):
        p.w = 4
    assert not hasattr(p, "__dict__")


def test_descriptor_validates():
    with pytest.raises(ValueError, match="width"):
        Rectangle(-1, 2)
    with pytest.raises(ValueError):
        Rectangle(1, 2).height = 0


def test_descriptor_on_the_class():
    assert isinstance(Rectangle.__dict__["width"], Positive)


def test_singleton():
    assert Singleton() is Singleton()


def test_init_subclass_registers():
    assert set(Registry.known) == {"csv", "json"}
    assert Registry.known["csv"].__name__ == "CsvRegistry"


def test_class_made_by_a_function():
    Adder = make_adder_class(3)
    assert Adder().add(4) == 7
    assert Adder.__name__ == "Adder3"


def test_instance_dict():
    assert vars(Account("ann", 3)) == {"owner": "ann", "balance": 3}
    assert Account("ann", 3).__dict__["owner"] == "ann"


def test_setattr_and_getattr_by_name():
    account = Account("ann")
    for name, value in {"owner": "bob", "balance": 3}.items():
        setattr(account, name, value)
    assert getattr(account, "balance") == 3
    delattr(account, "owner")
    assert getattr(account, "owner", "nobody") == "nobody"


def test_class_docstring():
    assert Account.__doc__ and "account" in Account.__doc__.lower()
    assert Account.deposit.__doc__ is not None


def test_method_list():
    methods = [name for name, _ in inspect.getmembers(Account, inspect.isfunction)]
    assert {"deposit", "withdraw", "describe"} <= set(methods)
