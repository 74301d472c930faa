"""How PyTorch's values cross: tensors by copy or as mirrors, its types and constants by their place in a table.

A tensor is

    [TENSOR, dtype, shape, number of its mirror, flags, gradient or nil]

with its content among the message's arrays, always dense, contiguous and on the CPU. Both sides import this module only
where `sandbox.preload` names torch. What differs between them is in `autograd.py` and in `standins/tensors.py`.
"""

import math
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any, Literal, NamedTuple

import numpy as np
import torch

from autograder.sandbox import (
    generators,
    put_off,  # noqa: F401  before the first optimizer
)
from autograder.sandbox.decoder import Decoder
from autograder.sandbox.encoder import Encoder
from autograder.sandbox.mirrors import MIRROR_KINDS, Mirror
from autograder.sandbox.snapshots import Items, changed_items, fingerprint, holds, snapshot_of
from autograder.sandbox.wire import Tag, WireError

DTYPES: tuple[torch.dtype, ...] = (
    (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
    + (torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128)
    + (torch.uint16, torch.uint32, torch.uint64)
)
DTYPE_INDEX = {dtype: index for index, dtype in enumerate(DTYPES)}
PLAIN = frozenset(dtype for dtype in DTYPES if not dtype.is_complex and dtype is not torch.bfloat16)  # as NumPy has them
MAX_DIMENSIONS = 32
PROBE: Any = (torch.ones(1, requires_grad=True) * 1).grad_fn
ACCUMULATE_GRAD = type(PROBE.next_functions[0][0])
DEVICE = re.compile(r"[a-z]{1,20}(:[0-9]{1,3})?")

# Flags of a tensor on the wire.
REQUIRES_GRAD = 1
PARAMETER = 2
HAS_GRAPH = 4  # it was calculated: its gradient goes on to what it was calculated from
NO_CONTENT = 8  # a parameter that the suite has not looked at; only its gradient matters
COPIED = 16  # of an argument: the suite does not want to see what is written into it
FLAGS = REQUIRES_GRAD | PARAMETER | HAS_GRAPH | NO_CONTENT | COPIED


def public_classes() -> Iterator[type]:
    """Classes that a suite may name, in the same order on both sides."""
    modules = (torch.nn, torch.optim, torch.optim.lr_scheduler, torch.utils.data, torch.nn.utils.rnn, torch.distributions)
    yield from (torch.Tensor, torch.Size, torch.device, torch.dtype, torch.Generator, torch.autograd.Function)
    for module in modules:
        for name in sorted(vars(module)):
            value = vars(module)[name]
            if isinstance(value, type) and not name.startswith("_") and value.__module__.startswith("torch"):
                yield value  # and not what these modules have from elsewhere, which goes by its name


def public_constants() -> Iterator[Any]:
    for name in sorted(vars(torch)):
        value = vars(torch)[name]
        if type(value) in (torch.dtype, torch.layout, torch.memory_format):
            yield value


CONSTANTS: tuple[Any, ...] = tuple(dict.fromkeys([*public_classes(), *public_constants()]))
CONSTANT_INDEX = {value: index for index, value in enumerate(CONSTANTS)}
HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made while running, by Python


def is_made_by_python(cls: type) -> bool:
    """Whether nothing that a class derives from is compiled, but for object."""
    return all(base is object or base.__flags__ & HEAP_TYPE for base in cls.__mro__)


# What an object that stays in the sandbox may be an instance of. Of a compiled class it may not: PyTorch asks isinstance
# whether something is a tensor, and then takes the memory of what has said yes for one.
BASE_INDEX = {cls: index for cls, index in CONSTANT_INDEX.items() if isinstance(cls, type) and is_made_by_python(cls)}


class TensorState(NamedTuple):
    """What a mirrored tensor has become; content is None where it is as before, and grad True."""

    requires_grad: bool
    content: torch.Tensor | Items | None
    grad: torch.Tensor | Literal[True] | None

    def fitting(self, value: torch.Tensor) -> "TensorState":
        """This state for a tensor of the suite, which stays of its shape and type."""
        content = self.content
        if content is None or isinstance(content, Items) or (content.shape, content.dtype) == (value.shape, value.dtype):
            return self
        return self._replace(content=None)


def why_not(value: torch.Tensor) -> str:
    """Why a tensor cannot cross; empty if it can."""
    if type(value) not in (torch.Tensor, torch.nn.Parameter):
        return f"a {type(value).__name__}, which is a class derived from torch.Tensor"
    if torch._C._functorch.is_functorch_wrapped_tensor(value):
        return "one that a transformation of torch.func has made, which cannot go on in another process"
    if value.is_nested or value.layout is not torch.strided:
        return f"a {'nested' if value.is_nested else 'sparse'} tensor; use to_dense()"
    if value.is_quantized:
        return "a quantised tensor; use dequantize()"
    if value.device.type != "cpu":
        where = "has no content" if value.device.type == "meta" else "use cpu()"
        return f"a tensor on the device {value.device}; {where}"
    if value.dtype not in DTYPE_INDEX or value.ndim > MAX_DIMENSIONS:
        return f"a tensor of dtype {value.dtype} and {value.ndim} dimensions"
    return ""


def as_array(value: torch.Tensor) -> np.ndarray:
    """The content of a dense tensor as an array that shares its memory; bfloat16 as the integers of its bits."""
    if value.requires_grad:
        value = value.detach()
    if value.dtype in PLAIN and not value.is_neg():
        return value.numpy()
    if value.is_complex():
        value = value.resolve_conj()
    value = value.resolve_neg()
    return (value.view(torch.int16) if value.dtype is torch.bfloat16 else value).numpy()


class TensorMirror(Mirror):
    """A tensor with its gradient."""

    update_types = (TensorState,)
    value: torch.Tensor

    def __init__(self, value: torch.Tensor, loaded: bool = True) -> None:
        self.loaded = loaded
        self.rewritten = self.regraded = False  # whether the last change was one of the content, of the gradient
        self.items: Items | None = None  # of the content, if those that have changed were few
        self.untold = False  # whether what was found to have changed is still to be encoded
        super().__init__(value)

    def look(self) -> tuple:
        content = (self.value.dtype, self.value.shape, snapshot_of(as_array(self.value))) if self.loaded else None
        grad = grad_of(self.value)
        return content, None if grad is None else snapshot_of(as_array(dense(grad))), self.value.requires_grad

    def same_content(self) -> bool:
        content = self.state[0]
        if content is None or not self.loaded:
            return content is None and not self.loaded
        dtype, shape, snapshot = content
        return self.value.dtype == dtype and self.value.shape == shape and holds(as_array(self.value), snapshot)

    def same_grad(self) -> bool:
        grad, snapshot = grad_of(self.value), self.state[1]
        if grad is None or snapshot is None:
            return grad is snapshot
        return holds(as_array(dense(grad)), snapshot)

    def written(self) -> bool:
        return self.value.requires_grad != self.state[2] or not (self.same_content() and self.same_grad())

    def changed(self) -> bool:
        rewritten, regraded = not self.same_content(), not self.same_grad()
        if not (rewritten or regraded or self.value.requires_grad != self.state[2]):
            return False
        content, self.items = self.state[0], None
        if rewritten and not regraded and not self.untold and (self.value.dtype, self.value.shape) == content[:2]:
            self.items = changed_items(as_array(self.value), content[2])
        self.rewritten, self.regraded = rewritten or self.untold, regraded or self.untold
        self.untold = True
        if self.items and self.items.put_into(content[2], self.value.nbytes):
            self.state = (content, self.state[1], self.value.requires_grad)
        else:
            self.state = self.look()
        return True

    def encode(self, encoder: Encoder) -> list:
        self.untold = False
        content = None
        if self.rewritten and self.loaded:
            content = (self.items and encoder.items_alone(self.items)) or plain_tensor(encoder, self.value)
        grad = encoded_grad(encoder, self.value) if self.regraded else True
        return [Tag.TENSOR_STATE, self.value.requires_grad, content, grad]

    def take(self, new: TensorState, partly: bool = False) -> None:
        items = None
        try:
            if isinstance(new.content, Items) and self.loaded:
                items = self.take_items(new.content)
            elif isinstance(new.content, torch.Tensor) and self.loaded:
                write(self.value, new.content)
            if self.value.is_leaf:
                self.value.requires_grad_(new.requires_grad)
                if new.grad is not True:
                    set_grad(self.value, new.grad)
        except RuntimeError as error:  # a parameter of integers, say
            raise WireError("a tensor cannot become what it is said to be") from error
        content = self.state[0]
        if items and new.grad is True and content and items.put_into(content[2], self.value.nbytes):
            self.state = (content, self.state[1], self.value.requires_grad)
        else:
            self.state = self.look()

    def take_items(self, items: Items) -> Items | None:
        """Take items of the content; return them if the tensor has such."""
        array = as_array(self.value)
        if not items.fit(array):
            return None
        if self.value.is_leaf and self.value.data_ptr() == array.ctypes.data:
            items.put(array)
        else:
            content = self.value.detach().clone()
            items.put(as_array(content))
            write(self.value, content)
        return items

    def inherit(self) -> Mirror:
        mirror: Any = super().inherit()
        content, *others = self.state
        mirror.state = (content and (*content[:2], content[2][:]), *others)  # a copy, for this is written to
        return mirror

    def remember(self) -> Callable[[], None]:
        content = self.value.detach().clone() if self.loaded else None
        grad = grad_of(self.value)
        grad = None if grad is None else grad.detach().clone()
        state, now = TensorState(self.value.requires_grad, content, grad), self.look()

        def restore() -> None:
            if self.look() != now:
                known = self.state  # what the other side holds is not changed by this
                self.take(state)
                self.state = known

        return restore

    @classmethod
    def of_written(cls, value: torch.Tensor, original: torch.Tensor) -> "TensorMirror | None":
        if not value._version or fingerprint(as_array(value)) == fingerprint(as_array(original)):
            return None
        mirror = cls(value)
        mirror.rewritten = True
        return mirror

    @staticmethod
    def is_held(value: torch.Tensor) -> bool:
        # A parameter is recognised by its identity, and its model keeps it. Of the uses that PyTorch counts, one is Python's.
        kept = type(value) is torch.nn.Parameter or value._backward_hooks is not None
        return kept or value._use_count() > 1  # type: ignore[attr-defined]

    @staticmethod
    def is_aliased(value: torch.Tensor) -> bool:
        # A storage is used by the tensor and, while it is counted, by the object that stands for it.
        return value.layout is not torch.strided or torch._C._storage_Use_Count(value.untyped_storage()._cdata) > 2


MIRROR_KINDS[torch.Tensor] = MIRROR_KINDS[torch.nn.Parameter] = TensorMirror


GENERATOR_WORDS = struct.Struct("<iiQ")  # how many words are left of the Mersenne twister's, a flag, which is the next


def generator_parts(value: torch.Generator) -> tuple | None:
    return (value.get_state().numpy().tobytes(), value.initial_seed()) if value.device.type == "cpu" else None


def set_generator(value: torch.Generator, state: Any, seed: Any) -> None:
    if type(state) is not bytes or type(seed) is not int or not 0 <= seed < 1 << 64:
        raise ValueError("not the state of a generator")
    if len(state) != 5056:
        raise ValueError("the state of a generator is of another size")
    left, _, following = GENERATOR_WORDS.unpack_from(state, 8)
    # PyTorch looks at each of the two only, and would read words behind the last one.
    if (left, following) != (1, 0) and (left < 1 or left + following != 625):
        raise ValueError("the state of a generator is at an impossible position")
    if value.initial_seed() != seed:
        value.manual_seed(seed)
    value.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))  # which checks it


