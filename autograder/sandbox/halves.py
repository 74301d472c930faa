"""Whether a message that has begun to arrive is there."""

import array
import socket

from autograder.sandbox.connection import BYTES_AT_ONCE, HEADER

try:
    import fcntl
    import termios
except ImportError:  # Windows
    fcntl = termios = None  # type: ignore[assignment]


def is_half_sent(descriptor: int) -> bool:
    """Whether a socket holds a part of a message and its sender has not come to the rest.

    A sender that waits until there is room for more has filled the socket, which takes more than BYTES_AT_ONCE.
    """
    with socket.socket(fileno=descriptor) as sock:
        try:
            head = sock.recv(HEADER.size, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            ready = array.array("i", [0])
            fcntl.ioctl(sock, termios.FIONREAD, ready)
        except OSError:
            return False
        finally:
            sock.detach()
    if not head:
        return False  # the other end is closed
    wanted = HEADER.size + sum(HEADER.unpack(head)) if len(head) == HEADER.size else BYTES_AT_ONCE
    return ready[0] < min(wanted, BYTES_AT_ONCE)
