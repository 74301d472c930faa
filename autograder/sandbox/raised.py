"""An exception of the submission, as the suite is told of it.

    [EXCEPTION, number, known, name, arguments, message, traceback, class, cause, context, suppressed, notes, members, extra,
     token]

message: text; [LIST, pieces] of one that is longer than a text may be, [TUPLE, beginning] of one that is cut. Then there are
no arguments.
known: the nearest builtin class. class: nil if that is its class; see `World.class_node`. cause, context: exceptions or nil.
suppressed: whether Python shows no context. members: of a group. extra: attributes of an exception of a builtin class;
one of the submission's classes is asked for its attributes. token: by which the suite knows an exception of its own.
"""

import builtins
from typing import Any, Protocol

from autograder.sandbox.failures import MAX_MESSAGE, plain_text, student_traceback
from autograder.sandbox.naming import is_library
from autograder.sandbox.values import TYPES
from autograder.sandbox.wire import DTYPE_INDEX, EXCEPTION_NAMES, MAX_NAME, MAX_TEXT, TYPE_INDEX, Tag

MAX_WHOLE_BYTES = 600_000  # of a message; with the rest it has to fit into one reply
MAX_CHAIN = 6  # exceptions that are told of with one that they have led to
MAX_NOTES = 20
MAX_ARGUMENTS = 1000  # parts of what an exception was made with; of more only the message is told
MAX_NESTED = 10
PLAIN = {type(None), bool, int, float, complex, str, bytes, slice, range, type(...), type(NotImplemented)}
PLAIN |= {dtype.type for dtype in DTYPE_INDEX} | {type(dtype) for dtype in DTYPE_INDEX}
CONTAINERS = (dict, set, frozenset, bytearray)
GROUP: Any = getattr(builtins, "BaseExceptionGroup", ())  # from Python 3.11 on


class Tells(Protocol):
    """What is needed of the encoder of a reply."""

    world: Any

    def encode(self, value: Any) -> Any:
        """Return the value as a part of the message."""


def exception_node(encoder: Tells, error: BaseException, depth: int = 0, with_text: bool = True) -> list:
    """Tell of an exception. Its frames are let go: they hold the arguments of the suite."""
    kind = type(error)
    known = next(cls for cls in kind.__mro__ if cls in EXCEPTION_NAMES)
    message, arguments = message_and_arguments(encoder, error, exact=kind is known)
    text = traceback_of(error, message, encoder.world.stage) if with_text else ""
    told: Any = message
    if len(message) > MAX_MESSAGE and (depth or len(message.encode("utf-8", "surrogatepass")) > MAX_WHOLE_BYTES):
        told, arguments = [Tag.TUPLE, message[:MAX_MESSAGE]], [Tag.TUPLE]
    elif len(message) > MAX_TEXT:  # the suite may compare it
        pieces = [message[start : start + MAX_TEXT] for start in range(0, len(message), MAX_TEXT)]
        told, arguments = [Tag.LIST, *pieces], [Tag.TUPLE]
    cause, context, suppressed = error.__cause__, error.__context__, bool(error.__suppress_context__)
    error.__traceback__ = None
    nested: list[list | None] = []
    for other in (cause, context):
        if isinstance(other, BaseException) and other is not error and depth < MAX_CHAIN:
            nested.append(exception_node(encoder, other, depth + 1, with_text=False))
        else:
            nested.append(None)
    members = []
    if isinstance(error, GROUP) and depth < MAX_CHAIN:
        parts = list(error.exceptions)[:MAX_NOTES]
        members = [exception_node(encoder, part, depth + 1, with_text=False) for part in parts]
    return [
        *(Tag.EXCEPTION, encoder.world.number_of(error), EXCEPTION_NAMES[known], plain_text(kind.__name__)[:MAX_NAME]),
        *(
            arguments,
            told,
            text,
            None if kind is known else class_of(encoder, kind, known),
        ),
        *(*nested, suppressed, [Tag.LIST, *notes_of(error)], [Tag.LIST, *members]),
        [Tag.LIST, *(extra(encoder, error) if kind is known or is_library(kind, encoder.world.stage) else ())],
        encoder.world.proxy_ids.get(id(error)),
    ]


