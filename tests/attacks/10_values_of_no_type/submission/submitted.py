import itertools
import os
import pickle

import msgpack

from autograder.sandbox.child import Servant
from autograder.sandbox.connection import pack
from autograder.sandbox.wire import Tag


class Shell:
    def __reduce__(self):
        return os.system, ("echo pickled",)


VALUES = itertools.cycle([
    pickle.dumps(Shell()), msgpack.ExtType(5, b"x"), msgpack.Timestamp(1, 2), {}, [99, 1], [-1], [True], [1.5], [],
    [Tag.SET, [Tag.LIST, 1]], [Tag.DICT, [Tag.LIST, [Tag.LIST]], [Tag.LIST, 1]], [Tag.BIG_INT, "9" * 5000],
    [Tag.BIG_INT, "0x10"], [Tag.NAME, "os", "system"], [Tag.DEFERRED, 1, "call", [], []], [Tag.TYPE, 10_000],
    [Tag.DTYPE, -1], [Tag.SCALAR, 11, b"short"], [Tag.HANDLE, 2, "", "even", None], [Tag.HANDLE, 3, "pytest", "x", None],
    [Tag.MIRROR, 999], [Tag.RANGE, 0, 5, 0], [Tag.PUBLIC, "os", "system"], [Tag.CONSTANT, 1], [Tag.SIZE, 1],
])  # fmt: skip


def reply(self, encoder, outcome, graph, updates, retained):
    self.connection.send_packed(pack([Tag.LIST, "ok", next(VALUES), None, [Tag.LIST], [Tag.LIST], self.number]), [])


for _ in range(os.getpid() % 25):  # each test begins with another one
    next(VALUES)
Servant.reply = reply
softmax = cross_entropy = counts = attempt = Linear = Classifier = int
