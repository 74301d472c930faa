"""Tensors on the submission's side: which cross how, and the graphs that stay here.

A graph is cut where it crosses. What a suite passes in becomes a leaf here, and what comes back becomes, over there, the
output of one function whose inputs are the leaves that it was calculated from: those, and the submission's parameters.
When the suite calls backward, its engine asks for the vector-Jacobian products of that function, which are worked out here.
"""

from typing import Any

import torch
from torch.autograd.graph import _engine_run_backward

from autograder.sandbox.child import ADJUSTMENTS, MODES
from autograder.sandbox.operations import OPERATIONS
from autograder.sandbox.replies import ENCODINGS, SIMPLE, ReplyEncoder
from autograder.sandbox.requests import Lent, Reference, RequestDecoder
from autograder.sandbox.tensors import (
    BASE_INDEX,
    COPIED,
    HAS_GRAPH,
    NO_CONTENT,
    TensorMirror,
    dense,
    flags_of,
    leaves_of,
    new_tensor,
    plain_tensor,
    register,
    tensor_node,
    why_not,
)
from autograder.sandbox.wire import Tag
from autograder.sandbox.world import BASES, World


class Graph:
    """What was calculated in one call, and the leaves that it depends on."""

    asked = False  # whether it is the suite that works out gradients now

    def __init__(self, outputs: list[torch.Tensor]) -> None:
        self.outputs = outputs
        self.leaves = leaves_of(outputs)

    def products(self, grads: tuple, wanted: tuple[bool, ...], create_graph: bool) -> list:
        """The gradients of the wanted leaves for gradients of the outputs, None where there is none."""
        given = [(output, grad) for output, grad in zip(self.outputs, grads, strict=True) if grad is not None]
        inputs = [leaf for leaf, is_wanted in zip(self.leaves, wanted, strict=True) if is_wanted]
        before, Graph.asked = Graph.asked, True
        try:
            # As torch.autograd.grad, which would first check what the engine of the suite has made and checked.
            found = iter(
                _engine_run_backward(
                    tuple(output for output, _ in given),
                    tuple(grad for _, grad in given),
                    True,  # the graph is retained: the suite's side knows when it has been used up
                    create_graph,
                    tuple(inputs),
                    allow_unreachable=True,
                    accumulate_grad=False,
                )
            )
        finally:
            Graph.asked = before
        return [next(found) if is_wanted else None for is_wanted in wanted]


class Bridge(torch.autograd.Function):
    """What a function of the suite has calculated, as a function of those of its leaves that both sides have.

    Its first input is a leaf of its own, at which the graph is cut where the suite works out gradients: the suite knows what
    lies behind it. Where the submission does, the suite is asked for the way to the other leaves.
    """

    @staticmethod
    def forward(ctx: Any, world: World, number: int, own: torch.Tensor, *leaves: torch.Tensor) -> torch.Tensor:
        ctx.world, ctx.number, ctx.leaves = world, number, leaves
        return own.clone()

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        if Graph.asked:
            return (None, None, grad, *[None] * len(ctx.leaves))
        found = ctx.world.call_back("products", ctx.number, [grad, torch.is_grad_enabled(), *ctx.leaves], {})
        return (None, None, None, *found)


def write_tensor(encoder: ReplyEncoder, value: torch.Tensor) -> list:
    problem = why_not(value)
    if problem:
        raise TypeError(f"the tests can only be given plain tensors; this is {problem}")
    number = encoder.world.mirror_ids.get(id(value), 0)
    mirror = encoder.world.mirrors.get(number)
    if number and (mirror is None or mirror.loaded):
        return [Tag.MIRROR, number]
    if value.requires_grad and not value.is_leaf:
        encoder.outputs.append(value)
        return plain_tensor(encoder, value, 0, HAS_GRAPH)
    if value is encoder.temporary:
        return plain_tensor(encoder, value, 0, flags_of(value))
    if mirror:
        mirror.load(True)
        encoder.loaded.append(mirror)
    else:
        number = encoder.new_mirror(TensorMirror(value))
    return plain_tensor(encoder, value, number, flags_of(value))


def encode_products(encoder: ReplyEncoder, values: list[torch.Tensor | None]) -> list:
    """Gradients are nobody's but the suite's: they cross by copy."""
    return [Tag.LIST, *(value if value is None else encode_product(encoder, value) for value in values)]


