"""What a submission says of tensors: hostile messages are refused, whatever is accepted is plain tensors."""

import socket
from importlib import import_module

import msgpack
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wires import across, reply_decoder

from autograder.sandbox.connection import HEADER, Connection, pack
from autograder.sandbox.mirrors import mirror_of
from autograder.sandbox.replies import ReplyEncoder
from autograder.sandbox.wire import Tag, WireError
from autograder.sandbox.world import World
from autograder.standins.ledger import Ledger
from autograder.standins.replies import checked_reply

torch = pytest.importorskip("torch")
for side in ("autograder.sandbox.autograd", "autograder.standins.tensors"):  # each teaches its side tensors
    import_module(side)
tensors = import_module("autograder.sandbox.tensors")

DTYPES, DTYPE_INDEX = tensors.DTYPES, tensors.DTYPE_INDEX
REQUIRES_GRAD, PARAMETER, HAS_GRAPH = tensors.REQUIRES_GRAD, tensors.PARAMETER, tensors.HAS_GRAPH
NO_CONTENT, COPIED = tensors.NO_CONTENT, tensors.COPIED
F32 = DTYPE_INDEX[torch.float32]
I64 = DTYPE_INDEX[torch.int64]


def received(structure, content=b"", ledger=None):
    """Let the trusted side receive a reply that consists of these nodes; return the decoded reply, or None if it is refused."""
    packed = pack(structure)
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            Connection(ours)
            Connection(theirs)
            ours.sendall(HEADER.pack(len(packed), len(content)) + packed + content)
        decoder = reply_decoder(ledger)
        try:
            reply = Connection(theirs).receive(decoder)
            decoder.adopt_mirrors()
            updates, _, graph = checked_reply(reply, 7, {}, decoder.ledger.mirrors)
            if decoder.outputs:
                decoder.join_graph(graph)
            for number, new in updates:
                decoder.ledger.mirrors[number].take(new)
        except (WireError, EOFError):
            return None
        return reply


def reply(*outcome, graph=None, updates=()):
    return [Tag.LIST, *outcome, graph, [Tag.LIST, *updates], [Tag.LIST], 7]


def tensor(dtype=F32, shape=(2,), mirror=0, flags=0, grad=None):
    return [Tag.TENSOR, dtype, list(shape), mirror, flags, grad]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 4)], ids=str)
def test_tensors_of_the_submission_arrive_as_they_were(dtype, shape):
    value = torch.arange(int(np.prod(shape))).reshape(shape).to(dtype)
    encoder = ReplyEncoder(World())
    arrived = across(encoder.encode(value), encoder.arrays, reply_decoder())
    assert type(arrived) is torch.Tensor
    assert arrived.dtype is dtype
    assert arrived.shape == value.shape
    assert arrived.tolist() == value.tolist()


def test_a_tensor_arrives_with_its_gradient():
    value = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    value.grad = torch.tensor([3.0, 4.0])
    encoder = ReplyEncoder(World())
    arrived = across(encoder.encode(value), encoder.arrays, reply_decoder())
    assert arrived.tolist() == [1, 2] and arrived.grad.tolist() == [3, 4]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("mirror", [0, 3])
def test_a_tensor_without_content_shows_nothing_of_this_process(dtype, mirror):
    left = [torch.ones(4, 64) for _ in range(50)]
    del left  # memory that the next tensor of this size gets
    for shape in ([4, 64], [256], [], [0, 3]):
        value = received(reply("ok", tensor(DTYPE_INDEX[dtype], shape, mirror, NO_CONTENT)))[1]
        assert list(value.shape) == shape
        assert value.dtype is dtype
        assert not value.to(torch.complex64).any()


def test_an_honest_tensor_is_taken():
    assert received(reply("ok", tensor()), b"\0" * 8)[1].tolist() == [0, 0]
    assert received(reply("ok", tensor(flags=PARAMETER | REQUIRES_GRAD, mirror=3)), b"\0" * 8)[1].requires_grad


