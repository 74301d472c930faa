"""One process of the submission, as the suite's side sees it: requests out, values and arrays back."""

import socket
import struct
import sys
import types
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.errors import AutograderError
from autograder.sandbox.wire import DTYPE_INDEX, EXCEPTIONS, Connection, Decoder, Encoder, Tag, WireError, fingerprint
from autograder.standins.text import clean

if TYPE_CHECKING:
    from autograder.standins.keeper import Keeper


MAX_SHOWN = 20_000  # characters of a message or traceback
MAX_NAME = 200  # of a type or module
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
        encoder = RequestEncoder(self)
        encoded = [encoder.encode(argument) for argument in arguments]
        if self.busy:  # a number in a reply, chosen to have the hash of a stand-in, would be compared with it
            raise WireError("a reply asks for another request")
        self.busy = True
        try:
            self.send(operation, encoded, list(keywords), encoder)
            status, *rest = self.receive(encoder.lent)
        except BaseException as error:
            if not self.gone:  # Ctrl-C or the suite's own alarm: what is on its way now would answer the next request
                self.lose(f"the test was interrupted while your code was at work ({type(error).__name__})")
            raise
        finally:
            self.busy = False
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

    def exception(self, status: str, parts: list) -> BaseException:
        """Make the exception that a reply, checked already, describes."""
        if status == "import":
            return SubmissionFailure(clean(parts[1][: 2 * MAX_SHOWN]), clean(parts[0][:MAX_NAME]))
        known, own, arguments, message, text, own_type = parts
        name, message = clean(own[:MAX_NAME]), clean(message[:MAX_SHOWN])
        kind = EXCEPTIONS.get(known, Exception)
        if not issubclass(kind, Exception) and kind is not SystemExit:  # a KeyboardInterrupt would end the grading
            failure: BaseException = SubmissionFailure(f"your code raised {name}: {message}")
        else:
            failure = rebuilt(kind, name, arguments, message, own_type)
        failure.student_type = name  # type: ignore[attr-defined]
        failure.student_traceback = clean(text[: 2 * MAX_SHOWN])  # type: ignore[attr-defined]
        return failure

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


class RequestEncoder(Encoder):
    """Arguments of the suite."""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self.door = door
        self.lent: dict[int, np.ndarray] = {}
        self.lent_ids: dict[int, int] = {}

    def array(self, value: np.ndarray) -> list:
        if value.dtype not in DTYPE_INDEX:
            native = value.dtype.newbyteorder("=")
            if native in DTYPE_INDEX:  # by copy, since the two cannot be kept in step
                return self.plain_array(value.astype(native), 0, value.flags.writeable)
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
            return self.sequence(Tag.SET if kind is set else Tag.FROZENSET, value)
        if isinstance(value, np.generic) and value.dtype in DTYPE_INDEX:
            return [Tag.SCALAR, DTYPE_INDEX[value.dtype], value.tobytes()]
        if kind is int:
            raise TrustedValueError(f"an integer of {value.bit_length()} bits cannot be passed to the submission")
        for base, exact in EXACT.items():  # an enumeration's members are passed as their values
            if isinstance(value, base):
                return self.encode(exact(value))
        raise TrustedValueError(
            f"{describe(value)} belongs to the suite and cannot be passed to the submission; pass numbers, strings, "
            "arrays, or lists, tuples and dicts of them, or mark a helper function with @in_sandbox"
        )


EXACT: dict[type, Any] = {int: int.__index__, float: float.__float__, str: str.__str__}


def describe(value: Any) -> str:
    name = getattr(value, "__qualname__", None)
    return f"the {type(value).__name__} {name}" if isinstance(name, str) else f"a {type(value).__qualname__}"


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


