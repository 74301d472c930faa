"""Exceptions that a submission raises, defines, chains and handles."""

import contextlib
import sys
import traceback
import warnings

import exceptions_raising as work
import pytest
from exceptions_raising import (
    AccountError,
    Cleaner,
    InsufficientFunds,
    NotFound,
    Session,
    Suppress,
    ValidationError,
    check_age,
    deprecated,
    find,
    first,
    handle,
    load,
    nested,
    old_name,
    opened,
    parse,
    parse_all,
    retry,
    risky,
    safe_divide,
    transfer,
    unreachable,
    validate,
    warn_twice,
)


def test_builtin_exception():
    with pytest.raises(ValueError):
        check_age(-1)


def test_no_exception_for_good_input():
    check_age(30)


def test_match():
    with pytest.raises(ValueError, match=r"age must be .* not -1"):
        check_age(-1)


def test_message_exactly():
    with pytest.raises(ValueError) as caught:
        check_age(-5)
    assert str(caught.value) == "age must be positive, not -5"


def test_type_error_for_text():
    with pytest.raises(TypeError):
        check_age("old")


def test_one_of_several():
    with pytest.raises((TypeError, ValueError)):
        check_age(None)


def test_exact_builtin_type():
    with pytest.raises(LookupError) as caught:
        find({}, "x")
    assert type(caught.value) is KeyError


def test_args_of_a_builtin_exception():
    with pytest.raises(KeyError) as caught:
        find({}, "x")
    assert caught.value.args == ("x",)


def test_index_error():
    with pytest.raises(IndexError):
        first([])


def test_zero_division_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        risky(0)


def test_zero_division_is_handled():
    assert safe_divide(1, 0) is None
    assert safe_divide(6, 3) == 2


def test_not_implemented():
    with pytest.raises(NotImplementedError):
        unreachable()


def test_custom_exception():
    with pytest.raises(InsufficientFunds):
        transfer(10, 100)


def test_custom_exception_by_its_base():
    with pytest.raises(AccountError):
        transfer(10, 100)


def test_custom_exception_by_exception():
    with pytest.raises(Exception, match="short"):
        transfer(10, 100)


def test_custom_exception_by_its_builtin_base():
    with pytest.raises(LookupError):
        load("nothing")


def test_custom_exception_attributes():
    with pytest.raises(InsufficientFunds) as caught:
        transfer(10, 100)
    assert caught.value.needed == 90
    assert caught.value.balance == 10


def test_custom_exception_message():
    with pytest.raises(InsufficientFunds) as caught:
        transfer(10, 100)
    assert str(caught.value) == "90 short"


def test_custom_exception_args():
    with pytest.raises(NotFound) as caught:
        load("x")
    assert caught.value.args == ("x", 404)


def test_custom_exception_type_is():
    with pytest.raises(AccountError) as caught:
        transfer(10, 100)
    assert type(caught.value) is InsufficientFunds
    assert caught.type is InsufficientFunds


def test_custom_exception_type_name():
    with pytest.raises(AccountError) as caught:
        transfer(10, 100)
    assert caught.typename == "InsufficientFunds"
    assert type(caught.value).__name__ == "InsufficientFunds"


def test_custom_exception_isinstance():
    with pytest.raises(Exception) as caught:
        load("x")
    assert isinstance(caught.value, NotFound)
    assert isinstance(caught.value, LookupError)
    assert not isinstance(caught.value, AccountError)


def test_hierarchy():
    assert issubclass(InsufficientFunds, AccountError)
    assert issubclass(AccountError, Exception)
    assert issubclass(NotFound, LookupError)
    assert not issubclass(NotFound, AccountError)


def test_wrong_exception_escapes_raises():
    with pytest.raises(NotFound):
        with pytest.raises(AccountError):
            load("x")


def test_except_clause_of_the_suite():
    try:
        transfer(10, 100)
    except InsufficientFunds as error:
        assert error.needed == 90
    else:
        pytest.fail("nothing was raised")


def test_except_clause_with_a_module():
    try:
        transfer(1, 2)
    except work.AccountError:
        return
    pytest.fail("nothing was raised")


def test_except_clause_with_a_tuple():
    caught = None
    try:
        load("x")
    except (AccountError, NotFound) as error:
        caught = error
    assert caught is not None


def test_first_except_clause_that_fits():
    try:
        transfer(10, 100)
    except NotFound:
        found = "not found"
    except AccountError:
        found = "account"
    assert found == "account"


def test_else_and_finally():
    steps = []
    try:
        transfer(10, 1)
    except AccountError:
        steps.append("except")
    else:
        steps.append("else")
    finally:
        steps.append("finally")
    assert steps == ["else", "finally"]


def test_exception_is_made_by_the_test():
    error = InsufficientFunds(5, 1)
    assert error.needed == 5
    assert str(error) == "5 short"
    assert isinstance(error, Exception)


def test_exception_of_the_submission_raised_by_the_test():
    with pytest.raises(InsufficientFunds):
        raise InsufficientFunds(3, 2)


def test_exception_class_raised_by_the_test():
    with pytest.raises(AccountError):
        raise AccountError


def test_cause():
    with pytest.raises(ValidationError) as caught:
        validate("abc")
    assert isinstance(caught.value.__cause__, ValueError)


def test_cause_message():
    with pytest.raises(ValidationError) as caught:
        validate("abc")
    assert "invalid literal" in str(caught.value.__cause__)


