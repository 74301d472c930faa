"""What the submission answers, checked: values, exceptions, arrays that both sides keep in step. It may say anything."""

import math
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from autograder.sandbox import generators, libraries, values
from autograder.sandbox.containers import read_container, read_content
from autograder.sandbox.decoder import Decoder
from autograder.sandbox.mirrors import MIRROR_KINDS, Mirror, mirror_of
from autograder.sandbox.named_tuples import is_plain_class
from autograder.sandbox.naming import MAX_LINEAGE
from autograder.sandbox.wire import EXCEPTIONS, KINDS, MAX_NAME, Tag, WireError
from autograder.standins.classes import SIMPLE
from autograder.standins.ledger import Ledger
from autograder.standins.standin import Handle, Keeps, handle_class, library_handle_class, new_handle
from autograder.text import clean


class ReplyDecoder(Decoder):
    """Values of the submission. It may say anything; what is not well-formed is a WireError.

    Args:
        ledger: of the process that answers.
        keeper: of the stand-ins that arrive.
        lent: {number: array or tensor} of the request that is answered.
        budget_bytes: of arrays in one reply.
    """

    READERS = Decoder.READERS | generators.READERS | libraries.READERS
    join_graph: Callable | None = None  # what tensors.py adds where tensors are used

    def __init__(self, ledger: Ledger, keeper: Keeps, lent: dict[int, Any], budget_bytes: int) -> None:
        super().__init__(budget_bytes)
        self.ledger = ledger
        self.keeper = keeper
        self.lent = lent
        self.new_mirrors: dict[int, Any] = {}
        self.loaded: list[Any] = []  # mirrors whose content arrives with this reply
        self.read_only: list[np.ndarray] = []
        self.outputs: list[Any] = []  # tensors with a graph over there

    def identifier(self, number: Any) -> int:
        """Check the number that the submission's process gave to an object or an array: those are odd."""
        if type(number) is not int or not 0 < number < 1 << 53 or number % 2 == 0:
            raise WireError("an object has no valid number")
        self.ledger.highest = max(self.ledger.highest, number)
        return number

    def new_array(self, value: np.ndarray, number: int, writeable: bool) -> np.ndarray:
        if number:
            self.new_mirror(number, value)
        if not writeable:
            self.read_only.append(value)
        return value

    def new_container(self, number: int, value: Any) -> None:
        self.new_mirror(number, value)

    def new_mirror(self, number: int, value: Any) -> None:
        self.identifier(number)
        if number in self.ledger.mirrors or number in self.new_mirrors:
            raise WireError("an array was sent a second time")
        self.new_mirrors[number] = value

    def adopt_mirrors(self) -> None:
        """Keep the arrays and tensors that have arrived and live on over there in step from now on."""
        for number, value in self.new_mirrors.items():
            self.ledger.add_mirror(number, value if isinstance(value, Mirror) else mirror_of(value))
        for mirror in self.loaded:
            mirror.load(True)
        for value in self.read_only:
            value.flags.writeable = False


def read_mirror(decoder: ReplyDecoder, node: list, depth: int) -> Any:
    number = node[0] if len(node) == 1 else None
    if type(number) is int:
        if number in decoder.lent:
            return decoder.lent[number]
        mirror = decoder.ledger.mirrors.get(number)
        if mirror is not None:
            mirror.idle = False
            return mirror.value
        if number in decoder.ledger.anchors:
            return decoder.ledger.anchors[number]
        if number in decoder.new_mirrors:
            value = decoder.new_mirrors[number]
            return value.value if isinstance(value, Mirror) else value
    raise WireError("an array is not known")


def read_view(decoder: ReplyDecoder, node: list, depth: int) -> np.ndarray:
    """A view of an array that is here, too; a copy of it where that array lies in memory in another way here."""
    if len(node) != 6 or any(type(part) is not int for part in node[:3]) or type(node[4]) is not bool:
        raise WireError("a view is malformed")
    number, root, offset = node[:3]
    strides, copy = decoder.decode(node[3], depth), decoder.decode(node[5], depth)
    base = read_mirror(decoder, [root], depth)
    if type(copy) is not np.ndarray or type(base) is not np.ndarray or copy.dtype != base.dtype:
        raise WireError("a view is malformed")
    if type(strides) is not list or len(strides) != copy.ndim or not all(type(stride) is int for stride in strides):
        raise WireError("a view is malformed")
    reach = [(length - 1) * stride for length, stride in zip(copy.shape, strides, strict=True)]
    first, last = offset + sum(min(0, part) for part in reach), offset + sum(max(0, part) for part in reach)
    if not copy.size or first < 0 or last + copy.itemsize > base.nbytes:  # NumPy's own check knows no overflow
        raise WireError("a view is none of its array")
    value = np.ndarray(copy.shape, copy.dtype, base, offset, strides) if base.flags.c_contiguous else copy
    return decoder.new_array(value, number, node[4] or not value.flags.writeable)


