"""A module's names: what is there, what may be missing, what is said about them."""

import importlib
import inspect
import sys
import types

import names_module
import names_module as nm
import pytest
from names_module import GREETING, PRIMES, Shape, fact, greet, mean
from names_module import mean as average

try:
    from names_module import bonus
except ImportError:
    bonus = None

try:
    import names_bonus
except ModuleNotFoundError:
    names_bonus = None

HAS_EXTRA = hasattr(names_module, "extra")
needs_optional = pytest.mark.skipif(not hasattr(names_module, "optional"), reason="optional is optional")


def test_hasattr_of_what_is_there():
    assert hasattr(names_module, "mean")


def test_hasattr_of_what_is_missing():
    assert not hasattr(names_module, "no_such_function")


def test_required_function_is_there():
    assert hasattr(names_module, "required"), "write a function named required"


def test_callable():
    assert callable(names_module.mean)
    assert not callable(names_module.PRIMES)


def test_required_is_callable():
    assert callable(getattr(names_module, "required", None))


def test_getattr_with_default():
    assert getattr(names_module, "no_such_function", None) is None
    assert getattr(names_module, "no_such_number", 42) == 42


def test_getattr_with_default_of_what_is_there():
    assert getattr(names_module, "mean", None)([1, 3]) == 2


def test_missing_name_is_an_attribute_error():
    with pytest.raises(AttributeError):
        names_module.no_such_function


def test_missing_name_message():
    with pytest.raises(AttributeError, match="no_such_thing"):
        names_module.no_such_thing(3)


def test_try_import_of_a_missing_name():
    with pytest.raises(ImportError):
        from names_module import no_such_name  # noqa: F401


def test_import_inside_of_the_test():
    from names_module import greet as hello

    assert hello("ann") == "hello ann"


def test_import_of_a_module_that_is_missing():
    with pytest.raises(ModuleNotFoundError):
        import names_of_nothing  # noqa: F401


def test_bonus_from_a_try():
    if bonus is None:
        pytest.skip("no bonus handed in")
    assert bonus() == "bonus"


@pytest.mark.skipif(bonus is None, reason="no bonus handed in")
def test_bonus_skipif():
    assert bonus() == "bonus"


def test_missing_module_from_a_try():
    assert names_bonus is None


@pytest.mark.skipif(not HAS_EXTRA, reason="no extra")
def test_skipif_hasattr_at_collection():
    assert names_module.extra(1) == 2


@needs_optional
def test_skip_mark_kept_in_a_variable():
    assert names_module.optional() is True


def test_skip_inside():
    if not hasattr(names_module, "never"):
        pytest.skip("never is not there")
    raise AssertionError("not reached")


def test_constants():
    assert GREETING == "hello"
    assert PRIMES == [2, 3, 5, 7]
    assert names_module.LIMIT == 10


def test_constant_is_a_tuple():
    assert names_module.SIZES == (1, 2, 3)
    assert isinstance(names_module.SIZES, tuple)


def test_alias_is_the_same_function():
    assert average is mean
    assert names_module.mean is mean
    assert nm is names_module


def test_module_name_and_doc():
    assert names_module.__name__ == "names_module"
    assert names_module.__doc__.startswith("Names")


def test_module_has_a_docstring():
    assert names_module.__doc__ is not None


def test_module_file():
    assert names_module.__file__.endswith("names_module.py")


def test_module_is_a_module():
    assert isinstance(names_module, types.ModuleType)
    assert inspect.ismodule(names_module)


def test_module_in_sys_modules():
    assert "names_module" in sys.modules
    assert sys.modules["names_module"].mean is mean


def test_import_by_importlib():
    module = importlib.import_module("names_module")
    assert module.greet("x") == "hello x"


def test_all():
    assert "mean" in names_module.__all__
    assert all(hasattr(names_module, name) for name in names_module.__all__)


def test_version():
    assert names_module.__version__ == "1.0"
    assert names_module.__author__


def test_function_name_and_doc():
    assert mean.__name__ == "mean"
    assert mean.__doc__ is not None
    assert "mean" in mean.__doc__


def test_docstring_is_long_enough():
    assert len(fact.__doc__ or "") > 10


def test_getdoc():
    assert inspect.getdoc(mean).splitlines()[0] == "Return the mean."


def test_function_module():
    assert mean.__module__ == "names_module"
    assert Shape.__module__ == "names_module"


def test_function_defaults():
    assert names_module.power.__defaults__ == (2,)
    assert names_module.power.__kwdefaults__ == {"scale": 1}


def test_annotations():
    assert greet.__annotations__ == {"name": str, "return": str}


def test_signature_parameters():
    assert list(inspect.signature(names_module.power).parameters) == ["x", "n", "scale"]


def test_signature_default():
    assert inspect.signature(names_module.power).parameters["n"].default == 2


def test_signature_kinds():
    parameter = inspect.signature(names_module.power).parameters["scale"]
    assert parameter.kind is inspect.Parameter.KEYWORD_ONLY


