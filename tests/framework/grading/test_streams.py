"""What a submission prints, reads, logs and warns of is there for the suite, and in the record what nobody else has seen."""

import pytest
from toys import toy

SUITE = """
import contextlib, doctest, importlib, io, logging, sys, unittest, warnings
from unittest.mock import patch, call, MagicMock
import pytest
import modules
from modules import *

def test_capsys(capsys):
    modules.hello("Al")
    assert capsys.readouterr().out == "Hello, Al!\\n"

def test_capsys_sees_both_streams_in_order(capsys):
    modules.both()
    assert capsys.readouterr() == ("one\\nthree\\n", "two\\n")

def test_capfd(capfd):
    modules.hello("Al")
    assert capfd.readouterr().out == "Hello, Al!\\n"

def test_the_import_is_no_part_of_the_test(capsys):
    assert modules.silent() == 1
    assert capsys.readouterr().out == ""

def test_reload(capsys):
    importlib.reload(modules)
    assert capsys.readouterr().out == "imported\\n"

def test_import_again(capsys):
    sys.modules.pop("modules")
    import modules as again
    assert capsys.readouterr().out == "imported\\n" and again.silent() == 1

def test_redirected():
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        modules.both()
    assert out.getvalue() == "one\\nthree\\n" and err.getvalue() == "two\\n"

@patch("sys.stdout", new_callable=io.StringIO)
def test_patched(out):
    modules.hello("Al")
    assert out.getvalue() == "Hello, Al!\\n"

def test_own_stream_gets_each_write():
    with patch("sys.stdout") as out:
        modules.hello("Al")
    assert out.write.mock_calls == [call("Hello, Al!"), call("\\n")]

def test_bytes(capsys):
    modules.in_bytes()
    assert capsys.readouterr().out == "é\\n"

def test_surrogates_and_control_characters():
    with contextlib.redirect_stdout(io.StringIO()) as out:
        modules.odd()
    assert out.getvalue() == "\\x1b[31mred\\r\\x00\\ud800\\n"

def test_surrogates_in_the_stream_of_pytest(capsys):
    modules.odd()
    assert "red" in capsys.readouterr().out

def test_much(capsys):
    modules.much(3_000_000)
    assert len(capsys.readouterr().out) == 3_000_001

def test_many_lines(capsys):
    modules.many(5000)
    captured = capsys.readouterr()
    assert captured.out.count("\\n") == 5000 and captured.err.count("\\n") == 5000

def test_printed_before_an_exception(capsys):
    with pytest.raises(ValueError):
        modules.fails()
    assert capsys.readouterr().out == "before\\n"

def test_printed_before_a_callback(capsys):
    seen = []
    modules.calls(lambda: seen.append(capsys.readouterr().out))
    assert seen == ["before\\n"] and capsys.readouterr().out == "after\\n"

def test_suite_prints_between(capsys):
    modules.calls(lambda: print("between"))
    assert capsys.readouterr().out == "before\\nbetween\\nafter\\n"

def test_doctest():
    example = doctest.DocTestParser().get_doctest(">>> hello('Al')\\nHello, Al!\\n", {"hello": modules.hello}, "n", "f", 0)
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0

def test_closed_stream_of_the_suite():
    with patch("sys.stdout", io.StringIO()) as out:
        out.close()
        with pytest.raises(ValueError):
            modules.hello("Al")
    assert modules.silent() == 1

def test_input(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("Bo\\n"))
    assert modules.ask() == "Bo"
    assert capsys.readouterr().out == "Name? "

def test_lines_of_stdin(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("1\\n2\\n"))
    assert modules.total() == 3

def test_rest_of_stdin(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a\\nb\\n"))
    assert modules.read_all() == "a\\nb\\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("ä\\nb\\n"))
    assert modules.read_bytes() == "ä\\nb\\n".encode()

def test_fake_readline(monkeypatch):
    monkeypatch.setattr("sys.stdin.readline", lambda: "7\\n")
    assert modules.ask() == "7"

def test_stdin_ends(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(EOFError):
        modules.ask()

def test_nobody_answers():
    modules.ask()

def test_stdin_gives_no_text(monkeypatch):
    monkeypatch.setattr("sys.stdin", MagicMock())
    with pytest.raises(TypeError):
        modules.ask()

def test_warns():
    with pytest.warns(DeprecationWarning, match="old") as found:
        modules.old()
    assert found[0].filename == __file__ and found[0].lineno == test_warns.__code__.co_firstlineno + 2

def test_recorded_warnings():
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        modules.careful()
        modules.careful()
    assert [(w.category, str(w.message)) for w in found] == [(UserWarning, "careful")] * 2
    assert found[0].filename.endswith("modules.py") and found[0].lineno > 1

def test_default_filter_shows_once():
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("default")
        for _ in range(3):
            modules.careful()
    assert len(found) == 1

def test_own_category():
    with pytest.warns(UserWarning) as found:
        modules.own_warning()
    assert found[0].category.__name__ == "Own"

def test_category_of_a_library():
    import numpy as np
    with pytest.warns(np.exceptions.ComplexWarning):
        modules.complex_warning()

def test_warnings_as_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="careful"):
            modules.careful()
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("ignore")
        modules.careful()
    assert found == []

@pytest.mark.filterwarnings("error:care.*:UserWarning")
def test_mark():
    with pytest.raises(UserWarning):
        modules.careful()

class Cases(unittest.TestCase):
    def test_assert_warns(self):
        with self.assertWarns(UserWarning) as found:
            modules.careful()
        self.assertEqual(str(found.warning), "careful")

    def test_assert_logs(self):
        with self.assertLogs("work", "DEBUG") as logs:
            modules.logs(5)
        self.assertEqual(logs.output, ["DEBUG:work:debug 5", "WARNING:work:warn 100%"])
        self.assertEqual(logs.records[0].funcName, "logs")

    @unittest.skipIf(sys.version_info < (3, 10), "new")
    def test_assert_no_logs(self):
        with self.assertNoLogs("work", "ERROR"):
            modules.logs(5)

def test_caplog(caplog):
    modules.logs(5)
    assert caplog.record_tuples == [("work", logging.WARNING, "warn 100%")]

def test_caplog_at_level(caplog):
    with caplog.at_level(logging.DEBUG, "work"):
        modules.logs(5)
    assert caplog.messages == ["debug 5", "warn 100%"]
    caplog.clear()
    modules.logs(5)
    assert caplog.messages == ["warn 100%"]

def test_caplog_level_of_the_root(caplog):
    caplog.set_level("DEBUG")
    modules.logs(5)
    assert caplog.messages == ["debug 5", "warn 100%"]

def test_logged_exception_and_extra(caplog):
    modules.logs_exception()
    assert "ZeroDivisionError" in caplog.text and caplog.records[0].user == "me" and caplog.records[0].name == "root"
    assert "/" not in caplog.records[0].pathname

def test_logging_disabled(caplog):
    logging.disable(logging.CRITICAL)
    modules.logs(5)
    logging.disable(logging.NOTSET)
    assert caplog.messages == []

def test_logs_are_not_printed(capsys):
    modules.logs(5)
    assert capsys.readouterr() == ("", "")

def test_seen_in_the_record():
    modules.hello("Record")
    print("and the suite")

@pytest.mark.seconds(2)
def test_hangs_after_printing():
    modules.hello("Told")
    modules.hang()

def test_dies_after_printing():
    modules.die()

@pytest.mark.seconds(2)
def test_floods():
    modules.flood()

def test_descriptor():
    modules.low()
"""

