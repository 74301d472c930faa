"""A network as a list of layers, and the way through it and back. This file is given.

A network is a dict with the list "layers", one dict a layer, with what it is called and what belongs to it:

    {"type": "input", "params": {"size": (H, W, C)}}                                      the first one
    {"type": "convolution", "params": {"weights": (h, w, C, K), "biases": (K, 1)}, "padding": [2, 2]}
    {"type": "relu"}
    {"type": "maxpooling"}                                                                H and W must be even
    {"type": "fully_connected", "params": {"weights": (out, in), "biases": (out, 1)}}
    {"type": "softmaxloss"}                                                               the last one

The batch is the last axis of everything that goes from layer to layer. The fully connected layer, the ReLU and the loss are
yours: they are taken from layers.py.
"""

import convolution
import layers


def evaluate(net, inp, labels, evaluate_gradient=True, verbose=False):
    """Send a batch through a network, and the gradient of the loss back.

    Args:
        net: the network.
        inp: images, (H, W, C, N), or whatever has the size of the input layer and the batch last.
        labels: the right classes, integers (N,).
        evaluate_gradient: whether the gradients are worked out.
        verbose: whether the shape of what each layer returns is printed.

    Returns:
        Two lists with an entry for each layer. What each layer has returned: the last is the loss, the one before holds the
        scores, (classes, N). And dicts of the gradients of its parameters, with the same keys and shapes; None for layers
        without parameters, and for all where evaluate_gradient is False.

    Raises:
        ValueError: a type of layer is unknown, the first is no input layer, or inp has another size.
    """
    results = []
    for number, layer in enumerate(net["layers"]):
        results.append(forward(layer, results[-1], labels) if number else start(layer, inp))
        if verbose:
            print(f"layer {number}, {layer['type']}: {getattr(results[-1], 'shape', ())}")
    gradients = [None] * len(results)
    if evaluate_gradient:
        dldz = None
        for number in range(len(results) - 1, 0, -1):
            dldz, gradients[number] = backward(net["layers"][number], results[number - 1], dldz, labels)
    return results, gradients


def start(layer, inp):
    """Return the images as the first layer passes them on."""
    if layer["type"] != "input":
        raise ValueError(f'the first layer is of type "{layer["type"]}", expected "input"')
    if tuple(layer["params"]["size"]) != inp.shape[:-1]:
        raise ValueError(f"the input layer is for size {tuple(layer['params']['size'])}, the batch has shape {inp.shape}")
    return inp


def forward(layer, x, labels):
    """Return what a layer, other than the input, makes of x."""
    kind, params = layer["type"], layer.get("params", {})
    if kind == "fully_connected":
        return layers.fully_connected_forward(x, params["weights"], params["biases"])
    if kind == "convolution":
        padding = layer.get("padding", [0, 0])
        return convolution.conv_with_padding_forward(x, params["weights"], params["biases"], padding)
    if kind == "maxpooling":
        return convolution.maxpooling_forward(x)
    if kind == "relu":
        return layers.relu_forward(x)
    if kind == "softmaxloss":
        return layers.softmaxloss_forward(x, labels)
    raise ValueError(f'"{kind}" is not a type of layer')


def backward(layer, x, dldz, labels):
    """Return the gradient of the loss with respect to the layer's input x, and a dict of those of its parameters, or None."""
    kind, params = layer["type"], layer.get("params", {})
    if kind == "fully_connected":
        dldx, dldw, dldb = layers.fully_connected_backward(x, dldz, params["weights"], params["biases"])
    elif kind == "convolution":
        padding = layer.get("padding", [0, 0])
        dldx, dldw, dldb = convolution.conv_with_padding_backward(x, dldz, params["weights"], params["biases"], padding)
    elif kind == "maxpooling":
        return convolution.maxpooling_backward(x, dldz), None
    elif kind == "relu":
        return layers.relu_backward(x, dldz), None
    else:
        return layers.softmaxloss_backward(x, labels), None
    return dldx, {"weights": dldw, "biases": dldb}
