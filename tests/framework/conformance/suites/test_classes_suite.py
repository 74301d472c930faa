"""Classes of a submission that the suite uses at its top level, subclasses, and passes around."""

import copy
import inspect

import pytest
from classes_suite import (
    Animal,
    Base,
    Handler,
    Matrix,
    Pipeline,
    Plugin,
    Point,
    Scale,
    Shape,
    Shift,
    Visitor,
    area_of_all,
    describe,
    is_shape,
    make,
    origin,
    register,
    run_visitor,
    sound_of,
    unit,
)

START = Point(0, 0)
CASES = [(Point(3, 4), 5.0), (Point(0, 2), 2.0)]
EXPECTED = {"origin": origin(), "unit": unit()}
IDENTITY = Matrix([[1, 0], [0, 1]])
DISTANCES = [point.norm() for point, _ in CASES]


class Square(Shape):
    """Of the suite, as a test double."""

    def __init__(self, side):
        super().__init__("square")
        self.side = side

    def area(self):
        return self.side**2


class Loud(Animal):
    def sound(self):
        return super().sound().upper() + "!"


class Duck:
    name = "duck"

    def sound(self):
        return "quack"


class Recorder(Visitor):
    def __init__(self):
        self.seen = []

    def visit(self, item):
        self.seen.append(item)


class TestWithClassAttributes:
    point = Point(1, 1)
    many = [Point(i, i) for i in range(3)]

    def test_point(self):
        assert self.point.x == 1

    def test_many(self):
        assert [p.x for p in self.many] == [0, 1, 2]

    def test_equal_to_a_new_one(self):
        assert self.point == Point(1, 1)


class TestWithSetup:
    def setup_method(self):
        self.pipeline = Pipeline([Shift(1)])

    def test_run(self):
        assert self.pipeline.run(1) == 2

    def test_add_a_step(self):
        self.pipeline.steps.append(Scale(10))
        assert self.pipeline.run(1) == 20

    def test_starts_fresh(self):
        assert len(self.pipeline.steps) == 1


@pytest.mark.parametrize("point, norm", CASES)
def test_objects_made_at_collection(point, norm):
    assert point.norm() == norm


@pytest.mark.parametrize("point", [Point(1, 2), Point(2, 1)], ids=["a", "b"])
def test_objects_in_the_parameters(point):
    assert point.x + point.y == 3


@pytest.mark.parametrize("cls", [Shift, Scale])
def test_classes_in_the_parameters(cls):
    assert cls(2).run(3) in (5, 6)
    assert issubclass(cls, Base)


@pytest.mark.parametrize("method", ["norm", "mirrored"])
def test_methods_by_name(method):
    assert getattr(Point(0, 0), method)() is not None


def test_object_of_the_module():
    assert START == Point(0, 0)
    assert START.norm() == 0


def test_results_of_the_module():
    assert EXPECTED["unit"] == Point(1, 1)
    assert EXPECTED["origin"].norm() == 0


def test_list_computed_at_the_top():
    assert DISTANCES == [5.0, 2.0]


def test_operator_with_a_module_level_object():
    assert IDENTITY @ Matrix([[1, 2], [3, 4]]) == Matrix([[1, 2], [3, 4]])


def test_subclass_of_the_suite_uses_a_base_method():
    assert Square(3).describe() == "square of area 9"


def test_subclass_of_the_suite_is_handed_in():
    assert area_of_all([Square(1), Square(2)]) == 5


def test_subclass_of_the_suite_is_an_instance():
    assert isinstance(Square(1), Shape)
    assert issubclass(Square, Shape)


def test_isinstance_inside_of_the_submission():
    assert is_shape(Square(1)) is True
    assert is_shape(3) is False


def test_subclass_that_calls_super():
    assert Loud("rex").sound() == "GRR!"


def test_template_method_calls_the_override():
    assert Loud("rex").speak() == "rex: GRR!"


def test_base_class_is_unchanged_by_a_subclass():
    assert Animal("tom").speak() == "tom: grr"


def test_duck_typing():
    assert sound_of(Duck()) == "duck says quack"


def test_duck_without_the_method():
    class Stone:
        name = "stone"

    with pytest.raises(AttributeError):
        sound_of(Stone())


def test_visitor_of_the_suite():
    visitor = Recorder()
    run_visitor(visitor, [1, [2, 3]])
    assert visitor.seen == [1, 2, 3]


def test_abstract_base_cannot_be_made():
    with pytest.raises(TypeError):
        Base()


def test_incomplete_subclass_cannot_be_made():
    class Incomplete(Base):
        pass

    with pytest.raises(TypeError):
        Incomplete()


def test_complete_subclass_is_accepted():
    class Square_(Base):
        def run(self, x):
            return x * x

    assert Pipeline([Square_(), Shift(1)]).run(3) == 10


def test_class_is_handed_in():
    assert make(Point, 1, 2) == Point(1, 2)
    assert make(Shift, 3).run(1) == 4


def test_class_of_the_suite_is_handed_in():
    duck = make(Duck)
    assert duck.sound() == "quack"
    assert isinstance(duck, Duck)


def test_builtin_class_is_handed_in():
    assert make(list, "ab") == ["a", "b"]
    assert make(dict, a=1) == {"a": 1}


def test_registered_by_a_decorator():
    @register("double")
    def double(x):
        return 2 * x

    assert double(4) == 8
    assert Plugin.known["double"](5) == 10


def test_decorator_class_of_the_submission():
    @Handler
    def shout(text):
        return text.upper()

    assert shout("a") == "A"
    assert shout("b") == "B"
    assert shout.calls == 2


def test_object_of_the_suite_is_given_back():
    duck = Duck()
    assert describe(duck, lambda x: x) is duck


def test_attribute_of_the_suite_object_is_set():
    duck = Duck()
    describe(duck, lambda x: setattr(x, "seen", True))
    assert duck.seen is True


def test_pipeline_mixes_both():
    class Half:
        def run(self, x):
            return x / 2

    assert Pipeline([Shift(1), Half()]).run(5) == 3


def test_patched_method_of_an_object():
    point = Point(3, 4)
    point.norm = lambda: 99
    assert point.norm() == 99
    assert Point(3, 4).norm() == 5


def test_copy_of_an_object():
    point = Point(3, 4)
    other = copy.copy(point)
    other.x = 0
    assert point.x == 3
    assert other.norm() == 4


def test_class_has_the_methods():
    for name in ("norm", "mirrored"):
        assert callable(getattr(Point, name, None)), f"Point.{name} is missing"


def test_class_is_not_a_dataclass():
    assert not hasattr(Point, "__dataclass_fields__")
    assert inspect.isclass(Point)


def test_two_objects_are_not_identical():
    assert Point(1, 2) is not Point(1, 2)
    assert origin() is not origin()


def test_method_returns_self():
    point = Point(1, 2)
    assert point.move(1, 1) is point
    assert point == Point(2, 3)


def test_method_returns_a_new_object():
    point = Point(1, 2)
    mirrored = point.mirrored()
    assert mirrored is not point
    assert (mirrored.x, point.x) == (-1, 1)