SUBMISSION = """
import logging, os, subprocess, sys, warnings
print("imported")
warnings.simplefilter("ignore")
logging.basicConfig(level=logging.DEBUG)
log = logging.getLogger("work")

class Own(UserWarning): pass
def hello(name): print(f"Hello, {name}!")
def both():
    print("one"); print("two", file=sys.stderr); print("three")
def silent(): return 1
def in_bytes():
    sys.stdout.buffer.write("é\\n".encode()); sys.stdout.flush()
def odd(): print("\\x1b[31mred\\r\\x00\\ud800")
def much(n): print("x" * n)
def many(n):
    for i in range(n):
        print(i); print(i, file=sys.stderr)
def fails():
    print("before"); raise ValueError("no")
def calls(function):
    print("before"); function(); print("after")
def ask(): return input("Name? ")
def total(): return sum(int(line) for line in sys.stdin)
def read_all(): return sys.stdin.read()
def read_bytes(): return sys.stdin.buffer.read()
def old(): warnings.warn("old", DeprecationWarning, stacklevel=2)
def careful(): warnings.warn("careful")
def own_warning(): warnings.warn("mine", Own)
def complex_warning():
    import numpy as np
    warnings.warn("real", np.exceptions.ComplexWarning)
def logs(x):
    log.debug("debug %d", x); log.warning("warn 100%")
def logs_exception():
    try: 1 / 0
    except ZeroDivisionError: logging.exception("failed", extra={"user": "me"})
def hang():
    print("hanging")
    while True: pass
def die():
    print("dying"); os.abort()
def flood():
    i = 0
    while True:
        print("line", i); i += 1
def low():
    os.write(1, b"by descriptor\\n"); subprocess.run(["echo", "by process"]); print("as usual")
"""

