"""What a file may use: a library that is not allowed fails the tests that use it, and nothing else loses a point."""

import textwrap

import pytest
from files import write_files
from toys import grade_toy

SETTINGS = """
title = "Toy"
[submission]
files = ["modules.py", "free.py", "exact.py"]
support = ["given.py"]
also = ["*.py"]
[[suites]]
path = "tests"
[limits]
test_seconds = 20
[sandbox]
preload = ["numpy", "msgpack", "packaging.version"]
[[restrictions]]
files = ["modules.py", "more.py"]
libraries = ["numpy"]
[[restrictions]]
files = ["exact.py"]
forbidden = ["packaging.version.parse", "packaging.version.Version", "msgpack.packb"]
"""
GIVEN = """
def packed(value):
    import msgpack
    return msgpack.packb(value)
"""
FREE = """
import msgpack
import math

SIZE = 3
PACKER = msgpack.Packer()

def packed(value):
    return msgpack.packb(value)

def packed_by_another(value):
    return packed(value)

def packed_late(value):
    import packaging.version, msgpack
    return msgpack.packb(value)

def squared(value):
    return value * value

class Free:
    def packed(self, value):
        return msgpack.packb(value)

class Plain:
    def squared(self, value):
        return squared(value)

class Derived(msgpack.Packer):
    pass
"""


def graded(folder, modules, suite, **others):
    """Grade modules.py and other files by a suite, in which `modules` is imported."""
    sources = {"modules": modules, "free": FREE} | others
    files = {f"sub/{name}.py": textwrap.dedent(source) for name, source in sources.items()}
    suite = "import numpy as np\nimport pytest\nimport modules\n" + textwrap.dedent(suite)
    settings = {"assignment.toml": SETTINGS, "given.py": GIVEN, "tests/test_toy.py": suite}
    write_files(folder, files | settings)
    return grade_toy(folder)


def test_an_import_that_nothing_uses_costs_nothing_and_is_told(tmp_path):
    result = graded(
        tmp_path,
        """
        import numpy as np
        from msgpack import Packer as P, packb
        import packaging.version as v
        from typing import Optional

        msgpack_settings = v.anything.at.all
        v.backend.deterministic = True

        def double(x: np.ndarray | Packer if False else Optional[P], kind=v.Kind) -> "P":
            if isinstance(x, (P, v.Version)):
                return None
            return 2 * x
        """,
        "def test_double():\n    assert modules.double(2) == 4\n",
    )
    assert result["test_double"].status == "passed", result["test_double"].reason
    told = [remark for remark in result.outcome.remarks if remark.startswith("modules.py")]
    assert told == [
        "modules.py, line 3: This imports msgpack; in this file only numpy is allowed. Tests that use it fail",
        "modules.py, line 4: This imports packaging; in this file only numpy is allowed. Tests that use it fail",
    ]


WAYS = {
    "import msgpack": "msgpack.packb(value)",
    "import msgpack as m": "m.packb(value)",
    "from msgpack import packb": "packb(value)",
    "from msgpack import Packer": "Packer().pack(value)",
    "import packaging.version as v": "v.Version('1') + 0",
    "from msgpack import exceptions": "exceptions + 0",
    "import importlib; m = importlib.import_module('msgpack')": "m.packb(value)",
    "from importlib import import_module": "import_module('msg' + 'pack').packb(value)",
    "m = __import__('msgpack')": "m.packb(value)",
    "import builtins": "builtins.__import__('msgpack').packb(value)",
    "import importlib": "importlib.__import__('msgpack').packb(value)",
    "import math": "exec('import msgpack; msgpack.packb(1)')",
    "import json": "eval(compile('__import__(\"msgpack\").packb(1)', 'numpy.py', 'eval'), {})",
    "import pkgutil": "pkgutil.resolve_name('msgpack:packb')(value)",
    "import re": "[__import__(name) for name in ['msgpack']][0].packb(value)",
    "import free": "free.packed(value)",
    "from free import packed": "packed(value)",
    "from free import packed_by_another as p": "p(value)",
    "from free import packed_late": "packed_late(value).nothing",
    "from free import msgpack": "msgpack.packb(value)",
    "from free import *": "packed(value)",
    "import free as f": "f.msgpack.packb(value)",
    "from free import Free": "Free().packed(value)",
    "from free import Derived": "Derived().pack(value)",
    "from free import PACKER": "PACKER.pack(value)",
    "import more": "more.packed(value)",
}


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """The outcome of each way to use a library: a function for each, whose import stands in it."""
    functions, tests = "", ""
    for number, (statement, use) in enumerate(WAYS.items()):
        if statement == "from free import *":
            functions += f"\n{statement}\ndef way_{number}(value):\n    return {use}\n"
        else:
            functions += f"\ndef way_{number}(value):\n    {statement}\n    return {use}\n"
        tests += f"\ndef test_{number}():\n    modules.way_{number}(1)\n"
    return graded(
        tmp_path_factory.mktemp("used"),
        functions,
        tests,
        more="import msgpack\n\ndef packed(x):\n    return msgpack.packb(x)\n",
    )


