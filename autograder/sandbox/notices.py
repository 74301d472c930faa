"""Log records and warnings of the submission, as they are told to the suite."""

import logging
import os
import sys
import traceback
import warnings
from typing import Any

from autograder.sandbox.failures import OUR_FOLDER, plain_text
from autograder.sandbox.streams import RECORD, WARNING, Outbox
from autograder.sandbox.wire import EXCEPTION_NAMES, MAX_NAME

MAX_SHOWN = 20_000  # characters of a message or a traceback
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
MAX_EXTRA = 20  # attributes that the submission has given to a record


class Notices:
    """Tells of records and warnings.

    Args:
        stage: folder of the submission's files, once it is known.
    """

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.stage = ""

    def install(self) -> None:
        """Have all loggers and warnings tell the suite.

        The root logger has a handler, as it has under pytest: without one, records would be printed as well.
        """
        outbox, shown = self.outbox, logging.Logger.callHandlers

        def call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
            if not outbox.aside:
                self.tell_record(logger, record)
            shown(logger, record)

        logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign,assignment]
        logging.root.addHandler(logging.NullHandler())
        warnings.showwarning = self.tell_warning

    def tell_record(self, logger: logging.Logger, record: logging.LogRecord) -> None:
        text = shortened(record.getMessage())
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info and record.exc_info[1] else ""
        extra = {
            name: value
            for name, value in vars(record).items()
            if name not in STANDARD and type(value) in (type(None), bool, int, float, str)
        }
        pairs = tuple(part for pair in list(extra.items())[:MAX_EXTRA] for part in map(plain, pair))
        self.outbox.add(
            RECORD,
            encoded(text),
            encoded(plain_text(record.name)[:MAX_NAME]),
            int(record.levelno),
            encoded(self.place(record.pathname)),
            int(record.lineno),
            encoded(plain_text(record.funcName or "")[:MAX_NAME]),
            nearest(record.exc_info[0]) if trace and record.exc_info else None,
            encoded(shortened(trace)).replace(encoded(self.stage + os.sep), b"") if trace else b"",
            bool(logger.propagate),
            pairs,
        )

    def tell_warning(
        self, message: Any, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        """As `warnings.showwarning`."""
        if file is not None:
            file.write(warnings.formatwarning(message, category, filename, lineno, line))
            return
        if self.outbox.aside:
            sys.stderr.write(warnings.formatwarning(message, category, filename, lineno, line))
            return
        self.outbox.add(
            WARNING,
            encoded(shortened(str(message))),
            nearest(category),
            encoded(plain_text(category.__module__)[:MAX_NAME]),
            encoded(plain_text(category.__qualname__)[:MAX_NAME]),
            encoded(self.place(filename)),
            int(lineno),
            message if isinstance(message, Warning) and type(message) not in EXCEPTION_NAMES else None,
        )

    def place(self, filename: str) -> str:
        """A file as its author knows it; empty where it is ours, and so stands for the suite's line."""
        name = plain_text(filename)
        return "" if name.startswith((OUR_FOLDER, "sys")) else name.removeprefix(self.stage + os.sep)[-MAX_NAME:]


def nearest(kind: Any) -> str:
    """The name of the builtin class that an exception class derives from."""
    return next(EXCEPTION_NAMES[cls] for cls in kind.__mro__ if cls in EXCEPTION_NAMES)


def plain(value: Any) -> Any:
    return encoded(value[:MAX_NAME]) if type(value) is str else value


def shortened(text: str) -> str:
    return plain_text(text)[:MAX_SHOWN]


def encoded(text: str) -> bytes:
    """Text of the submission may hold lone surrogates."""
    return text.encode("utf-8", "surrogatepass")
