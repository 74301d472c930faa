# Generated from reference/hw3_lib.py by "autograder build skeleton"; the tasks are the TODOs.
"""Layers of a neural network, its loss and its optimizer, in NumPy.

Shapes: N samples in a batch, D inputs and M outputs of a layer, C classes.

A batch is a matrix with one sample a row. forward(x) returns what a module makes of a batch and keeps what backward will need.
backward(dloss) takes the gradient of the loss with respect to that output and returns the one with respect to x: the chain
rule, one module at a time. Both go by the last call of forward, and may be called as often as one likes.

No function changes an array that it is given, nor one that it has returned before.
"""

import numpy as np


class Module:
    """What all modules have in common: calling one is calling its forward."""

    def __call__(self, *args):
        return self.forward(*args)

    def forward(self, *args):
        raise NotImplementedError(f"{type(self).__name__}.forward")


def sigmoid(x):
    """Return 1 / (1 + exp(-x)) entry by entry, in the shape of x; right for any finite x."""
    # TODO 5.3: exp of a large number overflows, exp of its negative does not
    raise NotImplementedError("TODO 5.3: sigmoid")


class Sigmoid(Module):
    """y = sigmoid(x), entry by entry.

    Attributes:
        state: what backward needs of the last forward.
    """

    def __init__(self):
        self.state = None

    def forward(self, x):
        """Return y in the shape of x."""
        # TODO 5.3: the function above; its own output is all that backward needs
        raise NotImplementedError("TODO 5.3: Sigmoid.forward")

    def backward(self, dloss):
        """Return the gradient with respect to x; the derivative is y (1 - y)."""
        # TODO 5.3: the chain rule: dloss times the derivative
        raise NotImplementedError("TODO 5.3: Sigmoid.backward")


class ReLU(Module):
    """y = max(x, 0), entry by entry.

    Attributes:
        state: what backward needs of the last forward.
    """

    def __init__(self):
        self.state = None

    def forward(self, x):
        """Return y in the shape of x, in an array of its own."""
        # TODO 5.4: an element-wise maximum; keep where x was positive
        raise NotImplementedError("TODO 5.4: ReLU.forward")

    def backward(self, dloss):
        """Return the gradient with respect to x, in an array of its own; the derivative is 1 where x > 0, else 0, at 0 too."""
        # TODO 5.4: the chain rule: dloss times the derivative
        raise NotImplementedError("TODO 5.4: ReLU.backward")


class Linear(Module):
    """y = x W + b.

    Attributes:
        weights: W, float64 (D, M): a row for each input, a column for each output.
        biases: b, float64 (1, M).
        d_weights, d_biases: the gradients of the mean loss, in the same shapes; zero until the first backward.
        in_x: what backward needs of the last forward.

    Args:
        init_params: the pair (weights, biases) to start from.
    """

    def __init__(self, init_params):
        weights, biases = init_params
        self.weights = weights
        self.biases = biases
        self.d_weights = np.zeros_like(weights)
        self.d_biases = np.zeros_like(biases)
        self.in_x = None

    def forward(self, x):
        """Return y, (N, M), for x, (N, D)."""
        # TODO 5.1: one matrix product and one broadcast sum; keep x
        raise NotImplementedError("TODO 5.1: Linear.forward")

    def backward(self, dloss):
        """Return the gradient with respect to x, (N, D), and write d_weights and d_biases in place of older ones.

        Args:
            dloss: (N, M), in row n the gradient of the loss of sample n alone, which is not divided by N. So the two
                gradients of parameters are means over the batch, and what is returned is again one row a sample.
        """
        # TODO 5.1: two matrix products and a column sum; the mean over the batch is taken here
        raise NotImplementedError("TODO 5.1: Linear.backward")


class CrossEntropyLoss(Module):
    """Softmax and the mean cross-entropy over a batch, in one module; finite for any finite scores, 1000 and more included.

    Attributes:
        y_hat: the probabilities that softmax has made of the last scores, (N, C).
        y_true: the last labels, in whatever form backward needs.
    """

    def __init__(self):
        self.y_hat = None
        self.y_true = None

    def forward(self, score, label):
        """Return the mean over the batch of -log of the right class's probability, one float.

        Args:
            score: (N, C), any numbers.
            label: integers (N,), from 0 to C - 1.
        """
        # TODO 5.5: the largest score of a row taken from all of them changes nothing; log(exp(a) / s) = a - log(s)
        raise NotImplementedError("TODO 5.5: CrossEntropyLoss.forward")

    def backward(self):
        """Return y_hat - y_true, (N, C), with y_true one-hot: in row n the gradient of the loss of sample n alone.

        It is taken with respect to the scores, and not divided by N: Linear.backward takes the mean. y_hat stays as it is.
        """
        # TODO 5.5: softmax and logarithm cancel: one subtraction, into a new array
        raise NotImplementedError("TODO 5.5: CrossEntropyLoss.backward")


class GradientDescentOptimizer:
    """Gradient descent with a fixed learning rate.

    Args:
        model: a MultiLayerPerceptron (hw3_sol.py); model.layers is the list of its modules, first to last.
        learning_rate: how far one step goes against the gradient.
    """

    def __init__(self, model, learning_rate):
        self.model = model
        self.learning_rate = learning_rate

    def step(self):
        """Change weights and biases of every Linear layer by their gradients; gradients and other modules stay as they are."""
        # TODO 5.2: a loop over the layers; only Linear has something to learn
        raise NotImplementedError("TODO 5.2: GradientDescentOptimizer.step")
