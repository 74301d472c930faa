"""The reply to a request: how a value or an exception of the submission is told to the suite."""

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox import dtypes, generators
from autograder.sandbox.containers import KIND_INDEX, KINDS, ContainerMirror, container_node
from autograder.sandbox.encoder import Encoder, write_range
from autograder.sandbox.failures import plain_text
from autograder.sandbox.libraries import write_foreign, writer
from autograder.sandbox.mirrors import MIRROR_KINDS, ArrayMirror, Mirror, mirror_of
from autograder.sandbox.named_tuples import is_plain_class, write_named_tuple
from autograder.sandbox.naming import is_library, own_name
from autograder.sandbox.raised import exception_node
from autograder.sandbox.values import MAX_PATTERN, write_value
from autograder.sandbox.values import WRITERS as VALUES
from autograder.sandbox.wire import DTYPE_INDEX, MAX_RANGE, TYPE_INDEX, Tag, range_length
from autograder.sandbox.world import World

MAX_LIST = 20_000  # parts of a container that travels; a larger one stays here and is looked at from there
ARRAY_BYTES = 1 << 6  # of arrays in a dict that count as a part: a model's parameters cross when they are looked at
MAX_CHUNK = 1000  # items of such a list that are sent at a time
VIEWS: tuple[type, ...] = (
    *(type({}.keys()), type({}.values()), type({}.items())),
    *(type(OrderedDict().keys()), type(OrderedDict().values()), type(OrderedDict().items())),
)
LEAVES = frozenset((type(None), bool, int, float))
SIMPLE: set[type] = {type(None), bool, int, float, complex, str, bytes, slice, range, type(Ellipsis), type(NotImplemented)}
SIMPLE |= {dtype.type for dtype in DTYPE_INDEX}


class TooLarge(Exception):
    """A container has more parts than travel by copy, or such that cannot."""


class Uncalled:
    """An attribute that the suite wants to call, and that may be no method of the submission: the suite calls it itself."""

    def __init__(self, value: Any) -> None:
        self.value = value


