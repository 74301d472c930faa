"""What a process of the submission has printed and not told the suite yet, where the fork server finds it after a kill.

It is memory that the two share, so printing costs no system call. Whatever it holds is what the submission says it is.
"""

import contextlib
import mmap
import struct

HEADER = struct.Struct("=Q")  # bytes printed since the journal was last empty
PART_BYTES = 1 << 15  # the first and the last so many are kept


class Journal:
    """The first and the last part of some text."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, HEADER.size + 2 * PART_BYTES)
        self.count = 0  # as this process has written it

    def hide(self) -> None:
        """Leave it out of the memory of processes that are forked from now on: it belongs to one."""
        with contextlib.suppress(OSError):  # a kernel that does not know how
            self.memory.madvise(mmap.MADV_DONTFORK)

    def add(self, text: bytes) -> None:
        count = self.count
        room = PART_BYTES - count
        if room > 0:
            head = text[:room]
            self.memory[HEADER.size + count : HEADER.size + count + len(head)] = head
        if len(text) > room:
            self.add_last(text[max(room, 0) :], max(count, PART_BYTES))
        self.count = count + len(text)
        HEADER.pack_into(self.memory, 0, self.count)

    def add_last(self, text: bytes, count: int) -> None:
        """Put text at the end of what goes round in the second half."""
        skipped = max(len(text) - PART_BYTES, 0)
        at = (count + skipped) % PART_BYTES
        text = text[skipped:]
        first = text[: PART_BYTES - at]
        start = HEADER.size + PART_BYTES
        self.memory[start + at : start + at + len(first)] = first
        rest = text[len(first) :]
        self.memory[start : start + len(rest)] = rest

    def clear(self) -> None:
        """The suite knows it all."""
        if self.count:
            self.count = 0
            HEADER.pack_into(self.memory, 0, 0)

    def take(self) -> tuple[bytes, int, bytes]:
        """Empty it, from the server's side; return the first part, how many bytes were left out, and the last part."""
        if self.memory.closed:
            return b"", 0, b""
        (count,) = HEADER.unpack_from(self.memory)
        HEADER.pack_into(self.memory, 0, 0)
        start = HEADER.size + PART_BYTES
        head = self.memory[HEADER.size : HEADER.size + min(count, PART_BYTES)]
        if count <= 2 * PART_BYTES:
            return head, 0, self.memory[start : start + max(count - PART_BYTES, 0)]
        at = start + count % PART_BYTES
        return head, count - 2 * PART_BYTES, self.memory[at : start + PART_BYTES] + self.memory[start:at]

    def close(self) -> None:
        self.memory.close()
