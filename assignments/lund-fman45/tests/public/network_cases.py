"""What the suites share about networks: some that are small and lopsided, and the loss of one, worked out here.

The suites use the given layers of convolution.py, and none of the submission's.
"""

import convolution
import numpy as np
from layer_cases import columns, loss_of_scores, numbers

from autograder.compare import assert_close
from autograder.standins import in_sandbox


def conv(rng, height, width, channels, kernels, padding):
    """Return a convolution; the size of its numbers keeps those of its output near 1."""
    weights = numbers(rng, height, width, channels, kernels) / np.sqrt(height * width * channels)
    params = {"weights": weights, "biases": 0.5 * numbers(rng, kernels, 1)}
    return {"type": "convolution", "params": params, "padding": list(padding)}


def full(rng, inputs, outputs):
    """Return a fully connected layer."""
    params = {"weights": numbers(rng, outputs, inputs) / np.sqrt(inputs), "biases": 0.5 * numbers(rng, outputs, 1)}
    return {"type": "fully_connected", "params": params}


def network(size, *layers):
    """Return a network for inputs of that size, with these layers between input and loss."""
    return {"layers": [{"type": "input", "params": {"size": size}}, *layers, {"type": "softmaxloss"}]}


def scores_of(net, x):
    """Return the scores that a network gives, (C, N), by the given layers and one image after the other."""
    for layer in net["layers"][1:-1]:
        kind, params = layer["type"], layer.get("params")
        if kind == "convolution":
            x = convolution.conv_with_padding_forward(x, params["weights"], params["biases"], layer["padding"])
        elif kind == "maxpooling":
            x = convolution.maxpooling_forward(x)
        elif kind == "relu":
            x = np.where(x < 0, 0, x)
        else:
            x = np.stack([params["weights"] @ column + params["biases"][:, 0] for column in columns(x).T], axis=1)
    return x


def slopes_of_the_loss(net, x, labels, layer, name, places, step=1e-5):
    """Return the derivatives of the loss by single parameters, by central differences.

    Args:
        layer: the number of a layer of `net`.
        name: "weights" or "biases".
        places: indices into that array as if it were flat.
    """
    values = net["layers"][layer]["params"][name].reshape(-1)
    slopes = []
    for place in places:
        value, losses = values[place], []
        for changed in (value - step, value + step):
            values[place] = changed
            losses.append(loss_of_scores(scores_of(net, x), labels))
        values[place] = value
        slopes.append((losses[1] - losses[0]) / (2 * step))
    return np.array(slopes)


@in_sandbox
def gradients_in(net, x, labels):
    """Return the gradients of all parameters of a network, as network.py works them out with the submission's layers."""
    from network import evaluate

    return evaluate(net, x, labels)[1]


def assert_gradients(net, x, labels, layers, rng):
    """Ask that gradients of these layers agree with differences of the loss, at four places of each parameter."""
    found = gradients_in(net, x, labels)
    for layer in layers:
        for name, values in net["layers"][layer]["params"].items():
            what = f"the gradient of the {name} of layer {layer}, {net['layers'][layer]['type']},"
            gradient = np.array(found[layer][name], dtype=float)
            assert gradient.shape == values.shape, f"{what} has shape {gradient.shape}, expected {values.shape}"
            places = rng.permutation(values.size)[:4]
            slopes = slopes_of_the_loss(net, x, labels, layer, name, places)
            assert_close(gradient.reshape(-1)[places], slopes, f"{what} at {len(places)} places", rtol=1e-4, atol=1e-6)
