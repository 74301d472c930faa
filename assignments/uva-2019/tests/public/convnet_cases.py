"""What the suites of part 8 share: the order in which a ConvNet calls its layers, and networks worked out here to compare with.

Shapes: S images, H and W height and width. A ConvNet's own convolutions, batch norms and linear layers are found by the order
in which it calls them, whatever it keeps them in; pooling and activations need not be modules.
"""

import math
from functools import partial

import torch
from torch import nn
from torch.nn.functional import (
    avg_pool2d,
    batch_norm,
    conv2d,
    leaky_relu,
    linear,
    log_softmax,
    max_pool2d,
    relu,
    softmax,
)

from autograder.compare import assert_close
from autograder.standins import in_sandbox

# Input and output channels of the convolutions, in order, where the images have c channels; after which ones a pooling follows.
WIDTHS = (64, 128, 256, 256, 512, 512, 512, 512)
POOLED = (0, 1, 3, 5, 7)
TIGHT = {"rtol": 1e-5, "atol": 1e-7}  # float64, after eight convolutions


@in_sandbox
def calls_of(model, x):
    """Return what model(x) calls in order: (kind, name, shape in, shape out, kernel) of each Conv2d, BatchNorm2d and Linear."""
    kinds, calls, hooks = (nn.Conv2d, nn.BatchNorm2d, nn.Linear), [], []

    def watch(name, kind):
        def hook(module, arguments, output):
            kernel = tuple(module.kernel_size) if kind is nn.Conv2d else ()
            calls.append((kind.__name__, name, tuple(arguments[0].shape), tuple(output.shape), kernel))

        return hook

    for name, module in model.named_modules():
        for kind in kinds:
            if isinstance(module, kind):
                hooks.append(module.register_forward_hook(watch(name, kind)))
    try:
        with torch.no_grad():
            model(x)
    finally:
        for hook in hooks:
            hook.remove()
    return calls


def assert_convnet(model):
    assert hasattr(model, "named_modules"), "ConvNet is no nn.Module; expected class ConvNet(nn.Module)"
    assert hasattr(model, "_modules"), "ConvNet is not set up as an nn.Module: __init__ does not call super().__init__()"


def calls(model, x):
    """Return the calls of calls_of in three lists: of convolutions, of batch norms and of linear layers."""
    assert_convnet(model)
    found = list(calls_of(model, x))
    return [[call for call in found if call[0] == kind] for kind in ("Conv2d", "BatchNorm2d", "Linear")]


def sizes(size):
    """Return the pixels that each of the eight convolutions gets along a side of `size` pixels, and what is left in the end."""
    found = []
    for i in range(8):
        found.append(size)
        if i in POOLED:
            size = math.ceil(size / 2)
    return found, size


def images(rng, *shape):
    """Return standard normal numbers, float32."""
    return torch.from_numpy(rng.normal(size=shape)).float()


class Drawn:
    """A ConvNet's own parameters, in the order in which it calls its layers, those of batch norm drawn anew; float64.

    Attributes:
        convolutions, norms, linear: the layers. `pair_of` has the parameters of one, which are fetched for one layer at a time:
            together they are nine million numbers.
    """

    def __init__(self, model, x, rng):
        convolutions, norms, last = calls(model, x)
        assert len(convolutions) == 8, f"model(x) calls {len(convolutions)} convolutions (nn.Conv2d), expected 8"
        assert len(norms) == 8, f"model(x) calls {len(norms)} batch norms (nn.BatchNorm2d), expected 8, one per convolution"
        assert len(last) == 1, f"model(x) calls {len(last)} linear layers (nn.Linear), expected 1"
        modules = dict(model.named_modules())
        with torch.no_grad():
            for _, name, *_ in norms:
                weight, bias = modules[name].weight, modules[name].bias
                assert weight is not None and bias is not None, "a batch norm has no weight and bias to learn"
                weight.copy_(torch.from_numpy(rng.uniform(0.5, 1.5, size=tuple(weight.shape))))
                bias.copy_(torch.from_numpy(rng.normal(size=tuple(bias.shape))))
        layers = [[modules[name] for _, name, *_ in found] for found in (convolutions, norms, last)]
        self.convolutions, self.norms, (self.linear,) = layers


@in_sandbox
def parameters_of(layer):
    return [None if value is None else value.detach().double().numpy() for value in (layer.weight, layer.bias)]


def pair_of(layer):
    """Return (weight, bias or None) of a layer, float64; of a batch norm these are γ and β."""
    return tuple(None if value is None else torch.from_numpy(value) for value in parameters_of(layer))


def normalised(z, norm):
    return batch_norm(z, None, None, *pair_of(norm), training=True)


# What may come after a convolution, and how maps may be pooled, by what is wrong about it; "" is right.
AFTER = {
    "": lambda z, norm: relu(normalised(z, norm)),
    "has its batch norm after the ReLU": lambda z, norm: normalised(relu(z), norm),
    "has no ReLU": normalised,
    "has a leaky ReLU in place of the ReLU": lambda z, norm: leaky_relu(normalised(z, norm)),
}
POOL = {
    "": partial(max_pool2d, kernel_size=3, stride=2, padding=1),
    "the poolings have windows of 2 × 2": partial(max_pool2d, kernel_size=2, stride=2, ceil_mode=True),
    "the poolings take averages": partial(avg_pool2d, kernel_size=3, stride=2, padding=1),
    "the poolings take averages without the padding": partial(
        avg_pool2d, kernel_size=3, stride=2, padding=1, count_include_pad=False
    ),
}
LAST = {
    "": lambda z: z,
    "a softmax follows the linear layer": lambda z: softmax(z, dim=1),
    "a log-softmax follows the linear layer": lambda z: log_softmax(z, dim=1),
    "a ReLU follows the linear layer": relu,
}


def scores_of(drawn, x, after=None, pool=POOL[""], last=LAST[""]):
    """Return the scores, (S, C), of a ConvNet in training mode; `after` has what comes after each of the eight convolutions."""
    after = after or 8 * [AFTER[""]]
    for i, (convolution, norm, follows) in enumerate(zip(drawn.convolutions, drawn.norms, after, strict=True)):
        x = follows(conv2d(x, *pair_of(convolution), padding=1), norm)
        if i in POOLED:
            x = pool(x)
    return last(linear(x.flatten(start_dim=1), *pair_of(drawn.linear)))


def arrangements():
    """Yield what is wrong about a network, and the arguments of scores_of that make it."""
    for name, pool in list(POOL.items())[1:]:
        yield name, {"pool": pool}
    for name, last in list(LAST.items())[1:]:
        yield name, {"last": last}
    for name, follows in list(AFTER.items())[1:]:
        yield f"every convolution {name}", {"after": 8 * [follows]}
        for i in range(8):
            yield f"convolution {i + 1} {name}", {"after": [follows if place == i else AFTER[""] for place in range(8)]}


def assert_scores(found, drawn, x):
    """Ask for the scores of a ConvNet in training mode, and say which other network they come from."""
    expected = scores_of(drawn, x)
    if not is_close(found, expected):
        for name, arguments in arrangements():
            if is_close(found, scores_of(drawn, x, **arguments)):
                raise AssertionError(f"the scores are those of a network in which {name}")
    assert_close(found, expected, "model(x) in training mode", **TIGHT)


def is_close(found, expected):
    return (
        isinstance(found, torch.Tensor)
        and found.shape == expected.shape
        and torch.allclose(found.detach().double(), expected, **TIGHT)
    )
