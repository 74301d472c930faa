"""The exceptions that a suite sees where the submission's code has raised one, made from what a message says of it."""

import contextlib
import sys
import traceback
from typing import Any

from autograder.sandbox.wire import EXCEPTIONS, MAX_NAME, Tag, WireError
from autograder.standins.classes import LongMessage, Raised
from autograder.standins.failures import SubmissionFailure
from autograder.standins.replies import ReplyDecoder, checked_class, is_data
from autograder.standins.standin import Handle, new_handle
from autograder.text import clean

MAX_SHOWN = 20_000  # characters of a note or traceback
MAX_PARTS = 20  # notes, members of a group, attributes
# Whose exceptions are what they are here, if this process has loaded them. Those of unittest would skip a test, or end it.
LIBRARIES = (sys.stdlib_module_names - {"unittest", "bdb", "asyncio", "doctest"}) | {"numpy", "torch", "pandas"}
FORM = (int, str, str, list, object, str, object, object, object, bool, list, list, list, object)  # see sandbox.raised


def exception_from(status: str, parts: list) -> BaseException:
    """Return the exception that a reply, checked already, says was raised."""
    if status == "import":
        return SubmissionFailure(clean(parts[1][: 2 * MAX_SHOWN]), clean(parts[0][:MAX_NAME]))
    failure = parts[0]
    if not hasattr(failure, "student_type"):  # the suite's own, which has come back
        return failure
    name = failure.student_type
    message = getattr(failure, "student_beginning", None) or str(failure)
    if isinstance(failure, (StopIteration, StopAsyncIteration)):
        # As from a generator: it would end a map() of the suite, which then has nothing to compare.
        return told(RuntimeError(message), failure)
    if not isinstance(failure, (Exception, SystemExit)):  # a KeyboardInterrupt would end the grading
        return told(SubmissionFailure(f"your code raised {name}: {message}"), failure)
    return failure


def raised_by_mock(error: BaseException) -> bool:
    """Whether the suite has made a mock raise an exception: it is on the submission to deal with it, of whatever kind it is."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    by_mock = bool(frames) and frames[-1].f_globals.get("__name__") == "unittest.mock"
    return by_mock and isinstance(error, Exception) and not isinstance(error, AssertionError)


def told(error: BaseException, of: Any) -> BaseException:
    """Let an exception say of itself what another one does."""
    error.student_type, error.student_traceback = of.student_type, of.student_traceback  # type: ignore[attr-defined]
    return error


def read_exception(decoder: ReplyDecoder, node: list, depth: int) -> BaseException:
    """Make an exception that says what the submission's says and is an instance of the same classes."""
    if len(node) != len(FORM) or not all(kind is object or type(part) is kind for part, kind in zip(node, FORM, strict=True)):
        raise WireError("an exception is malformed")
    number, known, name, arguments, message, text, cls, cause, context, suppressed, notes, members, extra, token = node
    returned = decoder.ledger.objects.get(token) if type(token) is int else None
    if isinstance(returned, BaseException):
        if isinstance(returned, SystemExit) or raised_by_mock(returned):
            returned.student_traceback = clean(text[: 2 * MAX_SHOWN])  # type: ignore[attr-defined]
        return returned
    kind = EXCEPTIONS.get(known, Exception)
    if len(name) > MAX_NAME or len(notes) + len(members) + len(extra) > 4 * MAX_PARTS:
        raise WireError("an exception is malformed")
    given = decoder.decode(arguments, depth)
    if type(given) is not tuple:
        raise WireError("an exception is malformed")
    name = clean(name)
    handle = handle_of(decoder, number, name)
    if type(message) is str:
        message = clean(message)
    else:
        message = long_message(message, handle)
        given = (message,)
    parts = [checked(decoder, part, depth) for part in members[1:]]
    if kind.__name__.endswith("ExceptionGroup"):
        told = message if type(message) is str else message.beginning
        given = (given[0] if given and type(given[0]) is str else told, parts or [Exception(told)])
    failure: Any = decoder.ledger.raised.get(number)
    if failure is None:
        lent = decoder.ledger.objects.get(cls) if type(cls) is int else None
        if cls is None:
            failure = exact(kind, name, given, message)
        elif isinstance(lent, type) and issubclass(lent, kind):
            failure = exact(lent, name, given, message)
        elif library_class(cls, kind):
            failure = exact(library_class(cls, kind), name, given, message)
        else:
            failure = own(class_of(decoder, cls, kind), kind, given, message)
    failure.student_type = name
    if type(message) is LongMessage:
        failure.student_beginning = message.beginning
    failure.student_traceback = clean(text[: 2 * MAX_SHOWN])
    failure.student_handle = handle
    failure.__cause__, failure.__context__ = (other and checked(decoder, other, depth) for other in (cause, context))
    failure.__suppress_context__ = suppressed
    if len(notes) > 1:
        failure.__notes__ = [clean(note[:MAX_SHOWN]) for note in notes[1:] if type(note) is str]
    for attribute, value in (decoder.parts(pair[1:], depth) for pair in extra[1:] if type(pair) is list and len(pair) == 3):
        if type(attribute) is str and attribute.isidentifier() and not attribute.startswith(("_", "student")):
            with contextlib.suppress(Exception):
                setattr(failure, attribute, value)
    if issubclass(type(failure), Raised):
        decoder.ledger.raised[number] = failure
    return failure