FAILED = {"test_nobody_answers", "test_hangs_after_printing", "test_dies_after_printing", "test_floods"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("streams"), SUITE, SUBMISSION, limits="test_seconds = 20\noutput_kb = 8")


def test_every_test_has_the_verdict_that_it_has_in_one_process(graded):
    wrong = {name: (status, graded[name].reason or graded[name].staff) for name, (status, *_) in graded.verdicts().items()}
    wrong = {name: found for name, found in wrong.items() if found[0] != ("failed" if name in FAILED else "passed")}
    assert wrong == {}


def test_a_record_has_each_text_once_and_in_order(graded):
    assert graded["test_seen_in_the_record"].printed == "Hello, Record!\nand the suite\nimported\n"


def test_a_record_has_what_was_printed_before_the_process_was_ended(graded):
    printed = graded["test_hangs_after_printing"].printed
    assert [printed.count(text) for text in ("Hello, Told!", "hanging", "imported")] == [1, 1, 1]
    assert "dying\n" in graded["test_dies_after_printing"].printed


def test_a_flood_leaves_its_first_and_last_part(graded):
    printed = graded["test_floods"].printed
    assert "line 0\n" in printed and "bytes left out" in printed and len(printed) < 9000
    assert len(graded["test_much"].printed) < 9000


def test_what_is_written_past_the_streams_is_in_the_record(graded):
    printed = graded["test_descriptor"].printed
    assert all(printed.count(text) == 1 for text in ("by descriptor\n", "by process\n", "as usual\n"))


def test_who_reads_without_an_answer_is_told_what_to_do(graded):
    assert "Nobody answers input()" in graded["test_nobody_answers"].reason


SCRIPT = """
import io, sys
from unittest.mock import patch
import pytest

def test_script_with_stdin(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Al\\n"))
    import modules
    assert capsys.readouterr().out == "Name? Hello, Al!\\n" and modules.name == "Al"

def test_script_with_patched_input(capsys):
    sys.modules.pop("modules", None)
    with patch("builtins.input", return_value="Bo"):
        import modules
    assert capsys.readouterr().out == "Hello, Bo!\\n"

def test_script_that_raises(monkeypatch):
    sys.modules.pop("modules", None)
    monkeypatch.setattr("builtins.input", lambda _: "")
    with pytest.raises(ValueError, match="no name"):
        import modules

def test_imported_before(capsys):
    sys.modules.pop("modules", None)
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr("builtins.input", lambda _: "Cy")
    import modules
    capsys.readouterr()
    monkeypatch.undo()
    import modules
    assert modules.name == "Cy" and capsys.readouterr().out == ""
"""

PROGRAM = """
name = input("Name? ")
if not name:
    raise ValueError("no name")
print(f"Hello, {name}!")
"""


def test_a_module_that_a_test_imports_prints_and_reads_in_that_test(tmp_path):
    graded = toy(tmp_path, SCRIPT, PROGRAM)
    assert {name: graded[name].reason or graded[name].staff for name in graded.names()} == dict.fromkeys(graded.names(), "")
