import dataclasses

import pytest
from values_records import (
    Color,
    Level,
    Money,
    Order,
    Permission,
    Point,
    Student,
    Suit,
    Version,
    allowed,
    best,
    count_colors,
    latest,
    midpoint,
    mix,
    parse_color,
    report,
)


class TestNamedTuples:
    def test_fields_of_the_result(self):
        middle = midpoint(Point(0, 0), Point(2, 4))
        assert middle.x == 1
        assert middle.y == 2

    def test_equal_to_a_tuple(self):
        assert midpoint(Point(0, 0), Point(2, 4)) == (1, 2)

    def test_unpack(self):
        x, y = Point(3, y=4)
        assert (x, y) == (3, 4)

    def test_replace(self):
        assert Point(1, 2)._replace(x=5) == Point(5, 2)

    def test_asdict_and_fields(self):
        assert Point(1, 2)._asdict() == {"x": 1, "y": 2}
        assert Point._fields == ("x", "y")

    def test_default(self):
        assert Student("Ann") == Student("Ann", 0)

    def test_best(self):
        assert best([Student("Zoe", 1), Student("Ann", 3)]).name == "Ann"

    def test_repr(self):
        assert repr(Point(1, 2)) == "Point(x=1, y=2)"


class TestDataclasses:
    def test_equality(self):
        assert Version(1, 2) == Version(1, 2)
        assert Version(1, 2) != Version(1, 3)

    def test_order(self):
        assert Version(1, 9) < Version(2)
        assert sorted([Version(2), Version(1, 5)]) == [Version(1, 5), Version(2)]

    def test_latest(self):
        assert latest([Version(1, 2), Version(3, 0), Version(2, 9)]) == Version(3, 0)

    def test_repr(self):
        assert repr(Version(1)) == "Version(major=1, minor=0)"

    def test_frozen(self):
        with pytest.raises(dataclasses.FrozenInstanceError):
            Money(5).amount = 6

    def test_frozen_is_hashable(self):
        assert len({Money(5), Money(5), Money(6)}) == 2

    def test_addition_gives_a_new_object(self):
        a, b = Money(5), Money(7)
        assert a + b == Money(12)
        assert a == Money(5)

    def test_different_currencies(self):
        with pytest.raises(ValueError, match="currencies"):
            Money(1) + Money(1, "USD")

    def test_asdict(self):
        order = Order(1)
        order.add("tea", 3)
        assert dataclasses.asdict(order) == {"number": 1, "lines": [("tea", 3)], "total": {"amount": 3, "currency": "EUR"}}

    def test_field_names(self):
        assert [f.name for f in dataclasses.fields(Order)] == ["number", "lines", "total"]

    def test_default_list_is_not_shared(self):
        first, second = Order(1), Order(2)
        first.add("tea", 3)
        assert second.lines == []

    def test_is_dataclass(self):
        assert dataclasses.is_dataclass(Money)


class TestEnums:
    def test_member(self):
        assert mix(Color.RED, Color.BLUE) is Color.GREEN

    def test_name_and_value(self):
        assert (Color.GREEN.name, Color.GREEN.value) == ("GREEN", 2)

    def test_by_value_and_name(self):
        assert Color(3) is Color.BLUE
        assert Color["RED"] is Color.RED

    def test_iteration(self):
        assert [color.name for color in Color] == ["RED", "GREEN", "BLUE"]
        assert len(Color) == 3

    def test_members_as_keys(self):
        assert count_colors([Color.RED, Color.RED]) == {Color.RED: 2, Color.GREEN: 0, Color.BLUE: 0}

    def test_property(self):
        assert Color.BLUE.initial == "B"

    def test_parse(self):
        assert parse_color("green") == Color.GREEN
        with pytest.raises(ValueError, match="mauve is no color"):
            parse_color("mauve")

    def test_int_enum(self):
        assert Level.HIGH > Level.LOW
        assert Level.HIGH + 1 == 4

    def test_flags(self):
        assert allowed(Permission.READ | Permission.WRITE)
        assert not allowed(Permission.READ)

    def test_string_enum(self):
        assert Suit.HEARTS == "hearts"
        assert Suit("spades") is Suit.SPADES


def test_nested_report():
    order = Order(7)
    order.add("tea", 3)
    order.add("milk", 2)
    assert report([order]) == {"orders": [{"number": 7, "names": ("tea", "milk")}], "totals": {7: Money(5)}}
