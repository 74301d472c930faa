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
    # BEGIN SOLUTION 5.3 exp of a large number overflows, exp of its negative does not
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)
    # END SOLUTION


class Sigmoid(Module):
    """y = sigmoid(x), entry by entry.

    Attributes:
        state: what backward needs of the last forward.
    """

    def __init__(self):
        self.state = None

    def forward(self, x):
        """Return y in the shape of x."""
        # BEGIN SOLUTION 5.3 the function above; its own output is all that backward needs
        self.state = sigmoid(x)
        return self.state.copy()
        # END SOLUTION

    def backward(self, dloss):
        """Return the gradient with respect to x; the derivative is y (1 - y)."""
        # BEGIN SOLUTION 5.3 the chain rule: dloss times the derivative
        return dloss * self.state * (1.0 - self.state)
        # END SOLUTION


class ReLU(Module):
    """y = max(x, 0), entry by entry.

    Attributes:
        state: what backward needs of the last forward.
    """

    def __init__(self):
        self.state = None

    def forward(self, x):
        """Return y in the shape of x, in an array of its own."""
        # BEGIN SOLUTION 5.4 an element-wise maximum; keep where x was positive
        self.state = x > 0
        return np.maximum(x, 0)
        # END SOLUTION

    def backward(self, dloss):
        """Return the gradient with respect to x, in an array of its own; the derivative is 1 where x > 0, else 0, at 0 too."""
        # BEGIN SOLUTION 5.4 the chain rule: dloss times the derivative
        return dloss * self.state
        # END SOLUTION


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
        # BEGIN SOLUTION 5.1 one matrix product and one broadcast sum; keep x
        self.in_x = x
        return x @ self.weights + self.biases
        # END SOLUTION

    def backward(self, dloss):
        """Return the gradient with respect to x, (N, D), and write d_weights and d_biases in place of older ones.

        Args:
            dloss: (N, M), in row n the gradient of the loss of sample n alone, which is not divided by N. So the two
                gradients of parameters are means over the batch, and what is returned is again one row a sample.
        """
        # BEGIN SOLUTION 5.1 two matrix products and a column sum; the mean over the batch is taken here
        self.d_weights = self.in_x.T @ dloss / len(dloss)  # (D, M)
        self.d_biases = dloss.mean(axis=0, keepdims=True)  # (1, M)
        return dloss @ self.weights.T  # (N, D)
        # END SOLUTION


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
        # BEGIN SOLUTION 5.5 the largest score of a row taken from all of them changes nothing; log(exp(a) / s) = a - log(s)
        shifted = score - score.max(axis=1, keepdims=True)  # (N, C), at most 0
        powers = np.exp(shifted)
        sums = powers.sum(axis=1, keepdims=True)  # (N, 1), at least 1
        self.y_hat = powers / sums
        self.y_true = np.eye(score.shape[1])[label]  # (N, C), one-hot
        return float((np.log(sums[:, 0]) - shifted[np.arange(len(label)), label]).mean())
        # END SOLUTION

    def backward(self):
        """Return y_hat - y_true, (N, C), with y_true one-hot: in row n the gradient of the loss of sample n alone.

        It is taken with respect to the scores, and not divided by N: Linear.backward takes the mean. y_hat stays as it is.
        """
        # BEGIN SOLUTION 5.5 softmax and logarithm cancel: one subtraction, into a new array
        return self.y_hat - self.y_true
        # END SOLUTION


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
        # BEGIN SOLUTION 5.2 a loop over the layers; only Linear has something to learn
        for layer in self.model.layers:
            if isinstance(layer, Linear):
                layer.weights = layer.weights - self.learning_rate * layer.d_weights
                layer.biases = layer.biases - self.learning_rate * layer.d_biases
        # END SOLUTION
