"""What a submission says that it has printed, logged and warned of is a claim: it is checked, bounded and only shown."""

import io
import logging
import os
import sys
import warnings

import numpy as np
import pytest

from autograder.sandbox.streams import ERR, MAX_EVENTS, OUT, RECORD, VARIABLE, WARNING
from autograder.sandbox.wire import WireError
from autograder.standins import told
from autograder.standins.surroundings import Surroundings
from autograder.standins.told import Listener, checked_events

LOG = (b"work", 30, b"work.py", 3, b"f", None, b"", True, ())
WARN = ("UserWarning", b"builtins", b"UserWarning", b"work.py", 3, None)


def replaced(parts, **changes):
    return tuple(changes.get(f"at{index}", part) for index, part in enumerate(parts))


def put(*events, surroundings=None):
    """Let a process tell these, each a kind, a text and its parts."""
    listener = Listener(surroundings or Surroundings())
    text = b"".join(event[1] for event in events)
    listener.hear(checked_events(text, [[kind, len(part), *more] for kind, part, *more in events]))
    listener.put()
    return listener


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("text", []),
        (None, []),
        (np.zeros(3), []),
        (np.zeros((1, 1), np.uint8), []),
        (b"", [[OUT, 0]] * (MAX_EVENTS + 3)),
        (b"abc", [[OUT, 4]]),
        (b"abc", [[OUT, -1]]),
        (b"abc", [[OUT, 2], [OUT, 2]]),
        (b"abc", [[OUT, True]]),
        (b"abc", [[True, 1]]),
        (b"abc", [[OUT]]),
        (b"abc", [OUT]),
        (b"abc", [(OUT, 1)]),
        (b"abc", [[17, 1]]),
        (b"abc", [[OUT, 1, 1]]),
        (b"", [[RECORD, 0]]),
        *((b"", [[RECORD, 0, *replaced(LOG, **{f"at{index}": part})]]) for index in range(9) for part in ([], 1.5, object())),
        (b"", [[RECORD, 0, *replaced(LOG, at1=1 << 40)]]),
        (b"", [[RECORD, 0, *replaced(LOG, at5="int")]]),
        (b"", [[RECORD, 0, *replaced(LOG, at8=(b"a",))]]),
        (b"", [[RECORD, 0, *replaced(LOG, at8=(b"a", []))]]),
        (b"", [[WARNING, 0, *replaced(WARN, at0="ValueError")]]),
        (b"", [[WARNING, 0, *replaced(WARN, at0="nothing")]]),
        (b"", [[WARNING, 0, *replaced(WARN, at4=-(1 << 60))]]),
        (b"", [[VARIABLE, 0, "name", True]]),
    ],
)
def test_what_is_malformed_is_refused(text, events):
    with pytest.raises(WireError):
        checked_events(text, events)


def test_text_is_written_as_it_is(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", None)
    put((OUT, b"\x1b[2J\r\x00"), (ERR, b"lost"), (OUT, b"\xff\xed\xa0\x80"))
    assert out.getvalue() == "\x1b[2J\r\x00\ufffd" + "\ufffd" * 3


def test_lone_surrogates_do_not_fail_in_a_stream_that_takes_none(monkeypatch):
    binary = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(binary, "utf-8", write_through=True))
    put((OUT, "\ud800".encode("utf-8", "surrogatepass")))
    assert binary.getvalue() == b"\\ud800"
    sys.stdout.detach()


