"""Networks to begin with, and how they are trained. This file is given.

Both are for images of any size that pooling divides; the defaults are those of the data sets that they are called after.
"""

import numpy as np

MNIST_OPTIONS = {"iterations": 3000, "batch_size": 16, "learning_rate": 0.05, "momentum": 0.9, "weight_decay": 0.005}
CIFAR10_OPTIONS = {"iterations": 5000, "batch_size": 16, "learning_rate": 0.01, "momentum": 0.95, "weight_decay": 0.001}


def mnist_network(rng, image_shape=(28, 28, 1), n_classes=10):
    """Return a network with two convolutions, each followed by a ReLU and max pooling, and one fully connected layer.

    Args:
        rng: a NumPy generator, which draws the first weights.
        image_shape: (H, W, C), H and W multiples of 4.
        n_classes: how many scores it gives.
    """
    height, width, channels = image_shape
    return {
        "layers": [
            {"type": "input", "params": {"size": image_shape}},
            convolution(rng, channels, 16),
            {"type": "relu"},
            {"type": "maxpooling"},
            convolution(rng, 16, 16),
            {"type": "relu"},
            {"type": "maxpooling"},
            fully_connected(rng, height // 4 * (width // 4) * 16, n_classes),
            {"type": "softmaxloss"},
        ]
    }


def cifar10_network(rng, image_shape=(32, 32, 3), n_classes=10):
    """Return a network with two convolutions, the first followed by max pooling; arguments as in `mnist_network`."""
    height, width, channels = image_shape
    return {
        "layers": [
            {"type": "input", "params": {"size": image_shape}},
            convolution(rng, channels, 16),
            {"type": "relu"},
            {"type": "maxpooling"},
            convolution(rng, 16, 16),
            {"type": "relu"},
            fully_connected(rng, height // 2 * (width // 2) * 16, n_classes),
            {"type": "softmaxloss"},
        ]
    }


def convolution(rng, channels, kernels, size=5):
    """Return a convolution with kernels of size × size pixels that keeps the size of an image."""
    weights = normal(rng, (size, size, channels, kernels), inputs=size * size * channels)
    return {"type": "convolution", "params": {"weights": weights, "biases": zeros(kernels)}, "padding": [size // 2, size // 2]}


def fully_connected(rng, inputs, outputs):
    """Return a fully connected layer."""
    return {"type": "fully_connected", "params": {"weights": normal(rng, (outputs, inputs), inputs), "biases": zeros(outputs)}}


def normal(rng, shape, inputs):
    """Return weights with variance 2 / inputs, float32, with which a ReLU keeps the size of numbers (He et al. 2015)."""
    return (rng.standard_normal(shape) * np.sqrt(2 / inputs)).astype(np.float32)


def zeros(n):
    return np.zeros((n, 1), dtype=np.float32)
