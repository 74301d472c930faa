"""What a module defines, read without running it."""

import pytest

from autograder.outline import exports, inherited_specials, libraries, outline_of, outlines_of


def test_names_are_found_wherever_a_module_binds_them():
    read = outline_of(
        "import os.path\nimport numpy as np\nfrom math import sqrt as root\nX, (Y, *Z) = 1, (2, 3)\nA: int = 1\nB: int\n"
        "if A:\n    C = 1\nelse:\n    D = 2\ntry:\n    E = 1\nexcept OSError:\n    F = 2\nfor G in range(3):\n    H = G\n"
        "with open('x') as I:\n    J = 1\n(K := 5)\nL = 1\ndel L\nwhile False:\n    M = 1\n"
    )
    assert set(read.names) == set("XYZACDEFGHIJKM") | {"os", "np", "root"}
    assert {"G", "H", "M"} - set(read.bound_again) == {"G"} and "X" not in read.bound_again


def test_what_never_runs_at_import_defines_nothing():
    read = outline_of(
        "from typing import TYPE_CHECKING\nif __name__ == '__main__':\n    A = 1\nif TYPE_CHECKING:\n    B = 1\n"
        "if False:\n    C = 1\n"
        "def f():\n    global D\n    D = 1\n"
    )
    assert set(read.names) == {"TYPE_CHECKING", "f"} and not read.open


def test_names_that_cannot_be_known_make_a_module_open():
    assert outline_of("def __getattr__(name): return 1").open
    assert outline_of("globals()['x'] = 1").open
    assert not outline_of("x = 1").open


def test_what_a_star_import_binds_is_read_from_all_or_from_the_names():
    read = outlines_of(
        {
            "work": "from helpers import *\nimport numpy as np\n__all__ = ['f', '_g']\n__all__ += ['h']\ndef f(): pass",
            "helpers": "import math\na = _b = 1\nclass C: pass",
            "both": "from helpers import *\nz = 1",
        }
    )
    assert exports(read, "work") == ["f", "_g", "h"] and exports(read, "both") == ["z", "math", "a", "C"]
    assert libraries(read, "work") == {"np": ("numpy", "")} and libraries(read, "helpers") == {"math": ("math", "")}


def test_special_methods_are_those_of_the_class_its_bases_and_its_decorators():
    read = outlines_of(
        {
            "work": "from helpers import Base\nclass A(Base):\n    __radd__ = __add__ = None\n"
            "@functools.total_ordering\nclass B:\n    def __lt__(self, o): pass\n"
            "@dataclass(order=True)\nclass C: pass\n@dataclass\nclass D: pass\nclass E(E): pass\n",
            "helpers": "class Base:\n    def __eq__(self, o): pass",
        }
    )
    found = set(inherited_specials(read))
    assert {("A", "__eq__"), ("A", "__radd__"), ("B", "__ge__"), ("C", "__lt__"), ("C", "__eq__"), ("D", "__eq__")} <= found
    assert ("D", "__lt__") not in found and not any(name == "E" for name, _ in found)


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n" * 20_000,
        "\n".join(f"n{i} = 1" for i in range(20_000)),
        "class " + "A" * 100_000 + ": pass",
        "class A(A): pass\nclass B(C): pass\nclass C(B): pass",
        "a = b\nb = a\nfrom work import *\n__all__ = __all__ + [1]\n__all__ += 5",
        "x." * 5000 + "y = 1",
        "del a, b\n" * 1000,
    ],
    ids=[
        "repeated",
        "many names",
        "a long name",
        "classes that derive from themselves",
        "names that name themselves",
        "deep",
        "del",
    ],
)
def test_an_odd_file_has_an_outline_of_bounded_size(source):
    read = outlines_of({"work": source})
    for outline in read.values():
        assert len(outline.names) <= 5000 and all(len(name) <= 200 for name in outline.names)
    assert len(exports(read, "work")) <= 5000
    assert len(list(inherited_specials(read))) < 1000