GRAPH = [Tag.LIST, [Tag.HANDLE, 5, "", "Graph", None], [Tag.LIST, tensor(mirror=3, flags=REQUIRES_GRAD | NO_CONTENT)]]

HOSTILE = {
    "a data type that is not in the table": (tensor(dtype=len(DTYPES)), None),
    "a data type by name": (tensor(dtype="float32"), None),
    "a negative data type": (tensor(dtype=-1), None),
    "a shape of text": (tensor(shape=["2"]), None),
    "a negative length": (tensor(shape=[-1, -2]), None),
    "a length that is a bool": (tensor(shape=[True, 2]), None),
    "too many dimensions": (tensor(shape=[1] * 33), None),
    "terabytes": (tensor(shape=[1 << 40]), None),
    "terabytes without content": (tensor(shape=[1 << 40], mirror=3, flags=NO_CONTENT | REQUIRES_GRAD), None),
    "an impossible shape": (tensor(shape=[0, 1 << 47, 1 << 47]), None),
    "unknown flags": (tensor(flags=64), None),
    "flags as a bool": ([Tag.TENSOR, F32, [2], 0, True, None], None),
    "integers with a gradient": (tensor(dtype=I64, flags=REQUIRES_GRAD), None),
    "integers with a graph": (tensor(dtype=I64, flags=HAS_GRAPH), GRAPH),
    "a parameter of integers that requires a gradient": (tensor(dtype=I64, flags=PARAMETER | REQUIRES_GRAD), None),
    "a gradient of another shape": (tensor(grad=tensor(shape=[3])), None),
    "a gradient of another type": (tensor(grad=tensor(dtype=I64)), None),
    "a gradient that is a number": (tensor(grad=1.0), None),
    "a gradient that is an object": (tensor(grad=[Tag.HANDLE, 3, "", "x", None]), None),
    "a gradient that requires one": (tensor(grad=tensor(flags=REQUIRES_GRAD)), None),
    "an even number": (tensor(mirror=2), None),
    "a leaf with a graph": (tensor(mirror=3, flags=HAS_GRAPH), GRAPH),
    "no graph where there should be one": (tensor(flags=HAS_GRAPH), None),
    "a graph that is no list": (tensor(flags=HAS_GRAPH), 7),
    "a graph without leaves": (tensor(flags=HAS_GRAPH), [Tag.LIST, GRAPH[1], [Tag.LIST]]),
    "a graph of numbers": (tensor(flags=HAS_GRAPH), [Tag.LIST, GRAPH[1], [Tag.LIST, 1, 2]]),
    "a graph whose handle is a number": (tensor(flags=HAS_GRAPH), [Tag.LIST, 5, GRAPH[2]]),
    "an unknown leaf": (tensor(flags=HAS_GRAPH), [Tag.LIST, GRAPH[1], [Tag.LIST, [Tag.MIRROR, 99]]]),
    "a constant that is not in the table": ([Tag.CONSTANT, 100_000], None),
    "a constant by name": ([Tag.CONSTANT, "os.system"], None),
    "a device by any name": ([Tag.DEVICE, "cpu; import os"], None),
    "an unknown device": ([Tag.DEVICE, "abacus"], None),
    "a public name": ([Tag.PUBLIC, "os", "system"], None),
    "two tensors under one number": ([Tag.TUPLE, tensor(mirror=3), tensor(mirror=3)], None),
}  # fmt: skip


