"""Loops are found by the source and by the lines that run, in this process and beside a submission alike."""

import textwrap
from pathlib import Path

import numpy as np
import pytest

from autograder.errors import AssignmentError
from autograder.standins.failures import SubmissionFailure
from autograder.vectorisation import Growth, Loop, assert_vectorised, growing_lines, read_source
from autograder.vectorisation.loops import FOUND_OTHERWISE, HIDING, ITERATING

pytest_plugins = ["sandboxes"]

SMALL, LARGE = {"samples": 4, "features": 3}, {"samples": 40, "features": 30}

# How one loops over the rows of x: what stands after the head of f(x), which is line 3.
LOOPS = {
    "for": "out = []\n    for row in x:\n        out.append(row.sum())\n    return np.array(out)",
    "while": "i = 0\n    while i < len(x):\n        i += 1\n    return x",
    "list comprehension": "return np.array([row.sum() for row in x])",
    "set comprehension": "return len({row.sum() for row in x})",
    "dict comprehension": "return len({i: row for i, row in enumerate(x)})",
    "generator": "return sum(row.sum() for row in x)",
    "map of a lambda": "return sum(map(lambda row: row.sum(), x))",
    "vectorize of a lambda": "return np.vectorize(lambda number: number + 1)(x[:, 0])",
    "sorting by a key": "return sorted(x.tolist(), key=lambda row: row[0])",
    "recursion": "return 0 if len(x) == 0 else x[0].sum() + f(x[1:])",
    "a helper": "return g(x)\n\ndef g(x):\n    for row in x:\n        pass",
    "text": "exec('for row in x:\\n    pass')\n    return x",
}

# How one hides the loop over numbers from the count; the function that does it, by its full name.
HIDDEN = {
    "numpy.vectorize": "import math\nimport numpy\ndef f(x): return numpy.vectorize(math.exp)(x)",
    "from numpy": "import math\nfrom numpy import vectorize as fast\ndef f(x): return fast(math.exp)(x)",
    "all of numpy": "import math\nfrom numpy import *\ndef f(x): return vectorize(math.exp)(x)",
    "a variable": "import math\nimport numpy as np\nexp = np.vectorize(math.exp)\ndef f(x): return exp(x)",
    "another name": "import math\nimport numpy as np\nfast = np.vectorize\ndef f(x): return fast(math.exp)(x)",
    "a decorator": "import numpy as np\n@np.vectorize\ndef g(x):\n    return x + 1\ndef f(x): return g(x)",
    "under a condition": "import numpy as np\nif np:\n    g = np.vectorize(abs)\ndef f(x): return g(x)",
    "numpy.frompyfunc": "import numpy as np\ndef f(x): return np.frompyfunc(abs, 1, 1)(x)",
    "numpy.apply_along_axis": "import numpy as np\ndef f(x): return np.apply_along_axis(np.sum, 1, x)",
    "numpy.fromiter": "import numpy as np\ndef f(x): return np.fromiter(x.flat, float)",
    "map": "import math\nimport numpy as np\ndef f(x): return np.array(list(map(math.exp, x.flat)))",
    "functools.reduce": "import operator\nfrom functools import reduce\ndef f(x): return reduce(operator.add, x)",
    "exec": "def f(x):\n    exec('x = x + 1')\n    return x",
    "eval": "import builtins\ndef f(x): return builtins.eval('x + 1')",
    "re.sub": "import re\ndef f(x): return re.sub('.', str.upper, 'ab')",
    "a compiled pattern": "import re\nP = re.compile('.')\ndef f(x): return P.sub(str.upper, 'ab')",
    "threading.Thread": "from threading import Thread\ndef f(x): Thread(target=print).start()",
    "a name put together": "import numpy as np\ndef f(x): return getattr(np, 'apply' + '_along_axis')(np.sum, 1, x)",
    "a name as a text": "import math\nimport numpy as np\ndef f(x): return getattr(np, 'vectorize')(math.exp)(x)",
    "vars": "import math\nimport numpy as np\ndef f(x): return vars(np)['vectorize'](math.exp)(x)",
    "__dict__": "import math\nimport numpy as np\ndef f(x): return np.__dict__['vectorize'](math.exp)(x)",
    "a module's name": "import importlib\ndef f(x): return importlib.import_module('numpy').abs(x)",
    "__code__": "def f(x):\n    return x\ndef g(x): return x + 1\nf.__code__ = g.__code__",
    "sys.settrace": "import sys\ndef f(x):\n    sys.settrace(None)\n    return x",
    "f_trace_lines": "import sys\ndef f(x):\n    sys._getframe().f_trace_lines = False\n    for row in x: pass",
    "another place in numpy": "from numpy._core.umath import frompyfunc as g\ndef f(x): return g(abs, 1, 1)(x)",
}