class ReplyEncoder(Encoder):
    """Values to the suite: plain ones by copy, arrays that live on here as mirrors, everything else as handles."""

    WRITERS = Encoder.WRITERS | generators.WRITERS
    library_value: Callable | None = None  # what autograd.py adds where tensors are used
    library_graph: Callable | None = None

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.temporary: Any = None  # an array or tensor that nobody but the reply refers to
        self.new_mirrors: list[int] = []
        self.loaded: list = []  # mirrors of which only the gradient had crossed before
        self.outputs: list = []  # tensors with a graph behind them
        self.room = MAX_LIST
        self.pattern_room = MAX_PATTERN  # characters of regular expressions that the suite's side still compiles
        self.measured = False  # what is encoded now is part of something that is not too large

    def start_again(self) -> None:
        """Forget what was encoded so far."""
        self.forget_mirrors()
        self.arrays.clear()
        self.outputs.clear()

    def forget_mirrors(self) -> None:
        """Take back what was kept for values that are not sent after all."""
        self.world.drop_mirrors(self.new_mirrors)
        self.new_mirrors.clear()
        for mirror in self.loaded:
            mirror.load(False)
        self.loaded.clear()

    def array(self, value: np.ndarray) -> Any:
        known = self.world.mirror_ids.get(id(value))
        if known is not None:
            return [Tag.MIRROR, known]
        if not dtypes.crosses(value.dtype):
            if value.dtype.newbyteorder("=") in DTYPE_INDEX:
                return self.plain_array(value.astype(value.dtype.newbyteorder("=")), 0, True)
            if value is self.temporary and value.dtype == np.dtype(object) and value.size <= MAX_CHUNK and value.ndim <= 32:
                return [Tag.OBJECT_ARRAY, list(value.shape), *map(self.encode, value.ravel().tolist())]
            return self.world.handle(value)
        if value.ndim > 32:
            return self.world.handle(value)
        if value.base is not None and type(value.base) is np.ndarray and value.size:
            root = self.world.mirror_ids.get(id(value.base))
            if root is not None and value.base.flags.c_contiguous and value.dtype == value.base.dtype:
                return self.view(value, root)
        if value is self.temporary:
            return self.plain_array(value, 0, value.flags.writeable)
        return self.plain_array(value, self.new_mirror(ArrayMirror(value)), value.flags.writeable)

    def view(self, value: np.ndarray, root: int) -> Any:
        """A view of an array that the suite has, too: what is written into one is seen in the other."""
        assert value.base is not None
        place, start = (array.__array_interface__["data"][0] for array in (value, value.base))
        number, writeable = self.new_mirror(ArrayMirror(value)), value.flags.writeable
        copy = self.plain_array(value, 0, writeable)
        return [Tag.VIEW, number, root, place - start, [Tag.LIST, *value.strides], writeable, copy]

    def graph(self) -> Any:
        """What the tensors of this message that have a graph were made of; see autograd.py."""
        return self.library_graph() if self.outputs and self.library_graph else None

    def new_mirror(self, mirror: Mirror) -> int:
        """Keep a value in step with the suite's from now on."""
        number = self.world.new_id()
        self.world.add_mirror(number, mirror)
        self.new_mirrors.append(number)
        return number

    def number_in_step(self, value: Any) -> tuple[int, bool]:
        """The number under which an object is kept in step (0: by copy), and whether the suite has it already."""
        known = self.world.mirror_ids.get(id(value))
        if known is not None:
            return known, True
        return (0 if value is self.temporary else self.new_mirror(mirror_of(value))), False

    def untold(self, what: str) -> None:
        """What stands in place of the content of something that has become what cannot be told."""

    def sequence(self, tag: int, values: Any) -> list:
        return self.unless_large(values, lambda: super(ReplyEncoder, self).sequence(tag, values))

    def unless_large(self, value: Any, encode: Callable[[], list]) -> list:
        """What `encode` gives for a value with parts; its handle, if they are too many."""
        if self.measured:
            return encode()
        if is_plain([value], known=self.world.mirror_ids)[1] > MAX_LIST:
            return self.world.handle(value)
        self.measured = True
        try:
            return encode()
        finally:
            self.measured = False

    def container(self, value: Any) -> list:
        """A container, kept in step from now on unless nobody here refers to it any more."""
        known = self.world.mirror_ids.get(id(value))
        if known is not None:
            return [Tag.MIRROR, known]
        if isinstance(value, (dict, set)) and any(hashes_itself(key, self.world.stage) for key in value):
            return self.world.handle(value)  # where its objects are found by their own hash

        def encode() -> list:
            number = 0 if value is self.temporary else self.new_mirror(ContainerMirror(value))
            return container_node(self, value, number)

        if type(value) is list and len(value) <= MAX_CHUNK and LEAVES.issuperset(map(type, value)):
            return encode()  # the most common of all, and none that is too large
        return self.unless_large(value, encode)

    def items(self, value: Any) -> Any:
        """All items of a builtin container at once; of a long one, or of anything else, an iterator.

        With an iterator comes how many items may be taken from it at a time: 1 if it runs code of the submission.
        """
        if type(value) in (list, tuple, dict, set, frozenset, *VIEWS):
            if len(value) <= MAX_CHUNK and is_plain(value)[1] <= MAX_LIST:
                return [Tag.LIST, *map(self.encode, value)]
            return [Tag.TUPLE, self.encode(iter(value)), MAX_CHUNK]
        return [Tag.TUPLE, self.encode(iter(value)), 1]

    def chunk(self, values: list) -> Any:
        return [Tag.LIST, *map(self.encode, values)]

    def content(self, value: Any) -> Any:
        """What a builtin container holds, whatever class derives from it, for a comparison on the suite's side."""
        try:
            return self.copied(value)
        except (TooLarge, RecursionError):  # large, or it contains itself
            self.start_again()
            return self.world.handle(value)

    def keys(self, value: Any) -> Any:
        """What `in` looks at in a builtin container."""
        return self.content(list(dict.keys(value)) if isinstance(value, dict) else value)

    def copied(self, value: Any, depth: int = 0) -> Any:
        kind = next((base for base in CONTAINERS if isinstance(value, base)), None)
        if kind is None:
            self.room -= is_plain([value])[1] + 4
            if self.room < 0:
                raise TooLarge
            return self.encode(value)
        parts = list(kind.__iter__(value))
        if kind in (dict, set, frozenset) and any(hashes_itself(key, self.world.stage) for key in parts):
            raise TooLarge  # a copy would find its keys by their identity only
        self.room -= len(parts)
        if self.room < 0 or depth > 40:
            raise TooLarge
        inner = [self.copied(part, depth + 1) for part in parts]
        if kind is dict:
            values = [self.copied(dict.__getitem__(value, key), depth + 1) for key in parts]
            return [Tag.DICT, [Tag.LIST, *inner], [Tag.LIST, *values]]
        return [CONTAINERS[kind], *inner]

    def other(self, value: Any) -> Any:
        """Numbers and strings of derived types cross as their base type; the rest stays here."""
        known = write_named_tuple(self, value) or write_foreign(self, value)
        if known:
            return known
        if isinstance(value, np.generic) and value.dtype in DTYPE_INDEX:
            return [Tag.SCALAR, DTYPE_INDEX[value.dtype], value.tobytes()]
        proxy = self.world.proxy_ids.get(id(value))
        if proxy is not None:
            return [Tag.PROXY, proxy]
        if isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray):
            return self.array(np.ndarray.view(value, np.ndarray)) if type(value) is not np.ndarray else self.array(value)
        kind = type(value)
        if issubclass(kind, int) and kind not in (int, bool):
            return self.derived(value, self.integer(int.__index__(value)))
        if issubclass(kind, float) and kind is not float:
            return self.derived(value, float.__float__(value))
        if issubclass(kind, str) and kind is not str:
            return self.derived(value, self.text(plain_text(value)))
        if issubclass(kind, bytes) and kind is not bytes:
            return self.derived(value, self.text(bytes.__getitem__(value, slice(None))))
        if issubclass(kind, complex) and kind is not complex:
            return self.derived(value, self.encode(complex.__pos__(value)))
        if isinstance(value, BaseException):
            return exception_node(self, value)
        return (self.library_value(value) if self.library_value else None) or self.world.handle(value)

    def derived(self, value: Any, plain: Any) -> Any:
        """A number or text of a class of the submission, with what it is by itself."""
        node = self.world.class_node(type(value))
        if node is None or (type(plain) is list and plain[0] != Tag.COMPLEX):
            return plain
        return [Tag.DERIVED, plain, self.world.number_of(value), own_name(type(value)), node]


