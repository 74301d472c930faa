import logging
import unittest
import warnings

import pytest
from streams_logging import Bank, UnitWarning, audit, celsius, compute, load, mean, new_name, old_name


def test_warning_is_logged(caplog):
    load("data.txt")
    assert "data.txt is not a csv file" in caplog.text


def test_level_of_the_record(caplog):
    load("data.txt")
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_name_of_the_logger(caplog):
    with caplog.at_level(logging.INFO):
        load("data.csv")
    assert caplog.record_tuples == [("streams_logging", logging.INFO, "loading data.csv")]


def test_info_is_not_shown_at_level_warning(caplog):
    with caplog.at_level(logging.WARNING):
        load("data.csv")
    assert caplog.records == []


def test_debug_after_set_level(caplog):
    caplog.set_level(logging.DEBUG, logger="streams_logging")
    compute([1, 2])
    assert caplog.messages == ["computing 2 values"]


def test_exception_is_logged(caplog):
    assert compute([0]) is None
    assert caplog.records[0].levelno == logging.ERROR
    assert caplog.records[0].exc_info is not None
    assert "ZeroDivisionError" in caplog.text


def test_arguments_of_the_record(caplog):
    load("x.txt")
    record = caplog.records[-1]
    assert record.getMessage() == "x.txt is not a csv file"
    assert record.name == "streams_logging"


def test_other_logger(caplog):
    with caplog.at_level("WARNING", logger="audit"):
        audit("ann")
    assert ("audit", logging.WARNING, "user=ann") in caplog.record_tuples


def test_clear(caplog):
    load("a.txt")
    caplog.clear()
    load("b.txt")
    assert caplog.messages == ["b.txt is not a csv file"]


def test_handler_of_the_suite():
    messages = []

    class Handler(logging.Handler):
        def emit(self, record):
            messages.append(record.getMessage())

    handler = Handler()
    logger = logging.getLogger("bank")
    logger.addHandler(handler)
    try:
        Bank().withdraw(5)
    finally:
        logger.removeHandler(handler)
    assert messages == ["overdrawn by 5"]


class TestBank(unittest.TestCase):
    def test_error_is_logged(self):
        with self.assertLogs("bank", level="ERROR") as caught:
            self.assertFalse(Bank().withdraw(10))
        self.assertEqual(caught.output, ["ERROR:bank:overdrawn by 10"])

    def test_any_logger(self):
        with self.assertLogs() as caught:
            audit("bob")
        self.assertEqual(caught.records[0].getMessage(), "user=bob")
        self.assertEqual(caught.records[0].name, "audit")

    def test_nothing_is_logged(self):
        bank = Bank()
        bank.balance = 10
        with self.assertRaises(AssertionError), self.assertLogs("bank"):
            bank.withdraw(5)
        self.assertEqual(bank.balance, 5)

    def test_warns(self):
        with self.assertWarns(DeprecationWarning):
            old_name()

    def test_warns_regex(self):
        with self.assertWarnsRegex(RuntimeWarning, "nothing"):
            mean([])


def test_deprecation():
    with pytest.warns(DeprecationWarning, match="use new_name"):
        assert old_name() == 42


def test_deprecated_call():
    with pytest.deprecated_call():
        old_name()


def test_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert new_name() == 42
        assert mean([1, 2]) == 1.5


def test_warnings_as_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning, match="mean of nothing"):
            mean([])


def test_recorded_warnings():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        mean([])
        mean([])
    assert [str(w.message) for w in caught] == ["mean of nothing"] * 2
    assert all(issubclass(w.category, RuntimeWarning) for w in caught)


def test_recwarn(recwarn):
    old_name()
    assert len(recwarn) == 1
    assert recwarn.pop(DeprecationWarning)


def test_warning_class_of_the_submission():
    with pytest.warns(UnitWarning, match="451"):
        assert celsius(451) == 451


def test_warning_points_at_the_caller():
    with pytest.warns(RuntimeWarning) as caught:
        mean([])
    assert caught[0].filename == __file__


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_ignored_by_mark():
    assert mean([]) == 0.0