@pytest.mark.parametrize("number", range(len(WAYS)), ids=list(WAYS))
def test_a_test_fails_that_uses_a_library_which_is_not_allowed_and_says_which_and_where(used, number):
    record = used[f"test_{number}"]
    assert record.status == "failed"
    first = record.reason.split("\n")[0]
    assert first.startswith("your code raised ImportError: ") and " imports " in first and " in line " in first, record.reason
    assert first.endswith("; in this file only numpy is allowed"), first


def test_sys_modules_has_nothing_that_is_not_allowed(tmp_path):
    result = graded(
        tmp_path,
        """
        import sys
        from sys import modules as loaded

        def names():
            return sorted({name.partition(".")[0] for name in [*sys.modules, *loaded]} & {"numpy", "msgpack", "packaging"})

        def rest():
            sys.setrecursionlimit(900)
            sys.modules
            return sys.getrecursionlimit(), sys.version_info >= (3, 8), "argv" in dir(sys)
        """,
        """
        def test_names():
            assert modules.names() == ["numpy"]

        def test_the_rest_of_sys_is_as_it_was():
            assert modules.rest() == (900, True, True)
        """,
    )
    assert [record.status for record in result.outcome.records] == ["passed", "passed"]


def test_what_is_allowed_works_as_ever(tmp_path):
    result = graded(
        tmp_path,
        """
        import importlib, json, random, sys
        import numpy as np
        import numpy.linalg as la
        import free
        from free import SIZE, Plain, squared
        from given import packed
        import more

        def all_of_it(value):
            numbers = importlib.import_module("numpy.random")
            free.SIZE = 4
            import free as again
            try:
                import cupy as xp
            except ImportError:
                xp = np
            return (
                squared(value), Plain().squared(value), free.squared(value), more.tripled(value), SIZE, again.SIZE,
                float(la.norm([3.0, 4.0])), packed(value), free.math.pi > 3, xp is np, "squared" in dir(free),
            )
        """,
        """
        def test_all():
            assert modules.all_of_it(2) == (4, 4, 4, 6, 3, 4, 5.0, b"\\x02", True, True, True)

        def test_the_file_that_may_use_all():
            import free
            assert free.packed(2) == b"\\x02"
            assert free.Derived().pack(2) == b"\\x02"
        """,
        more="import numpy as np\n\ndef tripled(value):\n    return int(np.add(value, 2 * value))\n",
    )
    assert [record.reason for record in result.outcome.records] == ["", ""]


