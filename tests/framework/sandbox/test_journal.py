"""What a process has printed last is found after its end, by the fork server."""

import struct

import pytest

from autograder.sandbox.encoder import Encoder
from autograder.sandbox.journal import HEADER, PART_BYTES, Journal
from autograder.sandbox.streams import ERR, MAX_BYTES, MAX_EVENTS, OUT, RECORD, Outbox, in_fewer


@pytest.fixture
def journal():
    with_memory = Journal()
    yield with_memory
    with_memory.close()


@pytest.mark.parametrize("size", [1, 7, 1000, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 5])
@pytest.mark.parametrize("total", [0, 1, PART_BYTES, 2 * PART_BYTES, 2 * PART_BYTES + 1, 5 * PART_BYTES + 3])
def test_the_first_and_the_last_part_are_kept(journal, size, total):
    text = b"".join(b"%d," % number for number in range(total // 3 + 1))[:total]
    for start in range(0, total, size):
        journal.add(text[start : start + size])
    head, dropped, tail = journal.take()
    total = len(text)
    assert head == text[:PART_BYTES]
    assert dropped == max(total - 2 * PART_BYTES, 0)
    assert tail == text[PART_BYTES:][-PART_BYTES:]
    assert journal.take() == (b"", 0, b"")


def test_what_was_told_is_not_kept(journal):
    outbox = Outbox(journal)
    outbox.add(OUT, b"told")
    outbox.take()
    outbox.add(OUT, b"untold")
    assert journal.take()[0] == b"untold"


def test_a_forged_length_gives_bytes_of_the_journal(journal):
    for count in (PART_BYTES * 2 + 1, (1 << 64) - 1):
        HEADER.pack_into(journal.memory, 0, count)
        head, dropped, tail = journal.take()
        assert len(head) == len(tail) == PART_BYTES and dropped == count - 2 * PART_BYTES


def test_text_there_is_no_room_for_is_counted():
    outbox = Outbox()
    outbox.add(OUT, b"x" * MAX_BYTES)
    outbox.add(OUT, b"lost")
    outbox.add(RECORD, b"lost", b"name")
    events, text = outbox.take()
    assert bytes(text[MAX_BYTES:]) == b"\n[... 8 bytes left out ...]\n" and len(events) == 2
    outbox.add(ERR, b"again")
    assert outbox.take()[0] == [(ERR, b"again")]


def test_many_writes_become_few_events_and_no_text_is_lost():
    assert in_fewer([(OUT, b"a"), (OUT, b"b"), (ERR, b"c")]) == [(OUT, b"ab"), (ERR, b"c")]
    events = [(OUT, b"o"), (ERR, b"e"), (RECORD, b"r", b"name")] * MAX_EVENTS
    fewer = in_fewer(events)
    assert len(fewer) == MAX_EVENTS and fewer[:3] == events[:3]
    assert [sum(len(event[1]) for event in fewer if event[0] == kind) for kind in (OUT, ERR)] == [MAX_EVENTS] * 2


def test_a_process_that_was_forked_prints_past_the_outbox(capfd):
    outbox = Outbox()
    outbox.pid = 1
    outbox.add(OUT, b"from the child")
    assert capfd.readouterr().out == "from the child" and not outbox.events


def test_bytes_that_are_no_text_cross():
    class Plain(Encoder):
        WRITERS = Encoder.WRITERS

    outbox = Outbox()
    outbox.add(OUT, b"\xff\x00")
    assert outbox.encode(Plain())[0] == b"\xff\x00"
    assert struct.calcsize(HEADER.format) == 8
