"""What single steps of a training in PyTorch are compared with: gradient descent on a few samples, worked out here.

Shapes: S samples, M inputs, N hidden units, C classes. Parameters are a list of (W, b) as in torch_cases.
"""

from functools import partial
from itertools import combinations

import torch
from torch.nn.functional import cross_entropy, nll_loss, softmax
from torch_cases import all_linear_layers, is_close, linear_layers, scores_of

# What goes wrong in a training step, as arguments of after_epochs.
MISTAKES = {
    "in which the gradients of earlier batches are still there": {"zero_grad": False},
    "whose loss is the sum over the batch": {"loss": partial(cross_entropy, reduction="sum")},
    "with a softmax before the cross-entropy": {"loss": lambda scores, y: cross_entropy(softmax(scores, dim=1), y)},
    "whose loss takes scores for log-probabilities": {"loss": nll_loss},
    "with momentum 0.9": {"make_optimizer": partial(torch.optim.SGD, momentum=0.9)},
    "of Adam": {"make_optimizer": torch.optim.Adam},
    "that goes uphill": {"make_optimizer": partial(torch.optim.SGD, maximize=True)},
}


def mistakes():
    """Return each of MISTAKES, and each two of them that a training can make at once, by what is wrong."""
    pairs = combinations(MISTAKES.items(), 2)
    both = {f"{one} and {other}": {**changes, **more} for (one, changes), (other, more) in pairs if not changes.keys() & more}
    return MISTAKES | both


def parameters_of(model, M):
    """Return the parameters of a network M → N → 10 of any width N, float64; None for a bias that there is not."""
    widths = [len(layer.weight) for layer in all_linear_layers(model) if layer.weight.shape[1] == M]
    pairs = [(layer.weight, layer.bias) for layer in linear_layers(model, [M, *widths[:1], 10])]
    return [tuple(None if value is None else value.detach().double() for value in pair) for pair in pairs]


def after_epochs(start, x, y, epochs, loss=cross_entropy, make_optimizer=torch.optim.SGD, zero_grad=True):
    """Return what parameters are after each epoch, a list of as many lists of (W, b).

    Args:
        start: the parameters before.
        x, y: arrays (S, M) and (S,).
        epochs: for each epoch, a list of steps (rows of the batch, learning rate).
    """
    x, y = torch.from_numpy(x).double(), torch.from_numpy(y)
    parameters = [tuple(None if value is None else value.clone().requires_grad_() for value in pair) for pair in start]
    optimizer = make_optimizer([value for pair in parameters for value in pair if value is not None], lr=1.0)
    states = []
    for steps in epochs:
        for rows, rate in steps:
            optimizer.param_groups[0]["lr"] = rate
            if zero_grad:
                optimizer.zero_grad()
            loss(scores_of(parameters, x[rows]), y[rows]).backward()
            optimizer.step()
        states.append([tuple(None if value is None else value.detach().clone() for value in pair) for pair in parameters])
    return states


def are_close(found, expected):
    """Whether two lists of (W, b) hold the same numbers."""
    return all(
        value is wanted is None or is_close(value, wanted)
        for pair, wanted_pair in zip(found, expected, strict=True)
        for value, wanted in zip(pair, wanted_pair, strict=True)
    )


def share_outside(change, *images):
    """Return how much of the change of a first layer's W, (N, M), is along no combination of these images, (S, M) each: 0 to 1.

    Gradient descent moves each row of W along the images that it is trained on, and nowhere else.
    """
    directions, _ = torch.linalg.qr(torch.cat([torch.from_numpy(x).double() for x in images]).T)
    return float((change - change @ directions @ directions.T).norm() / change.norm())
