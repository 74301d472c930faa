"""Arguments of the suite on their way to the submission."""

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox import dtypes, generators
from autograder.sandbox.containers import KIND_INDEX, ContainerMirror, container_node
from autograder.sandbox.encoder import Encoder
from autograder.sandbox.libraries import write_foreign
from autograder.sandbox.named_tuples import write_named_tuple
from autograder.sandbox.operations import partial_of
from autograder.sandbox.wire import DTYPE_INDEX, EXCEPTION_NAMES, Tag
from autograder.standins.failures import TrustedValueError
from autograder.standins.ledger import Ledger, identity
from autograder.standins.lending import INSIDE, description_of, is_bound_over_there, public_name
from autograder.standins.twins import attributes_of, has_twin

MAX_DEPTH = 150  # of containers within each other: Python's limit for calls is near


class Raised:
    """An exception that an object of the suite has raised, on its way to the submission that has used the object."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __autograder_encode__(self, encoder: "RequestEncoder") -> list:
        """[TUPLE, builtin class, name, class of the suite or nil, arguments, number by which it comes back]."""
        error, kind = self.error, type(self.error)
        known = next(cls for cls in kind.__mro__ if cls in EXCEPTION_NAMES)
        number = encoder.ledger.object_ids.get(id(error)) or encoder.ledger.next_number()
        encoder.objects[number] = error
        own = encoder.ledger.object_ids.get(id(kind))
        # The message of a check may hold what is expected. pytest's own, of `pytest.fail`, are no Exceptions.
        check = isinstance(error, AssertionError) or not isinstance(error, Exception)
        plain = all(type(part) in HARMLESS for part in error.args)
        arguments = () if check else error.args if plain else (str(error),)
        name = EXCEPTION_NAMES[known] if issubclass(known, Exception) else ""
        return [Tag.TUPLE, name, kind.__name__, own and [Tag.PROXY, own], encoder.encode(arguments), number]


class RequestEncoder(Encoder):
    """Arguments of the suite. A stand-in says itself how it is named, by its method `__autograder_encode__`.

    Args:
        ledger: of the process that they go to.
        copy_arguments: arrays are passed as copies, so that nothing the submission does reaches the suite's.
    """

    WRITERS = Encoder.WRITERS | generators.WRITERS
    library_value: Callable | None = None  # what tensors.py adds where tensors are used

    def __init__(self, ledger: Ledger, copy_arguments: bool) -> None:
        super().__init__()
        self.ledger = ledger
        self.copy_arguments = copy_arguments
        self.lent: dict[int, Any] = {}  # arrays and tensors, by the number that their mirrors will have
        self.lent_ids: dict[int, int] = {}
        self.copied: set[int] = set()  # of them, those that are not kept in step
        self.sealed: set[int] = set()  # of these, those that show nothing of what the submission does to them
        self.containers: dict[int, Any] = {}  # that both sides keep in step from now on
        self.objects: dict[int, Any] = {}  # that are lent for the first time
        self.new_ids: dict[Any, int] = {}  # id(container or object) -> number
        self.class_ids: dict[int, int] = {}  # the same of classes that are made anew over there
        self.classes: dict[int, Any] = {}
        self.twins: dict[int, Any] = {}
        self.depth = 0  # of what is encoded now
        self.number = 0  # of the request, once it was sent
        self.returning = False  # what an object of the suite has given to the submission that has used it

    def array(self, value: np.ndarray) -> list:
        if not dtypes.crosses(value.dtype):
            native = value.dtype.newbyteorder("=")
            if native in DTYPE_INDEX:  # by copy, since the two cannot be kept in step
                return self.plain_array(value.astype(native), 0, value.flags.writeable)
            raise TrustedValueError(
                f"an array of dtype {value.dtype} cannot be passed to the submission; give a list, or {INSIDE}"
            )
        number, known = self.number_in_step(value)
        return [Tag.MIRROR, number] if known else self.plain_array(value, number, value.flags.writeable)

    def number_in_step(self, value: Any) -> tuple[int, bool]:
        """The number under which an object is kept in step (0: by copy), and whether the submission has it already."""
        known = self.ledger.mirror_ids.get(id(value)) or self.lent_ids.get(id(value))
        return (known, True) if known else (0 if self.copy_arguments else self.lend(value), False)

    def untold(self, what: str) -> None:
        """Refuse to tell what something has become of which the submission has the former content."""
        raise TrustedValueError(f"{what} that the submission has was given a content that cannot be passed to it")

    def lend(self, value: Any) -> int:
        """Give an array or tensor a number by which the submission's side can refer to it."""
        number = self.ledger.next_number()
        self.lent[number] = value
        self.lent_ids[id(value)] = number
        return number

    def nested(self, write: Callable[..., list], *arguments: Any) -> list:
        """Write something that has parts, which may have parts."""
        if self.depth == MAX_DEPTH:
            raise TrustedValueError(f"values nested more than {MAX_DEPTH} deep cannot be passed to the submission; {INSIDE}")
        self.depth += 1
        node = write(self, *arguments)
        self.depth -= 1
        return node

    def sequence(self, tag: int, values: Any) -> list:
        return self.nested(Encoder.sequence, tag, values)

    def container(self, value: Any) -> list:
        known = self.ledger.mirror_ids.get(id(value)) or self.new_ids.get(id(value))
        if known:
            return [Tag.MIRROR, known]
        if self.copy_arguments:
            return self.nested(container_node, value, 0)
        number = self.new_ids[id(value)] = self.ledger.next_number()
        self.containers[number] = value
        return self.nested(container_node, value, number)

    def exception(self, value: Exception) -> list:
        """An exception of the suite that is handed in; it is known when it comes back."""
        known = self.ledger.object_ids.get(id(value)) or self.new_ids.get(id(value))
        if known:
            return [Tag.PROXY, known]
        node = Raised(value).__autograder_encode__(self)
        self.new_ids[id(value)] = node[-1]
        return [Tag.EXCEPTION, *node[1:]]

    def proxy(self, value: Any) -> list:
        """An object of the suite, which stays here; the submission gets a proxy."""
        key = identity(value)
        known = self.ledger.object_ids.get(key) or self.new_ids.get(key)
        if known:
            return [Tag.PROXY, known]
        description = description_of(value)
        number = self.new_ids[key] = self.ledger.next_number()
        self.objects[number] = value
        return [Tag.PROXY, number, *map(self.copy, description)]

    def twin(self, value: Any) -> list:
        """An object of a library, of which the submission gets one of its own."""
        known = self.ledger.object_ids.get(id(value)) or self.new_ids.get(id(value))
        if known:
            return [Tag.PROXY, known]
        number = self.new_ids[id(value)] = self.ledger.next_number()
        self.objects[number] = self.twins[number] = value
        attributes = self.container(vars(value))
        self.twins[attributes[1]] = value
        return [Tag.TWIN, number, self.class_of_twin(type(value)), attributes]

    def class_of_twin(self, cls: type) -> list:
        name = public_name(cls)
        if name:
            return [Tag.PUBLIC, *name]
        known = self.ledger.class_ids.get(id(cls)) or self.class_ids.get(id(cls))
        if known:
            return [Tag.PROXY, known]
        bases = [Tag.TUPLE, *map(self.class_of_twin, cls.__bases__)]
        attributes = [Tag.LIST, *([Tag.LIST, *map(self.encode, attribute)] for attribute in attributes_of(cls))]
        number = self.class_ids[id(cls)] = self.ledger.next_number()
        self.classes[number] = cls
        return [Tag.CLASS, number, cls.__name__, bases, attributes]

    def copy(self, value: Any) -> Any:
        """A part of a message, which nobody refers to."""
        return [Tag.LIST, *map(self.copy, value)] if type(value) is list else self.encode(value)

    def sent(self) -> None:
        """The other side has it all: from now on it knows what was new."""
        for number, value in self.containers.items():
            self.ledger.add_mirror(number, ContainerMirror(value))
        self.containers.clear()
        if self.objects or self.classes:
            for number, value in self.objects.items():
                self.ledger.add_object(number, value)
            self.ledger.objects.update(self.classes)
            self.ledger.class_ids.update(self.class_ids)
            self.ledger.twins.update(self.twins)
            for sent in (self.objects, self.classes, self.twins):
                sent.clear()

    def text(self, value: Any) -> Any:
        return value

    def other(self, value: Any) -> Any:
        kind = type(value)
        encode = own_encoder(kind)
        if encode:
            return encode(value, self)
        if isinstance(value, BaseException) and getattr(value, "student_handle", None) is not None:
            return self.encode(value.student_handle)  # type: ignore[attr-defined]
        if isinstance(value, Exception):
            return self.exception(value)
        if kind is frozenset:
            return self.sequence(Tag.FROZENSET, value)
        known = write_named_tuple(self, value) or write_foreign(self, value)
        if known:
            return known
        if isinstance(value, np.generic) and value.dtype in DTYPE_INDEX:
            return [Tag.SCALAR, DTYPE_INDEX[value.dtype], value.tobytes()]
        if kind is int:
            raise TrustedValueError(f"an integer of {value.bit_length()} bits cannot be passed to the submission")
        for base, exact in EXACT.items():  # an enumeration's members are passed as their values
            if isinstance(value, base):
                return self.encode(exact(value))
        node = self.library_value(value) if self.library_value else None
        if node:
            return node
        name = public_name(value)
        if name:
            return [Tag.PUBLIC, *name]
        if type(value) is functools.partial and public_name(value.func):  # what a library does is done over there
            parts = (value.func, value.args, value.keywords)
            return [Tag.BUILT, [Tag.PUBLIC, partial_of.__module__, partial_of.__name__], *map(self.encode, parts)]
        if isinstance(value, BUILT):
            reduced: Any = value.__reduce__()
            function, arguments = reduced[:2]
            return [Tag.BUILT, *map(self.encode, (function, *arguments))]
        if is_bound_over_there(value):
            return [Tag.BOUND, self.encode(value.__self__), value.__name__]
        return self.twin(value) if has_twin(value) else self.proxy(value)


RequestEncoder.WRITERS.update(dict.fromkeys(KIND_INDEX, RequestEncoder.container))
BUILT = (operator.itemgetter, operator.attrgetter, operator.methodcaller)  # made anew over there
HARMLESS = (type(None), bool, int, float, str, bytes)
EXACT: dict[type, Any] = {int: int.__index__, float: float.__float__, str: str.__str__}


def own_encoder(kind: type) -> Callable | None:
    """The method by which instances of a class say how they are named; the class itself is not asked, it may be a stand-in."""
    try:
        return type.__getattribute__(kind, "__autograder_encode__")
    except AttributeError:
        return None
