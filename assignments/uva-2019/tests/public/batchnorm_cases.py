"""What the suites of part 7 share: batches, layers with known γ and β, and what they answer, in float64.

Shapes: S samples in a batch, C neurons.
"""

import torch
from torch_cases import modules_of, tensor

from autograder.compare import assert_close

EPS = 1e-5


def affine(rng, C):
    """Return γ and β, (C,)."""
    return tensor(rng, C), tensor(rng, C)


def batch(rng, S, C):
    """Return x, (S, C), neurons of different mean and spread, far from mean 0."""
    return tensor(rng, S, C) * torch.arange(1.0, C + 1) + 3 * tensor(rng, C) + 10


def layer_with(make_layer, gamma, beta, **options):
    """Return a layer in float64 with this γ and β."""
    layer = make_layer(len(gamma), **options)
    modules_of(layer)
    layer = layer.double()
    with torch.no_grad():
        layer.gamma.copy_(gamma)
        layer.beta.copy_(beta)
    return layer


def normalised(x, eps=EPS):
    mean = x.sum(dim=0) / len(x)
    variance = ((x - mean) ** 2).sum(dim=0) / len(x)
    return (x - mean) / torch.sqrt(variance + eps)


def assert_normalises(y, gamma, x, beta):
    """Ask for y = γ x̂ + β and say which usual mistake it comes from."""
    expected = gamma * normalised(x) + beta
    centred = x - x.mean(dim=0)
    causes = {
        "has the unbiased variance, which divides by S - 1": gamma * centred / torch.sqrt(x.var(dim=0) + EPS) + beta,
        "has no mean taken from it": gamma * x / torch.sqrt(x.var(dim=0, correction=0) + EPS) + beta,
        "is normalised over the neurons, not over the batch": gamma * normalised(x.T).T + beta,
        "lacks γ and β": normalised(x),
    }
    for cause, wrong in causes.items():
        alike = isinstance(y, torch.Tensor) and y.shape == wrong.shape and torch.allclose(y.detach(), wrong, rtol=1e-6)
        assert not alike, f"y {cause}"
    assert_close(y, expected, "y", rtol=1e-7, atol=1e-8)


def assert_gamma_and_beta(layer):
    """Ask for two parameters, γ = 1 and β = 0, of a new layer for four neurons."""
    modules_of(layer)
    assert sorted(name for name, _ in layer.named_parameters()) == ["beta", "gamma"], "its parameters are not gamma and beta"
    assert_close(layer.gamma, torch.ones(4), "gamma")
    assert_close(layer.beta, torch.zeros(4), "beta")


def assert_refuses_other_shapes(layer, x, rng):
    """Ask for a ValueError for other shapes than (S, 4), and for none for x, (S, 4)."""
    y = layer(x)
    assert y.shape == x.shape and not torch.equal(y, x), "a batch of the right shape is not normalised"
    for shape in ((7, 3), (7, 1), (4,), (7, 4, 2)):
        try:
            layer(tensor(rng, *shape))
        except ValueError:
            continue
        except RuntimeError:  # of PyTorch, where shapes do not go together
            raise AssertionError(f"an input of shape {shape} raises a RuntimeError further on, expected a ValueError") from None
        raise AssertionError(f"an input of shape {shape} is taken, expected a ValueError")