def new_generator(*parts: Any) -> torch.Generator:
    made = torch.Generator()
    set_generator(made, *parts)
    return made


generators.add_kinds(generators.StateKind(torch.Generator, generator_parts, new_generator, set_generator))


def write(value: torch.Tensor, content: torch.Tensor) -> None:
    """Give a tensor another content, in its own memory where that fits.

    Raises:
        RuntimeError: it cannot have this one.
    """
    if not value.is_leaf:
        with torch.no_grad():
            value.copy_(content)  # and autograd will notice where it needs what was there before
    elif value.shape == content.shape and value.dtype == content.dtype:
        value.data.copy_(content)
    else:
        value.grad = None
        value.data = content


def set_grad(value: torch.Tensor, grad: torch.Tensor | None) -> None:
    """Give a tensor another gradient, in the memory of the present one where that fits."""
    if grad is not None and (grad.shape != value.shape or grad.dtype != value.dtype):
        return
    if grad is not None and value.grad is not None and value.grad.layout is torch.strided:
        value.grad.data.copy_(grad)
    else:
        value.grad = grad


def dense(value: torch.Tensor) -> torch.Tensor:
    """A gradient without holes: that of an embedding may be sparse."""
    return value if value.layout is torch.strided else value.to_dense()


def plain_tensor(encoder: Encoder, value: torch.Tensor, number: int = 0, flags: int = 0) -> list:
    """A tensor on the wire, its content among the arrays of the message."""
    grad = encoded_grad(encoder, value) if number and not flags & HAS_GRAPH else None  # its content comes first
    if not flags & NO_CONTENT:
        encoder.arrays.append(as_array(value))
    return [Tag.TENSOR, DTYPE_INDEX[value.dtype], list(value.shape), number, flags, grad]


