"""Names, classes and exceptions of the submission as Python has them, in suites as teachers write them."""

import pytest
from toys import toy

SUBMISSION = """
    import abc, asyncio, dataclasses, enum, functools
    RATE = 1
    def square(x): 'Multiply x by itself.'; return x * x
    def rebind():
        global RATE, later
        RATE, later = 2, (lambda: "new")
    def later(): return "old"
    class Shape(abc.ABC):
        @abc.abstractmethod
        def area(self): pass
        def describe(self): return f"area {self.area()}"
    class Point:
        "A point."
        origin = (0, 0)
        def __init__(self, x): self.x = x
        def __eq__(self, other): return isinstance(other, Point) and self.x == other.x
        def __hash__(self): return hash(self.x)
        def __repr__(self): return f"Point({self.x})"
        @property
        def double(self): return 2 * self.x
        def __len__(self): return self.x
        class Inner: pass
    class Other(Point): pass
    Alias = Point
    @dataclasses.dataclass(order=True)
    class Row:
        a: int
        b: str = "b"
    class Color(enum.Enum):
        RED = 1
        BLUE = 2
    class Level(enum.IntEnum):
        LOW = 1
    class BaseError(Exception): pass
    class NeedError(BaseError, ValueError):
        def __init__(self, need):
            super().__init__(f"need {need}")
            self.need = need
    def fail(need):
        try:
            {}["k"]
        except KeyError as error:
            raise NeedError(need) from error
    def local():
        class Hidden(NeedError): pass
        raise Hidden(7)
    class Swallows:
        def __enter__(self): return self
        def __exit__(self, *_): return True
        async def __aenter__(self): return self
        async def __aexit__(self, *_): return True
    async def fetch(x):
        await asyncio.sleep(0)
        return 2 * x
    async def put(queue):
        for i in range(3): await queue.put(i)
    async def take(queue): return [await queue.get() for _ in range(3)]
    def new_queue(): return asyncio.Queue(maxsize=1)
    class Shop:
        def __init__(self): self.colors = {Color.RED: 1}; self.points = {Point(1): "a"}
    async def forever(): await asyncio.sleep(100)
"""