class ReplyDecoder(Decoder):
    """Values of the submission. It may say anything; what is not well-formed is a WireError."""

    def __init__(self, door: Door, lent: dict[int, np.ndarray]) -> None:
        super().__init__(door.keeper.budget_bytes)
        self.door = door
        self.lent = lent
        self.new_mirrors: dict[int, np.ndarray] = {}
        self.read_only: list[np.ndarray] = []

    def identifier(self, number: Any) -> int:
        """Check the number that the submission's process gave to an object or an array: those are odd."""
        if type(number) is not int or not 0 < number < 1 << 53 or number % 2 == 0:
            raise WireError("an object has no valid number")
        self.door.highest = max(self.door.highest, number)
        return number

    def new_array(self, value: np.ndarray, mirror: int, writeable: bool) -> np.ndarray:
        if mirror:
            self.identifier(mirror)
            if mirror in self.door.mirrors or mirror in self.new_mirrors:
                raise WireError("an array was sent a second time")
            self.new_mirrors[mirror] = value
        if not writeable:
            self.read_only.append(value)
        return value

    def adopt_mirrors(self) -> None:
        """Keep the arrays that have arrived and live on over there in step from now on."""
        for number, value in self.new_mirrors.items():
            self.door.add_mirror(number, Mirror(value, fingerprint(value)))
        for value in self.read_only:
            value.flags.writeable = False

    def mirror(self, node: list, depth: int) -> np.ndarray:
        number = node[0] if len(node) == 1 else None
        if type(number) is int:
            if number in self.lent:
                return self.lent[number]
            if number in self.door.mirrors:
                return self.door.mirrors[number].array
            if number in self.new_mirrors:
                return self.new_mirrors[number]
        raise WireError("an array is not known")

    def handle(self, node: list, depth: int) -> Any:
        from autograder.standins.standin import Handle

        if len(node) != 3 or type(node[1]) is not str or type(node[2]) is not str or len(node[2]) > MAX_NAME:
            raise WireError("an object is malformed")
        if node[1] and node[1] not in BUILTIN_KINDS:
            raise WireError("an object is of an unknown kind")
        number = self.identifier(node[0])
        known = self.door.standins.get(number)
        if known is None:
            if number in self.door.mirrors:
                raise WireError("an object has the number of an array")
            if number in self.door.released:  # dropped here while the reply was on its way
                self.door.released.remove(number)
            known = Handle(self.door, number, node[1], clean(node[2]))
            self.door.standins[number] = known
        return known


REPLY_PARTS: dict[str, tuple[Any, ...]] = {
    "ok": (object,),
    "import": (str, str),  # module, reason
    "error": (str, str, tuple, str, str, object),  # known type, own name, arguments, message, traceback, own type
}


def checked_reply(reply: Any, number: int, lent: dict, mirrors: dict) -> tuple[list, list]:
    """Take all but the outcome off a reply and check the whole; return the lists of updates and of retained arrays."""
    if type(reply) is not list or len(reply) < 4 or type(reply[0]) is not str:
        raise WireError("a reply is malformed")
    answered, retained, updates = reply.pop(), reply.pop(), reply.pop()
    if type(answered) is not int or answered != number:
        raise WireError("a reply answers another request")
    if type(retained) is not list or not all(type(item) is int and item in lent for item in retained):
        raise WireError("a reply retains what it was not given")
    if type(updates) is not list or not all(
        type(update) is list and len(update) == 2 and type(update[0]) is int and type(update[1]) is np.ndarray
        for update in updates
    ):
        raise WireError("a reply has malformed updates")
    if not all(update[0] in lent or update[0] in mirrors for update in updates):
        raise WireError("a reply changes an array that the submission does not have")
    parts = REPLY_PARTS.get(reply[0])
    if parts is None or len(parts) != len(reply) - 1:
        raise WireError("a reply is malformed")
    if not all(kind is object or type(part) is kind for part, kind in zip(reply[1:], parts, strict=True)):
        raise WireError("a reply is malformed")
    if reply[0] == "error" and not (is_data(reply[3]) and (reply[6] is None or hasattr(type(reply[6]), "__autograder_door__"))):
        raise WireError("an exception is malformed")
    return updates, retained


def is_data(value: Any) -> bool:
    """Whether a value can be shown without asking the submission."""
    kind = type(value)  # not isinstance, which believes what a stand-in says of itself
    if kind in (tuple, list):
        return all(map(is_data, value))
    if kind is slice:
        return is_data([value.start, value.stop, value.step])
    return kind in DATA or issubclass(kind, (np.generic, np.dtype))


DATA = frozenset((type(None), bool, int, float, complex, str, bytes, range, type, type(...), type(NotImplemented)))
BUILTIN_KINDS: dict[str, type] = {
    "type": type,
    "dict": dict,
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "function": types.FunctionType,
    "method": types.MethodType,
    "builtin function": types.BuiltinFunctionType,
    "module": types.ModuleType,
    "generator": types.GeneratorType,
}
