"""Dataclasses, enums, named tuples and other classes that hold data."""

import dataclasses
import enum
import json
from collections import namedtuple
from dataclasses import FrozenInstanceError, asdict, astuple, fields, is_dataclass, replace

import classes_data
import pytest
from classes_data import (
    Card,
    Colour,
    Config,
    Deck,
    Drawing,
    Header,
    Inventory,
    Item,
    Parser,
    Permission,
    Person,
    Planet,
    Point,
    Priority,
    Segment,
    Student,
    Suit,
    Token,
    area_code,
    bounding_box,
    centroid,
    highest,
    mean_grade,
    next_colour,
    parse_point,
    stats,
    to_json,
)


def test_dataclass_is_one():
    assert is_dataclass(Point)
    assert is_dataclass(Point(1, 2))


def test_dataclass_fields():
    assert [field.name for field in fields(Item)] == ["name", "price", "tags"]


def test_dataclass_equality():
    assert Point(1, 2) == Point(1, 2)
    assert Point(1, 2) != Point(2, 1)


def test_dataclass_repr():
    assert repr(Point(1, 2)) == "Point(x=1, y=2)"


def test_dataclass_asdict_and_astuple():
    item = Item("pen", 1.5, ["blue"])
    assert asdict(item) == {"name": "pen", "price": 1.5, "tags": ["blue"]}
    assert astuple(item) == ("pen", 1.5, ["blue"])


def test_dataclass_asdict_of_nested():
    segment = Segment(Point(0, 0), Point(1, 1))
    assert asdict(segment) == {"start": {"x": 0, "y": 0}, "end": {"x": 1, "y": 1}}


def test_dataclass_replace():
    assert replace(Point(1, 2), y=5) == Point(1, 5)


def test_dataclass_default_factory_is_fresh():
    a, b = Item("a", 1), Item("b", 1)
    a.tags.append("x")
    assert b.tags == []


def test_dataclass_attribute_assignment():
    p = Point(1, 2)
    p.x = 10
    assert p == Point(10, 2)


def test_frozen_dataclass():
    config = Config(lr=0.1)
    with pytest.raises(FrozenInstanceError):
        config.lr = 1.0
    assert config.lr == 0.1


def test_frozen_dataclass_is_hashable():
    assert len({Config(lr=0.1), Config(lr=0.1), Config(lr=0.2)}) == 2


def test_dataclass_post_init():
    with pytest.raises(ValueError, match="epochs"):
        Config(lr=0.1, epochs=-1)


def test_dataclass_missing_argument():
    with pytest.raises(TypeError):
        Point(1)


def test_dataclass_order():
    cards = [Card(9, "hearts"), Card(2, "spades"), Card(9, "clubs")]
    assert sorted(cards)[0].rank == 2
    assert max(cards) == Card(9, "hearts")


def test_dataclass_class_variable_is_no_field():
    assert Card.deck_size == 52
    assert "deck_size" not in {field.name for field in fields(Card)}


def test_dataclass_returned_in_a_list():
    deck = Deck.of_suit("clubs")
    assert len(deck.cards) == 13
    assert deck.cards[0] == Card(1, "clubs")
    assert Card(13, "clubs") in deck.cards


def test_deck_draw_removes():
    deck = Deck.of_suit("clubs")
    top = deck.draw()
    assert top == Card(13, "clubs")
    assert top not in deck.cards
    assert len(deck.cards) == 12


def test_dataclass_field_of_the_class():
    assert Point.__dataclass_fields__.keys() == {"x", "y"}
    assert dataclasses.fields(Config)[1].default == 10


def test_dataclass_match_args():
    match_args = Point.__match_args__
    assert match_args == ("x", "y")


def test_function_of_dataclasses():
    assert centroid([Point(0, 0), Point(2, 4)]) == Point(1, 2)


def test_function_returns_a_tuple_of_dataclasses():
    low, high = bounding_box([Point(3, 1), Point(0, 5)])
    assert (low, high) == (Point(0, 1), Point(3, 5))
    assert isinstance(low, Point)


def test_enum_members():
    assert Colour.RED.value == 1
    assert Colour.RED.name == "RED"
    assert Colour["GREEN"] is Colour.GREEN
    assert Colour(3) is Colour.BLUE


def test_enum_iteration_and_len():
    assert [colour.name for colour in Colour] == ["RED", "GREEN", "BLUE"]
    assert len(Colour) == 3


def test_enum_identity_of_a_result():
    assert next_colour(Colour.RED) is Colour.GREEN
    assert next_colour(Colour.BLUE) == Colour.RED


def test_enum_unknown_value():
    with pytest.raises(ValueError):
        Colour(99)


