# Generated from reference/mlp_numpy.py by "autograder build skeleton"; the tasks are the TODOs.
"""A multi-layer perceptron: layers in a row, each feeding the next.

Shapes: S samples in a batch, M = n_inputs features, C = n_classes.

A loop over the layers is all the looping there is: samples, features and classes are the business of array operations.
"""

from modules import LinearModule, ReLUModule, SoftMaxModule


class MLP:
    """Linear layers, a ReLU after each but the last, and a softmax after the last: forward returns probabilities.

    With n_hidden = [100, 50] the layers are linear M → 100, ReLU, linear 100 → 50, ReLU, linear 50 → C, softmax. With
    n_hidden = [] one linear layer and the softmax are left: multinomial logistic regression.

    Args:
        n_inputs: M.
        n_hidden: list of the numbers of units in the hidden layers, first to last; it stays as it is.
        n_classes: C.
    """

    def __init__(self, n_inputs, n_hidden, n_classes):
        """Make the layers; only the first linear layer, if need be the only one, is an input layer (see LinearModule)."""
        # TODO 3.1: a list of layers; each linear layer takes in what the one before it puts out
        raise NotImplementedError("TODO 3.1: MLP.__init__")

    def forward(self, x):
        """Return probabilities, (S, C), for x, (S, M)."""
        # TODO 3.2: through all layers, first to last
        raise NotImplementedError("TODO 3.2: MLP.forward")

    def backward(self, dout):
        """Fill the gradients of all linear layers and return dL/dX, (S, M).

        dout, (S, C), is dL/dY with respect to the probabilities that forward has returned.
        """
        # TODO 3.3: through all layers, last to first
        raise NotImplementedError("TODO 3.3: MLP.backward")

    def clear_cache(self):
        """Let every layer go of what its forward has kept."""
        # TODO 3.4: every layer can do this for itself
        raise NotImplementedError("TODO 3.4: MLP.clear_cache")
