import pytest
from callbacks_errors import (
    TaskFailed,
    always_clean_up,
    ask_until_valid,
    attempt,
    divide_all,
    error_codes,
    first_success,
    run_or_wrap,
    run_tasks,
    validate,
)


class HttpError(Exception):
    def __init__(self, code):
        super().__init__(f"HTTP {code}")
        self.code = code


def fail(error):
    def task():
        raise error

    return task


def test_attempt_swallows_the_error():
    assert attempt(fail(RuntimeError("no")), default=7) == 7


def test_attempt_passes_the_value():
    assert attempt(lambda: 0, default=7) == 0


def test_builtin_error_of_a_callback_is_caught():
    assert divide_all(lambda x: 6 / x, [1, 0, 3]) == [6.0, float("inf"), 2.0]


def test_other_errors_go_through():
    with pytest.raises(TypeError):
        divide_all(lambda x: x + 1, ["a"])


def test_errors_are_collected():
    errors = run_tasks({"a": fail(ValueError("bad")), "b": lambda: None, "c": fail(KeyError("k"))})
    assert errors == {"a": "ValueError: bad", "c": "KeyError: 'k'"}


def test_error_that_is_not_expected_stops():
    ran = []
    with pytest.raises(OSError, match="disk"):
        run_tasks({"a": fail(OSError("disk")), "b": lambda: ran.append("b")})
    assert ran == []


def test_error_class_of_the_suite_comes_back_as_itself():
    error = HttpError(404)
    with pytest.raises(HttpError) as caught:
        run_tasks({"a": fail(error)})
    assert caught.value is error
    assert caught.value.code == 404


def test_wrapped_error_keeps_its_cause():
    with pytest.raises(TaskFailed, match="build failed: no space") as caught:
        run_or_wrap("build", fail(OSError("no space")))
    assert isinstance(caught.value.__cause__, OSError)


def test_wrapped_error_has_the_name():
    with pytest.raises(TaskFailed) as caught:
        run_or_wrap("test", fail(ValueError()))
    assert caught.value.name == "test"


def test_clean_up_after_success():
    log = []
    assert always_clean_up(lambda: "ok", lambda: log.append("clean")) == "ok"
    assert log == ["clean"]


def test_clean_up_after_an_error():
    log = []
    with pytest.raises(HttpError):
        always_clean_up(fail(HttpError(500)), lambda: log.append("clean"))
    assert log == ["clean"]


def test_first_success():
    assert first_success([fail(ValueError()), fail(HttpError(500)), lambda: "third"]) == "third"


def test_first_success_does_not_call_the_rest():
    called = []
    first_success([lambda: 1, lambda: called.append(2)])
    assert called == []


def test_nothing_succeeds():
    with pytest.raises(RuntimeError, match="all failed"):
        first_success([fail(ValueError())] * 3)


def test_validate_names_the_check():
    def is_short(text):
        return len(text) < 3

    assert validate("ab", str.isalpha, is_short) == "ab"
    with pytest.raises(ValueError, match="is_short refused 'abc'"):
        validate("abc", str.isalpha, is_short)


def test_ask_until_valid():
    answers = iter(["x", "", "12"])
    assert ask_until_valid(lambda: next(answers), int) == 12
    assert next(answers, None) is None


def test_attribute_of_an_error_of_the_suite_is_seen():
    def get(code):
        if code >= 400:
            raise HttpError(code)

    assert error_codes(get, [200, 404, 500]) == [0, 404, 500]


def test_assertion_in_a_callback_reaches_pytest():
    def check(x):
        assert x > 0, "must be positive"

    with pytest.raises(AssertionError, match="must be positive"):
        divide_all(check, [1, -1])