# What looks like one of these and is none.
OPEN = {
    "map over a shape": "def f(x):\n    S, M = map(int, x.shape)\n    return x.reshape(S, M)",
    "map over names": "def f(x):\n    a, b = map(str.upper, ('weight', 'bias'))\n    return x",
    "a function of the file": "from functools import reduce\ndef g(x, y): return x + y\ndef f(x): return reduce(g, [x, x])",
    "a method": "import numpy as np\nclass A:\n    def vectorize(self, x): return x\ndef f(x): return A().vectorize(x)",
    "what is not used": "import numpy as np\ndef g(x): return np.vectorize(abs)(x)\ndef f(x): return abs(x)",
    "an attribute by its name": "class A:\n    def g(self, x): return getattr(self, 'ab' + 's', x)\ndef f(x): return A().g(x)",
    "a text in a text": "import re\ndef f(x):\n    re.sub('a', 'b', 'abc')\n    return x",
    "a regular expression": "import re\ndef f(x):\n    re.compile('a')\n    return x",
}

LAYERS = """
import numpy as np


class Layer:
    def __init__(self):
        self.act = np.vectorize(abs)

    def forward(self, x):
        return self.helper(x)

    def helper(self, x):
        return x

    def unused(self, x):
        return [row for row in x]


class Hidden(Layer):
    def helper(self, x):
        return self.act(x)


class Looping(Layer):
    shape = [int(size) for size in (1, 2)]

    def helper(self, x):
        for row in x:
            pass
        return x
"""


def calls_of(function):
    return lambda samples, features: [(function, np.ones((samples, features)))]


def loops(module, *functions):
    return [str(loop) for loop in read_source(module).loops(functions)]


@pytest.mark.parametrize("body", LOOPS.values(), ids=LOOPS)
def test_a_line_that_runs_once_per_sample_is_found_however_the_loop_is_written(submission, body):
    modules = submission(f"import numpy as np\n\ndef f(x):\n    {body}\n")
    found = growing_lines(read_source("modules"), calls_of(modules.f), SMALL, LARGE)
    assert found and {growth.noun for growth in found} == {"samples"}
    assert any(growth.once_each for growth in found)
    assert {(growth.file, growth.sizes) for growth in found} <= {("modules.py", (4, 40)), ("<string>", (4, 40))}


def test_a_loop_is_named_by_its_head_its_function_and_its_counts(submission):
    modules = submission(
        """\
        import numpy as np

        class Layer:
            def forward(self, x):
                y = np.zeros_like(x)
                for s in range(x.shape[0]):
                    for m in range(x.shape[1]):
                        y[s, m] = x[s, m]
                return y
        """
    )
    message = r"^modules\.py:6 in Layer\.forward runs once per sample: 5 times for 4 samples, 41 times for 40$"
    with pytest.raises(AssertionError, match=message):
        assert_vectorised(read_source("modules"), ["Layer.forward"], calls_of(modules.Layer().forward), SMALL, LARGE)


def test_a_loop_that_runs_more_than_once_per_sample_is_told_in_other_words():
    growth = Growth("modules.py", 7, "f", "classes", (3, 30), (9, 900))
    text = "modules.py:7 in f runs more often for more classes: 9 times for 3 classes, 900 times for 30"
    assert str(growth) == text and not growth.once_each
    assert "once per class:" in str(Growth("modules.py", 7, "f", "classes", (3, 30), (4, 31)))


@pytest.mark.parametrize(
    "body",
    [
        "for name in ('weight', 'bias'):\n        x = x + len(name)\n    return x",
        "for i in range(100):\n        x = x + i\n    return x",
        "if x.size > 20:\n        x = x + 1\n    return x",
        "half = len(x) // 2\n    return f(x[:half]) if half > 15 else x",
        "return x.tolist()",
    ],
)
def test_work_that_does_not_grow_is_no_loop(submission, body):
    modules = submission(f"def f(x):\n    {body}\n")
    assert_vectorised(read_source("modules"), ["f"], calls_of(modules.f), SMALL, LARGE)


def test_work_of_a_first_call_does_not_count(submission):
    modules = submission("table = []\ndef f(x):\n    while len(table) < 50:\n        table.append(0)\n    return x\n")
    assert_vectorised(read_source("modules"), ["f"], calls_of(modules.f), SMALL, LARGE)


def test_each_noun_grows_by_itself(submission):
    modules = submission("def f(x):\n    for column in x.T:\n        pass\n")
    found = growing_lines(read_source("modules"), calls_of(modules.f), SMALL, LARGE)
    assert {(growth.noun, growth.sizes) for growth in found} == {("features", (3, 30))}