def test_one_process_cannot_fill_the_graders_memory(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(told, "MAX_TOTAL_BYTES", 10)
    listener = put((OUT, b"12345678"))
    for _ in range(3):
        listener.hear(checked_events(b"12", [[OUT, 2]]))
    assert len(listener.events) == 1
    listener.put()
    assert out.getvalue() == "1234567812"


def test_a_process_names_a_bounded_number_of_loggers(monkeypatch, caplog):
    monkeypatch.setattr(told, "MAX_LOGGERS", 5)
    put(*((RECORD, b"text", *replaced(LOG, at0=b"forged.%d" % number)) for number in range(20)))
    assert len(caplog.records) == 20 and "forged.10" not in logging.root.manager.loggerDict


def test_a_hostile_record_is_only_text(caplog):
    names = (b"getMessage", b"msg", b"__class__", b"_private", b"not a name", b"own", b"levelno", b"\xff")
    pairs = tuple(part for name in names for part in (name, b"%s" * 100))
    put((RECORD, b"%s %d %(secret)s", *replaced(LOG, at0=b"a\x1b[31m\n", at2=b"\x00/etc/passwd", at4=b"\xff", at8=pairs)))
    record = caplog.records[0]
    assert record.getMessage() == record.msg == "%s %d %(secret)s" and record.args == ()
    assert record.own == "%s" * 100 and not hasattr(record, "_private") and type(record) is logging.LogRecord
    assert "\x1b" not in record.name and "\x00" not in record.pathname


def test_a_record_goes_no_further_than_it_did(caplog):
    put((RECORD, b"text", *replaced(LOG, at7=False)))
    assert not caplog.records and logging.getLogger("work").propagate


@pytest.mark.parametrize("name", ["UnicodeDecodeError", "KeyboardInterrupt", "ExceptionGroup", "ValueError"])
def test_an_exception_of_a_record_is_of_a_builtin_class(caplog, name):
    if name == "ExceptionGroup" and sys.version_info < (3, 11):
        pytest.skip("from Python 3.11 on")
    put((RECORD, b"text", *replaced(LOG, at5=name, at6=b"Trace\x1b")))
    assert caplog.records[0].exc_text == "Trace\\u001b" and isinstance(caplog.records[0].exc_info[1], BaseException)


def warned(*parts, text=b"text"):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        put((WARNING, text, *parts))
    return found[0]


def test_a_warning_is_of_a_class_of_warnings():
    assert warned(*WARN).category is UserWarning
    found = warned(*replaced(WARN, at0="RuntimeWarning", at1=b"numpy.exceptions", at2=b"ComplexWarning"))
    assert found.category is np.exceptions.ComplexWarning


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (b"autograder.errors", b"AutograderError"),
        (b"os", b"system"),
        (b"builtins", b"eval"),
        (b"_pytest.outcomes", b"Skipped"),
        (b"pytest", b"PytestWarning"),
        (b"no such", b""),
        (b"\xff", b"__class__"),
        (b"work", b"a\x00b"),
    ],
)
def test_a_hostile_category_is_a_class_made_for_it(module, name):
    category = warned(*replaced(WARN, at1=module, at2=name)).category
    assert category.__mro__[1] is UserWarning and type(category) is type and "\x00" not in category.__name__


def test_a_warning_that_is_none_is_not_taken_for_one():
    assert warned(*replaced(WARN, at5=ValueError("no"))).category is UserWarning
    own = type("Own", (UserWarning,), {})("mine")
    assert warned(*replaced(WARN, at5=own)).message is own


def test_only_variables_of_the_suite_are_changed(monkeypatch):
    monkeypatch.setenv("OF_THE_GRADER", "1")
    surroundings = Surroundings()
    for name in ("LD_PRELOAD_X", "PYTHONX", "OF_THE_GRADER", "OF_THE_SUITE"):
        monkeypatch.setenv(name, "2")
    surroundings.look_at_environment()
    names = ("LD_PRELOAD_X", "PYTHONX", "OF_THE_GRADER", "OF_THE_SUITE", "UNKNOWN")
    put(*((VARIABLE, b"3", name.encode(), True) for name in names), surroundings=surroundings)
    assert [os.environ.get(name) for name in names] == ["2", "2", "2", "3", None]
    put((VARIABLE, b"a\0b", b"OF_THE_SUITE", True), surroundings=surroundings)
    assert os.environ["OF_THE_SUITE"] == "3"
    put((VARIABLE, b"", b"OF_THE_SUITE", False), surroundings=surroundings)
    assert "OF_THE_SUITE" not in os.environ


def test_the_suites_stdin_is_read_and_nothing_else(monkeypatch):
    monkeypatch.setattr(sys, "stdin", sys.__stdin__)
    assert told.read(None, -1) == told.readline(None, -1) == ""
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\nb\n"))
    assert told.readline(None, -1) == "a\n" and told.read(None, 1) == "b" and told.read(None, "x") == "\n"