def compact(value: torch.Tensor) -> tuple[torch.Tensor, list[int]]:
    """An expanded tensor without its repetitions, and its shape with the repeated axes as negative lengths.

    It is expanded again over there, for PyTorch lets nobody write into such a tensor.
    """
    repeated = [stride == 0 and length > 1 for stride, length in zip(value.stride(), value.shape, strict=True)]
    shape = [-length if is_repeated else length for length, is_repeated in zip(value.shape, repeated, strict=True)]
    return value[tuple(slice(1) if is_repeated else slice(None) for is_repeated in repeated)], shape


def grad_of(value: torch.Tensor) -> torch.Tensor | None:
    """The gradient of a leaf; who looks for that of another tensor is warned, and the warning would be the suite's."""
    return value.grad if value.is_leaf else None


def encoded_grad(encoder: Encoder, value: torch.Tensor) -> Any:
    grad = grad_of(value)
    return None if grad is None else plain_tensor(encoder, dense(grad))


def leaves_of(outputs: list[torch.Tensor]) -> list[torch.Tensor]:
    """The tensors at which the graph behind the outputs ends."""
    found: dict[int, torch.Tensor] = {}
    seen: set[Any] = set()
    waiting: list[Any] = [output.grad_fn for output in outputs]
    while waiting:
        function = waiting.pop()
        if function is None or function in seen:
            continue
        seen.add(function)
        if type(function) is ACCUMULATE_GRAD:
            found[id(function.variable)] = function.variable
        else:
            waiting += [following for following, _ in function.next_functions]
    return list(found.values())


