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
        # BEGIN SOLUTION 3.1 a list of layers; each linear layer takes in what the one before it puts out
        self.layers: list = []
        features = n_inputs
        for units in n_hidden:
            self.layers += [LinearModule(features, units, input_layer=not self.layers), ReLUModule()]
            features = units
        self.layers += [LinearModule(features, n_classes, input_layer=not self.layers), SoftMaxModule()]
        # END SOLUTION

    def forward(self, x):
        """Return probabilities, (S, C), for x, (S, M)."""
        # BEGIN SOLUTION 3.2 through all layers, first to last
        for layer in self.layers:
            x = layer.forward(x)
        return x
        # END SOLUTION

    def backward(self, dout):
        """Fill the gradients of all linear layers and return dL/dX, (S, M).

        dout, (S, C), is dL/dY with respect to the probabilities that forward has returned.
        """
        # BEGIN SOLUTION 3.3 through all layers, last to first
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout
        # END SOLUTION

    def clear_cache(self):
        """Let every layer go of what its forward has kept."""
        # BEGIN SOLUTION 3.4 every layer can do this for itself
        for layer in self.layers:
            layer.clear_cache()
        # END SOLUTION