def hashes_itself(key: Any, stage: str) -> bool:
    """Whether a key is an object of the submission that is not told apart by its identity, or holds one."""
    kind = type(key)
    if kind in SIMPLE:
        return False
    if kind in (tuple, frozenset):
        return any(hashes_itself(part, stage) for part in key)
    if isinstance(key, (int, float, str, type)) or kind.__hash__ is object.__hash__:
        return False
    return not is_library(kind, stage)


def write_short_range(encoder: ReplyEncoder, value: range) -> Any:
    """A range; one that is too long for the suite stays here."""
    return encoder.world.handle(value) if range_length(value) > MAX_RANGE else write_range(encoder, value)


def write_pattern(encoder: ReplyEncoder, value: re.Pattern) -> Any:
    """A regular expression; those that are more than one message may have stay here."""
    encoder.pattern_room -= len(value.pattern)
    return write_value(encoder, value) if encoder.pattern_room >= 0 else encoder.world.handle(value)


ReplyEncoder.WRITERS[range] = write_short_range
ReplyEncoder.WRITERS[Uncalled] = lambda encoder, value: [Tag.UNCALLED, encoder.encode(value.value)]
ReplyEncoder.WRITERS[re.Pattern] = write_pattern
ReplyEncoder.WRITERS[frozenset] = lambda encoder, value: encoder.sequence(Tag.FROZENSET, value)
ReplyEncoder.WRITERS.update(dict.fromkeys(KIND_INDEX, ReplyEncoder.container))

CONTAINERS: dict[Any, int] = {
    dict: Tag.DICT,
    list: Tag.LIST,
    tuple: Tag.TUPLE,
    frozenset: Tag.FROZENSET,
    set: Tag.SET,
    VIEWS[0]: Tag.SET,
    VIEWS[1]: Tag.LIST,
    VIEWS[2]: Tag.SET,
}
ENCODINGS: dict[str, Callable] = {
    "items": ReplyEncoder.items,
    "chunk": ReplyEncoder.chunk,
    "value": ReplyEncoder.content,
    "keys": ReplyEncoder.keys,
}


def is_plain(values: Any, depth: int = 0, known: Any = (), met: set[int] | None = None) -> tuple[bool, int]:
    """Whether a sequence holds plain values only, and how many parts it has on the wire.

    Args:
        known: ids of what is named by its number.
        met: ids of containers that were counted, and are sent once.
    """
    if len(values) > MAX_LIST or depth > 40:
        return False, MAX_LIST + 1
    plain, parts = True, len(values)
    met = set() if met is None else met
    for value in values:
        kind = type(value)
        if kind is str or kind is bytes or kind is bytearray:
            parts += len(value) >> 3
        elif kind in SIMPLE:
            continue
        elif kind is tuple:
            inner, count = is_plain(value, depth + 1, known, met)
            plain, parts = plain and inner, parts + count
        elif kind is frozenset:
            plain, parts = False, parts + is_plain(value, depth + 1, known, met)[1]
        elif kind in KIND_INDEX:
            if id(value) in known or id(value) in met:
                continue
            met.add(id(value))
            held = KINDS[KIND_INDEX[kind]].parts(value)
            inner, count = is_plain(held, depth + 1, known, met)
            plain, parts = plain and inner, parts + count
            if issubclass(kind, dict):
                parts += sum(getattr(part, "nbytes", 0) for part in held if type(part) in MIRROR_KINDS) // ARRAY_BYTES
        elif kind in MIRROR_KINDS:
            plain, parts = plain and (kind is not np.ndarray or dtypes.crosses(value.dtype)), parts + 10
        elif kind in VALUES:
            parts += 6
        elif issubclass(kind, tuple) and is_plain_class(kind):
            inner, count = is_plain(tuple(value), depth + 1, known, met)
            plain, parts = plain and inner, parts + count + len(value) + 6
        elif not (isinstance(value, type) and value in TYPE_INDEX):
            plain = plain and (isinstance(value, (int, float, str, np.generic, np.dtype)) or writer(kind) is not None)
            parts += 4  # a handle
        if parts > MAX_LIST:
            break
    return plain, parts


def holds_more(values: Any) -> bool:
    """Whether arrays, tensors or the like are among values, or among the parts of these: a message is not made of them."""
    return any(
        holds_more(value) if type(value) in (tuple, list) else type(value) in MIRROR_KINDS and type(value) not in KIND_INDEX
        for value in values
    )


def report(encoder: ReplyEncoder, error: BaseException) -> list:
    """The outcome of a request that has raised an exception."""
    return ["error", exception_node(encoder, error)]