def test_loops_in_other_files_of_the_submission_are_found_and_can_be_left_to_another_test(submission):
    other = "def g(x):\n    for row in x:\n        pass\n"
    modules = submission("from other import g\ndef f(x):\n    return g(x)\n", other=other)
    source = read_source("modules")
    with pytest.raises(AssertionError, match=r"^other\.py:2 in g runs once per sample"):
        assert_vectorised(source, ["f"], calls_of(modules.f), SMALL, LARGE)
    assert_vectorised(source, ["f"], calls_of(modules.f), SMALL, LARGE, own_file_only=True)


@pytest.mark.parametrize("source", HIDDEN.values(), ids=HIDDEN)
def test_a_call_that_hides_its_loop_is_found_in_the_source(submission, source):
    modules = submission(source)
    (hidden,) = {(loop.line, loop.kind): loop for loop in read_source("modules").loops(["f"]) if loop.hides}.values()
    assert hidden.kind in {*HIDING, *FOUND_OTHERWISE, *ITERATING}
    with pytest.raises(AssertionError) as caught:
        assert_vectorised(read_source("modules"), ["f"], calls_of(modules.f), SMALL, LARGE)
    assert str(caught.value) == str(hidden) and f": {hidden.kind} " in str(hidden)


@pytest.mark.parametrize("source", OPEN.values(), ids=OPEN)
def test_a_call_that_hides_nothing_is_left_alone(submission, source):
    modules = submission(source)
    assert_vectorised(read_source("modules"), ["f"], calls_of(modules.f), SMALL, LARGE)


def test_loops_are_looked_for_in_what_a_method_may_reach_and_nowhere_else(submission):
    submission(LAYERS)
    assert loops("modules", "Layer.forward") == []
    assert loops("modules", "Layer.unused") == ["modules.py:16 in Layer.unused: a list comprehension"]
    assert loops("modules", "Looping.forward") == ["modules.py:28 in Looping.helper: a for loop"]
    hidden = "numpy.vectorize calls a function once per number"
    assert loops("modules", "Hidden.forward") == [f"modules.py:7 in Layer.__init__: {hidden}"]
    assert loops("modules", "Nothing.forward", "nothing") == []


def test_reading_the_source_runs_none_of_it(submission):
    submission("print('imported')\nraise RuntimeError('imported')\ndef f(x):\n    return [row for row in x]\n")
    assert loops("modules", "f") == ["modules.py:4 in f: a list comprehension"]


def test_a_file_that_does_not_compile_has_no_loops_and_fails_where_it_is_used(submission):
    modules = submission("def f(:\n", missing=["optimizers"])
    assert loops("modules", "f") == [] and loops("optimizers", "f") == []
    with pytest.raises(SubmissionFailure, match="modules"):
        growing_lines(read_source("modules"), calls_of(modules.f), SMALL, LARGE)


def test_a_file_that_breaks_the_parser_fails_the_test_that_reads_it(sandboxed):
    sandboxed("def f(x): return x\n")
    Path(sandboxed.keeper.stage, "modules.py").write_text(f"def f(x): return {'-' * 300_000}x\n", encoding="utf-8")
    with pytest.raises((MemoryError, RecursionError, SubmissionFailure)):
        read_source("modules")


def test_a_submission_that_stops_the_count_fails(submission):
    modules = submission("import sys\nhere = [sys]\ndef f(x):\n    getattr(here[0], 'set' + 'trace')(None)\n    return x\n")
    with pytest.raises(AssertionError, match="could not be counted"):
        assert_vectorised(read_source("modules"), ["f"], calls_of(modules.f), SMALL, LARGE)


HEAD = "import numpy as np\nimport threading\nimport types\nhere = [np, threading, types]\n"
APART = {
    "a thread": "def g(x):\n    for row in x: pass\ndef f(x):\n    getattr(here[1], 'Th' + 'read')(target=g, args=[x]).start()",
    "a thread that waits": (
        "ask, answer = threading.Event(), threading.Event()\n"
        "def work():\n    while ask.wait(): ask.clear(); answer.set()\n"
        "threading.Thread(target=work, daemon=True).start()\ndef f(x):\n    ask.set()\n    answer.wait()"
    ),
}
DISGUISED = {
    "numpy.apply_along_axis": "def f(x): return getattr(here[0], 'apply' + '_along_axis')(np.sum, 1, x)",
    "numpy.vectorize": "import math\ng = getattr(here[0], 'vec' + 'torize')(math.exp)\ndef f(x): return g(x)",
}
RENAMED = "def f(x):\n    for row in x: pass\n{}\n"
RENAMING = {
    "in place": "setattr(f, '__co' + 'de__', f.__getattribute__('__co' + 'de__').replace(**{'co_file' + 'name': np.__file__}))",
    "a new function": (
        "f = getattr(here[2], 'Function' + 'Type')("
        "f.__getattribute__('__co' + 'de__').replace(**{'co_file' + 'name': np.__file__}), globals())"
    ),
}