def read_handle(decoder: ReplyDecoder, node: list, depth: int) -> Any:
    if len(node) not in (4, 5) or not all(type(part) is str for part in node[1:3]) or len(node[2]) > MAX_NAME:
        raise WireError("an object is malformed")
    number, kind, name, base, *rest = node
    cls = rest[0] if rest else None
    if kind and kind not in KINDS:
        raise WireError("an object is of an unknown kind")
    ledger, keeper = decoder.ledger, decoder.keeper
    decoder.identifier(number)
    known = ledger.standins.get(number)
    if known is None:
        if number in ledger.mirrors:
            raise WireError("an object has the number of an array")
        if number in ledger.released:  # dropped here while the reply was on its way
            ledger.released.remove(number)
        name = clean(name)
        of = handle_class(kind or name)
        if cls is not None:
            met = keeper.classes.met(keeper, ledger, checked_class(cls)) if keeper else Handle
            if kind == "type":
                if met is not Handle:
                    return met
            elif issubclass(met, Handle) and met is not Handle:
                of = met
        library = BASES.get(base) if type(base) is int else None
        if library is not None and cls is None and library.__name__ == name:
            of = library_handle_class(library)
        known = new_handle(of, ledger, keeper, number, kind, name, library)
        ledger.standins[number] = known
    return known


def read_derived(decoder: ReplyDecoder, node: list, depth: int) -> Any:
    """A number or text of a class of the submission."""
    if len(node) != 4 or type(node[2]) is not str or len(node[2]) > MAX_NAME:
        raise WireError("a number is malformed")
    value, number = decoder.decode(node[0], depth), decoder.identifier(node[1])
    if type(value) not in SIMPLE:
        raise WireError("a number is malformed")
    ledger, keeper = decoder.ledger, decoder.keeper
    known = ledger.derived.get(number)
    if known is not None and type(value)(known) == value:
        return known
    of = checked_class(node[3])
    if keeper is None or number in ledger.mirrors:
        raise WireError("an object has the number of an array")
    if number in ledger.released:
        ledger.released.remove(number)
    made = keeper.classes.derived(keeper, ledger, of[:2], type(value))
    found: Any = type(value).__new__(made, value)
    found.student_handle = ledger.standins.get(number) or new_handle(Handle, ledger, keeper, number, "", clean(node[2]))
    ledger.standins[number] = found.student_handle
    if len(ledger.derived) < MAX_DERIVED:
        ledger.derived[number] = found
    return found


def checked_class(node: Any) -> list:
    """Return [module, name] or [number, name] of a class; for an exception class with its builtin class and what is between.

    Raises:
        WireError: that is not what the message has.
    """
    if type(node) is not list or len(node) not in (3, 5):
        raise WireError("a class is malformed")
    found = checked_origin(node[:3])
    if len(node) == 3:
        return found
    if type(node[3]) is not str or not issubclass(EXCEPTIONS.get(node[3], type), BaseException) or type(node[4]) is not list:
        raise WireError("a class is malformed")
    if not 1 <= len(node[4]) <= MAX_LINEAGE + 1:
        raise WireError("a class is malformed")
    return [*found, node[3], [checked_origin(between) for between in node[4][1:]]]


def checked_origin(node: Any) -> list:
    if type(node) is not list or len(node) != 3 or type(node[2]) is not str or not 0 < len(node[2]) <= MAX_NAME:
        raise WireError("a class is malformed")
    _, origin, name = node
    if type(origin) is str:
        if len(origin) > MAX_NAME or not name.isidentifier():
            raise WireError("a class is malformed")
    elif type(origin) is not int or not 0 < origin < 1 << 53 or origin % 2 == 0:
        raise WireError("a class is malformed")
    return [origin, clean(name)]


def read_proxy(decoder: ReplyDecoder, node: list, depth: int) -> Any:
    """An object of the suite that comes back: the very object."""
    number = node[0] if len(node) == 1 else None
    if type(number) is not int or number not in decoder.ledger.objects:
        raise WireError("an object of the suite is not known")
    return decoder.ledger.objects[number]


class Uncalled:
    """An attribute of the submission that is to be called here."""

    def __init__(self, value: Any) -> None:
        self.value = value


def read_uncalled(decoder: ReplyDecoder, node: list, depth: int) -> Uncalled:
    if len(node) != 1 or depth != 2:  # a reply, and its value
        raise WireError("an attribute is malformed")
    return Uncalled(decoder.decode(node[0], depth))


