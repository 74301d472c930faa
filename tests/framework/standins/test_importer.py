"""Importing the submission while grading, and in this process: what is missing or broken fails the tests that use it."""

import importlib
import sys
import types

import numpy as np
import pytest

from autograder.errors import AssignmentError, AutograderError
from autograder.standins import files_for_submission, in_sandbox
from autograder.standins.failures import SubmissionFailure
from autograder.standins.importer import operators, public_names

pytest_plugins = ["sandboxes", "pytester"]

BROKEN = {
    "a syntax error": ("def f(:\n", "SyntaxError"),
    "an error at import": ("def f(): return 1\nraise ValueError('at import')", "ValueError: at import"),
    "a missing library": ("import no_such_library", "No module named 'no_such_library'"),
    "the end of the program": ("import sys\nsys.exit('done')", "done"),
    "an endless recursion": ("def f(): return f()\nf()", "RecursionError"),
    "a broken file of its own": ("import other", "other"),
}


@pytest.mark.parametrize(("source", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_imported_fails_each_use_and_says_why(submission, source, reason):
    modules = submission(source, other="raise RuntimeError('other')")
    for use in (
        lambda: modules.f(),
        lambda: modules.f + 1,
        lambda: list(modules.f),
        lambda: isinstance(1, modules.f),
        lambda: modules.f.x,
    ):
        with pytest.raises(SubmissionFailure) as caught:
            use()
        assert reason in str(caught.value)
        assert "modules" in str(caught.value)
        assert caught.value.module == "modules"
    with pytest.raises(SubmissionFailure), pytest.raises(Exception):  # noqa: B017  what a careless suite writes
        modules.f()


def test_a_missing_file_and_a_missing_name_are_named(submission):
    modules = submission("def f(): return 1", missing=["optimizers"])
    from modules import g
    from optimizers import SGD

    assert modules.f() == 1
    with pytest.raises(SubmissionFailure, match=r"^optimizers\.py is missing$") as caught:
        SGD(0.1)
    assert caught.value.module == "optimizers"
    with pytest.raises(SubmissionFailure, match=r"^modules\.py does not define g$"):
        g(1)


def test_a_broken_file_leaves_the_other_files_usable(submission):
    submission("raise ValueError", other="def f(): return 2")
    import other

    assert other.f() == 2


def test_a_file_that_imports_a_broken_or_missing_one_of_the_submission_is_broken_too(submission):
    submission("import optimizers", missing=["optimizers"], mlp="from modules import X\nY = 1")
    import mlp

    with pytest.raises(SubmissionFailure, match="optimizers") as caught:
        mlp.Y + 1
    assert caught.value.module == "mlp"


def test_a_name_that_another_file_lacks_is_an_import_error_there(submission):
    submission("X = 1", mlp="try:\n    from modules import Nope\nexcept ImportError:\n    Nope = 'none'")
    import mlp

    assert mlp.Nope == "none"


def test_an_exit_or_an_interrupt_at_import_ends_neither_grader_nor_test_session(sandboxed):
    modules = sandboxed("raise KeyboardInterrupt")
    with pytest.raises(SubmissionFailure, match=r"importing modules\.py failed: KeyboardInterrupt"):
        modules.f()
    modules = sandboxed("import os\nos._exit(3)")
    with pytest.raises(SubmissionFailure, match=r"it ended \(3\)"):
        modules.f()


def test_imports_end_with_the_grading(stages, sandbox, sandboxed):
    sandboxed("X = 1")
    assert type(sys.modules["modules"]).__name__ == "SubmissionModule"
    sandboxed.cleanup.close()
    assert "modules" not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("modules")


def test_attributes_of_the_module_are_replaced_over_there(submission, monkeypatch):
    modules = submission("RATE = 1\ndef rate(): return RATE\ndef same(x): return x")
    monkeypatch.setattr(modules, "RATE", 5)
    assert modules.rate() == 5 and modules.RATE == 5
    assert modules.same(modules).RATE == 5


def test_a_function_of_the_suite_replaces_one_of_the_submission(sandboxed):
    modules = sandboxed("def softmax(x): return x\ndef probabilities(x): return softmax(x)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(modules, "softmax", lambda x: [x, 1])
        assert modules.probabilities(3) == [3, 1]


def test_public_names_and_operators_are_read_without_running_the_file(tmp_path):
    file = tmp_path / "modules.py"
    file.write_text(
        "import os\nX = Y = 1\n_z = 2\nraise SystemExit\ndef f(): pass\n"
        "class A:\n    def __eq__(self, o): pass\n    def g(self): pass\n"
    )
    assert public_names(file) == ["X", "Y", "f", "A"]
    assert list(operators(file)) == [("A", "__eq__")]


# What a suite writes outside of any test


def test_expressions_outside_of_any_test_wait_for_one_and_are_new_in_each(sandboxed):
    sandboxed("""
        class Layer:
            def __init__(self, n): self.n = n; self.calls = 0
            def call(self): self.calls += 1; return self.calls
        N = 3
        SIZES = [4, 5]
        LAYERS = {"a": Layer(7)}
    """)
    keeper = sandboxed.keeper
    outside, keeper.running[:] = list(keeper.running), []
    from modules import LAYERS, SIZES, Layer, N

    layer, double, half, first, other = Layer(N), N * 2, 1 / (N + 1), SIZES[0], LAYERS["a"].n
    scaled, negative, pair = np.ones(2) * N, -N, [Layer(1), Layer(2)]
    assert Layer.__name__ == "Layer"
    assert not hasattr(layer, "__name__")
    assert "expression" in repr(layer)
    with pytest.raises(AutograderError, match="outside of a test"):
        bool(N)
    keeper.running[:] = outside
    for node in ("first", "second"):
        with sandboxed.test(node):
            assert layer.n == 3
            assert layer.call() == 1
            assert layer.call() == 2
            assert isinstance(layer, Layer)
            assert double == 6
            assert half == 0.25
            assert first == 4
            assert other == 7
            assert negative == -3
            assert scaled.tolist() == [3, 3]
            assert np.allclose(scaled, 3)
            assert [one.n for one in pair] == [1, 2]
            assert Layer(double).n == 6 and double + 1 == 7


def test_module_level_names_make_readable_ids_in_both_modes(tmp_path, pytester, monkeypatch):
    from autograder.standins.local import local_imports

    (tmp_path / "modules.py").write_text("class ReLU: pass\n")
    pytester.makepyfile("""
        import pytest
        from modules import ReLU, Missing
        @pytest.mark.parametrize("layer", [ReLU, Missing, Missing(3), Missing + 1])
        def test_it(layer): pass
    """)
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # what is collected below is not part of this test
    with local_imports(["modules"], tmp_path):
        items, _ = pytester.inline_genitems("--disable-plugin-autoload")
    assert [item.name for item in items] == ["test_it[ReLU]", "test_it[Missing0]", "test_it[Missing1]", "test_it[Missing2]"]


# Helpers that run beside the submission's code


HELPED = """
    class Layer:
        def __init__(self, n): self.n = n
        def fail(self): raise ValueError("mine")
    class Net:
        def __init__(self): self.layers = {"a": [Layer(1)], "b": Layer(2)}
    TOTAL = 10
"""


def helper_in(tmp_path, text):
    """Return the names that a suite file with this text defines."""
    file = tmp_path / "suite_with_helpers.py"
    file.write_text(
        "import numpy as np\nimport modules\nfrom modules import *\nfrom autograder.standins import in_sandbox\n"
        "TOLERANCE = 1e-3\n" + text
    )
    spec = importlib.util.spec_from_file_location(f"suite_{abs(hash(text))}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_helper_sees_library_modules_the_submissions_names_and_its_arguments(submission, tmp_path):
    modules = submission(HELPED)
    suite = helper_in(
        tmp_path,
        '''
@in_sandbox
def layers_in(net: "anything", extra=0, *, limit=TOTAL):
    """Find layers."""
    found = [layer for part in net.layers.values() for layer in (part if isinstance(part, list) else [part])]
    assert all(isinstance(layer, Layer) for layer in found)
    return found, np.sum([layer.n for layer in found]) + extra + (lambda: limit)(), modules.TOTAL


@in_sandbox
def count(net):
    return len(layers_in(net)[0])
''',
    )
    net = modules.Net()
    found, total, constant = suite.layers_in(net, 100)
    assert total == 113
    assert constant == 10
    assert found[1] is net.layers["b"]
    assert found[0].n == 1
    assert suite.layers_in(net, limit=0)[1] == 3 and suite.count(net) == 2


def test_a_helper_that_uses_values_of_the_suite_is_refused_where_it_is_defined(sandboxed, tmp_path):
    sandboxed(HELPED)
    with pytest.raises(AssignmentError, match=r"close uses TOLERANCE of the suite.*pass it as an argument"):
        helper_in(tmp_path, "@in_sandbox\ndef close(x):\n    return [y for y in x if y < TOLERANCE]\n")
    factor = 3
    with pytest.raises(AssignmentError, match=r"uses variables of the function around it \(factor\); pass them"):

        @in_sandbox
        def scaled(x):
            return x * factor

    with pytest.raises(AssignmentError, match=r"has no source|written with def"):
        in_sandbox(eval("lambda x: x"))
    # A local variable may have the name of something of the suite.
    suite = helper_in(tmp_path, "@in_sandbox\ndef fine(TOLERANCE):\n    return TOLERANCE + 1\n")
    assert suite.fine(1) == 2


def test_an_error_inside_a_helper_is_the_helpers_and_one_in_the_submission_is_the_submissions(sandboxed, tmp_path):
    modules = sandboxed(HELPED)
    suite = helper_in(
        tmp_path, "@in_sandbox\ndef look(layer):\n    return layer.nothing\n\n@in_sandbox\ndef run(layer):\n    layer.fail()\n"
    )
    with pytest.raises(AttributeError, match="nothing") as own:
        suite.look(modules.Layer(1))
    assert own.value.student_traceback == ""
    with pytest.raises(ValueError, match="mine") as theirs:
        suite.run(modules.Layer(1))
    assert 'File "modules.py", line 4, in fail' in theirs.value.student_traceback


def test_a_helper_is_the_function_itself_outside_of_grading():
    @in_sandbox
    def helper(x):
        return x + 1

    assert helper(1) == 2 and isinstance(helper, types.FunctionType)


def test_files_for_the_submission_are_written_into_its_box(sandboxed):
    modules = sandboxed("def read(path): return open(path, 'rb').read()")
    folder = files_for_submission({"a.bin": b"\x00\x01", "b.txt": b""})
    assert modules.read(f"{folder}/a.bin") == b"\x00\x01" and modules.read(f"{folder}/b.txt") == b""
    sandboxed.cleanup.close()
    assert files_for_submission({"a": b""}) is None