@pytest.mark.parametrize(("node", "graph"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_tensors_are_refused(node, graph):
    for content in (b"", b"\0" * 8, b"\0" * 16, b"\0" * 24):
        assert received(reply("ok", node, graph=graph), content) is None


STATES = {
    "text": "x",
    "an array": [Tag.ARRAY, 1, [8], 0, True],
    "requires_grad as a number": [Tag.TENSOR_STATE, 1, None, None],
    "content that is a number": [Tag.TENSOR_STATE, True, 3, None],
    "content that requires a gradient": [Tag.TENSOR_STATE, True, tensor(flags=REQUIRES_GRAD), None],
    "content of integers": [Tag.TENSOR_STATE, True, tensor(dtype=I64, shape=[1]), None],
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_hostile_changes_of_a_tensor_are_refused(state):
    ledger = Ledger(1)
    ledger.mirrors[3] = mirror_of(torch.nn.Parameter(torch.ones(2)))
    assert received(reply("ok", 1, updates=[[Tag.LIST, 3, state]]), b"\0" * 8, ledger) is None
    assert ledger.mirrors[3].value.tolist() == [1, 1]


def test_a_tensor_known_already_cannot_be_replaced():
    ledger = Ledger(1)
    ledger.mirrors[3] = mirror_of(torch.ones(2))
    assert received(reply("ok", tensor(mirror=3)), b"\0" * 8, ledger) is None
    assert ledger.mirrors[3].value.tolist() == [1, 1]


TENSORS = st.recursive(
    st.builds(
        tensor,
        dtype=st.integers(-1, len(DTYPES)),
        shape=st.lists(st.integers(-1, 5), max_size=4),
        mirror=st.integers(-1, 9),
        flags=st.integers(0, 2 * COPIED),
        grad=st.none(),
    ),
    lambda inner: (
        st.builds(
            tensor,
            dtype=st.integers(6, 9),
            shape=st.lists(st.integers(0, 3), max_size=2),
            mirror=st.integers(0, 9),
            flags=st.integers(0, 31),
            grad=inner,
        )
        | st.builds(lambda parts: [Tag.LIST, *parts], st.lists(inner, max_size=3))
        | st.builds(lambda a, b, c: [Tag.TENSOR_STATE, a, b, c], st.booleans(), inner | st.none(), inner | st.none())
    ),
    max_leaves=6,
)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(TENSORS, TENSORS | st.none(), st.integers(0, 64))
@example(tensor(flags=HAS_GRAPH), tensor(mirror=3, flags=REQUIRES_GRAD | NO_CONTENT), 8)
def test_any_description_of_tensors_is_refused_or_gives_plain_tensors(node, leaf, length):
    graph = leaf and [Tag.LIST, GRAPH[1], [Tag.LIST, leaf]]
    found = received(reply("ok", node, graph=graph), b"\0" * length)
    waiting = [] if found is None else [found[1]]
    while waiting:
        value = waiting.pop()
        waiting += value if isinstance(value, (list, tuple)) else []
        assert value is None or type(value) in (list, bool, torch.Tensor, torch.nn.Parameter) or isinstance(value, tuple)


PYTHON = (torch.nn.Module, torch.nn.Linear, torch.optim.SGD, torch.utils.data.Dataset, torch.distributions.Normal)
COMPILED = (torch.Tensor, torch.nn.Parameter, torch.Size, torch.device, torch.dtype, torch.Generator, torch.autograd.Function)


@pytest.mark.parametrize("cls", PYTHON + COMPILED, ids=lambda cls: cls.__name__)
def test_an_object_is_an_instance_of_what_it_says_unless_compiled_code_would_believe_it(cls):
    handle = received(reply("ok", [Tag.HANDLE, 3, "", "Mine", tensors.CONSTANT_INDEX[cls]]))[1]
    assert isinstance(handle, cls) == (cls in PYTHON)
    assert not isinstance(handle, (torch._C.TensorBase, torch._C._FunctionBase, *COMPILED))


def test_an_object_that_says_it_is_a_tensor_is_none_for_pytorch():
    handle = received(reply("ok", [Tag.HANDLE, 3, "", "Mine", tensors.CONSTANT_INDEX[torch.Tensor]]))[1]
    with pytest.raises(TypeError):
        torch.add(handle, 1)


def test_a_message_that_is_no_tensor_at_all_is_refused():
    assert received(msgpack.unpackb(msgpack.packb(reply("ok", [Tag.TENSOR])))) is None


def test_classes_that_pytorch_has_from_elsewhere_go_by_their_name():
    assert all(cls.__module__.startswith("torch") for cls in tensors.CONSTANTS if isinstance(cls, type))
    assert torch.nn.Linear in tensors.CONSTANT_INDEX and torch.utils.data.DataLoader in tensors.CONSTANT_INDEX
