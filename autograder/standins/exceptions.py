"""The exceptions that a suite sees where the submission's code has raised one, made from what the reply says of it."""

from typing import Any

from autograder.sandbox.wire import EXCEPTIONS, MAX_NAME
from autograder.standins.failures import SubmissionFailure
from autograder.text import clean

MAX_SHOWN = 20_000  # characters of a message or traceback


def exception_from(status: str, parts: list) -> BaseException:
    """Make the exception that a reply, checked already, describes."""
    if status == "import":
        return SubmissionFailure(clean(parts[1][: 2 * MAX_SHOWN]), clean(parts[0][:MAX_NAME]))
    known, own, arguments, message, text, own_type = parts
    name, message = clean(own[:MAX_NAME]), clean(message[:MAX_SHOWN])
    kind = EXCEPTIONS.get(known, Exception)
    if issubclass(kind, (StopIteration, StopAsyncIteration)):
        # As from a generator: it would end a map() of the suite, which then has nothing to compare.
        kind, arguments = RuntimeError, (message,)
    if not issubclass(kind, Exception) and kind is not SystemExit:  # a KeyboardInterrupt would end the grading
        failure: BaseException = SubmissionFailure(f"your code raised {name}: {message}")
    else:
        failure = rebuilt(kind, name, arguments, message, own_type)
    failure.student_type = name  # type: ignore[attr-defined]
    failure.student_traceback = clean(text[: 2 * MAX_SHOWN])  # type: ignore[attr-defined]
    return failure


def rebuilt(kind: type[BaseException], name: str, arguments: tuple, message: str, own_type: Any) -> BaseException:
    """Make an exception that says what the submission's says and is an instance of the same builtin types.

    Args:
        own_type: stand-in for its class if that is not a builtin one, for `pytest.raises(modules.ShapeError)`.
    """
    try:
        failure = kind(*arguments)
        if own_type is None and str(failure) == message:
            return failure
    except Exception:  # a UnicodeDecodeError needs five arguments, an ExceptionGroup needs exceptions
        arguments = ()
    space = {"__module__": "submission", "__str__": lambda self: message, "student_class": own_type}
    if kind.__name__ == "ExceptionGroup":
        arguments = (message, [Exception(message)])
    bare = {**space, "__init__": lambda self: None}
    for base, members, given in ((kind, space, arguments), (kind, bare, ())):
        try:
            return type(name, (base,), members)(*given)
        except Exception:  # noqa: S112  the next form asks for less
            continue
    return type(name, (Exception,), space)(*arguments)