def class_of(encoder: Tells, kind: type, known: type) -> Any:
    """The class of an exception; the number of one of the suite's."""
    lent = encoder.world.proxy_ids.get(id(kind))
    return lent or encoder.world.class_node(kind) or of_library(encoder, kind, known)


def of_library(encoder: Tells, kind: type, known: type) -> list:
    """The class of a library: its number and name as if it were the submission's, and the module in which it can be found."""
    number = encoder.world.number_of(kind)
    module = plain_text(kind.__module__)[:MAX_NAME]
    return [Tag.LIST, number, plain_text(kind.__name__)[:MAX_NAME], EXCEPTION_NAMES[known], [Tag.LIST], module]


def message_and_arguments(encoder: Tells, error: BaseException, exact: bool) -> tuple[str, list]:
    try:
        message = plain_text(str(error))
    except BaseException as problem:
        message = f"(its message cannot be shown: {type(problem).__name__})"
        return message, [Tag.TUPLE, message]
    try:
        given = BaseException.args.__get__(error)  # type: ignore[attr-defined]
        if isinstance(error, OSError) and exact and len(given) == 2 and isinstance(error.filename, str):
            given = (*given, error.filename)
        elif isinstance(error, GROUP):
            given = given[:1]
        copied = [copy_of(encoder, value, exact) for value in given[:MAX_NOTES]]
        if len(copied) == len(given) and not any(part is UNTOLD for part in copied):
            return message, [Tag.TUPLE, *copied]
    except Exception:  # noqa: S110  an object that raises when it is looked at: the message is left
        pass
    return message, [Tag.TUPLE, message]


UNTOLD: Any = object()


def copy_of(encoder: Tells, value: Any, plain_only: bool, room: list[int] | None = None, depth: int = 0) -> Any:
    """Encode a value without keeping anything in step; UNTOLD if it holds arrays, is large, or has to be plain and is not."""
    room = [MAX_ARGUMENTS] if room is None else room
    kind = type(value)
    room[0] -= 1 + (len(value) >> 3 if kind in (str, bytes) else 0)
    if room[0] < 0 or depth > MAX_NESTED:
        return UNTOLD
    if kind in (tuple, list):
        parts = [copy_of(encoder, part, plain_only, room, depth + 1) for part in value]
        return UNTOLD if any(part is UNTOLD for part in parts) else [Tag.TUPLE if kind is tuple else Tag.LIST, *parts]
    if kind in PLAIN or (kind is type and value in TYPE_INDEX):
        return encoder.encode(value)
    if kind in TYPES:
        node = encoder.encode(value)
        room[0] -= nodes_of(node)
        return UNTOLD if room[0] < 0 or (plain_only and node[0] != Tag.VALUE) else node
    if plain_only or kind in CONTAINERS or hasattr(kind, "__array__"):
        return UNTOLD
    return encoder.world.handle(value)


def nodes_of(node: Any) -> int:
    """The parts of an encoded value, with text counted as `copy_of` counts it."""
    if isinstance(node, list):
        return sum(map(nodes_of, node))
    return 1 + (len(node) >> 3 if isinstance(node, (str, bytes)) else 0)


def traceback_of(error: BaseException, message: str, stage: str) -> str:
    try:
        text = student_traceback(error, stage)
    except BaseException:  # an exception that raises when it is looked at
        text = f"{type(error).__name__}: {message[:MAX_MESSAGE]}"
    if len(text) > MAX_MESSAGE:
        text = f"{text[: MAX_MESSAGE // 2]}\n[...]\n{text[-MAX_MESSAGE // 2 :]}"
    return text


def notes_of(error: BaseException) -> list[str]:
    try:
        notes = error.__dict__.get("__notes__") or []
        return [plain_text(note)[:MAX_MESSAGE] for note in notes[:MAX_NOTES] if isinstance(note, str)]
    except Exception:
        return []


def extra(encoder: Tells, error: BaseException) -> list:
    """What was set on an exception of a builtin class."""
    found = []
    for name, value in list(error.__dict__.items())[:MAX_NOTES]:
        if isinstance(name, str) and not name.startswith("__"):
            node = copy_of(encoder, value, plain_only=True)
            if node is not UNTOLD:
                found.append([Tag.LIST, plain_text(name)[:MAX_NAME], node])
    return found