def read_object_array(decoder: ReplyDecoder, node: list, depth: int) -> np.ndarray:
    """An array of objects, by copy."""
    shape = node[0] if node else None
    if type(shape) is not list or len(shape) > 32 or not all(type(length) is int and length >= 0 for length in shape):
        raise WireError("an array of objects is malformed")
    if math.prod(shape) != len(node) - 1:
        raise WireError("an array of objects is malformed")
    value = np.empty(len(node) - 1, object)
    for place, part in enumerate(decoder.parts(node[1:], depth)):
        value[place] = part
    return value.reshape(shape)


ReplyDecoder.READERS.update(
    {
        Tag.OBJECT_ARRAY: read_object_array,
        Tag.UNCALLED: read_uncalled,
        Tag.MIRROR: read_mirror,
        Tag.HANDLE: read_handle,
        Tag.VIEW: read_view,
        Tag.CONTAINER: read_container,
        Tag.CONTENT: read_content,
        Tag.PROXY: read_proxy,
        Tag.DERIVED: read_derived,
    }
)
BASES: dict[int, type] = {}  # number -> class of a library that an object over there may be an instance of
MAX_DERIVED = 1000  # of one process that are kept
REPLY_PARTS: dict[str, tuple[Any, ...]] = {
    "ok": (object,),
    "import": (str, str),  # module, reason
    "error": (BaseException,),
    "told": (object, list),  # text and events; see told.py
    "too large": (),  # the arguments have become more than can be told
    "callback": (str, list, list, list),  # operation, number of an object of the suite and arguments, keywords, modes
}


def checked_reply(reply: Any, number: int, lent: dict, mirrors: dict, sealed: Collection[int] = ()) -> tuple[list, list, Any]:
    """Take all but the outcome off a reply and check it; return the updates, the retained arrays and the graph (unchecked).

    A negative number among those of what is retained is that of what was, and is not needed any more.
    """
    if type(reply) is not list or len(reply) < 5 or type(reply[0]) is not str:
        raise WireError("a reply is malformed")
    answered, retained, updates, graph = reply.pop(), reply.pop(), reply.pop(), reply.pop()
    if type(answered) is not int or answered != number:
        raise WireError("a reply answers another request")
    retained, updates = [] if retained is None else retained, [] if updates is None else updates
    if type(retained) is not list or type(updates) is not list:
        raise WireError("a reply is malformed")
    if retained and not all(type(item) is int and (item < 0 or item in lent) for item in retained):
        raise WireError("a reply retains what it was not given")
    if updates and not all(type(item) is list and len(item) == 2 and type(item[0]) is int for item in updates):
        raise WireError("a reply has malformed updates")
    for changed, content in updates:
        if changed in sealed or (changed not in lent and changed not in mirrors):
            raise WireError("a reply changes an array that the submission does not have")
        kind = MIRROR_KINDS[type(lent[changed])] if changed in lent else type(mirrors[changed])
        if type(content) not in kind.update_types:
            raise WireError("a reply has malformed updates")
    if reply[0] == "ok" and len(reply) == 2:
        return updates, retained, graph
    parts = REPLY_PARTS.get(reply[0])
    if parts is None or len(parts) != len(reply) - 1:
        raise WireError("a reply is malformed")
    if not all(kind is object or issubclass(type(part), kind) for part, kind in zip(reply[1:], parts, strict=True)):
        raise WireError("a reply is malformed")
    if reply[0] == "callback" and not (
        reply[2] and type(reply[2][0]) is int and all(type(name) is str for name in reply[3]) and len(reply[3]) < len(reply[2])
    ):
        raise WireError("the use of an object of the suite is malformed")
    if reply[0] == "callback" and not all(
        type(mode) is list and len(mode) == 2 and type(mode[0]) is str and type(mode[1]) is bool for mode in reply[4]
    ):
        raise WireError("a mode is malformed")
    return updates, retained, graph


def is_data(value: Any) -> bool:
    """Whether a value can be shown without asking the submission."""
    kind = type(value)  # not isinstance, which believes what a stand-in says of itself
    if kind in (tuple, list):
        return all(map(is_data, value))
    if issubclass(kind, tuple) and is_plain_class(kind):
        return all(map(is_data, tuple.__iter__(value)))
    if kind is slice:
        return is_data([value.start, value.stop, value.step])
    return kind in DATA or issubclass(kind, (np.generic, np.dtype))


DATA = {type(None), bool, int, float, complex, str, bytes, range, type, type(...), type(NotImplemented), *values.TYPES}
