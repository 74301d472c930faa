"""Tensors on the suite's side: real ones, whose gradients go on to the submission's graphs.

A tensor that the submission has calculated arrives as the output of a local function. The inputs of that function are
what the tensor was calculated from: tensors of the suite, and parameters of the submission, which are local
parameters too. So `backward`, `torch.autograd.grad`, hooks and retained graphs are those of the local engine; for each such
function it asks the submission for the vector-Jacobian products.
"""

from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

import torch

from autograder.sandbox.tensors import (
    BASE_INDEX,
    COPIED,
    HAS_GRAPH,
    NO_CONTENT,
    REQUIRES_GRAD,
    TensorMirror,
    compact,
    flags_of,
    leaves_of,
    new_tensor,
    plain_tensor,
    register,
    tensor_node,
    why_not,
)
from autograder.sandbox.wire import Tag, WireError
from autograder.standins import door, replies, standin, uses
from autograder.standins.failures import TrustedValueError
from autograder.standins.replies import ReplyDecoder
from autograder.standins.requests import RequestEncoder
from autograder.standins.standin import Handle

NOTHING = torch.empty(0)


class Remote(torch.autograd.Function):
    """What the submission has calculated in one call, as a function of the leaves of its graph."""

    @staticmethod
    def forward(ctx: Any, graph: Handle, count: int, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        outputs, leaves = tensors[:count], tensors[count:]
        ctx.mark_dirty(*outputs)  # the very tensors that have arrived get this function behind them
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(NOTHING)  # so that a second backward is refused like any other
        ctx.graph, ctx.count, ctx.leaves = graph, count, leaves
        return outputs

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor | None) -> tuple[torch.Tensor | None, ...]:
        ctx.saved_tensors  # noqa: B018  raises if the graph has been used up
        wanted = ctx.needs_input_grad[2 + ctx.count :]
        given = tuple(grad if grad is None or torch.is_grad_enabled() else Copy(grad) for grad in grads)
        door = ctx.graph.__autograder_door__()
        found = door.ask("products", [ctx.graph, given, wanted, torch.is_grad_enabled()])
        try:
            check_products(found, wanted, ctx.leaves)
        except WireError as error:
            raise door.rejected(error) from None
        return (None, None, *[None] * ctx.count, *found)


class Copy:
    """A tensor that crosses without being kept in step."""

    def __init__(self, value: torch.Tensor) -> None:
        self.value = value

    def __autograder_encode__(self, encoder: RequestEncoder) -> list:
        return plain_tensor(encoder, self.value)


def check_products(found: Any, wanted: tuple[bool, ...], leaves: tuple[torch.Tensor, ...]) -> None:
    """Raise a WireError unless there is a gradient that fits for each leaf that wants one, or None."""
    if type(found) is not list or len(found) != len(wanted):
        raise WireError("gradients are missing")
    for grad, is_wanted, leaf in zip(found, wanted, leaves, strict=True):
        if grad is not None and not (
            is_wanted and type(grad) is torch.Tensor and grad.shape == leaf.shape and grad.dtype == leaf.dtype
        ):
            raise WireError("a gradient does not fit its tensor")


def write_tensor(encoder: RequestEncoder, value: torch.Tensor) -> list:
    problem = why_not(value)
    if problem:
        raise TrustedValueError(f"the submission can only be given plain tensors; this is {problem}")
    known = encoder.ledger.mirror_ids.get(id(value)) or encoder.lent_ids.get(id(value))
    if known:
        return [Tag.MIRROR, known]
    sealed = encoder.copy_arguments
    if value.requires_grad and not value.is_leaf:
        flags = HAS_GRAPH | REQUIRES_GRAD | COPIED
    elif sealed and type(value) is not torch.nn.Parameter:
        if not value.requires_grad:
            return plain_tensor(encoder, value)
        flags = REQUIRES_GRAD | COPIED
    else:
        flags = flags_of(value)
    number = encoder.lend(value)
    if flags & COPIED:
        encoder.copied.add(number)
        if sealed or value.is_leaf:
            encoder.sealed.add(number)
    if value.requires_grad or not value.ndim:
        node = plain_tensor(encoder, value, number, flags)
        if flags & HAS_GRAPH and encoder.returning:
            node[5] = known_leaves(encoder, value)
        return node
    content, shape = compact(value)
    node = plain_tensor(encoder, content, number, flags)
    return [*node[:2], shape, *node[3:]]


def known_leaves(encoder: RequestEncoder, value: torch.Tensor) -> list:
    """Those tensors that a result was calculated from which the submission has, too, so that it can go on to them itself."""
    numbers = [encoder.ledger.mirror_ids.get(id(leaf)) for leaf in leaves_of([value])]
    return [Tag.LIST, *([Tag.MIRROR, number] for number in numbers if number)]