def flags_of(value: torch.Tensor) -> int:
    return REQUIRES_GRAD * value.requires_grad | PARAMETER * (type(value) is torch.nn.Parameter)


class TensorNode(NamedTuple):
    """A tensor on the wire, checked."""

    dtype: torch.dtype
    shape: list[int]
    number: int
    flags: int
    grad: torch.Tensor | None


def tensor_node(decoder: Decoder, node: list, depth: int) -> TensorNode:
    """Check what a message says of a tensor.

    Raises:
        WireError: it is malformed, or larger than the message may be.
    """
    if len(node) != 5:
        raise WireError("a tensor is malformed")
    index, shape, number, flags, grad = node
    if type(index) is not int or type(shape) is not list or type(number) is not int or type(flags) is not int:
        raise WireError("a tensor is malformed")
    decoder.nodes += len(shape)
    if not 0 <= index < len(DTYPES) or not 0 <= flags <= FLAGS:
        raise WireError("a tensor is of no known kind")
    if len(shape) > MAX_DIMENSIONS:
        raise WireError("the shape of a tensor is malformed")
    for length in shape:
        if type(length) is not int or not 0 <= length < 1 << 48:
            raise WireError("the shape of a tensor is malformed")
    dtype = DTYPES[index]
    if flags & (REQUIRES_GRAD | HAS_GRAPH) and not (dtype.is_floating_point or dtype.is_complex):
        raise WireError("a tensor of integers has no gradient")
    value = decoder.decode(grad, depth)
    if value is not None:
        check_tensor(value)
        if value.dtype != dtype or list(value.shape) != shape or not (dtype.is_floating_point or dtype.is_complex):
            raise WireError("a gradient does not fit its tensor")
    return TensorNode(dtype, shape, number, flags, value)