def test_a_function_that_is_forbidden_refuses_the_file_and_no_other(tmp_path):
    result = graded(
        tmp_path,
        """
        import exact, free
        from packaging.version import Version

        def own(value):
            return free.squared(value)
        """,
        """
        import exact, free

        def test_function():
            exact.parsed("1.0")

        def test_function_by_others():
            exact.packed(1)

        def test_class():
            exact.version("1.0")

        def test_derived_class():
            exact.Own("1.0")

        def test_isinstance_and_subclasses_are_as_ever():
            assert exact.kinds() == (True, True, ["version"])

        def test_others_may_use_it():
            assert free.packed(2) == b"\\x02"
            assert free.parsed("1.2") == "1.2"
        """,
        exact="""
        import packaging.version as v
        from packaging.version import InvalidVersion
        import free, inspect

        def parsed(text):
            return str(v.parse(text))

        def version(text):
            return str(v.Version(text))

        def packed(value):
            return free.packed(value)

        class Own(v.Version):
            def __init__(self, text):
                super().__init__(text)

        def kinds():
            parameters = [*inspect.signature(v.Version).parameters]
            return isinstance(free.made("1.0"), v.Version), issubclass(Own, v.Version), parameters
        """,
        free=f"{FREE}\nimport packaging.version\n\nMADE = packaging.version.Version('1.0')\n\n"
        "def made(text):\n    return MADE\n\ndef parsed(text):\n    return str(packaging.version.parse(text))\n",
    )
    start = "your code raised RuntimeError: exact.py uses "
    reasons = {
        record.nodeid.rpartition("::")[2]: record.reason.split("\n")[0].removeprefix(start) for record in result.outcome.records
    }
    assert reasons == {
        "test_function": "packaging.version.parse in line 7; in this file it is not allowed",
        "test_function_by_others": "msgpack.packb in line 13; in this file it is not allowed",
        "test_class": "packaging.version.Version in line 10; in this file it is not allowed",
        "test_derived_class": "packaging.version.Version in line 17; in this file it is not allowed",
        "test_isinstance_and_subclasses_are_as_ever": "",
        "test_others_may_use_it": "",
    }
    told = [remark for remark in result.outcome.remarks if remark.startswith("exact.py")]
    assert told == [
        "exact.py, line 7: packaging.version.parse is not allowed in this file. Tests that use it fail",
        "exact.py, line 10: packaging.version.Version is not allowed in this file. Tests that use it fail",
    ]


def test_a_restriction_that_is_not_enforced_is_told_and_costs_nothing(tmp_path):
    settings = SETTINGS.replace('libraries = ["numpy"]', "libraries = []\nenforce = false")
    write_files(
        tmp_path,
        {
            "sub/modules.py": "import msgpack\n\ndef packed(x):\n    return msgpack.packb(x)\n",
            "assignment.toml": settings,
            "given.py": GIVEN,
            "tests/test_toy.py": 'import modules\n\ndef test_packed():\n    assert modules.packed(2) == b"\\x02"\n',
        },
    )
    result = grade_toy(tmp_path)
    assert result["test_packed"].status == "passed"
    told = [remark for remark in result.outcome.remarks if remark.startswith("modules.py")]
    assert told == ["modules.py, line 1: This imports msgpack; in this file no library is allowed beside Python's own"]


def test_what_is_forbidden_and_not_there_is_told_to_staff(tmp_path):
    settings = SETTINGS.replace('"msgpack.packb"', '"msgpack.no_such_function"')
    write_files(
        tmp_path,
        {
            "sub/modules.py": "",
            "assignment.toml": settings,
            "given.py": GIVEN,
            "tests/test_toy.py": "def test_nothing():\n    pass\n",
        },
    )
    notes = "\n".join(grade_toy(tmp_path).outcome.notes)
    assert "msgpack.no_such_function, which a restriction forbids" in notes


def test_a_suite_that_runs_inside_may_use_what_the_submission_may_not(tmp_path):
    suite = """
        import msgpack
        import modules

        def test_right():
            assert msgpack.packb(modules.doubled(1)) == b"\\x02"

        def test_not_allowed():
            assert modules.packed(2) == b"\\x02"
        """
    submission = "import msgpack\n\ndef doubled(x):\n    return 2 * x\n\ndef packed(x):\n    return msgpack.packb(x)\n"
    write_files(
        tmp_path,
        {
            "sub/modules.py": submission,
            "assignment.toml": SETTINGS.replace('path = "tests"', 'path = "tests"\ninside = true'),
            "given.py": GIVEN,
            "tests/test_toy.py": textwrap.dedent(suite),
        },
    )
    result = grade_toy(tmp_path)
    assert result["test_right"].status == "passed", result["test_right"].reason
    assert "modules.py imports msgpack in line 1; in this file only numpy is allowed" in result["test_not_allowed"].reason