def long_message(node: Any, handle: Handle | None) -> str | LongMessage:
    """A message that has come in pieces, or of which only the beginning has come."""
    if type(node) is not list or not node or not all(type(piece) is str for piece in node[1:]):
        raise WireError("an exception is malformed")
    text = "".join(node[1:])
    return LongMessage(clean(text[:MAX_SHOWN]), handle) if node[0] == Tag.TUPLE else clean(text)


def checked(decoder: ReplyDecoder, node: Any, depth: int) -> BaseException:
    value = decoder.decode(node, depth)
    if not issubclass(type(value), BaseException):
        raise WireError("an exception is malformed")
    return value


def handle_of(decoder: ReplyDecoder, number: int, name: str) -> Handle | None:
    """The stand-in by which the exception is passed back, and asked for its attributes."""
    ledger = decoder.ledger
    known = ledger.standins.get(decoder.identifier(number))
    if known is None:
        if number in ledger.mirrors:
            raise WireError("an object has the number of an array")
        if number in ledger.released:
            ledger.released.remove(number)
        known = ledger.standins[number] = new_handle(Handle, ledger, decoder.keeper, number, "", name)
    return known


def library_class(node: Any, kind: type[BaseException]) -> Any:
    """The exception class of a library that this process has loaded, if the node of a class names one."""
    module, name = (node[5], node[2]) if type(node) is list and len(node) == 6 else ("", "")
    if type(module) is not str or type(name) is not str or module.partition(".")[0] not in LIBRARIES:
        return None
    found = vars(sys.modules[module]).get(name) if module in sys.modules else None
    return found if isinstance(found, type) and issubclass(found, Exception) and issubclass(found, kind) else None


def class_of(decoder: ReplyDecoder, cls: Any, kind: type) -> type:
    node = checked_class(cls[:5] if type(cls) is list else cls)
    if len(node) != 4 or not issubclass(EXCEPTIONS[node[2]], kind) or decoder.keeper is None:
        raise WireError("an exception is malformed")
    return decoder.keeper.classes.met(decoder.keeper, decoder.ledger, node)


def own(cls: Any, kind: type[BaseException], given: tuple, message: str | LongMessage) -> BaseException:
    """An instance of a stand-in of an exception class."""
    try:
        failure = cls.__new__(cls, *given)
    except Exception:  # an OSError takes five arguments at most
        failure = cls.__new__(cls)
    with contextlib.suppress(Exception):
        if is_data(given):
            kind.__init__(failure, *given)
    failure.student_message = message
    return failure


def exact(kind: type[BaseException], name: str, given: tuple, message: str | LongMessage) -> BaseException:
    """An exception of a builtin class; one that derives from it where its message cannot be had otherwise."""
    grouped = kind.__name__.endswith("ExceptionGroup")
    try:
        if grouped or is_data(given):
            failure = kind(*given)
            if str(failure) == message or grouped:
                return failure
    except Exception:  # noqa: S110  a UnicodeDecodeError needs five arguments, an ExceptionGroup needs exceptions
        pass
    space = {"__module__": "submission", "__str__": lambda self: str(message)}
    bare = {**space, "__init__": lambda self: None}
    if not is_data(given):
        given = (message,)  # as what it is: no text if it is too long
    for members, arguments in ((space, given), (bare, ())):
        try:
            return type(name, (kind,), members)(*arguments)
        except Exception:  # noqa: S112  the next form asks for less
            continue
    return type(name, (Exception,), space)(message)


ReplyDecoder.READERS[Tag.EXCEPTION] = read_exception