def encode_product(encoder: ReplyEncoder, value: torch.Tensor) -> list:
    if value.requires_grad:
        return write_tensor(encoder, value)
    return plain_tensor(encoder, dense(value))


def encode_graph(encoder: ReplyEncoder) -> list:
    """The graph of the tensors in a reply: a handle for it, and the leaves."""
    graph = Graph(list(encoder.outputs))
    leaves = []
    for leaf in graph.leaves:
        number = encoder.world.mirror_ids.get(id(leaf))
        if number:
            leaves.append([Tag.MIRROR, number])
        else:
            number = encoder.new_mirror(TensorMirror(leaf, loaded=False))
            leaves.append(plain_tensor(encoder, leaf, number, flags_of(leaf) | NO_CONTENT))
    handle = [Tag.HANDLE, encoder.world.number_of(graph), "", Graph.__name__, None, None]
    return [Tag.LIST, handle, [Tag.LIST, *leaves]]


def read_tensor(decoder: RequestDecoder, node: list, depth: int) -> Any:
    """A tensor of the suite. One with a graph over there is a leaf here, and the submission gets what is calculated from it."""
    lengths = node[1]
    leaves = decoder.decode(node[4], depth) if node[3] & HAS_GRAPH else None
    grad = None if node[3] & HAS_GRAPH else node[4]
    is_expanded = min(lengths, default=0) < 0
    stored = [1 if length < 0 else length for length in lengths] if is_expanded else lengths
    checked = tensor_node(decoder, [node[0], stored, *node[2:4], grad], depth)
    value = new_tensor(decoder, checked)
    if is_expanded:
        value = value.expand([abs(length) for length in lengths])
    if not checked.number:
        return value
    copied = bool(checked.flags & COPIED)
    lent = Lent(checked.number, value, not copied, anchored=copied)
    decoder.lent.append(lent)
    if not checked.flags & HAS_GRAPH:
        return value
    world, number = decoder.world, checked.number  # the hook lives as long as the leaf, and is to keep nothing else alive

    def pass_on(leaf: torch.Tensor) -> None:
        """The submission itself has called backward: the gradient goes on to what the suite has calculated the tensor from."""
        grad, leaf.grad = leaf.grad, None
        assert world.call_back
        world.call_back("backward", number, [grad], {})

    def given(world: World) -> torch.Tensor:
        with torch.enable_grad():
            if leaves:
                return Bridge.apply(world, checked.number, value, *leaves)
            value.register_post_accumulate_grad_hook(pass_on)
            lent.given = value.clone()
        return lent.given

    decoder.references = True
    return Reference(given)


def iterate_here(loader: Any) -> Any:
    """What DataLoader asks for: an iterator. Its workers share memory, which processes here may not; so it has none."""
    workers, timeout, loader.num_workers, loader.timeout = loader.num_workers, loader.timeout, 0, 0
    try:
        return torch.utils.data.dataloader._SingleProcessDataLoaderIter(loader)
    finally:
        loader.num_workers, loader.timeout = workers, timeout


def set_autocast(dtype: torch.dtype | None) -> None:
    """Enter or leave `torch.autocast` as the suite has done; None for no such context."""
    torch.clear_autocast_cache()  # as at the end of one: weights may have changed since
    torch.set_autocast_enabled("cpu", dtype is not None)
    if dtype is not None:
        torch.set_autocast_dtype("cpu", dtype)


torch.utils.data.DataLoader._get_iterator = iterate_here  # type: ignore[assignment, method-assign]
register(ReplyEncoder, RequestDecoder, write_tensor)
ReplyEncoder.library_graph = encode_graph
RequestDecoder.READERS[Tag.TENSOR] = read_tensor
ENCODINGS["products"] = encode_products
OPERATIONS["products"] = lambda graph, grads, wanted, create_graph: graph.products(grads, wanted, create_graph)
ADJUSTMENTS["torch.manual_seed"] = torch.default_generator.manual_seed  # torch.manual_seed looks for GPUs as well: 2 ms
ADJUSTMENTS["torch.set_grad_enabled"] = torch.set_grad_enabled
ADJUSTMENTS["torch.set_default_dtype"] = torch.set_default_dtype
ADJUSTMENTS["torch.autocast"] = set_autocast
MODES["torch.set_grad_enabled"] = torch.is_grad_enabled
BASES.update(BASE_INDEX)
SIMPLE.update((torch.Size, torch.dtype, torch.device))
