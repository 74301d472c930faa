"""A multi-layer perceptron in PyTorch: layers in a row, and autograd for the way back.

Shapes: S samples in a batch, M = n_inputs features, C = n_classes.
"""

import math

from torch import nn


class MLP(nn.Module):
    """Linear layers and a ReLU after each but the last: forward returns scores, also called logits.

    With n_hidden = [100, 50] the layers are linear M → 100, ReLU, linear 100 → 50, ReLU, linear 50 → C. With n_hidden = []
    one linear layer is left. There is no softmax: the loss for it is nn.CrossEntropyLoss, which takes scores. Every linear
    layer is an nn.Linear with a bias.

    With use_batch_norm, a batch norm stands between each linear layer and its ReLU, so none touches x or the scores. It is
    nn.BatchNorm1d, or your own of normalization.py, with γ and β to learn and with the default eps and momentum.

    Args:
        n_inputs: M.
        n_hidden: list of the numbers of units in the hidden layers, first to last; it stays as it is.
        n_classes: C.
        use_batch_norm: whether hidden layers are normalised.
    """

    def __init__(self, n_inputs, n_hidden, n_classes, use_batch_norm=False):
        """Make the layers, as attributes in which PyTorch finds their parameters, and give these their first values."""
        super().__init__()
        # BEGIN SOLUTION 5.1 a list of layers, as in mlp_numpy.py, then one nn.Sequential of it
        layers: list[nn.Module] = []
        features = n_inputs
        for units in n_hidden:
            layers.append(nn.Linear(features, units))
            if use_batch_norm:
                layers.append(nn.BatchNorm1d(units))
            layers.append(nn.ReLU())
            features = units
        layers.append(nn.Linear(features, n_classes))
        self.layers = nn.Sequential(*layers)
        # END SOLUTION
        self.initialise()

    def initialise(self):
        """Draw the weights of the first linear layer from N(0, 1 / M), those of the others from N(0, 2 / in_features).

        With n_hidden = [] the only layer is the first one. Biases start at 0. This is the scheme of the NumPy half (see
        LinearModule), not the one that nn.Linear has built in. No seed is set here: that is for `train` to do.
        """
        # BEGIN SOLUTION 5.2 self.modules() finds the linear layers, nn.init.normal_ takes the standard deviation
        linear_layers = [module for module in self.modules() if isinstance(module, nn.Linear)]
        for i, layer in enumerate(linear_layers):
            variance = (1 if i == 0 else 2) / layer.in_features
            nn.init.normal_(layer.weight, std=math.sqrt(variance))
            nn.init.zeros_(layer.bias)
        # END SOLUTION

    def forward(self, x):
        """Return scores, (S, C), for x, (S, M), or for images, (S, channels, height, width), M numbers each."""
        # BEGIN SOLUTION 5.3 flatten what follows the first dimension, then through all layers
        return self.layers(x.flatten(start_dim=1))  # (S, M) → (S, C)
        # END SOLUTION

    @property
    def device(self):
        """The torch.device on which the parameters are."""
        # BEGIN SOLUTION 5.4 any parameter knows
        return next(self.parameters()).device
        # END SOLUTION
