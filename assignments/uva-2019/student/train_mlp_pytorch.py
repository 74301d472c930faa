# Generated from reference/train_mlp_pytorch.py by "autograder build skeleton"; the tasks are the TODOs.
"""Train the PyTorch MLP with one of three optimizers, for a number of steps; run it with --help for the flags.

Shapes: S samples in a batch, M inputs, C classes. Images are (S, channels, height, width), labels are one-hot, (S, C).

What this file has for its own network serves for any other: `fit` trains whatever model it is given.
"""

import argparse

import torch
from cifar10_utils import DATA_DIR, get_cifar10
from mlp_pytorch import MLP
from torch import nn

FLAGS = None  # an argparse.Namespace or the like, set by whoever calls train
LOGGED = ("step", "train_loss", "train_accuracy", "val_accuracy", "test_loss", "test_accuracy")


def make_optimizer(name, parameters, learning_rate):
    """Return the optimizer of torch.optim called "SGD", "Adam" or "Adadelta", for these parameters.

    All but the learning rate is as PyTorch has it by default.

    Raises:
        ValueError: there is no such optimizer; the message names those that there are.
    """
    # TODO 5.1: a dict from names to classes
    raise NotImplementedError("TODO 5.1: make_optimizer")


def accuracy(predictions, targets):
    """Return the share of samples, a float from 0 to 1, whose largest prediction is at the right class.

    Args:
        predictions: scores, a tensor (S, C).
        targets: one-hot labels, a tensor (S, C).
    """
    # TODO 5.2: argmax of both
    raise NotImplementedError("TODO 5.2: accuracy")


def evaluate(model, split, batch_size=500):
    """Return loss and accuracy, two floats, of a model in eval mode over all images of a split of get_cifar10.

    Every image counts the same, also where the last batch is smaller. No gradients are kept, and the mode that the model was
    in is its mode again afterwards.

    Args:
        model: takes images, (S, channels, height, width), float32, on the device of its parameters, and returns scores.
        split: its images and labels are arrays.
        batch_size: how many images the model gets at a time.
    """
    # TODO 5.3: model.eval(), torch.no_grad(); sums over the batches, divided at the end
    raise NotImplementedError("TODO 5.3: evaluate")


def fit(model, optimizer, data, max_steps, batch_size, eval_freq):
    """Train a model on the mean cross-entropy, one batch of the training split a step; return the log.

    The model is in training mode in every step.

    Args:
        model: see evaluate.
        optimizer: of its parameters.
        data: what get_cifar10 returns.
        max_steps, batch_size: the number of steps, the number of images in each.
        eval_freq: loss and accuracy are looked at after every so many steps, and after the last one.

    Returns:
        dict of lists with an entry for each look:
            "step": the number of steps so far, such as 100, 200, 300.
            "train_loss", "train_accuracy": floats, of the batch of that step, as it was before the step.
            "val_accuracy": float, of all images of the validation split, in eval mode.
            "test_loss", "test_accuracy": floats, of all images of the test split, in eval mode.
    """
    # TODO 5.4: zero_grad, scores, loss, backward, step; nn.CrossEntropyLoss takes scores and class numbers
    raise NotImplementedError("TODO 5.4: fit")


def train():
    """Train an MLP as FLAGS say, which are those of train in train_mlp_numpy.py and `optimizer` (see make_optimizer).

    All that is random starts from seed 42 (torch.manual_seed), so that two runs with the same flags are the same.

    Returns:
        model: the MLP after the last step.
        log: see fit.
    """
    # TODO 5.5: get_cifar10, MLP, make_optimizer, fit
    raise NotImplementedError("TODO 5.5: train")


def flags_of_the_command_line():
    """Return an argparse.Namespace with the attributes that train asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--dnn_hidden_units", default="100", type=str, help="units of each hidden layer, with commas between")
    parser.add_argument("--learning_rate", default=2e-3, type=float, help="learning rate")
    parser.add_argument("--max_steps", default=1500, type=int, help="number of steps")
    parser.add_argument("--batch_size", default=200, type=int, help="images per step")
    parser.add_argument("--eval_freq", default=100, type=int, help="steps from one look at the accuracy to the next")
    parser.add_argument("--neg_slope", default=0.02, type=float, help="slope of the leaky ReLU below 0")
    parser.add_argument("--optimizer", default="SGD", type=str, help="SGD, Adam or Adadelta")
    parser.add_argument("--data_dir", default=DATA_DIR, type=str, help="folder of the data set")
    return parser.parse_args()


def main():
    """Train as FLAGS say, print the test accuracies and save the curves."""
    from experiments import curves_figure  # here, because training should not wait for matplotlib

    _, log = train()
    print(f"test accuracy: best {max(log['test_accuracy']):.3f}, last {log['test_accuracy'][-1]:.3f}")
    curves_figure(log).savefig("train_mlp_pytorch.png", dpi=150)
    print("curves saved in train_mlp_pytorch.png")


if __name__ == "__main__":
    FLAGS = flags_of_the_command_line()
    main()
