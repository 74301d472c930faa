"""What the suites share about the optimizer: layers that are nothing but parameters and gradients."""

import numpy as np

from autograder.standins import in_sandbox


@in_sandbox
def layer_with(weight, bias):
    """Return an object with params and grads like those of a LinearModule; the gradients are zero.

    Args:
        weight, bias: lists of rows.
    """
    from types import SimpleNamespace

    params = {"weight": np.array(weight), "bias": np.array(bias)}
    return SimpleNamespace(params=params, grads={name: np.zeros_like(value) for name, value in params.items()})
