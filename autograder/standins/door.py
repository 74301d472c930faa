"""One process of the submission, as the suite's side sees it: requests out, values and arrays back."""

import builtins
import socket
import struct
import sys
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.errors import AutograderError
from autograder.sandbox.child import EXCEPTIONS
from autograder.sandbox.wire import DTYPE_INDEX, Connection, Decoder, Encoder, Tag, WireError, fingerprint
from autograder.standins.text import clean

if TYPE_CHECKING:
    from autograder.standins.keeper import Keeper


CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: the kernel's struct ucred


class SubmissionFailure(BaseException):
    """The submission cannot go on with this test: it is missing, did not import, ended, or sent an invalid reply.

    Not an Exception, so that neither `pytest.raises(Exception)` nor a suite's `except Exception` takes it for an answer.
    """

    def __init__(self, message: str, module: str = "") -> None:
        super().__init__(message)
        self.module = module  # that cannot be used, if that is the reason


class ProcessGone(SubmissionFailure):
    """The process has ended before it answered; the sandbox knows why."""


class TrustedValueError(AutograderError, TypeError):
    """A suite handed something of its own to the submission that may not leave the trusted side."""


@dataclass
class Mirror:
    """An array of the suite that has a twin in the submission's process.

    It is held here until a crossing finds that nobody else does: what was written into it last must still go over.
    """

    array: np.ndarray
    state: bytes  # its fingerprint at the last crossing
    inherited: bool = False  # from the process that this one is a copy of


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

    def ask(self, operation: str, arguments: Iterable[Any] = (), keywords: Iterable[str] = ()) -> Any:
        """Have one operation carried out and return its value.

        Raises:
            the submission's own exception, as the same builtin type.
            SubmissionFailure: it cannot answer.
            TrustedValueError: an argument may not leave this side.
        """
        __tracebackhide__ = True
        encoder = RequestEncoder(self)
        encoded = [encoder.encode(argument) for argument in arguments]
        self.send(operation, encoded, list(keywords), encoder)
        status, *rest = self.receive(encoder.lent)
        if status == "ok":
            return rest[0]
        raise self.exception(status, rest)

    def tell(self, operation: str, arguments: Iterable[Any] = ()) -> None:
        """Send a request that has no reply."""
        encoder = RequestEncoder(self)
        self.send(operation, [encoder.encode(argument) for argument in arguments], [], encoder)

    def send(self, operation: str, encoded: list, keywords: list[str], encoder: "RequestEncoder") -> None:
        __tracebackhide__ = True
        if self.gone:
            raise self.gone
        updates = [[Tag.LIST, number, encoder.plain_array(array, 0, True)] for number, array in self.written()]
        released, self.released = self.released, []
        request = [
            Tag.LIST,
            operation,
            [Tag.LIST, *encoded],
            [Tag.LIST, *keywords],
            [Tag.LIST, *updates],
            [Tag.LIST, *released],
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
            updates, retained = checked_reply(reply, lent, self.mirrors)
        except EOFError:
            self.lose(self.keeper.why_gone(self.serial))
            raise self.gone from None  # type: ignore[misc]
        except WireError as error:
            self.lose(f"your code sent an invalid reply to the grader ({error})")
            raise self.gone from None  # type: ignore[misc]
        for number in retained:
            self.add_mirror(number, Mirror(lent[number], fingerprint(lent[number])))
        for number, value in updates:
            self.overwrite(number, lent, value)
        return reply

    def lose(self, reason: str) -> None:
        self.gone = ProcessGone(reason)
        self.connection.close()

    def add_mirror(self, number: int, mirror: "Mirror") -> None:
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
        if array is None or array.shape != value.shape or array.dtype != value.dtype:
            return
        writeable = array.flags.writeable
        if not writeable and number % 2 == 0:
            return  # the suite's own, which it has protected
        array.flags.writeable = True
        np.copyto(array, value)
        array.flags.writeable = writeable
        if mirror:
            mirror.state = fingerprint(array)

    def exception(self, status: str, parts: list) -> BaseException:
        """Make the exception that a reply describes."""
        if status == "import":
            return SubmissionFailure(clean(str(parts[1])), str(parts[0]))
        known, own, arguments, message, text = parts[:5]
        if not (type(known) is type(own) is type(message) is type(text) is str and type(arguments) is tuple):
            self.lose("your code sent an invalid reply to the grader (a malformed exception)")
            return self.gone  # type: ignore[return-value]
        kind = EXCEPTIONS.get(known, Exception)
        if not issubclass(kind, Exception) and kind is not SystemExit:
            failure: BaseException = SubmissionFailure(clean(f"{own}: {message}"))
        else:
            try:
                failure = kind(*arguments)
            except Exception:  # a UnicodeDecodeError needs five arguments
                failure = type(kind.__name__, (kind,), {"__init__": lambda self: None, "__str__": lambda self: message})()
        failure.student_type = clean(own)  # type: ignore[attr-defined]
        failure.student_traceback = clean(text)  # type: ignore[attr-defined]
        return failure

    def copy_into(self, serial: int, sock: socket.socket) -> "Door":
        """The door to a copy of this process: what is known here is known there."""
        copy = Door(serial, sock, self.keeper)
        copy.lineage.update(self.lineage)
        copy.lineage[self.serial] = self.highest
        copy.standins.update(self.standins)
        for number, mirror in self.mirrors.items():
            copy.add_mirror(number, Mirror(mirror.array, mirror.state, inherited=True))
        copy.highest, copy.next_mirror = self.highest, self.next_mirror
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


class RequestEncoder(Encoder):
    """Arguments of the suite."""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self.door = door
        self.lent: dict[int, np.ndarray] = {}
        self.lent_ids: dict[int, int] = {}

    def array(self, value: np.ndarray) -> list:
        if value.dtype not in DTYPE_INDEX:
            raise TrustedValueError(f"an array of dtype {value.dtype} cannot be passed to the submission")
        known = self.door.mirror_ids.get(id(value)) or self.lent_ids.get(id(value))
        if known:
            return [Tag.MIRROR, known]
        self.door.next_mirror += 2
        number = self.door.next_mirror
        self.lent[number] = value
        self.lent_ids[id(value)] = number
        return self.plain_array(value, number, value.flags.writeable)

    def text(self, value: Any) -> Any:
        return value

    def other(self, value: Any) -> Any:
        kind = type(value)
        encode = getattr(kind, "__autograder_encode__", None)
        if encode:
            return encode(value, self)
        if kind is dict:
            return [Tag.DICT, self.sequence(Tag.LIST, value.keys()), self.sequence(Tag.LIST, value.values())]
        if kind in (set, frozenset):
            return self.sequence(Tag.SET, value)
        if isinstance(value, np.generic) and value.dtype in DTYPE_INDEX:
            return [Tag.SCALAR, DTYPE_INDEX[value.dtype], value.tobytes()]
        if isinstance(value, (bool, int, float, str)) and kind.__module__ in ("enum", "builtins", "numpy"):
            return self.encode(kind.__bases__[-1](value))
        raise TrustedValueError(
            f"{describe(value)} belongs to the suite and cannot be passed to the submission; pass numbers, strings, "
            "arrays, or lists, tuples and dicts of them, or mark a helper function with @in_sandbox"
        )


def describe(value: Any) -> str:
    name = getattr(value, "__qualname__", None)
    return f"the {type(value).__name__} {name}" if isinstance(name, str) else f"a {type(value).__qualname__}"


class ReplyDecoder(Decoder):
    """Values of the submission. It may say anything; what is not well-formed is a WireError."""

    def __init__(self, door: Door, lent: dict[int, np.ndarray]) -> None:
        super().__init__(door.keeper.budget_bytes)
        self.door = door
        self.lent = lent
        self.new_mirrors: list[tuple[int, np.ndarray, bool]] = []

    def identifier(self, number: Any) -> int:
        if type(number) is not int or not 0 < number < 1 << 62:
            raise WireError("an object has no valid number")
        self.door.highest = max(self.door.highest, number)
        return number

    def new_array(self, value: np.ndarray, mirror: int, writeable: bool) -> np.ndarray:
        if mirror:
            self.identifier(mirror)
            if mirror in self.door.mirrors or mirror in self.lent or mirror % 2 == 0:
                raise WireError("an array was sent a second time")
            self.new_mirrors.append((mirror, value, writeable))
        return value

    def adopt_mirrors(self) -> None:
        """Keep the arrays that have arrived and live on over there in step from now on."""
        for number, value, writeable in self.new_mirrors:
            self.door.add_mirror(number, Mirror(value, fingerprint(value)))
            value.flags.writeable = writeable

    def mirror(self, node: list, depth: int) -> np.ndarray:
        number = self.identifier(node[0] if len(node) == 1 else None)
        if number in self.lent:
            return self.lent[number]
        if number in self.door.mirrors:
            return self.door.mirrors[number].array
        array = next((value for new, value, _ in self.new_mirrors if new == number), None)
        if array is None:
            raise WireError("an array is not known")
        return array

    def handle(self, node: list, depth: int) -> Any:
        from autograder.standins.standin import Handle

        if len(node) != 3 or type(node[1]) is not str or type(node[2]) is not str or len(node[2]) > 1000:
            raise WireError("an object is malformed")
        number = self.identifier(node[0])
        known = self.door.standins.get(number)
        if known is None:
            known = Handle(self.door, number, node[1], clean(node[2]))
            self.door.standins[number] = known
        return known


def checked_reply(reply: Any, lent: dict, mirrors: dict) -> tuple[list, list]:
    """Take the lists of updates and of retained arrays off a reply, and check that they are what they should be."""
    if type(reply) is not list or len(reply) < 4 or reply[0] not in ("ok", "error", "import"):
        raise WireError("a reply is malformed")
    retained, updates = reply.pop(), reply.pop()
    if type(retained) is not list or not all(type(number) is int and number in lent for number in retained):
        raise WireError("a reply retains what it was not given")
    if type(updates) is not list or not all(
        type(update) is list and len(update) == 2 and type(update[0]) is int and type(update[1]) is np.ndarray
        for update in updates
    ):
        raise WireError("a reply has malformed updates")
    if reply[0] == "import" and (len(reply) != 3 or type(reply[2]) is not str):
        raise WireError("a reply is malformed")
    if reply[0] == "error" and len(reply) != 6:
        raise WireError("a reply is malformed")
    if reply[0] == "ok" and len(reply) != 2:
        raise WireError("a reply is malformed")
    return updates, retained


BUILTIN_KINDS: dict[str, type] = {
    "type": type,
    "dict": dict,
    "list": list,
    "tuple": tuple,
    "set": set,
    "function": type(describe),
    "module": type(builtins),
    "generator": type(_ for _ in ()),
}
