"""What the submission prints, logs and warns of, checked and put where the suite would find it; and the stdin that it reads.

All of it is what the submission says: text for the suite's streams, records for its loggers, warnings for its filters.
"""

import logging
import os
import re
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.sandbox.streams import ERR, IMPORT, MAX_EVENTS, OUT, RECORD, VARIABLE, WARNING
from autograder.sandbox.wire import EXCEPTIONS, MAX_NAME, WireError
from autograder.standins.importer import SubmissionModule
from autograder.standins.lending import is_public
from autograder.standins.surroundings import Surroundings
from autograder.standins.uses import OWN_USES, USES
from autograder.text import clean

MAX_TOTAL_BYTES = 1 << 26  # of text from one process; what it prints beyond that, nobody compares
MAX_TOTAL_EVENTS = 200_000  # from one process
MAX_LOGGERS = 1000  # that one process may name: they are never forgotten
MAX_IMPORTS = 10_000  # of all processes
LIBRARY = re.compile(r"[A-Za-z_][\w.]{0,99}")
PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
PARTS: dict[int, tuple[tuple[type, ...], ...]] = {
    OUT: (),
    ERR: (),
    # name, level, file, line, function, builtin class and traceback of an exception, whether wider loggers get it as well,
    # names and values of attributes
    RECORD: ((bytes,), (int,), (bytes,), (int,), (bytes,), (str, type(None)), (bytes,), (bool,), (tuple,)),
    # builtin category, module and name of its own, file, line, the warning itself where it is none of a builtin class
    WARNING: ((str,), (bytes,), (bytes,), (bytes,), (int,), ()),
    VARIABLE: ((bytes,), (bool,)),  # name, whether it is there
    IMPORT: ((int,),),  # milliseconds; the text is a library whose import has taken them
}
VALUES = (type(None), bool, int, float, bytes)
Event = tuple  # kind, text and parts


def checked_events(text: Any, events: list) -> list[Event]:
    """Return what a message tells: kind, text and what else belongs to it.

    Raises:
        WireError: it is malformed.
    """
    if len(events) > MAX_EVENTS + 2:
        raise WireError("more was printed than one message holds")
    if type(text) is np.ndarray and text.dtype == np.uint8 and text.ndim == 1:
        text = text.tobytes()
    if type(text) is not bytes:
        raise WireError("what was printed is malformed")
    return list(checked(events, text))


def checked(events: list, text: bytes) -> Iterator[Event]:
    start = 0
    for event in events:
        if type(event) is not list or len(event) < 2 or type(event[0]) is not int or type(event[1]) is not int:
            raise WireError("what was printed is malformed")
        kind, length, *parts = event
        types_of_parts = PARTS.get(kind)
        if types_of_parts is None or len(types_of_parts) != len(parts) or not 0 <= length <= len(text) - start:
            raise WireError("what was printed is malformed")
        if not all(not allowed or type(part) in allowed for part, allowed in zip(parts, types_of_parts, strict=True)):
            raise WireError("what was printed is malformed")
        if not all(abs(part) < 1 << 31 for part in parts if type(part) is int):
            raise WireError("a number in what was printed is too large")
        if kind == RECORD and (
            len(parts[-1]) % 2
            or not all(type(part) in VALUES for part in parts[-1])
            or not (parts[5] is None or issubclass(EXCEPTIONS.get(parts[5], int), BaseException))
        ):
            raise WireError("a log record is malformed")
        if kind == WARNING and not issubclass(EXCEPTIONS.get(parts[0], Exception), Warning):
            raise WireError("a warning is of no category of warnings")
        yield (kind, text[start : start + length], *parts)
        start += length


