"""What the submission prints and reads: both go over to the suite, whose streams decide.

Text is collected and told with the next message, so it is there when a call returns. What a process prints in which nobody
would tell it, and what it prints while its modules are imported, goes to descriptor 1, where the fork server reads it: in one
process the import has happened before any test.
"""

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder.sandbox.encoder import Encoder
from autograder.sandbox.journal import Journal
from autograder.sandbox.wire import Tag

OUT, ERR, RECORD, WARNING, VARIABLE, IMPORT = range(6)  # kinds of what is told
MAX_EVENTS = 2000  # of one message
MAX_BYTES = 1 << 24  # of text in one message; the rest is counted and dropped
INLINE_BYTES = 1 << 12  # of text beside the arrays of a message
Ask = Callable[..., Any]


class Outbox:
    """What the submission has printed, logged and warned of since the last message, in order.

    Attributes:
        events: kind, text, and what else belongs to it.
        dropped: bytes that there was no room for.
        aside: nothing is told now.
    """

    def __init__(self, journal: Journal | None = None) -> None:
        self.journal = journal
        self.events: list[tuple] = []
        self.room = MAX_BYTES
        self.dropped = 0
        self.aside = False
        self.pid = os.getpid()

    def add(self, kind: int, text: bytes, *more: Any) -> None:
        """Have something told."""
        if self.aside or os.getpid() != self.pid:
            if kind in (OUT, ERR):
                write_all(text)
            return
        if self.journal and kind in (OUT, ERR):
            self.journal.add(text)
        self.room -= len(text)
        if self.room < 0:
            self.dropped += len(text)
        else:
            self.events.append((kind, text, *more))

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """Tell the suite nothing of what happens in this context."""
        before, self.aside = self.aside, True
        try:
            yield
        finally:
            self.aside = before

    def take(self) -> tuple[list[tuple], np.ndarray]:
        """Return what there is to tell, kind, text and the rest of each, and all text together; nothing is left."""
        events, self.events = self.events, []
        if self.dropped:
            events.append((OUT, f"\n[... {self.dropped} bytes left out ...]\n".encode()))
        self.room, self.dropped = MAX_BYTES, 0
        if self.journal:
            self.journal.clear()
        if len(events) > MAX_EVENTS:
            events = in_fewer(events)
        text = b"".join(event[1] for event in events)
        return events, np.frombuffer(text, np.uint8)

    def encode(self, encoder: Encoder) -> list:
        """What there is to tell as parts of a message: the text, and kind, length of its text and the rest of each."""
        events, text = self.take()
        if len(text) <= INLINE_BYTES:
            shown: Any = text.tobytes()
        else:
            shown = encoder.plain_array(text, 0, True)
        told = [[Tag.LIST, kind, len(text), *map(encoder.encode, more)] for kind, text, *more in events]
        return [shown, [Tag.LIST, *told]]

    def start_again(self) -> None:
        """This is a copy of the process that has collected what there is."""
        self.pid = os.getpid()
        self.events = []
        self.room, self.dropped = MAX_BYTES, 0
        if self.journal:
            self.journal.clear()


def in_fewer(events: list[tuple]) -> list[tuple]:
    """The same text in fewer events; when there are too many even so, the order of stdout and stderr among the last is lost."""
    found: list[tuple[int, list[bytes], tuple]] = []
    for kind, text, *more in events:
        if kind in (OUT, ERR) and found and found[-1][0] == kind:
            found[-1][1].append(text)
        else:
            found.append((kind, [text], tuple(more)))
    merged = [(kind, b"".join(texts), *more) for kind, texts, more in found]
    last = merged[MAX_EVENTS - 2 :]
    if len(last) > 2:
        merged[MAX_EVENTS - 2 :] = [(kind, b"".join(text for of, text, *_ in last if of == kind)) for kind in (OUT, ERR)]
    return merged


def write_all(text: bytes) -> None:
    with contextlib.suppress(OSError):  # the submission may have closed it
        while text:
            text = text[os.write(1, text) :]


class Written(io.RawIOBase):
    """The binary end of stdout or stderr."""

    def __init__(self, outbox: Outbox, kind: int) -> None:
        self.outbox = outbox
        self.kind = kind
        self.name = "<stdout>" if kind == OUT else "<stderr>"
        self.mode = "wb"

    def writable(self) -> bool:
        return True

    def write(self, text: Any) -> int:
        data = bytes(text)
        self.outbox.add(self.kind, data)
        return len(data)

    def fileno(self) -> int:
        return 1 if self.kind == OUT else 2


class Read(io.RawIOBase):
    """The binary end of stdin."""

    name, mode = "<stdin>", "rb"

    def __init__(self, source: "SuiteInput") -> None:
        self.source = source

    def readable(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> bytes:
        return self.source.readline(size).encode("utf-8", "surrogatepass")

    def read(self, size: int | None = -1, /) -> bytes:
        return self.source.read(size).encode("utf-8", "surrogatepass")

    def readinto(self, buffer: Any) -> int:
        data = self.source.read(max(len(buffer) // 4, 1)).encode("utf-8", "surrogatepass")
        buffer[: len(data)] = data
        return len(data)


class SuiteInput(io.TextIOBase):
    """Stdin: what is read from it is read from what the suite has put at `sys.stdin`; without that it is empty."""

    name, mode, encoding, errors = "<stdin>", "r", "utf-8", "strict"

    def __init__(self, outbox: Outbox, ask: Ask) -> None:
        self.outbox = outbox
        self.ask = ask
        self.buffer = Read(self)

    def readable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def reconfigure(self, **_: Any) -> None:
        """As a real one has it; there is nothing to be set."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        return self.asked("stdin.readline", size)

    def read(self, size: int | None = -1, /) -> str:
        return self.asked("stdin.read", size)

    def asked(self, operation: str, size: int | None) -> str:
        if self.outbox.aside or os.getpid() != self.outbox.pid:
            return ""
        answer = self.ask(operation, 0, [-1 if size is None else size], {})
        if not isinstance(answer, str):
            raise TypeError(f"sys.stdin of the tests has given a {type(answer).__name__}")
        return answer


def streams(outbox: Outbox, ask: Ask) -> tuple[io.TextIOBase, ...]:
    """Stdin, stdout and stderr of a process that prints into the outbox and reads from the suite."""
    made = []
    for kind in (OUT, ERR):
        # "surrogatepass": the suite's stream decides whether it takes them.
        stream = io.TextIOWrapper(Written(outbox, kind), encoding="utf-8", errors="surrogatepass", write_through=True)
        vars(stream)["mode"] = "w"
        made.append(stream)
    return SuiteInput(outbox, ask), *made