def test_signature_as_text():
    assert str(inspect.signature(greet)) == "(name: str) -> str"


def test_signature_of_a_class():
    assert list(inspect.signature(Shape).parameters) == ["sides"]


def test_signature_of_a_method():
    assert list(inspect.signature(Shape.scaled).parameters) == ["self", "k"]


def test_argument_count():
    assert fact.__code__.co_argcount == 1
    assert fact.__code__.co_varnames[0] == "n"


def test_getfullargspec():
    spec = inspect.getfullargspec(names_module.power)
    assert spec.args == ["x", "n"] and spec.kwonlyargs == ["scale"]


def test_is_recursive_by_source():
    source = inspect.getsource(fact)
    assert source.count("fact(") >= 2


def test_no_loop_in_the_source():
    source = inspect.getsource(fact)
    assert "for " not in source and "while " not in source


def test_no_builtin_sum_in_the_module():
    assert "sorted(" not in inspect.getsource(names_module)


def test_source_of_a_class():
    assert inspect.getsource(Shape).startswith("class Shape")


def test_source_file():
    assert inspect.getsourcefile(mean).endswith("names_module.py")


def test_isfunction():
    assert inspect.isfunction(mean)
    assert isinstance(mean, types.FunctionType)


def test_isclass():
    assert inspect.isclass(Shape)
    assert isinstance(Shape, type)
    assert not inspect.isclass(mean)


def test_is_lambda():
    assert names_module.double.__name__ == "<lambda>"
    assert names_module.double(4) == 8


def test_is_generator_function():
    assert inspect.isgeneratorfunction(names_module.count_up)
    assert not inspect.isgeneratorfunction(mean)


def test_dir_of_the_module():
    assert {"mean", "greet", "Shape"} <= set(dir(names_module))
    assert "no_such_function" not in dir(names_module)


def test_public_functions_of_the_module():
    functions = [name for name, value in inspect.getmembers(names_module, inspect.isfunction)]
    assert "mean" in functions and "greet" in functions


def test_vars_of_the_module():
    assert vars(names_module)["LIMIT"] == 10
    assert "mean" in names_module.__dict__


def test_dir_of_an_object():
    assert "sides" in dir(Shape(3))
    assert "scaled" in dir(Shape)


def test_hasattr_of_an_object():
    shape = Shape(3)
    assert hasattr(shape, "sides")
    assert hasattr(Shape, "scaled")
    assert not hasattr(shape, "colour")


def test_getattr_of_an_object_with_default():
    assert getattr(Shape(3), "colour", "none") == "none"


def test_class_name():
    assert type(Shape(3)).__name__ == "Shape"
    assert Shape.__name__ == "Shape"


def test_call_by_name():
    assert getattr(names_module, "greet")("bob") == "hello bob"
    assert [getattr(names_module, name)([1, 2, 3]) for name in ("mean", "total")] == [2, 6]


def test_module_global_is_changed_by_a_call():
    names_module.set_limit(99)
    try:
        assert names_module.LIMIT == 99
    finally:
        names_module.set_limit(10)


def test_module_global_is_set_by_the_test():
    names_module.LIMIT = 50
    try:
        assert names_module.get_limit() == 50
    finally:
        names_module.LIMIT = 10


def test_module_list_is_shared():
    names_module.LOG.clear()
    names_module.note("a")
    names_module.LOG.append("b")
    assert names_module.notes() == ["a", "b"]
    assert names_module.LOG == ["a", "b"]


def test_function_attribute():
    names_module.counted.calls = 0
    names_module.counted()
    names_module.counted()
    assert names_module.counted.calls == 2


def test_reload_resets_the_state():
    names_module.set_limit(77)
    importlib.reload(names_module)
    assert names_module.LIMIT == 10


def test_submodule_like_name():
    assert names_module.tools.twice(4) == 8
    assert names_module.math.sqrt(9) == 3


def test_wrapped_function_keeps_its_name():
    assert names_module.logged.__name__ == "logged"
    assert names_module.logged(2) == 3
    assert names_module.logged.__wrapped__(2) == 3


def test_cached_function_info():
    names_module.fib.cache_clear()
    assert names_module.fib(20) == 6765
    assert names_module.fib.cache_info().misses == 21


def test_main_guard():
    assert names_module.ran_as_script is False


def test_none_is_a_name_too():
    assert names_module.NOTHING is None
    assert hasattr(names_module, "NOTHING")


@pytest.fixture
def shape():
    return Shape(4)


def test_fixture_gives_an_object(shape):
    assert shape.scaled(2) == 8


@pytest.mark.parametrize("function, expected", [(mean, 2), (names_module.total, 6)])
def test_functions_as_parameters(function, expected):
    assert function([1, 2, 3]) == expected


@pytest.mark.parametrize("name", ["mean", "total", "greet", "fact", "power"])
def test_each_function_has_a_docstring(name):
    assert getattr(names_module, name).__doc__
