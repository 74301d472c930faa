"""What the submission answers, checked: values, exceptions, arrays that both sides keep in step. It may say anything."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.sandbox.twins import TWINS, Twin, twin_of
from autograder.sandbox.wire import EXCEPTIONS, Decoder, WireError
from autograder.standins.failures import SubmissionFailure
from autograder.standins.standin import BUILTIN_KINDS, Handle
from autograder.text import clean

if TYPE_CHECKING:
    from autograder.standins.door import Door

MAX_SHOWN = 20_000  # characters of a message or traceback
MAX_NAME = 200  # of a type or module


class ReplyDecoder(Decoder):
    """Values of the submission. It may say anything; what is not well-formed is a WireError."""

    READERS = list(Decoder.READERS)
    join_graph: Callable | None = None  # what tensors.py adds where tensors are used

    def __init__(self, door: "Door", lent: dict[int, Any]) -> None:
        super().__init__(door.keeper.budget_bytes)
        self.door = door
        self.lent = lent
        self.new_mirrors: dict[int, Any] = {}
        self.loaded: list[Any] = []  # twins whose content arrives with this reply
        self.read_only: list[np.ndarray] = []
        self.outputs: list[Any] = []  # tensors with a graph over there

    def identifier(self, number: Any) -> int:
        """Check the number that the submission's process gave to an object or an array: those are odd."""
        if type(number) is not int or not 0 < number < 1 << 53 or number % 2 == 0:
            raise WireError("an object has no valid number")
        self.door.highest = max(self.door.highest, number)
        return number

    def new_array(self, value: np.ndarray, mirror: int, writeable: bool) -> np.ndarray:
        if mirror:
            self.new_mirror(mirror, value)
        if not writeable:
            self.read_only.append(value)
        return value

    def new_mirror(self, number: int, value: Any) -> None:
        self.identifier(number)
        if number in self.door.mirrors or number in self.new_mirrors:
            raise WireError("an array was sent a second time")
        self.new_mirrors[number] = value

    def adopt_mirrors(self) -> None:
        """Keep the arrays and tensors that have arrived and live on over there in step from now on."""
        for number, value in self.new_mirrors.items():
            self.door.add_mirror(number, value if isinstance(value, Twin) else twin_of(value))
        for twin in self.loaded:
            twin.load(True)
        for value in self.read_only:
            value.flags.writeable = False

    def mirror(self, node: list, depth: int) -> Any:
        number = node[0] if len(node) == 1 else None
        if type(number) is int:
            if number in self.lent:
                return self.lent[number]
            if number in self.door.mirrors:
                self.door.mirrors[number].idle = False
                return self.door.mirrors[number].value
            if number in self.new_mirrors:
                value = self.new_mirrors[number]
                return value.value if isinstance(value, Twin) else value
        raise WireError("an array is not known")

    def handle(self, node: list, depth: int) -> Any:
        if len(node) != 4 or type(node[1]) is not str or type(node[2]) is not str or len(node[2]) > MAX_NAME:
            raise WireError("an object is malformed")
        base = BASES.get(node[3]) if type(node[3]) is int else None
        if node[1] and node[1] not in BUILTIN_KINDS:
            raise WireError("an object is of an unknown kind")
        number = self.identifier(node[0])
        known = self.door.standins.get(number)
        if known is None:
            if number in self.door.mirrors:
                raise WireError("an object has the number of an array")
            if number in self.door.released:  # dropped here while the reply was on its way
                self.door.released.remove(number)
            known = Handle(self.door, number, node[1], clean(node[2]), base)
            self.door.standins[number] = known
        return known


BASES: dict[int, type] = {}  # number -> class of a library that an object over there may be an instance of
REPLY_PARTS: dict[str, tuple[Any, ...]] = {
    "ok": (object,),
    "import": (str, str),  # module, reason
    "error": (str, str, tuple, str, str, object),  # known type, own name, arguments, message, traceback, own type
}


def checked_reply(reply: Any, number: int, lent: dict, mirrors: dict, sealed: Collection[int] = ()) -> tuple[list, list, Any]:
    """Take all but the outcome off a reply and check it; return the updates, the retained arrays and the graph (unchecked)."""
    if type(reply) is not list or len(reply) < 5 or type(reply[0]) is not str:
        raise WireError("a reply is malformed")
    answered, retained, updates, graph = reply.pop(), reply.pop(), reply.pop(), reply.pop()
    if type(answered) is not int or answered != number:
        raise WireError("a reply answers another request")
    if type(retained) is not list or not all(type(item) is int and item in lent for item in retained):
        raise WireError("a reply retains what it was not given")
    if type(updates) is not list or not all(
        type(update) is list and len(update) == 2 and type(update[0]) is int for update in updates
    ):
        raise WireError("a reply has malformed updates")
    for changed, content in updates:
        if changed in sealed or (changed not in lent and changed not in mirrors):
            raise WireError("a reply changes an array that the submission does not have")
        twin = TWINS[type(lent[changed])] if changed in lent else type(mirrors[changed])
        if type(content) is not twin.update_type:
            raise WireError("a reply has malformed updates")
    parts = REPLY_PARTS.get(reply[0])
    if parts is None or len(parts) != len(reply) - 1:
        raise WireError("a reply is malformed")
    if not all(kind is object or type(part) is kind for part, kind in zip(reply[1:], parts, strict=True)):
        raise WireError("a reply is malformed")
    if reply[0] == "error" and not (is_data(reply[3]) and (reply[6] is None or hasattr(type(reply[6]), "__autograder_door__"))):
        raise WireError("an exception is malformed")
    return updates, retained, graph


def is_data(value: Any) -> bool:
    """Whether a value can be shown without asking the submission."""
    kind = type(value)  # not isinstance, which believes what a stand-in says of itself
    if kind in (tuple, list):
        return all(map(is_data, value))
    if kind is slice:
        return is_data([value.start, value.stop, value.step])
    return kind in DATA or issubclass(kind, (np.generic, np.dtype))


DATA = {type(None), bool, int, float, complex, str, bytes, range, type, type(...), type(NotImplemented)}


def exception_from(status: str, parts: list) -> BaseException:
    """Make the exception that a reply, checked already, describes."""
    if status == "import":
        return SubmissionFailure(clean(parts[1][: 2 * MAX_SHOWN]), clean(parts[0][:MAX_NAME]))
    known, own, arguments, message, text, own_type = parts
    name, message = clean(own[:MAX_NAME]), clean(message[:MAX_SHOWN])
    kind = EXCEPTIONS.get(known, Exception)
    if issubclass(kind, (StopIteration, StopAsyncIteration)):
        # As from a generator: it would end a map() of the suite, which then has nothing to compare.
        kind, arguments = RuntimeError, (message,)
    if not issubclass(kind, Exception) and kind is not SystemExit:  # a KeyboardInterrupt would end the grading
        failure: BaseException = SubmissionFailure(f"your code raised {name}: {message}")
    else:
        failure = rebuilt(kind, name, arguments, message, own_type)
    failure.student_type = name  # type: ignore[attr-defined]
    failure.student_traceback = clean(text[: 2 * MAX_SHOWN])  # type: ignore[attr-defined]
    return failure


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
