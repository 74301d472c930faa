"""One process of the submission, as the suite's side sees it: requests out, values and arrays back."""

import socket
import struct
import sys
import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.sandbox.twins import Anchor, Twin, twin_of
from autograder.sandbox.wire import Connection, Tag, WireError
from autograder.standins.failures import ProcessGone
from autograder.standins.replies import ReplyDecoder, checked_reply, exception_from
from autograder.standins.requests import RequestEncoder

if TYPE_CHECKING:
    from autograder.standins.keeper import Keeper

# What a library does in a way that the suite chooses for the whole process: name -> function that tells the present mode.
MODES: dict[str, Callable[[], Any]] = {}
DEFAULT_MODES: dict[str, Any] = {}
CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: the kernel's struct ucred


class Door:
    """Requests to one process.

    Attributes:
        serial: the process's number with the fork server.
        lineage: {serial: id}; handles and mirrors of that process are valid here up to that id. The process itself
            has no bound.
    """

    def __init__(self, serial: int, sock: socket.socket, keeper: "Keeper") -> None:
        self.serial = serial
        self.connection = Connection(sock, keeper.sandbox.control)
        self.keeper = keeper
        self.lineage: dict[int, float] = {serial: float("inf")}
        self.standins: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        # Held here until a crossing finds that nobody else does: what was written into one last must still go over.
        self.mirrors: dict[int, Twin] = {}
        self.mirror_ids: dict[int, int] = {}  # id(local array or tensor) -> mirror id
        self.adjustments: list[tuple[str, Any]] = []  # seeds that the suite has set since the last request
        self.modes: dict[str, Any] = dict(DEFAULT_MODES)  # that the other side has
        self.released: list[int] = []
        self.highest = 0  # id seen so far
        self.next_mirror = 0
        self.gone: ProcessGone | None = None
        self.number = 0  # of the last request; its reply repeats it
        self.busy = False

    def ask(self, operation: str, arguments: Iterable[Any] = (), keywords: Iterable[str] = ()) -> Any:
        """Have one operation carried out and return its value.

        Raises:
            the submission's own exception, as the same builtin type.
            SubmissionFailure: it cannot answer.
            TrustedValueError: an argument may not leave this side.
        """
        __tracebackhide__ = True
        return self.finish(self.begin(operation, arguments, keywords))

    def begin(self, operation: str, arguments: Iterable[Any] = (), keywords: Iterable[str] = ()) -> RequestEncoder:
        """Send a request whose reply `finish` takes; until then this process can be asked for nothing else."""
        __tracebackhide__ = True
        encoder = RequestEncoder(self)
        encoded = [encoder.encode(argument) for argument in arguments]
        if self.busy:  # a number in a reply, chosen to have the hash of a stand-in, would be compared with it
            raise WireError("a reply asks for another request")
        self.busy = True
        try:
            self.send(operation, encoded, list(keywords), encoder)
        except BaseException as error:
            self.interrupted(error)
            raise
        return encoder

    def finish(self, request: RequestEncoder) -> Any:
        """Wait for the reply to a request that `begin` has sent; return or raise what it says."""
        __tracebackhide__ = True
        try:
            status, *rest = self.receive(request)
        except BaseException as error:
            self.interrupted(error)
            raise
        self.busy = False
        if status == "ok":
            return rest[0]
        raise exception_from(status, rest)

    def interrupted(self, error: BaseException) -> None:
        """Ctrl-C, or the suite's own alarm: what is on its way now would answer the next request."""
        self.busy = False
        if not self.gone:
            self.lose(f"the test was interrupted while your code was at work ({type(error).__name__})")

    def tell(self, operation: str, arguments: Iterable[Any] = ()) -> None:
        """Send a request that has no reply."""
        encoder = RequestEncoder(self)
        try:
            self.send(operation, [encoder.encode(argument) for argument in arguments], [], encoder)
        except BaseException as error:
            self.interrupted(error)
            raise

    def send(self, operation: str, encoded: list, keywords: list[str], encoder: RequestEncoder) -> None:
        __tracebackhide__ = True
        if self.gone:
            raise self.gone
        self.number += 1
        updates = [[Tag.LIST, number, twin.encode(encoder)] for number, twin in self.written()]
        adjustments = [[Tag.LIST, name, encoder.encode(argument)] for name, argument in self.adjusted()]
        released, self.released = self.released, []
        request = [
            Tag.LIST,
            operation,
            [Tag.LIST, *encoded],
            [Tag.LIST, *keywords],
            [Tag.LIST, *updates],
            [Tag.LIST, *released],
            [Tag.LIST, *adjustments],
            self.number,
        ]
        try:
            self.connection.send(request, encoder.arrays)
        except OSError:
            raise self.lose(self.keeper.why_gone(self.serial)) from None

    def receive(self, request: RequestEncoder) -> list:
        __tracebackhide__ = True
        lent = request.lent
        decoder = ReplyDecoder(self, lent)
        try:
            reply = self.connection.receive(decoder)
            decoder.adopt_mirrors()
            updates, retained, graph = checked_reply(reply, self.number, lent, self.mirrors, request.sealed)
            if decoder.join_graph and decoder.outputs:
                decoder.join_graph(graph)
            for number in retained:
                self.retain(number, lent[number], number in request.copied)
            for number, content in updates:
                self.overwrite(number, lent, content)
        except EOFError:
            raise self.lose(self.keeper.why_gone(self.serial)) from None
        except WireError as error:
            raise self.rejected(error) from None
        return reply

    def rejected(self, error: WireError) -> ProcessGone:
        """End the conversation with a process that has said what no honest one says."""
        self.keeper.end(self.serial)
        return self.lose(f"your code sent an invalid reply to the grader ({error})")

    def lose(self, reason: str) -> ProcessGone:
        self.gone = ProcessGone(reason)
        self.connection.close()
        return self.gone

    def add_mirror(self, number: int, twin: Twin) -> None:
        self.mirrors[number] = twin
        self.mirror_ids[id(twin.value)] = number

    def retain(self, number: int, value: Any, copied: bool) -> None:
        """The submission has kept what it was lent."""
        if copied:
            self.mirrors[number] = Anchor(value)  # and no number by which it would be sent again: its content may differ
        else:
            self.add_mirror(number, twin_of(value))

    def adjusted(self) -> list[tuple[str, Any]]:
        """The seeds and modes that the suite has set since the last request."""
        found, self.adjustments = self.adjustments, []
        for name, look in MODES.items():
            now = look()
            if now != self.modes.get(name):
                self.modes[name] = now
                found.append((name, now))
        return found

    def written(self) -> list[tuple[int, Twin]]:
        """What the suite has written into since the last crossing. What it has dropped is let go."""
        found = []
        for number, twin in list(self.mirrors.items()):
            alone = sys.getrefcount(twin.value) == 2  # the twin's reference, and the call's
            if alone and twin.idle:
                continue
            if twin.changed():
                found.append((number, twin))
            elif alone and not twin.inherited:
                if twin.is_held(twin.value):
                    twin.idle = True
                    continue
                del self.mirrors[number]
                self.mirror_ids.pop(id(twin.value), None)
                self.released.append(number)
            twin.idle = False
        return found

    def overwrite(self, number: int, lent: dict[int, Any], content: Any) -> None:
        """Let a local array or tensor show what the submission has written into its twin."""
        known = self.mirrors.get(number)
        twin = twin_of(lent[number]) if known is None or isinstance(known, Anchor) else known
        own = number % 2 == 1  # the submission's, which may get another shape; an array of the suite cannot follow that
        if type(content) is np.ndarray:
            value = twin.value
            if value.size == content.size and value.dtype == content.dtype and (own or value.flags.writeable):
                twin.take(content.reshape(value.shape))
        else:
            twin.take(content if own else content.fitting(twin.value))

    def copy_into(self, serial: int, sock: socket.socket) -> "Door":
        """The door to a copy of this process: what is known here is known there."""
        copy = Door(serial, sock, self.keeper)
        copy.lineage.update(self.lineage)
        copy.lineage[self.serial] = self.highest
        copy.standins.update(self.standins)
        copy.mirrors = {number: twin.inherit() for number, twin in self.mirrors.items()}
        copy.mirror_ids, copy.modes = dict(self.mirror_ids), dict(self.modes)
        copy.highest, copy.next_mirror, copy.number = self.highest, self.next_mirror, self.number
        return copy

    def greeting(self) -> int:
        """Wait for a copy's first word; return its pid, which the kernel vouches for."""
        __tracebackhide__ = True
        try:
            self.connection.wait()
            first, ancillary, _, _ = self.connection.socket.recvmsg(1, socket.CMSG_SPACE(CREDENTIALS.size))
        except EOFError:
            first, ancillary = b"", []
        if not first or not ancillary:
            raise self.lose(self.keeper.why_gone(self.serial))
        self.connection.unread(first)
        self.receive(RequestEncoder(self))
        return CREDENTIALS.unpack(ancillary[0][2][: CREDENTIALS.size])[0]

    def snapshot(self) -> list[Callable[[], None]]:
        """Functions that give each mirrored array and tensor the content that it has now."""
        return [twin.remember() for twin in self.mirrors.values()]
