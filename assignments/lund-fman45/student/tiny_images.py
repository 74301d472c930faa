# Generated from reference/tiny_images.py by "autograder build skeleton"; the tasks are the TODOs.
"""Tiny images: a network of your own for CIFAR-10, or for whatever small images in colours it is given.

`python tiny_images.py` trains it and looks at it as experiments.py does. Graded is what it answers for images that it has never
seen, after a training on others.

Shapes: images of H × W pixels in C channels, N of them, (H, W, C, N).
"""

import argparse

import numpy as np
from baselines import CIFAR10_OPTIONS, cifar10_network
from images import load_images
from training import training


def fit(x, labels, x_val, labels_val, seed):
    """Return a network, trained on these images.

    How it is made is yours to decide, and so is what is returned: `predict` gets it. The same seed gives the same network.

    Args:
        x, labels: images to train on, float32 (H, W, C, N), H and W multiples of 4, and their classes, integers (N,) from 0.
        x_val, labels_val: images to validate with.
        seed: of the random numbers.
    """
    # TODO 7.1: begin with cifar10_network and CIFAR10_OPTIONS, call training, and go on from there
    raise NotImplementedError("TODO 7.1: fit")


def predict(model, x):
    """Return the class that a model gives to each image, integers (N,), a NumPy array.

    Args:
        model: what `fit` has returned.
        x: images, float32 (H, W, C, N), N from 1 on.
    """
    # TODO 7.1: classify of experiments.py, if the model is a network of network.py
    raise NotImplementedError("TODO 7.1: predict")


def main():
    parser = argparse.ArgumentParser(description="Train a network on CIFAR-10, or on the digits in colours, and look at it.")
    parser.add_argument("--data_dir", default="data/", help="where data.py has put CIFAR-10")
    parser.add_argument("--baseline", action="store_true", help="train the network of baselines.py in place of your own")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers")
    parser.add_argument("--out", default="figures_tiny", help="folder for the figures of the baseline")
    flags = parser.parse_args()
    images = load_images(flags.data_dir, colours=True)
    train, val, test = images.train, images.val, images.test
    if flags.baseline:
        from experiments import report  # here, so that a network of your own can do without it

        net = cifar10_network(np.random.default_rng(flags.seed), images.image_shape, len(images.names))
        opts = {**CIFAR10_OPTIONS, "seed": flags.seed}
        net, _, record = training(net, train.x, train.labels, val.x, val.labels, opts)
        report(net, record, images, flags.out)
    else:
        model = fit(train.x, train.labels, val.x, val.labels, flags.seed)
        print(f"validation accuracy {np.mean(predict(model, val.x) == val.labels):.4f}")
        print(f"test accuracy {np.mean(predict(model, test.x) == test.labels):.4f}")


if __name__ == "__main__":
    main()
