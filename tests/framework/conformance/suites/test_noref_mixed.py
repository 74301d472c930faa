"""A bit of everything, for an assignment that has no reference solution."""

import inspect

import noref_mixed as work
import pytest
from noref_mixed import (
    Bag,
    Colour,
    Money,
    Node,
    Point,
    Vector,
    LIMIT,
    Overdrawn,
    Stack,
    Temperature,
    count_words,
    fibonacci,
    mean,
    sort_in_place,
    withdraw,
)


def test_function():
    assert mean([1, 2, 3]) == 2


def test_function_with_keyword():
    assert mean(values=[4], default=0) == 4
    assert mean([], default=7) == 7


def test_constant():
    assert LIMIT == 5
    assert work.NAMES == ["a", "b"]


def test_list_in_place():
    values = [3, 1, 2]
    sort_in_place(values)
    assert values == [1, 2, 3]


def test_dict_result():
    assert count_words("a b a") == {"a": 2, "b": 1}


def test_operators():
    assert Vector(1, 2) + Vector(3, 4) == Vector(4, 6)
    assert 2 * Vector(1, 2) == Vector(2, 4)
    assert -Vector(1, 2) == Vector(-1, -2)


def test_inequality():
    assert Vector(1, 2) != Vector(1, 3)


def test_in_place_operator():
    v = Vector(1, 2)
    v += Vector(1, 1)
    assert (v.x, v.y) == (2, 3)


def test_comparison():
    assert Money(1) < Money(2)
    assert Money(2) >= Money(2)
    assert sorted([Money(3), Money(1)])[0].amount == 1


def test_membership():
    assert "a" in Bag("abc")
    assert "z" not in Bag("abc")


def test_length_and_truth():
    assert len(Bag("abc")) == 3
    assert not Bag("")


def test_iteration():
    assert [x for x in Bag("abc")] == ["a", "b", "c"]


def test_index_and_assignment():
    bag = Bag("abc")
    assert bag[0] == "a"
    bag[1] = "x"
    assert list(bag) == ["a", "x", "c"]
    del bag[0]
    assert list(bag) == ["x", "c"]


def test_call_operator():
    assert Bag("abc")("b") == 1


def test_iteration_by_getitem():
    assert list(work.Old()) == [0, 10, 20]
    assert 10 in work.Old()


def test_no_membership():
    with pytest.raises(TypeError):
        3 in Money(3)


def test_not_iterable():
    with pytest.raises(TypeError):
        list(Money(3))


def test_no_length():
    with pytest.raises(TypeError):
        len(Money(3))


def test_no_addition():
    with pytest.raises(TypeError):
        Money(3) + Money(4)


def test_not_callable():
    with pytest.raises(TypeError):
        Money(3)()


def test_context_manager():
    with work.Gate() as gate:
        assert gate.open
    assert not gate.open


def test_repr_and_str():
    assert repr(Vector(1, 2)) == "Vector(1, 2)"
    assert str(Money(3)) == "3 EUR"


def test_hash():
    assert len({Point(1, 2), Point(1, 2)}) == 1


def test_dataclass():
    assert Point(1, 2) == Point(1, 2)
    assert repr(Point(1, 2)) == "Point(x=1, y=2)"


def test_enum():
    assert Colour.RED.value == 1
    assert Colour(2) is Colour.GREEN


def test_property():
    t = Temperature(100)
    assert t.fahrenheit == 212
    t.celsius = 0
    assert t.fahrenheit == 32


def test_classmethod_and_staticmethod():
    assert Temperature.boiling().celsius == 100
    assert Temperature.valid(-300) is False


def test_inheritance():
    assert isinstance(Overdrawn(1), ValueError)
    assert issubclass(Overdrawn, ValueError)


def test_exception():
    with pytest.raises(Overdrawn) as caught:
        withdraw(1, 5)
    assert caught.value.missing == 4


def test_exception_except():
    try:
        withdraw(1, 5)
    except Overdrawn as error:
        assert error.missing == 4
    else:
        pytest.fail("not raised")


def test_generator():
    numbers = fibonacci()
    assert [next(numbers) for _ in range(6)] == [0, 1, 1, 2, 3, 5]


def test_linked_nodes():
    head = Node(1, Node(2))
    assert head.next.value == 2
    head.next.next = Node(3)
    assert head.total() == 6


def test_stack_list():
    stack = Stack()
    stack.push("a")
    stack.items.append("b")
    assert stack.pop() == "b"


def test_hasattr():
    assert hasattr(work, "mean")
    assert not hasattr(work, "median")


def test_missing_name():
    with pytest.raises(AttributeError):
        work.median([1])


def test_optional_name():
    assert getattr(work, "median", None) is None


def test_signature():
    assert list(inspect.signature(mean).parameters) == ["values", "default"]


def test_docstring():
    assert mean.__doc__ == "The mean."


def test_name_of_class():
    assert type(Vector(1, 2)).__name__ == "Vector"


def test_nested_function_result():
    add = work.adder(3)
    assert add(4) == 7
    assert callable(add)


def test_function_of_the_suite_is_handed_in():
    assert work.apply(lambda x: x + 1, [1, 2]) == [2, 3]


def test_isinstance():
    assert isinstance(Vector(1, 2), Vector)
    assert not isinstance(Vector(1, 2), Money)
