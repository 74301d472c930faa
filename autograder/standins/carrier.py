"""The connection to a process of the submission that keeps files in step and says paths as the other side knows them."""

import os
import socket
from typing import Any

import numpy as np

from autograder.sandbox.connection import MAX_STRUCTURE_BYTES, Connection, pack
from autograder.sandbox.decoder import Decoder
from autograder.standins.box import Box
from autograder.standins.in_step import HERE, THERE


class Carrier(Connection):
    """A connection, and the files that go with each message.

    Args:
        box: the files of the process.
    """

    def __init__(self, sock: socket.socket, enforcer: socket.socket | None, box: Box) -> None:
        super().__init__(sock, enforcer)
        self.box = box
        self.work, self.assignment = box.places.work.encode(), box.places.assignment.encode()

    def to_copy(self, sock: socket.socket) -> "Carrier":
        return Carrier(sock, self.enforcer, self.box)

    def send(self, structure: Any, arrays: list[np.ndarray]) -> None:
        box = self.box
        if structure[1] == "call":
            box.show_relative(structure[2])
        elif structure[1] == "method":
            box.show_relative(structure[2][1:])  # without the name
        packed = pack(structure)
        if self.work in packed or self.assignment in packed:
            packed = pack(box.outward(structure))
        if box.files.units or box.cwd.stirred(HERE):
            box.push()
        self.send_packed(packed, arrays)

    def unpacked(self, packed: bytes, max_structure: int) -> Any:
        node = super().unpacked(packed, max_structure)
        return self.box.inward(node) if self.box.marker in packed else node

    def receive(self, decoder: Decoder, max_structure: int = MAX_STRUCTURE_BYTES) -> Any:
        """Return the next message's value, when the files that go with it are here.

        Raises:
            EOFError, WireError: as for any connection.
            SubmissionFailure: the submission has left more files than are carried over.
            TrustedValueError: or what cannot be carried over.
        """
        value = super().receive(decoder, max_structure)
        box = self.box
        if box.files.units or box.cwd.stirred(THERE) or box.handed_in:
            box.pull()
        return value

    def expect(self, folder: str) -> None:
        """Let a folder over there be the suite's own: it may have the name of one that the suite finds here by a link."""
        self.box.cwd.made.add(os.path.normpath(folder).split(os.sep)[0])

    def look_into(self, error: BaseException) -> None:
        """Look whether the submission has not found a file that it would have found in one process.

        Raises:
            TrustedValueError: so it is.
        """
        if isinstance(error, OSError):
            self.box.look_into(error)