# How one gets at the frame of f, whose lines are not counted if it says so.
FRAMES = {
    "sys": "    frame = here[3]._getframe()",
    "inspect": "    frame = inspect.currentframe()",
    "a traceback": "    try: 1 / 0\n    except ZeroDivisionError as error: frame = error.__traceback__.tb_frame",
}
SILENT = (
    "import inspect, sys\nhere.append(sys)\ndef f(x):\n{}\n    setattr(frame, 'f_' + 'trace', None)\n    for row in x: pass"
)
GENERATOR = """
def rows():
    while True:
        for row in (yield): pass
g = rows()
next(g)
setattr(g.gi_frame, 'f_' + 'trace' + '_lines', False)
def f(x): g.send(x)
"""


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_function_that_takes_hold_of_its_frame_is_refused(sandboxed, frame):
    modules = sandboxed(HEAD + SILENT.format(frame))
    with pytest.raises(AssertionError, match="could not be counted: the submission takes hold of its own frames"):
        assert_vectorised(read_source("modules"), ["f"], calls_of(modules.f), SMALL, LARGE)


def test_a_frame_that_was_silenced_before_the_count_is_counted(sandboxed):
    modules = sandboxed(GENERATOR)
    with pytest.raises(AssertionError, match="runs once per sample"):
        assert_vectorised(read_source("modules"), ["f"], calls_of(modules.f), SMALL, LARGE)


@pytest.mark.parametrize("source", APART.values(), ids=APART)
def test_what_runs_apart_from_the_count_is_refused(sandboxed, source):
    modules = sandboxed(HEAD + source)
    with pytest.raises(AssertionError, match=r"could not be counted: a thread"):
        assert_vectorised(read_source("modules"), ["f"], calls_of(modules.f), SMALL, LARGE)


@pytest.mark.parametrize("name", DISGUISED)
def test_a_function_that_loops_is_found_however_it_was_looked_up(submission, name):
    modules = submission(HEAD + DISGUISED[name])
    with pytest.raises(AssertionError, match=rf"^modules\.py:\d in f: {name} calls a function once per"):
        assert_vectorised(read_source("modules"), ["f"], calls_of(modules.f), SMALL, LARGE)


@pytest.mark.parametrize("renaming", RENAMING.values(), ids=RENAMING)
def test_code_that_says_it_stands_in_a_library_is_counted(sandboxed, renaming):
    modules = sandboxed(HEAD + RENAMED.format(renaming))
    with pytest.raises(AssertionError, match="runs once per sample"):
        assert_vectorised(read_source("modules"), ["f"], calls_of(modules.f), SMALL, LARGE)


def test_an_exception_for_small_sizes_is_raised_and_for_large_ones_is_another_question(submission):
    modules = submission("def f(x):\n    if x.shape[0] > 10: raise ValueError('large')\n    for c in x.T: pass\n")
    source = read_source("modules")
    assert {growth.noun for growth in growing_lines(source, calls_of(modules.f), SMALL, LARGE)} == {"features"}
    with pytest.raises(ValueError, match="large"):
        growing_lines(source, calls_of(modules.f), {"samples": 20, "features": 3}, LARGE)


def test_sizes_that_do_not_grow_are_a_mistake_of_the_suite(submission):
    modules = submission("def f(x): return x\n")
    with pytest.raises(AssignmentError, match="4 samples are not more than 40"):
        growing_lines(read_source("modules"), calls_of(modules.f), LARGE, SMALL)


def test_a_trace_function_that_was_there_before_is_there_again(monkeypatch, tmp_path):
    import sys

    def other(frame, event, argument):
        return None

    monkeypatch.syspath_prepend(str(tmp_path))
    tmp_path.joinpath("counted_layers.py").write_text(textwrap.dedent(LAYERS), encoding="utf-8")
    from counted_layers import Looping

    before = sys.gettrace()
    sys.settrace(other)
    try:
        assert growing_lines(read_source("counted_layers"), calls_of(Looping().forward), SMALL, LARGE)
        assert sys.gettrace() is other
    finally:
        sys.settrace(before)


def test_a_loop_says_where_it_is():
    assert str(Loop("modules.py", 3, "f", "while loop")) == "modules.py:3 in f: a while loop"
