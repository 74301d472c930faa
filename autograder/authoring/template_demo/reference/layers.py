"""A linear layer, forward and backward, in NumPy.

Shapes: S samples in a batch, M input features, N output features.
"""


class Linear:
    """Affine map Y = X W + b.

    Args:
        weight: W, float64 (M, N).
        bias: b, float64 (N,).
    """

    def __init__(self, weight, bias):
        self.weight = weight
        self.bias = bias

    def forward(self, x):
        """Return Y, float64 (S, N), for x, float64 (S, M), and keep what backward needs."""
        # BEGIN SOLUTION 1.1 one matrix product and one sum; keep x for backward
        self.x = x
        return x @ self.weight + self.bias
        # END SOLUTION

    def backward(self, dout):
        """Return dL/dX, float64 (S, M), for dout = dL/dY, float64 (S, N).

        Set self.weight_gradient to dL/dW, (M, N), and self.bias_gradient to dL/db, (N,). Gradients are summed over the batch:
        the loss has divided by S already.
        """
        # BEGIN SOLUTION 1.2 two matrix products and a sum over the batch
        self.weight_gradient = self.x.T @ dout
        self.bias_gradient = dout.sum(axis=0)
        return dout @ self.weight.T
        # END SOLUTION