SUITE = """
    import asyncio, dataclasses, importlib, inspect
    from collections.abc import Sized, Iterable
    from unittest import mock
    import pytest
    import modules
    from modules import Alias, BaseError, Color, Level, NeedError, Other, Point, RATE, Row, Shape, Swallows
    from modules import square, later, missing
    try:
        from modules import extra
    except ImportError:
        extra = None
    HAS = hasattr(modules, "square"), hasattr(modules, "extra"), getattr(modules, "extra", 5)
    CAN = callable(missing), callable(square)

    class Rectangle(Shape):
        def area(self): return 6

    def test_truth_at_collection():
        assert extra is None and HAS == (True, False, 5) and CAN == (False, True)
    def test_missing_name_fails_where_it_is_used():
        missing(1)
    def test_missing_attribute():
        modules.extra(1)
    def test_truth_in_a_test():
        assert not hasattr(modules, "extra") and getattr(modules, "extra", None) is None and hasattr(modules, "square")
        assert not callable(missing) and callable(square) and callable(Point) and not callable(Point(1))
        with pytest.raises(AttributeError, match="module 'modules' has no attribute 'extra'"):
            modules.extra
        with pytest.raises(ImportError):
            from modules import extra
    def test_names_are_bound_at_import_and_attributes_are_asked_for():
        assert modules.RATE == 1 and type(modules.RATE) is int
        modules.rebind()
        assert modules.RATE == 2 and RATE == 1 and modules.later() == "new" and later() == "old"
    def test_class_of_an_object():
        p = Point(1)
        assert type(p) is Point is modules.Point is Alias and p.__class__ is Point and type(p).__name__ == "Point"
        assert type(Other(1)) is Other is not Point and isinstance(Other(1), Point) and issubclass(Other, Point)
        assert not isinstance(3, Point) and Point.__qualname__ == "Point" and Point.__module__ == "modules"
        assert Point.__doc__ == p.__doc__ == "A point." and Point.origin == (0, 0) and isinstance(Point.double, property)
        assert Point.__mro__[0] is Point and Point.__mro__[-1] is object and Other.__bases__ == (Point,)
        assert type(Point.Inner()) is type(Point.Inner()) and Point.Inner.__qualname__ == "Point.Inner"
    def test_protocols_are_those_of_the_class():
        assert isinstance(Point(1), Sized) and not isinstance(Point(1), Iterable) and hasattr(Point, "__len__")
        assert not hasattr(Point, "__add__") and not hasattr(Point(1), "__enter__") and hasattr(Swallows(), "__enter__")
    def test_hash_and_text():
        assert {Point(1), Point(1), Point(2)} == {Point(2), Point(1)} and {Point(1): "a"}[Point(1)] == "a"
        assert repr([Point(1)]) == "[Point(1)]" and f"{Point(2)!r}" == str(Point(2)) == "Point(2)"
    def test_objects_as_keys():
        shop = modules.Shop()
        assert shop.colors[Color.RED] == 1 and shop.points[Point(1)] == "a" and Point(2) not in shop.points
        shop.points[Point(1)] = "b"
        assert len(shop.points) == 1 and list(shop.points.values()) == ["b"]
    def test_looking_into_functions():
        assert inspect.getdoc(square) == square.__doc__ == "Multiply x by itself."
        assert square.__name__ == "square"
        assert str(inspect.signature(square)) == "(x)" and inspect.getfullargspec(square).args == ["x"]
        assert inspect.getsource(square).startswith("def square(x)") and "abc" in inspect.getsource(modules)
        assert inspect.isfunction(square) and inspect.isclass(Point) and inspect.isabstract(Shape)
        assert inspect.iscoroutinefunction(modules.fetch) and not inspect.isgeneratorfunction(square)
        assert modules.__file__.endswith("modules.py") and "square" in dir(modules) and "square" in vars(modules)
        assert "origin" in Point.__dict__ and vars(Point(3)) == {"x": 3}
    def test_dataclasses_and_enums():
        row = Row(1)
        assert [field.name for field in dataclasses.fields(row)] == ["a", "b"] and dataclasses.is_dataclass(Row)
        assert dataclasses.asdict(row) == {"a": 1, "b": "b"} and dataclasses.astuple(row) == (1, "b")
        assert dataclasses.replace(row, a=2) == Row(2) and Row(1) < Row(2)
        assert not dataclasses.is_dataclass(Point)
        assert [color.name for color in Color] == ["RED", "BLUE"] and len(Color) == 2
        assert Color(1) is Color["RED"] is Color.RED
        assert Color.RED != Color.BLUE and isinstance(Color.RED, Color) and Color.RED in Color
        assert Level.LOW == 1 and Level.LOW + 1 == 2 and Level.LOW is Level(1) and Level.LOW.name == "LOW"
        assert isinstance(Level.LOW, int) and type(Level.LOW) is Level
    def test_exceptions():
        with pytest.raises(NeedError, match="^need 3$") as info:
            modules.fail(3)
        error = info.value
        assert error.need == 3 and error.args == ("need 3",) and info.type is NeedError and type(error) is NeedError
        assert isinstance(error, (BaseError, ValueError)) and not hasattr(error, "nothing")
        assert type(error.__cause__) is KeyError and error.__cause__.args == ("k",) and error.__suppress_context__
        try:
            modules.local()
        except BaseError as caught:
            assert isinstance(caught, NeedError) and type(caught).__name__ == "Hidden" and caught.need == 7
        with pytest.raises(BaseError, match="need 2"):
            raise NeedError(2)
        assert issubclass(NeedError, ValueError) and issubclass(NeedError, BaseError)
    def test_uncaught():
        modules.fail(3)
    def test_swallowed_exceptions():
        with Swallows():
            modules.fail(1)
        with Swallows():
            raise AssertionError("by hand")
    def test_swallowed_check():
        with Swallows():
            assert square(2) == 5
    def test_swallowed_check_is_expected():
        with pytest.raises(AssertionError):
            with Swallows():
                assert square(2) == 5
    def test_coroutines():
        async def run():
            queue = modules.new_queue()
            _, taken = await asyncio.gather(modules.put(queue), modules.take(queue))
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(modules.forever(), 0.05)
            async with Swallows() as inside:
                assert type(inside) is Swallows
            return taken, await modules.fetch(4)
        assert asyncio.run(run()) == ([0, 1, 2], 8) and asyncio.run(modules.fetch(2)) == 4
    def test_only_what_is_awaited_is_replaced_by_an_asynchronous_mock():
        with mock.patch("modules.later", return_value=5), mock.patch.object(Point, "__len__", return_value=6):
            assert modules.later() == 5 and len(Point(1)) == 6
        with mock.patch("modules.fetch", return_value=7):
            assert asyncio.run(modules.fetch(1)) == 7
        assert inspect.isawaitable(asyncio.sleep) is inspect.isawaitable(square) is False
    def test_derived_class():
        assert Rectangle().describe() == "area 6"
    def test_reload():
        modules.rebind()
        assert importlib.reload(modules) is modules and modules.RATE == 1
"""
PASSING = {
    *("truth_at_collection", "truth_in_a_test", "names_are_bound_at_import_and_attributes_are_asked_for", "class_of_an_object"),
    *("protocols_are_those_of_the_class", "hash_and_text", "looking_into_functions", "dataclasses_and_enums", "exceptions"),
    *("swallowed_exceptions", "coroutines", "reload", "objects_as_keys"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names")
    return toy(folder, SUITE, SUBMISSION)


@pytest.mark.parametrize("name", sorted(PASSING))
def test_a_right_submission_passes(graded, name):
    record = graded[f"test_{name}"]
    assert record.status == "passed", record.staff


def test_a_name_that_is_missing_fails_its_tests_and_no_others(graded):
    assert "modules.py does not define missing" in graded["test_missing_name_fails_where_it_is_used"].reason
    record = graded["test_missing_attribute"]
    assert record.status == "failed" and "modules.py does not define extra" in record.reason


def test_a_check_that_fails_counts_though_the_submission_swallows_it(graded):
    assert graded["test_swallowed_check"].status == "failed" and "5" in graded["test_swallowed_check"].reason
    assert graded["test_swallowed_check_is_expected"].status == "failed"


def test_an_exception_that_is_not_caught_is_told_with_its_traceback(graded):
    reason = graded["test_uncaught"].reason
    assert "your code raised NeedError: need 3" in reason and "in fail" in reason


def test_staff_are_asked_where_a_suite_derives_from_a_class(graded):
    record = graded["test_derived_class"]
    assert record.status == "broken" and "the suite derives the class Rectangle" in record.staff and "inside" in record.staff


HOSTILE = """
    import itertools
    COUNT = itertools.count()
    class Liar:
        def __hash__(self): return next(COUNT)
        def __eq__(self, other): return True
        def __repr__(self): return f"Liar {next(COUNT)}"
        def __getattr__(self, name): return 9
        def __bool__(self): return True
        __class__ = property(lambda self: int)
    class Raises:
        def __hash__(self): raise ValueError("no hash")
        def __repr__(self): raise ValueError("no text")
        def __getattribute__(self, name): raise ValueError("no attributes")
    class Loops:
        def __repr__(self):
            while True: pass
        __hash__ = __repr__
    class Lies(ValueError):
        need = property(lambda self: next(COUNT))
        args = property(lambda self: (5,))
        __cause__ = property(lambda self: 5)
        def __str__(self): return "x" if next(COUNT) % 2 else "y"
        def __eq__(self, other): return True
        __hash__ = None
    class Chain(Exception): pass
    class Meta(type):
        def __eq__(cls, other): return True
        __hash__ = type.__hash__
        def __instancecheck__(cls, value): return True
    class Strange(metaclass=Meta): pass
    class Score(int):
        def __eq__(self, other): return True
        def __sub__(self, other): return 0
        __rsub__ = __sub__
        __hash__ = int.__hash__
    class Text(str):
        def __eq__(self, other): return True
        def __contains__(self, other): return True
        __hash__ = str.__hash__
    def answer(kind): return {"Liar": Liar, "Raises": Raises, "Loops": Loops, "Strange": Strange}[kind]()
    def number(): return Score(1)
    def text(): return Text("no")
    def fail(): raise Lies("z")
    def chain():
        errors = [Chain(str(i)) for i in range(50)]
        for one, other in zip(errors, errors[1:]): one.__cause__ = other
        errors[-1].__cause__ = errors[0]
        raise errors[0]
    def keys(): return {Liar(): 1, Liar(): 2}
    def many(i):
        class Local: pass
        return Local()
"""
HOSTILE_SUITE = """
    import pytest
    import modules
    def test_value_that_equals_everything(): assert modules.answer("Liar") == 42
    def test_membership(): assert 42 in [modules.answer("Liar")]
    def test_number(): assert modules.number() == 42
    def test_difference(): assert abs(modules.number() - 42) < 1e-9
    def test_text(): assert modules.text() == "yes"
    def test_text_with_a_part(): assert "yes" in modules.text()
    def test_message_of_a_text_that_loops(): assert modules.answer("Loops") == 3
    def test_message_of_a_text_that_raises(): assert modules.answer("Raises") is None
    def test_class_that_lies(): assert type(modules.answer("Liar")).__name__ == "Liar"
    def test_class_in_the_way(): assert modules.answer("Strange") is not None
    def test_dict_of_liars(): assert len(modules.keys()) == 2
    def test_exception_that_lies():
        with pytest.raises(ValueError) as info:
            modules.fail()
        assert info.value.args == ("z",) and str(info.value) == str(info.value) and info.value.__cause__ is None
    def test_chain_without_end():
        with pytest.raises(Exception, match="0") as info:
            modules.chain()
        error, count = info.value, 0
        while error is not None:
            error, count = error.__cause__, count + 1
        assert count < 20
    def test_many_classes():
        things = [modules.many(i) for i in range(2100)]
        assert len({type(thing) for thing in things}) <= 2001 and isinstance(things[-1], object)
"""
FAILING = {
    *("value_that_equals_everything", "membership", "number", "difference", "text", "text_with_a_part"),
    *("message_of_a_text_that_loops", "message_of_a_text_that_raises"),
}


def test_objects_that_lie_raise_or_loop_gain_nothing_and_keep_nobody(tmp_path):
    graded = toy(tmp_path, HOSTILE_SUITE, HOSTILE)
    found = {name.removeprefix("test_"): status for name, (status, _, _) in graded.verdicts().items()}
    wrong = {name: status for name, status in found.items() if status != ("failed" if name in FAILING else "passed")}
    assert not wrong, [(name, graded[f"test_{name}"].reason, graded[f"test_{name}"].staff) for name in wrong]
    assert "seconds" not in graded["test_message_of_a_text_that_loops"].reason