def test_context():
    with pytest.raises(RuntimeError) as caught:
        nested()
    assert isinstance(caught.value.__context__, KeyError)
    assert caught.value.__cause__ is None


def test_suppressed_context():
    with pytest.raises(ValidationError) as caught:
        parse("x")
    assert caught.value.__suppress_context__ is True


def test_error_list_is_an_attribute():
    with pytest.raises(ValidationError) as caught:
        parse_all(["1", "x", "2", "y"])
    assert caught.value.errors == ["x", "y"]
    assert len(caught.value.errors) == 2


def test_error_code_is_a_class_attribute():
    assert ValidationError.code == 22
    with pytest.raises(ValidationError) as caught:
        validate("q")
    assert caught.value.code == 22


def test_handler_gets_an_exception_of_the_suite():
    assert handle(ValueError("bad")) == "ValueError: bad"
    assert handle(KeyError("k")) == "KeyError: 'k'"


def test_handler_gets_an_exception_of_its_own():
    assert handle(NotFound("x", 404)).startswith("NotFound")


def test_traceback_names_the_function():
    with pytest.raises(ZeroDivisionError) as caught:
        risky(0)
    assert "ZeroDivisionError" in "".join(traceback.format_exception(caught.type, caught.value, caught.tb))


def test_system_exit_status():
    with pytest.raises(SystemExit) as caught:
        work.stop(3)
    assert caught.value.code == 3


def test_keyboard_interrupt_is_handled_inside():
    assert work.interrupted() == "stopped"


def test_recursion_error():
    with pytest.raises(RecursionError):
        work.forever(1)


def test_stop_iteration_from_next():
    with pytest.raises(StopIteration):
        next(work.nothing())


def test_file_not_found():
    with pytest.raises(FileNotFoundError) as caught:
        work.read("/no/such/file")
    assert caught.value.errno == 2
    assert caught.value.filename == "/no/such/file"


def test_unicode_error():
    with pytest.raises(UnicodeDecodeError):
        work.decode(b"\xff\xfe\xfa")


def test_assertion_of_the_submission():
    with pytest.raises(AssertionError, match="must hold"):
        work.invariant(False)


def test_name_error_of_the_submission():
    with pytest.raises(NameError):
        work.typo()


def test_overflow():
    with pytest.raises(OverflowError):
        work.huge(1000.0)


def test_finally_runs():
    log = []
    with pytest.raises(ValueError):
        work.with_finally(log)
    assert log == ["try", "finally"]


def test_retry_counts():
    assert retry(3) == "worked at 3"
    with pytest.raises(TimeoutError):
        retry(99)


def test_context_manager_swallows_its_own():
    with Suppress(KeyError):
        {}["x"]


def test_context_manager_does_not_swallow_others():
    with pytest.raises(ValueError):
        with Suppress(KeyError):
            raise ValueError("stays")


def test_context_manager_sees_the_exception():
    session = Session()
    with pytest.raises(ValueError):
        with session:
            raise ValueError("x")
    assert session.rolled_back is True
    assert session.seen == "ValueError"


def test_context_manager_commits():
    session = Session()
    with session as s:
        s.add(1)
    assert session.committed == [1]
    assert session.rolled_back is False


def test_contextlib_manager():
    log = []
    with opened(log) as handle_:
        assert handle_ == "handle"
        assert log == ["open"]
    assert log == ["open", "close"]


def test_contextlib_manager_closes_after_an_error():
    log = []
    with pytest.raises(KeyError):
        with opened(log):
            raise KeyError("x")
    assert log == ["open", "close"]


def test_exit_stack():
    cleaner = Cleaner()
    with contextlib.ExitStack() as stack:
        stack.enter_context(cleaner)
        assert cleaner.open
    assert not cleaner.open


def test_failed_check_is_not_swallowed():
    with pytest.raises(AssertionError):
        with Session():
            assert 1 == 2


def test_suppress_from_contextlib():
    with contextlib.suppress(NotFound):
        load("x")


def test_warning():
    with pytest.warns(DeprecationWarning, match="old_name"):
        assert old_name(2) == 4


def test_warning_category_of_its_own():
    with pytest.warns(work.SlowWarning):
        deprecated()


def test_number_of_warnings():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_twice()
    assert [str(w.message) for w in caught] == ["one", "two"]


def test_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert safe_divide(4, 2) == 2


@pytest.mark.parametrize("value, error", [("x", ValueError), (None, TypeError), (-1, ValueError)])
def test_errors_by_input(value, error):
    with pytest.raises(error):
        work.to_index(value)


def test_raises_as_a_function():
    pytest.raises(ValueError, check_age, -1)
    pytest.raises(InsufficientFunds, transfer, 1, amount=2)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exception groups")
def test_exception_group():
    with pytest.raises(ExceptionGroup) as caught:
        work.many()
    assert [type(e) for e in caught.value.exceptions] == [ValueError, KeyError]
    assert caught.value.message == "many"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="notes")
def test_notes():
    with pytest.raises(ValueError) as caught:
        work.noted()
    assert caught.value.__notes__ == ["look at line 3"]


def test_exception_equality_and_repr():
    assert repr(NotFound("x", 404)) == "NotFound('x', 404)"


def test_errors_in_a_list():
    errors = work.collect_errors([1, 0, "a"])
    assert len(errors) == 2
    assert isinstance(errors[0], ZeroDivisionError)
    assert isinstance(errors[1], TypeError)
