# Generated from reference/mlp_numpy.py by "autograder build skeleton"; the tasks are the TODOs.
"""A multi-layer perceptron made of the layers in modules.py.

Shapes: S samples in a batch, M = n_inputs features, C = n_classes.
"""

from modules import LeakyReLUModule, LinearModule, SoftMaxModule


class MLP:
    """Linear layers with a leaky ReLU after each but the last, and a softmax after the last: forward gives probabilities.

    MLP(M, [100, 50], C, 0.02) is linear M → 100, leaky ReLU, linear 100 → 50, leaky ReLU, linear 50 → C, softmax.
    MLP(M, [], C, 0.02) is linear M → C, softmax.

    Args:
        n_inputs: M.
        n_hidden: list of the numbers of hidden units, first layer to last; it stays as it is.
        n_classes: C.
        neg_slope: of every leaky ReLU.
    """

    def __init__(self, n_inputs, n_hidden, n_classes, neg_slope=0.02):
        # TODO 2.1: a list of layers; what one puts out, the next takes in
        raise NotImplementedError("TODO 2.1: MLP.__init__")

    def forward(self, x):
        """Return probabilities, (S, C), for x, (S, M)."""
        # TODO 2.2: from the first layer to the last
        raise NotImplementedError("TODO 2.2: MLP.forward")

    def backward(self, dout):
        """Fill the gradients of all linear layers, for dout, (S, C), the gradient with respect to what forward has returned."""
        # TODO 2.3: from the last layer to the first
        raise NotImplementedError("TODO 2.3: MLP.backward")
