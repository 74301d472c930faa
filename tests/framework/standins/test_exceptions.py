"""Exceptions of the submission as the suite sees them; where possible in process and sandboxed."""

import re
import sys
import unittest

import numpy as np
import pytest

from autograder.standins.failures import ProcessGone, SubmissionFailure, TrustedValueError

pytest_plugins = ["sandboxes"]


def test_builtin_exceptions_cross_with_type_arguments_and_message(submission):
    modules = submission("""
        import numpy as np
        def shape(): raise ValueError("x has shape (2, 3), expected (3, 2)")
        def key(): raise KeyError("nope")
        def bare(): raise NotImplementedError
        def decode(): b"\\xff".decode("utf-8")
        def file(): open("/nowhere/at/all")
        def singular(): np.linalg.inv(np.zeros((2, 2)))
        def axis(): np.zeros(2).sum(axis=3)
        def recurse(): return recurse()
        def missing(): import no_such_thing
        def several(): raise ValueError("a", 1, (2.5, None))
        def leave(): raise SystemExit(3)
        def zero(): 1 / 0
        def check(): assert False, "mine"
        def chained():
            try: zero()
            except ZeroDivisionError as e: raise RuntimeError("outer") from e
    """)
    with pytest.raises(ValueError, match=r"^x has shape \(2, 3\), expected \(3, 2\)$"):
        modules.shape()
    with pytest.raises(KeyError) as caught:
        modules.key()
    assert str(caught.value) == "'nope'"
    assert caught.value.args == ("nope",)
    assert caught.type is KeyError
    with pytest.raises(NotImplementedError):
        modules.bare()
    with pytest.raises(UnicodeDecodeError, match="can't decode byte 0xff") as decoded:
        modules.decode()
    assert decoded.value.start == 0
    with pytest.raises(FileNotFoundError, match="nowhere") as missing:
        modules.file()
    assert missing.value.errno == 2
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        modules.singular()
    with pytest.raises(np.exceptions.AxisError, match="axis 3"):
        modules.axis()
    with pytest.raises(RecursionError):
        modules.recurse()
    with pytest.raises(ModuleNotFoundError, match="no_such_thing"):
        modules.missing()
    with pytest.raises(ValueError) as several:
        modules.several()
    assert several.value.args == ("a", 1, (2.5, None))
    with pytest.raises(SystemExit) as left:
        modules.leave()
    assert left.value.code == 3
    with pytest.raises(AssertionError, match="mine"):
        modules.check()
    with pytest.raises(RuntimeError, match="outer"):
        modules.chained()
    with pytest.raises(TypeError, match="takes 0 positional"):
        modules.zero(1)


def test_an_object_that_ends_the_program_when_its_names_are_listed_has_none(sandboxed):
    """traceback.format_exception lists them to suggest one (from Python 3.12 on)."""
    modules = sandboxed("""
        import os
        class Fatal:
            def __dir__(self): os._exit(0)
    """)
    assert dir(modules.Fatal()) == []
    with pytest.raises(ProcessGone):
        modules.Fatal()


def test_stop_iteration_does_not_end_a_map_of_the_suite(sandboxed):
    modules = sandboxed("""
        def stop(x): raise StopIteration(7)
        def later(): raise StopAsyncIteration
    """)
    with pytest.raises(RuntimeError, match="7") as caught:
        list(map(modules.stop, [1, 2, 3]))
    assert caught.value.student_type == "StopIteration" and "in stop" in caught.value.student_traceback
    with pytest.raises(RuntimeError):
        modules.later()


def test_exceptions_of_the_submissions_own_classes_are_caught_by_class_and_by_base(submission):
    modules = submission("""
        class ShapeError(ValueError):
            def __init__(self, got, expected):
                super().__init__(got, expected)
                self.got = got
            def __str__(self): return f"got {self.args[0]}"
        class Other(Exception): pass
        def fail(): raise ShapeError((1, 2), (2, 1))
    """)
    with pytest.raises(ValueError, match=r"^got \(1, 2\)$") as caught:
        modules.fail()
    assert type(caught.value).__name__ == "ShapeError" and caught.value.args == ((1, 2), (2, 1))
    with pytest.raises(modules.ShapeError, match="got"):
        modules.fail()
    with unittest.TestCase().assertRaises(modules.ShapeError):
        modules.fail()
    assert isinstance(caught.value, modules.ShapeError) and not isinstance(caught.value, modules.Other)
    assert not isinstance(ValueError("local"), modules.ShapeError) and issubclass(modules.ShapeError, ValueError)