def test_enum_membership_and_type():
    assert Colour.RED in Colour
    assert isinstance(Colour.RED, Colour)
    assert issubclass(Colour, enum.Enum)


def test_enum_as_dict_key():
    names = {Colour.RED: "stop", Colour.GREEN: "go"}
    assert names[Colour(2)] == "go"


def test_enum_repr_and_str():
    assert str(Colour.RED) == "Colour.RED"
    assert repr(Colour.RED) == "<Colour.RED: 1>"


def test_enum_member_cannot_be_set():
    with pytest.raises(AttributeError):
        Colour.RED = 5


def test_intenum_compares_with_ints():
    assert Priority.HIGH > Priority.LOW
    assert Priority.HIGH == 3
    assert highest([Priority.LOW, Priority.HIGH]) is Priority.HIGH


def test_flag_combination():
    both = Permission.READ | Permission.WRITE
    assert Permission.READ in both
    assert Permission.EXECUTE not in both
    assert both.value == 3


def test_enum_with_methods():
    assert Planet.EARTH.weight(10) == pytest.approx(98.1, rel=1e-2)
    assert Planet.EARTH.mass < Planet.JUPITER.mass


def test_str_enum():
    assert Suit.HEARTS == "hearts"
    assert Suit("clubs") is Suit.CLUBS
    assert f"{Suit.HEARTS.value}!" == "hearts!"


def test_namedtuple_fields():
    student = Student("ann", 8)
    assert student.name == "ann"
    assert student[1] == 8
    assert student._fields == ("name", "grade")


def test_namedtuple_is_a_tuple():
    student = Student("ann", 8)
    assert student == ("ann", 8)
    assert isinstance(student, tuple)
    name, grade = student
    assert name == "ann" and grade == 8


def test_namedtuple_replace_and_asdict():
    student = Student("ann", 8)._replace(grade=9)
    assert student._asdict() == {"name": "ann", "grade": 9}


def test_namedtuple_is_immutable():
    with pytest.raises(AttributeError):
        Student("ann", 8).grade = 10


def test_namedtuple_from_a_function():
    result = stats([1, 2, 3, 4])
    assert result.mean == 2.5
    assert result.minimum == 1
    assert type(result).__name__ == "Stats"
    assert result == (2.5, 1, 4)


def test_namedtuples_of_the_suite_as_argument():
    Row = namedtuple("Row", "name grade")
    assert mean_grade([Row("a", 6), Row("b", 8)]) == 7


def test_typing_namedtuple_with_default():
    token = Token("number")
    assert token.value is None
    assert Token("name", "x") == ("name", "x")
    assert repr(token) == "Token(kind='number', value=None)"


def test_namedtuple_sorting():
    students = [Student("b", 2), Student("a", 3)]
    assert sorted(students)[0].name == "a"
    assert max(students, key=lambda s: s.grade).name == "a"


def test_typed_dict_is_a_dict():
    assert area_code({"city": "Delft", "code": 15}) == "015"


def test_annotations_of_a_class():
    assert list(Person.__annotations__) == ["name", "age"]
    assert Person.__annotations__["age"] is int


def test_person_by_keyword():
    person = Person(name="ann", age=20)
    assert person.is_adult()
    assert not Person("bob", 3).is_adult()


def test_to_json_round_trip():
    assert json.loads(to_json(Point(1, 2))) == {"x": 1, "y": 2}


def test_parse_point():
    assert parse_point("3,4") == Point(3, 4)
    with pytest.raises(ValueError):
        parse_point("3;4")


def test_nested_class():
    shape = Drawing.Shape("circle")
    assert shape.kind == "circle"
    assert Drawing.Shape.__qualname__ == "Drawing.Shape"


def test_class_constant_list_is_shared():
    assert Drawing.KINDS == ["circle", "square"]
    assert "circle" in Drawing.KINDS


def test_bytes_attribute():
    header = Header(b"\x89PNG", 13)
    assert header.magic[:1] == b"\x89"
    assert bytes(header) == b"\x89PNG\x0d"


def test_inherited_dataclass_has_both_fields():
    assert [f.name for f in dataclasses.fields(classes_data.Point3D)] == ["x", "y", "z"]
    assert classes_data.Point3D(1, 2, 3) == classes_data.Point3D(1, 2, 3)


def test_parser_with_class_dispatch():
    assert Parser().parse("int:3") == 3
    assert Parser().parse("str:a") == "a"
    assert set(Parser.handlers) == {"int", "str"}


def test_inventory_is_a_userdict():
    inventory = Inventory({"Nail": 2})
    inventory["SCREW"] = 1
    assert inventory["nail"] == 2
    assert "screw" in inventory
    assert sorted(inventory) == ["nail", "screw"]
