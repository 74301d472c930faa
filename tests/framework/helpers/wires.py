"""Messages from one side to the other without a submission."""

import socket

from autograder.sandbox.connection import Connection
from autograder.standins.ledger import Ledger
from autograder.standins.replies import ReplyDecoder
from autograder.standins.requests import RequestEncoder


def request_encoder():
    """An encoder of the suite's side, of a process to which nothing has crossed yet."""
    return RequestEncoder(Ledger(1), copy_arguments=False)


def reply_decoder(ledger=None, lent=(), budget=1 << 24):
    """A decoder of the suite's side. No keeper is there: what arrives is not asked for anything."""
    return ReplyDecoder(ledger or Ledger(1), None, dict(lent), budget)


def across(structure, arrays, decoder):
    """Send a message through a socket and return what arrives."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Connection(ours).send(structure, arrays)
        return Connection(theirs).receive(decoder)