def check_tensor(value: Any) -> None:
    if type(value) is not torch.Tensor or value.requires_grad:
        raise WireError("something else stands in the place of a tensor")


def new_tensor(decoder: Decoder, node: TensorNode) -> torch.Tensor:
    """Make the tensor; its content follows with the arrays of the message. One without content holds zeros."""
    size = math.prod(node.shape) * node.dtype.itemsize
    decoder.budget -= size
    if decoder.budget < 0:
        raise WireError("the tensors of one message are larger than the limit")
    try:
        with torch.inference_mode(False) if torch.is_inference_mode_enabled() else nullcontext():
            if node.flags & NO_CONTENT and size:  # nothing that this process had there before; it takes no memory yet
                value = torch.from_numpy(np.zeros(size, np.uint8)).view(node.dtype).reshape(node.shape)
            else:
                value = torch.empty(node.shape, dtype=node.dtype)
    except (RuntimeError, TypeError) as error:
        raise WireError("the shape of a tensor is impossible") from error
    if not node.flags & NO_CONTENT:
        decoder.arrays.append(as_array(value))
    if node.flags & PARAMETER:
        value = torch.nn.Parameter(value, requires_grad=bool(node.flags & REQUIRES_GRAD))
    elif node.flags & REQUIRES_GRAD:
        value.requires_grad_()
    if node.grad is not None:
        value.grad = node.grad
    return value


def read_constant(decoder: Decoder, node: list, depth: int) -> Any:
    if len(node) != 1 or type(node[0]) is not int or not 0 <= node[0] < len(CONSTANTS):
        raise WireError("a constant is not in the table")
    return CONSTANTS[node[0]]


def read_device(decoder: Decoder, node: list, depth: int) -> torch.device:
    if len(node) != 1 or type(node[0]) is not str or not DEVICE.fullmatch(node[0]):
        raise WireError("a device is malformed")
    try:
        return torch.device(node[0])
    except RuntimeError as error:
        raise WireError("a device is unknown") from error


def read_size(decoder: Decoder, node: list, depth: int) -> torch.Size:
    if not all(type(length) is int and 0 <= length < 1 << 48 for length in node):
        raise WireError("the shape of a tensor is malformed")
    return torch.Size(node)


def read_state(decoder: Decoder, node: list, depth: int) -> TensorState:
    if len(node) != 3 or type(node[0]) is not bool:
        raise WireError("the state of a tensor is malformed")
    content, grad = (decoder.decode(part, depth) for part in node[1:])
    if content is not None and type(content) is not Items:
        check_tensor(content)
    if grad is not None and grad is not True:
        check_tensor(grad)
    return TensorState(node[0], content, grad)


def register(encoder: Any, decoder: type[Decoder], write_tensor: Callable) -> None:
    """Teach one side's encoder and decoder what both sides do alike; how a tensor is sent differs."""

    def library_value(self: Encoder, value: Any) -> list | None:
        """A tensor of a derived class, which is refused, or a class of PyTorch; None for anything else."""
        if isinstance(value, torch.Tensor):
            return write_tensor(self, value)
        return [Tag.CONSTANT, CONSTANT_INDEX[value]] if isinstance(value, type) and value in CONSTANT_INDEX else None

    encoder.library_value = library_value
    encoder.WRITERS[torch.Tensor] = encoder.WRITERS[torch.nn.Parameter] = write_tensor
    encoder.WRITERS[torch.Size] = lambda encoder, value: [Tag.SIZE, *value]
    encoder.WRITERS[torch.device] = lambda encoder, value: [Tag.DEVICE, str(value)]
    for kind in (torch.dtype, torch.layout, torch.memory_format):
        encoder.WRITERS[kind] = lambda encoder, value: [Tag.CONSTANT, CONSTANT_INDEX[value]]
    decoder.READERS[Tag.CONSTANT] = read_constant
    decoder.READERS[Tag.DEVICE] = read_device
    decoder.READERS[Tag.SIZE] = read_size
    decoder.READERS[Tag.TENSOR_STATE] = read_state
    encoder.WRITERS[torch.Generator] = generators.write_stateful