HOSTILE_EXCEPTIONS = """
    import sys
    class NoText(ValueError):
        def __str__(self): raise RuntimeError("no text")
        __repr__ = __str__
    class Exits(ValueError):
        def __str__(self): sys.exit(1)
    class Interrupts(ValueError):
        def __str__(self): raise KeyboardInterrupt
    class NotText(ValueError):
        def __str__(self): return 5
    class Liar(str):
        def __len__(self): return -1
        def __getitem__(self, i): return object()
    class Lies(ValueError):
        def __str__(self): return Liar("a lie")
    class NoArguments(ValueError):
        @property
        def args(self): raise RuntimeError
    class Huge(ValueError):
        def __str__(self): return "\\x1b[31m" + "ä\\u202e" * 10_000_000
    class Meta(type):
        def __hash__(cls): raise RuntimeError
        __name__ = property(lambda cls: 1 / 0)
    class Surrogate(ValueError):
        def __str__(self): return "\\ud800\\x00"
    Surrogate.__name__ = "S\\x1b\\u202e"
    class Loop(ValueError): pass
    def fail(kind):
        raise globals()[kind]("a", "b")
    def loop():
        error = Loop("loop"); other = KeyError(1)
        error.__cause__ = other; other.__cause__ = error
        raise error
    def in_args(): raise ValueError("a", object(), [1] * 100_000, "x" * 1_000_000)
    def deep():
        error = None
        for i in range(5000):
            new = ValueError(str(i)); new.__context__ = error; error = new
        raise error
"""


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("NoText", "cannot be shown: RuntimeError"), ("Exits", "cannot be shown: SystemExit"),
        ("Interrupts", "cannot be shown: KeyboardInterrupt"), ("NotText", "cannot be shown: TypeError"), ("Lies", "a lie"),
        ("NoArguments", "a"), ("Surrogate", r"^\\ud800\\u0000$"),
    ],
)  # fmt: skip
def test_exceptions_that_raise_lie_or_are_huge_when_looked_at_are_reported(sandboxed, name, message):
    modules = sandboxed(HOSTILE_EXCEPTIONS)
    with pytest.raises(ValueError, match=message) as caught:
        modules.fail(name)
    assert len(str(caught.value)) < 300_000 and len(caught.value.student_traceback) < 300_000
    assert caught.value.student_type.isprintable()
    repr(caught.value)
    assert modules.Loop.__name__ == "Loop"


def test_staff_are_asked_about_a_huge_message_only_where_it_is_compared(sandboxed):
    modules = sandboxed(HOSTILE_EXCEPTIONS)
    with pytest.raises(ValueError) as caught:
        modules.fail("Huge")
    assert len(caught.value.student_beginning) < 300_000 and len(caught.value.student_traceback) < 300_000
    with pytest.raises(TrustedValueError, match="too long to compare"):
        str(caught.value)


def test_chains_and_arguments_of_exceptions_may_be_endless(sandboxed):
    modules = sandboxed(HOSTILE_EXCEPTIONS)
    with pytest.raises(ValueError, match="loop"):
        modules.loop()
    with pytest.raises(ValueError, match="a"):
        modules.in_args()
    with pytest.raises(ValueError, match="4999") as caught:
        modules.deep()
    assert len(caught.value.student_traceback) < 50_000


@pytest.mark.skipif(sys.version_info < (3, 11), reason="they came with Python 3.11")
def test_exception_groups_cross(sandboxed):
    modules = sandboxed("""
        def fail(): raise ExceptionGroup("several", [ValueError(1), TypeError(2)])
        def base(): raise BaseExceptionGroup("worse", [KeyboardInterrupt()])
    """)
    with pytest.raises(ExceptionGroup, match="several"):  # noqa: F821
        modules.fail()
    with pytest.raises(SubmissionFailure, match="worse"):
        modules.base()


def test_a_keyboard_interrupt_of_the_submission_does_not_interrupt_the_grader(sandboxed):
    modules = sandboxed("def fail(): raise KeyboardInterrupt('me')\ndef fine(): return 1")
    with pytest.raises(SubmissionFailure, match="your code raised KeyboardInterrupt: me"):
        modules.fail()
    assert modules.fine() == 1


def test_a_traceback_names_the_submissions_files_and_lines_and_no_frame_of_ours(sandboxed):
    modules = sandboxed(
        "import other\n\n\ndef outer():\n    return other.inner()\n", other="def inner():\n    raise ValueError('deep')\n"
    )
    with pytest.raises(ValueError, match="deep") as caught:
        modules.outer()
    marks = re.compile(r"^ *[~^]+\n", re.MULTILINE)  # under the part of the line; every Python draws others
    assert marks.sub("", caught.value.student_traceback) == (
        "Traceback (most recent call last):\n"
        '  File "modules.py", line 5, in outer\n    return other.inner()\n'
        "  File \"other.py\", line 2, in inner\n    raise ValueError('deep')\n"
        "ValueError: deep\n"
    )


def test_a_submission_that_reads_its_flags_while_it_is_imported_finds_none(sandboxed):
    assert sandboxed("import sys\nflags = sys.argv[1:]\n").flags == []