class Listener:
    """Puts what one process tells where the suite would find it.

    Args:
        imports: of libraries, that took long: names and milliseconds.
    """

    def __init__(self, surroundings: Surroundings, imports: list[tuple[str, int]] | None = None) -> None:
        self.surroundings = surroundings
        self.imports = [] if imports is None else imports
        self.events: list[Event] = []  # still to be put there
        self.bytes = 0
        self.count = 0
        self.loggers: set[str] = set()

    def hear(self, events: list[Event]) -> None:
        """Keep what was told until it is put where it belongs, as far as there is room."""
        for event in events:
            self.bytes += len(event[1])
            self.count += 1
            if self.bytes <= MAX_TOTAL_BYTES and self.count <= MAX_TOTAL_EVENTS:
                self.events.append(event)

    def put(self) -> None:
        """Put it all where it belongs. What the suite's streams and handlers raise is raised."""
        events, self.events = self.events, []
        for kind, text, *parts in events:
            PUT[kind](self, decoded(text), *parts)

    def print(self, stream: Any, text: str) -> None:
        if stream is None:
            return
        try:
            stream.write(text)
        except UnicodeEncodeError:  # lone surrogates
            stream.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))

    def log(self, text: str, name: bytes, level: int, file: bytes, line: int, function: bytes, *more: Any) -> None:
        known, trace, propagates, pairs = more
        logger = self.logger(label(name))
        record = logger.makeRecord(logger.name, level, label(file), line, text, (), None, label(function))
        if known is not None:
            error = bare(EXCEPTIONS[known])
            record.exc_info = (type(error), error, None)
            record.exc_text = clean(decoded(trace)).rstrip()
        for attribute, value in zip(pairs[::2], pairs[1::2], strict=True):
            own = label(attribute) if type(attribute) is bytes else ""
            if own.isidentifier() and not own.startswith("_") and not hasattr(record, own):
                setattr(record, own, decoded(value) if type(value) is bytes else value)
        before = logger.propagate
        logger.propagate = before and propagates
        try:
            logger.handle(record)
        finally:
            logger.propagate = before

    def logger(self, name: str) -> logging.Logger:
        if name not in self.loggers:
            if len(self.loggers) >= MAX_LOGGERS:
                return logging.root
            self.loggers.add(name)
        return logging.getLogger(name)

    def warn(self, text: str, known: str, module: bytes, name: bytes, file: bytes, line: int, warning: Any) -> None:
        if not issubclass(type(warning), EXCEPTIONS[known]):
            warning = category_of(EXCEPTIONS[known], label(module), label(name))(text)
        place, at = (label(file), line) if file else line_of_suite()
        warnings.showwarning(warning, type(warning), place, at)  # the submission's side has filtered it

    def note_import(self, text: str, milliseconds: int) -> None:
        if LIBRARY.fullmatch(text) and milliseconds >= 0 and len(self.imports) < MAX_IMPORTS:
            self.imports.append((text, milliseconds))

    def set_variable(self, text: str, name: bytes, there: bool) -> None:
        key = os.fsdecode(name)
        if key in self.surroundings.shared() and "\0" not in text:
            if there:
                os.environ[key] = text
            else:
                os.environ.pop(key, None)


PUT: dict[int, Callable[..., None]] = {
    OUT: lambda listener, text: listener.print(sys.stdout, text),
    ERR: lambda listener, text: listener.print(sys.stderr, text),
    RECORD: Listener.log,
    WARNING: Listener.warn,
    VARIABLE: Listener.set_variable,
    IMPORT: Listener.note_import,
}


def decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return text.decode("utf-8", "replace")


def bare(kind: type[BaseException]) -> BaseException:
    try:
        return kind()
    except TypeError:  # a UnicodeDecodeError needs five arguments
        return Exception()


def label(text: bytes) -> str:
    return clean(text[: 4 * MAX_NAME].decode("utf-8", "replace"))


def category_of(known: type[BaseException], module: str, name: str) -> Any:
    """The class of a warning: a builtin one, one of a library that is loaded here, or else one made for it."""
    if known.__name__ == name:
        return known
    place: Any = sys.modules.get(module)
    if issubclass(type(place), types.ModuleType) and not issubclass(type(place), SubmissionModule) and is_public(module):
        found = vars(place).get(name)
        if type(found) is type and issubclass(found, known):
            return found
    return type(name or "Warning", (known,), {"__module__": module})


def line_of_suite() -> tuple[str, int]:
    """The file and line of the suite that uses the submission now."""
    frame: Any = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


# What the submission reads.


class Stdin:
    """Stands for `sys.stdin` among what was lent; it has nothing that could be used in another way."""

    __slots__ = ()


def suites_stdin() -> Any:
    """What the suite has put at `sys.stdin`; None if that is still what Python or pytest has put there."""
    stream = sys.stdin
    if stream is None or stream is sys.__stdin__:
        return None
    if type(stream).__module__.startswith("_pytest.") and not {"read", "readline"} & set(vars(stream)):
        return None
    return stream


def read(stdin: Any, size: Any) -> Any:
    stream = suites_stdin()
    return "" if stream is None else stream.read(*sized(size))


def readline(stdin: Any, size: Any) -> Any:
    stream = suites_stdin()
    return "" if stream is None else stream.readline(*sized(size))


def sized(size: Any) -> tuple[int, ...]:
    """A fake need not take a size."""
    return (size,) if type(size) is int and size >= 0 else ()


STDIN_USES = {"stdin.read": read, "stdin.readline": readline}
USES.update(STDIN_USES)
OWN_USES[Stdin] = frozenset(STDIN_USES)
