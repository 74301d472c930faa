# Generated from reference/mlp_pytorch.py by "autograder build skeleton"; the tasks are the TODOs.
"""The multi-layer perceptron again, in PyTorch: autograd knows the way back.

Shapes: S samples in a batch, M = n_inputs features, C = n_classes.
"""

from torch import nn


class MLP(nn.Module):
    """Linear layers with a leaky ReLU after each but the last: forward gives scores (logits).

    MLP(M, [100, 50], C, 0.02) is linear M → 100, leaky ReLU, linear 100 → 50, leaky ReLU, linear 50 → C. With n_hidden = [] one
    linear layer is left. There is no softmax: nn.CrossEntropyLoss takes scores. Every linear layer is an nn.Linear with a bias
    and the first values that PyTorch gives it.

    Args:
        n_inputs: M.
        n_hidden: list of the numbers of hidden units, first layer to last; it stays as it is.
        n_classes: C.
        neg_slope: of every leaky ReLU.
    """

    def __init__(self, n_inputs, n_hidden, n_classes, neg_slope=0.02):
        super().__init__()
        # TODO 4.1: as in mlp_numpy.py; PyTorch must find the layers: nn.Sequential(*layers)
        raise NotImplementedError("TODO 4.1: MLP.__init__")

    def forward(self, x):
        """Return scores, (S, C), for x, (S, M), or for images, (S, channels, height, width), M numbers each."""
        # TODO 4.2: flatten what follows the first dimension, then through all layers
        raise NotImplementedError("TODO 4.2: MLP.forward")
