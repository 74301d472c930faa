# Generated from reference/optimizers.py by "autograder build skeleton"; the tasks are the TODOs.
"""Gradient descent: how parameters follow their gradients.

A layer here is any object with two dicts of arrays, params and grads, that share their keys, "weight" and "bias", and
the shapes behind them, such as LinearModule. One step, with the learning rate η, the momentum μ and the weight decay λ,
is for every parameter w of every layer

    g ← ∂L/∂w + λ w         for weights; biases do not decay
    m ← μ m + (1 - μ) g     a moving average, m = 0 before the first step
    w ← w - η m

so μ = 0 and λ = 0 leave plain gradient descent.
"""

import numpy as np


class SGD:
    """Gradient descent with momentum as a moving average, and with weight decay.

    Args:
        layers: the layers to be trained; layers without parameters are left out by the caller.
        lr: η, how far one step goes.
        momentum: μ, 0 ≤ μ < 1, the share of the old average that stays.
        weight_decay: λ, the factor of λ/2 ‖W‖² that is as good as added to the loss.
    """

    def __init__(self, layers, lr, momentum=0.0, weight_decay=0.0):
        self.layers = layers
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay
        # One moving average per parameter of each layer, in the order of the layers.
        self.averages = [{name: np.zeros_like(value) for name, value in layer.params.items()} for layer in layers]

    def step(self):
        """Update every parameter once from the gradient that its layer holds now; the gradients stay as they are."""
        # TODO 2.1: for every parameter: its gradient, decayed_gradient, moving_average, one subtraction
        raise NotImplementedError("TODO 2.1: SGD.step")

    def decayed_gradient(self, name, parameter, gradient):
        """Return g for the parameter called `name`, which is "weight" or "bias"."""
        # TODO 2.2: add λ w, or nothing
        raise NotImplementedError("TODO 2.2: SGD.decayed_gradient")

    def moving_average(self, average, gradient):
        """Return the new m, given the old one and g."""
        # TODO 2.3: a weighted mean of the two
        raise NotImplementedError("TODO 2.3: SGD.moving_average")
