"""One process of the submission, as the suite's side sees it: requests out, values and arrays back."""

import socket
import struct
import sys
import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.sandbox.wire import Connection, Tag, WireError, fingerprint
from autograder.standins.failures import ProcessGone
from autograder.standins.replies import Mirror, ReplyDecoder, checked_reply, exception_from
from autograder.standins.requests import RequestEncoder

if TYPE_CHECKING:
    from autograder.standins.keeper import Keeper

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
        self.connection = Connection(sock)
        self.keeper = keeper
        self.lineage: dict[int, float] = {serial: float("inf")}
        self.standins: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.mirrors: dict[int, Mirror] = {}
        self.mirror_ids: dict[int, int] = {}  # id(local array) -> mirror id
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
            status, *rest = self.receive(request.lent)
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
        self.send(operation, [encoder.encode(argument) for argument in arguments], [], encoder)

    def send(self, operation: str, encoded: list, keywords: list[str], encoder: RequestEncoder) -> None:
        __tracebackhide__ = True
        if self.gone:
            raise self.gone
        self.number += 1
        updates = [[Tag.LIST, number, encoder.plain_array(array, 0, True)] for number, array in self.written()]
        released, self.released = self.released, []
        request = [
            Tag.LIST,
            operation,
            [Tag.LIST, *encoded],
            [Tag.LIST, *keywords],
            [Tag.LIST, *updates],
            [Tag.LIST, *released],
            self.number,
        ]
        try:
            self.connection.send(request, encoder.arrays)
        except OSError:
            self.lose(self.keeper.why_gone(self.serial))
            raise self.gone from None  # type: ignore[misc]

    def receive(self, lent: dict[int, np.ndarray]) -> list:
        __tracebackhide__ = True
        decoder = ReplyDecoder(self, lent)
        try:
            reply = self.connection.receive(decoder)
            decoder.adopt_mirrors()
            updates, retained = checked_reply(reply, self.number, lent, self.mirrors)
        except EOFError:
            self.lose(self.keeper.why_gone(self.serial))
            raise self.gone from None  # type: ignore[misc]
        except WireError as error:
            self.lose(f"your code sent an invalid reply to the grader ({error})")
            self.keeper.end(self.serial)
            raise self.gone from None  # type: ignore[misc]
        for number in retained:
            self.add_mirror(number, Mirror(lent[number], fingerprint(lent[number])))
        for number, value in updates:
            self.overwrite(number, lent, value)
        return reply

    def lose(self, reason: str) -> None:
        self.gone = ProcessGone(reason)
        self.connection.close()

    def add_mirror(self, number: int, mirror: Mirror) -> None:
        self.mirrors[number] = mirror
        self.mirror_ids[id(mirror.array)] = number

    def written(self) -> list[tuple[int, np.ndarray]]:
        """The arrays that the suite has written into since the last crossing. Those that it has dropped are let go."""
        found = []
        for number, mirror in list(self.mirrors.items()):
            now = fingerprint(mirror.array)
            if now != mirror.state:
                mirror.state = now
                found.append((number, mirror.array))
            elif not mirror.inherited and sys.getrefcount(mirror.array) == 2:  # ours, and the call's own
                del self.mirrors[number], self.mirror_ids[id(mirror.array)]
                self.released.append(number)
        return found

    def overwrite(self, number: int, lent: dict[int, np.ndarray], value: np.ndarray) -> None:
        """Let a local array show what the submission has written into its twin."""
        mirror = self.mirrors.get(number)
        array = mirror.array if mirror else lent.get(number)
        if array is None or array.size != value.size or array.dtype != value.dtype:
            return  # given another size or type over there, which an array of the suite cannot follow
        writeable = array.flags.writeable
        if not writeable and number % 2 == 0:
            return  # the suite's own, which it has protected
        array.flags.writeable = True
        np.copyto(array, value.reshape(array.shape))
        array.flags.writeable = writeable
        if mirror:
            mirror.state = fingerprint(array)

    def copy_into(self, serial: int, sock: socket.socket) -> "Door":
        """The door to a copy of this process: what is known here is known there."""
        copy = Door(serial, sock, self.keeper)
        copy.lineage.update(self.lineage)
        copy.lineage[self.serial] = self.highest
        copy.standins.update(self.standins)
        for number, mirror in self.mirrors.items():
            copy.add_mirror(number, Mirror(mirror.array, mirror.state, inherited=True))
        copy.highest, copy.next_mirror, copy.number = self.highest, self.next_mirror, self.number
        return copy

    def greeting(self) -> int:
        """Wait for a copy's first word; return its pid, which the kernel vouches for."""
        __tracebackhide__ = True
        space = socket.CMSG_SPACE(CREDENTIALS.size)
        first, ancillary, _, _ = self.connection.socket.recvmsg(1, space)
        if not first or not ancillary:
            self.lose(self.keeper.why_gone(self.serial))
            raise self.gone  # type: ignore[misc]
        self.connection.unread(first)
        self.receive({})
        return CREDENTIALS.unpack(ancillary[0][2][: CREDENTIALS.size])[0]

    def snapshot(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """The mirrored arrays, each with a copy of what it holds now."""
        return [(mirror.array, mirror.array.copy()) for mirror in self.mirrors.values()]
