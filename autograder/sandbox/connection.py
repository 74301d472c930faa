"""One end of the socket between the two sides, and how messages are laid out on it.

A message is

    u32 length of the structure | u64 length of all arrays | structure | arrays, one after the other

where the structure is one msgpack value as wire.py describes it. The bytes of a NumPy array are received straight into the
array that the suite will see. Strings may hold lone surrogates, as Python's do.
"""

import select
import socket
import struct
from typing import Any

import msgpack
import numpy as np

from autograder.sandbox.decoder import MAX_NODES, Decoder
from autograder.sandbox.wire import MAX_TEXT, WireError

HEADER = struct.Struct("<IQ")
MAX_STRUCTURE_BYTES = 1 << 20  # of hostile msgpack this costs at most some 75 MB to decode
MAX_REQUEST_BYTES = 64 * MAX_STRUCTURE_BYTES  # of a structure of the suite, which is trusted: its lists may be long
BYTES_AT_ONCE = 1 << 16


def framed(structure: Any) -> bytes:
    """A message without arrays."""
    packed = pack(structure)
    return HEADER.pack(len(packed), 0) + packed


def pack(structure: Any) -> bytes:
    return msgpack.packb(structure, unicode_errors="surrogatepass")


class TooLarge(ValueError):
    """A message has a longer structure than the other side takes."""


class Connection:
    """One end of the socket between the two sides. Both sides wait; whoever enforces a deadline kills the child.

    Args:
        enforcer: a socket to whoever does that. Once it is closed over there, nobody would end the waiting.
    """

    def __init__(self, sock: socket.socket, enforcer: socket.socket | None = None) -> None:
        self.socket = sock
        self.descriptor = sock.fileno()
        self.enforcer = enforcer
        self.poll = None
        if enforcer:
            self.poll = select.poll()
            self.poll.register(sock, select.POLLIN)
            self.poll.register(enforcer, 0)  # no event is asked for: poll reports a hang-up always
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, 1 << 22)
        self.before = b""  # messages, made by `framed`, that go with the next one
        self.view = memoryview(np.empty(BYTES_AT_ONCE, np.uint8))  # type: ignore[arg-type]  # a Buffer from Python 3.12 on
        self.start = self.end = 0  # the part of the buffer that was received and not yet used

    def to_copy(self, sock: socket.socket) -> "Connection":
        """The connection to a copy of the process that is at the other end of this one."""
        return Connection(sock, self.enforcer)

    def expect(self, folder: str) -> None:
        """See the name of a folder that the suite is about to have made over there."""

    def look_into(self, error: BaseException) -> None:
        """See an exception of the other side's before it is raised here."""

    def send(self, structure: Any, arrays: list[np.ndarray]) -> None:
        """Send a message.

        Raises:
            TooLarge: the other side would not take it. Nothing was sent.
        """
        self.send_packed(pack(structure), arrays)

    def send_packed(self, packed: bytes, arrays: list[np.ndarray]) -> None:
        if len(packed) > MAX_REQUEST_BYTES:
            raise TooLarge
        views = [raw_bytes(np.ascontiguousarray(array)) for array in arrays if array.size] if arrays else []
        total = sum(map(len, views)) if views else 0
        head = self.before + HEADER.pack(len(packed), total) + packed
        self.before = b""
        if total <= BYTES_AT_ONCE:
            self.socket.sendall(b"".join([head, *views]) if views else head)
            return
        self.socket.sendall(head)
        for view in views:
            self.socket.sendall(view)

    def receive(self, decoder: Decoder, max_structure: int = MAX_STRUCTURE_BYTES) -> Any:
        """Return the next message's value.

        Raises:
            EOFError: the other side is gone.
            WireError: the message is malformed; the connection is of no use any more.
        """
        if self.end - self.start < HEADER.size:
            self.gather(HEADER.size)
        length, total = HEADER.unpack_from(self.view, self.start)
        self.start += HEADER.size
        if length > max_structure:
            raise WireError(f"a message has {length} bytes beside its arrays; {max_structure} are allowed")
        node = self.unpacked(self.take(length), max_structure)
        try:
            value = decoder.decode(node)
        except WireError:
            raise
        except (TypeError, ValueError, ArithmeticError, RecursionError, LookupError, AttributeError) as error:
            # An unhashable key, say, or objects of the suite that are keys and fail when they are compared.
            raise WireError("a value cannot be put together") from error
        if total or decoder.arrays:
            self.fill_all(decoder.arrays, total)
        for finish in decoder.when_filled:
            finish()
        return value

    def fill_all(self, arrays: list[np.ndarray], total: int) -> None:
        """Receive the content of a message's arrays."""
        if total != sum(array.nbytes for array in arrays):
            raise WireError("the arrays of a message do not have the announced size")
        for array in arrays:
            if array.size:
                self.fill(raw_bytes(array))
                if array.dtype.kind == "b" and array.view(np.uint8).max() > 1:  # compiled code counts on 0 and 1
                    raise WireError("a truth value is neither true nor false")

    def unpacked(self, packed: bytes, max_structure: int) -> Any:
        """The structure of a message."""
        try:
            return msgpack.unpackb(
                packed,
                max_array_len=MAX_NODES if max_structure == MAX_STRUCTURE_BYTES else max_structure,
                max_map_len=0,
                max_ext_len=0,
                max_str_len=4 * MAX_TEXT if max_structure == MAX_STRUCTURE_BYTES else max_structure,
                max_bin_len=max_structure,
                unicode_errors="surrogatepass",
            )
        except (ValueError, msgpack.exceptions.UnpackException) as error:
            raise WireError(f"a message cannot be decoded: {type(error).__name__}") from error

    def take(self, length: int) -> bytes:
        """Return the next `length` bytes."""
        if self.end - self.start < length:
            if length > BYTES_AT_ONCE:
                block = bytearray(length)
                self.fill(memoryview(block))
                return bytes(block)
            self.gather(length)
        start = self.start
        self.start = start + length
        return bytes(self.view[start : self.start])

    def gather(self, length: int) -> None:
        """Have the next `length` bytes in the buffer."""
        left = self.end - self.start
        if left:
            self.view[:left] = self.view[self.start : self.end]
        self.start, self.end = 0, left
        while self.end < length:
            self.end += self.read(self.view[self.end :] if self.end else self.view)

    def unread(self, block: bytes) -> None:
        """Put back what was taken from the socket by other means."""
        self.view[: len(block)] = block
        self.start, self.end = 0, len(block)

    def fill(self, target: memoryview) -> None:
        """Receive into the whole of `target`."""
        ready = min(self.end - self.start, len(target))
        target[:ready] = self.view[self.start : self.start + ready]
        self.start += ready
        while ready < len(target):
            ready += self.read(target[ready:])

    def wait(self) -> None:
        """Wait until there is something to read.

        Raises:
            EOFError: there is nothing, and nobody is left who would end a process that hangs.
        """
        if self.poll:
            for descriptor, _ in self.poll.poll():
                if descriptor == self.descriptor:
                    return
            raise EOFError("the fork server has ended")

    def read(self, target: memoryview) -> int:
        self.wait()
        try:
            count = self.socket.recv_into(target)
        except ConnectionError:
            count = 0
        if not count:
            raise EOFError("the other side has closed the connection")
        return count

    def close(self) -> None:
        self.socket.close()


def raw_bytes(array: np.ndarray) -> memoryview:
    """The memory of a contiguous array."""
    return memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]  # a Buffer from Python 3.12 on