def read_tensor(decoder: ReplyDecoder, node: list, depth: int) -> torch.Tensor:
    checked = tensor_node(decoder, node, depth)
    known = decoder.ledger.mirrors.get(checked.number)
    if known is not None:
        return load(decoder, known, checked)
    value = new_tensor(decoder, checked)
    if checked.flags & HAS_GRAPH:
        if checked.number or checked.flags & REQUIRES_GRAD:
            raise WireError("a tensor is a leaf and has a graph")
        decoder.outputs.append(value)
    elif checked.number:
        decoder.new_mirror(checked.number, TensorMirror(value, loaded=False))
        if not checked.flags & NO_CONTENT:
            decoder.loaded.append(decoder.new_mirrors[checked.number])
    return value


def load(decoder: ReplyDecoder, mirror: Any, node: Any) -> torch.Tensor:
    """Take the content of a parameter of which only the gradient has mattered so far."""
    if type(mirror) is not TensorMirror or mirror.loaded or node.flags & (HAS_GRAPH | NO_CONTENT):
        raise WireError("a tensor was sent a second time")
    content = new_tensor(decoder, node._replace(flags=0, grad=None))
    try:
        if (content.shape, content.dtype) != (mirror.value.shape, mirror.value.dtype):
            mirror.value.grad = None
        mirror.value.data = content  # which is filled when the arrays of the message follow
    except RuntimeError as error:
        raise WireError("a tensor is sent as another one") from error
    decoder.loaded.append(mirror)
    return mirror.value


def join_graph(decoder: ReplyDecoder, graph: Any) -> None:
    if type(graph) is not list or len(graph) != 2 or not issubclass(type(graph[0]), Handle) or type(graph[1]) is not list:
        raise WireError("a graph is malformed")
    handle, leaves = graph
    if not leaves or not all(type(leaf) in (torch.Tensor, torch.nn.Parameter) for leaf in leaves):
        raise WireError("a graph has no leaves")
    if any(leaf is output for leaf in leaves for output in decoder.outputs):
        raise WireError("a graph is made of itself")
    try:
        with surely_recorded():
            Remote.apply(handle, len(decoder.outputs), *decoder.outputs, *leaves)
    except RuntimeError as error:
        raise WireError("a graph cannot be what it is said to be") from error


def surely_recorded() -> AbstractContextManager:
    """A context in which autograd records what is calculated, whatever the suite has chosen."""
    if torch.is_grad_enabled() and not torch.is_inference_mode_enabled():
        return nullcontext()
    with ExitStack() as contexts:
        contexts.enter_context(torch.inference_mode(False))
        contexts.enter_context(torch.enable_grad())
        return contexts.pop_all()


def backward(value: torch.Tensor, grad: Any) -> None:
    """The submission has called backward itself, and has come to a tensor that the suite has calculated."""
    check_gradient(value, grad)
    value.backward(grad, retain_graph=True)  # the other side knows when the graph has been used up


def products(value: torch.Tensor, grad: Any, create_graph: Any, *leaves: Any) -> list:
    """The submission has come to a tensor that the suite has calculated from leaves that both have; return their gradients.

    Leaves that the suite alone has get theirs added.
    """
    check_gradient(value, grad)
    if not all(type(leaf) in (torch.Tensor, torch.nn.Parameter) and leaf.requires_grad for leaf in leaves):
        raise WireError("a graph has no leaves")
    own = [leaf for leaf in leaves_of([value]) if all(leaf is not other for other in leaves)]
    if own:
        torch.autograd.backward([value], [grad], retain_graph=True, inputs=own)
    return list(
        torch.autograd.grad(value, leaves, grad, retain_graph=True, create_graph=create_graph is True, allow_unused=True)
    )


def check_gradient(value: torch.Tensor, grad: Any) -> None:
    if type(grad) is not torch.Tensor or (grad.shape, grad.dtype) != (value.shape, value.dtype) or value.is_leaf:
        raise WireError("a gradient does not fit its tensor")


torch.set_num_threads(1)  # as in the sandbox: sums of several threads differ in their last bits
register(RequestEncoder, ReplyDecoder, write_tensor)
ReplyDecoder.READERS[Tag.TENSOR] = read_tensor
ReplyDecoder.join_graph = join_graph
replies.BASES.update((index, cls) for cls, index in BASE_INDEX.items())
replies.DATA.update((torch.dtype, torch.device, torch.layout, torch.memory_format))
door.SURROUNDINGS["torch.set_grad_enabled"] = torch.set_grad_enabled
uses.USES.update(backward=backward, products=products)
uses.OF_ARGUMENTS.update(("backward", "products"))
standin.PLAIN_TYPES = (*standin.PLAIN_TYPES, torch.Tensor)
door.DEFAULT_MODES.update({"torch.set_grad_enabled": True, "torch.set_default_dtype": torch.float32, "torch.autocast": None})
door.MODES.update({"torch.set_grad_enabled": torch.is_grad_enabled, "torch.set_default_dtype": torch.get_default_dtype})
door.MODES["torch.autocast"] = lambda: torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else None
