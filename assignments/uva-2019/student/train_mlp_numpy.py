# Generated from reference/train_mlp_numpy.py by "autograder build skeleton"; the tasks are the TODOs.
"""Train the NumPy MLP by stochastic gradient descent, for a number of steps; run it with --help for the flags.

Shapes: S samples in a batch, M inputs, C classes. Images are (S, channels, height, width), labels are one-hot, (S, C).

Loss and accuracy are looked at every few steps, so that curves can be drawn of them. Importing this file trains nothing.
"""

import argparse

import numpy as np
from cifar10_utils import DATA_DIR, get_cifar10
from mlp_numpy import MLP
from modules import CrossEntropyModule, LinearModule

FLAGS = None  # an argparse.Namespace or the like, set by whoever calls train
LOGGED = ("step", "train_loss", "train_accuracy", "val_accuracy", "test_loss", "test_accuracy")


def accuracy(predictions, targets):
    """Return the share of samples, from 0 to 1, whose largest prediction is at the right class.

    Args:
        predictions: probabilities or scores, (S, C).
        targets: one-hot labels, (S, C).
    """
    # TODO 3.1: argmax of both
    raise NotImplementedError("TODO 3.1: accuracy")


def train():
    """Train an MLP as FLAGS say. Each step is plain gradient descent, θ ← θ - learning_rate dL/dθ, on one batch.

    The data come from get_cifar10 (cifar10_utils.py), a batch of the training split from its next_batch. Nothing else is
    trained on. All that is random starts from seed 42 (np.random.seed), so that two runs with the same flags are the same.

    FLAGS has these attributes:
        dnn_hidden_units: numbers of hidden units as a text, such as "100" or "100,50"; "" for no hidden layer.
        neg_slope: of the leaky ReLUs.
        learning_rate, batch_size.
        max_steps: number of steps.
        eval_freq: loss and accuracy are looked at after every so many steps, and after the last one.
        data_dir: folder of the data set.

    Returns:
        model: the MLP after the last step.
        log: dict of lists with an entry for each look:
            "step": the number of steps so far, such as 100, 200, 300.
            "train_loss", "train_accuracy": floats, of the batch of that step, as it was before the step.
            "val_accuracy": float, of all images of the validation split.
            "test_loss", "test_accuracy": floats, of all images of the test split.
    """
    # TODO 3.2: get_cifar10, MLP; then next_batch, forward, loss, backward and update in each step; now and then a look
    raise NotImplementedError("TODO 3.2: train")


def flags_of_the_command_line():
    """Return an argparse.Namespace with the attributes that train asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--dnn_hidden_units", default="100", type=str, help="units of each hidden layer, with commas between")
    parser.add_argument("--learning_rate", default=2e-3, type=float, help="learning rate")
    parser.add_argument("--max_steps", default=1500, type=int, help="number of steps")
    parser.add_argument("--batch_size", default=200, type=int, help="images per step")
    parser.add_argument("--eval_freq", default=100, type=int, help="steps from one look at the accuracy to the next")
    parser.add_argument("--neg_slope", default=0.02, type=float, help="slope of the leaky ReLU below 0")
    parser.add_argument("--data_dir", default=DATA_DIR, type=str, help="folder of the data set")
    return parser.parse_args()


def main():
    """Train as FLAGS say, print the test accuracies and save the curves."""
    from experiments import curves_figure  # here, because training should not wait for matplotlib

    _, log = train()
    print(f"test accuracy: best {max(log['test_accuracy']):.3f}, last {log['test_accuracy'][-1]:.3f}")
    curves_figure(log).savefig("train_mlp_numpy.png", dpi=150)
    print("curves saved in train_mlp_numpy.png")


if __name__ == "__main__":
    FLAGS = flags_of_the_command_line()
    main()
